package compare_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/work"
)

// Small RDVs whose scores can be found by hand.
func TestScoresByHand(t *testing.T) {
	for name, c := range map[string]struct {
		x, y []float64
		want [5]float64 // pearson, spearman, tau-a, tau-b, cosine
	}{
		"one swap in three":    {[]float64{1, 2, 3}, []float64{1, 3, 2}, [5]float64{0.5, 0.5, 1.0 / 3, 1.0 / 3, 13.0 / 14}},
		"reversed":             {[]float64{1, 2, 3, 4}, []float64{8, 6, 4, 2}, [5]float64{-1, -1, -1, -1, 2 / math.Sqrt(9)}},
		"two pairs":            {[]float64{1, 2}, []float64{5, 9}, [5]float64{1, 1, 1, 1, 23 / math.Sqrt(5*106)}},
		"a tie on one side":    {[]float64{0, 0, 1}, []float64{1, 2, 3}, [5]float64{math.Sqrt(3) / 2, math.Sqrt(3) / 2, 2.0 / 3, 2 / math.Sqrt(6), 3 / math.Sqrt(14)}},
		"the same tie on both": {[]float64{0, 0, 1}, []float64{5, 5, 7}, [5]float64{1, 1, 2.0 / 3, 1, 7 / math.Sqrt(99)}},
		"crossed ties":         {[]float64{0, 0, 1, 1}, []float64{0, 1, 0, 1}, [5]float64{0, 0, 0, 0, 0.5}},
		"negative zero is zero": {
			[]float64{math.Copysign(0, -1), 0, 1},
			[]float64{5, 5, 7},
			[5]float64{1, 1, 2.0 / 3, 1, 7 / math.Sqrt(99)},
		},
	} {
		for i, want := range c.want { // those that look at pairs
			if got, err := compare.Comparators[i].Score(c.x, c.y); err != nil || !near(got.Value, want) {
				t.Errorf("%s of %s: %v, %v; want %v", compare.Comparators[i].Name, name, got, err, want)
			}
		}
	}
}

// An infinite dissimilarity has a rank but no mean.
func TestInfiniteValues(t *testing.T) {
	x, y := []float64{1, 2, math.Inf(1)}, []float64{1, 3, 2}
	for i, want := range []float64{math.NaN(), 0.5, 1.0 / 3, 1.0 / 3, math.NaN()} {
		if got, err := compare.Comparators[i].Score(x, y); err != nil || !near(got.Value, want) {
			t.Errorf("%s: %v, %v; want %v", compare.Comparators[i].Name, got, err, want)
		}
	}
}

func TestVectorCountsItsPairs(t *testing.T) {
	for _, c := range compare.Comparators {
		x := []float64{3, math.NaN(), 1}
		v := c.Prepare(x)
		x[0] = 9 // the vector has its own copy
		if v.Len() != 3 || v.Missing() != 1 || !near(c.Compare(v, c.Prepare([]float64{2, 2, 1})), c.Compare(c.Prepare([]float64{3, 2, 1}), c.Prepare([]float64{2, math.NaN(), 1}))) {
			t.Errorf("%s: %d pairs, %d missing", c.Name, v.Len(), v.Missing())
		}
	}
}

// Nothing kept is nothing to compare.
func TestEmptyResample(t *testing.T) {
	for _, c := range compare.Comparators {
		v := c.Prepare([]float64{1, 2, 3})
		if got := c.Weighted(v, v, make([]float64, 3)); !math.IsNaN(got) {
			t.Errorf("%s of no pairs is %v", c.Name, got)
		}
	}
}

// To resample what was resampled is to multiply the weights.
func TestResamplesMultiply(t *testing.T) {
	law(t, func(t *rapid.T, c compare.Comparator, x, y []float64) {
		var first, second, product []float64
		most := 3
		if c.Whole {
			most = 1
		}
		for range x {
			w := float64(rapid.IntRange(0, most).Draw(t, "first"))
			first = append(first, w)
			v := 0.0
			if w > 0 { // the second resample sees only what the first kept
				v = float64(rapid.IntRange(0, most).Draw(t, "second"))
				second = append(second, v)
			}
			product = append(product, w*v)
		}
		var one, two compare.Resample
		one.Set(first)
		two.Set(second)
		twice := func(x []float64) *compare.Vector {
			var once, again compare.Vector
			c.Resample(&once, c.Prepare(x), &one)
			c.Resample(&again, &once, &two)
			return &again
		}
		if got, want := c.Compare(twice(x), twice(y)), c.Weighted(c.Prepare(x), c.Prepare(y), product); !near(got, want) {
			t.Fatalf("resampled twice %v, by products %v", got, want)
		}
	})
}

// Vectors are shared by goroutines; every one of them finds the same bits.
func TestCompareFromManyGoroutines(t *testing.T) {
	for _, c := range compare.Comparators {
		x := normal(12, 0)
		x[5] = math.NaN()
		a, b := c.Prepare(x), c.Prepare(normal(12, 1))
		want := c.Compare(a, b)
		scores := make([]float64, 400)
		err := work.Budget{Threads: 8}.Each(context.Background(), "", len(scores), func(i int) error {
			scores[i] = c.Compare(a, b)
			return nil
		})
		if i := slices.IndexFunc(scores, func(s float64) bool { return !sameBits(s, want) }); i >= 0 || err != nil {
			t.Errorf("%s: %v, want %v; %v", c.Name, scores[max(i, 0)], want, err)
		}
	}
}

// The identity moves no pair, and moving back undoes a move.
func TestPairsMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "conditions")
		labels := make([]int, n)
		for i := range labels {
			labels[i] = i
		}
		for p, to := range compare.PairsMoved(nil, labels) {
			if int(to) != p {
				t.Fatalf("pair %d went to %d", p, to)
			}
		}
		permutation := rapid.Permutation(labels).Draw(t, "permutation")
		inverse := make([]int, n)
		for i, to := range permutation {
			inverse[to] = i
		}
		there, back := compare.PairsMoved(nil, permutation), compare.PairsMoved(nil, inverse)
		for p, to := range there {
			if int(back[to]) != p {
				t.Fatalf("pair %d went to %d and back to %d", p, to, back[to])
			}
		}
	})
}
