package dataset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
)

func ExampleCompareLabels() {
	labels := []string{"image_10", "image_2", "image_02", "Image_3"}
	slices.SortFunc(labels, dataset.CompareLabels)
	fmt.Println(labels)
	// Output: [Image_3 image_02 image_2 image_10]
}

func TestCompareLabels(t *testing.T) {
	for _, ascending := range [][]string{
		{"", "0", "00", "1", "2", "10", "a"},
		{"a", "a1", "a01b", "a1b", "a2", "a10", "aa", "b"},
		{"x9223372036854775807", "x9223372036854775808", "x99999999999999999999999999999999"},
		{"s1_r2", "s1_r10", "s2_r1", "s10_r1"},
		{"-", "1", ":"},
	} {
		for i, a := range ascending {
			for k, b := range ascending {
				if got, want := dataset.CompareLabels(a, b), sign(i-k); got != want {
					t.Errorf("CompareLabels(%q, %q) = %d, want %d", a, b, got, want)
				}
			}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

// label draws from few letters, so that labels are often alike.
var label = rapid.StringMatching(`[a0129-]{0,6}`)

// Natural order is a total order: antisymmetric, transitive, and 0 for equal
// labels alone.
func TestLabelOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := label.Draw(t, "a"), label.Draw(t, "b"), label.Draw(t, "c")
		ab, bc, ac := dataset.CompareLabels(a, b), dataset.CompareLabels(b, c), dataset.CompareLabels(a, c)
		if ab != -dataset.CompareLabels(b, a) {
			t.Fatalf("%q and %q are not antisymmetric", a, b)
		}
		if (ab == 0) != (a == b) {
			t.Fatalf("%q and %q compare as %d", a, b, ab)
		}
		if ab <= 0 && bc <= 0 && ac > 0 {
			t.Fatalf("%q ≤ %q ≤ %q, but not first ≤ last", a, b, c)
		}
	})
}

// Numbers of the same length compare as text does.
func TestLabelsOfEqualWidthAreInByteOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[0-9]{40}`)
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		if got, want := dataset.CompareLabels("x"+a+"y", "x"+b+"y"), strings.Compare(a, b); got != want {
			t.Fatalf("%q and %q compare as %d, want %d", a, b, got, want)
		}
	})
}
