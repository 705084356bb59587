package network_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// A product of products of the same, however often, is looked at once.
func TestSideOfManyProducts(t *testing.T) {
	g := onnx.NewBuilder("products")
	x := g.Input("data", onnx.Float32, "n", 3, 8, 8)
	for range 200 {
		x = g.Mul(x, x)
	}
	g.Output(x, "last")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.New("products", model)
	if err != nil {
		t.Fatal(err)
	}
	if side := net.Side(net.Layers[199]); side != network.Before {
		t.Errorf("side %q", side)
	}
}

// Pooling and the like lie where their input lies, however many there are.
func TestSide(t *testing.T) {
	g := onnx.NewBuilder("sides")
	x := g.Input("x", onnx.Float32, "n", 1, 4, 4)
	w := g.Weights("w", make([]float32, 1), 1, 1, 1, 1)
	pool := onnx.PoolOptions{Kernel: []int{2, 2}}
	g.As("squeezed").MaxPool(x, pool)
	conv := g.As("conv").Conv(x, w, "", onnx.ConvOptions{})
	pooled := g.As("pool of conv").MaxPool(conv, pool)
	g.As("pooled conv").Flatten(pooled, 1)
	relu := g.As("relu").Relu(conv)
	sum := g.As("sum").Add(relu, x)
	both := g.As("both").Concat(1, relu, relu)
	g.As("pooled relu").GlobalAveragePool(both)
	half := g.Mul(g.Add(g.Node("Erf", []onnx.Value{g.Div(sum, g.Scalar(1.4142135))}), g.Scalar(1)), g.Scalar(.5))
	g.As("gelu").Mul(sum, half)
	gate := g.As("gate").Sigmoid(sum)
	g.Output(g.As("silu").Mul(sum, gate), "")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.New("sides", model)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]network.Side{
		"squeezed": "", "conv": network.Before, "pool of conv": network.Before, "pooled conv": network.Before, "relu": network.After,
		"sum": network.Before, "both": network.After, "pooled relu": network.After, "gelu": network.After, "gate": network.After,
	}
	for _, layer := range net.Layers {
		side, said := want[layer.Name]
		if got := net.Side(layer); said && got != side {
			t.Errorf("%s lies %q the nonlinearity, want %q", layer.Name, got, side)
		}
		delete(want, layer.Name)
	}
	if len(want) > 0 {
		t.Errorf("not among the layers: %v", want)
	}
}

func ExampleNetwork_Shapes() {
	net, err := tiny.Outline()
	if err != nil {
		fmt.Println(err)
		return
	}
	shapes := net.Shapes(tiny.Input)
	for _, layer := range net.Layers {
		fmt.Println(layer.Name, net.Side(layer), shapes[layer.Name])
	}
	// Output:
	// conv before [2 8 8]
	// bn before [2 8 8]
	// relu after [2 8 8]
	// pool after [2 1 1]
	// fc before [10]
}
