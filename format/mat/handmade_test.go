package mat_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
)

// The types of elements, as the description of the format names them.
const (
	miINT8   = 1
	miUINT8  = 2
	miUINT16 = 4
	miINT32  = 5
	miUINT32 = 6
	miDOUBLE = 9
	miMATRIX = 14
	miUTF8   = 16
	miUTF16  = 17
	miUTF32  = 18
)

// element returns an element with its tag and padding.
func element(kind uint32, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	return append(b, make([]byte, -len(b)&7)...)
}

// array returns the variable x of this class.
func array(class, flags byte, parts ...[]byte) []byte { return named("x", class, flags, parts...) }

// named returns a variable: its axes and what follows its name.
func named(name string, class, flags byte, parts ...[]byte) []byte {
	head := slices.Concat(element(miUINT32, []byte{class, flags, 0, 0, 0, 0, 0, 0}), parts[0], element(miINT8, []byte(name)))
	return element(miMATRIX, slices.Concat(append([][]byte{head}, parts[1:]...)...))
}

func axes(lengths ...int32) []byte { return element(miINT32, words(lengths...)) }

func words(values ...int32) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err)
	}
	return b
}

// compressed returns the element that holds b compressed.
func compressed(b []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write(b); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return append(words(15, int32(packed.Len())), packed.Bytes()...)
}

// fileV5 returns a file of these variables.
func fileV5(variables ...[]byte) []byte {
	head := append(bytes.Repeat([]byte{' '}, 116), make([]byte, 8)...)
	return slices.Concat(append([][]byte{head, []byte("\x00\x01IM")}, variables...)...)
}

// Text is stored in many ways, and MATLAB makes mistakes of its own.
func TestReadsOtherSpellings(t *testing.T) {
	for name, c := range map[string]struct {
		body []byte
		want mat.Value
	}{
		"UTF-8":                 {array(4, 0, axes(1, 6), element(miUTF8, []byte("Häuser"))), mat.Text("Häuser")},
		"UTF-8, bytes counted":  {array(4, 0, axes(1, 7), element(miUTF8, []byte("Häuser"))), mat.Text("Häuser")},
		"UTF-8 beyond 16 bits":  {array(4, 0, axes(1, 2), element(miUTF8, []byte("🧠"))), mat.Text("🧠")},
		"UTF-16 beyond 16 bits": {array(4, 0, axes(1, 2), element(miUTF16, []byte{0x3e, 0xd8, 0xe0, 0xdd})), mat.Text("🧠")},
		"UTF-32":                {array(4, 0, axes(1, 1), element(miUTF32, []byte{0x33, 0x81, 0, 0})), mat.Text("脳")},
		"one byte, UTF-8":       {array(4, 0, axes(1, 3), element(miUINT8, []byte("aä"))), mat.Text("aä")},
		"one byte, Latin":       {array(4, 0, axes(1, 2), element(miUINT8, []byte("a\xe4"))), mat.Text("aä")},
		"one byte, signed":      {array(4, 0, axes(1, 2), element(miINT8, []byte("a\xe4"))), mat.Text("aä")},
		"bytes in columns":      {array(4, 0, axes(2, 3), element(miUTF8, []byte("aHb\xc3c\xa4"))), mat.Text("abc", "Hä")},
		"a blank left out":      {array(4, 0, axes(1, 1), element(miINT8, nil)), mat.Text(" ")},
		"no columns":            {array(4, 0, axes(2, 0), element(miUINT16, nil)), mat.Value{Class: mat.Char, Shape: []int{2, 0}, Text: []string{"", ""}}},
		"trailing axes":         {array(6, 0, axes(1, 1, 1, 1), element(miUINT8, []byte{7})), mat.Array([]float64{7}, 1)},
		"empty, nothing behind": {array(6, 0, axes(0, 3)), mat.Array([]float64{}, 0, 3)},
		"logical double":        {array(6, 2, axes(1, 2), element(miUINT8, []byte{0, 3})), mat.Array([]bool{false, true}, 2)},
		"sparse, byte doubles": {
			array(5, 2, axes(2, 2), element(miINT32, words(0, 1)), element(miINT32, words(0, 1, 2)), element(miDOUBLE, []byte{1, 1})),
			mat.Array([]bool{true, false, false, true}, 2, 2),
		},
		"sparse, room left": {
			array(5, 0, axes(2, 1), element(miINT32, words(1, 0, 0)), element(miINT32, words(0, 1)), element(miUINT8, []byte{5, 0, 0})),
			mat.Array([]float64{0, 5}, 2, 1),
		},
		"[] without a header": {array(1, 0, axes(1, 1), element(miMATRIX, nil)), cells([]int{1, 1}, mat.Array([]float64{}, 0, 0))},
	} {
		for _, body := range [][]byte{c.body, compressed(c.body)} {
			f, err := mat.Decode("x.mat", fileV5(body))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			got, err := f.Read("x")
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v %s", name, err, diff)
			}
		}
	}
}

