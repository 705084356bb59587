package npy_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

func ExampleEncode() {
	var saved bytes.Buffer
	_ = npy.Encode(&saved, &npy.Array{Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}})
	fmt.Printf("%q\n", saved.Bytes()[10:69])
	a, err := npy.Decode(&saved, "saved", int64(saved.Len()))
	fmt.Println(a.Shape, a.Data, err)
	// Output:
	// "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
	// [2 3] [1 2 3 4 5 6] <nil>
}

const reference = "testdata/reference/arrays.npz"

// referenceArrays are the values that testdata/reference/make.py saves.
var referenceArrays = map[string]npy.Array{
	"f2":              {Shape: []int{8}, Data: []float32{0, 1, -2.5, 65504, 0x1p-24, inf, -inf, nan}},
	"f2_big":          {Shape: []int{2}, Data: []float32{1, -2.5}},
	"f4":              {Shape: []int{2, 3}, Data: []float32{0, 0.25, 0.5, 0.75, 1, 1.25}},
	"f4_big":          {Shape: []int{2, 3}, Data: []float32{0, 0.25, 0.5, 0.75, 1, 1.25}},
	"f4_fortran":      {Shape: []int{2, 3}, Data: []float32{0, 0.25, 0.5, 0.75, 1, 1.25}},
	"f8":              {Shape: []int{3}, Data: []float64{0.1, -1e300, math.Inf(1)}},
	"f8_big":          {Shape: []int{3}, Data: []float64{0.1, -1e300, math.Inf(1)}},
	"f8_fortran_cube": {Shape: []int{2, 3, 4}, Data: counting(24)},
	"f8_zero_axes":    {Shape: []int{}, Data: []float64{0.5}},
	"f8_empty":        {Shape: []int{0, 3}, Data: []float64{}},
	"f4_no_columns":   {Shape: []int{4, 0}, Data: []float32{}},
	"i1":              {Shape: []int{2}, Data: []int32{-128, 127}},
	"i2":              {Shape: []int{2}, Data: []int32{-32768, 32767}},
	"i2_big":          {Shape: []int{2}, Data: []int32{-32768, 32767}},
	"i4":              {Shape: []int{2}, Data: []int32{math.MinInt32, math.MaxInt32}},
	"i8":              {Shape: []int{2}, Data: []int64{math.MinInt64, math.MaxInt64}},
	"i8_big":          {Shape: []int{2}, Data: []int64{math.MinInt64, math.MaxInt64}},
	"u1":              {Shape: []int{2}, Data: []uint8{0, 255}},
	"u2":              {Shape: []int{2}, Data: []int32{0, 65535}},
	"u4":              {Shape: []int{2}, Data: []int64{0, math.MaxUint32}},
	"u8":              {Shape: []int{2}, Data: []int64{0, math.MaxInt64}},
	"b1":              {Shape: []int{2}, Data: []bool{true, false}},
	"U":               {Shape: []int{4}, Data: []string{"face", "", "Häuser", "脳 🧠"}},
	"U_big":           {Shape: []int{2}, Data: []string{"face", "脳"}},
	"U_fortran":       {Shape: []int{2, 3}, Data: []string{"a", "b", "c", "d", "e", "f"}},
	"U_only_empty":    {Shape: []int{1}, Data: []string{""}},
	"S":               {Shape: []int{3}, Data: []string{"face", "Häuser", ""}},
}

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
)

func counting(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}

// saved returns the .npy bytes that NumPy wrote, by name.
func saved(t testing.TB) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(reference)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	files := map[string][]byte{}
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimSuffix(entry.Name, ".npy")] = data
	}
	return files
}

func decode(data []byte) (*npy.Array, error) {
	return npy.Decode(bytes.NewReader(data), "x.npy", int64(len(data)))
}

func TestDecodeReadsWhatNumPyWrites(t *testing.T) {
	files := saved(t)
	for name, want := range referenceArrays {
		got, err := decode(files[name])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&want, got, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEncodeWritesWhatNumPyWrites(t *testing.T) {
	files := saved(t)
	for _, name := range []string{"f4", "f8", "f8_zero_axes", "f8_empty", "f4_no_columns", "i4", "i8", "u1", "b1", "U", "U_only_empty"} {
		a := referenceArrays[name]
		var got bytes.Buffer
		if err := npy.Encode(&got, &a); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(files[name]), got.String()); diff != "" {
			t.Errorf("%s: bytes differ (-NumPy +Encode): %s", name, diff)
		}
	}
}

func TestDecodeSaysWhatItCannotRead(t *testing.T) {
	files := saved(t)
	for name, want := range map[string]string{
		"object":       "pickle",
		"complex":      `"<c16"`,
		"structured":   "each of its fields",
		"date":         `"<M8[D]"`,
		"S_latin":      "not UTF-8",
		"u8_too_large": "byte 136: data: not supported: value 1",
	} {
		_, err := decode(files[name])
		if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: err = %v, want unsupported with %q", name, err, want)
		}
	}
}

