package inference_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

func ExampleNull_Maxima() {
	scores := [][]float64{ // five subjects × (two models × three layers)
		{.1, .3, .2, .0, .1, -.1},
		{.0, .4, .1, .1, -.1, .1},
		{.2, .2, .3, -.1, .0, .1},
		{.1, .3, .4, .0, .2, -.2},
		{-.1, .5, .2, .1, -.1, .0},
	}
	null, _ := inference.Test{}.SignFlips(scores, inference.Mean)
	best, layers, _ := null.Maxima(inference.Groups([]int{2, 3}, 1))
	result, _ := best.Test(context.Background(), work.Budget{})
	for model, test := range layers {
		fmt.Printf("model %d: %.2f in layer %d, p = %.3f\n", model, result.Statistic[model], test%3, result.P[model])
	}
	// Output:
	// model 0: 0.34 in layer 1, p = 0.031
	// model 1: 0.02 in layer 0, p = 1.000
}

func ExampleGroups() {
	fmt.Println(inference.Groups([]int{2, 3}, 1)) // a maximum per row
	fmt.Println(inference.Groups([]int{2, 3}, 0)) // per column
	fmt.Println(inference.Groups([]int{2, 3}, 0, 1))
	// Output:
	// [[0 1 2] [3 4 5]]
	// [[0 3] [1 4] [2 5]]
	// [[0 1 2 3 4 5]]
}

func ExampleSplitHalf_Maximum() {
	scores := [][]float64{{.1, .3}, {.2, .2}, {.0, .4}, {.1, .5}}
	held, _ := inference.SplitHalf{Seed: 1}.Maximum(scores, []int{0, 1})
	fmt.Printf("%.2f, chosen in %.2f of the halves\n", held.Score, held.Chosen)
	// Output: 0.35, chosen in [0.00 1.00] of the halves
}

// Groups share out all tests, in order; those of one group agree in the other axes.
func TestGroupsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 4), 3, 3).Draw(t, "shape")
		over := rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 0, 3, rapid.ID[int]).Draw(t, "over")
		size, total := 1, shape[0]*shape[1]*shape[2]
		for _, axis := range over {
			size *= shape[axis]
		}
		groups := inference.Groups(shape, over...)
		var all []int
		for _, group := range groups {
			if len(group) != size || !slices.IsSorted(group) {
				t.Fatalf("group %v of %v over %v", group, shape, over)
			}
			for _, k := range group {
				at := func(k int) [3]int {
					place := [3]int{k / (shape[1] * shape[2]), k / shape[2] % shape[1], k % shape[2]}
					for _, axis := range over {
						place[axis] = 0
					}
					return place
				}
				if at(k) != at(group[0]) {
					t.Fatalf("tests %d and %d of %v are in one group over %v", k, group[0], shape, over)
				}
			}
			all = append(all, group...)
		}
		slices.Sort(all)
		if len(all) != total || len(slices.Compact(all)) != total {
			t.Fatalf("%v over %v has groups %v", shape, over, groups)
		}
	})
}

// The maximum over all tests has the corrected p value of the test that it is
// in; groups of one are the tests themselves.
func TestMaximaLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores, tail := smallScores(t), inference.Tail(rapid.IntRange(0, 2).Draw(t, "tail"))
		null, err := inference.Test{Tail: tail}.SignFlips(scores, inference.Mean)
		if err != nil {
			t.Fatal(err)
		}
		tests := len(scores[0])
		test := func(groups [][]int) (*inference.Result, []int) {
			maxima, places, err1 := null.Maxima(groups)
			result, err2 := maxima.Test(t.Context(), one)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			return result, places
		}
		points, err := null.Test(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		alone, _ := test(inference.Groups([]int{tests}))
		all, place := test(inference.Groups([]int{tests}, 0))
		if !slices.Equal(alone.P, points.P) || !slices.Equal(alone.Corrected, points.Corrected) {
			t.Fatalf("groups of one: %+v, tests %+v", alone, points)
		}
		if k := place[0]; all.Statistic[0] != points.Statistic[k] || all.P[0] != points.Corrected[k] || all.P[0] != slices.Min(points.Corrected) {
			t.Fatalf("all: %+v at %d, tests %+v", all, k, points)
		}
	})
}

