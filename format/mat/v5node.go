package mat

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// arrayV5 is the content of an array of a version 5 file.
type arrayV5 struct {
	*node
	flags byte
	rest  region // behind the header
}

// nodeV5 returns the array in body, whose header was not read yet. An array of
// no bytes at all is how MATLAB writes [] inside cells and structs.
func nodeV5(body region, name string) (*node, error) {
	if len(body.data) == 0 {
		none := func() (stored, error) { return stored{real: []float64{}}, nil }
		return &node{place: body.place, name: name, class: Double, shape: []int{0, 0}, values: none}, nil
	}
	h, err := readHeader(body)
	if err != nil {
		return nil, err
	}
	n := &node{place: body.place, name: name, class: h.class, shape: h.shape}
	a := arrayV5{n, h.flags, h.rest}
	switch h.code {
	case mxCELL:
		n.inside = func() (children, error) { return a.children(nil, h.rest) }
	case mxSTRUCT:
		n.inside = a.structure
	case mxCHAR:
		n.values = a.characters
	case mxSPARSE:
		n.values = a.sparse
	default:
		n.values = a.numbers
	}
	if n.values != nil {
		n.bytes = int64(len(h.rest.data))
	}
	return n, nil
}

// numbers decodes the values of a numeric array.
func (a arrayV5) numbers() (stored, error) { return a.decode(a.rest) }

// decode decodes the real and imaginary values that start rest.
func (a arrayV5) decode(rest region) (s stored, err error) {
	if len(rest.data) == 0 && slices.Contains(a.shape, 0) { // some writers leave out what is empty
		return stored{real: []float64{}}, nil
	}
	if s.real, err = decodeNext(&rest, "real part"); err == nil && a.flags&flagComplex != 0 {
		s.imaginary, err = decodeNext(&rest, "imaginary part")
	}
	return s, err
}

// decodeNext decodes the numbers of the next element of r.
func decodeNext(r *region, field string) (any, error) {
	e, err := r.next(field)
	if err != nil {
		return nil, err
	}
	values := e.values()
	if values == nil {
		return nil, e.malformed(field, "%d bytes of type %d are no numbers", len(e.data), e.kind)
	}
	return values, nil
}

// values returns the numbers of e in the type they are stored in; nil when they
// are none.
func (e element) values() any {
	switch e.kind {
	case miINT8:
		return decode[int8](e.region, 1)
	case miUINT8, miUTF8:
		return decode[uint8](e.region, 1)
	case miINT16:
		return decode[int16](e.region, 2)
	case miUINT16, miUTF16:
		return decode[uint16](e.region, 2)
	case miINT32:
		return decode[int32](e.region, 4)
	case miUINT32, miUTF32:
		return decode[uint32](e.region, 4)
	case miSINGLE:
		return decode[float32](e.region, 4)
	case miDOUBLE:
		return decode[float64](e.region, 8)
	case miINT64:
		return decode[int64](e.region, 8)
	case miUINT64:
		return decode[uint64](e.region, 8)
	}
	return nil
}

// decode returns the values that fill r; nil when they do not.
func decode[T arithmetic](r region, size int) any {
	if len(r.data)%size != 0 {
		return nil
	}
	values := make([]T, len(r.data)/size)
	if _, err := binary.Decode(r.data, r.order, values); err != nil {
		panic(err) // the sizes fit
	}
	return values
}

// sparse decodes the values of a sparse array: rows, the index at which every
// column starts, and the values.
func (a arrayV5) sparse() (stored, error) {
	rest := a.rest
	rows, err := decodeIndices(&rest, "row indices")
	if err != nil {
		return stored{}, err
	}
	starts, err := decodeIndices(&rest, "column indices")
	if err != nil {
		return stored{}, err
	}
	positions, err := a.positions(rows, starts)
	if err != nil {
		return stored{}, err
	}
	if a.class == Logical {
		unmistype(&rest, len(rows))
	}
	s, err := a.decode(rest)
	s.positions = positions
	return s, err
}

// unmistype puts right that MATLAB calls the truth values of a sparse array
// doubles and writes bytes, one for each of the row indices.
func unmistype(rest *region, length int) {
	peek := *rest
	if e, err := peek.next("real part"); err == nil && e.kind == miDOUBLE && len(e.data) == length {
		*rest = region{rest.place, appendElement(nil, miUINT8, e.data), binary.LittleEndian}
	}
}

func decodeIndices(r *region, field string) ([]int64, error) {
	values, err := decodeNext(r, field)
	if err != nil {
		return nil, err
	}
	indices, ok := as[int64](values)
	if !ok {
		return nil, r.malformed(field, "they are no whole numbers")
	}
	return indices, nil
}

// characters decodes a char array into UTF-16 units, or the bytes that Octave
// counts instead.
func (a arrayV5) characters() (stored, error) {
	rest := a.rest
	length, _ := count(a.shape)
	if len(rest.data) == 0 && length == 0 {
		return stored{real: []uint8{}}, nil
	}
	e, err := rest.next("characters")
	if err != nil {
		return stored{}, err
	}
	values := e.values()
	switch {
	case len(e.data) == 0 && length == 1: // a blank that some writer left out
		values = []uint8{' '}
	case e.kind == miINT8:
		values = slices.Clone(e.data)
	case e.kind == miUTF8 && len(e.data) != length && utf8.Valid(e.data):
		values = utf16.Encode(bytes.Runes(e.data))
	case e.kind == miUTF32 && values != nil:
		points := values.([]uint32)
		runes := make([]rune, len(points))
		for i, c := range points {
			runes[i] = rune(c)
		}
		values = utf16.Encode(runes)
	}
	return a.text(values)
}

// children cuts the arrays that rest holds apart, one per element and field.
func (a arrayV5) children(fields []string, rest region) (children, error) {
	length, _ := count(a.shape)
	if fields != nil {
		length *= len(fields)
	}
	if length > len(rest.data)/8 {
		return children{}, rest.malformed("elements", "%d arrays announced, %d bytes left", length, len(rest.data))
	}
	arrays := make([]region, length)
	for i := range arrays {
		e, err := rest.next("element")
		if err != nil {
			return children{}, err
		}
		if e.kind != miMATRIX {
			return children{}, e.malformed("element", "an element of type %d is no array", e.kind)
		}
		arrays[i] = e.region
	}
	return children{fields, func(i int) (*node, error) { return nodeV5(arrays[i], a.childName(fields, i)) }}, nil
}

// structure finds the fields of a struct array.
func (a arrayV5) structure() (children, error) {
	rest := a.rest
	fields, err := readFields(&rest)
	if err != nil {
		return children{}, err
	}
	return a.children(fields, rest)
}

// readFields reads the names of the fields of a struct array.
func readFields(rest *region) ([]string, error) {
	e, err := rest.next("field name length")
	if err != nil {
		return nil, err
	}
	lengths, _ := as[int64](e.values())
	if len(lengths) != 1 || lengths[0] < 1 || lengths[0] > longestName {
		return nil, e.malformed("field name length", "%v is none", lengths)
	}
	names, err := rest.next("field names")
	if err != nil {
		return nil, err
	}
	length := int(lengths[0])
	if len(names.data)%length != 0 {
		return nil, names.malformed("field names", "%d bytes for names of %d", len(names.data), length)
	}
	fields := []string{}
	for chunk := range slices.Chunk(names.data, length) {
		name, _, _ := bytes.Cut(chunk, []byte{0})
		fields = append(fields, string(name))
	}
	return fields, nil
}
