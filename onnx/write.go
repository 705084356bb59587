package onnx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/isocortex/isocortex/file"
)

// largest is the largest message that protobuf can carry.
const largest = math.MaxInt32

// Encode returns the model as the bytes of an ONNX file.
//
// Tensors that are in a file stay there: a reader must be told m.Folder. See
// Write for a file that holds everything. The same model gives the same bytes.
//
//	errors   a model of 2 GiB or more
func (m *Model) Encode() ([]byte, error) {
	o, err := m.encode(nil)
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, o.size)
	for _, piece := range o.pieces {
		data = append(data, piece...)
	}
	return data, nil
}

// encode returns the bytes of the model in pieces that view its tensors.
func (m *Model) encode(placed map[*Tensor]placement) (*output, error) {
	o := encode(m, placed)
	if o.size > largest {
		return nil, fmt.Errorf("onnx: %d bytes are more than one ONNX file can hold (2 GiB): "+
			"put the weights into a file beside it, with WriteExternal", o.size)
	}
	return o, nil
}

// Write makes the file at path hold the whole model, weights inside. The file
// is written whole or not at all.
//
//	errors   a model of 2 GiB or more; a path that is a file from which m still
//	         reads its weights; those of the system
//	cost     no memory for the weights: they go from file to file
func (m *Model) Write(path string) error {
	var sources files
	defer sources.close()
	placed, err := m.gather(&sources)
	if err != nil {
		return err
	}
	if err := m.spare(path); err != nil {
		return err
	}
	return m.write(path, placed)
}

// alignment of weights in a file of their own, in bytes: that of a vector.
const alignment = 64

// WriteExternal writes the model to path and its weights to the file called
// weights in the same folder, as models beyond 2 GiB need it.
//
// Initializers of less than 1 KiB stay in the model. The weights are written
// first; each file is written whole or not at all.
//
//	errors   as Write; weights that is not the name of a file in the same folder
func (m *Model) WriteExternal(path, weights string) error {
	if weights != filepath.Base(weights) || !filepath.IsLocal(weights) || weights == "." || weights == filepath.Base(path) {
		return fmt.Errorf("onnx: weights %q: give the name of a file beside %s", weights, path)
	}
	var sources files
	defer sources.close()
	placed, err := m.gather(&sources)
	if err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(path), weights)
	if err := errors.Join(m.spare(path), m.spare(beside)); err != nil {
		return err
	}
	if err := file.Write(beside, func(w io.Writer) error { return m.moveOut(w, weights, placed) }); err != nil {
		return err
	}
	return m.write(path, placed)
}

// gather finds the numbers of all tensors that are in files, to be written
// into the message.
func (m *Model) gather(sources *files) (map[*Tensor]placement, error) {
	placed := map[*Tensor]placement{}
	if m.Graph == nil {
		return nil, errors.New("onnx: there is no graph to write")
	}
	for t := range m.Graph.tensors {
		if t.External == nil {
			continue
		}
		data, err := sources.bytes(m.Folder, t.External)
		if err != nil {
			return nil, fmt.Errorf("onnx: tensor %q: %w", t.Name, err)
		}
		placed[t] = placement{data: data}
	}
	return placed, nil
}

// moveOut writes the large initializers to w and notes where they are.
func (m *Model) moveOut(w io.Writer, name string, placed map[*Tensor]placement) error {
	var offset int64
	for _, t := range m.Graph.Initializers {
		data := (&output{placed: placed}).place(t).data
		if len(data) < stayInFile {
			continue
		}
		gap := -offset & (alignment - 1)
		if _, err := w.Write(make([]byte, gap)); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		offset += gap
		placed[t] = placement{external: &External{name, offset, int64(len(data))}}
		offset += int64(len(data))
	}
	return nil
}

func (m *Model) write(path string, placed map[*Tensor]placement) error {
	o, err := m.encode(placed)
	if err != nil {
		return err
	}
	return file.Write(path, func(w io.Writer) error {
		for _, piece := range o.pieces {
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
		return nil
	})
}

// spare refuses a path whose file m needs: once written over, the places of
// its weights would hold something else.
func (m *Model) spare(path string) error {
	target, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for t := range m.Graph.tensors {
		if t.External == nil {
			continue
		}
		source, err := os.Stat(filepath.Join(m.Folder, filepath.FromSlash(t.External.Location)))
		if err == nil && os.SameFile(source, target) {
			return fmt.Errorf("onnx: %s holds weights that the model reads: write to another file", path)
		}
	}
	return nil
}

// tensors yields every tensor of g: its initializers, those in attributes, and
// those of the graphs inside.
func (g *Graph) tensors(yield func(*Tensor) bool) {
	g.eachTensor(yield)
}

// eachTensor is tensors; it returns whether to go on.
func (g *Graph) eachTensor(yield func(*Tensor) bool) bool {
	for _, t := range g.Initializers {
		if !yield(t) {
			return false
		}
	}
	for _, n := range g.Nodes {
		for _, a := range n.Attributes {
			for _, t := range a.tensors() {
				if !yield(t) {
					return false
				}
			}
			for _, inner := range a.graphs() {
				if !inner.eachTensor(yield) {
					return false
				}
			}
		}
	}
	return true
}
