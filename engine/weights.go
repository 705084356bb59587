package engine

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// lentFrom is the size, in bytes, from which weights in memory are lent to the
// session instead of being part of the graph's bytes.
const lentFrom = 64 << 10

// detach encodes the graph of m without its large weights: those in files are
// named relative to one folder, which the settings give; those in memory are
// only named, and the settings list them.
//
// Folders with symbolic links are resolved, as the library refuses weights that
// are found outside the folder.
func detach(m *onnx.Model) ([]byte, settings, error) {
	var with settings
	copied, err := shell(m)
	if err != nil {
		return nil, with, err
	}
	graph := *m.Graph
	copied.Graph = &graph
	paths, err := weightFiles(m)
	if err != nil {
		return nil, with, err
	}
	with.folder = sharedFolder(paths)
	graph.Initializers = make([]*onnx.Tensor, len(m.Graph.Initializers))
	for i, t := range m.Graph.Initializers {
		moved := *t
		switch {
		case t.External != nil:
			name, err := filepath.Rel(with.folder, paths[t.External.Location])
			if err != nil {
				return nil, with, fmt.Errorf("engine: weights %s: %w", t.Name, err)
			}
			moved.External = &onnx.External{Location: filepath.ToSlash(name), Offset: t.External.Offset, Length: t.External.Length}
		case len(t.Data) >= lentFrom:
			with.inline = append(with.inline, t)
			moved.Data, moved.External = nil, &onnx.External{Location: "memory", Length: int64(len(t.Data))}
		}
		graph.Initializers[i] = &moved
	}
	if graph.Nodes, err = inlined(m, graph.Nodes); err != nil {
		return nil, with, err
	}
	encoded, err := copied.Encode()
	return encoded, with, err
}

// shell returns a model that is m in all but the graph.
func shell(m *onnx.Model) (*onnx.Model, error) {
	for _, node := range m.Graph.Nodes {
		for _, value := range node.Outputs {
			if value != "" {
				return m.Tap(value)
			}
		}
	}
	return nil, fmt.Errorf("engine: the graph %q computes nothing", m.Graph.Name)
}

// weightFiles returns the real path of every file that holds initializers, by
// its location.
func weightFiles(m *onnx.Model) (map[string]string, error) {
	paths := map[string]string{}
	for _, t := range m.Graph.Initializers {
		if t.External == nil || paths[t.External.Location] != "" {
			continue
		}
		path, err := filepath.Abs(filepath.Join(m.Folder, filepath.FromSlash(t.External.Location)))
		if err == nil {
			path, err = filepath.EvalSymlinks(path)
		}
		if err != nil {
			return nil, fmt.Errorf("engine: weights %s: %w", t.Name, err)
		}
		paths[t.External.Location] = path
	}
	return paths, nil
}

// sharedFolder returns the deepest folder that holds all paths; "" for none.
func sharedFolder(paths map[string]string) string {
	shared := ""
	for _, path := range paths {
		folder := filepath.Dir(path)
		for shared != "" && !within(folder, shared) && filepath.Dir(shared) != shared {
			shared = filepath.Dir(shared)
		}
		if shared == "" {
			shared = folder
		}
	}
	return shared
}

// within reports whether a folder is the other or lies in it.
func within(folder, other string) bool {
	rel, err := filepath.Rel(other, folder)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// inlined returns the nodes with the tensors of their attributes, and of the
// graphs inside, brought in from files: the library takes them only so.
func inlined(m *onnx.Model, nodes []*onnx.Node) ([]*onnx.Node, error) {
	result := make([]*onnx.Node, len(nodes))
	for i, node := range nodes {
		copied := *node
		copied.Attributes = make([]*onnx.Attribute, len(node.Attributes))
		for j, a := range node.Attributes {
			attribute := *a
			if err := inlineAttribute(m, &attribute); err != nil {
				return nil, fmt.Errorf("engine: node %s, attribute %s: %w", node.Name, a.Name, err)
			}
			copied.Attributes[j] = &attribute
		}
		result[i] = &copied
	}
	return result, nil
}

func inlineAttribute(m *onnx.Model, a *onnx.Attribute) (err error) {
	if a.Tensor != nil {
		if a.Tensor, err = inlineTensor(m, a.Tensor); err != nil {
			return err
		}
	}
	if a.Graph == nil {
		return nil
	}
	graph := *a.Graph
	a.Graph = &graph
	graph.Initializers = slices.Clone(graph.Initializers)
	for i, t := range graph.Initializers {
		if graph.Initializers[i], err = inlineTensor(m, t); err != nil {
			return err
		}
	}
	graph.Nodes, err = inlined(m, graph.Nodes)
	return err
}

func inlineTensor(m *onnx.Model, t *onnx.Tensor) (*onnx.Tensor, error) {
	if t.External == nil {
		return t, nil
	}
	data, err := m.Bytes(t)
	copied := *t
	copied.Data, copied.External = data, nil
	return &copied, err
}
