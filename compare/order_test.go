package compare

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/seed"
)

// Parts and digits give the order that comparing does, of any numbers, ties and
// both zeros, close together or far apart.
func TestPartsAndDigitsSortAsComparing(t *testing.T) {
	numbers := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, math.MaxFloat64, math.SmallestNonzeroFloat64}))
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(numbers, 0, 300).Draw(t, "x")
		want := byComparing(nil, x)
		for name, sort := range sorts {
			if got := sort(nil, x); !slices.Equal(got, want) {
				t.Fatalf("order by %s %v, want %v", name, got, want)
			}
		}
	})
}

var sorts = map[string]func([]int32, []float64) []int32{"parts": byParts, "digits": byDigits, "comparing": byComparing}

// Numbers that share a part of their range with others, few or all, are sorted.
func TestPartsBesideAnOutlier(t *testing.T) {
	for _, outlier := range []float64{1, 1e3, 1e6, 1e9, 1e300, math.Inf(1), math.MaxFloat64} {
		random := seed.Stream(1, "outlier")
		x := make([]float64, 2000)
		for p := range x {
			x[p] = random.NormFloat64()
		}
		x[7], x[9], x[20] = -outlier, outlier, math.NaN()
		if got, want := byParts(nil, x), byComparing(nil, x); !slices.Equal(got, want) {
			t.Errorf("beside %g: another order than by comparing", outlier)
		}
	}
}

func BenchmarkAscending(b *testing.B) {
	random := seed.Stream(1, "ascending")
	for _, n := range []int{100, 300, 1000, 4186, 499_500} {
		x := make([]float64, n)
		for p := range x {
			x[p] = random.NormFloat64()
		}
		for name, sort := range sorts {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					sort(nil, x)
				}
			})
		}
	}
}
