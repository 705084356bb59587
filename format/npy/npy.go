// Package npy reads and writes NumPy's .npy arrays and .npz archives.
//
// What it writes is byte for byte what numpy.save writes, and numpy.load reads
// it without pickle. An array of an archive is addressed as "file.npz#name":
//
//	a, err := npy.Read("subject_1.npz#measurements")
//	values, err := a.Float64s()
//
// Arrays are row-major: what is stored in Fortran order is transposed as it is
// read. Arrays of Python objects are refused, because reading a pickle means
// running the program inside it.
//
// A header never makes this package take more memory than the file can back:
// every size is compared with the bytes at hand before anything is allocated.
package npy

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// An Array is a block of values with a shape; the zero-dimensional array has
// shape [] and one value.
type Array struct {
	Shape []int
	Data  any // []float32, []float64, []int64, []int32, []uint8, []bool or []string; row-major
}

// Vector returns the one-dimensional array of the values of data.
func Vector[T Value](data []T) *Array { return &Array{Shape: []int{len(data)}, Data: data} }

// Value is what an Array can hold.
type Value interface {
	float32 | float64 | int64 | int32 | uint8 | bool | string
}

// Len returns the number of values that a.Data holds.
//
// It panics when Data is of a type that an Array cannot hold.
func (a *Array) Len() int {
	switch data := a.Data.(type) {
	case []float32:
		return len(data)
	case []float64:
		return len(data)
	case []int64:
		return len(data)
	case []int32:
		return len(data)
	case []uint8:
		return len(data)
	case []bool:
		return len(data)
	case []string:
		return len(data)
	}
	panic(fmt.Sprintf("npy: an array cannot hold %T", a.Data))
}

// Rows returns the places along the first axis that index names, in its order.
//
// It panics when there is no such place.
func (a *Array) Rows(index []int) *Array {
	shape := append([]int{len(index)}, a.Shape[1:]...)
	switch data := a.Data.(type) {
	case []float32:
		return &Array{shape, rows(data, a.Shape[0], index)}
	case []float64:
		return &Array{shape, rows(data, a.Shape[0], index)}
	case []int64:
		return &Array{shape, rows(data, a.Shape[0], index)}
	case []int32:
		return &Array{shape, rows(data, a.Shape[0], index)}
	case []uint8:
		return &Array{shape, rows(data, a.Shape[0], index)}
	case []bool:
		return &Array{shape, rows(data, a.Shape[0], index)}
	}
	return &Array{shape, rows(a.Data.([]string), a.Shape[0], index)}
}

func rows[T any](data []T, n int, index []int) []T {
	length := len(data) / max(1, n)
	picked := make([]T, 0, len(index)*length)
	for _, row := range index {
		picked = append(picked, data[row*length:(row+1)*length]...)
	}
	return picked
}

// Float64s returns the values as float64: the data itself if it is []float64,
// else a copy.
//
//	NaN      passed on
//	errors   text, and integers beyond ±2⁵³ that float64 cannot hold exactly
func (a *Array) Float64s() ([]float64, error) {
	switch data := a.Data.(type) {
	case []float64:
		return data, nil
	case []float32:
		return widen(data), nil
	case []int32:
		return widen(data), nil
	case []uint8:
		return widen(data), nil
	case []int64:
		for i, v := range data {
			if int64(float64(v)) != v || v == math.MaxInt64 {
				return nil, fmt.Errorf("value %d: %d has no exact float64", i, v)
			}
		}
		return widen(data), nil
	case []bool:
		values := make([]float64, len(data))
		for i, v := range data {
			if v {
				values[i] = 1
			}
		}
		return values, nil
	}
	return nil, fmt.Errorf("the values are text, not numbers")
}

func widen[T float32 | int32 | uint8 | int64](data []T) []float64 {
	values := make([]float64, len(data))
	for i, v := range data {
		values[i] = float64(v)
	}
	return values
}

