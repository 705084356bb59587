package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/onnx"
)

// pictureInput returns the one input of a graph that is not a weight: pictures as
// channels × height × width. A graph that takes height × width × channels is
// given a first node that turns pictures round.
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
	switch {
	case input.Shape == nil: // nothing is known: the engine will tell
		input.Shape = slices.Repeat([]onnx.Dimension{{Value: -1}}, 4)
	case len(input.Shape) != 4:
		return nil, fmt.Errorf("input %q has %d axes, not the four of pictures: observations, channels, height, width",
			input.Name, len(input.Shape))
	case channelsLast(input.Shape):
		return turned(model.Graph, input), nil
	}
	return input, nil
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
	at := slices.Index(graph.Inputs, input)
	graph.Inputs = slices.Clone(graph.Inputs)
	graph.Inputs[at] = first
	turn := &onnx.Node{
		Op: "Transpose", Inputs: []string{first.Name}, Outputs: []string{input.Name},
		Attributes: []*onnx.Attribute{onnx.NewAttribute("perm", []int{0, 2, 3, 1})},
	}
	graph.Nodes = append([]*onnx.Node{turn}, graph.Nodes...)
	return first
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

// responses returns the values that say something of a picture: numbers of
// float32 that are computed from the input. Shapes, places, what becomes of
// weights alone, and the picture itself, turned round, are none.
func responses(graph *onnx.Graph, input string) map[string]bool {
	types, found := graph.Types(), map[string]bool{}
	picture := map[string]bool{input: true}
	follows := func(v string) bool { return found[v] || picture[v] }
	for _, node := range graph.Nodes {
		if node.Op == "Shape" || node.Op == "Size" || !slices.ContainsFunc(node.Inputs, follows) {
			continue
		}
		for _, output := range node.Outputs {
			switch {
			case output == "":
			case node.Op == "Transpose" && picture[node.Inputs[0]]:
				picture[output] = true
			default:
				found[output] = types[output] == onnx.Float32 || types[output] == onnx.Undefined
			}
		}
	}
	return found
}
