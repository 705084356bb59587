package onnx

import (
	"path/filepath"
	"sync"

	"github.com/isocortex/isocortex/file"
)

// Open reads the network at path without its weights.
//
// Initializers of 1 KiB or more stay where they are: their External names the
// file itself, or the one that the network already names. The offsets hold for
// the file as it is now: do not write to it while the model is in use.
//
//	errors   *file.ParseError for what is malformed, with its byte; those of the
//	         system. A weights file that is missing or too short is an error
//	         here, not later.
//	cost     some milliseconds, whatever the size of the weights
func Open(path string) (*Model, error) {
	mapping, err := file.Map(path)
	if err != nil {
		return nil, err
	}
	defer mapping.Close()
	m := &Model{Folder: filepath.Dir(path)}
	d := &decoder{path: path, data: mapping.Bytes, external: true}
	if err := d.model(m); err != nil {
		return nil, err
	}
	return m, nil
}

// Decode reads a network from the bytes of a file; name stands for the file in
// errors. The tensors of the model view data.
//
//	errors   *file.ParseError, with the byte
//	cost     some milliseconds; the weights are not copied
func Decode(data []byte, name string) (*Model, error) {
	m := &Model{}
	if err := (&decoder{path: name, data: data}).model(m); err != nil {
		return nil, err
	}
	return m, nil
}

// model reads all data into m.
func (d *decoder) model(m *Model) error {
	if err := d.message(m, 0, len(d.data)); err != nil {
		return err
	}
	if m.Graph == nil {
		return d.malformed(len(d.data), "graph", "there is none: is this an ONNX file?")
	}
	return nil
}

// Bytes returns the numbers of a tensor of the model, little-endian, wherever
// they are. They are not to be written to, and not to be used after Close.
//
//	errors   those of opening the file; a file that is too short
//	cost     none: the file is mapped, and read when it is touched
func (m *Model) Bytes(t *Tensor) ([]byte, error) {
	if t.External == nil {
		return t.Data, nil
	}
	return m.files.bytes(m.Folder, t.External)
}

// Close gives back the files that Bytes opened. The model stays whole: Bytes
// opens them again.
func (m *Model) Close() error { return m.files.close() }

// files are the files with weights that are open, by path.
type files struct {
	mutex sync.Mutex
	open  map[string]*file.Mapping
}

func (f *files) bytes(folder string, e *External) ([]byte, error) {
	path := filepath.Join(folder, filepath.FromSlash(e.Location))
	f.mutex.Lock()
	defer f.mutex.Unlock()
	mapping := f.open[path]
	if mapping == nil {
		var err error
		if mapping, err = file.Map(path); err != nil {
			return nil, err
		}
		if f.open == nil {
			f.open = map[string]*file.Mapping{}
		}
		f.open[path] = mapping
	}
	size := int64(len(mapping.Bytes))
	if e.Offset < 0 || e.Length < 0 || e.Offset > size || e.Length > size-e.Offset {
		return nil, file.Malformed(path, e.Offset, "weights", "the file has %d bytes, too few for %d here", size, e.Length)
	}
	return mapping.Bytes[e.Offset : e.Offset+e.Length : e.Offset+e.Length], nil
}

func (f *files) close() error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var first error
	for _, mapping := range f.open {
		if err := mapping.Close(); err != nil && first == nil {
			first = err
		}
	}
	f.open = nil
	return first
}