// Objects are listed by their class, and the rest of the file is read.
func TestListsObjectsAndRefusesThem(t *testing.T) {
	number := array(6, 0, axes(1, 1), element(miUINT8, []byte{7}))
	f, err := mat.Decode("x.mat", fileV5(
		named("f", 16, 0, axes(1, 1), number),
		named("o", 3, 0, axes(1, 1), element(miINT8, []byte("inline"))),
		opaque("t", "MCOS", "table"),
		array(1, 0, axes(1, 2), number, array(16, 0, axes(1, 1), number)),
		named("", 6, 0, axes(1, 1), element(miUINT8, []byte{7})), // what MATLAB keeps about objects
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []mat.Info{{"f", mat.FunctionHandle, []int{1, 1}}, {"o", "inline", []int{1, 1}}, {"t", "table", nil}, {"x", mat.Cell, []int{1, 2}}}
	if diff := cmp.Diff(want, f.Variables()); diff != "" {
		t.Error(diff)
	}
	for address, class := range map[string]string{"f": "function_handle", "o": "inline", "t": "table", "x": "x{2} is an object of class \"function_handle\""} {
		if _, err := f.Read(address); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), class) {
			t.Errorf("%s: err = %v, want one that names %s", address, err, class)
		}
	}
	if v, err := f.Read("x{1}"); err != nil || !cmp.Equal(v.Numbers, []float64{7}) {
		t.Errorf("beside an object: %v, %v", v, err)
	}
}

// opaque returns an object of one of MATLAB's newer classes.
func opaque(name, system, class string) []byte {
	return element(miMATRIX, slices.Concat(
		element(miUINT32, []byte{17, 0, 0, 0, 0, 0, 0, 0}), element(miINT8, []byte(name)), element(miINT8, []byte(system)), element(miINT8, []byte(class)),
		element(miMATRIX, nil),
	))
}

