package mat

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// find returns the array at address, following it from the variable inwards.
func (f *File) find(address string) (*node, error) {
	name, rest := address, ""
	if !f.has(address) { // a name may hold any letter, whoever wrote the file
		if end := strings.IndexAny(address, ".({"); end >= 0 {
			name, rest = address[:end], address[end:]
		}
	}
	at := slices.IndexFunc(f.variables, func(v variable) bool { return v.Name == name })
	if at < 0 {
		return nil, f.unknown(name)
	}
	n, err := f.variables[at].open()
	for err == nil && rest != "" {
		n, rest, err = f.follow(n, rest)
	}
	return n, err
}

func (f *File) has(name string) bool {
	return slices.ContainsFunc(f.variables, func(v variable) bool { return v.Name == name })
}

// follow takes the first step of an address inside n and returns the rest.
func (f *File) follow(n *node, address string) (*node, string, error) {
	if field, ok := strings.CutPrefix(address, "."); ok {
		rest := ""
		if end := strings.IndexAny(field, ".({"); end >= 0 {
			field, rest = field[:end], field[end:]
		}
		next, err := f.field(n, field)
		return next, rest, err
	}
	end := strings.IndexAny(address, ")}")
	if end < 0 || address[0] != '(' && address[0] != '{' || (address[0] == '{') != (address[end] == '}') {
		return nil, "", fmt.Errorf("%s: %s goes on with %q: write .field, (1) or {1}", f.path, n.name, address)
	}
	at, err := position(address[1:end], n.shape)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %s: %w", f.path, n.name, err)
	}
	next := n.element(at)
	next.name += address[:end+1]
	if address[0] == '(' {
		return next, address[end+1:], nil
	}
	if n.class != Cell {
		return nil, "", fmt.Errorf("%s: %s is a %s array: only cell arrays are followed with {}", f.path, n.name, n.class)
	}
	in, err := n.inside()
	if err != nil {
		return nil, "", err
	}
	inner, err := in.open(at)
	return inner, address[end+1:], err
}

// field returns the field of a struct of one element.
func (f *File) field(n *node, name string) (*node, error) {
	if n.class != Struct {
		return nil, fmt.Errorf("%s: %s is a %s array: only a struct has fields", f.path, n.name, n.class)
	}
	if length, _ := count(n.shape); length != 1 {
		return nil, fmt.Errorf("%s: %s has %d elements: name one, as in %s(1).%s", f.path, n.name, length, n.name, name)
	}
	in, err := n.inside()
	if err != nil {
		return nil, err
	}
	at := slices.Index(in.fields, name)
	if at < 0 {
		return nil, fmt.Errorf("%s: %s has no field %q%s", f.path, n.name, name, offer(name, in.fields))
	}
	return in.open(at)
}

// position returns the element, counted from 0 down the columns, that
// subscripts such as "3" or "2,3,1" name.
func position(subscripts string, shape []int) (int, error) {
	parts := strings.Split(subscripts, ",")
	at, step := 0, 1
	for axis, part := range parts {
		length := 1
		if axis < len(shape) {
			length = shape[axis]
		}
		if axis == len(parts)-1 { // as in MATLAB, the last subscript runs over all axes that are left
			length, _ = count(shape[min(axis, len(shape)):])
		}
		i, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || i < 1 || i > length {
			return 0, fmt.Errorf("(%s): subscript %d is %q: write a whole number from 1 to %d", subscripts, axis+1, strings.TrimSpace(part), length)
		}
		at += (i - 1) * step
		step *= length
	}
	return at, nil
}

// element returns element at of n as an array of one element.
func (n *node) element(at int) *node {
	one := *n
	one.shape = []int{1, 1}
	one.values = func() (stored, error) {
		s, err := n.values()
		if err == nil {
			s, err = s.element(n, at)
		}
		return s, err
	}
	one.inside = func() (children, error) {
		in, err := n.inside()
		first := at * max(1, len(in.fields))
		return children{in.fields, func(i int) (*node, error) { return in.open(first + i) }}, err
	}
	return &one
}

// element returns element at of what n has stored, in column-major order.
func (s stored) element(n *node, at int) (stored, error) {
	if s.positions != nil {
		at = slices.Index(s.positions, at)
	}
	real, ok := only(s.real, at)
	imaginary, also := only(s.imaginary, at)
	if !ok || !also {
		return stored{}, n.malformed("data", "%s has fewer values than shape %v", n.name, n.shape)
	}
	return stored{real: real, imaginary: imaginary}, nil
}

// only returns value i of a slice as a slice; zero for the place -1, which
// sparse arrays leave out; false when there is no such value.
func only(values any, i int) (any, bool) {
	if values == nil {
		return nil, true
	}
	if i < 0 {
		return []uint8{0}, true
	}
	slice := reflect.ValueOf(values)
	if i >= slice.Len() {
		return nil, false
	}
	return slice.Slice(i, i+1).Interface(), true
}
