package compare_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
)

func ExampleComparator_Partial() {
	spearman, _ := compare.ByName("spearman")
	model := []float64{1, 2, 3, 4, 5, 6}
	brain := []float64{1, 3, 2, 4, 6, 5}
	silhouette := []float64{1, 2, 3, 4, 6, 5}
	plain, _ := spearman.Score(model, brain)
	partial, _ := spearman.Partial(model, brain, silhouette)
	fmt.Printf("%.3f, without what the silhouette explains %.3f\n", plain.Value, partial.Value)
	// Output: 0.886, without what the silhouette explains -0.029
}

func ExampleComparator_SemiPartial() {
	pearson, _ := compare.ByName("pearson")
	unique, _ := pearson.SemiPartial([]float64{1, 2, 3, 5}, []float64{1, 3, 2, 5}, []float64{0, 0, 1, 1})
	fmt.Printf("%.3f\n", unique.Value)
	// Output: 0.855
}

type partialReference struct {
	Cases []struct {
		Rows                 [][]number
		Pairs                int
		Partial, Semipartial map[string]float64
	}
	Transforms struct {
		X, Ranks, Roots, Unit, Geotopological, Geodesic []float64
	}
}

func partials(t *testing.T) (reference partialReference) {
	t.Helper()
	realtest.Reference(t, "partial.json", &reference)
	return reference
}

func TestPartialMatchesNumpy(t *testing.T) {
	for k, c := range partials(t).Cases {
		var rows [][]float64
		for _, row := range c.Rows {
			rows = append(rows, floats(row))
		}
		for name := range c.Partial {
			comparator, _ := compare.ByName(name)
			partial, err := comparator.Partial(rows[0], rows[1], rows[2:]...)
			semi, err2 := comparator.SemiPartial(rows[0], rows[1], rows[2:]...)
			if err != nil || err2 != nil || partial.Pairs != c.Pairs || !near(partial.Value, c.Partial[name]) || !near(semi.Value, c.Semipartial[name]) {
				t.Errorf("case %d, %s: %v and %v, %v, %v; numpy has %v and %v", k, name, partial, semi, err, err2, c.Partial[name], c.Semipartial[name])
			}
		}
	}
}

// Without controls both are the plain score; a control twice, constant or scaled
// is the control once; of x itself nothing is left.
func TestPartialLaws(t *testing.T) {
	for _, name := range []string{"pearson", "spearman"} {
		c, _ := compare.ByName(name)
		rapid.Check(t, func(t *rapid.T) {
			pairs := rapid.IntRange(5, 20).Draw(t, "pairs")
			x, y, z := rdv(t, pairs, "x"), rdv(t, pairs, "y"), rdv(t, pairs, "z")
			partial := func(x, y []float64, controls ...[]float64) float64 {
				score, err := c.Partial(x, y, controls...)
				if err != nil {
					t.Fatal(err)
				}
				return score.Value
			}
			if got, want := partial(x, y), value(t, c, x, y); defined(x) == pairs && defined(y) == pairs && !near(got, want) {
				t.Fatalf("without controls %v, score %v", got, want)
			}
			once := partial(x, y, z)
			again := partial(x, y, z, scaledBy(z, 2, 1), slices.Repeat([]float64{3}, pairs))
			if !math.IsNaN(again) && math.Abs(once-again) > 1e-6 {
				t.Fatalf("control once %v, three times %v", once, again)
			}
			if swapped := partial(y, x, z); !near(swapped, once) || once > 1 || once < -1 {
				t.Fatalf("partial %v, swapped %v", once, swapped)
			}
			if rest := partial(x, y, x); !math.IsNaN(rest) {
				t.Fatalf("controlled for itself %v", rest)
			}
			semi, _ := c.SemiPartial(x, y, z)
			if !math.IsNaN(once) && math.Abs(semi.Value) > math.Abs(once)+1e-12 {
				t.Fatalf("semi-partial %v, partial %v", semi.Value, once)
			}
		})
	}
}

func TestPartialOfOthersIsAnError(t *testing.T) {
	x := []float64{1, 2, 3}
	for _, c := range compare.Comparators[2:] {
		if _, err := c.Partial(x, x, x); err == nil || !strings.Contains(err.Error(), "pearson, spearman") {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	if _, err := compare.Comparators[0].SemiPartial(x, x, x[:1]); err == nil || !strings.Contains(err.Error(), "3 and 1") {
		t.Errorf("a control of 1 pair: %v", err)
	}
}
