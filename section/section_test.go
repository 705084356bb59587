package section_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/section"
)

func ExampleLowest() {
	at, value := section.Lowest(func(x float64) float64 { return (x-1)*(x-1) + 2 }, 0, 3, 1e-8)
	fmt.Printf("%.4f %.4f\n", at, value)
	// Output: 1.0000 2.0000
}

// A valley of any place and steepness on either side is found, ends included.
func TestLowestFindsValleys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(-10, 10).Draw(t, "from")
		to := from + rapid.Float64Range(0.01, 20).Draw(t, "length")
		want := from + (to-from)*rapid.Float64Range(0, 1).Draw(t, "place")
		left, right := rapid.Float64Range(0.1, 10).Draw(t, "left"), rapid.Float64Range(0.1, 10).Draw(t, "right")
		valley := func(x float64) float64 { return max(left*(want-x), right*(x-want)) }
		at, value := section.Lowest(valley, from, to, 1e-9)
		if math.Abs(at-want) > 1e-8 || value != valley(at) {
			t.Fatalf("found %v (%v), want %v", at, value, want)
		}
	})
}
