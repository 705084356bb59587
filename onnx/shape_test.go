package onnx_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
)

func ExampleModel_Shapes() {
	g := onnx.NewBuilder("net")
	x := g.Input("image", onnx.Float32, "n", 3, "height", "width")
	w := g.Weights("w", make([]float32, 8*3*3*3), 8, 3, 3, 3)
	x = g.As("conv").Conv(x, w, "", onnx.ConvOptions{Strides: []int{2, 2}})
	g.Output(g.As("flat").Flatten(x, 1), "features")
	model, _ := g.Model()
	shapes := model.Shapes(map[string][]int64{"image": {1, 3, 32, 24}})
	fmt.Println(shapes[model.Graph.Nodes[0].Outputs[0]], shapes["features"])
	// Output: [1 8 15 11] [1 1320]
}

// The engine gives what is inferred, for kernels of every kind.
func TestShapesAreThoseOfTheEngine(t *testing.T) {
	e := enginetest.Open(t)
	rapid.Check(t, func(t *rapid.T) {
		small := func(least, most int, what string) int { return rapid.IntRange(least, most).Draw(t, what) }
		side := small(1, 4, "kernel")
		pad := small(0, side/2, "pad")
		o := onnx.PoolOptions{
			Kernel: []int{side, side}, Strides: []int{small(1, 4, "stride"), small(1, 4, "stride")}, Pads: []int{pad, 0, 0, pad},
			Ceil: rapid.Bool().Draw(t, "ceil"),
		}
		height, width := small(6, 15, "height"), small(6, 15, "width")
		g := onnx.NewBuilder("net")
		x := g.Input("x", onnx.Float32, 2, 3, height, width)
		w := g.Weights("w", make([]float32, 6*side*side), 6, 1, side, side)
		dilation := small(1, 2, "dilation")
		kernel := onnx.ConvOptions{Strides: o.Strides, Pads: []int{side, pad, 0, side}, Dilations: []int{dilation, dilation}, Groups: 3}
		pooled := g.MaxPool(x, o)
		parts := g.Nodes("Split", 3, []onnx.Value{x}, onnx.NewAttribute("axis", 1))
		counted := g.Node("Shape", []onnx.Value{x}, onnx.NewAttribute("start", 1), onnx.NewAttribute("end", -1))
		row := g.Node("Expand", []onnx.Value{g.Weights("row", make([]float32, 1), 1, 1), counted})
		flat := g.Flatten(pooled, small(0, 4, "axis"))
		for i, v := range []onnx.Value{
			parts[1], row, g.Node("Gather", []onnx.Value{x, g.Constant("", []int64{0})}, onnx.NewAttribute("axis", -2)), g.Reshape(x, 0, -1), g.Reshape(x, -1, width, 3, 1), g.AveragePool(x, o), g.Conv(x, w, "", kernel), g.Concat(1, x, g.Relu(x)), g.Add(x, g.GlobalAveragePool(x)),
			g.Transpose(x, 0, 2, 3, 1), g.MatMul(x, g.Transpose(x, 0, 1, 3, 2)), g.Gemm(flat, flat, "", onnx.GemmOptions{TransposeY: true}),
		} {
			g.Output(v, fmt.Sprint("out", i))
		}
		model, err := g.Model()
		if err != nil {
			t.Fatal(err)
		}
		shapes := model.Shapes(map[string][]int64{"x": {2, 3, int64(height), int64(width)}})
		for name, shape := range ran(t, e, model, []int{2, 3, height, width}) {
			if !slices.Equal(shapes[name], shape) {
				t.Errorf("%s of %+v on %d × %d: %v, the engine gives %v", name, o, height, width, shapes[name], shape)
			}
		}
	})
}

