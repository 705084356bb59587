package onnx

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Attribute returns the attribute of n with the given name, nil if it has none.
func (n *Node) Attribute(name string) *Attribute {
	for _, a := range n.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// NodeByOutput returns the node that computes value, nil if none does.
func (m *Model) NodeByOutput(value string) *Node {
	for _, n := range m.Graph.Nodes {
		if value != "" && slices.Contains(n.Outputs, value) {
			return n
		}
	}
	return nil
}

// Consumers returns the nodes that use value, in the order of the graph.
func (m *Model) Consumers(value string) []*Node {
	var nodes []*Node
	for _, n := range m.Graph.Nodes {
		if value != "" && slices.Contains(n.Needs(), value) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// Initializer returns the initializer with the given name, nil if there is none.
func (m *Model) Initializer(name string) *Tensor {
	for _, t := range m.Graph.Initializers {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// FreeInputs returns the inputs that must be given to run the network: those
// that no initializer fills.
func (m *Model) FreeInputs() []*ValueInfo {
	filled := map[string]bool{}
	for _, t := range m.Graph.Initializers {
		filled[t.Name] = true
	}
	return keep(m.Graph.Inputs, func(v *ValueInfo) bool { return !filled[v.Name] })
}

// Parameters counts the numbers in the initializers of the graph that are not
// integers: what training could have set. Those without axes are single constants,
// and are left out.
func (m *Model) Parameters() int64 {
	var count int64
	for _, t := range m.Graph.Initializers {
		switch t.Type {
		case Float16, BFloat16, Float32, Float64:
			if len(t.Shape) > 0 {
				elements, _ := t.Elements()
				count += elements
			}
		}
	}
	return count
}

// Summary describes the network to people, in a few lines: its inputs and
// outputs, how many nodes of which operator, how many parameters.
func (m *Model) Summary() string {
	counts := map[string]int{}
	for _, n := range m.Graph.Nodes {
		counts[n.Op]++
	}
	var operators []string
	for _, op := range slices.Sorted(maps.Keys(counts)) {
		operators = append(operators, fmt.Sprintf("%d %s", counts[op], op))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d nodes, %d parameters in %d initializers\n",
		m.Graph.Name, len(m.Graph.Nodes), m.Parameters(), len(m.Graph.Initializers))
	for _, v := range m.FreeInputs() {
		fmt.Fprintf(&b, "input %v\n", v)
	}
	for _, v := range m.Graph.Outputs {
		fmt.Fprintf(&b, "output %v\n", v)
	}
	fmt.Fprintf(&b, "operators %s\n", strings.Join(operators, ", "))
	return b.String()
}

// String writes a value as people do: "image float32 n×3×224×224", with ? for
// an axis of which nothing is known.
func (v *ValueInfo) String() string {
	if v.Shape == nil {
		return fmt.Sprintf("%s %v", v.Name, v.Type)
	}
	axes := make([]string, len(v.Shape))
	for i, d := range v.Shape {
		switch {
		case d.Parameter != "":
			axes[i] = d.Parameter
		case d.Value < 0:
			axes[i] = "?"
		default:
			axes[i] = fmt.Sprint(d.Value)
		}
	}
	return strings.TrimSuffix(fmt.Sprintf("%s %v %s", v.Name, v.Type, strings.Join(axes, "×")), " ")
}
