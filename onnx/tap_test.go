package onnx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
)

func ExampleModel_Tap() {
	m, err := operators()
	if err != nil {
		fmt.Println(err)
		return
	}
	tapped, err := m.Tap("Relu_1", "conv")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(tapped.Summary())
	_, err = m.Tap("Rleu_1")
	fmt.Println(err)
	// Output:
	// operators: 3 nodes, 128 parameters in 6 initializers
	// input image float32 n×3×8×8
	// output Relu_1 float32
	// output conv float32
	// operators 1 BatchNormalization, 1 Conv, 1 Relu
	// onnx: no node computes value "Rleu_1"; did you mean Relu_1?
}

func TestTapErrors(t *testing.T) {
	m, err := operators()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		values []string
		want   string
	}{
		{nil, "no value to tap"},
		{[]string{""}, `no node computes value ""`},
		{[]string{"image"}, `value "image" is an input of the network`},
		{[]string{"fc.bias"}, `value "fc.bias" is an initializer of the network`},
		{[]string{"conv", "conv"}, `value "conv" is to be tapped twice`},
		{[]string{"nothing", "image"}, "no node computes value \"nothing\"\nonnx: value \"image\""},
	} {
		if _, err := m.Tap(c.values...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q in it", c.values, err, c.want)
		}
	}
}

// TestTapRealNetwork taps every value that a node of a real network computes.
func TestTapRealNetwork(t *testing.T) {
	m, err := onnx.Open(realtest.Path(t, "squeezenet1_1", "squeezenet1_1.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, n := range slices.Backward(m.Graph.Nodes) {
		values = append(values, n.Outputs...)
	}
	all, err := m.Tap(values...)
	if err != nil {
		t.Fatal(err)
	}
	if err := all.Check(); err != nil {
		t.Error(err)
	}
	if len(all.Graph.Nodes) != len(m.Graph.Nodes) || all.Graph.Initializers[0] != m.Graph.Initializers[0] {
		t.Error("nodes were lost, or weights copied")
	}
	if got := all.Graph.Outputs[0]; got != m.Graph.Outputs[0] {
		t.Errorf("the network's own output lost what was known about it: %v", got)
	}
}

// TestTapKeepsWhatInnerGraphsNeed: a value used only inside the graph of a node
// counts.
func TestTapKeepsWhatInnerGraphsNeed(t *testing.T) {
	m := chain()
	m.Graph.Nodes = append(m.Graph.Nodes, branch("y", "r"))
	tapped, err := m.Tap("r")
	if err != nil {
		t.Fatal(err)
	}
	if err := tapped.Check(); err != nil {
		t.Error(err)
	}
	if n := len(tapped.Graph.Nodes); n != 2 {
		t.Errorf("%d nodes, want first and branch", n)
	}
}

// randomModel is a network whose nodes take two of the values before them.
func randomModel(t *rapid.T) *onnx.Model {
	g := onnx.NewBuilder("random")
	values := []onnx.Value{g.Input("x", onnx.Float32), g.Input("y", onnx.Float32), g.Scalar(1)}
	for range rapid.IntRange(1, 12).Draw(t, "nodes") {
		pick := rapid.SampledFrom(values)
		values = append(values, g.Add(pick.Draw(t, "left"), pick.Draw(t, "right")))
	}
	g.Output(values[len(values)-1], "")
	m, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ancestors collects what a value is computed from, itself among it.
func ancestors(m *onnx.Model, value string, found map[string]bool) {
	if found[value] {
		return
	}
	found[value] = true
	if n := m.NodeByOutput(value); n != nil {
		for _, input := range n.Inputs {
			ancestors(m, input, found)
		}
	}
}

// TestTapLaws: a tapped network is right, has the outputs asked for in their
// order, holds what they need and nothing else; tapping it again changes
// nothing, and the network itself stays as it was.
func TestTapLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := randomModel(t)
		before, _ := m.Encode()
		var computed []string
		for _, n := range m.Graph.Nodes {
			computed = append(computed, n.Outputs[0])
		}
		values := rapid.Permutation(computed).Draw(t, "order")[:rapid.IntRange(1, len(computed)).Draw(t, "taps")]
		tapped, err := m.Tap(values...)
		if err != nil {
			t.Fatal(err)
		}
		if err := tapped.Check(); err != nil {
			t.Fatal(err)
		}
		needed := map[string]bool{}
		for i, value := range values {
			if tapped.Graph.Outputs[i].Name != value {
				t.Fatalf("output %d is %s, want %s", i, tapped.Graph.Outputs[i].Name, value)
			}
			ancestors(m, value, needed)
		}
		has := len(tapped.Graph.Nodes) + len(tapped.Graph.Inputs) + len(tapped.Graph.Initializers)
		if has != len(needed) || len(tapped.Graph.Outputs) != len(values) {
			t.Fatalf("%d values, want %d", has, len(needed))
		}
		again, err := tapped.Tap(values...)
		if err != nil {
			t.Fatal(err)
		}
		one, _ := tapped.Encode()
		two, _ := again.Encode()
		if after, _ := m.Encode(); string(one) != string(two) || string(before) != string(after) {
			t.Fatal("tapping changed something")
		}
	})
}
