package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// unpacked returns what the inflater makes of packed data, and what its twin,
// compress/zlib, does, if that is of the given length and all there is.
func unpacked(packed []byte, length int) (ours, twins []byte) {
	dst := make([]byte, length+Slack)
	if new(Inflater).Zlib(dst, slices.Concat(packed, make([]byte, Slack))) {
		ours = dst[:length]
	}
	source := bytes.NewReader(packed)
	twin, err := zlib.NewReader(source)
	if err != nil {
		return ours, nil
	}
	data, err := io.ReadAll(io.LimitReader(twin, int64(length)+1))
	if err != nil || len(data) != length {
		return ours, nil
	}
	if n, err := twin.Read(make([]byte, 1)); n > 0 || err != io.EOF || source.Len() > 0 {
		return ours, nil
	}
	return ours, data
}

// drawData draws bytes that have something to compress: few or many values, and
// repetitions near and far.
func drawData(t *rapid.T) []byte {
	var data []byte
	for range rapid.IntRange(0, 12).Draw(t, "parts") {
		if n := len(data); n > 0 && rapid.Bool().Draw(t, "repeat") {
			from := rapid.IntRange(max(0, n-40_000), n-1).Draw(t, "from")
			for range rapid.IntRange(1, 3000).Draw(t, "length") {
				data = append(data, data[from])
				from++
			}
			continue
		}
		state, mask := rapid.Uint32().Draw(t, "noise"), rapid.Byte().Draw(t, "mask")
		for range rapid.IntRange(1, 30_000).Draw(t, "bytes") {
			state = state*1664525 + 1013904223
			data = append(data, uint8(state>>24)&mask)
		}
	}
	return data
}

func TestInflaterUnpacksWhatAnyLevelPacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := drawData(t)
		var packed bytes.Buffer
		w, err := zlib.NewWriterLevel(&packed, rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(t, "level"))
		if err != nil {
			t.Fatal(err)
		}
		split := rapid.IntRange(0, len(data)).Draw(t, "split")
		_, _ = w.Write(data[:split])
		if rapid.Bool().Draw(t, "flush") {
			_ = w.Flush()
		}
		_, _ = w.Write(data[split:])
		_ = w.Close()
		ours, twins := unpacked(packed.Bytes(), len(data))
		if ours == nil || !bytes.Equal(ours, data) || !bytes.Equal(twins, data) {
			t.Fatalf("%d bytes, of them unpacked %d, by compress/zlib %d", len(data), len(ours), len(twins))
		}
	})
}

func TestInflaterRefusesWhatIsCutOrChanged(t *testing.T) {
	for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
		var packed bytes.Buffer
		w, _ := zlib.NewWriterLevel(&packed, level)
		data := bytes.Repeat([]byte("an inflater, a deflater, "), 9)
		_, _ = w.Write(data)
		_ = w.Close()
		for i := range packed.Len() {
			damaged := slices.Clone(packed.Bytes())
			damaged[i] ^= 1 << (i % 8)
			for _, c := range [][]byte{damaged, packed.Bytes()[:i]} {
				if ours, twins := unpacked(c, len(data)); ours != nil && twins == nil {
					t.Errorf("level %d: unpacked although byte %d is changed or missing", level, i)
				}
			}
		}
		for _, length := range []int{0, len(data) - 1, len(data) + 1} {
			if ours, _ := unpacked(packed.Bytes(), length); ours != nil {
				t.Errorf("level %d: unpacked %d bytes to %d", level, len(data), length)
			}
		}
	}
}

func FuzzInflaterAgreesWithCompressZlib(f *testing.F) {
	for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
		var packed bytes.Buffer
		w, _ := zlib.NewWriterLevel(&packed, level)
		_, _ = w.Write([]byte("aaaaaabcabcabcabdddddddddddddddddddddddddddddddddddddddddddddddd"))
		_ = w.Close()
		f.Add(packed.Bytes(), 64)
	}
	f.Fuzz(func(t *testing.T, packed []byte, length int) {
		if length < 0 || length > 1<<17 {
			t.Skip("long")
		}
		packed = sealed(packed)
		if plain, err := zlib.NewReader(bytes.NewReader(packed)); err == nil {
			if data, _ := io.ReadAll(io.LimitReader(plain, 1<<17)); len(data) > 0 {
				length = len(data) // else nearly every length is wrong
			}
		}
		ours, twins := unpacked(packed, length)
		if (ours == nil) != (twins == nil) || !bytes.Equal(ours, twins) {
			t.Fatalf("%x of length %d: %x, of compress/zlib %x", packed, length, ours, twins)
		}
	})
}

// sealed writes the right check sum behind what can be unpacked.
func sealed(packed []byte) []byte {
	if len(packed) < 3 {
		return packed
	}
	source := bytes.NewReader(packed[2:])
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(source), 1<<17))
	if err != nil {
		return packed
	}
	var empty bytes.Buffer
	w, _ := zlib.NewWriterLevel(&empty, flate.NoCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	body := packed[:len(packed)-source.Len()]
	return slices.Concat(body, empty.Bytes()[empty.Len()-4:])
}

func BenchmarkInflater(b *testing.B) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	data := make([]byte, 1<<18)
	state := uint32(1)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = uint8(state>>29 + state>>28&1*(state>>26&3))
	}
	_, _ = w.Write(data)
	_ = w.Close()
	b.Run("all at once", func(b *testing.B) {
		src, dst, z := append(packed.Bytes(), make([]byte, Slack)...), make([]byte, len(data)+Slack), new(Inflater)
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if !z.Zlib(dst, src) {
				b.Fatal("refused")
			}
		}
	})
	b.Run("compress/zlib", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r, _ := zlib.NewReader(bytes.NewReader(packed.Bytes()))
			if _, err := io.ReadFull(r, data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
