package compare_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

// Conditions that change places on both sides alike change no score: it knows
// them by what they are, not by where they stand. The Riemannian one looks at
// patterns relative to the first, which changes rounding and no more.
func TestOrderOfConditionsDoesNotMatter(t *testing.T) {
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(2, 7).Draw(t, "conditions")
				x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
				places := make([]int, n)
				for i := range places {
					places[i] = i
				}
				to := compare.PairsMoved(nil, rapid.Permutation(places).Draw(t, "places"))
				moved := func(x []float64) []float64 {
					m := make([]float64, len(x))
					for p := range x {
						m[to[p]] = x[p]
					}
					return m
				}
				if a, b := value(t, c, x, y), value(t, c, moved(x), moved(y)); !agree(c, a, b) {
					t.Fatalf("score %v, in another order %v", a, b)
				}
			})
		})
	}
}

// Comparators that count ties as nothing are 1 for an RDV without ties and
// itself, and no other is closer to one than it is itself.
func TestScoreOfItselfWithTies(t *testing.T) {
	for _, name := range []string{"kendall-tau-a", "rho-a"} {
		c, _ := compare.ByName(name)
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				pairs := rapid.IntRange(2, 30).Draw(t, "pairs")
				distinct := rapid.Permutation(ascending(pairs)).Draw(t, "x")
				if self := value(t, c, distinct, distinct); math.Abs(self-1) > 1e-12 {
					t.Fatalf("%v with itself scores %v", distinct, self)
				}
				tied := rapid.SliceOfN(rapid.SampledFrom([]float64{1, 2, 3}), pairs, pairs).Draw(t, "tied")
				self := value(t, c, tied, tied)
				same := slices.Clone(tied)
				if other := value(t, c, tied, rapid.Permutation(same).Draw(t, "other")); other > self+1e-12 {
					t.Fatalf("%v scores %v with itself and %v with another", tied, self, other)
				}
			})
		})
	}
}

func ascending(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

// Every comparator keeps the score of two RDVs where both lack the same pairs
// and are otherwise extended: what is missing has no say. Those that look at
// conditions are asked for a condition that is missing as a whole.
func TestMissingConditionHasNoSay(t *testing.T) {
	for _, c := range compare.Comparators {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(3, 7).Draw(t, "conditions")
				x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
				longX, longY := extended(x, n), extended(y, n)
				if a, b := value(t, c, x, y), value(t, c, longX, longY); !agree(c, a, b) {
					t.Fatalf("score %v, with a missing condition %v", a, b)
				}
			})
		})
	}
}

// extended adds a condition behind n others, all of whose pairs are missing.
func extended(x []float64, n int) (long []float64) {
	p := 0
	for i := range n {
		long = append(long, x[p:p+n-1-i]...)
		long = append(long, math.NaN())
		p += n - 1 - i
	}
	return long
}
