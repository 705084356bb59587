package compare_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
)

func ExampleComparator_Score() {
	model := []float64{0, 0, 1, 0, 1, 1} // faces 0 1 2 against house 3: within 0, between 1
	brain := []float64{0.2, 0.3, 0.8, 0.1, 0.7, math.NaN()}
	tau, _ := compare.ByName("kendall-tau-b")
	score, _ := tau.Score(model, brain)
	fmt.Printf("%.4f from %d pairs\n", score.Value, score.Pairs)
	// Output: 0.7746 from 5 pairs
}

func ExampleResample() {
	pearson, _ := compare.ByName("pearson")
	model := pearson.Prepare([]float64{1, 2, 3, 4, 5, 6}) // of 4 conditions
	brain := pearson.Prepare([]float64{1, 3, 2, 4, 6, 5})

	var draw compare.Resample
	draw.SetCounts([]int{2, 1, 1, 0}) // condition 0 twice, condition 3 not at all
	var a, b compare.Vector
	pearson.Resample(&a, model, &draw)
	pearson.Resample(&b, brain, &draw)
	fmt.Printf("%.4f\n", pearson.Compare(&a, &b))
	// Output: 0.9129
}

func ExampleComparator_Score_cosine() {
	cosine, _ := compare.ByName("cosine")
	score, _ := cosine.Score([]float64{3, 4, 0}, []float64{4, 3, 0})
	fmt.Printf("%.2f\n", score.Value)
	// Output: 0.96
}

func ExampleRaw() {
	fmt.Println(compare.Raw([][]float64{
		{0.1, 0.2, 0.9},
		{30, 10, 20},
	}).Mean())
	// Output: [15.05 5.1 10.45]
}

func ExampleComparator_Pool() {
	spearman, _ := compare.ByName("spearman")
	fmt.Println(spearman.Pool([][]float64{
		{0.1, 0.2, 0.9},
		{30, 10, 20},
	}))
	// Output: [2 1.5 2.5]
}

func TestByName(t *testing.T) {
	for name, want := range map[string]string{
		"pearson": "pearson", "tau-a": "kendall-tau-a", "tau-b": "kendall-tau-b", "kendall-tau-b": "kendall-tau-b",
	} {
		if c, err := compare.ByName(name); err != nil || c.Name != want {
			t.Errorf("ByName(%q) is %q, %v; want %q", name, c.Name, err, want)
		}
	}
	if _, err := compare.ByName("spaerman"); err == nil || !strings.Contains(err.Error(), "did you mean spearman?") {
		t.Errorf("ByName(spaerman): %v, want an error that offers spearman", err)
	}
	for _, name := range []string{"", "kendall", "Pearson", "bures metric"} {
		if _, err := compare.ByName(name); err == nil || !strings.Contains(err.Error(), "kendall-tau-b") {
			t.Errorf("ByName(%q): %v, want an error that lists the comparators", name, err)
		}
	}
}

func TestDifferentLengthsAreAnError(t *testing.T) {
	for _, c := range compare.Comparators {
		if _, err := c.Score(make([]float64, 3), make([]float64, 6)); err == nil || !strings.Contains(err.Error(), "3 and 6") {
			t.Errorf("%s: err = %v, want one that names 3 and 6 pairs", c.Name, err)
		}
	}
}

