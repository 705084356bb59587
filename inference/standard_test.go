package inference_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// One brain at three times: the statistic of the last is in another unit.
func ExampleNull_Standardized() {
	position := []float64{0, 1, 2, 4, 8} // of five conditions, in model and brain
	null, _ := inference.Test{}.LabelPermutations(5, 3, func(dst []float64, permutation []int) error {
		clear(dst)
		for i, to := range permutation {
			dst[0] += position[i] * position[to]
			dst[1] += position[i] * float64(to)
			dst[2] += 10 * position[i] * float64(to*to%3)
		}
		return nil
	})
	z, _ := null.Standardized(context.Background(), work.Budget{})
	found, _ := z.Clusters(context.Background(), work.Budget{}, inference.Clusters{Adjacency: inference.Line(3)})
	for _, c := range found.Clusters {
		fmt.Printf("%v, mass %.2f, p = %.4f\n", c.Points, c.Mass, c.P)
	}
	// Output: [0 1], mass 3.90, p = 0.0083
}

// Over all arrangements, or over draws and what was observed, z has mean 0 and
// deviation 1; alone a test keeps its p value, and what chance does not move is NaN.
func TestStandardizedDraws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		// Of these numbers all sums are exact: a p value would change where two draws
		// are apart by no more than what is rounded.
		x := rapid.SliceOfN(rapid.Map(rapid.IntRange(-320, 320), func(n int) float64 { return float64(n) / 64 }), 4, 7).Draw(r, "x")
		shift, scale := float64(rapid.IntRange(-1000, 1000).Draw(r, "shift")), math.Ldexp(1, rapid.IntRange(-6, 6).Draw(r, "scale"))
		null, err := inference.Test{Draws: 120, Seed: 1}.LabelPermutations(len(x), 2, func(dst []float64, permutation []int) error {
			dst[0], dst[1] = shift, shift
			for i, to := range permutation {
				dst[0] += scale * x[i] * float64(to*to)
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
		z, err := null.Standardized(t.Context(), one)
		if err != nil {
			r.Fatal(err)
		}
		drawn, err := z.Distribution(t.Context(), one)
		if err != nil {
			r.Fatal(err)
		}
		if !math.IsNaN(z.Observed[1]) {
			r.Fatalf("z of what no draw moves is %v", z.Observed[1])
		}
		if math.IsNaN(z.Observed[0]) {
			return // all of x is alike
		}
		var values []float64
		for i := 0; i < len(drawn.Values); i += 2 {
			values = append(values, drawn.Values[i])
		}
		if !z.Exact {
			values = append(values, z.Observed[0])
		}
		if mean, deviation := stat.PopMeanStdDev(values, nil); math.Abs(mean) > 1e-5 || math.Abs(deviation-1) > 1e-5 { // shifts are up to 1e9 deviations
			r.Fatalf("mean %v, deviation %v", mean, deviation)
		}
		before, err1 := null.Test(t.Context(), one)
		after, err2 := z.Test(t.Context(), one)
		if err1 != nil || err2 != nil {
			r.Fatal(err1, err2)
		}
		if math.Abs(before.P[0]-after.P[0]) > 1e-12 {
			r.Fatalf("p = %v, of z %v", before.P[0], after.P[0])
		}
	})
}

// The bits are the same on any number of threads.
func TestStandardizedOnThreads(t *testing.T) {
	null, err := inference.Test{Draws: 200, Seed: 3}.LabelPermutations(9, 1, func(dst []float64, permutation []int) error {
		dst[0] = 0
		for i, to := range permutation {
			dst[0] += math.Sqrt(float64(i * to))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var first float64
	for threads := 1; threads < 5; threads++ {
		z, err := null.Standardized(t.Context(), work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if threads == 1 {
			first = z.Observed[0]
		}
		if z.Observed[0] != first || math.IsNaN(first) {
			t.Errorf("%d threads: z = %v, of one %v", threads, z.Observed[0], first)
		}
	}
}
