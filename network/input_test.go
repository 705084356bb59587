package network_test

import (
	"slices"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// tokens builds what exporters make of the beginning of a transformer: patches of
// pictures whose channels come last, as a sequence, with shapes computed on the way.
func tokens(t *testing.T) *onnx.Model {
	t.Helper()
	g := onnx.NewBuilder("tokens")
	x := g.Input("pixels", onnx.Float32, "n", 8, 8, 3)
	x = g.As("first").Transpose(x, 0, 3, 1, 2)
	w := g.Weights("patches.weight", make([]float32, 5*3*4*4), 5, 3, 4, 4)
	x = g.As("/vit/patches/Conv").Conv(x, w, "", onnx.ConvOptions{Strides: []int{4, 4}})
	shape := g.As("shape").Node("Shape", []onnx.Value{x})
	n := g.As("count").Node("Gather", []onnx.Value{shape, g.Constant("", []int64{0}, 1)})
	lengths := g.As("lengths").Concat(0, n, g.Constant("", []int64{5, 4}, 2))
	x = g.As("/vit/flatten/Reshape").Node("Reshape", []onnx.Value{x, lengths})
	scale := g.As("scale").Sqrt(g.Scalar(4))
	x = g.As("/vit/turned/Transpose").Transpose(x, 0, 2, 1)
	x = g.As("/vit/scaled/Div").Div(x, scale)
	g.As("best").Node("ArgMax", []onnx.Value{x}, onnx.NewAttribute("axis", 2))
	x = g.As("/vit/mean/ReduceMean").ReduceMean(x, 1)
	g.Output(x, "pooled")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// Pictures whose channels come last are turned round; shapes, constants and places
// are no layers.
func TestLayersOfTransformersWithChannelsLast(t *testing.T) {
	net, err := network.New("tokens", tokens(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := net.Input.String(), "pixels with channels first float32 n×3×8×8"; got != want {
		t.Errorf("the input is %s, want %s", got, want)
	}
	var names []string
	for _, layer := range net.Layers {
		names = append(names, layer.Name)
	}
	want := []string{"vit.patches/conv", "vit.flatten/reshape", "vit.turned/transpose", "vit.scaled/div", "pooled"}
	if !slices.Equal(names, want) {
		t.Errorf("layers are %q, want %q", names, want)
	}
}
