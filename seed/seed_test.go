package seed_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/seed"
)

func ExampleStream() {
	again := seed.Stream(7, "noise", 3).IntN(1000) == seed.Stream(7, "noise", 3).IntN(1000)
	fmt.Println(again)
	// Output: true
}

// Two streams agree if and only if seed, purpose and indices do.
func TestStreamsDifferByName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (uint64, string, int) {
			return rapid.Uint64Range(0, 2).Draw(t, label+" seed"),
				rapid.SampledFrom([]string{"a", "b", "ab"}).Draw(t, label+" purpose"),
				rapid.IntRange(0, 2).Draw(t, label+" index")
		}
		s1, p1, i1 := draw("first")
		s2, p2, i2 := draw("second")
		same := s1 == s2 && p1 == p2 && i1 == i2
		if equal := seed.Stream(s1, p1, i1).Uint64() == seed.Stream(s2, p2, i2).Uint64(); equal != same {
			t.Fatalf("streams equal: %v, names equal: %v", equal, same)
		}
	})
}

// The first numbers never change: results of older versions stay reproducible.
func TestStreamIsStable(t *testing.T) {
	const want = uint64(17360659279284233786)
	if got := seed.Stream(1, "stability", 0).Uint64(); got != want {
		t.Errorf("first number of the stream is %d, was %d in version 0.1", got, want)
	}
}

// A mean over many first draws is that of a uniform distribution.
func TestFirstDrawsAreUniform(t *testing.T) {
	const streams = 20000
	sum := 0.0
	for i := range streams {
		sum += seed.Stream(1, "uniform", i).Float64()
	}
	// Five standard errors of the mean of a uniform number.
	if mean := sum / streams; mean < 0.5-0.0102 || mean > 0.5+0.0102 {
		t.Errorf("mean of %d first draws is %g, want 0.5", streams, mean)
	}
}
