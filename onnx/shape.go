package onnx

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Shapes infers the shapes of values from those of the inputs, for the operators
// that networks for pictures are made of.
//
// A value whose operator is not known here, or that depends on numbers and not
// only on shapes, is left out, as is all that comes after it: its shape shows
// when the network runs.
//
//	shapes   given: by name of the input, every axis known
//	cost     microseconds; no weights are read
//	source   https://onnx.ai/onnx/operators/
func (m *Model) Shapes(given map[string][]int64) map[string][]int64 {
	k := known{shapes: map[string][]int64{}, numbers: map[string][]int64{}}
	for _, t := range m.Graph.Initializers {
		k.shapes[t.Name] = t.Shape
		if t.Type == Int64 && len(t.Shape) == 1 && int64(len(t.Data)) == 8*t.Shape[0] {
			for place := range t.Shape[0] {
				k.numbers[t.Name] = append(k.numbers[t.Name], int64(binary.LittleEndian.Uint64(t.Data[8*place:])))
			}
		}
	}
	maps.Copy(k.shapes, given)
	for _, node := range m.Graph.Nodes {
		if node.Domain == "" && len(node.Outputs) > 0 {
			k.infer(node)
		}
	}
	return k.shapes
}

// known is what is known of values: shapes, and the numbers of those that are
// shapes themselves.
type known struct{ shapes, numbers map[string][]int64 }

// mostAxes is how many axes a shape is followed with.
const mostAxes = 64

// infer adds what is known of the outputs of a node.
func (k known) infer(n *Node) {
	if least := map[string]int{"Reshape": 2, "Expand": 2}[n.Op]; len(n.Inputs) < max(1, least) {
		return // no node of this kind
	}
	inputs := make([][]int64, len(n.Inputs))
	for i, name := range n.Inputs {
		shape, there := k.shapes[name]
		if !there && name != "" {
			return
		}
		inputs[i] = shape
	}
	var shape []int64
	switch n.Op {
	case "Shape":
		k.measure(n, inputs[0])
		return
	case "Reshape":
		shape = reshaped(inputs[0], k.numbers[n.Inputs[1]])
	case "Expand":
		shape = stretched(inputs[0], k.numbers[n.Inputs[1]])
	case "Split":
		k.split(n, inputs[0])
		return
	case "Concat":
		k.join(n)
		shape = shapeConcat(n, inputs)
	default:
		if infer, there := shapers[n.Op]; there {
			shape = infer(n, inputs)
		}
	}
	if shape != nil && len(shape) <= mostAxes {
		k.shapes[n.Outputs[0]] = shape
	}
}

// measure knows the numbers of a shape.
func (k known) measure(n *Node, shape []int64) {
	rank := int64(len(shape))
	place := func(at int64) int64 {
		if at < 0 {
			at += rank
		}
		return max(0, min(at, rank))
	}
	from, to := place(n.intOf("start", 0)), place(n.intOf("end", rank))
	if from > to {
		return
	}
	k.numbers[n.Outputs[0]] = shape[from:to]
	k.shapes[n.Outputs[0]] = []int64{to - from}
}

// join knows the numbers of shapes that are put together.
func (k known) join(n *Node) {
	var all []int64
	for _, name := range n.Inputs {
		numbers, there := k.numbers[name]
		if !there {
			return
		}
		all = append(all, numbers...)
	}
	if len(all) <= mostAxes {
		k.numbers[n.Outputs[0]] = all
	}
}

// split cuts an axis into equal parts.
func (k known) split(n *Node, x []int64) {
	axis, parts := n.intOf("axis", 0), int64(len(n.Outputs))
	if axis < 0 {
		axis += int64(len(x))
	}
	if len(n.Inputs) > 1 || n.Attribute("split") != nil || axis < 0 || axis >= int64(len(x)) || x[axis]%parts != 0 {
		return
	}
	shape := slices.Clone(x)
	shape[axis] /= parts
	for _, name := range n.Outputs {
		k.shapes[name] = shape
	}
}

