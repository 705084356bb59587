package step_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/step"
)

// oddNode is a node without a name.
func oddNode(op string, inputs, outputs []string, attributes ...*onnx.Attribute) *onnx.Node {
	return &onnx.Node{Op: op, Inputs: inputs, Outputs: outputs, Attributes: attributes}
}

// oddValue tells of a value; a length of -1 is not fixed.
func oddValue(name string, of onnx.ElementType, lengths ...int64) *onnx.ValueInfo {
	v := &onnx.ValueInfo{Name: name, Type: of, Shape: []onnx.Dimension{}}
	for _, length := range lengths {
		v.Shape = append(v.Shape, onnx.Dimension{Value: length})
	}
	return v
}

// oddImage is the input that most graphs of these tests have.
func oddImage() *onnx.ValueInfo { return oddValue("x", onnx.Float32, -1, 3, 8, 8) }

// oddGraph is a graph with one input and the outputs of its last node.
func oddGraph(input *onnx.ValueInfo, nodes ...*onnx.Node) *onnx.Graph {
	g := &onnx.Graph{Name: "odd", Inputs: []*onnx.ValueInfo{input}, Nodes: nodes}
	for _, name := range nodes[len(nodes)-1].Outputs {
		g.Outputs = append(g.Outputs, &onnx.ValueInfo{Name: name})
	}
	return g
}

// with adds initializers.
func with(g *onnx.Graph, initializers ...*onnx.Tensor) *onnx.Graph {
	g.Initializers = initializers
	return g
}

// oddNumber is an initializer of one number.
func oddNumber(name string, of onnx.ElementType, data ...byte) *onnx.Tensor {
	return &onnx.Tensor{Name: name, Type: of, Data: data}
}

// inner is an attribute that holds a graph.
func inner(name string, g *onnx.Graph) *onnx.Attribute {
	return &onnx.Attribute{Name: name, Type: onnx.GraphAttribute, Graph: g}
}

// branch is a graph of one node that takes its input from the graph around it.
func branch(op, output string) *onnx.Graph {
	return &onnx.Graph{
		Name: output, Nodes: []*onnx.Node{oddNode(op, []string{"x"}, []string{output})},
		Outputs: []*onnx.ValueInfo{{Name: output, Type: onnx.Float32}},
	}
}

// either chooses one of two branches.
func either(condition string) *onnx.Node {
	return oddNode("If", []string{condition}, []string{"y"}, inner("then_branch", branch("Relu", "a")), inner("else_branch", branch("Neg", "b")))
}

// addedUp adds the picture to itself as often as "times" says.
func addedUp() *onnx.Graph {
	body := &onnx.Graph{
		Name:   "body",
		Inputs: []*onnx.ValueInfo{oddValue("i", onnx.Int64), oddValue("go", onnx.Bool), {Name: "sum", Type: onnx.Float32}},
		Nodes: []*onnx.Node{
			oddNode("Identity", []string{"go"}, []string{"on"}), oddNode("Add", []string{"sum", "x"}, []string{"more"}),
		},
		Outputs: []*onnx.ValueInfo{{Name: "on", Type: onnx.Bool}, {Name: "more", Type: onnx.Float32}},
	}
	g := oddGraph(oddImage(), oddNode("Loop", []string{"times", "yes", "x"}, []string{"y"}, inner("body", body)))
	return with(g, oddNumber("times", onnx.Int64, 3, 0, 0, 0, 0, 0, 0, 0), oddNumber("yes", onnx.Bool, 1))
}

// quantized makes bytes of the picture and numbers of these.
func quantized() *onnx.Graph {
	g := oddGraph(oddImage(), oddNode("QuantizeLinear", []string{"x", "scale", "zero"}, []string{"q"}),
		oddNode("MaxPool", []string{"q"}, []string{"p"}, onnx.NewAttribute("kernel_shape", []int{2, 2}), onnx.NewAttribute("strides", []int{2, 2})),
		oddNode("DequantizeLinear", []string{"p", "scale", "zero"}, []string{"y"}))
	return with(g, oddNumber("scale", onnx.Float32, 0, 0, 0x80, 0x3b), oddNumber("zero", onnx.Uint8, 0)) // 1/256
}

