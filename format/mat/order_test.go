package mat_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/format/mat"
)

// Files of machines with the other byte order hold the same values. They are
// made of little-endian ones by turning every number in them around.
func TestReadsTheOtherByteOrder(t *testing.T) {
	for _, name := range []string{"octave_v4.mat", "scipy_v4.mat", "octave_v6.mat", "scipy_v5.mat"} {
		data := saved(t, name)
		turn := turnedV4
		if len(data) > 128 && data[126] == 'I' {
			turn = turnedV5
		}
		f, err := mat.Decode(name+", turned", turn(data))
		if err != nil {
			t.Error(err)
			continue
		}
		want := map[string]mat.Value{}
		for _, info := range f.Variables() {
			want[info.Name] = zoo()[info.Name]
		}
		if len(want) < 8 {
			t.Errorf("%s: %d variables", name, len(want))
		}
		requireContent(t, f, want)
	}
}

// turnedV5 returns a little-endian file of version 5 as a big-endian one.
func turnedV5(data []byte) []byte {
	return slices.Concat(data[:124], []byte("\x01\x00MI"), turnedElements(data[128:]))
}

func turnedElements(data []byte) []byte {
	sizes := map[uint32]int{3: 2, miUINT16: 2, miINT32: 4, miUINT32: 4, 7: 4, miDOUBLE: 8, 12: 8, 13: 8, miUTF16: 2, miUTF32: 4}
	var turned []byte
	for len(data) > 0 {
		kind, size, start := binary.LittleEndian.Uint32(data), int(binary.LittleEndian.Uint32(data[4:])), 8
		if small := kind >> 16; small != 0 {
			kind, size, start = kind&0xffff, int(small), 4
		}
		content := data[start : start+size]
		if kind == miMATRIX {
			content = turnedElements(content)
		} else {
			content = reversed(content, max(1, sizes[kind]))
		}
		end := (start + size + 7) &^ 7
		turned = slices.Concat(turned, reversed(data[:start], 4), content, make([]byte, end-start-size))
		data = data[end:]
	}
	return turned
}

// turnedV4 returns a little-endian file of version 4 as a big-endian one.
func turnedV4(data []byte) []byte {
	var turned []byte
	for len(data) > 0 {
		var head [5]int32
		if _, err := binary.Decode(data, binary.LittleEndian, head[:]); err != nil {
			panic(err)
		}
		size := []int{8, 4, 4, 2, 2, 1}[head[0]/10]
		name := 20 + int(head[4])
		end := name + size*int(head[1]*head[2]*(1+head[3]))
		head[0] += 1000
		turned, _ = binary.Append(turned, binary.BigEndian, head[:])
		turned = slices.Concat(turned, data[20:name], reversed(data[name:end], size))
		data = data[end:]
	}
	return turned
}

// reversed returns a copy of data with the bytes of every value turned around.
func reversed(data []byte, size int) []byte {
	data = bytes.Clone(data)
	for value := range slices.Chunk(data, size) {
		slices.Reverse(value)
	}
	return data
}

// Values of version 4 are doubles however they are stored.
func TestReadsEveryStorageOfVersion4(t *testing.T) {
	for digit, stored := range map[int32]any{
		0: []float64{1, 2, 3}, 1: []float32{1, 2, 3}, 2: []int32{1, 2, 3}, 3: []int16{1, 2, 3}, 4: []uint16{1, 2, 3}, 5: []uint8{1, 2, 3},
	} {
		data := append(words(10*digit, 1, 3, 0, 2), "x\x00"...)
		data, err := binary.Append(data, binary.LittleEndian, stored)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{data, turnedV4(data)} {
			f, err := mat.Decode("x.mat", data)
			if err != nil {
				t.Errorf("storage %d: %v", digit, err)
				continue
			}
			requireContent(t, f, map[string]mat.Value{"x": mat.Array([]float64{1, 2, 3}, 3)})
		}
	}
}
