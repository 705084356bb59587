package decoding

import (
	"context"

	"github.com/isocortex/isocortex/rdm"
)

// Duals are linear classifiers of all pairs of a split, each a sum of its training
// trials: the score of x is Σ coefficient · product of trial and x, plus a bias.
type duals struct {
	s            *split
	coefficients [][]float64 // pairs × trials for training, of the first condition and then of the second; nil of pairs that are not told apart
	biases       []float64
}

// newDuals makes room for the classifiers of a split.
func newDuals(s *split) *duals {
	n := rdm.Pairs(len(s.training))
	d := &duals{s: s, coefficients: make([][]float64, n), biases: make([]float64, n)}
	all := 0
	s.forPairs(func(_, a, b int) { all += len(s.training[a]) + len(s.training[b]) })
	room := make([]float64, all)
	s.forPairs(func(pair, a, b int) {
		n := len(s.training[a]) + len(s.training[b])
		d.coefficients[pair], room = room[:n:n], room[n:]
	})
	return d
}

// test scores the trials of every pair by their products with those for training.
func (c *duals) test(ctx context.Context, d Decoder, v *view, found tally) error {
	if err := v.multiply(ctx, d); err != nil {
		return err
	}
	c.s.forPairs(func(pair, a, b int) {
		ofA, ofB := c.coefficients[pair][:len(c.s.training[a])], c.coefficients[pair][len(c.s.training[a]):]
		for side, condition := range [2]int{a, b} {
			for _, t := range c.s.test[condition] {
				products := v.across[t*v.n : (t+1)*v.n]
				found.add(pair, side, c.biases[pair]+dot(ofA, products, c.s.training[a])+dot(ofB, products, c.s.training[b]))
			}
		}
	})
	return nil
}

// dot sums the products at some places.
func dot(coefficients, products []float64, places []int) float64 {
	sum := 0.0
	for i, place := range places {
		sum += coefficients[i] * products[place]
	}
	return sum
}