// The distribution of maxima is what their p values count.
func TestDistributionOfMaximaGivesTheirP(t *testing.T) {
	for _, draws := range []int{60, 256} { // drawn, exact
		null, err := inference.Test{Draws: draws}.SignFlips(scoresOf(8, 6), inference.Mean)
		if err != nil {
			t.Fatal(err)
		}
		maxima, _, err := null.Maxima(inference.Groups([]int{2, 3}, 1))
		if err != nil {
			t.Fatal(err)
		}
		drawn, err1 := maxima.Distribution(t.Context(), work.Budget{})
		result, err2 := maxima.Test(t.Context(), work.Budget{})
		if err1 != nil || err2 != nil || drawn.Draws != draws {
			t.Fatal(drawn, err1, err2)
		}
		for g, observed := range result.Statistic {
			reached, all := 1, draws+1
			if result.Exact {
				reached, all = 0, draws
			}
			for i := range draws {
				if drawn.Values[i*2+g] >= observed-1e-10 {
					reached++
				}
			}
			if want := float64(reached) / float64(all); result.P[g] != want {
				t.Errorf("%d draws: p = %v, by the distribution %v", draws, result.P[g], want)
			}
		}
	}
}

// Undefined tests are no candidates.
func TestMaximaOfUndefined(t *testing.T) {
	nan := math.NaN()
	null := nullOf(t, inference.Greater, []float64{nan, 2, nan, 1})
	maxima, places, err := null.Maxima([][]int{{0, 1, 3}, {0, 2}})
	if err != nil || !slices.Equal(places, []int{1, -1}) || maxima.Observed[0] != 2 || !math.IsNaN(maxima.Observed[1]) {
		t.Errorf("%v at %v, %v", maxima, places, err)
	}
}

// With an even number of subjects and nothing to choose the halves average to
// the mean of all.
func TestSplitHalfOfOneTestIsItsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1, 1), 6, 6).Draw(t, "x")
		mean := 0.0
		for _, score := range x {
			mean += score / 6
		}
		held, err := inference.SplitHalf{Splits: 7, Seed: rapid.Uint64().Draw(t, "seed")}.Maximum(column(x), []int{0})
		if err != nil || !within(held.Score, mean) || !near(held.Chosen[0], 1) || held.Undefined != 0 {
			t.Fatalf("%+v, %v; mean %v", held, err, mean)
		}
	})
}

// The largest of 50 mean scores is far above zero by chance; scored on other
// subjects it is not.
func TestSplitHalfIsNotOptimistic(t *testing.T) {
	const experiments, tests = 200, 50
	group := inference.Groups([]int{tests}, 0)[0]
	held, naive, squares := 0.0, 0.0, 0.0
	for i := range experiments {
		scores := scoresOf(12, tests, i, 77)
		h, err := inference.SplitHalf{Splits: 5, Seed: uint64(i)}.Maximum(scores, group)
		null, err2 := inference.Test{}.SignFlips(scores, inference.Mean)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		held += h.Score / experiments
		squares += h.Score * h.Score / experiments
		naive += slices.Max(null.Observed) / experiments
	}
	if error_ := math.Sqrt(squares / experiments); math.Abs(held) > 3*error_ || naive < 0.5 {
		t.Errorf("held out %v ± %v, without %v", held, error_, naive)
	}
}

func TestSplitHalfOfMissingScores(t *testing.T) {
	nan := math.NaN()
	scores := [][]float64{{1, nan}, {1, nan}, {1, nan}, {nan, 2}} // whoever has the last subject chooses what nobody else has
	held, err := inference.SplitHalf{Splits: 10}.Maximum(scores, []int{0, 1})
	if err != nil || held.Score != 1 || held.Undefined != 10 {
		t.Errorf("%+v, %v", held, err)
	}
}

func TestWrongMaximaAreErrors(t *testing.T) {
	null := nullOf(t, inference.Greater, []float64{1, 2})
	maxima := func(groups ...[]int) error { _, _, err := null.Maxima(groups); return err }
	half := func(o inference.SplitHalf, subjects int, group ...int) error {
		_, err := o.Maximum(scoresOf(subjects, 2), group)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no test":       {maxima([]int{0}, nil), "group 2"},
		"no such test":  {maxima([]int{2}), "tests 0 to 1"},
		"no such group": {half(inference.SplitHalf{}, 4, 2), "tests 0 to 1"},
		"few subjects":  {half(inference.SplitHalf{}, 3, 0), "four or more"},
		"splits":        {half(inference.SplitHalf{Splits: -1}, 4, 0), "1 or more"},
		"tail":          {half(inference.SplitHalf{Tail: 9}, 4, 0), "no tail"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, c.err, c.want)
		}
	}
}
