// Package hdf5 reads HDF5 files, and writes plain ones.
//
// A file is a tree of groups and datasets, both with attributes; a dataset is an
// array of numbers, texts or records:
//
//	f, err := hdf5.Open("subject_1.h5")
//	defer f.Close()
//	object, err := f.Lookup("/responses/it")
//	array, err := object.(*hdf5.Dataset).Read()
//	values := array.Data.([]float64) // row-major over array.Shape
//
// Read are files of every version of the format, with a user block or without:
// groups old and new, compact, contiguous and chunked data with every index of
// chunks, the filters gzip, shuffle and Fletcher-32, and the types listed at
// [Array]. Other filters, external and virtual data, and region references are
// named in an error.
//
// What a file claims never makes this package take much more memory than its
// bytes can back. A gzip stream expands at most 1032 times; what a file does
// not hold at all, chunks that were never written, is filled up to 256 MiB.
package hdf5

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// A File is an open HDF5 file. It may be read from several goroutines.
type File struct {
	path    string
	mapping *file.Mapping
	start   int64  // of data in the file: the length of the user block
	data    []byte // everything from the superblock on; addresses count from its start
	offsets int    // bytes of an address
	lengths int    // bytes of a size
	root    *Group

	trusting bool // checksums of metadata are not compared: tests of what lies behind them
}

// An Object is a *Group or a *Dataset.
type Object interface {
	// Name returns the path of the object in its file, "/a/b"; of one that a
	// reference led to, the place of its header.
	Name() string
	// Attributes returns the names of the attributes in lexical order.
	Attributes() ([]string, error)
	// Attribute reads the attribute of this name; false if there is none.
	Attribute(name string) (Array, bool, error)
}

// Open opens the file at path, memory-mapped.
//
//	errors   *file.ParseError for what is no HDF5 file, a broken one, or one
//	         that ends before its end
//	cost     that of reading two headers, whatever the size of the file
func Open(path string) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	return open(path, mapping)
}

// OpenPart opens a file that lies as it is inside another, such as an archive.
// Places in errors are counted from where it begins.
//
//	errors   those of Open; a part that lies outside of the file
//	cost     that of Open
func OpenPart(path string, offset, length int64) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	size := int64(len(mapping.Bytes))
	if offset < 0 || length < 0 || offset > size || length > size-offset {
		err := file.Malformed(path, offset, "member", "%d bytes from here on lie outside of the %d of the file", length, size)
		return nil, errors.Join(err, mapping.Close())
	}
	mapping.Bytes = mapping.Bytes[offset : offset+length : offset+length]
	return open(path, mapping)
}

// open reads where the content of a file starts.
func open(path string, mapping *file.Mapping) (*File, error) {
	f := &File{path: path, mapping: mapping}
	if err := f.readSuperblock(); err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	return f, nil
}

// Close gives the mapping back. Arrays that were read stay.
func (f *File) Close() error {
	f.data = nil
	return f.mapping.Close()
}

// Path returns the path that the file was opened from.
func (f *File) Path() string { return f.path }

// UserBlock returns the bytes before the HDF5 content, which other formats use
// for headers of their own; empty in most files. They end with the file.
func (f *File) UserBlock() []byte { return f.mapping.Bytes[:f.start:f.start] }

// Root returns the group that all paths start from.
func (f *File) Root() *Group { return f.root }

// Lookup returns the object at a path such as "/a/b". Soft links are followed.
//
//	errors   a name that is not there offers those that are near
func (f *File) Lookup(path string) (Object, error) { return f.root.Lookup(path) }

// Datasets returns every dataset of the file once, in the order of their names.
// What is reached by soft links alone is left out.
func (f *File) Datasets() ([]*Dataset, error) {
	var found []*Dataset
	seen := map[int64]bool{f.root.address: true}
	groups := []*Group{f.root}
	for len(groups) > 0 {
		g := groups[len(groups)-1]
		groups = groups[:len(groups)-1]
		children, err := g.children(seen)
		if err != nil {
			return nil, err
		}
		for _, o := range children {
			switch o := o.(type) {
			case *Dataset:
				found = append(found, o)
			case *Group:
				groups = append(groups, o)
			}
		}
	}
	slices.SortFunc(found, func(a, b *Dataset) int { return cmp.Compare(a.name, b.name) })
	return found, nil
}

// A Reference points at an object of the same file; the zero Reference points
// at none.
type Reference uint64

// Follow returns the object that r points at.
//
//	errors   a reference that points at none, or at no object
func (f *File) Follow(r Reference) (Object, error) {
	if r == 0 || r > Reference(len(f.data)) {
		return nil, file.Malformed(f.path, -1, "object reference", "it points at address %d, where no object is", r)
	}
	return f.object(fmt.Sprintf("object at byte %d", f.start+int64(r)), int64(r))
}

// errNoData says that an object is neither a group nor a dataset.
var errNoData = errors.New("it is a committed datatype, which holds no data")

// object reads the header at address and says what it is the header of.
func (f *File) object(name string, address int64) (Object, error) {
	h, err := f.header(address)
	if err != nil {
		return nil, err
	}
	o := object{f: f, name: name, address: address, header: h}
	switch {
	case h.find(kindLayout) != nil:
		return newDataset(o)
	case h.find(kindSymbolTable) != nil, h.find(kindLinkInfo) != nil, h.find(kindLink) != nil:
		return &Group{object: o}, nil
	case h.find(kindDatatype) != nil:
		return nil, file.Unsupported(f.path, f.start+address, name, "%w", errNoData)
	}
	return nil, file.Malformed(f.path, f.start+address, "object header", "%s is neither a group nor a dataset", name)
}

// join returns the path of name inside the group at path.
func join(path, name string) string { return strings.TrimSuffix(path, "/") + "/" + name }
