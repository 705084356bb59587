package compare_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/seed"
)

// normal returns an RDV of n conditions.
func normal(n, index int) []float64 {
	random := seed.Stream(1, "benchmark", index)
	x := make([]float64, n*(n-1)/2)
	for p := range x {
		x[p] = random.NormFloat64()
	}
	return x
}

// counts returns one bootstrap draw of n conditions.
func counts(n int) []int {
	random := seed.Stream(1, "benchmark draw")
	result := make([]int, n)
	for range n {
		result[random.IntN(n)]++
	}
	return result
}

// One comparison of a bootstrap over conditions: vectors are resampled once
// per draw, then every model meets every time.
func BenchmarkCompareResampled(b *testing.B) {
	for _, c := range compare.Comparators {
		for _, n := range []int{49, 92} {
			x, y := c.Prepare(normal(n, 0)), c.Prepare(normal(n, 1))
			var draw compare.Resample
			draw.SetCounts(counts(n))
			var rx, ry compare.Vector
			c.Resample(&rx, x, &draw)
			c.Resample(&ry, y, &draw)
			b.Run(fmt.Sprintf("%s/%d", c.Name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.Compare(&rx, &ry)
				}
			})
		}
	}
}

func BenchmarkResample(b *testing.B) {
	for _, c := range compare.Comparators {
		x := c.Prepare(normal(49, 0))
		var draw compare.Resample
		draw.SetCounts(counts(49))
		var rx compare.Vector
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Resample(&rx, x, &draw)
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, c := range compare.Comparators {
		x, y := c.Prepare(normal(92, 0)), c.Prepare(normal(92, 1))
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				c.Compare(x, y)
			}
		})
	}
}

// Two RDMs of 1000 conditions from the start, with all pairs and without one.
func BenchmarkWhitenedThousand(b *testing.B) {
	c, _ := compare.ByName("whitened-pearson")
	x, y := normal(1000, 0), normal(1000, 1)
	for _, name := range []string{"all pairs", "one missing"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Score(x, y); err != nil {
					b.Fatal(err)
				}
			}
		})
		x[7] = math.NaN()
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, c := range compare.Comparators {
		x := normal(92, 0)
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				c.Prepare(x)
			}
		})
	}
}