func TestDecodeRefusesEveryTruncation(t *testing.T) {
	for name, data := range saved(t) {
		if _, ok := referenceArrays[name]; !ok {
			continue
		}
		for n := range data {
			_, err := decode(data[:n])
			requireParseError(t, err, int64(n))
			// The same when the file is shorter than its directory says.
			_, err = npy.Decode(bytes.NewReader(data[:n]), name, int64(len(data)))
			requireParseError(t, err, int64(n))
		}
		_, err := decode(append(data, 0))
		requireParseError(t, err, int64(len(data)))
	}
}

func requireParseError(t *testing.T, err error, size int64) {
	t.Helper()
	var located *file.ParseError
	if !errors.As(err, &located) || located.Offset < 0 || located.Offset > size || located.Field == "" {
		t.Fatalf("%d bytes: err = %v, want one located in the file", size, err)
	}
}

// file returns a .npy file of version 1.0 with this header and size bytes of
// data.
func handmade(header string, size int) []byte {
	length := len(header)
	return append([]byte("\x93NUMPY\x01\x00"+string([]byte{byte(length), byte(length >> 8)})+header), make([]byte, size)...)
}

func TestDecodeAcceptsOtherSpellings(t *testing.T) {
	for header, want := range map[string][]int{
		`{"shape": (2L, 2), 'fortran_order':True,'descr':"|u1"}`:            {2, 2},
		"{'descr': '<f2', 'fortran_order': False, 'shape': ( 2 , ), }   \n": {2},
		"{'descr': '<i4', 'fortran_order': False, 'shape': (), }":           {},
	} {
		a, err := decode(handmade(header, 4))
		if err != nil || !cmp.Equal(a.Shape, want) {
			t.Errorf("%s: %v, %v", header, a, err)
		}
	}
}

func TestDecodeRefusesBrokenHeaders(t *testing.T) {
	for header, want := range map[string]string{
		"":                                "expected {",
		"{'descr': '<f4', 'shape': (1,)}": "needs descr, fortran_order and shape",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}":                    `no field is called "more"`,
		"{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}":                                       "written twice",
		"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}":                                   "expected True or False",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1)}":                                "shape: malformed: expected ,",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}":                              "shape: malformed",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,)}":                             "shape: malformed",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}":            "can address",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}":           "more values than can be counted",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}":             "needs more than the 4 bytes",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + ")}": "at most 64",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os":                     "behind the closing",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)":                                "expected , or }",
		"{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000000,)}":                "not supported",
		"{'descr': '<U536870911', 'fortran_order': False, 'shape': (1,)}":                       "needs more than",
		"{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}":                               "not supported",
		"{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}":                                "descr: malformed: expected ,",
		"{'descr' '<f4', 'fortran_order': False, 'shape': (1,)}":                                "no : behind it",
		"{'descr: <f4": "name in quotes",
	} {
		_, err := decode(handmade(header, 4))
		requireParseError(t, err, int64(len(header)+14))
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: err = %v, want %q", header, err, want)
		}
	}
}

func TestEncodeRefusesWhatWouldNotComeBack(t *testing.T) {
	for _, a := range []npy.Array{
		{Shape: []int{2}, Data: []float32{1}},
		{Shape: []int{-1, -1}, Data: []float32{1}},
		{Shape: []int{1}, Data: []string{"zero\x00"}},
		{Shape: []int{1}, Data: []string{"\xff"}},
	} {
		if err := npy.Encode(io.Discard, &a); err == nil {
			t.Errorf("%v was encoded", a)
		}
	}
}

