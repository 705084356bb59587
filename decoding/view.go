package decoding

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A view is what a classifier may see: the pseudo-trials of one assignment, at
// the time of training and at that of the test, which often are the same.
type view struct {
	n, channels    int
	training, test []float64 // n × channels, less what all have in common
	products       []float64 // n × n, of those for training with each other; nil until somebody asks
	across         []float64 // n × n, of those for test with those for training
}

// multiply fills the products.
func (v *view) multiply(ctx context.Context, d Decoder) (err error) {
	same := &v.test[0] == &v.training[0]
	if v.products == nil && same {
		v.products, err = v.product(ctx, d)
		v.across = v.products
	} else if v.across == nil {
		v.across, err = v.product(ctx, d)
	}
	return err
}

// product multiplies patterns for test with those for training.
func (v *view) product(ctx context.Context, d Decoder) ([]float64, error) {
	dst := make([]float64, v.n*v.n)
	return dst, engine.MatMul(ctx, d.Multiplier, work.Budget{Threads: 1}, dst, v.test, v.training, v.n, v.n, v.channels)
}

// through returns patterns through a whitener, which is symmetric.
func (v *view) through(ctx context.Context, d Decoder, whitener []float64) ([]float64, error) {
	dst := make([]float64, len(v.training))
	return dst, engine.MatMul(ctx, d.Multiplier, work.Budget{Threads: 1}, dst, v.training, whitener, v.n, v.channels, v.channels)
}

// setTraining makes views of another time those of a test.
func setTraining(tested, trained []*view) {
	for f, v := range tested {
		v.training, v.products = trained[f].training, trained[f].products
	}
}

// gather averages observations to pseudo-trials, at some times.
//
//	shapes   result: times × (pseudo-trials × channels)
func gather(ds *dataset.Dataset, observations [][]int, times work.Span) [][]float64 {
	channels := ds.Shape[1]
	x := make([][]float64, times.Len())
	for t := range x {
		x[t] = make([]float64, len(observations)*channels)
	}
	for i, rows := range observations {
		for c := range channels {
			for _, row := range rows {
				for t := range x {
					x[t][i*channels+c] += ds.At(row, c, times.From+t)
				}
			}
			for t := range x {
				x[t][i*channels+c] /= float64(len(rows))
			}
		}
	}
	return x
}

// level subtracts from each channel its mean over the rows that have it, so that
// no digits are lost to what all have in common.
func level(x []float64, rows int) []float64 {
	channels := len(x) / rows
	mean, counts := make([]float64, channels), make([]float64, channels)
	for i, v := range x {
		if !math.IsNaN(v) {
			mean[i%channels] += v
			counts[i%channels]++
		}
	}
	for c := range mean {
		mean[c] /= max(1, counts[c])
	}
	for i := range x {
		x[i] -= mean[i%channels]
	}
	return mean
}
