package hdf5

import (
	"fmt"
	"slices"
	"strconv"
	"unsafe"
)

// An Array is a block of values with a shape; a single value has shape [].
//
// Data is, by the type in the file,
//
//	integers     []int8 to []int64, []uint8 to []uint64: the narrowest that holds them
//	floats       []float32, []float64; those of two bytes become float32
//	strings      []string, without what they were filled up with
//	enums        []bool if the names are FALSE and TRUE, else the integers
//	compounds    Compound; a complex number has the members real and imag, or r and i
//	references   []Reference
//	sequences    []Array, one for every element
//	arrays       as their elements; their shape is added at the end of Shape
type Array struct {
	Shape []int
	Data  any // row-major
}

// A Compound is an array of records, member by member.
type Compound []Field

// A Field is one member of all records of a compound.
type Field struct {
	Name  string
	Array Array // the shape of the compound, and at its end that of the member
}

// Field returns the member of this name; false if there is none.
func (c Compound) Field(name string) (Array, bool) {
	i := slices.IndexFunc(c, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Array{}, false
	}
	return c[i].Array, true
}

// Len returns the number of values of a.
//
// It panics for a shape that no array in memory can have.
func (a Array) Len() int {
	n, ok := product(a.Shape, 1)
	if !ok {
		panic("hdf5: shape " + fmt.Sprint(a.Shape))
	}
	return n
}

// Text returns the text of a single value, or of a list of one: what most
// attributes are. False when a is none.
func (a Array) Text() (string, bool) {
	texts, ok := a.Data.([]string)
	if !ok || len(texts) != 1 {
		return "", false
	}
	return texts[0], true
}

// number is what lies in memory as it lies in a file, byte order apart.
type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// bytesOf views numbers as their bytes.
func bytesOf[T number](values []T) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), len(values)*int(unsafe.Sizeof(values[0])))
}

// plainNumbers returns n numbers, and the same memory as bytes.
func plainNumbers[T number](n int) (any, []byte) {
	values := make([]T, n)
	return values, bytesOf(values)
}

// plain returns memory for n elements of t and its bytes, if they lie in memory
// as in the file but for their byte order; else nil.
func (t *Type) plain(n int) (any, []byte) {
	if t.Class == ClassEnum && !t.boolean() {
		return t.Element.plain(n)
	}
	if t.offset != 0 || t.bits != 8*t.Size {
		return nil, nil
	}
	switch t.name() {
	case "int8":
		return plainNumbers[int8](n)
	case "int16":
		return plainNumbers[int16](n)
	case "int32":
		return plainNumbers[int32](n)
	case "int64":
		return plainNumbers[int64](n)
	case "uint8":
		return plainNumbers[uint8](n)
	case "uint16":
		return plainNumbers[uint16](n)
	case "uint32":
		return plainNumbers[uint32](n)
	case "uint64":
		return plainNumbers[uint64](n)
	case "float32":
		return plainNumbers[float32](n)
	case "float64":
		return plainNumbers[float64](n)
	}
	return nil, nil
}

// name returns the name of a type of number in Go; "" for other types and for
// floats that are not those of IEEE 754.
func (t *Type) name() string {
	bits := strconv.Itoa(8 * t.Size)
	switch {
	case t.Class == ClassFloat && t.ieee():
		return "float" + bits
	case t.Class != ClassInteger && t.Class != ClassBits:
		return ""
	case t.Signed:
		return "int" + bits
	}
	return "uint" + bits
}

// ieee reports whether t is a float of IEEE 754 of two, four or eight bytes.
func (t *Type) ieee() bool {
	return t.offset == 0 && t.bits == 8*t.Size && t.bits == 1+t.exponents+t.mantissa &&
		(t.Size == 2 && t.exponents == 5 || t.Size == 4 && t.exponents == 8 || t.Size == 8 && t.exponents == 11) &&
		t.bias == 1<<(t.exponents-1)-1
}
