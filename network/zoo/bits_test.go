package zoo_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/work"
)

// light are the networks whose bits are tested every time.
var light = []string{"squeezenet1_1", "resnet18", "cornet-z"}

// Every layer of every network gives the same bits whether pictures come alone or
// eight at a time, one after the other or two at once: extraction runs sessions of
// one thread, several at a time.
func TestBitsDependOnNeitherBatchNorThreads(t *testing.T) {
	e := enginetest.Open(t)
	for _, a := range zoo.Architectures {
		t.Run(a.Name, func(t *testing.T) {
			if os.Getenv("ISOCORTEX_LONG") == "" && !slices.Contains(light, a.Name) {
				t.Skip("long: run make test-long")
			}
			net := formula(t, a)
			session, all := tapAll(t, e, net, 1), net.Layers // one thread, as in an extraction
			x := waves(a.Input)
			input := func(from, n int) engine.Tensor {
				size := len(x) / pictures
				return engine.Tensor{Shape: []int{n, a.Input[0], a.Input[1], a.Input[2]}, Data: x[from*size : (from+n)*size]}
			}
			together, err := session.Run(t.Context(), []engine.Tensor{input(0, pictures)})
			if err != nil {
				t.Fatal(err)
			}
			defer together.Close()
			err = work.Budget{Threads: 2}.Each(t.Context(), "", pictures, func(i int) error {
				alone, err := session.Run(t.Context(), []engine.Tensor{input(i, 1)})
				if err != nil {
					return err
				}
				defer alone.Close()
				for k, layer := range all {
					want := together.Tensors[k].Data.([]float32)
					units := len(want) / pictures
					compareBits(t, layer.Name, alone.Tensors[k].Data.([]float32), want[i*units:(i+1)*units])
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// tapAll opens a session of all layers.
func tapAll(t *testing.T, e *engine.Engine, net *network.Network, threads int) *engine.Session {
	t.Helper()
	var values []string
	for _, layer := range net.Layers {
		values = append(values, layer.Value)
	}
	tapped, err := net.Model.Tap(values...)
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.NewSession(tapped, engine.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// compareBits says of a layer how many numbers differ, and by how much of their norm.
func compareBits(t *testing.T, layer string, got, want []float32) {
	t.Helper()
	different, square, norm := 0, 0.0, 0.0
	for i, w := range want {
		if math.Float32bits(got[i]) != math.Float32bits(w) {
			different++
			square += math.Pow(float64(got[i])-float64(w), 2)
		}
		norm += float64(w) * float64(w)
	}
	if different > 0 {
		t.Errorf("layer %s: %d of %d numbers differ, by %.2g of the norm", layer, different, len(want), math.Sqrt(square/norm))
	}
}
