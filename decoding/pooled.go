package decoding

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Pooled are linear discriminants that share one covariance, that within all
// conditions of a split: a trial x is told to be b and not a where s_b − s_a > 0,
// s_k = x Σ⁻¹μ_kᵀ − ½ μ_k Σ⁻¹μ_kᵀ + ln n_k.
type pooled struct {
	s       *split
	weights []float64 // conditions × channels: μ_k Σ⁻¹
	biases  []float64 // of conditions
}

// trainPooled estimates the covariance within all conditions, and with it the
// discriminants of all pairs at once.
//
//	cost     channels² · (N + conditions) + channels³/3 products for N trials for
//	         training, whatever the number of pairs
func trainPooled(ctx context.Context, d Decoder, v *view, s *split) (classifiers, error) {
	means := make([][]float64, len(s.training))
	sum := newSum(v.channels, v.n)
	of := scatter{channels: float64(v.channels)}
	for a, trials := range s.training {
		x := v.rows(trials)
		if len(trials) == 0 {
			continue
		}
		means[a] = columnMeans(x, v.channels)
		if floats.HasNaN(means[a]) {
			continue // nobody can tell it from others
		}
		c := d.Shrinkage.condition(x, len(trials))
		for i := range c.rows {
			row := c.residuals[i*v.channels : (i+1)*v.channels]
			square := floats.Dot(row, row)
			of.trace += square
			of.diagonalSquare += square * square
		}
		of.n += float64(c.rows)
		if err := sum.add(ctx, d.Multiplier, c, float64(c.rows)); err != nil {
			return nil, err
		}
	}
	if err := sum.flush(ctx, d.Multiplier); err != nil {
		return nil, err
	}
	sigma, err := sum.regular(d.Shrinkage, of)
	if err != nil {
		return nil, err
	}
	return newPooled(s, means, sigma)
}

// condition is the covariance of one condition: shrunk where each is on its own.
func (s Shrinkage) condition(x []float64, rows int) shrunk {
	if s.rule == auto {
		return standardized(x, rows)
	}
	level(x, rows)
	return shrunk{residuals: x, rows: rows, share: 1, more: make([]float64, len(x)/rows)}
}

// regular divides the sum by the number of residuals and shrinks it, where its
// parts are not.
func (c *sumOfCovariances) regular(s Shrinkage, of scatter) (*mat.Cholesky, error) {
	p := c.channels
	sigma := mat.NewSymDense(p, c.spread)
	if s.rule == auto {
		sigma.ScaleSym(1/of.n, sigma)
		for i, more := range c.more {
			sigma.SetSym(i, i, sigma.At(i, i)+more/of.n)
		}
	} else {
		of.squares = floats.Dot(c.spread, c.spread)
		ofS, ofIdentity := s.parts(of)
		sigma.ScaleSym(ofS/of.n, sigma)
		for i := range p {
			sigma.SetSym(i, i, sigma.At(i, i)+ofIdentity*of.trace/(of.n*of.channels))
		}
	}
	var root mat.Cholesky
	if !root.Factorize(sigma) {
		return nil, fmt.Errorf("the covariance of %d channels within conditions is singular: a channel does not vary, or measurements are missing; leave such channels out", p)
	}
	return &root, nil
}

// newPooled solves for the weights of all conditions.
func newPooled(s *split, means [][]float64, sigma *mat.Cholesky) (*pooled, error) {
	k, p := len(means), sigma.SymmetricDim()
	patterns := mat.NewDense(p, k, nil)
	for a, mean := range means {
		if mean != nil {
			patterns.SetCol(a, mean)
		}
	}
	var solved mat.Dense
	if err := sigma.SolveTo(&solved, patterns); err != nil {
		return nil, fmt.Errorf("the covariance within conditions is close to singular: %w; ask for more shrinkage", err)
	}
	made := &pooled{s: s, weights: make([]float64, k*p), biases: make([]float64, k)}
	for a, mean := range means {
		w := made.weights[a*p : (a+1)*p]
		mat.Col(w, a, &solved)
		if mean != nil {
			made.biases[a] = math.Log(float64(len(s.training[a]))) - floats.Dot(w, mean)/2
		}
	}
	return made, nil
}

// test scores every test trial once for each condition.
func (c *pooled) test(ctx context.Context, d Decoder, v *view, found tally) error {
	k := len(c.biases)
	trials := slices.Concat(c.s.test...)
	x := make([]float64, 0, len(trials)*v.channels)
	for _, t := range trials {
		x = append(x, v.test[t*v.channels:(t+1)*v.channels]...)
	}
	scores := make([]float64, len(trials)*k)
	if err := engine.MatMul(ctx, d.Multiplier, work.Budget{Threads: 1}, scores, x, c.weights, len(trials), k, v.channels); err != nil {
		return err
	}
	first := make([]int, k) // test trial of each condition
	for a := 1; a < k; a++ {
		first[a] = first[a-1] + len(c.s.test[a-1])
	}
	c.s.forPairs(func(pair, a, b int) {
		bias := c.biases[b] - c.biases[a]
		for side, condition := range [2]int{a, b} {
			for i := range c.s.test[condition] {
				row := scores[(first[condition]+i)*k:]
				found.add(pair, side, row[b]-row[a]+bias)
			}
		}
	})
	return nil
}
