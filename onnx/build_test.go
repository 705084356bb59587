package onnx_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/onnx"
)

func ExampleBuilder() {
	g := onnx.NewBuilder("small")
	x := g.Input("image", onnx.Float32, "n", 3, 4, 4)
	w := g.Weights("conv.weight", make([]float32, 2*3), 2, 3, 1, 1)
	y := g.Relu(g.As("conv").Conv(x, w, "", onnx.ConvOptions{}))
	g.Output(g.GlobalAveragePool(y), "features", "n", 2, 1, 1)
	m, err := g.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Summary())
	// Output:
	// small: 3 nodes, 6 parameters in 1 initializers
	// input image float32 n×3×4×4
	// output features float32 n×2×1×1
	// operators 1 Conv, 1 GlobalAveragePool, 1 Relu
}

// ramp is the numbers 1, 1.125, 1.25, ... of the reference files.
func ramp(n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(i)/8 + 1
	}
	return values
}

// operators builds the network of testdata/reference/operators.onnx.
func operators() (*onnx.Model, error) {
	g := onnx.NewBuilder("operators")
	weights := func(name string, shape ...int) onnx.Value {
		count := 1
		for _, n := range shape {
			count *= n
		}
		return g.Weights(name, ramp(count), shape...)
	}
	x := g.Input("image", onnx.Float32, "n", 3, 8, 8)
	x = g.As("conv").Conv(x, weights("conv.weight", 4, 3, 3, 3), weights("conv.bias", 4),
		onnx.ConvOptions{Strides: []int{1, 1}, Pads: []int{1, 1, 1, 1}, Dilations: []int{1, 1}})
	x = g.BatchNormalization(x, onnx.BatchNormalizationOptions{
		Scale: weights("bn.scale", 4), Bias: weights("bn.bias", 4),
		Mean: weights("bn.mean", 4), Variance: weights("bn.variance", 4), Epsilon: 1e-3,
	})
	x = g.MaxPool(g.Relu(x), onnx.PoolOptions{Kernel: []int{2, 2}, Strides: []int{2, 2}, Ceil: true})
	x = g.Conv(x, weights("group.weight", 4, 2, 1, 1), "", onnx.ConvOptions{Groups: 2})
	x = g.LeakyRelu(x, 0)
	x = g.AveragePool(x, onnx.PoolOptions{Kernel: []int{2, 2}, Pads: []int{1, 1, 1, 1}, CountPads: true})
	x = g.Abs(g.Tanh(g.Sigmoid(x)))
	x = g.Sqrt(g.Pow(x, g.Scalar(2)))
	both := g.Concat(1, g.GlobalAveragePool(x), g.ReduceMean(x, 2, 3))
	y := g.Flatten(both, 1)
	fc := weights("fc.weight", 5, 8)
	bias := weights("fc.bias", 5)
	y = g.Gemm(y, fc, bias, onnx.GemmOptions{Beta: 0.5, TransposeY: true})
	y = g.Div(g.Mul(g.Sub(g.Add(y, bias), bias), bias), bias)
	z := g.Transpose(g.Reshape(y, 0, 5, 1), 0, 2, 1)
	z = g.Softmax(g.MatMul(z, weights("last.weight", 5, 2)), -1)
	g.Output(z, "answer", "n", 1, 2)
	return g.Model()
}

// TestBuilderWritesWhatTheReferenceWrites compares, byte for byte, with a file
// that the onnx package of Python wrote and checked.
//
// The output gets its name late, so its node keeps the name that was made up.
func TestBuilderWritesWhatTheReferenceWrites(t *testing.T) {
	m, err := operators()
	if err != nil {
		t.Fatal(err)
	}
	last := m.NodeByOutput("answer")
	if last.Name != "Softmax_1" {
		t.Errorf("the last node is called %q", last.Name)
	}
	last.Name = "answer"
	got, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "reference", "operators.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("%d bytes, want %d; the first that differs is %d", len(got), len(want), at)
	}
}

func TestBuilderCollectsErrors(t *testing.T) {
	g := onnx.NewBuilder("wrong")
	x := g.Input("x", onnx.Float32, "n", 3.5)
	w := g.Weights("w", []float32{1, 2, 3}, 2, 2)
	g.Constant("s", "text")
	g.Output(g.As("first").Add(x, w), "y")
	g.As("second").Relu("z")
	_, err := g.Model()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"input x: axis 1 is a float64",
		"initializer w: shape [2 2] of float32 takes 16 bytes, but there are 12",
		"initializer s: values of type string",
		`node "second" (Relu) needs "z", which is neither given nor computed`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
}

func TestBuilderOutputs(t *testing.T) {
	g := onnx.NewBuilder("outputs")
	x := g.Input("x", onnx.Float64, 2)
	y := g.Sqrt(x)
	g.Output(y, "root")
	g.Output(y, "again")
	g.Output(x, "same")
	g.Output(g.Abs(y), "")
	both := g.Nodes("Split", 2, []onnx.Value{y}, onnx.NewAttribute("axis", 0))
	g.Output(both[1], "half")
	g.Output(g.Node("Cast", []onnx.Value{y}, onnx.NewAttribute("to", int(onnx.Float32))), "cast")
	g.Output(g.Node("Shape", []onnx.Value{y}), "shape")
	g.Output(g.Node("Where", []onnx.Value{g.Node("Less", []onnx.Value{x, y}), x, y}), "where")
	m, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range m.Graph.Outputs {
		got = append(got, o.String())
	}
	want := "root float64, again float64, same float64, Abs_1 float64, half float64, cast float32, shape int64, where float64"
	if strings.Join(got, ", ") != want {
		t.Errorf("outputs %s\nwant    %s", strings.Join(got, ", "), want)
	}
}

func TestNewTensor(t *testing.T) {
	for _, c := range []struct {
		values any
		want   []byte
	}{
		{[]float32{1}, []byte{0, 0, 0x80, 0x3f}},
		{[]float64{1}, []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x3f}},
		{[]int64{-2}, []byte{254, 255, 255, 255, 255, 255, 255, 255}},
		{[]int32{-2}, []byte{254, 255, 255, 255}},
		{[]uint8{7}, []byte{7}},
		{[]bool{true}, []byte{1}},
	} {
		tensor, err := onnx.NewTensor("t", c.values)
		if err != nil || !bytes.Equal(tensor.Data, c.want) || len(tensor.Shape) != 0 {
			t.Errorf("%v: %v %v, error %v", c.values, tensor.Shape, tensor.Data, err)
		}
	}
	if tensor, err := onnx.NewTensor("empty", []float32{}, 0, 3); err != nil || len(tensor.Data) != 0 {
		t.Errorf("empty: %v, error %v", tensor, err)
	}
}

func TestNewAttributePanicsOnAnotherType(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	onnx.NewAttribute("alpha", 1.0)
}
