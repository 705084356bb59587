package onnx

import "slices"

// Types returns the element types of the values of the graph: of those that the
// file describes, and of those that follow from the operators that compute them.
// Values of operators that this package does not know have the type of what they
// are computed from.
//
//	cost     one pass over the nodes
func (g *Graph) Types() map[string]ElementType {
	types := map[string]ElementType{}
	for _, t := range g.Initializers {
		types[t.Name] = t.Type
	}
	for _, v := range slices.Concat(g.Inputs, g.Values, g.Outputs) {
		if v.Type != Undefined {
			types[v.Name] = v.Type
		}
	}
	of := func(value string) ElementType { return types[value] }
	for _, n := range g.Nodes {
		for i, output := range n.Outputs {
			if _, described := types[output]; !described && output != "" {
				types[output] = n.resultType(i, of)
			}
		}
	}
	return types
}

// resultType is the element type of an output of n: that of its first input, but
// for the operators that change it.
func (n *Node) resultType(output int, of func(value string) ElementType) ElementType {
	decisive := 0
	switch n.Op {
	case "Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression":
		return Int64
	case "MaxPool", "TopK":
		if output == 1 {
			return Int64 // places
		}
	case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf":
		return Bool
	case "Cast":
		if to := n.Attribute("to"); to != nil {
			return ElementType(to.Int)
		}
	case "ConstantOfShape", "Constant":
		return n.constantType()
	case "If", "Loop", "Scan":
		return n.innerType(output)
	case "Where", "CastLike", "DequantizeLinear":
		decisive = 1
	case "OneHot", "QuantizeLinear":
		decisive = 2
	}
	if decisive >= len(n.Inputs) {
		return Float32
	}
	return of(n.Inputs[decisive])
}

// innerType is the element type of an output of a node that runs graphs of its
// own, where these describe it. The first output of the body of a loop says
// whether to go on, and leaves the loop no more than those that are carried do.
func (n *Node) innerType(output int) ElementType {
	if n.Op == "Loop" {
		output++
	}
	for _, a := range n.Attributes {
		for _, g := range a.graphs() {
			if output < len(g.Outputs) && g.Outputs[output].Type != Undefined {
				return g.Outputs[output].Type
			}
		}
	}
	return Undefined
}

// constantType is the element type of the number in the attributes of a constant.
func (n *Node) constantType() ElementType {
	for _, a := range n.Attributes {
		switch {
		case a.Name == "value" && a.Tensor != nil:
			return a.Tensor.Type
		case a.Name == "value_int", a.Name == "value_ints":
			return Int64
		case a.Name == "value_string", a.Name == "value_strings":
			return String
		}
	}
	return Float32
}
