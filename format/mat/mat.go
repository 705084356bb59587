// Package mat reads and writes the files that MATLAB and Octave save variables in.
//
// Version 4, version 5 (what save -v6 and -v7 write) and version 7.3 (HDF5) are
// read, on either byte order, and told apart by content; version 5 is written.
// A variable, or a part of one, is addressed as MATLAB would:
//
//	f, err := mat.Open("92_brainRDMs.mat")
//	v, err := f.Read("RDMs(1,3,2).RDM")
//
// Opening a file reads no values, and reading one variable reads no other.
//
// Arrays are row-major: MATLAB's column-major order is turned around on the way
// in and out, so element (i, j) of a value with shape [m n] is Numbers[i*n+j].
// Objects of MATLAB classes (string, table, function handles) are listed and
// refused: what they mean is not written in the file.
//
// No header makes this package take more memory than the file can back. Sizes
// are compared with the bytes at hand before anything is allocated, and one
// Read follows no more bytes than deflate could have packed into the file, or
// 64 MiB. That limits sparse matrices, which are read as full ones.
package mat

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/inflate"
	"github.com/isocortex/isocortex/nearest"
)

// A Class is MATLAB's name of what an array holds. A class that is not one of
// the constants is that of an object, such as "string" or "table".
type Class string

// The classes whose values this package reads and writes.
const (
	Double  Class = "double"
	Single  Class = "single"
	Int8    Class = "int8"
	Int16   Class = "int16"
	Int32   Class = "int32"
	Int64   Class = "int64"
	Uint8   Class = "uint8"
	Uint16  Class = "uint16"
	Uint32  Class = "uint32"
	Uint64  Class = "uint64"
	Logical Class = "logical"
	Char    Class = "char"
	Cell    Class = "cell"
	Struct  Class = "struct"
)

// FunctionHandle is the class of functions, which are listed and not read.
const FunctionHandle Class = "function_handle"

// Info says what a variable is.
type Info struct {
	Name  string
	Class Class
	Shape []int // as in Value, or, of text that Octave counts in bytes of UTF-8, those; nil for an object whose shape is not in its header
}

// A File is an open MAT file. It may be read from several goroutines.
type File struct {
	path      string
	version   string
	size      int64 // bytes
	variables []variable
	close     func() error
}

// A variable is an array with a name, not yet read.
type variable struct {
	Info
	fields []string // of a struct, if they stand in its header; else nil
	open   func() (*node, error)
}

// Open opens the file at path and reads the headers of its variables.
//
//	errors   *file.ParseError for what is broken or no MAT file, and for two
//	         variables of one name
//	cost     that of the headers; the file is memory-mapped
func Open(path string) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, size: int64(len(mapping.Bytes)), close: mapping.Close}
	if err := f.list(mapping.Bytes); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// list finds the variables, in whatever version the file is.
func (f *File) list(data []byte) (err error) {
	switch f.version = recognize(data); f.version {
	case "4":
		f.variables, err = listV4(f.path, data)
	case "5":
		f.variables, err = listV5(f.path, data)
	case "7.3":
		err = f.listV73()
	default:
		err = foreign(f.path, data)
	}
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, v := range f.variables {
		if seen[v.Name] {
			return file.Malformed(f.path, -1, "variables", "two are called %q", v.Name)
		}
		seen[v.Name] = true
	}
	return nil
}

// foreign says why data is no file of this package.
func foreign(path string, data []byte) error {
	for start, what := range map[string]string{
		signatureHDF5:         "HDF5 without MATLAB's header, as h5py and save -hdf5 of Octave write it: call it .h5, and its arrays are read with their axes as h5py has them",
		"# Created by Octave": "Octave's own text, which it writes when it is told no version",
	} {
		if strings.HasPrefix(string(data[:min(len(data), len(start))]), start) {
			return file.Unsupported(path, 0, "header", "this is %s", what)
		}
	}
	return file.Malformed(path, 0, "header", "this is no MAT file of version 4, 5 or 7.3")
}

const signatureHDF5 = "\x89HDF\r\n\x1a\n"

// Detect reports whether a file that begins like this is a MAT file of version 5
// or 7.3. Those of version 4 say too little to be told.
func Detect(head []byte) bool {
	version := recognize(head)
	return version == "5" || version == "7.3"
}

// recognize returns the version of a MAT file by its content, or "".
func recognize(data []byte) string {
	if len(data) >= headerV5 {
		switch string(data[124:headerV5]) {
		case "\x00\x01IM", "\x01\x00MI":
			return "5"
		case "\x00\x02IM", "\x02\x00MI":
			return "7.3"
		}
	}
	if looksV4(data) {
		return "4"
	}
	return ""
}

// Path returns the path that the file was opened from.
func (f *File) Path() string { return f.path }

// Version returns "4", "5" or "7.3". Files of save -v6 and -v7 are version 5.
func (f *File) Version() string { return f.version }

// Close gives the file back. Values that were read stay.
func (f *File) Close() error { return f.close() }

// Variables says what is in the file, in its order.
func (f *File) Variables() []Info {
	all := make([]Info, len(f.variables))
	for i, v := range f.variables {
		all[i] = Info{v.Name, v.Class, slices.Clone(v.Shape)}
	}
	return all
}

// Read reads the value at address: the name of a variable, then parts of it as
// MATLAB writes them, in any number.
//
//	a.b       field b of a struct
//	a(3)      element 3 of a, counted from 1 down the columns, of a's class
//	a(2,3,1)  the element in row 2, column 3, page 1
//	a{3}      what is in element 3 of a cell array
//
// Of a struct or cell array only the elements on the way are read.
//
//	errors   an unknown name lists those there are; *file.ParseError for broken
//	         content and for objects of classes, wherever in the value they are
//	cost     time and memory of that value; a compressed variable is inflated
//	         whole
func (f *File) Read(address string) (Value, error) {
	n, err := f.find(address)
	if err != nil {
		return Value{}, err
	}
	return f.reader().value(n, 0)
}

// reader returns what reads one value of the file.
func (f *File) reader() *reader { return &reader{left: max(leastBudget, inflate.Most*f.size)} }

// Fields returns the names of the fields of the struct at address, in order,
// without reading them.
//
//	errors   those of Read; an address of something that is no struct
//	cost     that of the header, for a variable with not too many fields; of a
//	         part of a compressed variable, that of inflating it
func (f *File) Fields(address string) ([]string, error) {
	for _, v := range f.variables {
		if v.Name == address && v.fields != nil {
			return slices.Clone(v.fields), nil
		}
	}
	n, err := f.find(address)
	if err != nil {
		return nil, err
	}
	if n.class != Struct {
		return nil, fmt.Errorf("%s: %s is a %s array: only a struct has fields", f.path, address, n.class)
	}
	in, err := n.inside()
	return slices.Clone(in.fields), err
}

// unknown says that no variable has this name, and which there are.
func (f *File) unknown(name string) error {
	names := make([]string, len(f.variables))
	for i, v := range f.variables {
		names[i] = v.Name
	}
	return fmt.Errorf("%s: no variable is called %q%s", f.path, name, offer(name, names))
}

// offer lists the names close to the one asked for, else all.
func offer(name string, names []string) string {
	if close := nearest.Names(name, names); close != nil {
		return "; did you mean " + strings.Join(close, ", ") + "?"
	}
	if len(names) == 0 {
		return "; there is none"
	}
	return "; it has " + strings.Join(names, ", ")
}
