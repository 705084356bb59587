package engine

import (
	"fmt"

	"github.com/isocortex/isocortex/onnx"
)

// shaped returns the model with inputs of the given shapes, which must be among
// those that it takes; without shapes, the model itself.
func shaped(m *onnx.Model, shapes [][]int) (*onnx.Model, error) {
	if shapes == nil {
		return m, nil
	}
	inputs := m.FreeInputs()
	if len(shapes) != len(inputs) {
		return nil, fmt.Errorf("engine: shapes of %d inputs given, the graph has %d", len(shapes), len(inputs))
	}
	fixed := map[*onnx.ValueInfo]*onnx.ValueInfo{}
	for i, input := range inputs {
		v, wide := *input, longs(shapes[i])
		sizes := input.Sizes()
		if _, ok := size(shapes[i]); !ok || sizes != nil && !fits(sizes, wide) {
			return nil, &TensorError{v.Name, describe(v.Type, sizes), describe(v.Type, wide), ""}
		}
		v.Shape = make([]onnx.Dimension, len(wide))
		for axis, length := range wide {
			v.Shape[axis] = onnx.Dimension{Value: length}
		}
		fixed[input] = &v
	}
	changed, err := shell(m)
	if err != nil {
		return nil, err
	}
	graph := *m.Graph
	graph.Inputs = make([]*onnx.ValueInfo, len(m.Graph.Inputs))
	for i, input := range m.Graph.Inputs {
		if graph.Inputs[i] = input; fixed[input] != nil {
			graph.Inputs[i] = fixed[input]
		}
	}
	changed.Graph = &graph
	return changed, nil
}
