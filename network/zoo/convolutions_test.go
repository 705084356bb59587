package zoo_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network/zoo"
)

// The end of every network, where the convolutions before it are computed with all
// that follows them, has the numbers of the library's own convolutions.
func TestConvolutionsAgree(t *testing.T) {
	e := enginetest.Open(t)
	for _, a := range zoo.Architectures {
		t.Run(a.Name, func(t *testing.T) {
			if os.Getenv("ISOCORTEX_LONG") == "" && !slices.Contains(light, a.Name) {
				t.Skip("long: run make test-long")
			}
			net := formula(t, a)
			tapped, err := net.Model.Tap(net.Layers[len(net.Layers)-1].Value)
			if err != nil {
				t.Fatal(err)
			}
			const count = 2
			x := waves(a.Input)
			shape := []int{count, a.Input[0], a.Input[1], a.Input[2]}
			input := engine.Tensor{Shape: shape, Data: x[:len(x)/pictures*count]}
			var found [3][]float32
			for i, o := range []engine.Options{{Shapes: [][]int{shape}}, {}, {Convolutions: engine.Direct}} {
				session, err := e.NewSession(tapped, o)
				if err != nil {
					t.Fatal(err)
				}
				defer session.Close()
				results, err := session.Run(t.Context(), []engine.Tensor{input})
				if err != nil {
					t.Fatal(err)
				}
				defer results.Close()
				found[i] = results.Tensors[0].Data.([]float32)
			}
			// Each convolution adds some 1e-6, and the layers behind it make more of that; 1e-4
			// is allowed against PyTorch.
			for i, got := range found[:2] {
				square, norm := 0.0, 0.0
				for k, want := range found[2] {
					square += math.Pow(float64(got[k])-float64(want), 2)
					norm += float64(want) * float64(want)
				}
				if off := math.Sqrt(square / norm); off > 1e-4 || math.IsNaN(off) {
					t.Errorf("options %d: %.2g of the norm away", i, off)
				} else {
					t.Logf("options %d: %.2g of the norm away", i, off)
				}
			}
		})
	}
}