// extractOdd writes the graph, for operators of a version, and reads all its layers.
func extractOdd(t *testing.T, g *onnx.Graph, opset int64, layers ...string) (step.Activations, error) {
	t.Helper()
	folder := t.TempDir()
	s := step.Activations{
		Network: filepath.Join(folder, "odd.onnx"), Stimuli: filepath.Join(folder, "pictures"), Preprocessing: "none",
		Layers: layers, Out: filepath.Join(folder, "out"),
	}
	m := &onnx.Model{IRVersion: 8, Opsets: []onnx.Opset{{Version: opset}}, Graph: g}
	if err := m.Write(s.Network); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		picture(t, s.Stimuli, i, uint8(20*i))
	}
	return s, s.Run(t.Context(), &step.Env{Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }})
}

// toFloat32 and toFloat16 are attributes of Cast.
func toFloat32() *onnx.Attribute { return onnx.NewAttribute("to", int(onnx.Float32)) }
func toFloat16() *onnx.Attribute { return onnx.NewAttribute("to", int(onnx.Float16)) }

// Whatever exporters write: layers come out in float32, by their names, with the
// numbers that they have. Each graph is to give what becomes of the first pixel of
// the third picture, 40 of 255, in its last layer; where windows are pooled, of the
// largest of four.
func TestOddGraphsRun(t *testing.T) {
	relu := func(from, to string) *onnx.Node { return oddNode("Relu", []string{from}, []string{to}) }
	const pixel = 40. / 255
	for name, c := range map[string]struct {
		graph  *onnx.Graph
		layers string
		want   float64
		within float64
	}{
		"fixed batch":     {oddGraph(oddValue("x", onnx.Float32, 1, 3, 8, 8), relu("x", "y")), "y", pixel, 0},
		"unknown shape":   {oddGraph(&onnx.ValueInfo{Name: "x", Type: onnx.Float32}, relu("x", "y")), "y", pixel, 0},
		"gray":            {oddGraph(oddValue("x", onnx.Float32, -1, 1, 8, 8), relu("x", "y")), "y", pixel, 1e-6},
		"branches":        {with(oddGraph(oddImage(), either("yes"), relu("y", "z")), oddNumber("yes", onnx.Bool, 0)), "y z", 0, 0},
		"loop":            {addedUp(), "y", 4 * pixel, 1e-6},
		"float16":         {oddGraph(oddValue("x", onnx.Float16, -1, 3, 8, 8), relu("x", "y")), "y", pixel, 1e-4},
		"float64":         {oddGraph(oddValue("x", onnx.Float64, -1, 3, 8, 8), relu("x", "y")), "y", pixel, 1e-7},
		"float16, turned": {oddGraph(oddValue("x", onnx.Float16, -1, 8, 8, 3), relu("x", "y")), "y", pixel, 1e-4},
		"float16 inside": {oddGraph(oddImage(), oddNode("Cast", []string{"x"}, []string{"h"}, toFloat16()), relu("h", "r"),
			oddNode("Cast", []string{"r"}, []string{"y"}, toFloat32())), "r y", pixel, 1e-4},
		"float16 weights": {with(oddGraph(oddImage(), oddNode("Cast", []string{"w"}, []string{"v"}, toFloat32()), oddNode("Mul", []string{"x", "v"}, []string{"y"})),
			oddNumber("w", onnx.Float16, 0, 0x40)), "y", 2 * pixel, 1e-6},
		"quantized": {quantized(), "y", 58. / 256, 1e-6},
		"lists": {oddGraph(oddImage(), oddNode("SplitToSequence", []string{"x"}, []string{"s"}),
			oddNode("ConcatFromSequence", []string{"s"}, []string{"y"}, onnx.NewAttribute("axis", 0))), "y", pixel, 0},
		"a name of two lines":    {oddGraph(oddImage(), relu("x", "y\nz")), "y_z", pixel, 0},
		"names of folders":       {oddGraph(oddImage(), relu("x", ".."), relu("..", "a/b")), ".. a/b", pixel, 0},
		"nothing, and something": {with(oddGraph(oddImage(), oddNode("Gather", []string{"x", "none"}, []string{"e"}, onnx.NewAttribute("axis", 1)), relu("x", "y")), &onnx.Tensor{Name: "none", Type: onnx.Int64, Shape: []int64{0}}), "e y", pixel, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := extractOdd(t, c.graph, 17)
			if err != nil {
				t.Fatal(err)
			}
			list, err := os.ReadFile(filepath.Join(s.Out, "layers.txt"))
			names := strings.Fields(string(list))
			if err != nil || strings.Join(names, " ") != c.layers {
				t.Fatalf("layers %q, %v; want %q", names, err, c.layers)
			}
			ds, err := dataset.Open(step.LayerFile(s.Out, names[len(names)-1]))
			if err != nil {
				t.Fatal(err)
			}
			defer ds.Close()
			row := slices.Index(ds.Observation["stimulus"], "picture_2")
			if got := float64(ds.F32[row*ds.Shape[1]]); !(math.Abs(got-c.want) <= c.within+1e-7) {
				t.Errorf("the first unit gives %g, want %g", got, c.want)
			}
		})
	}
}