// reshaped is a shape of as many numbers; 0 keeps an axis, -1 is what is left.
func reshaped(x, to []int64) []int64 {
	if to == nil {
		return nil
	}
	shape, left, open := slices.Clone(to), int64(1), -1
	for _, length := range x {
		left *= length
	}
	for axis, length := range to {
		switch {
		case length == 0 && axis < len(x):
			shape[axis] = x[axis]
		case length == -1 && open < 0:
			open = axis
			continue
		}
		if shape[axis] < 1 || left%shape[axis] != 0 {
			return nil
		}
		left /= shape[axis]
	}
	switch {
	case open >= 0:
		shape[open] = left
	case left != 1:
		return nil
	}
	return shape
}

// A shaper gives the shape of a node's first output; nil where it cannot.
type shaper func(n *Node, in [][]int64) []int64

var shapers = map[string]shaper{
	"Conv": shapeConv, "MaxPool": shapePool, "AveragePool": shapePool,
	"GlobalAveragePool": shapeGlobal, "GlobalMaxPool": shapeGlobal,
	"Gemm": shapeGemm, "MatMul": shapeMatMul, "Flatten": shapeFlatten, "Gather": shapeGather, "Transpose": shapeTranspose,
	"Add": shapeBroadcast, "Sub": shapeBroadcast, "Mul": shapeBroadcast, "Div": shapeBroadcast, "Pow": shapeBroadcast,
	"Relu": shapeSame, "LeakyRelu": shapeSame, "Elu": shapeSame, "Sigmoid": shapeSame, "Tanh": shapeSame, "Erf": shapeSame,
	"Abs": shapeSame, "Sqrt": shapeSame, "Clip": shapeSame, "Identity": shapeSame, "Dropout": shapeSame, "Softmax": shapeSame,
	"LRN": shapeSame, "BatchNormalization": shapeSame, "InstanceNormalization": shapeSame, "LayerNormalization": shapeSame, "LpNormalization": shapeSame,
}

// shapeSame is that of the first input.
func shapeSame(_ *Node, in [][]int64) []int64 { return in[0] }

// shapeGlobal leaves one number of every channel.
func shapeGlobal(_ *Node, in [][]int64) []int64 {
	if len(in[0]) < 2 {
		return nil
	}
	shape := slices.Clone(in[0])
	for axis := 2; axis < len(shape); axis++ {
		shape[axis] = 1
	}
	return shape
}

// shapeConv has a channel for every kernel.
func shapeConv(n *Node, in [][]int64) []int64 {
	if len(in) < 2 || len(in[1]) != len(in[0]) || len(in[0]) < 3 {
		return nil
	}
	return n.slid(in[0], in[1][0], in[1][2:])
}

// shapePool keeps the channels.
func shapePool(n *Node, in [][]int64) []int64 {
	kernel := n.Attribute("kernel_shape")
	if kernel == nil || len(in[0]) != len(kernel.Ints)+2 {
		return nil
	}
	return n.slid(in[0], in[0][1], kernel.Ints)
}

// slid is the shape of what a kernel that slides over x gives.
func (n *Node) slid(x []int64, channels int64, kernel []int64) []int64 {
	if auto := n.Attribute("auto_pad"); auto != nil && auto.String != "NOTSET" && auto.String != "" {
		return nil
	}
	shape, axes := []int64{x[0], channels}, len(kernel)
	for axis, side := range kernel {
		stride, dilation := n.intAt("strides", axis, 1), n.intAt("dilations", axis, 1)
		before, after := n.intAt("pads", axis, 0), n.intAt("pads", axes+axis, 0)
		if stride < 1 {
			return nil
		}
		free := x[axis+2] + before + after - (side-1)*dilation - 1
		if free < 0 {
			return nil
		}
		length := free/stride + 1
		// A window that lies partly outside counts if it begins inside.
		if ceil := n.Attribute("ceil_mode"); ceil != nil && ceil.Int == 1 && free%stride != 0 && length*stride < x[axis+2]+before {
			length++
		}
		shape = append(shape, length)
	}
	return shape
}

