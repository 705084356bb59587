package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/nearest"
)

// Check lists everything that is wrong with the model itself: values that
// nobody computes, that are computed twice or too late, and tensors whose
// numbers do not fill their shape. It does not know the operators.
//
//	errors   the first twenty of them, joined; each names the node and the value
//	cost     one pass over the nodes; no weights are read
func (m *Model) Check() error {
	c := &checker{}
	if m.IRVersion < 1 {
		c.report("the version of the format is missing")
	}
	if !slices.ContainsFunc(m.Opsets, func(s Opset) bool { return s.Version > 0 }) {
		c.report("the version of the operators is missing")
	}
	if m.Graph == nil {
		c.report("there is no graph")
	} else {
		c.graph(m.Graph, nil)
	}
	return errors.Join(c.errs...)
}

// A checker collects what is wrong.
type checker struct {
	where string // the node whose graph is being checked, with a separator behind it
	errs  []error
}

// mostComplaints is how many mistakes are told; each looks for names that come close
// among all that there are.
const mostComplaints = 20

// full reports whether enough was found.
func (c *checker) full() bool { return len(c.errs) >= mostComplaints }

func (c *checker) report(format string, args ...any) {
	if c.full() {
		return
	}
	c.errs = append(c.errs, fmt.Errorf("onnx: %s%w", c.where, fmt.Errorf(format, args...)))
}

// A scope knows the values that can be used at some place in a graph, and in
// the graphs around it.
type scope struct {
	around *scope
	known  map[string]bool
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.around {
		if s.known[name] {
			return true
		}
	}
	return false
}

func (s *scope) names() []string {
	var names []string
	for ; s != nil; s = s.around {
		for name := range s.known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// graph checks g, which may use the values of the graphs around it.
func (c *checker) graph(g *Graph, around *scope) {
	s := &scope{around, map[string]bool{}}
	c.given(g, s)
	later := map[string]string{} // value → node that computes it
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			later[name] = n.label(i)
		}
	}
	for i, n := range g.Nodes {
		if c.full() {
			return
		}
		c.node(n, n.label(i), s, later)
	}
	if len(g.Outputs) == 0 {
		c.report("graph %q has no outputs", g.Name)
	}
	seen := map[string]bool{}
	for _, o := range g.Outputs {
		switch {
		case c.full():
			return
		case seen[o.Name]:
			c.report("output %q is listed twice", o.Name)
		case !s.has(o.Name):
			c.report("output %q is computed by no node%s", o.Name, nearest.Hint(o.Name, s.names()))
		}
		seen[o.Name] = true
	}
}

// given checks the inputs and initializers of g and makes them known.
func (c *checker) given(g *Graph, s *scope) {
	for _, input := range g.Inputs {
		switch {
		case input.Name == "":
			c.report("an input has no name")
		case s.known[input.Name]:
			c.report("input %q is listed twice", input.Name)
		}
		s.known[input.Name] = true
	}
	initializers := map[string]bool{}
	for _, t := range g.Initializers {
		switch {
		case t.Name == "":
			c.report("an initializer has no name")
		case initializers[t.Name]:
			c.report("initializer %q is there twice", t.Name)
		}
		if err := t.check(); err != nil {
			c.report("initializer %q: %w", t.Name, err)
		}
		initializers[t.Name] = true
		s.known[t.Name] = true
	}
}

// node checks one node, and makes its outputs known.
func (c *checker) node(n *Node, label string, s *scope, later map[string]string) {
	if n.Op == "" {
		c.report("%s has no operator", label)
	}
	for _, name := range n.Inputs {
		if name == "" || s.has(name) || c.full() {
			continue
		}
		if maker, ok := later[name]; ok {
			c.report("%s needs %q, which %s computes later or from it: put the nodes in order", label, name, maker)
		} else {
			c.report("%s needs %q, which is neither given nor computed%s", label, name, nearest.Hint(name, s.names()))
		}
	}
	c.attributes(n, label, s)
	for _, name := range n.Outputs {
		if name == "" {
			continue
		}
		if s.known[name] {
			c.report("%s computes %q, which is there already", label, name)
		}
		s.known[name] = true
	}
}

// attributes checks the attributes of one node, and the graphs among them.
func (c *checker) attributes(n *Node, label string, s *scope) {
	seen := map[string]bool{}
	for _, a := range n.Attributes {
		if a.Name == "" || seen[a.Name] {
			c.report("%s: attribute %q is there twice or has no name", label, a.Name)
		}
		seen[a.Name] = true
		if a.Type == 0 && len(a.unknown) == 0 {
			c.report("%s: attribute %s holds nothing", label, a.Name)
		}
		for _, t := range a.tensors() {
			if err := t.check(); err != nil {
				c.report("%s: attribute %s: %w", label, a.Name, err)
			}
		}
		for _, g := range a.graphs() {
			inner := &checker{where: c.where + label + ": "}
			inner.graph(g, s)
			c.errs = append(c.errs, inner.errs...)
		}
	}
}

// label names a node for people: by its name, or by its place and operator.
func (n *Node) label(i int) string {
	if n.Name != "" {
		return fmt.Sprintf("node %q (%s)", n.Name, n.Op)
	}
	return fmt.Sprintf("node %d (%s)", i, n.Op)
}

// tensors returns the tensors of the attribute, one or many.
func (a *Attribute) tensors() []*Tensor {
	if a.Tensor != nil {
		return append([]*Tensor{a.Tensor}, a.Tensors...)
	}
	return a.Tensors
}

// graphs returns the graphs of the attribute, one or many.
func (a *Attribute) graphs() []*Graph {
	if a.Graph != nil {
		return append([]*Graph{a.Graph}, a.Graphs...)
	}
	return a.Graphs
}

// check sees that the numbers of t fill its shape.
func (t *Tensor) check() error {
	elements, err := t.Elements()
	if err != nil {
		return err
	}
	if t.Type == String {
		if int64(len(t.Strings)) != elements {
			return fmt.Errorf("shape %v has %d elements, but there are %d strings", t.Shape, elements, len(t.Strings))
		}
		return nil
	}
	have := int64(len(t.Data))
	if t.External != nil {
		have = t.External.Length
	}
	switch size := t.Type.Size(); {
	case t.Type == Undefined:
		return errors.New("the type of the elements is missing")
	case size > 0 && have != elements*size:
		return fmt.Errorf("shape %v of %v takes %d bytes, but there are %d", t.Shape, t.Type, elements*size, have)
	}
	return nil
}
