package decoding

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/rdm"
)

// Weighted are linear classifiers of all pairs of a split, each a weight for every
// channel and a bias.
type weighted struct {
	s       *split
	weights []float64 // pairs × channels
	biases  []float64
}

// test multiplies the trials of every pair with its weights.
func (c *weighted) test(_ context.Context, _ Decoder, v *view, found tally) error {
	c.s.forPairs(func(pair, a, b int) {
		w := c.weights[pair*v.channels : (pair+1)*v.channels]
		for side, condition := range [2]int{a, b} {
			for _, t := range c.s.test[condition] {
				found.add(pair, side, c.biases[pair]+floats.Dot(w, v.test[t*v.channels:(t+1)*v.channels]))
			}
		}
	})
	return nil
}

// trainStandardized fits linear discriminants whose covariance is the mean of
// those of both conditions, each shrunk on its own. What shrinks it differs
// between channels, so that products of trials do not tell all.
//
//	cost     N² · channels products for each pair with N trials for training
//	source   agrees with LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
//	         of scikit-learn
func trainStandardized(v *view, s *split) classifiers {
	conditions, most := make([]shrunk, len(s.training)), 0
	means := make([][]float64, len(s.training))
	for a, trials := range s.training {
		x := v.rows(trials)
		if len(trials) > 0 {
			means[a] = columnMeans(x, v.channels)
			conditions[a] = standardized(x, len(trials))
		}
		most = max(most, len(trials))
	}
	n := rdm.Pairs(len(s.training))
	made := &weighted{s: s, weights: make([]float64, n*v.channels), biases: make([]float64, n)}
	room := newStandardizedRoom(2*most, v.channels)
	s.forPairs(func(pair, a, b int) {
		w := made.weights[pair*v.channels : (pair+1)*v.channels]
		floats.SubTo(w, means[b], means[a])
		room.solve(w, conditions[a], conditions[b])
		made.biases[pair] = math.Log(float64(len(s.training[b]))/float64(len(s.training[a]))) -
			(floats.Dot(w, means[a])+floats.Dot(w, means[b]))/2
	})
	return made
}

// rows copies some trials for training.
func (v *view) rows(trials []int) []float64 {
	x := make([]float64, 0, len(trials)*v.channels)
	for _, t := range trials {
		x = append(x, v.training[t*v.channels:(t+1)*v.channels]...)
	}
	return x
}

// columnMeans are those of channels.
func columnMeans(x []float64, channels int) []float64 {
	mean := make([]float64, channels)
	rows := len(x) / channels
	for i := range rows {
		floats.AddScaled(mean, 1/float64(rows), x[i*channels:(i+1)*channels])
	}
	return mean
}

// standardizedRoom is what the equations of a pair take.
type standardizedRoom struct {
	deviations         []float64 // of what is on the diagonal
	rows               []float64 // residuals, divided by them
	system, right, sum []float64
}

func newStandardizedRoom(rows, channels int) *standardizedRoom {
	return &standardizedRoom{
		make([]float64, channels), make([]float64, rows*channels), make([]float64, rows*rows), make([]float64, rows), make([]float64, channels),
	}
}

// solve replaces w by Σ⁻¹w. With Σ = Λ + ZᵀZ, Λ diagonal and Z the residuals of
// both conditions in the proportions of their trials, and Y = ZΛ^-½:
//
//	Σ⁻¹w = Λ^-½ (1 − Yᵀ(1 + YYᵀ)⁻¹Y) Λ^-½w
func (r *standardizedRoom) solve(w []float64, a, b shrunk) {
	n, p := a.rows+b.rows, len(w)
	for k := range w {
		r.deviations[k] = math.Sqrt((a.more[k]*float64(a.rows) + b.more[k]*float64(b.rows)) / float64(n))
		if r.deviations[k] == 0 {
			r.deviations[k] = math.Inf(1) // says nothing in either condition
		}
		w[k] /= r.deviations[k]
	}
	for i := range n {
		of, row := a, i
		if i >= a.rows {
			of, row = b, i-a.rows
		}
		y := r.rows[i*p : (i+1)*p]
		floats.DivTo(y, of.residuals[row*p:(row+1)*p], r.deviations)
		floats.Scale(math.Sqrt(of.share/float64(n)), y)
		for j := range i {
			r.system[i*n+j] = floats.Dot(y, r.rows[j*p:(j+1)*p])
		}
		r.system[i*n+i] = 1 + floats.Dot(y, y)
		r.right[i] = floats.Dot(y, w)
	}
	solve(r.system[:n*n], r.right[:n])
	for i, u := range r.right[:n] {
		floats.AddScaled(w, -u, r.rows[i*p:(i+1)*p])
	}
	floats.Div(w, r.deviations)
}