// What is written is read back, whatever it is.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		var b bytes.Buffer
		if err := npy.Encode(&b, a); err != nil {
			t.Fatal(err)
		}
		got, err := decode(b.Bytes())
		if diff := cmp.Diff(a, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

// draw returns an array of any kind with up to three axes.
func draw(t *rapid.T) *npy.Array {
	shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3).Draw(t, "shape")
	n := 1
	for _, axis := range shape {
		n *= axis
	}
	a := &npy.Array{Shape: shape}
	switch rapid.SampledFrom([]npy.Type{npy.Float32, npy.Float64, npy.Int32, npy.Int64, npy.Uint8, npy.Bool, "<U"}).Draw(t, "type") {
	case npy.Float32:
		a.Data = rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "data")
	case npy.Float64:
		a.Data = rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "data")
	case npy.Int32:
		a.Data = rapid.SliceOfN(rapid.Int32(), n, n).Draw(t, "data")
	case npy.Int64:
		a.Data = rapid.SliceOfN(rapid.Int64(), n, n).Draw(t, "data")
	case npy.Uint8:
		a.Data = rapid.SliceOfN(rapid.Uint8(), n, n).Draw(t, "data")
	case npy.Bool:
		a.Data = rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "data")
	default:
		text := rapid.String().Filter(func(s string) bool { return !strings.HasSuffix(s, "\x00") && utf8.ValidString(s) })
		a.Data = rapid.SliceOfN(text, n, n).Draw(t, "data")
	}
	return a
}

func TestFloat64sAndStrings(t *testing.T) {
	for _, c := range []struct {
		data    any
		numbers []float64 // nil: an error
		texts   []string  // nil: an error
	}{
		{[]float32{1, 0.1}, []float64{1, float64(float32(0.1))}, []string{"1", "0.1"}},
		{[]float64{1, -2.5, 1e21}, []float64{1, -2.5, 1e21}, []string{"1", "-2.5", "1000000000000000000000"}},
		{[]float64{math.NaN()}, []float64{math.NaN()}, nil},
		{[]int32{-7}, []float64{-7}, []string{"-7"}},
		{[]int64{1 << 53}, []float64{1 << 53}, []string{"9007199254740992"}},
		{[]int64{1<<53 + 1}, nil, []string{"9007199254740993"}},
		{[]int64{math.MaxInt64}, nil, []string{"9223372036854775807"}},
		{[]uint8{255}, []float64{255}, []string{"255"}},
		{[]bool{true, false}, []float64{1, 0}, []string{"true", "false"}},
		{[]string{"1"}, nil, []string{"1"}},
	} {
		a := &npy.Array{Data: c.data}
		numbers, err := a.Float64s()
		if (err != nil) != (c.numbers == nil) || !cmp.Equal(numbers, c.numbers, cmpopts.EquateNaNs()) {
			t.Errorf("%v: numbers %v, %v; want %v", c.data, numbers, err, c.numbers)
		}
		texts, err := a.Strings()
		if (err != nil) != (c.texts == nil) || !cmp.Equal(texts, c.texts) {
			t.Errorf("%v: texts %q, %v; want %q", c.data, texts, err, c.texts)
		}
	}
}

// Rows of rows are the rows of a composed index, whatever the array holds.
func TestRowsOfAnArray(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t)
		if len(a.Shape) == 0 || a.Shape[0] == 0 {
			return
		}
		index := rapid.SliceOf(rapid.IntRange(0, a.Shape[0]-1)).Draw(t, "index")
		got := a.Rows(index)
		if got.Shape[0] != len(index) || got.Len()*a.Shape[0] != a.Len()*len(index) {
			t.Fatalf("%d rows of %v are %v", len(index), a, got)
		}
		for i, row := range index {
			if !same(got.Rows([]int{i}), a.Rows([]int{row})) {
				t.Fatalf("row %d of %v is not row %d of %v", i, got, row, a)
			}
		}
	})
}

func TestReadFollowsAnAddress(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "odd#name.npy")
	want := &npy.Array{Shape: []int{2}, Data: []float64{1, 2}}
	if err := npy.Write(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := npy.Read(path)
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if a, err := npy.Read(reference + "#u1"); err != nil || a.Len() != 2 {
		t.Errorf("%v, %v", a, err)
	}
	for address, want := range map[string]string{
		reference:                    "#NAME with one of f2, f2_big",
		reference + "#u9":            `no array is called "u9"; it has f2`,
		filepath.Join(folder, "no"):  "no such file",
		folder:                       "not a regular file",
		"testdata/reference/make.py": "not the start of a .npy file",
	} {
		if _, err := npy.Read(address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: err = %v, want %q", address, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range saved(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := decode(data)
		if err != nil {
			requireParseError(t, err, int64(len(data)))
			return
		}
		if err := npy.Encode(io.Discard, a); err != nil {
			t.Fatal(err)
		}
	})
}
