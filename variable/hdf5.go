package variable

import (
	"errors"
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/nearest"
)

func listHDF5(path string) (infos []Info, err error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	datasets, err := f.Datasets()
	if err != nil {
		return nil, err
	}
	for _, d := range datasets {
		infos = append(infos, Info{strings.TrimPrefix(d.Name(), "/"), typeHDF5(d.Type()), d.Shape()})
	}
	return infos, nil
}

// typeHDF5 says in words what values are.
func typeHDF5(t *hdf5.Type) string {
	switch t.Class {
	case hdf5.ClassInteger:
		word := "uint"
		if t.Signed {
			word = "int"
		}
		return fmt.Sprint(word, 8*t.Size)
	case hdf5.ClassFloat:
		return fmt.Sprint("float", 8*t.Size)
	case hdf5.ClassString:
		return "text"
	case hdf5.ClassEnum:
		if len(t.Members) == 2 && t.Members[0].Name+t.Members[1].Name == "FALSETRUE" {
			return "bool"
		}
	}
	return t.Class.String()
}

func readHDF5(path, name string) (array *npy.Array, err error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	object, err := f.Lookup(name)
	if err != nil {
		return nil, err
	}
	d, isDataset := object.(*hdf5.Dataset)
	if !isDataset {
		infos, err := listHDF5(path)
		if err != nil {
			return nil, err
		}
		list := names(infos)
		return nil, fmt.Errorf("%s#%s is a group, not an array; the file has %s%s", path, name, strings.Join(list, ", "), nearest.Hint(name, list))
	}
	found, err := d.Read()
	if err != nil {
		return nil, err
	}
	if array, err = FromHDF5(found); err != nil {
		return nil, file.Unsupported(path, -1, name, "%w", err)
	}
	return array, nil
}

// FromHDF5 returns the numbers or texts of an array of HDF5.
//
//	shapes   those of a
//	NaN      passed on
//	errors   records, references, sequences, and whole numbers beyond 2⁶³
func FromHDF5(a hdf5.Array) (*npy.Array, error) {
	data, err := supported(a.Data)
	if err != nil {
		return nil, err
	}
	switch data.(type) {
	case []float32, []float64, []int64, []int32, []uint8, []bool, []string:
		return &npy.Array{Shape: a.Shape, Data: data}, nil
	}
	return nil, fmt.Errorf("values of type %T are neither numbers nor texts", a.Data)
}
