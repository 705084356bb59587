package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/nearest"
)

// Tap returns the part of the network that computes the named values; they are
// its outputs, in this order. Nodes and weights are shared with m, not copied.
//
// The type of a value that the file does not describe is that of [Graph.Types].
//
//	values   outputs of any nodes
//	errors   a value that no node computes, with the names that come close; an
//	         input or initializer; a value named twice. All at once.
//	cost     one pass over the nodes
func (m *Model) Tap(values ...string) (*Model, error) {
	t := newTapper(m.Graph)
	if err := t.check(values); err != nil {
		return nil, err
	}
	return &Model{
		IRVersion:       m.IRVersion,
		Producer:        m.Producer,
		ProducerVersion: m.ProducerVersion,
		Opsets:          m.Opsets,
		Graph:           t.prune(values),
		Metadata:        m.Metadata,
		Folder:          m.Folder,
		unknown:         m.unknown,
	}, nil
}

// A tapper prunes one graph.
type tapper struct {
	graph *Graph
	maker map[string]*Node // by value
	given map[string]string
	info  map[string]*ValueInfo
	types map[string]ElementType
}

func newTapper(g *Graph) *tapper {
	t := &tapper{g, map[string]*Node{}, map[string]string{}, map[string]*ValueInfo{}, g.Types()}
	for _, n := range g.Nodes {
		for _, name := range n.Outputs {
			t.maker[name] = n
		}
	}
	for _, input := range g.Inputs {
		t.given[input.Name] = "an input"
	}
	for _, tensor := range g.Initializers {
		t.given[tensor.Name] = "an initializer"
	}
	for _, v := range slices.Concat(g.Values, g.Outputs) {
		t.info[v.Name] = v
	}
	return t
}

// check sees that nodes compute the values.
func (t *tapper) check(values []string) error {
	var errs []error
	if len(values) == 0 {
		errs = append(errs, errors.New("onnx: no value to tap"))
	}
	for i, name := range values {
		switch {
		case slices.Contains(values[:i], name):
			errs = append(errs, fmt.Errorf("onnx: value %q is to be tapped twice", name))
		case t.given[name] != "":
			errs = append(errs, fmt.Errorf("onnx: value %q is %s of the network: tap what a node computes", name, t.given[name]))
		case name == "" || t.maker[name] == nil:
			errs = append(errs, fmt.Errorf("onnx: no node computes value %q%s", name, nearest.Hint(name, t.graph.computed())))
		}
	}
	return errors.Join(errs...)
}

// prune returns the graph without what the values do not need.
func (t *tapper) prune(values []string) *Graph {
	nodes, used := t.needed(values)
	g := &Graph{Name: t.graph.Name, unknown: t.graph.unknown}
	for _, n := range t.graph.Nodes {
		if nodes[n] {
			g.Nodes = append(g.Nodes, n)
		}
	}
	for _, tensor := range t.graph.Initializers {
		if used[tensor.Name] {
			g.Initializers = append(g.Initializers, tensor)
		}
	}
	g.Inputs = keep(t.graph.Inputs, func(v *ValueInfo) bool { return used[v.Name] })
	g.Values = keep(slices.Concat(t.graph.Values, t.graph.Outputs), func(v *ValueInfo) bool {
		return used[v.Name] && t.info[v.Name] == v && !slices.Contains(values, v.Name)
	})
	for _, name := range values {
		g.Outputs = append(g.Outputs, t.describe(name))
	}
	return g
}

// needed follows values back to the nodes that they need, and collects the
// names that are used or computed on the way.
func (t *tapper) needed(values []string) (nodes map[*Node]bool, used map[string]bool) {
	nodes, used = map[*Node]bool{}, map[string]bool{}
	for todo := slices.Clone(values); len(todo) > 0; {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		used[name] = true
		if n := t.maker[name]; n != nil && !nodes[n] {
			nodes[n] = true
			todo = append(todo, n.Needs()...)
		}
	}
	return nodes, used
}

// describe returns what is known about a value, as an output.
func (t *tapper) describe(name string) *ValueInfo {
	v := t.info[name]
	switch {
	case v == nil:
		return &ValueInfo{Name: name, Type: cmp.Or(t.types[name], Float32)}
	case v.Type == Undefined && len(v.otherType) == 0:
		return &ValueInfo{Name: name, Type: cmp.Or(t.types[name], Float32), Shape: v.Shape}
	}
	return v
}

func keep(list []*ValueInfo, wanted func(*ValueInfo) bool) []*ValueInfo {
	var kept []*ValueInfo
	for _, v := range list {
		if wanted(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// computed lists the values that the nodes of g compute, in order.
func (g *Graph) computed() []string {
	var names []string
	for _, n := range g.Nodes {
		names = append(names, n.Outputs...)
	}
	return names
}

// Needs lists the values that n uses, those inside its graphs among them; a
// name that only means something inside such a graph does no harm.
func (n *Node) Needs() []string {
	names := n.Inputs
	for _, a := range n.Attributes {
		for _, g := range a.graphs() {
			for _, inner := range g.Nodes {
				names = append(slices.Clip(names), inner.Needs()...)
			}
			for _, o := range g.Outputs {
				names = append(slices.Clip(names), o.Name)
			}
		}
	}
	return names
}
