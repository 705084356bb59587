// Package safetensors reads and writes files of named tensors, as networks are
// published in: a header in JSON, and then nothing but numbers.
//
//	f, err := safetensors.Open("squeezenet1_1.safetensors")
//	for _, t := range f.Tensors {
//		values, err := f.Float32s(t)
//		...
//	}
//
// Files are mapped: opening one costs its header, and numbers are read when they
// are touched. No size in a header is believed that the file does not back.
//
//	source   the format's own specification, https://github.com/huggingface/safetensors
package safetensors

import (
	"encoding/binary"
	"errors"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
)

// A File is an open file of tensors. It may be read from several goroutines.
type File struct {
	Path     string
	Metadata map[string]string // what the writer noted; nil if nothing
	Tensors  []Tensor          // as they lie in the file

	mapping *file.Mapping
}

// A Tensor says what a tensor is called and where its numbers lie: row-major,
// little-endian.
type Tensor struct {
	Name  string
	Type  element.Type
	Shape []int64

	at, length int64 // bytes of the file
}

// Open reads the header of the file at path and maps the numbers.
//
//	errors   *file.ParseError: a header that breaks the rules of the format, tensors
//	         that overlap, leave a gap or do not fill their place, and types of
//	         numbers that this program does not know
//	cost     that of reading the header, whatever the size of the numbers
func Open(path string) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, mapping: mapping}
	if err := f.readHeader(); err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	return f, nil
}

// Detect says whether a file that begins with head may be one of tensors; 512
// bytes are enough.
func Detect(head []byte) bool {
	if len(head) < prefix+2 || head[prefix] != '{' {
		return false
	}
	size := binary.LittleEndian.Uint64(head)
	second := head[prefix+1]
	return size >= 2 && size <= mostHeader && (second == '"' || second == '}' || second == ' ' || second == '\n')
}

// Close gives the mapping back; bytes that Bytes returned end with it.
func (f *File) Close() error { return f.mapping.Close() }

// Place returns the byte of the file from which the numbers of t lie, row-major
// and little-endian, as an engine maps them. The second result is false for a
// tensor without numbers.
func (f *File) Place(t Tensor) (offset int64, ok bool) { return t.at, t.length > 0 }

// Bytes returns the numbers of t, row-major and little-endian: a view of the
// file, not to be written to, nor to be used after Close.
//
//	cost     none: the file is mapped, and read when it is touched
func (f *File) Bytes(t Tensor) []byte {
	return f.mapping.Bytes[t.at : t.at+t.length : t.at+t.length]
}

// Float32s returns the numbers of t, row-major, converted as
// [element.Type.Float32s] says; a copy.
//
//	NaN      passed on
//	errors   *file.ParseError for types that do not convert
func (f *File) Float32s(t Tensor) ([]float32, error) {
	values, err := t.Type.Float32s(f.Bytes(t))
	if err != nil {
		return nil, file.Unsupported(f.Path, t.at, t.Name, "%w", err)
	}
	return values, nil
}