// A vector of one comparator, or of other conditions, is a wrong program.
func TestComparePanicsOnForeignVectors(t *testing.T) {
	pearson, spearman := compare.Comparators[0], compare.Comparators[1]
	whitened, _ := compare.ByName("whitened-pearson")
	x := []float64{1, 2, 3}
	for name, call := range map[string]func(){
		"other comparator":       func() { pearson.Compare(pearson.Prepare(x), spearman.Prepare(x)) },
		"other length":           func() { pearson.Compare(pearson.Prepare(x), pearson.Prepare(x[:2])) },
		"other weights":          func() { pearson.Weighted(pearson.Prepare(x), pearson.Prepare(x), []float64{1, 1}) },
		"half a pair":            func() { pearson.Weighted(pearson.Prepare(x), pearson.Prepare(x), []float64{1, 0.5, 1}) },
		"negative weight":        func() { pearson.Weighted(pearson.Prepare(x), pearson.Prepare(x), []float64{1, -1, 1}) },
		"pairs of no conditions": func() { whitened.Prepare(make([]float64, 4)) },
		"copies of a pair":       func() { whitened.Weighted(whitened.Prepare(x), whitened.Prepare(x), []float64{1, 2, 1}) },
		"too heavy":              func() { pearson.Weighted(pearson.Prepare(x), pearson.Prepare(x), []float64{1, 1e12, 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

// Scores that are undefined are NaN; tau-a of a constant is 0 by its formula,
// and for cosine only zero is undefined.
func TestUndefinedScores(t *testing.T) {
	nan := math.NaN()
	for name, pair := range map[string][2][]float64{
		"empty":            {{}, {}},
		"one pair":         {{1}, {2}},
		"one defined pair": {{1, nan, 3}, {nan, 2, 4}},
		"nothing defined":  {{nan, nan, nan}, {1, 2, 3}},
	} {
		for _, c := range compare.Comparators {
			if s, err := c.Score(pair[0], pair[1]); err != nil || !math.IsNaN(s.Value) {
				t.Errorf("%s of %s: %v, %v; want NaN", c.Name, name, s, err)
			}
		}
	}
	constant, x := slices.Repeat([]float64{0.1}, 6), []float64{1, 2, 3, 4, 5, 6}
	for _, c := range compare.Comparators {
		nothing := constant
		switch c.Name {
		case "cosine", "whitened-cosine", "bures", "negative-riemannian-distance":
			nothing = make([]float64, 6)
		case "negative-bures-distance":
			continue // all in one place is a place
		}
		for _, other := range [][]float64{x, nothing} {
			s, err := c.Score(other, nothing)
			if zero := c.Name == "kendall-tau-a" || c.Name == "rho-a"; err != nil || zero != (s.Value == 0) || zero == math.IsNaN(s.Value) {
				t.Errorf("%s of %v: %v, %v", c.Name, nothing, s, err)
			}
		}
	}
}

// Comparators that look at conditions say how many pairs those have.
func TestPairsOfNoConditionsAreAnError(t *testing.T) {
	for _, c := range compare.Comparators {
		if _, err := c.Score(make([]float64, 4), make([]float64, 4)); c.Whole != (err != nil && strings.Contains(err.Error(), "n(n-1)/2")) {
			t.Errorf("%s of 4 pairs: %v", c.Name, err)
		}
	}
}

// number reads null as NaN.
type number float64

func (n *number) UnmarshalJSON(data []byte) error {
	var value *float64
	err := json.Unmarshal(data, &value)
	*n = number(math.NaN())
	if value != nil {
		*n = number(*value)
	}
	return err
}

func floats(x []number) []float64 {
	result := make([]float64, len(x))
	for i, value := range x {
		result[i] = float64(value)
	}
	return result
}

// Both sides are sums of a few dozen products: 1e-12 is a hundred roundings.
func TestScoresMatchScipy(t *testing.T) {
	var reference struct {
		Cases []struct {
			Name     string
			X, Y     []number
			Pairs    int
			Pearson  number
			Spearman number
			TauA     number `json:"kendall-tau-a"`
			TauB     number `json:"kendall-tau-b"`
			Cosine   number
		}
	}
	realtest.Reference(t, "scipy.json", &reference)
	for _, c := range reference.Cases {
		for i, want := range []number{c.Pearson, c.Spearman, c.TauA, c.TauB, c.Cosine} {
			comparator := compare.Comparators[i]
			if got, err := comparator.Score(floats(c.X), floats(c.Y)); err != nil || got.Pairs != c.Pairs || !near(got.Value, float64(want)) {
				t.Errorf("%s of %s: %v, %v; scipy has %v of %d pairs", comparator.Name, c.Name, got, err, want, c.Pairs)
			}
		}
	}
}

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-12 || (math.IsNaN(a) && math.IsNaN(b))
}
