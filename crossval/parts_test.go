package crossval_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/crossval"
)

// Parts hold every place once, in order, as many each as can be.
func TestParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SliceOfN(rapid.Int(), 0, 20).Draw(t, "places")
		count := rapid.IntRange(1, 8).Draw(t, "parts")
		parts := crossval.Parts(places, count)
		if len(parts) != count || !slices.Equal(slices.Concat(parts...), places) {
			t.Errorf("%v in %d parts: %v", places, count, parts)
		}
		for i, part := range parts {
			if n := len(part); n != len(places)/count && n != len(places)/count+1 || i > 0 && n < len(parts[i-1]) {
				t.Errorf("part %d of %v has %d", i+1, parts, n)
			}
		}
	})
}
