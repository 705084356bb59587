package compare

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/seed"
)

// Lanes of any number of levels count what a counter counts, up to the largest
// weights that they serve.
func TestLanesCountAsCounterDoes(t *testing.T) {
	var c lanes // kept, so that what is not cleared would show
	for _, levels := range []int{8192, 8191, 2049, 2048, 513, 512, 129, 33, 9, 8, 7, 2, 1} {
		for _, most := range []int{1, 8, 31} {
			a, b := weighted(levels, most, 0), weighted(levels, most, 1)
			a.inOrder = gather(a.inOrder, b.weight, a.order)
			if !c.serve(b) {
				if levels*most/2 < maxTotal {
					t.Errorf("%d levels of weights up to %d are not served", levels, most)
				}
				continue
			}
			var tree counter
			tree.reset(levels)
			want := int64(0)
			for k, p := range a.order {
				w := int64(a.inOrder[k])
				want += w * tree.add(b.level[p], w)
			}
			if got := c.concordance(a, b); got != want {
				t.Errorf("%d levels of weights up to %d: %d concordant, want %d", levels, most, got, want)
			}
		}
	}
}

// weighted returns a vector of one pair per level, of weights from 1.
func weighted(levels, most, index int) *Vector {
	random := seed.Stream(1, "weighted", levels, most, index)
	v := newVector(make([]float64, levels))
	for p := range v.values {
		v.values[p] = random.Float64()
		v.weight[p] = int32(1 + random.IntN(most))
	}
	v.sort()
	v.count()
	rankDensely(v, weights{})
	return v
}

// Weights that no lane holds are counted by the counter.
func TestTauOfLargeWeights(t *testing.T) {
	c, err := ByName("kendall-tau-a")
	if err != nil {
		t.Fatal(err)
	}
	x, y := c.Prepare([]float64{1, 2, 3}), c.Prepare([]float64{1, 3, 2})
	for _, w := range []float64{1, 15, 16, 100, 300, 70_000} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			// Pairs of copies are ties: of the rest 2 of 3 are concordant.
			want := w * w / (3 * w * (3*w - 1) / 2)
			if got := c.Weighted(x, y, []float64{w, w, w}); got != want {
				t.Errorf("three pairs that stand %g times: %v, want %v", w, got, want)
			}
		})
	}
}