// What cannot run is said, with what is wrong and, where there is something, what
// to do.
func TestOddGraphsAreRefused(t *testing.T) {
	relu := oddNode("Relu", []string{"x"}, []string{"y"})
	two := oddGraph(oddImage(), relu)
	two.Inputs = append(two.Inputs, oddValue("training", onnx.Bool))
	for name, c := range map[string]struct {
		graph  *onnx.Graph
		opset  int64
		layers []string
		want   string
	}{
		"two inputs":         {two, 17, nil, "one input, this one has 2: x, training"},
		"no observations":    {oddGraph(oddValue("x", onnx.Float32, 3, 8, 8), relu), 17, nil, "3 axes, not the four of pictures"},
		"words":              {oddGraph(oddValue("tokens", onnx.Int64, -1, 16), oddNode("Relu", []string{"tokens"}, []string{"y"})), 17, nil, "takes numbers of type int64"},
		"bytes":              {oddGraph(oddValue("x", onnx.Uint8, -1, 8, 8, 3), oddNode("Cast", []string{"x"}, []string{"y"}, toFloat32())), 17, nil, `input "x" takes numbers of type uint8, and pictures are prepared as float32: export`},
		"another size":       {oddGraph(oddValue("x", onnx.Float32, -1, 3, 9, 9), relu), 17, nil, "takes pictures of 3 × 9 × 9"},
		"no layer":           {&onnx.Graph{Name: "odd", Inputs: []*onnx.ValueInfo{oddImage()}, Outputs: []*onnx.ValueInfo{oddImage()}}, 17, nil, "there is no layer to read"},
		"inside of a branch": {with(oddGraph(oddImage(), either("yes")), oddNumber("yes", onnx.Bool, 1)), 17, []string{"a"}, `no layer "a"`},
		"one for all":        {oddGraph(oddImage(), oddNode("ReduceMean", []string{"x"}, []string{"y"}, onnx.NewAttribute("keepdims", 0))), 17, nil, "no row of numbers for each stimulus, but y"},
		"operators to come":  {oddGraph(oddImage(), relu), 99, nil, `network "odd": ONNX Runtime: failure`},
		"unknown operator":   {oddGraph(oddImage(), oddNode("Rleu", []string{"x"}, []string{"y"})), 17, nil, "No Op registered for Rleu"},
		"a name too long":    {oddGraph(oddImage(), oddNode("Relu", []string{"x"}, []string{strings.Repeat("y", 300)})), 17, nil, "file name too long"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := extractOdd(t, c.graph, c.opset, c.layers...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("err = %v, want %q", err, c.want)
			}
			if left, _ := os.ReadDir(s.Out); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// Weights that are not beside their graph are named.
func TestWeightsThatAreElsewhere(t *testing.T) {
	folder := t.TempDir()
	weights, err := onnx.NewTensor("w", make([]float32, 1200), 1, 3, 20, 20)
	if err != nil {
		t.Fatal(err)
	}
	g := with(oddGraph(oddImage(), oddNode("Conv", []string{"x", "w"}, []string{"y"})), weights)
	m := &onnx.Model{IRVersion: 8, Opsets: []onnx.Opset{{Version: 17}}, Graph: g}
	path := filepath.Join(folder, "odd.onnx")
	if err := m.WriteExternal(path, "w.bin"); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "odd.onnx")
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(moved, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = step.Inspect(moved)
	if err == nil || !strings.Contains(err.Error(), "odd.onnx: ") || !strings.Contains(err.Error(), "w.bin: no such file") {
		t.Errorf("err = %v, want one that names the graph and the file it lacks", err)
	}
	if err := os.Truncate(filepath.Join(folder, "w.bin"), 4799); err != nil {
		t.Fatal(err)
	}
	if _, err := step.Inspect(path); err == nil || !strings.Contains(err.Error(), "has 4799 bytes, too few for 4800 at byte 0") {
		t.Errorf("err = %v, want one that counts the bytes", err)
	}
}
