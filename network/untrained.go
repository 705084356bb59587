package network

import (
	"math"
	"strings"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// Untrained returns weights as they are before training, for baselines that know
// nothing of pictures but what the architecture gives.
//
// Arrays of two axes and more are drawn as He et al. do for networks that rectify:
// normal, with variance 2 / inputs. Biases are 0; normalizations change nothing:
// means and biases 0, variances and factors 1. The statistics of no pictures are
// in them, so responses may grow from layer to layer.
//
//	random   "weights of " and the name of the parameter
//	cost     10 ns per number, when a network is bound to them; they stay in memory
//	source   He, Zhang, Ren and Sun (2015), https://doi.org/10.1109/ICCV.2015.123
func (a Architecture) Untrained(from uint64) *Weights {
	w := &Weights{}
	for _, p := range a.Parameters() {
		shape := make([]int64, len(p.Shape))
		for i, length := range p.Shape {
			shape[i] = int64(length)
		}
		load := func() (*onnx.Tensor, error) { return onnx.NewTensor(p.Name, p.untrained(from), p.Shape...) }
		w.Arrays = append(w.Arrays, Array{Name: p.Name, Shape: shape, Load: load})
	}
	return w
}

// untrained fills a parameter as before training.
func (p Parameter) untrained(from uint64) []float32 {
	values := make([]float32, p.Elements())
	switch {
	case len(p.Shape) > 1:
		random := seed.Stream(from, "weights of "+p.Name)
		deviation := math.Sqrt(2 * float64(p.Shape[0]) / float64(len(values)))
		for i := range values {
			values[i] = float32(deviation * random.NormFloat64())
		}
	case strings.HasSuffix(p.Name, ".weight") || strings.HasSuffix(p.Name, ".running_var"):
		for i := range values {
			values[i] = 1
		}
	}
	return values
}
