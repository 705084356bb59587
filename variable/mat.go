package variable

import (
	"errors"
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
)

func listMAT(path string) (infos []Info, err error) {
	f, err := mat.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, v := range f.Variables() {
		info := Info{v.Name, string(v.Class), v.Shape}
		if v.Class == mat.Struct {
			fields, err := f.Fields(v.Name)
			if err != nil {
				return nil, err
			}
			info.Type += " of " + strings.Join(fields, ", ")
		}
		infos = append(infos, info)
	}
	return infos, nil
}

func readMAT(path, name string) (array *npy.Array, err error) {
	f, err := mat.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	v, err := f.Read(name)
	if err != nil {
		return nil, err
	}
	array, err = FromMAT(v)
	if err != nil {
		return nil, fmt.Errorf("%s#%s: %w", path, name, err)
	}
	return array, nil
}

// FromMAT returns the numbers or texts of a MATLAB array.
//
//	shapes   as in v; a text of one row, or none, has no axes, one of several
//	         rows has one, without the blanks that pad them; a cell array of
//	         texts has the shape of the cells
//	NaN      passed on
//	errors   complex numbers, structs, cells that hold anything but a text, and
//	         whole numbers beyond 2⁶³
func FromMAT(v mat.Value) (*npy.Array, error) {
	if v.Imaginary != nil {
		return nil, errors.New("the numbers are complex: save their real and imaginary parts, or their size, as variables of their own")
	}
	switch v.Class {
	case mat.Char:
		if len(v.Text) < 2 {
			return &npy.Array{Shape: []int{}, Data: []string{strings.Join(v.Text, "")}}, nil
		}
		rows, err := v.Strings()
		return npy.Vector(rows), err
	case mat.Cell:
		texts, err := cells(v)
		return &npy.Array{Shape: v.Shape, Data: texts}, err
	case mat.Struct:
		return nil, fmt.Errorf("a struct with the fields %s is no array: name one of them, as in #name.field or #name(1).field", strings.Join(v.Fields, ", "))
	}
	data, err := supported(v.Numbers)
	return &npy.Array{Shape: v.Shape, Data: data}, err
}

// cells returns the texts of a cell array as they are.
func cells(v mat.Value) ([]string, error) {
	texts := make([]string, len(v.Cells))
	for i, c := range v.Cells {
		if c.Class != mat.Char || len(c.Text) > 1 {
			return nil, fmt.Errorf("element %d of the cell array is no text of one row but a %s array", i+1, c.Class)
		}
		texts[i] = strings.Join(c.Text, "")
	}
	return texts, nil
}

// supported turns numbers of any type into those of an npy.Array.
func supported(numbers any) (any, error) {
	switch data := numbers.(type) {
	case []int8:
		return widen[int32](data), nil
	case []int16:
		return widen[int32](data), nil
	case []uint16:
		return widen[int32](data), nil
	case []uint32:
		return widen[int64](data), nil
	case []uint64:
		for i, x := range data {
			if x >= 1<<63 {
				return nil, fmt.Errorf("number %d is %d: whole numbers from 2⁶³ on are not supported", i+1, x)
			}
		}
		return widen[int64](data), nil
	}
	return numbers, nil
}

func widen[To int32 | int64, From int8 | int16 | uint16 | uint32 | uint64](data []From) []To {
	wide := make([]To, len(data))
	for i, x := range data {
		wide[i] = To(x)
	}
	return wide
}
