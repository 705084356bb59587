package fieldtrip

import (
	"errors"
	"slices"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/variable"
)

// A record is a struct of the file.
type record struct {
	path, name string // of the file, and in it
	part       *mat.Part
	fields     []string
}

func newRecord(path, name string, part *mat.Part) (record, error) {
	r := record{path: path, name: name, part: part}
	if part.Class() != mat.Struct || part.Len() != 1 {
		return r, r.wrong("", "it is %v of class %s, not one struct", part.Shape(), part.Class())
	}
	var err error
	r.fields, err = part.Fields()
	return r, r.located("", err)
}

// wrong is a defect of a field; "" is the record.
func (r record) wrong(field, format string, args ...any) error {
	name := r.name
	if field != "" {
		name += "." + field
	}
	return file.Malformed(r.path, -1, name, format, args...)
}

// has reports whether there is something in a field.
func (r record) has(field string) bool {
	if !slices.Contains(r.fields, field) {
		return false
	}
	part, err := r.find(field)
	return err != nil || part.Len() > 0 // an error is told by who reads the field
}

// find returns a field, or a part of one such as "trial{3}".
func (r record) find(field string) (*mat.Part, error) {
	part, err := r.part.Find("." + field)
	return part, r.located(field, err)
}

// located makes an error one about a field of the file, unless it is.
func (r record) located(field string, err error) error {
	if err == nil || errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) {
		return err
	}
	return r.wrong(field, "%v", err)
}

// record returns a field that is a struct; false where it is missing.
func (r record) record(field string) (record, bool, error) {
	if !r.has(field) {
		return record{}, false, nil
	}
	part, err := r.find(field)
	if err != nil {
		return record{}, false, err
	}
	inner, err := newRecord(r.path, r.name+"."+field, part)
	return inner, err == nil, err
}

// texts returns a field that is a list of texts; none where it is missing.
func (r record) texts(field string) ([]string, error) {
	if !r.has(field) {
		return nil, nil
	}
	part, err := r.find(field)
	if err != nil {
		return nil, err
	}
	value, err := part.Read()
	if err != nil {
		return nil, r.located(field, err)
	}
	list, err := value.Strings()
	return list, r.located(field, err)
}

// text returns a field of one text; "" where it is missing.
func (r record) text(field string) (string, error) {
	list, err := r.texts(field)
	if err != nil || len(list) == 0 {
		return "", err
	}
	if len(list) > 1 {
		return "", r.wrong(field, "%d texts instead of one", len(list))
	}
	return list[0], nil
}

// A matrix is an array of rows × columns.
type matrix struct {
	rows, columns int
	values        []float64
}

func (m matrix) row(i int) []float64 { return m.values[i*m.columns:][:m.columns] }

// matrix returns a field of numbers with two axes; none where it is missing.
func (r record) matrix(field string) (matrix, error) {
	if !r.has(field) {
		return matrix{}, nil
	}
	part, err := r.find(field)
	if err != nil {
		return matrix{}, err
	}
	shape := part.Shape()
	if len(shape) != 2 {
		return matrix{}, r.wrong(field, "%v is no matrix", shape)
	}
	values, err := r.numbers(field, part)
	return matrix{shape[0], shape[1], values}, err
}

// places returns a field of places: rows of three numbers, as many as wanted.
func (r record) places(field string, rows int) (matrix, error) {
	m, err := r.matrix(field)
	if err == nil && m.values != nil && (m.columns != 3 || rows >= 0 && m.rows != rows) {
		err = r.wrong(field, "%d × %d numbers instead of %d places", m.rows, m.columns, rows)
	}
	return m, err
}

// numbers reads an array of numbers, row-major, that lies in a field.
func (r record) numbers(field string, p *mat.Part) ([]float64, error) {
	value, err := p.Read()
	if err != nil {
		return nil, r.located(field, err)
	}
	array, err := variable.FromMAT(value)
	if err != nil {
		return nil, r.located(field, err)
	}
	values, err := array.Float64s()
	return values, r.located(field, err)
}
