package network

import (
	"slices"

	"github.com/isocortex/isocortex/onnx"
)

// A Side says on which side of a nonlinearity a layer is read.
type Side string

// The sides.
const (
	Before Side = "before" // sums of inputs, as a membrane's potential: not rectified
	After  Side = "after"  // what the nonlinearity made of them, as a firing rate
)

// The operators that bend their input, and those that only move or average
// numbers, so that they lie where their input lies.
var (
	nonlinear = []string{
		"Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softmax", "LogSoftmax",
		"Softplus", "Softsign", "Gelu", "Mish", "Clip", "Erf", "ThresholdedRelu",
	}
	passing = []string{
		"MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Flatten", "Reshape", "Transpose", "Concat", "Identity", "Dropout",
		"LRN", "LpNormalization", "Squeeze", "Unsqueeze", "Slice", "Split", "Pad", "ReduceMean", "Gather", "Cast",
	}
)

// Side tells whether a layer is read before the nonlinearity or after. Pooling and
// the like take the side of what they are given; of the picture itself there is
// none: "".
func (n *Network) Side(l Layer) Side {
	node := n.Model.NodeByOutput(l.Value)
	for node != nil && slices.Contains(passing, node.Op) && len(node.Inputs) > 0 {
		node = n.Model.NodeByOutput(node.Inputs[0])
	}
	switch {
	case node == nil:
		return ""
	case slices.Contains(nonlinear, node.Op) || node.Op == "Mul" && gated(n.Model, node, map[*onnx.Node]bool{}):
		return After
	default:
		return Before
	}
}

// gated reports whether a product has a nonlinearity of what it multiplies among
// its factors, as Gelu and SiLU have when they are drawn in parts. Those seen
// before have none.
func gated(m *onnx.Model, node *onnx.Node, seen map[*onnx.Node]bool) bool {
	if seen[node] {
		return false
	}
	seen[node] = true
	factors := node != nil && (node.Op == "Mul" || node.Op == "Add" && slices.ContainsFunc(node.Inputs, func(name string) bool {
		return m.Initializer(name) != nil
	}))
	return factors && slices.ContainsFunc(node.Inputs, func(name string) bool {
		from := m.NodeByOutput(name)
		return from != nil && (slices.Contains(nonlinear, from.Op) || gated(m, from, seen))
	})
}

// Shapes returns the shape of a layer's responses to one picture of the given
// size, by the layer's name. Layers whose shape only shows when the network runs
// are left out.
//
//	shapes   picture: channels, height, width
//	cost     microseconds
func (n *Network) Shapes(picture [3]int) map[string][]int {
	given := []int64{1, int64(picture[0]), int64(picture[1]), int64(picture[2])}
	known := n.Model.Shapes(map[string][]int64{n.Input.Name: given})
	shapes := map[string][]int{}
	for _, layer := range n.Layers {
		shape, there := known[layer.Value]
		if !there || len(shape) == 0 {
			continue
		}
		own := make([]int, len(shape)-1)
		for i, length := range shape[1:] {
			own[i] = int(length)
		}
		shapes[layer.Name] = own
	}
	return shapes
}
