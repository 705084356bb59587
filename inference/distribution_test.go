package inference_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
)

// As many draws as asked for have all statistics within reach of the estimates, be
// they few or many, wide or narrow. Of one statistic of many things that is the
// reach of its own interval; of few things it is farther.
func TestSimultaneousReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const draws, level = 400, 0.9
		n := rapid.IntRange(1, 6).Draw(t, "statistics")
		random := seed.Stream(rapid.Uint64().Draw(t, "seed"), "draws")
		d := &inference.Distribution{Statistics: n + 2, Draws: draws}
		estimates := make([]float64, n)
		for range draws {
			d.Values = append(d.Values, random.NormFloat64()) // a statistic that is not asked about
			for k := range n {
				d.Values = append(d.Values, float64(k)+math.Exp(float64(k))*random.NormFloat64())
			}
			d.Values = append(d.Values, math.NaN())
		}
		for k := range estimates {
			estimates[k] = float64(k)
		}
		reach := d.Simultaneous(1, estimates, level, math.Inf(1))
		within := 0
		for i := range draws {
			all := true
			for k := range n {
				all = all && math.Abs(d.Values[i*(n+2)+1+k]-estimates[k]) <= reach[k]*(1+1e-12)
			}
			if all {
				within++
			}
		}
		if share := float64(within) / draws; math.Abs(share-level) > 1.5/draws {
			t.Fatalf("%g of the draws are within reach, want %g", share, level)
		}
		for k, few := range d.Simultaneous(1, estimates, level, 4) {
			if few <= reach[k]*1.1 {
				t.Fatalf("reach %g of five things, %g of many", few, reach[k])
			}
		}
		if undefined := d.Simultaneous(n+1, []float64{0}, level, 9); !math.IsNaN(undefined[0]) {
			t.Fatalf("without any draw the reach is %g", undefined[0])
		}
	})
}
