package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/half"
)

// littleEndian says whether values lie in memory as they lie in the files that
// this package writes.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// readData reads the values that h describes. The size of r has been checked.
func (h *header) readData(r io.Reader, name string) (any, error) {
	switch (layout{kind: h.kind, size: h.size}) {
	case layout{kind: 'f', size: 4}:
		return readFixed[float32](h, r, name)
	case layout{kind: 'f', size: 8}:
		return readFixed[float64](h, r, name)
	case layout{kind: 'i', size: 8}:
		return readFixed[int64](h, r, name)
	case layout{kind: 'i', size: 4}:
		return readFixed[int32](h, r, name)
	case layout{kind: 'u', size: 1}:
		return readFixed[uint8](h, r, name)
	case layout{kind: 'b', size: 1}:
		return readEach(h, r, name, func(b []byte) (bool, error) { return b[0] != 0, nil })
	case layout{kind: 'f', size: 2}:
		return readEach(h, r, name, func(b []byte) (float32, error) { return half.Float32(h.order().Uint16(b)), nil })
	case layout{kind: 'i', size: 1}:
		return readEach(h, r, name, func(b []byte) (int32, error) { return int32(int8(b[0])), nil })
	case layout{kind: 'i', size: 2}:
		return readEach(h, r, name, func(b []byte) (int32, error) { return int32(int16(h.order().Uint16(b))), nil })
	case layout{kind: 'u', size: 2}:
		return readEach(h, r, name, func(b []byte) (int32, error) { return int32(h.order().Uint16(b)), nil })
	case layout{kind: 'u', size: 4}:
		return readEach(h, r, name, func(b []byte) (int64, error) { return int64(h.order().Uint32(b)), nil })
	case layout{kind: 'u', size: 8}:
		return readEach(h, r, name, h.unsigned)
	case layout{kind: 'U', size: h.size}:
		return readEach(h, r, name, h.characters)
	}
	return readEach(h, r, name, encodedText)
}

