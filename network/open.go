package network

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/onnx"
)

// Open reads the network in a file: an ONNX graph, or weights of one of the
// architectures that are handed over, which is told by the names and shapes of
// its parameters.
//
//	errors   *file.ParseError for a file that is not sound, or whose inputs are not
//	         one array of pictures; *MismatchError for weights that fit none of
//	         the architectures, with the nearest
//	cost     milliseconds; weights are not read
func Open(path string, known ...Architecture) (*Network, error) {
	if len(known) > 0 && !isGraph(path) {
		return openWeights(path, known)
	}
	model, err := onnx.Open(path)
	if err != nil {
		return nil, err
	}
	net, err := New(file.Stem(path), model)
	if err != nil {
		model.Close()
		return nil, file.Unsupported(path, -1, "graph", "%w", err)
	}
	net.Path = path
	return net, nil
}

// isGraph reports whether a file is called a graph.
func isGraph(path string) bool { return strings.EqualFold(filepath.Ext(path), ".onnx") }

// openWeights finds the architecture that weights are of.
func openWeights(path string, known []Architecture) (*Network, error) {
	weights, err := ReadWeights(path)
	if err != nil {
		return nil, err
	}
	defer weights.Close()
	var nearest *MismatchError
	for _, a := range known {
		net, err := a.Bind(weights)
		if err == nil {
			net.Name = file.Stem(path)
			return net, nil
		}
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) {
			return nil, err
		}
		if nearest == nil || mismatch.Count() < nearest.Count() {
			nearest = mismatch
		}
	}
	return nil, fmt.Errorf("%w; of the %d architectures known this is the nearest", nearest, len(known))
}

// Files lists the files that the network at path is read from: the graph and,
// where they lie beside it, its weights. Of a graph that cannot be read it is the
// path alone.
func Files(path string) []string {
	files := []string{filepath.Clean(path)}
	if !isGraph(path) {
		return files
	}
	model, err := onnx.Open(path)
	if err != nil {
		return files
	}
	defer model.Close()
	for _, tensor := range model.Graph.Initializers {
		if tensor.External == nil {
			continue
		}
		weights := filepath.Join(model.Folder, filepath.FromSlash(tensor.External.Location))
		if !slices.Contains(files, weights) {
			files = append(files, weights)
		}
	}
	return files
}
