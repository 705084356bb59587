package inference_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleTest_SignFlip() {
	scores := [][]float64{{0.2}, {0.1}, {0.3}, {0.4}, {0.2}} // five subjects, one test
	result, _ := inference.Test{}.SignFlip(context.Background(), work.Budget{}, scores)
	fmt.Println(result.P[0], "of", result.Draws, "patterns")
	// Output: 0.03125 of 32 patterns
}

func ExampleTest_LabelPermutation() {
	position := []float64{0, 1, 2, 4, 8} // of five conditions, in model and brain
	similar := func(dst []float64, permutation []int) error {
		for i, to := range permutation {
			dst[0] += position[i] * position[to]
		}
		return nil
	}
	result, _ := inference.Test{}.LabelPermutation(context.Background(), work.Budget{Threads: 1}, 5, 1, func(dst []float64, permutation []int) error {
		clear(dst)
		return similar(dst, permutation)
	})
	fmt.Printf("%.4f of %d permutations\n", result.P[0], result.Draws)
	// Output: 0.0083 of 120 permutations
}

func ExampleBootstrap_Intervals() {
	scores := []float64{0.1, 0.2, 0.2, 0.3, 0.4, 0.1, 0.2, 0.3}
	intervals, _ := inference.Bootstrap{Seed: 1}.Intervals(context.Background(), work.Budget{}, inference.Size{Subjects: 8, Statistics: 1},
		func(dst []float64, draw inference.Draw) error {
			dst[0] = 0
			for _, s := range draw.Subjects {
				dst[0] += scores[s] / float64(len(draw.Subjects))
			}
			return nil
		})
	fmt.Printf("%.2f to %.2f\n", intervals.Low[0], intervals.High[0])
	// Output: 0.16 to 0.29
}

func ExampleCorrection_Adjust() {
	fdr, _ := inference.CorrectionByName("fdr")
	fmt.Println(fdr.Adjust([]float64{0.01, 0.04, math.NaN(), 0.5}))
	// Output: [0.03 0.06 NaN 0.5]
}