func TestSaysWhatIsWrong(t *testing.T) {
	whole := array(6, 0, axes(1, 1), element(miUINT8, []byte{7}))
	for want, data := range map[string][]byte{
		"this is no MAT file of version 4, 5 or 7.3":                         []byte("hello, world; this is long enough for a header"),
		"HDF5 without MATLAB's header":                                       []byte("\x89HDF\r\n\x1a\n"),
		"Octave's own text":                                                  []byte("# Created by Octave 7.3.0"),
		`two are called "x"`:                                                 fileV5(whole, whole),
		"byte 128: variable: malformed: 4 bytes are left":                    fileV5(words(1)),
		"an element of type 6 is no array":                                   fileV5(element(miUINT32, nil)),
		"array flags: malformed: type 5 of 8 bytes":                          fileV5(element(miMATRIX, element(miINT32, make([]byte, 8)))),
		"array flags: not supported: class 99":                               fileV5(array(99, 0, axes(1, 1))),
		"no array has the shape [-1 1]":                                      fileV5(array(6, 0, axes(-1, 1))),
		"want two numbers of type 5 or more":                                 fileV5(array(6, 0, axes(1))),
		"100 axes; at most 64":                                               fileV5(array(6, 0, axes(make([]int32, 100)...))),
		"an object cannot be of the class cell":                              fileV5(array(3, 0, axes(1, 1), element(miINT8, []byte("cell")))),
		"an object cannot be of the class char":                              fileV5(opaque("x", "MCOS", "char")),
		"array name: malformed: type 6":                                      fileV5(element(miMATRIX, slices.Concat(whole[8:24], axes(1, 1), element(miUINT32, nil)))),
		"x has 2 values for shape [1 1]":                                     fileV5(array(6, 0, axes(1, 1), element(miUINT8, []byte{7, 8}))),
		"x has 1 values for shape [1 2]":                                     fileV5(array(6, 8, axes(1, 2), element(miUINT8, []byte{7, 8}), element(miUINT8, []byte{7}))),
		"x holds values that its class, int8, cannot hold":                   fileV5(array(8, 0, axes(1, 1), element(miUINT8, []byte{200}))),
		"3 bytes of type 5 are no numbers":                                   fileV5(array(6, 0, axes(1, 1), element(miINT32, []byte{1, 2, 3}))),
		"characters: malformed: x: they do not fill":                         fileV5(array(4, 0, axes(1, 3), element(miUINT16, words(1)))),
		"2 arrays announced, 8 bytes left":                                   fileV5(array(1, 0, axes(1, 2), element(miMATRIX, nil))),
		"an element of type 2 is no array":                                   fileV5(array(1, 0, axes(1, 1), element(miUINT8, nil))),
		"field name length: malformed: [0] is none":                          fileV5(array(2, 0, axes(1, 1), element(miINT32, words(0)), element(miINT8, nil))),
		"field names: malformed: 3 bytes for names of 2":                     fileV5(array(2, 0, axes(1, 1), element(miINT32, words(2)), element(miINT8, []byte("abc")))),
		"column indices: malformed: 2 of them for shape [2 2]":               fileV5(sparse([]int32{0}, []int32{0, 1})),
		"row indices: malformed: x: value 1 of column 1":                     fileV5(sparse([]int32{2}, []int32{0, 1, 1})),
		"row indices: malformed: x: value 2 of column 1":                     fileV5(sparse([]int32{1, 1}, []int32{0, 2, 2})),
		"column indices: malformed: x: column 3 starts before":               fileV5(sparse([]int32{0, 1}, []int32{0, 1, 0})),
		"compressed variable: malformed: zlib: invalid header":               fileV5(words(15, 8, 1, 2)),
		"compressed variable: malformed: more than the 64 bytes announced":   fileV5(compressed(append(bytes.Clone(whole), 0))),
		"compressed variable: malformed: unexpected EOF":                     fileV5(compressed(whole[:len(whole)-1])),
		"compressed variable: malformed: zlib: invalid checksum":             corrupted(fileV5(compressed(whole))),
		"compressed variable: malformed: type 14 of 2147483647 bytes cannot": fileV5(compressed(append(words(miMATRIX, 1<<31-1), whole[8:]...))),
	} {
		f, err := mat.Decode("x.mat", data)
		if err == nil {
			_, err = f.Read("x")
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
		requireLocated(t, err, len(data))
	}
}

func sparse(rows, starts []int32) []byte {
	return array(5, 0, axes(2, 2), element(miINT32, words(rows...)), element(miINT32, words(starts...)), element(miUINT8, make([]byte, len(rows))))
}

// corrupted returns data with another last byte.
func corrupted(data []byte) []byte {
	data[len(data)-1] ^= 1
	return data
}

// Cells inside cells end somewhere.
func TestRefusesWhatLiesTooDeep(t *testing.T) {
	v := mat.Text("found")
	for range 64 {
		v = mat.Cells(v)
	}
	path := written(t, mat.Variable{Name: "x", Value: v}, mat.Variable{Name: "y", Value: mat.Cells(v)})
	f := open(t, path)
	if _, err := f.Read("x"); err != nil {
		t.Error(err)
	}
	if _, err := f.Read("y"); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "64 levels") {
		t.Errorf("err = %v, want one that counts the levels", err)
	}
}

// More fields than the start of a compressed variable holds are found as well.
func TestFieldsOfACompressedStruct(t *testing.T) {
	for _, n := range []int{1, 1000} {
		fields := make([]mat.Variable, n)
		want := make([]string, n)
		for i := range fields {
			want[i] = fmt.Sprintf("field%d", i)
			fields[i] = mat.Variable{Name: want[i], Value: mat.Array([]float64{float64(i)}, 1)}
		}
		data, err := os.ReadFile(written(t, mat.Variable{Name: "x", Value: mat.Fields(fields...)}))
		if err != nil {
			t.Fatal(err)
		}
		f, err := mat.Decode("x.mat", fileV5(compressed(data[128:])))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Fields("x"); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%d fields: %d found, %v", n, len(got), err)
		}
		if v, err := f.Read("x." + want[n-1]); err != nil || !cmp.Equal(v.Numbers, []float64{float64(n - 1)}) {
			t.Errorf("%d fields: the last is %v, %v", n, v, err)
		}
	}
}
