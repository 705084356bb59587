// Package variable reads one variable of a file that may hold several, whatever
// the format: "subject.npy", "file.npz#x", "file.mat#a.b", "file.h5#/group/x".
//
//	infos, err := variable.List("file.mat")
//	array, err := variable.Read("file.mat#responses")
//
// What a variable is for is no business of this package: it is numbers or texts
// with a shape.
package variable

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/nearest"
)

// An Info is what a file says of a variable without its values being read.
type Info struct {
	Name  string // "" in a file that is one variable
	Type  string // in words: "float32", "text", "struct", "network layer", ...
	Shape []int
}

// String is what people read: "92 × 100, float64".
func (i Info) String() string {
	if len(i.Shape) == 0 {
		return "single " + i.Type
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(i.Shape), "[]"), " ", " × ") + ", " + i.Type
}

// A format is a kind of file that holds variables.
type format struct {
	endings []string
	list    func(path string) ([]Info, error)
	read    func(path, name string) (*npy.Array, error)
}

// formats lists every kind of file that this package reads.
var formats = []format{
	{[]string{".npy", ".npz"}, listArrays, readArray},
	{[]string{".mat"}, listMAT, readMAT},
	{[]string{".h5", ".hdf5"}, listHDF5, readHDF5},
}

// Known reports whether the ending of path is one of a file with variables.
func Known(path string) bool {
	_, known := formatOf(path)
	return known
}

func formatOf(path string) (format, bool) {
	ending := filepath.Ext(path)
	for _, f := range formats {
		for _, e := range f.endings {
			if strings.EqualFold(e, ending) {
				return f, true
			}
		}
	}
	return format{}, false
}

// Split takes "file.npz#name" and "table.tsv#column" apart. A # in the name of
// a folder, or in that of a file without ending, is part of the path; only names
// of HDF5 have slashes.
func Split(address string) (path, name string) {
	i := strings.LastIndexByte(address, '#')
	if i < 0 {
		return address, ""
	}
	ending := strings.ToLower(filepath.Ext(address[:i]))
	if len(ending) < 2 || strings.ContainsAny(address[i:], `/\`) && ending != ".h5" && ending != ".hdf5" {
		return address, ""
	}
	return address[:i], address[i+1:]
}

// Short returns address without the folders of the file: "file.h5#/group/x".
func Short(address string) string {
	path, name := Split(address)
	if name == "" {
		return filepath.Base(path)
	}
	return filepath.Base(path) + "#" + name
}

// List says what variables the file at path holds, in the order of the file.
//
//	errors   *file.ParseError; file.ErrUnsupported for another kind of file
//	cost     that of reading headers
func List(path string) ([]Info, error) {
	f, known := formatOf(path)
	if !known {
		return nil, unsupported(path)
	}
	return f.list(path)
}

// Read reads the variable at address. A file that holds one needs no name.
//
//	shapes   as NumPy has it: row-major, MATLAB's with at least two axes
//	NaN      passed on
//	errors   *file.ParseError; of several variables and no name, or a name that
//	         none has, the names there are
func Read(address string) (*npy.Array, error) {
	path, name := Split(address)
	f, known := formatOf(path)
	if !known {
		return nil, unsupported(path)
	}
	if name != "" {
		return f.read(path, name)
	}
	infos, err := f.list(path)
	if err != nil {
		return nil, err
	}
	if len(infos) != 1 {
		return nil, fmt.Errorf("%s: holds %d variables: write %s#NAME with one of %s", path, len(infos), path, strings.Join(names(infos), ", "))
	}
	return f.read(path, infos[0].Name)
}

func unsupported(path string) error {
	var endings []string
	for _, f := range formats {
		endings = append(endings, f.endings...)
	}
	return file.Unsupported(path, -1, "format", "variables are read from %s", strings.Join(endings, ", "))
}

func names(infos []Info) []string {
	list := make([]string, len(infos))
	for i, info := range infos {
		list[i] = info.Name
	}
	return list
}

// none says that a file has no variable of a name, and which it has.
func none(path, name string, infos []Info) error {
	if len(infos) == 1 && infos[0].Name == "" {
		return fmt.Errorf("%s is one array, and has no name %q: leave #%s out", path, name, name)
	}
	list := names(infos)
	return fmt.Errorf("%s: no variable is called %q; it has %s%s", path, name, strings.Join(list, ", "), nearest.Hint(name, list))
}
