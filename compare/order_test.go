package compare

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/seed"
)

// Digits give the order that comparing does, of any numbers, ties and both zeros.
func TestDigitsSortAsComparing(t *testing.T) {
	numbers := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 1, -1, math.MaxFloat64, math.SmallestNonzeroFloat64}))
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(numbers, 0, 300).Draw(t, "x")
		got, want := byDigits(x, defined(x)), byComparing(x, defined(x))
		if !slices.Equal(got, want) {
			t.Fatalf("order %v, want %v", got, want)
		}
	})
}

func BenchmarkAscending(b *testing.B) {
	random := seed.Stream(1, "ascending")
	for _, n := range []int{300, 1000, 4186, 499_500} {
		x := make([]float64, n)
		for p := range x {
			x[p] = random.NormFloat64()
		}
		for name, sort := range map[string]func([]float64, []int32) []int32{"digits": byDigits, "comparing": byComparing} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					sort(x, defined(x))
				}
			})
		}
	}
}
