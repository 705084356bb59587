// Package torch reads the checkpoints of PyTorch: the zip archives of
// torch.save since 1.6, the pickle streams before that, and the tar archives of
// version 0.1.
//
//	f, err := torch.Open("cornet_s.pth")
//	for _, t := range f.Tensors {
//		values, err := f.Float32s(t) // t.Keys: ["state_dict" "module.V1.conv1.weight"]
//		...
//	}
//
// A checkpoint is a program for Python's unpickler. Here nothing of it runs: a
// small machine of its own builds lists, dicts and tensors; whatever else a
// checkpoint calls becomes a placeholder, listed in [File.Opaque].
//
// Files are mapped: opening one costs its index, and numbers are read when they
// are touched. No size in a file is believed that the file does not back.
//
//	source   torch/serialization.py of PyTorch 1.13 and Lib/pickletools.py of Python
//	         3.11, for what the bytes mean
package torch

import (
	"bytes"
	"errors"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/pickle"
)

// A File is an open checkpoint. It may be read from several goroutines.
type File struct {
	Path    string
	Tensors []Tensor // in the order of the object that was saved
	Opaque  []string // classes and functions that were not understood, each once

	mapping *file.Mapping
}

// A Tensor says where a tensor stands in the object that was saved, and what it
// is.
type Tensor struct {
	// Keys lead to the tensor: those of dicts, names of attributes, and positions
	// in lists as decimal numbers.
	Keys []string
	// Type is that of the numbers; "sparse", "quantized", "meta" and the like where
	// there are none that could be read.
	Type    element.Type
	Shape   []int64
	Strides []int64 // in numbers, one per axis

	storage *storage
	first   int64  // the number of the storage that the tensor begins with
	refusal string // why the numbers cannot be read; "" if they can
}

// Name returns the last of the keys; "" for a tensor that was saved alone.
func (t Tensor) Name() string {
	if len(t.Keys) == 0 {
		return ""
	}
	return t.Keys[len(t.Keys)-1]
}

// Open reads the index of the checkpoint at path and maps the numbers. The form
// is recognized by content, whatever the file is called.
//
//	errors   *file.ParseError: a file that is none of the three forms or breaks their
//	         rules, tensors that reach beyond their storage, and TorchScript
//	         archives, with what to do instead
//	cost     that of reading the index, whatever the size of the numbers
func Open(path string) (*File, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, mapping: mapping}
	if err := f.read(); err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	return f, nil
}

// Close gives the mapping back; bytes that Bytes returned as a view end with it.
func (f *File) Close() error { return f.mapping.Close() }

// Detect says whether a file that begins with head may be a checkpoint; 512
// bytes are enough.
func Detect(head []byte) bool { return looksZipped(head) || looksTarred(head) || looksPickled(head) }

// read fills f from the mapped file.
func (f *File) read() error {
	data := f.mapping.Bytes
	c := &checkpoint{path: f.Path, data: data, opaque: &names{}}
	var object value
	var err error
	switch {
	case bytes.HasPrefix(data, []byte(zipMagic)):
		object, err = c.readZip()
	case looksTarred(data):
		object, err = c.readTar()
	case looksPickled(data):
		object, err = c.readStream()
	default:
		return file.Malformed(f.Path, 0, "magic number", "this is no checkpoint of PyTorch: neither a zip, nor a tar, nor a pickle with its magic number")
	}
	if err != nil {
		return err
	}
	f.Opaque = c.opaque.list
	f.Tensors, err = c.list(object)
	return err
}

// A checkpoint is a file while its index is read.
type checkpoint struct {
	path       string
	data       []byte
	opaque     *names
	operations int // of all pickles
}

// machine returns what reads pickles from data, which error messages call name.
func (c *checkpoint) machine(name string, data []byte) *machine {
	m := pickle.New(name, data)
	m.Lookup, m.Operations = c.lookup, &c.operations
	return m
}

// names are texts in the order in which they came, each once.
type names struct {
	list []string
	seen map[string]bool
}

func (n *names) add(name string) {
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	if !n.seen[name] {
		n.seen[name] = true
		n.list = append(n.list, name)
	}
}

// field names a tensor in error messages.
func (t Tensor) field() string { return strings.TrimSpace("tensor " + strings.Join(t.Keys, ".")) }
