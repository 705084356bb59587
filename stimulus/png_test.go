package stimulus

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/klauspost/compress/zlib"
	"pgregory.net/rapid"
)

// standardPNG is the twin of plainPNG: what image/png reads.
func standardPNG(data []byte, b *blender) (*Image, error) {
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return convert(decoded, b), nil
}

// agree requires that plainPNG and its twin read the same, unless the plain
// reader leaves it to the twin; it tells whether it read.
func agree(tb rapid.TB, data []byte) bool {
	tb.Helper()
	var plain, standard blender
	plain.on, standard.on = Gray, Gray
	read, ok := plainPNG(data, &plain)
	if !ok {
		return false
	}
	got := read.picture()
	want, err := standardPNG(data, &standard)
	if err != nil {
		tb.Fatalf("read what image/png does not: %v", err)
	}
	if got.Width != want.Width || got.Height != want.Height || !bytes.Equal(got.Pix, want.Pix) || plain != standard {
		tb.Fatalf("%d × %d pixels %v (%v), image/png reads %d × %d %v (%v)",
			got.Width, got.Height, got.Pix, plain, want.Width, want.Height, want.Pix, standard)
	}
	return true
}

// A pngFile is written chunk by chunk, which image/png cannot be asked to do.
type pngFile struct{ bytes.Buffer }

func newPNGFile(width, height int, kind uint8) *pngFile {
	f := &pngFile{}
	f.WriteString("\x89PNG\r\n\x1a\n")
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	f.chunk("IHDR", append(header, 8, kind, 0, 0, 0)...)
	return f
}

func (f *pngFile) chunk(kind string, body ...byte) *pngFile {
	named := append([]byte(kind), body...)
	f.Write(binary.BigEndian.AppendUint32(nil, uint32(len(body))))
	f.Write(named)
	f.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(named)))
	return f
}

func deflated(data []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(data)
	_ = w.Close()
	return packed.Bytes()
}

// drawBytes is rapid's slice of bytes of one length.
func drawBytes(t *rapid.T, label string, length int) []byte {
	return rapid.SliceOfN(rapid.Byte(), length, length).Draw(t, label)
}

// Any filtered bytes are a picture, whatever the filter: no encoder chooses all
// of them in every kind of color.
func TestPlainPNGReadsEveryFilterAndKindAsImagePNG(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]uint8{pngGray, pngRGB, pngPalette, pngGrayAlpha, pngRGBA}).Draw(t, "kind")
		width, height := rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 7).Draw(t, "height")
		f := newPNGFile(width, height, kind)
		if kind == pngPalette {
			f.chunk("PLTE", drawBytes(t, "palette", 3*rapid.IntRange(1, 256).Draw(t, "colors"))...)
			f.chunk("tRNS", drawBytes(t, "alphas", rapid.IntRange(0, 256).Draw(t, "opaque"))...)
		}
		var raw []byte
		for range height {
			raw = append(raw, rapid.ByteRange(0, 4).Draw(t, "filter"))
			raw = append(raw, drawBytes(t, "row", width*pngBytes[kind])...)
		}
		packed := deflated(raw)
		cut := rapid.IntRange(0, len(packed)).Draw(t, "cut")
		f.chunk("tEXt", 1, 2).chunk("IDAT", packed[:cut]...).chunk("IDAT", packed[cut:]...).chunk("IEND")
		if !agree(t, f.Bytes()) {
			t.Fatal("left to image/png")
		}
	})
}

func TestPaethIsItsDefinition(t *testing.T) {
	away := func(from, to int) int { return max(from-to, to-from) }
	for i := range 1 << 24 {
		left, up, corner := i&255, i>>8&255, i>>16
		guess, want := left+up-corner, left
		if away(guess, up) < away(guess, want) {
			want = up
		}
		if away(guess, corner) < away(guess, want) {
			want = corner
		}
		if got := paeth(left, up, corner); int(got) != want {
			t.Fatalf("left %d, up %d, corner %d: %d, want %d", left, up, corner, got, want)
		}
	}
}

func TestPlainPNGReadsWhatImagePNGWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		area := image.Rect(0, 0, rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 30).Draw(t, "height"))
		gray, straight, paletted := image.NewGray(area), image.NewNRGBA(area), image.NewPaletted(area, nil)
		for i := range 256 {
			paletted.Palette = append(paletted.Palette, color.NRGBA{uint8(i), uint8(3 * i), 7, uint8(max(i, 40))})
		}
		noise := drawBytes(t, "noise", 16)
		for i := range straight.Pix {
			straight.Pix[i] = uint8(i/5) + noise[(i*i+i/7)%16]&15
		}
		copy(gray.Pix, straight.Pix)
		copy(paletted.Pix, straight.Pix)
		opaque := image.NewNRGBA(area)
		for i, v := range straight.Pix {
			opaque.Pix[i] = v | 0xff*uint8(i%4/3)
		}
		for _, picture := range []image.Image{gray, straight, opaque, paletted} {
			var file bytes.Buffer
			if err := png.Encode(&file, picture); err != nil {
				t.Fatal(err)
			}
			if !agree(t, file.Bytes()) {
				t.Fatalf("%T is left to image/png", picture)
			}
		}
	})
}

