package compare

import (
	"fmt"
	"slices"
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
			copy(a.weight, b.weight)
			b.placeLevels()
			if !c.serve(b) {
				if levels*most/2 < maxTotal {
					t.Errorf("%d levels of weights up to %d are not served", levels, most)
				}
				continue
			}
			want := counted(a, b)
			if got := c.concordance(a, b); got != want {
				t.Errorf("%d levels of weights up to %d: %d concordant, want %d", levels, most, got, want)
			}
		}
	}
}

// Blocks count what a counter counts, of sizes around those of a block and of
// nodes, and give up where weights are too large or too many.
func TestBlocksCountAsCounterDoes(t *testing.T) {
	var k blocks
	for _, levels := range []int{8192, 8191, 7169, 7168, 7167, 4097, 4096, 4095, 1793, 1792, 449, 448, 447, 65, 64, 63, 2, 1} {
		for _, most := range []int{1, 2, 8, 63, 64} {
			a, b := weighted(levels, most, 0), weighted(levels, most, 1)
			copy(a.weight, b.weight)
			b.placeLevels()
			want := counted(a, b)
			if !b.placeUnits() {
				if b.total <= maxUnits/2 && slices.Max(b.weight) <= maxCopies {
					t.Errorf("%d levels of weights up to %d have no units", levels, most)
				}
				continue
			}
			if got := k.concordance(a, b); got != want {
				t.Errorf("%d levels of weights up to %d: %d concordant, want %d", levels, most, got, want)
			}
		}
	}
}

// counted is how many pairs of pairs a counter finds concordant.
func counted(a, b *Vector) (concordant int64) {
	var tree counter
	tree.reset(b.levels)
	for _, p := range a.order {
		w := int64(a.weight[p])
		concordant += w * tree.add(b.level[p], w)
	}
	return concordant
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
	v.levels = levels
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