// reference is testdata/reference/reference.json, by the script beside it.
type reference struct {
	P            []float64
	Adjusted     map[string][]float64
	Scores       [][]float64
	SignFlip     map[string][]float64 `json:"sign_flip"`
	SignFlipMax  []float64            `json:"sign_flip_max"`
	Model, Brain []float64
	Mantel       float64
	X            []float64
	Percentiles  []float64
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	realtest.Reference(t, "reference.json", &r)
	return r
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

func TestAdjustMatchesStatsmodels(t *testing.T) {
	r := readReference(t)
	for _, c := range inference.Corrections {
		if got, want := c.Adjust(r.P), r.Adjusted[c.Name]; !slices.EqualFunc(got, want, near) {
			t.Errorf("%s:\n got %v\nwant %v", c.Name, got, want)
		}
	}
}

func TestExactSignFlipMatchesScipy(t *testing.T) {
	r := readReference(t)
	for i, name := range inference.Tails {
		got, err := inference.Test{Tail: inference.Tail(i)}.SignFlip(t.Context(), work.Budget{}, r.Scores)
		if err != nil {
			t.Fatal(err)
		}
		if want := r.SignFlip[name]; !got.Exact || got.Draws != 512 || !slices.EqualFunc(got.P, want, near) {
			t.Errorf("%s: %v of %d, exact %v; want %v of 512", name, got.P, got.Draws, got.Exact, want)
		}
		if i == 0 && !slices.EqualFunc(got.Corrected, r.SignFlipMax, near) {
			t.Errorf("corrected %v, want %v", got.Corrected, r.SignFlipMax)
		}
	}
}

func TestExactLabelPermutationMatchesEnumeration(t *testing.T) {
	r := readReference(t)
	got, err := inference.Test{}.LabelPermutation(t.Context(), work.Budget{}, 5, 1, mantel(5, r.Model, r.Brain))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Exact || got.Draws != 120 || !near(got.P[0], r.Mantel) {
		t.Errorf("p = %v of %d, want %v of 120", got.P[0], got.Draws, r.Mantel)
	}
}

// mantel correlates brain with model after its conditions have changed places.
func mantel(n int, model, brain []float64) func([]float64, []int) error {
	return func(dst []float64, permutation []int) error {
		var moved []float64
		for i := range n {
			for j := i + 1; j < n; j++ {
				a, b := min(permutation[i], permutation[j]), max(permutation[i], permutation[j])
				moved = append(moved, model[a*(2*n-a-1)/2+b-a-1])
			}
		}
		dst[0] = stat.Correlation(moved, brain, nil)
		return nil
	}
}

// A drawn p value approaches the exact one, and is never 0.
func TestDrawnSignFlipApproachesExact(t *testing.T) {
	r := readReference(t)
	exact, _ := inference.Test{}.SignFlip(t.Context(), work.Budget{}, r.Scores)
	drawn, err := inference.Test{Draws: 500, Seed: 3}.SignFlip(t.Context(), work.Budget{}, r.Scores)
	if err != nil || drawn.Exact {
		t.Fatalf("exact %v, err %v", drawn.Exact, err)
	}
	for k, p := range drawn.P { // five standard errors
		if limit := 5*math.Sqrt(exact.P[k]*(1-exact.P[k])/500) + 1.0/501; math.Abs(p-exact.P[k]) > limit || p < 1.0/501 {
			t.Errorf("test %d: p = %v, exactly %v", k, p, exact.P[k])
		}
	}
}

func scoresOf(subjects, tests int, index ...int) [][]float64 {
	random := seed.Stream(2, "test scores", index...)
	scores := make([][]float64, subjects)
	for s := range scores {
		scores[s] = make([]float64, tests)
		for k := range scores[s] {
			scores[s][k] = random.NormFloat64()
		}
	}
	return scores
}

// A test that is NaN has p = NaN, and leaves every other test as it was.
func TestNaNSpoilsNoOtherTest(t *testing.T) {
	scores := scoresOf(12, 3)
	alone, err := inference.Test{Draws: 300}.SignFlip(t.Context(), work.Budget{}, scores)
	if err != nil {
		t.Fatal(err)
	}
	for s := range scores {
		scores[s] = []float64{scores[s][0], math.NaN(), scores[s][1], scores[s][2]}
	}
	with, err := inference.Test{Draws: 300}.SignFlip(t.Context(), work.Budget{}, scores)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(with.P[1]) || !math.IsNaN(with.Corrected[1]) {
		t.Errorf("p of NaN is %v, corrected %v", with.P[1], with.Corrected[1])
	}
	for k, other := range []int{0, 2, 3} {
		if with.P[other] != alone.P[k] || with.Corrected[other] != alone.Corrected[k] {
			t.Errorf("test %d: p %v and %v, without the NaN %v and %v", k, with.P[other], with.Corrected[other], alone.P[k], alone.Corrected[k])
		}
	}
}

// A subject without a score is as if it had not taken part in that test.
func TestMissingSubjectIsLeftOut(t *testing.T) {
	scores := scoresOf(8, 2)
	without, _ := inference.Test{}.SignFlip(t.Context(), work.Budget{}, scores[:7])
	scores[7] = []float64{math.NaN(), math.NaN()}
	with, err := inference.Test{}.SignFlip(t.Context(), work.Budget{}, scores)
	if err != nil || !slices.EqualFunc(with.P, without.P, near) || !slices.EqualFunc(with.Statistic, without.Statistic, near) {
		t.Errorf("p %v, without the subject %v, err %v", with.P, without.P, err)
	}
}

// A label permutation that makes the statistic NaN is no evidence either way.
func TestNaNDrawDoesNotReach(t *testing.T) {
	result, err := inference.Test{}.LabelPermutation(t.Context(), work.Budget{}, 3, 1, func(dst []float64, permutation []int) error {
		dst[0] = math.NaN()
		if slices.IsSorted(permutation) {
			dst[0] = 1
		}
		return nil
	})
	if err != nil || !near(result.P[0], 1.0/6) {
		t.Errorf("p = %v, %v; want 1/6", result, err)
	}
}

// Corrected p values are no smaller, and equal for a single test.
func TestCorrectedLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subjects, tests := rapid.IntRange(2, 7).Draw(t, "subjects"), rapid.IntRange(1, 4).Draw(t, "tests")
		scores := make([][]float64, subjects)
		for s := range scores {
			scores[s] = rapid.SliceOfN(rapid.Float64Range(-3, 3), tests, tests).Draw(t, "scores")
		}
		tail := inference.Tail(rapid.IntRange(0, 2).Draw(t, "tail"))
		result, err := inference.Test{Tail: tail, Draws: 50}.SignFlip(t.Context(), work.Budget{Threads: 1}, scores)
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range result.P {
			if p <= 0 || p > 1 || result.Corrected[k] < p || (tests == 1 && result.Corrected[k] != p) {
				t.Fatalf("p %v, corrected %v", p, result.Corrected[k])
			}
		}
	})
}

// Adjusted values are at most 1, no smaller than p, and keep its order.
func TestAdjustLaws(t *testing.T) {
	for _, c := range inference.Corrections {
		rapid.Check(t, func(t *rapid.T) {
			p := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 20).Draw(t, "p")
			adjusted := c.Adjust(p)
			for i := range p {
				if adjusted[i] < p[i] || adjusted[i] > 1 {
					t.Fatalf("%s: %v became %v", c.Name, p[i], adjusted[i])
				}
				for j := range p {
					if p[i] < p[j] && adjusted[i] > adjusted[j] {
						t.Fatalf("%s: %v < %v became %v > %v", c.Name, p[i], p[j], adjusted[i], adjusted[j])
					}
				}
			}
			withNaN := c.Adjust(append([]float64{math.NaN()}, p...))
			if !math.IsNaN(withNaN[0]) || !slices.Equal(withNaN[1:], adjusted) {
				t.Fatalf("%s: NaN changed %v to %v", c.Name, adjusted, withNaN)
			}
		})
	}
}