// What is not plain is left to image/png; most of it is damaged.
func TestPlainPNGLeavesTheRest(t *testing.T) {
	raw := []byte{0, 1, 2, 0, 3, 4}
	packed := deflated(raw)
	file := func(kind uint8) *pngFile { return newPNGFile(2, 2, kind) }
	palette := []byte{1, 2, 3}
	interlaced := slices.Clone(file(pngGray).Bytes())
	interlaced[28] = 1
	binary.BigEndian.PutUint32(interlaced[29:], crc32.ChecksumIEEE(interlaced[12:29]))
	wrongSum := slices.Clone(packed)
	wrongSum[len(wrongSum)-1]++
	for name, f := range map[string]*pngFile{
		"a color of gray is clear":     file(pngGray).chunk("tRNS", 0, 1).chunk("IDAT", packed...),
		"a palette of gray":            file(pngGray).chunk("PLTE", palette...).chunk("IDAT", packed...),
		"no palette":                   file(pngPalette).chunk("IDAT", packed...),
		"half a color":                 file(pngPalette).chunk("PLTE", 1, 2).chunk("IDAT", packed...),
		"two palettes":                 file(pngPalette).chunk("PLTE", palette...).chunk("PLTE", palette...).chunk("IDAT", packed...),
		"transparency first":           file(pngPalette).chunk("tRNS", 1).chunk("PLTE", palette...).chunk("IDAT", packed...),
		"too much transparency":        file(pngPalette).chunk("PLTE", palette...).chunk("tRNS", make([]byte, 257)...).chunk("IDAT", packed...),
		"two headers":                  file(pngGray).chunk("IHDR", interlaced[16:29]...).chunk("IDAT", packed...),
		"no pixels":                    file(pngGray),
		"a chunk amid the pixels":      file(pngGray).chunk("IDAT", packed[:4]...).chunk("tEXt").chunk("IDAT", packed[4:]...),
		"an empty chunk of pixels":     file(pngGray).chunk("IDAT").chunk("tEXt").chunk("IDAT", packed...),
		"too few pixels":               file(pngGray).chunk("IDAT", deflated(raw[:5])...),
		"too many pixels":              file(pngGray).chunk("IDAT", deflated(append(raw, 0))...),
		"more behind the pixels":       file(pngGray).chunk("IDAT", append(slices.Clone(packed), 0)...),
		"a wrong check sum of pixels":  file(pngGray).chunk("IDAT", wrongSum...),
		"an unknown filter":            file(pngGray).chunk("IDAT", deflated([]byte{0, 1, 2, 5, 3, 4})...),
		"not compressed":               file(pngGray).chunk("IDAT", raw...),
		"an unknown kind of color":     file(1).chunk("IDAT", packed...),
		"another unknown kind":         file(7).chunk("IDAT", packed...),
		"no rows":                      newPNGFile(2, 0, pngGray).chunk("IDAT", packed...),
		"more pixels than any picture": newPNGFile(1<<31-1, 1<<31-1, pngGray).chunk("IDAT", packed...),
		"a short header":               (&pngFile{*bytes.NewBufferString("\x89PNG\r\n\x1a\n")}).chunk("IHDR", 0, 0, 0, 2).chunk("IDAT", packed...),
		"interlaced":                   (&pngFile{*bytes.NewBuffer(interlaced)}).chunk("IDAT", packed...),
	} {
		if agree(t, f.chunk("IEND").Bytes()) {
			t.Errorf("%s: read", name)
		}
	}
	if agree(t, file(pngGray).chunk("IDAT", packed...).chunk("IEND", 0).Bytes()) {
		t.Error("an end with something in it: read")
	}
	if !agree(t, file(pngGray).chunk("IDAT", packed...).chunk("tEXt").chunk("IEND").Bytes()) {
		t.Error("text behind the pixels: left to image/png")
	}
}

// A file that is cut or changed anywhere must not be taken for a plain one.
func TestPlainPNGReadsNothingDamaged(t *testing.T) {
	for _, name := range pngNames(t) {
		data := readFile(t, name)
		for i := 8; i < len(data); i++ {
			damaged := slices.Clone(data)
			damaged[i] ^= 1 << (i % 8)
			if agree(t, damaged) || agree(t, data[:i]) {
				t.Errorf("%s: read although byte %d is changed or missing", name, i)
			}
		}
	}
}

func pngNames(tb testing.TB) []string {
	names, err := filepath.Glob(filepath.Join("testdata", "reference", "*.png"))
	if err != nil || len(names) == 0 {
		tb.Fatal("no files to begin with")
	}
	return names
}

func readFile(tb testing.TB, name string) []byte {
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// mended writes the right check sum into every chunk, so that what is wrong
// inside of them is looked at.
func mended(data []byte) []byte {
	data = slices.Clone(data)
	for at := 8; len(data)-at >= 12; {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		if length > int64(len(data)-at-12) {
			break
		}
		end := at + 8 + int(length)
		binary.BigEndian.PutUint32(data[end:], crc32.ChecksumIEEE(data[at+4:end]))
		at = end + 4
	}
	return data
}

func FuzzPlainPNGAgreesWithImagePNG(f *testing.F) {
	for _, name := range pngNames(f) {
		f.Add(readFile(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 8 {
			t.Skip("no signature")
		}
		copy(data, "\x89PNG\r\n\x1a\n")
		data = mended(data)
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err == nil && config.Width*config.Height > 1<<20 {
			t.Skip("allowed, but slow")
		}
		agree(t, data)
		if _, ours := Decode(data, "fuzz", White); err == nil {
			if _, standard := standardPNG(data, &blender{}); (ours == nil) != (standard == nil) {
				t.Fatalf("error %v, of image/png %v", ours, standard)
			}
		}
	})
}
