package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// pictureInput returns the one input of a graph that is not a weight: pictures as
// channels × height × width, in float32. A graph that takes height × width ×
// channels, or numbers of more or fewer bits, is given first nodes that turn
// pictures round and convert them.
func pictureInput(model *onnx.Model) (*onnx.ValueInfo, error) {
	inputs := model.FreeInputs()
	if len(inputs) != 1 {
		var names []string
		for _, input := range inputs {
			names = append(names, input.Name)
		}
		return nil, fmt.Errorf("a network for pictures has one input, this one has %d: %s", len(inputs), strings.Join(names, ", "))
	}
	input := inputs[0]
	if t := input.Type; t != onnx.Float32 && t != onnx.Undefined && !wide(t) {
		return nil, fmt.Errorf("input %q takes numbers of type %v, and pictures are prepared as float32: export the network for these", input.Name, t)
	}
	switch {
	case input.Shape == nil: // nothing is known: the engine will tell
		input.Shape = slices.Repeat([]onnx.Dimension{{Value: -1}}, 4)
	case len(input.Shape) != 4:
		return nil, fmt.Errorf("input %q has %d axes, not the four of pictures: observations, channels, height, width",
			input.Name, len(input.Shape))
	case channelsLast(input.Shape):
		input = turned(model.Graph, input)
	}
	if wide(input.Type) {
		input = converted(model.Graph, input)
	}
	return input, nil
}

// wide reports whether numbers of a type are converted to float32, and from it.
func wide(t onnx.ElementType) bool {
	return t == onnx.Float16 || t == onnx.BFloat16 || t == onnx.Float64
}

// channelsLast reports whether the last axis is that of the channels, as in graphs
// that come from TensorFlow.
func channelsLast(shape []onnx.Dimension) bool {
	colors := func(d onnx.Dimension) bool { return d.Size() == 1 || d.Size() == 3 }
	return colors(shape[3]) && !colors(shape[1])
}

// turned replaces an input of pictures by one whose channels come first.
func turned(graph *onnx.Graph, input *onnx.ValueInfo) *onnx.ValueInfo {
	s := input.Shape
	first := &onnx.ValueInfo{Name: unused(graph, input.Name+" with channels first"), Type: input.Type, Shape: []onnx.Dimension{s[0], s[3], s[1], s[2]}}
	replaced(graph, input, first, &onnx.Node{Op: "Transpose", Attributes: []*onnx.Attribute{onnx.NewAttribute("perm", []int{0, 2, 3, 1})}})
	return first
}

// converted replaces an input of pictures by one of float32.
func converted(graph *onnx.Graph, input *onnx.ValueInfo) *onnx.ValueInfo {
	first := &onnx.ValueInfo{Name: unused(graph, input.Name+inFloat32), Type: onnx.Float32, Shape: input.Shape}
	replaced(graph, input, first, cast(input.Type))
	return first
}

// inFloat32 ends the names of values that are another value in float32.
const inFloat32 = " in float32"

// cast is a node that changes the type of numbers.
func cast(to onnx.ElementType) *onnx.Node {
	return &onnx.Node{Op: "Cast", Attributes: []*onnx.Attribute{onnx.NewAttribute("to", int(to))}}
}

// replaced puts an input in the place of another, which a first node computes from
// it.
func replaced(graph *onnx.Graph, input, first *onnx.ValueInfo, node *onnx.Node) {
	node.Inputs, node.Outputs = []string{first.Name}, []string{input.Name}
	at := slices.Index(graph.Inputs, input)
	graph.Inputs = slices.Clone(graph.Inputs)
	graph.Inputs[at] = first
	graph.Nodes = append([]*onnx.Node{node}, graph.Nodes...)
}

// unused makes a name that no value of the graph has.
func unused(graph *onnx.Graph, name string) string {
	types := graph.Types()
	for {
		if _, taken := types[name]; !taken {
			return name
		}
		name += "'"
	}
}

// responses returns the values that say something of a picture: numbers that are
// computed from the input. Shapes, places and other integers, what becomes of
// weights alone, and the picture itself, turned round or converted, are none.
func responses(graph *onnx.Graph, input string) map[string]bool {
	types, found := graph.Types(), map[string]bool{}
	picture, from := map[string]bool{input: true}, map[string]bool{input: true}
	for _, node := range graph.Nodes {
		if node.Op == "Shape" || node.Op == "Size" || !slices.ContainsFunc(node.Needs(), func(v string) bool { return from[v] }) {
			continue
		}
		for _, output := range node.Outputs {
			t := types[output]
			switch from[output] = output != ""; {
			case output == "" || listed(node):
			case (node.Op == "Transpose" || node.Op == "Cast") && len(node.Inputs) > 0 && picture[node.Inputs[0]]:
				picture[output] = true
			default:
				found[output] = t == onnx.Float32 || t == onnx.Undefined || wide(t)
			}
		}
	}
	return found
}

// listed reports whether a node gives a list of arrays, which is none itself.
func listed(node *onnx.Node) bool {
	return slices.Contains([]string{
		"SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceMap", "SplitToSequence", "Optional",
	}, node.Op)
}

// inFloats adds a node that converts a response to float32, unless it is, and
// returns the value to tap.
func inFloats(graph *onnx.Graph, value string, t onnx.ElementType) string {
	if !wide(t) {
		return value
	}
	node := cast(onnx.Float32)
	node.Inputs, node.Outputs = []string{value}, []string{value + inFloat32}
	graph.Nodes = append(graph.Nodes, node)
	return node.Outputs[0]
}
