package engine

import (
	"slices"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/winograd"
)

// attributesOf lists the kinds of attribute that operators have; a node with
// another is not known here.
var attributesOf = map[string]map[string]onnx.AttributeType{
	"Conv": {
		"auto_pad": onnx.StringAttribute, "dilations": onnx.IntsAttribute, "group": onnx.IntAttribute,
		"kernel_shape": onnx.IntsAttribute, "pads": onnx.IntsAttribute, "strides": onnx.IntsAttribute,
	},
	"BatchNormalization": {"epsilon": onnx.FloatAttribute, "momentum": onnx.FloatAttribute, "training_mode": onnx.IntAttribute},
}

// known reports whether the node is one of op, as the format describes it.
func known(n *onnx.Node, op string) bool {
	return n.Op == op && n.Domain == "" && !slices.ContainsFunc(n.Attributes, func(a *onnx.Attribute) bool {
		kind, there := attributesOf[op][a.Name]
		return !there || kind != a.Type
	})
}

// plainConvolution returns the pads of a convolution with 3 × 3 kernels that move
// by 1 in one group, and false for every other node.
func plainConvolution(n *onnx.Node) (winograd.Pads, bool) {
	if !known(n, "Conv") || len(n.Inputs) < 2 || len(n.Inputs) > 3 || n.Inputs[0] == "" || !single(n) {
		return winograd.Pads{}, false
	}
	for name, wanted := range map[string][]int64{"strides": {1, 1}, "dilations": {1, 1}, "kernel_shape": {3, 3}} {
		if a := n.Attribute(name); a != nil && !slices.Equal(a.Ints, wanted) {
			return winograd.Pads{}, false
		}
	}
	if a := n.Attribute("group"); a != nil && a.Int != 1 {
		return winograd.Pads{}, false
	}
	return padsOf(n)
}

// padsOf returns the pads of a convolution with 3 × 3 kernels; false where one is
// larger than 1.
func padsOf(n *onnx.Node) (pads winograd.Pads, ok bool) {
	if a := n.Attribute("auto_pad"); a != nil && a.String != "" && a.String != "NOTSET" {
		switch a.String {
		case "SAME_UPPER", "SAME_LOWER":
			return winograd.Pads{1, 1, 1, 1}, true
		}
		return pads, a.String == "VALID"
	}
	a := n.Attribute("pads")
	if a == nil {
		return pads, true
	}
	if len(a.Ints) != len(pads) {
		return pads, false
	}
	for i, width := range a.Ints {
		if width < 0 || width > 1 {
			return pads, false
		}
		pads[i] = int(width)
	}
	return pads, true
}

// inference returns the epsilon of a batch normalization with fixed statistics.
func inference(n *onnx.Node) (epsilon float64, ok bool) {
	if !known(n, "BatchNormalization") {
		return 0, false
	}
	if a := n.Attribute("training_mode"); a != nil && a.Int != 0 {
		return 0, false
	}
	epsilon = float64(float32(1e-5)) // of the format
	if a := n.Attribute("epsilon"); a != nil {
		epsilon = float64(a.Float)
	}
	return epsilon, true
}
