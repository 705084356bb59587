package activation_test

import (
	"slices"
	"testing"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/work"
)

// last is the network doubling, which takes pictures whose channels come last, and
// has windows by the way: one row for each channel of a picture.
func last(t *testing.T) *network.Network {
	t.Helper()
	g := onnx.NewBuilder("last")
	x := g.Input("picture", onnx.Float32, "n", side, side, 3)
	x = g.Transpose(x, 0, 3, 1, 2)
	x = g.Mul(x, g.Scalar(2))
	windows := g.As("windows").Reshape(x, -1, side, side)
	g.Output(x, "twice")
	g.Output(g.As("by the way").Abs(windows), "")
	g.Output(g.Flatten(g.GlobalAveragePool(x), 1), "mean")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.New("last", model)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// A network that takes channels last gives what its twin with channels first does,
// and what has no row for each stimulus is told apart.
func TestChannelsLastAndRows(t *testing.T) {
	e := enginetest.Open(t)
	set, net := pictures(t, 5), last(t)
	x := activation.Extraction{Network: net, Layers: net.Layers, Stimuli: set}
	layers, others, err := x.WithRows(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"windows", "by the way"}; !slices.Equal(others, want) {
		t.Errorf("%q have no rows, want %q", others, want)
	}
	twin := doubling(t, "n")
	sinks := [2]memory{}
	for i, x := range []activation.Extraction{
		{Network: net, Layers: []network.Layer{layers[0], layers[len(layers)-1]}, Stimuli: set},
		{Network: twin, Layers: []network.Layer{twin.Layers[0], twin.Layers[len(twin.Layers)-1]}, Stimuli: set},
	} {
		if err := x.Run(t.Context(), e, work.Budget{Threads: 2}, &sinks[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i := range sinks[0].rows {
		for stimulus, row := range sinks[0].rows[i] {
			if !slices.Equal(row, sinks[1].rows[i][stimulus]) {
				t.Errorf("layer %d of stimulus %d differs from that of the twin", i, stimulus)
			}
		}
	}
}
