package network

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/format/torch"
	"github.com/isocortex/isocortex/onnx"
)

// A weightsFormat is a kind of file that holds weights.
type weightsFormat struct {
	name   string
	detect func(head []byte) bool
	read   func(path string) (*Weights, error)
	mixed  bool // files of this kind hold other things as often
}

// weightsFormats are told by their content, never by what a file is called.
var weightsFormats = []weightsFormat{
	{"PyTorch", torch.Detect, readTorch, false},
	{"safetensors", safetensors.Detect, readSafetensors, false},
	{"HDF5 of Keras", hdf5.Detect, readKeras, true},
	{"archive of Keras", isKerasArchive, readKerasArchive, false},
	{"MAT of MatConvNet", mat.Detect, readMatConvNet, true},
}

// headBytes is what tells a format.
const headBytes = 512

// ReadWeights reads the names and places of the arrays in a checkpoint: of
// PyTorch, in any of its three forms, safetensors, Keras (.h5, .keras) or
// MatConvNet (.mat).
//
// Arrays of float32 that lie in one piece stay in the file; others, and all those
// of Keras and MatConvNet, whose axes are turned to the order of PyTorch, are
// converted and kept in memory once a network asks for them.
//
//	errors   a file of another kind; those of the formats
//	cost     milliseconds; of a compressed .mat, that of inflating it
func ReadWeights(path string) (*Weights, error) {
	head, err := readHead(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range weightsFormats {
		if f.detect(head) {
			return f.read(path)
		}
		names = append(names, f.name)
	}
	return nil, file.Unsupported(path, 0, "weights", "the file is none of %s", strings.Join(names, ", "))
}

// HoldsWeights reports whether a file looks like one that ReadWeights reads.
func HoldsWeights(path string) bool {
	head, err := readHead(path)
	return err == nil && slices.ContainsFunc(weightsFormats, func(f weightsFormat) bool { return f.holds(path, head) })
}

// holds reports whether a file that begins with head holds weights.
func (f weightsFormat) holds(path string, head []byte) bool {
	if !f.detect(head) {
		return false
	}
	if !f.mixed {
		return true
	}
	weights, err := f.read(path)
	return err == nil && weights.Close() == nil
}

// readHead returns the first bytes of a file.
func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := f.ReadAt(head, 0)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil, file.Malformed(path, 0, "weights", "the file is empty")
	case n == 0 && err != nil: // such as a folder
		return nil, err
	}
	return head[:n], nil
}

// readTorch reads a checkpoint of PyTorch.
func readTorch(path string) (*Weights, error) {
	f, err := torch.Open(path)
	if err != nil {
		return nil, err
	}
	w := &Weights{Path: path, close: f.Close}
	for _, t := range f.Tensors {
		group := strings.Join(t.Keys[:max(len(t.Keys)-1, 0)], "/")
		offset, mapped := f.Place(t)
		w.Arrays = append(w.Arrays, Array{Group: group, Name: t.Name(), Shape: t.Shape, Load: func() (*onnx.Tensor, error) {
			if mapped && t.Type == element.Float32 {
				return w.inFile(t.Shape, offset), nil
			}
			values, err := f.Float32s(t)
			return inMemory(t.Shape, values, err)
		}})
	}
	return w, nil
}

// readSafetensors reads a file of safetensors.
func readSafetensors(path string) (*Weights, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	w := &Weights{Path: path, close: f.Close}
	for _, t := range f.Tensors {
		offset, mapped := f.Place(t)
		w.Arrays = append(w.Arrays, Array{Name: t.Name, Shape: t.Shape, Load: func() (*onnx.Tensor, error) {
			if mapped && t.Type == element.Float32 {
				return w.inFile(t.Shape, offset), nil
			}
			values, err := f.Float32s(t)
			return inMemory(t.Shape, values, err)
		}})
	}
	return w, nil
}

// inFile is a tensor of float32 that lies in the file of the weights.
func (w *Weights) inFile(shape []int64, offset int64) *onnx.Tensor {
	count, _ := element.Elements(shape)
	return &onnx.Tensor{
		Type: onnx.Float32, Shape: shape,
		External: &onnx.External{Location: filepath.Base(w.Path), Offset: offset, Length: 4 * count},
	}
}

// inMemory is a tensor of the values, unless reading them failed.
func inMemory(shape []int64, values []float32, err error) (*onnx.Tensor, error) {
	if err != nil {
		return nil, err
	}
	lengths := make([]int, len(shape))
	for axis, length := range shape {
		lengths[axis] = int(length)
	}
	return onnx.NewTensor("", values, lengths...)
}
