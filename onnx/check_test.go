package onnx_test

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/onnx"
)

// chain is a right model: x → Relu → y → Abs → z.
func chain() *onnx.Model {
	return &onnx.Model{
		IRVersion: 8,
		Opsets:    []onnx.Opset{{Version: 17}},
		Graph: &onnx.Graph{
			Name: "chain",
			Nodes: []*onnx.Node{
				{Name: "first", Op: "Relu", Inputs: []string{"x"}, Outputs: []string{"y"}},
				{Op: "Abs", Inputs: []string{"y"}, Outputs: []string{"z"}},
			},
			Inputs:  []*onnx.ValueInfo{{Name: "x", Type: onnx.Float32}},
			Outputs: []*onnx.ValueInfo{{Name: "z", Type: onnx.Float32}},
		},
	}
}

// branch is a node that computes value from needs inside its own graph.
func branch(needs, value string) *onnx.Node {
	inner := &onnx.Graph{
		Name:    "inner",
		Nodes:   []*onnx.Node{{Op: "Neg", Inputs: []string{needs}, Outputs: []string{"negative"}}},
		Outputs: []*onnx.ValueInfo{{Name: "negative"}},
	}
	return &onnx.Node{
		Name: "branch", Op: "If", Inputs: []string{"x"}, Outputs: []string{value},
		Attributes: []*onnx.Attribute{onnx.NewAttribute("then_branch", inner)},
	}
}

func TestCheck(t *testing.T) {
	if err := chain().Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(m *onnx.Model, g *onnx.Graph){
		`version of the format is missing`:    func(m *onnx.Model, _ *onnx.Graph) { m.IRVersion = 0 },
		`version of the operators is missing`: func(m *onnx.Model, _ *onnx.Graph) { m.Opsets = nil },
		`there is no graph`:                   func(m *onnx.Model, _ *onnx.Graph) { m.Graph = nil },
		`graph "chain" has no outputs`:        func(_ *onnx.Model, g *onnx.Graph) { g.Outputs = nil },
		`input "x" is listed twice`:           func(_ *onnx.Model, g *onnx.Graph) { g.Inputs = append(g.Inputs, g.Inputs[0]) },
		`an input has no name`:                func(_ *onnx.Model, g *onnx.Graph) { g.Inputs = append(g.Inputs, &onnx.ValueInfo{}) },
		`output "z" is listed twice`:          func(_ *onnx.Model, g *onnx.Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) },
		`output "loggits" is computed by no node; did you mean logits?`: func(_ *onnx.Model, g *onnx.Graph) {
			g.Nodes[1].Outputs[0], g.Outputs[0].Name = "logits", "loggits"
		},
		`node "first" (Relu) needs "y", which node "first" (Relu) computes later or from it`: func(_ *onnx.Model, g *onnx.Graph) { g.Nodes[0].Inputs[0] = "y" },
		`node "first" (Relu) needs "z", which node 1 (Abs) computes later or from it`:        func(_ *onnx.Model, g *onnx.Graph) { g.Nodes[0].Inputs[0] = "z" },
		`node 1 (Abs) needs "w", which is neither given nor computed`:                        func(_ *onnx.Model, g *onnx.Graph) { g.Nodes[1].Inputs[0] = "w" },
		`node 1 (Abs) computes "y", which is there already`:                                  func(_ *onnx.Model, g *onnx.Graph) { g.Nodes[1].Outputs[0] = "y" },
		`node 1 () has no operator`:                                                          func(_ *onnx.Model, g *onnx.Graph) { g.Nodes[1].Op = "" },
		`node 1 (Abs): attribute "a" is there twice`: func(_ *onnx.Model, g *onnx.Graph) {
			a := onnx.NewAttribute("a", 1)
			g.Nodes[1].Attributes = []*onnx.Attribute{a, a}
		},
		`node 1 (Abs): attribute a holds nothing`: func(_ *onnx.Model, g *onnx.Graph) {
			g.Nodes[1].Attributes = []*onnx.Attribute{{Name: "a"}}
		},
		`node 1 (Abs): attribute value: shape [3] of float32 takes 12 bytes, but there are 4`: func(_ *onnx.Model, g *onnx.Graph) {
			bad := &onnx.Tensor{Type: onnx.Float32, Shape: []int64{3}, Data: make([]byte, 4)}
			g.Nodes[1].Attributes = []*onnx.Attribute{onnx.NewAttribute("value", bad)}
		},
		`node "branch" (If): node 0 (Neg) needs "q"`: func(_ *onnx.Model, g *onnx.Graph) { g.Nodes = append(g.Nodes, branch("q", "r")) },
		`initializer "w" is there twice`: func(_ *onnx.Model, g *onnx.Graph) {
			w := &onnx.Tensor{Name: "w", Type: onnx.Float32, Shape: []int64{0}}
			g.Initializers = []*onnx.Tensor{w, w}
		},
		`an initializer has no name`: initializer(onnx.Tensor{Type: onnx.Float32, Shape: []int64{0}}),
		`initializer "w": shape [2] has 2 elements, but there are 1 strings`: initializer(
			onnx.Tensor{Name: "w", Type: onnx.String, Shape: []int64{2}, Strings: []string{"a"}}),
		`initializer "w": the type of the elements is missing`: initializer(onnx.Tensor{Name: "w", Shape: []int64{0}}),
		`initializer "w": shape [-1] has a negative axis`:      initializer(onnx.Tensor{Name: "w", Type: onnx.Int8, Shape: []int64{-1}}),
		`initializer "w": shape [4 4] of float64 takes 128 bytes, but there are 64`: initializer(
			onnx.Tensor{Name: "w", Type: onnx.Float64, Shape: []int64{4, 4}, External: &onnx.External{Location: "f", Length: 64}}),
	} {
		m := chain()
		spoil(m, m.Graph)
		if err := m.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

// initializer spoils a model with a tensor.
func initializer(tensor onnx.Tensor) func(*onnx.Model, *onnx.Graph) {
	return func(_ *onnx.Model, g *onnx.Graph) { g.Initializers = append(g.Initializers, &tensor) }
}

// TestCheckListsEverything: two mistakes, two lines.
func TestCheckListsEverything(t *testing.T) {
	m := chain()
	m.IRVersion = 0
	m.Graph.Nodes[1].Inputs[0] = "w"
	if err := m.Check(); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("error %v", err)
	}
}

// TestCheckLooksAround: a graph in a node may use the values around it, and
// optional values may be left out.
func TestCheckLooksAround(t *testing.T) {
	m := chain()
	m.Graph.Nodes = append(m.Graph.Nodes, branch("y", "r"))
	m.Graph.Nodes[0].Inputs = append(m.Graph.Nodes[0].Inputs, "")
	m.Graph.Nodes[0].Outputs = append(m.Graph.Nodes[0].Outputs, "")
	if err := m.Check(); err != nil {
		t.Error(err)
	}
}