// intAt returns a number of a list; the usual one where the list is left out.
func (n *Node) intAt(list string, at int, usual int64) int64 {
	a := n.Attribute(list)
	if a == nil || at >= len(a.Ints) {
		return usual
	}
	return a.Ints[at]
}

// intOf returns a number; the usual one where it is left out.
func (n *Node) intOf(name string, usual int64) int64 {
	if a := n.Attribute(name); a != nil {
		return a.Int
	}
	return usual
}

// shapeGemm is rows of one by columns of the other.
func shapeGemm(n *Node, in [][]int64) []int64 {
	if len(in) < 2 || len(in[0]) != 2 || len(in[1]) != 2 {
		return nil
	}
	return []int64{in[0][n.intOf("transA", 0)&1], in[1][1-n.intOf("transB", 0)&1]}
}

// shapeMatMul multiplies the last two axes; those before are stretched.
func shapeMatMul(_ *Node, in [][]int64) []int64 {
	if len(in) != 2 || len(in[0]) < 2 || len(in[1]) < 2 {
		return nil
	}
	x, y := in[0], in[1]
	stack := stretched(x[:len(x)-2], y[:len(y)-2])
	if stack == nil {
		return nil
	}
	return append(stack, x[len(x)-2], y[len(y)-1])
}

// shapeFlatten is a matrix.
func shapeFlatten(n *Node, in [][]int64) []int64 {
	axis := n.intOf("axis", 1)
	if axis < 0 {
		axis += int64(len(in[0]))
	}
	if axis < 0 || axis > int64(len(in[0])) {
		return nil
	}
	shape := []int64{1, 1}
	for i, length := range in[0] {
		if int64(i) < axis {
			shape[0] *= length
		} else {
			shape[1] *= length
		}
	}
	return shape
}

// shapeGather has the axes of the places in place of the axis they are of.
func shapeGather(n *Node, in [][]int64) []int64 {
	axis := n.intOf("axis", 0)
	if axis < 0 {
		axis += int64(len(in[0]))
	}
	if len(in) != 2 || axis < 0 || axis >= int64(len(in[0])) {
		return nil
	}
	return slices.Concat(in[0][:axis], in[1], in[0][axis+1:])
}

// shapeConcat adds lengths along an axis.
func shapeConcat(n *Node, in [][]int64) []int64 {
	shape, axis := slices.Clone(in[0]), n.intOf("axis", 0)
	if axis < 0 {
		axis += int64(len(shape))
	}
	for _, other := range in[1:] {
		if axis < 0 || axis >= int64(len(shape)) || len(other) != len(shape) {
			return nil
		}
		shape[axis] += other[axis]
	}
	return shape
}

// shapeTranspose reorders axes.
func shapeTranspose(n *Node, in [][]int64) []int64 {
	shape := slices.Clone(in[0])
	order := n.Attribute("perm")
	if order == nil {
		slices.Reverse(shape)
		return shape
	}
	if len(order.Ints) != len(shape) {
		return nil
	}
	for axis, from := range order.Ints {
		if from < 0 || from >= int64(len(shape)) {
			return nil
		}
		shape[axis] = in[0][from]
	}
	return shape
}

// shapeBroadcast stretches axes of length 1.
func shapeBroadcast(_ *Node, in [][]int64) []int64 {
	if len(in) != 2 {
		return nil
	}
	return stretched(in[0], in[1])
}

// stretched is the shape of which both are parts; nil when they do not fit.
func stretched(x, y []int64) []int64 {
	if len(x) < len(y) {
		x, y = y, x
	}
	shape := append([]int64{}, x...)
	for i, length := range y {
		at := len(x) - len(y) + i
		switch {
		case shape[at] == 1:
			shape[at] = length
		case length != 1 && length != shape[at]:
			return nil
		}
	}
	return shape
}
