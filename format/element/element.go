// Package element knows the types of the numbers that tensors are stored as.
//
//	element.BFloat16.Size()               // 2
//	element.Int16.Float32s([]byte{1, 0})  // [1]
package element

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/isocortex/isocortex/format/half"
)

// A Type is the type of the numbers of a tensor, as NumPy names it; what NumPy
// has no name for is called as PyTorch calls it.
type Type string

// Types that files of networks hold.
const (
	Bool       Type = "bool"
	Uint8      Type = "uint8"
	Int8       Type = "int8"
	Uint16     Type = "uint16"
	Int16      Type = "int16"
	Uint32     Type = "uint32"
	Int32      Type = "int32"
	Uint64     Type = "uint64"
	Int64      Type = "int64"
	Float16    Type = "float16"
	BFloat16   Type = "bfloat16"
	Float32    Type = "float32"
	Float64    Type = "float64"
	Complex64  Type = "complex64"
	Complex128 Type = "complex128"
	Float8E4M3 Type = "float8_e4m3fn"
	Float8E5M2 Type = "float8_e5m2"
)

// A kind is what the package knows of a type.
type kind struct {
	size    int64                // bytes of a number
	part    int64                // bytes that a byte order turns round together
	float32 func([]byte) float32 // nil where there is no such value
}

var order = binary.LittleEndian

var kinds = map[Type]kind{
	Bool:       {1, 1, truth},
	Uint8:      {1, 1, func(b []byte) float32 { return float32(b[0]) }},
	Int8:       {1, 1, func(b []byte) float32 { return float32(int8(b[0])) }},
	Uint16:     {2, 2, func(b []byte) float32 { return float32(order.Uint16(b)) }},
	Int16:      {2, 2, func(b []byte) float32 { return float32(int16(order.Uint16(b))) }},
	Uint32:     {4, 4, func(b []byte) float32 { return float32(order.Uint32(b)) }},
	Int32:      {4, 4, func(b []byte) float32 { return float32(int32(order.Uint32(b))) }},
	Uint64:     {8, 8, func(b []byte) float32 { return float32(order.Uint64(b)) }},
	Int64:      {8, 8, func(b []byte) float32 { return float32(int64(order.Uint64(b))) }},
	Float16:    {2, 2, func(b []byte) float32 { return half.Float32(order.Uint16(b)) }},
	BFloat16:   {2, 2, func(b []byte) float32 { return half.BFloat16(order.Uint16(b)) }},
	Float32:    {4, 4, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) }},
	Float64:    {8, 8, func(b []byte) float32 { return float32(math.Float64frombits(order.Uint64(b))) }},
	Complex64:  {size: 8, part: 4},
	Complex128: {size: 16, part: 8},
	Float8E4M3: {size: 1, part: 1},
	Float8E5M2: {size: 1, part: 1},
}

func truth(b []byte) float32 {
	if b[0] != 0 {
		return 1
	}
	return 0
}

// Size returns the bytes of one number; 0 for a type that the package does not
// know.
func (t Type) Size() int64 { return kinds[t].size }

// Float32s converts numbers that lie one after the other, little-endian. True
// becomes 1; what float32 cannot hold is rounded to the nearest, beyond its
// range to infinity.
//
//	NaN      passed on
//	errors   complex numbers and those of 8 bits, which have no plain value
//
// It panics when raw is not whole numbers.
func (t Type) Float32s(raw []byte) ([]float32, error) {
	k := kinds[t]
	if k.float32 == nil {
		return nil, fmt.Errorf("numbers of type %s do not convert to float32", t)
	}
	if int64(len(raw))%k.size != 0 {
		panic(fmt.Sprintf("element: %d bytes are not whole numbers of type %s", len(raw), t))
	}
	values := make([]float32, int64(len(raw))/k.size)
	if t == Float32 {
		_, err := binary.Decode(raw, order, values)
		return values, err
	}
	for i := range values {
		values[i] = k.float32(raw[int64(i)*k.size:])
	}
	return values, nil
}

// Reverse turns the byte order of numbers round, in place. The parts of a
// complex number stay in their order.
func (t Type) Reverse(raw []byte) {
	part := int(max(1, kinds[t].part))
	for ; len(raw) >= part; raw = raw[part:] {
		for i, j := 0, part-1; i < j; i, j = i+1, j-1 {
			raw[i], raw[j] = raw[j], raw[i]
		}
	}
}

// Elements returns the product of the lengths of the axes; the second result
// is false when a length is negative, or their product, or that of the lengths
// other than 0, is beyond the largest integer.
func Elements(shape []int64) (int64, bool) {
	n, empty := int64(1), false
	for _, length := range shape {
		if length < 0 || length > 0 && n > math.MaxInt64/length {
			return 0, false
		}
		n *= max(length, 1)
		empty = empty || length == 0
	}
	if empty {
		return 0, true
	}
	return n, true
}

// Bytes returns the bytes that the numbers of a tensor take; the second result
// is false when the shape is wrong, the bytes are too many for an integer, or
// the type is not known.
func (t Type) Bytes(shape []int64) (int64, bool) {
	n, ok := Elements(shape)
	size := t.Size()
	if !ok || size == 0 || n > math.MaxInt64/size {
		return 0, false
	}
	return n * size, true
}
