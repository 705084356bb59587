// Package object reads arrays of Python objects, .npy files that NumPy has saved
// with allow_pickle: mostly one dict with arrays and lists in it, as preprocessed
// EEG is shared. Each becomes a variable of its own.
//
//	f, err := object.Open("preprocessed_eeg_training.npy")
//	array, err := f.Read("preprocessed_eeg_data")
//
// A pickle may name any function of Python. Nothing is run: those that make
// NumPy's arrays are understood, every other is an error.
package object

import (
	"bytes"
	"encoding/binary"
	"regexp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/format/pickle"
)

// A Variable is one array or list of a file.
type Variable struct {
	Name  string // keys of dicts with points between; "" where the file is one array
	Type  string // "float64", "text"; "not supported" where Read cannot
	Shape []int
	value pickle.Value
}

// A File is what an array of objects holds.
type File struct {
	Path      string
	Variables []Variable
}

// objects is what the header of an array of objects says.
var objects = regexp.MustCompile(`'descr':\s*'[<>|=]?O'`)

// header returns where the pickle begins, if the data are an array of objects.
func header(data []byte) (start int, is bool) {
	const fixed = 10 // of version 1; the others have two bytes more
	if len(data) < fixed+2 || !bytes.HasPrefix(data, []byte("\x93NUMPY")) {
		return 0, false
	}
	start = fixed + int(binary.LittleEndian.Uint16(data[8:]))
	if data[6] > 1 {
		start = fixed + 2 + int(binary.LittleEndian.Uint32(data[8:]))
	}
	if start > len(data) {
		return 0, false
	}
	return start, objects.Match(data[fixed:start])
}

// Is reports whether a file begins as an array of objects.
func Is(path string) bool {
	mapping, err := file.Map(path)
	if err != nil {
		return false
	}
	defer mapping.Close()
	_, is := header(mapping.Bytes)
	return is
}

// Open reads all that is in a file.
//
//	errors   *file.ParseError: what is no pickle; names of other functions than those
//	         that make NumPy's arrays
//	cost     memory of the file
func Open(path string) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	defer mapping.Close()
	start, is := header(mapping.Bytes)
	if !is {
		return nil, file.Malformed(path, 0, "header", "no array of objects")
	}
	m := pickle.New(path, mapping.Bytes[start:])
	m.Offset, m.Lookup = int64(start), lookup
	v, err := m.Load()
	if err != nil {
		return nil, err
	}
	f := &File{Path: path}
	if a, is := v.(*ndarray); is && a.items != nil && len(a.shape) == 0 && len(a.items) == 1 {
		v = a.items[0]
	}
	f.list("", v, 0)
	return f, nil
}

// deepest is how deep dicts may lie in each other.
const deepest = 16

// list lists the variables in a value.
func (f *File) list(name string, v pickle.Value, depth int) {
	d, isDict := v.(*pickle.Dict)
	if !isDict {
		one := Variable{Name: name, Type: "not supported", value: v}
		if shape, kind, known := describe(v); known {
			one.Shape, one.Type = shape, kind
		}
		f.Variables = append(f.Variables, one)
		return
	}
	for _, p := range d.Pairs {
		key, isText := p.Key.(string)
		if !isText || depth == deepest {
			continue
		}
		if name != "" {
			key = name + "." + key
		}
		f.list(key, p.Value, depth+1)
	}
}

// Read returns the variable of a name.
//
//	shapes   as NumPy has it, row-major
//	errors   *file.ParseError: none of that name; what is neither numbers nor texts
func (f *File) Read(name string) (*npy.Array, error) {
	for _, v := range f.Variables {
		if v.Name != name {
			continue
		}
		array, err := convert(f.Path, v.value)
		if err != nil {
			return nil, file.Unsupported(f.Path, -1, name, "%w", err)
		}
		return array, nil
	}
	return nil, file.Unsupported(f.Path, -1, name, "no variable is called so")
}