func (h *header) order() binary.ByteOrder {
	if h.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// number is what lies in memory as it lies in a file, byte order apart.
type number interface {
	float32 | float64 | int64 | int32 | uint8
}

// readFixed reads values straight into their memory and then turns their bytes
// and axes round where the file has them otherwise.
func readFixed[T number](h *header, r io.Reader, name string) ([]T, error) {
	values := make([]T, h.count)
	raw := bytesOf(values)
	if n, err := io.ReadFull(r, raw); err != nil && len(raw) > 0 {
		return nil, short(name, h.length+int64(n), "data", err)
	}
	if h.big == littleEndian {
		for from := 0; from < len(raw); from += h.size {
			reverse(raw[from : from+h.size])
		}
	}
	return rowMajor(h, values), nil
}

func reverse(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// readEach reads values that are made one by one from their bytes.
func readEach[T any](h *header, r io.Reader, name string, value func([]byte) (T, error)) ([]T, error) {
	values := make([]T, h.count)
	width := h.bytes()
	block := make([]byte, min(h.count, max(1, (1<<18)/width))*width)
	for from := 0; from < h.count; {
		n := min(len(block)/width, h.count-from)
		at := h.length + int64(from)*int64(width)
		if got, err := io.ReadFull(r, block[:n*width]); err != nil {
			return nil, short(name, at+int64(got), "data", err)
		}
		for i := range n {
			v, err := value(block[i*width : (i+1)*width])
			if err != nil {
				return nil, file.Unsupported(name, at+int64(i*width), "data", "value %d: %w", from+i, err)
			}
			values[from+i] = v
		}
		from += n
	}
	return rowMajor(h, values), nil
}

func (h *header) unsigned(b []byte) (int64, error) {
	v := h.order().Uint64(b)
	if v > math.MaxInt64 {
		return 0, fmt.Errorf("%d is beyond the largest signed integer", v)
	}
	return int64(v), nil
}

// characters reads fixed-width UTF-32 text, filled up with zeros.
func (h *header) characters(b []byte) (string, error) {
	end := len(b)
	for end > 0 && h.order().Uint32(b[end-4:]) == 0 {
		end -= 4
	}
	var text strings.Builder
	for at := 0; at < end; at += 4 {
		c := h.order().Uint32(b[at:])
		if c > utf8.MaxRune || !utf8.ValidRune(rune(c)) {
			return "", fmt.Errorf("%#x is not a character", c)
		}
		text.WriteRune(rune(c))
	}
	return text.String(), nil
}

// encodedText reads fixed-width text of an encoding that the file does not
// name; guessing one could turn a label into another.
func encodedText(b []byte) (string, error) {
	text := strings.TrimRight(string(b), "\x00")
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("the bytes %q are not UTF-8; save the array as 'U'", text)
	}
	return text, nil
}

// rowMajor returns values in row-major order; a copy if h has them in Fortran
// order.
func rowMajor[T any](h *header, values []T) []T {
	if !h.fortran || len(h.shape) < 2 || len(values) == 0 {
		return values
	}
	axes := len(h.shape)
	stride, step := make([]int, axes), 1
	for axis, n := range h.shape {
		stride[axis] = step
		step *= n
	}
	turned := make([]T, len(values))
	index, from := make([]int, axes), 0
	for to := range turned {
		turned[to] = values[from]
		for axis := axes - 1; axis >= 0; axis-- {
			index[axis]++
			from += stride[axis]
			if index[axis] < h.shape[axis] {
				break
			}
			from -= stride[axis] * index[axis]
			index[axis] = 0
		}
	}
	return turned
}

// typeOf returns the type that data is written as.
func typeOf(data any) Type {
	switch data := data.(type) {
	case []float32:
		return Float32
	case []float64:
		return Float64
	case []int64:
		return Int64
	case []int32:
		return Int32
	case []uint8:
		return Uint8
	case []bool:
		return Bool
	case []string:
		return Type(fmt.Sprintf("<U%d", longest(data)))
	}
	panic(fmt.Sprintf("npy: an array cannot hold %T", data))
}

// longest returns the characters of the longest text, at least 1 as in NumPy.
func longest(texts []string) int {
	most := 1
	for _, t := range texts {
		most = max(most, utf8.RuneCountInString(t))
	}
	return most
}

// checkTexts refuses what would not come back from a file as it was.
func checkTexts(texts []string) error {
	for i, t := range texts {
		if !utf8.ValidString(t) || strings.HasSuffix(t, "\x00") {
			return fmt.Errorf("npy: text %d, %q, is not UTF-8 or ends in a zero byte", i, t)
		}
	}
	return nil
}

// writeData writes values in little-endian order.
func writeData(w io.Writer, data any) error {
	switch data := data.(type) {
	case []float32:
		return writeFixed(w, data)
	case []float64:
		return writeFixed(w, data)
	case []int64:
		return writeFixed(w, data)
	case []int32:
		return writeFixed(w, data)
	case []uint8:
		return writeFixed(w, data)
	case []bool:
		return binary.Write(w, binary.LittleEndian, data)
	}
	return writeTexts(w, data.([]string))
}

func writeFixed[T number](w io.Writer, values []T) error {
	_, err := w.Write(littleEndianBytes(values))
	return err
}

// littleEndianBytes returns values as they lie in a file: a view where memory
// has the same order, else a copy.
func littleEndianBytes[T number](values []T) []byte {
	if littleEndian {
		return bytesOf(values)
	}
	raw, err := binary.Append(nil, binary.LittleEndian, values)
	if err != nil {
		panic(err) // every number has a fixed size
	}
	return raw
}

func writeTexts(w io.Writer, texts []string) error {
	field := make([]byte, 4*longest(texts))
	for _, t := range texts {
		clear(field)
		at := 0
		for _, c := range t {
			binary.LittleEndian.PutUint32(field[at:], uint32(c))
			at += 4
		}
		if _, err := w.Write(field); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf views values as the bytes that they lie in memory as.
func bytesOf[T number](values []T) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), len(values)*int(unsafe.Sizeof(values[0])))
}
