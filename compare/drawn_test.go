package compare_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

// A group in which subjects stand several times is that of their copies; pairs
// that one of them lacks are averaged over the others.
func TestDrawnGroupIsThatOfCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(compare.Comparators).Draw(t, "comparator")
		var rdvs [][]float64
		for range rapid.IntRange(2, 4).Draw(t, "subjects") {
			x := rapid.SliceOfN(rapid.Float64Range(0.5, 2), 6, 6).Draw(t, "RDV")
			rdvs = append(rdvs, x)
		}
		rdvs[0][rapid.IntRange(0, 5).Draw(t, "missing")] = math.NaN()
		counts := rapid.SliceOfN(rapid.IntRange(0, 3), len(rdvs), len(rdvs)).Draw(t, "counts")
		counts[1]++ // so that some subject defines every pair
		group := c.Group(rdvs)
		got := group.Drawn(counts)
		sum, n := make([]float64, 6), make([]float64, 6)
		for s, count := range counts {
			alone := slices.Repeat([]int{0}, len(rdvs))
			alone[s] = 1
			for p, x := range group.Drawn(alone) {
				for range count {
					if !math.IsNaN(x) {
						sum[p] += x
						n[p]++
					}
				}
			}
		}
		for p := range got {
			if want := sum[p] / n[p]; math.Abs(got[p]-want) > 1e-12*math.Abs(want) {
				t.Fatalf("%s of %v: %v, of copies %v", c.Name, counts, got[p], want)
			}
		}
	})
}

// To pool RDVs is to bring them to their scale and to average them, bit by bit:
// the memory that they share on the way carries nothing over.
func TestPoolIsTheMeanOfTheGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(compare.Comparators).Draw(t, "comparator")
		value := rapid.OneOf(rapid.Float64Range(0.5, 2), rapid.SampledFrom([]float64{1, 2, math.NaN()}))
		var rdvs [][]float64
		for range rapid.IntRange(1, 4).Draw(t, "subjects") {
			rdvs = append(rdvs, rapid.SliceOfN(value, 15, 15).Draw(t, "RDV"))
		}
		got, want := c.Pool(rdvs), c.Group(rdvs).Mean()
		for p := range want {
			if !sameBits(got[p], want[p]) {
				t.Fatalf("%s of pair %d: pool %v, mean of the group %v", c.Name, p, got[p], want[p])
			}
		}
	})
}
