package mat

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A Value is a MATLAB array: numbers, text, or an array of further arrays.
//
// Shape has two axes at least; trailing axes of length 1 beyond them do not
// exist. Which of the other fields is set follows from Class.
type Value struct {
	Class     Class
	Shape     []int
	Numbers   any       // numeric: []float64, []float32, []int8 … []uint64; logical: []bool; row-major over Shape
	Imaginary any       // of the same type and length; nil when the values are real
	Text      []string  // char: one string per row, each of Shape[1] UTF-16 units with the blanks that pad it; pages in row-major order
	Cells     []Value   // cell: row-major over Shape
	Fields    []string  // struct: names in order
	Elements  [][]Value // struct: elements, row-major over Shape, × fields
}

// A Variable is a value with a name.
type Variable struct {
	Name  string
	Value Value
}

// Number is what numeric and logical arrays hold.
type Number interface {
	float64 | float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool
}

// Array returns a real numeric or logical array of these numbers.
//
// It panics when they do not fill the shape.
//
//	shapes   numbers: row-major over shape; of one axis n, the row 1 × n
func Array[T Number](numbers []T, shape ...int) Value {
	if len(shape) == 1 {
		shape = []int{1, shape[0]}
	}
	if n, ok := count(shape); !ok || n != len(numbers) {
		panic(fmt.Sprintf("mat: shape %v does not fit %d numbers", shape, len(numbers)))
	}
	return Value{Class: classOf(numbers), Shape: shape, Numbers: numbers}
}

// Text returns a char array with one row per string, padded with blanks to the
// longest. Of no string, or one that is empty, it is MATLAB's empty text, 0 × 0.
func Text(rows ...string) Value {
	if len(rows) == 0 || len(rows) == 1 && rows[0] == "" {
		return Value{Class: Char, Shape: []int{0, 0}, Text: []string{}}
	}
	padded, width := pad(rows)
	return Value{Class: Char, Shape: []int{len(rows), width}, Text: padded}
}

// Cells returns a cell array of these values: one column, as MATLAB keeps lists
// of texts.
func Cells(values ...Value) Value {
	return Value{Class: Cell, Shape: []int{len(values), 1}, Cells: append([]Value{}, values...)}
}

// Fields returns a struct of one element with these fields.
func Fields(fields ...Variable) Value {
	v := Value{Class: Struct, Shape: []int{1, 1}, Fields: make([]string, len(fields)), Elements: [][]Value{make([]Value, len(fields))}}
	for i, f := range fields {
		v.Fields[i], v.Elements[0][i] = f.Name, f.Value
	}
	return v
}

// Len returns the number of elements, the product of the shape.
func (v Value) Len() int {
	n, _ := count(v.Shape)
	return n
}

// Field returns a field of element i of a struct array, counted from 0 in
// row-major order; false when the struct has no such field.
//
// It panics when there is no such element.
func (v Value) Field(i int, name string) (Value, bool) {
	at := slices.Index(v.Fields, name)
	if at < 0 {
		return Value{}, false
	}
	return v.Elements[i][at], true
}

// Strings returns the texts of a char array, one per row, or of a cell array of
// single rows, without the blanks at their ends.
//
//	errors   any other value
func (v Value) Strings() ([]string, error) {
	switch v.Class {
	case Char:
		return trimmed(v.Text), nil
	case Cell:
		texts := make([]string, len(v.Cells))
		for i, c := range v.Cells {
			one, err := c.Strings()
			switch {
			case err != nil || c.Class != Char || len(one) > 1:
				return nil, fmt.Errorf("element %d of the cell array is no text of one row", i+1)
			case len(one) == 1:
				texts[i] = one[0]
			}
		}
		return texts, nil
	}
	return nil, fmt.Errorf("a %s array is no text", v.Class)
}

func trimmed(rows []string) []string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = strings.TrimRight(row, " ")
	}
	return texts
}

// classOf returns the class whose numbers these are; "" for anything else.
func classOf(numbers any) Class {
	switch numbers.(type) {
	case []float64:
		return Double
	case []float32:
		return Single
	case []int8:
		return Int8
	case []int16:
		return Int16
	case []int32:
		return Int32
	case []int64:
		return Int64
	case []uint8:
		return Uint8
	case []uint16:
		return Uint16
	case []uint32:
		return Uint32
	case []uint64:
		return Uint64
	case []bool:
		return Logical
	}
	return ""
}

// count returns the number of elements of a shape; false when it is negative
// along an axis or more than this system can address.
func count(shape []int) (int, bool) {
	n, empty := 1, slices.Contains(shape, 0)
	for _, axis := range shape {
		switch {
		case axis < 0 || !empty && axis > maxCount/n:
			return 0, false
		case !empty:
			n *= axis
		}
	}
	if empty {
		n = 0
	}
	return n, true
}

const maxCount = 1 << 48

// seen returns the shape without the trailing axes that MATLAB does not have.
func seen(shape []int) []int {
	axes := len(shape)
	for axes > 2 && shape[axes-1] == 1 {
		axes--
	}
	return shape[:axes]
}

// rows returns the number of rows of text of a char array with this shape.
func rows(shape []int) int {
	n, _ := count(slices.Concat(shape[:1], shape[2:]))
	return n
}

// pad returns rows with blanks behind them up to the longest, and the UTF-16
// units of that.
func pad(rows []string) ([]string, int) {
	width := 0
	for _, row := range rows {
		width = max(width, units(row))
	}
	padded := make([]string, len(rows))
	for i, row := range rows {
		padded[i] = row + strings.Repeat(" ", width-units(row))
	}
	return padded, width
}

// units returns the length of text in UTF-16 units, which MATLAB counts.
func units(text string) int {
	n := 0
	for _, c := range text {
		n += max(1, utf16.RuneLen(c))
	}
	return n
}

// decodeRow returns the text of one row: UTF-16 units; or bytes, which are UTF-8
// as Octave has them, else the first 256 characters of Unicode.
func decodeRow[T uint8 | uint16](row []T) string {
	if bytes, ok := any(row).([]uint8); ok && utf8.Valid(bytes) {
		return string(bytes)
	}
	wide := make([]uint16, len(row))
	for i, unit := range row {
		wide[i] = uint16(unit)
	}
	return string(utf16.Decode(wide))
}