func TestIntervalsMatchNumpyPercentiles(t *testing.T) {
	r := readReference(t)
	next := make(chan float64, len(r.X)+1)
	for _, x := range append(r.X, math.NaN()) {
		next <- x
	}
	got, err := inference.Bootstrap{Draws: len(r.X) + 1}.Intervals(t.Context(), work.Budget{}, inference.Size{Subjects: 2, Statistics: 1},
		func(dst []float64, _ inference.Draw) error {
			dst[0] = <-next
			return nil
		})
	if err != nil || got.Undefined[0] != 1 || !near(got.Low[0], r.Percentiles[0]) || !near(got.High[0], r.Percentiles[2]) {
		t.Errorf("%v, %v; want %v and one undefined", got, err, r.Percentiles)
	}
}

// Each draw has as many subjects and conditions as the data, from among them.
func TestDrawLaws(t *testing.T) {
	for i, over := range inference.Overs {
		o := inference.Bootstrap{Over: inference.Over(i), Draws: 40}
		_, err := o.Intervals(t.Context(), work.Budget{Threads: 1}, inference.Size{Subjects: 5, Conditions: 6}, func(_ []float64, draw inference.Draw) error {
			sum := 0
			for _, n := range draw.Conditions {
				sum += n
			}
			fixedConditions := slices.Equal(draw.Conditions, []int{1, 1, 1, 1, 1, 1})
			switch {
			case len(draw.Subjects) != 5 || len(draw.Conditions) != 6 || sum != 6 || !slices.IsSorted(draw.Subjects) || draw.Subjects[4] > 4:
				return fmt.Errorf("draw %v", draw)
			case o.Over == inference.Subjects && !fixedConditions:
				return fmt.Errorf("conditions of %v were drawn", draw)
			case o.Over == inference.Conditions && !slices.Equal(draw.Subjects, []int{0, 1, 2, 3, 4}):
				return fmt.Errorf("subjects of %v were drawn", draw)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", over, err)
		}
	}
}

func TestSameSeedSameBitsOnAnyThreads(t *testing.T) {
	scores := scoresOf(20, 9)
	n, r := 6, readReference(t)
	run := func(threads int) []any {
		b := work.Budget{Threads: threads}
		test := inference.Test{Draws: 333, Seed: 5, Tail: inference.TwoSided}
		flip, err1 := test.SignFlip(t.Context(), b, scores)
		labels, err2 := test.LabelPermutation(t.Context(), b, n-1, 1, mantel(5, r.Model, r.Brain))
		intervals, err3 := inference.Bootstrap{Draws: 100, Over: inference.Both}.Intervals(t.Context(), b, inference.Size{Subjects: 20, Conditions: 5, Statistics: 1},
			func(dst []float64, draw inference.Draw) error {
				dst[0] = scores[draw.Subjects[3]][0] * float64(draw.Conditions[2])
				return nil
			})
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		return []any{flip.P, flip.Corrected, labels.P, intervals.Low, intervals.High}
	}
	one := fmt.Sprint(run(1))
	for _, threads := range []int{2, 8} {
		if many := fmt.Sprint(run(threads)); many != one {
			t.Errorf("%d threads:\n%s\n1 thread:\n%s", threads, many, one)
		}
	}
}

func TestWrongOptionsAreErrors(t *testing.T) {
	ctx, b, scores := t.Context(), work.Budget{}, scoresOf(3, 2)
	nothing := func([]float64, inference.Draw) error { return nil }
	size := inference.Size{Subjects: 3, Conditions: 4}
	broken := fmt.Errorf("broken")
	for name, c := range map[string]struct {
		call func() error
		want string
	}{
		"one subject": {func() error { _, err := inference.Test{}.SignFlip(ctx, b, scores[:1]); return err }, "two or more"},
		"ragged": {func() error {
			_, err := inference.Test{}.SignFlip(ctx, b, [][]float64{{1, 2}, {1}})
			return err
		}, "subject 2 has 1 scores"},
		"negative draws": {func() error { _, err := inference.Test{Draws: -1}.SignFlip(ctx, b, scores); return err }, "1 or more"},
		"tail":           {func() error { _, err := inference.Test{Tail: 3}.SignFlip(ctx, b, scores); return err }, "tail"},
		"one condition":  {func() error { _, err := inference.Test{}.LabelPermutation(ctx, b, 1, 1, nil); return err }, "two or more"},
		"statistic": {func() error {
			_, err := inference.Test{}.LabelPermutation(ctx, b, 4, 1, func([]float64, []int) error { return broken })
			return err
		}, "broken"},
		"level": {func() error { _, err := inference.Bootstrap{Level: 1}.Intervals(ctx, b, size, nothing); return err }, "level"},
		"lone subject": {func() error {
			_, err := inference.Bootstrap{}.Intervals(ctx, b, inference.Size{Subjects: 1}, nothing)
			return err
		}, "draw conditions instead"},
		"few conditions": {func() error {
			_, err := inference.Bootstrap{Over: inference.Both}.Intervals(ctx, b, inference.Size{Subjects: 2}, nothing)
			return err
		}, "three or more"},
		"correction": {func() error { _, err := inference.CorrectionByName("bonferoni"); return err }, "did you mean bonferroni?"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, err, c.want)
		}
	}
}
