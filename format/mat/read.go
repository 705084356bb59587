package mat

import (
	"fmt"
	"reflect"

	"github.com/isocortex/isocortex/file"
)

const (
	leastBudget = 64 << 20 // bytes that a Read may take whatever the file's size
	deepest     = 64       // levels of cells and structs inside each other
	mostAxes    = 64
)

// A place is where in a file something lies.
type place struct {
	path   string
	offset int64 // bytes; negative when there is no such place
}

// plus returns the place some bytes further on.
func (p place) plus(bytes int) place { return place{p.path, p.offset + int64(bytes)} }

func (p place) malformed(field, format string, args ...any) error {
	return file.Malformed(p.path, p.offset, field, format, args...)
}

func (p place) unsupported(field, format string, args ...any) error {
	return file.Unsupported(p.path, p.offset, field, format, args...)
}

// A node is an array as it lies in a file of any version, not yet read.
// Everything inside a node is in MATLAB's column-major order.
type node struct {
	place
	name   string // address in the file, for people
	class  Class
	shape  []int
	bytes  int64                    // stored bytes of its own values
	values func() (stored, error)   // numeric, logical, char
	inside func() (children, error) // cell, struct
}

// stored is the values of a node in the type that the file has them in.
type stored struct {
	real, imaginary any   // slices of numbers; text: []uint8 or []uint16; imaginary is nil when real
	positions       []int // sparse: where the values stand among all the elements; nil when none is left out
}

// children is what a cell or struct array holds.
type children struct {
	fields []string                   // struct: names
	open   func(i int) (*node, error) // cell: element i; struct: field i%len(fields) of element i/len(fields)
}

// A reader builds the value of a node and of all nodes inside it.
type reader struct {
	left int64 // bytes that may still be taken
}

// What a value, a slice and a text take themselves, without what is in them.
var (
	valueSize = int64(reflect.TypeFor[Value]().Size())
	sliceSize = int64(reflect.TypeFor[[]Value]().Size())
	textSize  = int64(reflect.TypeFor[string]().Size())
)

// take accounts for memory before it is allocated.
func (r *reader) take(n *node, bytes int64) error {
	if bytes > r.left {
		return n.unsupported("size", "%s takes more memory than a file of this size can ask for", n.name)
	}
	r.left -= bytes
	return nil
}

// value reads n, which is depth levels below what was asked for.
func (r *reader) value(n *node, depth int) (Value, error) {
	if depth > deepest {
		return Value{}, n.unsupported("array", "%s lies more than %d levels deep", n.name, deepest)
	}
	if err := r.take(n, n.bytes); err != nil {
		return Value{}, err
	}
	v := Value{Class: n.class, Shape: seen(n.shape)}
	var err error
	switch {
	case n.class == Cell:
		v.Cells, err = r.cells(n, depth)
	case n.class == Struct:
		v.Fields, v.Elements, err = r.elements(n, depth)
	case n.class == Char:
		v.Text, v.Shape, err = r.text(n)
	case n.class.holdsNumbers():
		v.Numbers, v.Imaginary, err = r.numbers(n)
	case n.class == "":
		err = n.malformed("MATLAB_class", "%s has no MATLAB class", n.name)
	default:
		err = n.unsupported("class", "%s is an object of class %q: in MATLAB turn it into numbers, char, a cell array or a struct "+
			"(cellstr, table2struct, func2str) and save again", n.name, n.class)
	}
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

// cells reads the elements of a cell array.
func (r *reader) cells(n *node, depth int) ([]Value, error) {
	in, err := n.inside()
	if err != nil {
		return nil, err
	}
	length, _ := count(n.shape)
	if err := r.take(n, valueSize*int64(length)); err != nil {
		return nil, err
	}
	cells := make([]Value, length)
	for i := range cells {
		child, err := in.open(i)
		if err != nil {
			return nil, err
		}
		if cells[i], err = r.value(child, depth+1); err != nil {
			return nil, err
		}
	}
	return turn(cells, n.shape), nil
}

// elements reads the fields of every element of a struct array.
func (r *reader) elements(n *node, depth int) ([]string, [][]Value, error) {
	in, err := n.inside()
	if err != nil {
		return nil, nil, err
	}
	length, _ := count(n.shape)
	if err := r.take(n, int64(length)*(sliceSize+valueSize*int64(len(in.fields)))); err != nil {
		return nil, nil, err
	}
	elements := make([][]Value, length)
	for i := range elements {
		elements[i] = make([]Value, len(in.fields))
		for k := range in.fields {
			child, err := in.open(i*len(in.fields) + k)
			if err != nil {
				return nil, nil, err
			}
			if elements[i][k], err = r.value(child, depth+1); err != nil {
				return nil, nil, err
			}
		}
	}
	return in.fields, turn(elements, n.shape), nil
}

// text reads a char array: its rows and its shape in UTF-16 units.
func (r *reader) text(n *node) ([]string, []int, error) {
	if err := r.take(n, 2*textSize*int64(rows(n.shape))); err != nil {
		return nil, nil, err
	}
	s, err := n.values()
	if err != nil {
		return nil, nil, err
	}
	var lines []string
	if bytes, ok := s.real.([]uint8); ok {
		lines = decodeRows(bytes, n.shape)
	} else {
		lines = decodeRows(s.real.([]uint16), n.shape)
	}
	shape := append([]int{}, seen(n.shape)...)
	if len(lines) > 0 {
		lines, shape[1] = pad(lines) // bytes of UTF-8 are more than the units they stand for
	}
	return lines, shape, nil
}

// decodeRows returns the rows of a char array, page by page in row-major order.
func decodeRows[T uint8 | uint16](values []T, shape []int) []string {
	lines := make([]string, rows(shape))
	if len(lines) == 0 { // however wide none of them is
		return lines
	}
	step, width := shape[0], shape[1]
	row := make([]T, width)
	for i := range lines {
		page, first := i/step, i%step
		for k := range row {
			row[k] = values[(page*width+k)*step+first]
		}
		lines[i] = decodeRow(row)
	}
	return turn(lines, append([]int{step}, shape[2:]...))
}

// numbers reads the values of a numeric or logical array.
func (r *reader) numbers(n *node) (real, imaginary any, err error) {
	s, err := n.values()
	if err != nil {
		return nil, nil, err
	}
	length, _ := count(n.shape)
	if s.positions != nil {
		if err := r.take(n, 16*int64(length)); err != nil {
			return nil, nil, fmt.Errorf("%w; in MATLAB, save full(%s)", err, n.name)
		}
	}
	convert := numberClasses[n.class]
	if real, err = convert(n, s.real, s.positions); err != nil || s.imaginary == nil {
		return real, nil, err
	}
	imaginary, err = convert(n, s.imaginary, s.positions)
	return real, imaginary, err
}
