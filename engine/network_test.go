package engine_test

import (
	"slices"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
)

// A real network gives the same bits image by image and in a batch, whole and
// tapped, on one and on four threads.
func TestARealNetworkGivesTheSameBits(t *testing.T) {
	m, err := onnx.Open(realtest.Path(t, "squeezenet1_1/squeezenet1_1.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	last := m.Graph.Outputs[0].Name
	tapped, err := m.Tap(m.Graph.Nodes[len(m.Graph.Nodes)/2].Outputs[0], last)
	if err != nil {
		t.Fatal(err)
	}
	const images, numbers = 3, 3 * 224 * 224
	pixels := normal[float32](seed.Stream(1, "images"), images*numbers)
	scores := func(m *onnx.Model, threads, batch int) (all []float32) {
		s, err := enginetest.Open(t).NewSession(m, engine.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for i := 0; i < images; i += batch {
			results, err := s.Run(t.Context(), []engine.Tensor{
				{Shape: []int{batch, 3, 224, 224}, Data: pixels[i*numbers : (i+batch)*numbers]},
			})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, results.Tensors[len(results.Tensors)-1].Data.([]float32)...)
			results.Close()
		}
		return all
	}
	want := scores(m, 1, 1)
	if len(want) != images*1000 || slices.Equal(want[:1000], want[1000:2000]) {
		t.Fatalf("%d scores, or those of different images are equal", len(want))
	}
	if !slices.Equal(scores(m, 1, images), want) {
		t.Error("a batch gives other bits than single images")
	}
	if !slices.Equal(scores(tapped, 1, images), want) {
		t.Error("tapped, the network gives other bits")
	}
	if !slices.Equal(scores(m, 4, images), want) {
		t.Error("four threads give other bits than one")
	}
}
