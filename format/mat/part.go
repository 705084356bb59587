package mat

import "slices"

// A Part is an array of a file that was found and whose values were not read: a
// variable, or what lies inside one. A compressed variable is inflated once for
// all that is found in it.
type Part struct {
	f *File
	n *node
}

// Find returns the array at address, as Read takes it.
//
//	errors   an unknown name lists those there are; *file.ParseError for broken
//	         content on the way
//	cost     that of the headers on the way; a compressed variable is inflated
//	         whole
func (f *File) Find(address string) (*Part, error) {
	n, err := f.find(address)
	if err != nil {
		return nil, err
	}
	return &Part{f, n}, nil
}

// Find returns the array at an address that goes on from p, such as
// ".layers{3}.name".
//
//	errors   those of File.Find
func (p *Part) Find(address string) (*Part, error) {
	n := p.n
	for address != "" {
		var err error
		if n, address, err = p.f.follow(n, address); err != nil {
			return nil, err
		}
	}
	return &Part{p.f, n}, nil
}

// Class returns what the array holds.
func (p *Part) Class() Class { return p.n.class }

// Shape returns the lengths of the axes, as in Value.
func (p *Part) Shape() []int { return slices.Clone(seen(p.n.shape)) }

// Len returns the number of elements, the product of the shape.
func (p *Part) Len() int {
	length, _ := count(p.n.shape)
	return length
}

// Fields returns the names of the fields of a struct, in order; none of any other
// array.
//
//	errors   *file.ParseError for broken content
func (p *Part) Fields() ([]string, error) {
	if p.n.class != Struct {
		return nil, nil
	}
	in, err := p.n.inside()
	return slices.Clone(in.fields), err
}

// Read reads the array.
//
//	errors   those of File.Read
func (p *Part) Read() (Value, error) { return p.f.reader().value(p.n, 0) }

// Float32s reads a full array of real numbers in MATLAB's order, down the columns,
// and rounds them to float32.
//
//	errors   *file.ParseError for broken content, and for other arrays
//	cost     time and memory of the numbers, those of float32 once
func (p *Part) Float32s() ([]float32, error) {
	n := p.n
	if !n.class.holdsNumbers() {
		return nil, n.unsupported("class", "%s is a %s array, not one of numbers", n.name, n.class)
	}
	if err := p.f.reader().take(n, n.bytes); err != nil {
		return nil, err
	}
	s, err := n.values()
	switch {
	case err != nil:
		return nil, err
	case s.imaginary != nil || s.positions != nil:
		return nil, n.unsupported("class", "%s is complex or sparse", n.name)
	}
	numbers := rounded(s.real)
	if length, _ := count(n.shape); len(numbers) != length {
		return nil, n.malformed("data", "%s has %d values for shape %v", n.name, len(numbers), n.shape)
	}
	return numbers, nil
}

// rounded returns values of any type as float32.
func rounded(values any) []float32 {
	if same, ok := values.([]float32); ok {
		return same
	}
	wide, _ := as[float64](values)
	numbers := make([]float32, len(wide))
	for i, v := range wide {
		numbers[i] = float32(v)
	}
	return numbers
}