// ran returns the shapes of the outputs of a run.
func ran(t *rapid.T, e *engine.Engine, model *onnx.Model, shape []int) map[string][]int64 {
	session, err := e.NewSession(model, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	count := 1
	for _, length := range shape {
		count *= length
	}
	results, err := session.Run(t.Context(), []engine.Tensor{{Shape: shape, Data: make([]float32, count)}})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	shapes := map[string][]int64{}
	for i, port := range session.Outputs() {
		for _, length := range results.Tensors[i].Shape {
			shapes[port.Name] = append(shapes[port.Name], int64(length))
		}
	}
	return shapes
}

// What is not known, or does not fit, is left out with all that follows; nothing
// panics.
func TestShapesThatCannotBeInferred(t *testing.T) {
	node := func(op string, inputs []string, attributes ...*onnx.Attribute) *onnx.Node {
		return &onnx.Node{Op: op, Inputs: inputs, Outputs: []string{"y"}, Attributes: attributes}
	}
	for name, n := range map[string]*onnx.Node{
		"unknown operator":     node("NonZero", []string{"x"}),
		"unknown input":        node("Relu", []string{"z"}),
		"padding by a rule":    node("MaxPool", []string{"x"}, onnx.NewAttribute("kernel_shape", []int{2, 2}), onnx.NewAttribute("auto_pad", "SAME_UPPER")),
		"kernel too large":     node("MaxPool", []string{"x"}, onnx.NewAttribute("kernel_shape", []int{9, 9})),
		"no kernel":            node("MaxPool", []string{"x"}),
		"no stride":            node("MaxPool", []string{"x"}, onnx.NewAttribute("kernel_shape", []int{2, 2}), onnx.NewAttribute("strides", []int{0, 0})),
		"kernel of other axes": node("Conv", []string{"x", "flat"}),
		"matrices":             node("Gemm", []string{"x", "flat"}),
		"stretching":           node("Add", []string{"x", "flat"}),
		"order too long":       node("Transpose", []string{"x"}, onnx.NewAttribute("perm", []int{0, 1, 2, 3, 4})),
		"order of no axis":     node("Transpose", []string{"x"}, onnx.NewAttribute("perm", []int{0, 1, 2, 7})),
		"axis of nothing":      node("Concat", []string{"x", "x"}, onnx.NewAttribute("axis", 7)),
		"nothing to flatten":   node("Flatten", []string{"x"}, onnx.NewAttribute("axis", 7)),
		"product of a vector":  node("MatMul", []string{"x", "one"}),
		"parts that differ":    node("Split", []string{"one"}, onnx.NewAttribute("split", []int{2, 3})),
		"parts of no axis":     node("Split", []string{"one"}, onnx.NewAttribute("axis", 4)),
		"shape not known":      node("Reshape", []string{"x", "one"}),
		"places of no axis":    node("Gather", []string{"x", "one"}, onnx.NewAttribute("axis", 4)),
		"mean of a vector":     node("GlobalAveragePool", []string{"one"}),
		"concat of nothing":    node("Concat", nil),
		"reshape of nothing":   node("Reshape", nil),
		"reshape to nothing":   node("Reshape", []string{"x"}),
		"expand to nothing":    node("Expand", []string{"x"}),
		"flatten of nothing":   node("Flatten", nil),
		"gather of nothing":    node("Gather", nil),
		"shape of nothing":     node("Shape", nil),
		"split of nothing":     node("Split", nil),
		"pool of nothing":      node("MaxPool", nil, onnx.NewAttribute("kernel_shape", []int{2, 2})),
		"relu of nothing":      node("Relu", nil),
	} {
		after := &onnx.Node{Op: "Relu", Inputs: []string{"y"}, Outputs: []string{"after"}}
		model := &onnx.Model{Graph: &onnx.Graph{Nodes: []*onnx.Node{n, after}}}
		shapes := model.Shapes(map[string][]int64{"x": {1, 3, 4, 5}, "flat": {3, 7}, "one": {5}})
		if len(shapes) != 3 {
			t.Errorf("%s: inferred %v", name, shapes)
		}
	}
}

// Shapes that would have more axes than any array are not followed.
func TestShapesThatDouble(t *testing.T) {
	var nodes []*onnx.Node
	for i, op := range []string{"Concat", "Gather"} {
		name := "x"
		if op == "Concat" {
			nodes = append(nodes, &onnx.Node{Op: "Shape", Inputs: []string{"x"}, Outputs: []string{"shape"}})
			name = "shape"
		}
		for level := range 60 {
			next := fmt.Sprint(i, "_", level)
			nodes = append(nodes, &onnx.Node{Op: op, Inputs: []string{name, name}, Outputs: []string{next}})
			name = next
		}
	}
	model := &onnx.Model{Graph: &onnx.Graph{Nodes: nodes}}
	for name, shape := range model.Shapes(map[string][]int64{"x": {1, 3, 4, 5}}) {
		if len(shape) > 64 {
			t.Errorf("%s has %d axes", name, len(shape))
		}
	}
}