// Strings returns the values as text: the data itself if it is []string, else
// the shortest text that reads back as the same number; 1.0 becomes "1".
//
//	NaN      an error: a value that is missing names nothing
func (a *Array) Strings() ([]string, error) {
	if data, ok := a.Data.([]string); ok {
		return data, nil
	}
	texts := make([]string, a.Len())
	for i := range texts {
		texts[i] = a.text(i)
		if texts[i] == "NaN" {
			return nil, fmt.Errorf("value %d is NaN, which names nothing", i)
		}
	}
	return texts, nil
}

func (a *Array) text(i int) string {
	switch data := a.Data.(type) {
	case []float32:
		return strconv.FormatFloat(float64(data[i]), 'f', -1, 32)
	case []float64:
		return strconv.FormatFloat(data[i], 'f', -1, 64)
	case []int32:
		return strconv.FormatInt(int64(data[i]), 10)
	case []int64:
		return strconv.FormatInt(data[i], 10)
	case []uint8:
		return strconv.Itoa(int(data[i]))
	}
	return strconv.FormatBool(a.Data.([]bool)[i])
}

// Read reads the array at address: a .npy file, "file.npz#name", or an .npz
// file that holds one array.
//
//	errors   *file.ParseError that locates a defect; an .npz with several arrays
//	         and no name lists them
func Read(address string) (*Array, error) {
	path, name := Split(address)
	if !strings.EqualFold(extension(path), ".npz") {
		return readFile(path)
	}
	archive, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	if name == "" {
		if len(archive.Names()) != 1 {
			return nil, fmt.Errorf("%s: holds %d arrays: write %s#NAME with one of %s",
				path, len(archive.Names()), path, strings.Join(archive.Names(), ", "))
		}
		name = archive.Names()[0]
	}
	return archive.Read(name)
}

// Split takes "file.npz#name" apart; an address without a name, or of a file
// that has # in its own name, is all path.
func Split(address string) (path, name string) {
	cut := strings.LastIndexByte(address, '#')
	if cut < 0 || !strings.EqualFold(extension(address[:cut]), ".npz") {
		return address, ""
	}
	return address[:cut], address[cut+1:]
}

// extension returns the last four bytes of path.
func extension(path string) string { return path[max(0, len(path)-4):] }

func readFile(path string) (*Array, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Decode(f, path, size)
}

// open opens a .npy file and returns its size.
func open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", path)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// Decode reads one array from r, which holds size bytes and nothing else; name
// stands for r in errors.
//
//	errors   *file.ParseError; its offset counts from the start of r
//	cost     reads r once; memory for the values, twice that in Fortran order
func Decode(r io.Reader, name string, size int64) (*Array, error) {
	h, err := readHeader(r, name, size)
	if err != nil {
		return nil, err
	}
	data, err := h.readData(r, name)
	if err != nil {
		return nil, err
	}
	return &Array{Shape: h.shape, Data: data}, nil
}

// Write writes a to path as a .npy file, whole or not at all.
func Write(path string, a *Array) error {
	return file.Write(path, func(w io.Writer) error { return Encode(w, a) })
}

// Encode writes a as numpy.save does (format 1.0, or 2.0 for a header beyond
// 64 KiB).
//
//	errors   a shape that does not fit the data; text that is not UTF-8 or ends
//	         in a zero byte, which NumPy would drop
func Encode(w io.Writer, a *Array) error {
	header, err := a.header()
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	return writeData(w, a.Data)
}

// Check reports a shape that does not fit the data, and text that Encode
// refuses.
func (a *Array) Check() error {
	if n, err := count(a.Shape); err != nil || n != a.Len() {
		return fmt.Errorf("npy: shape %v does not fit %d values", a.Shape, a.Len())
	}
	if texts, ok := a.Data.([]string); ok {
		return checkTexts(texts)
	}
	return nil
}

// header returns the encoded header of a, after checking that a can be written.
func (a *Array) header() ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	return encodeHeader(typeOf(a.Data), a.Shape), nil
}
