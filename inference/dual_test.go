package inference_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleBootstrap_Dual() {
	scores := [][]float64{{.1, .3, .2, .4}, {.2, .3, .3, .4}, {.0, .2, .1, .3}} // subjects × conditions
	size := inference.Size{Subjects: 3, Conditions: 4, Statistics: 1}
	d, _ := inference.Bootstrap{Seed: 1}.Dual(context.Background(), work.Budget{}, size, func(dst []float64, draw inference.Draw) error {
		dst[0] = weighted(scores, draw)
		return nil
	})
	mean := weighted(scores, inference.Draw{Subjects: []int{0, 1, 2}, Conditions: []int{1, 1, 1, 1}})
	r, _ := inference.VarianceTest([]float64{mean}, d.Variance, d.Freedom, inference.Greater)
	fmt.Printf("%.3f ± %.3f, t(%g) = %.1f\n", mean, math.Sqrt(d.Variance[0]), d.Freedom, r.Statistic[0])
	// Output: 0.233 ± 0.060, t(2) = 3.9
}

// weighted averages scores over the subjects and conditions of a draw.
func weighted(scores [][]float64, draw inference.Draw) float64 {
	sum, weight := 0.0, 0.0
	for _, s := range draw.Subjects {
		for c, count := range draw.Conditions {
			sum += float64(count) * scores[s][c]
			weight += float64(count)
		}
	}
	return sum / weight
}

// The corrected variance is at least those of subjects and conditions, and at
// most that of both; without a size it is 2(v_s + v_c) - v_b between them.
func TestDualVarianceLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(1e-6, 1), 3, 3).Draw(t, "variances")
		size := inference.Size{Subjects: rapid.IntRange(2, 30).Draw(t, "subjects"), Conditions: rapid.IntRange(3, 90).Draw(t, "conditions")}
		subjects, conditions, both := v[0], v[1], v[2]
		floor := max(inference.Corrected(subjects, size.Subjects), inference.Corrected(conditions, size.Conditions))
		if got := inference.DualVariance(size, subjects, conditions, both); got > both || got < min(floor, both) {
			t.Fatalf("%v of %v", got, v)
		}
		want := min(max(2*(subjects+conditions)-both, subjects, conditions), both)
		if got := inference.DualVariance(inference.Size{}, subjects, conditions, both); !within(got, want) {
			t.Fatalf("%v of %v, want %v", got, v, want)
		}
	})
	if got := inference.DualVariance(inference.Size{}, 1, math.NaN(), 1); !math.IsNaN(got) {
		t.Errorf("of NaN: %v", got)
	}
}

// The mean of subjects × conditions that vary in both, and in single
// measurements, has a known variance. On average the dual variance is that,
// while draws of both come to more.
func TestDualVarianceIsThatOfTheMean(t *testing.T) {
	const experiments, draws = 60, 300
	const ofSubjects, ofConditions, ofSingle = 0.5, 0.7, 2.0 // standard deviations
	size := inference.Size{Subjects: 10, Conditions: 12, Statistics: 1}
	s, n := float64(size.Subjects), float64(size.Conditions)
	truth := ofSubjects*ofSubjects/s + ofConditions*ofConditions/n + ofSingle*ofSingle/(s*n)
	dual, both := 0.0, 0.0
	for i := range experiments {
		scores := crossed(size, i, ofSubjects, ofConditions, ofSingle)
		d, err := inference.Bootstrap{Draws: draws, Seed: uint64(i)}.Dual(t.Context(), one, size, func(dst []float64, draw inference.Draw) error {
			dst[0] = weighted(scores, draw)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		dual += d.Variance[0] / experiments
		both += d.Both.Variances()[0] / experiments
	}
	if math.Abs(dual/truth-1) > 0.15 || both/truth < 1.2 {
		t.Errorf("dual %v, both %v, truth %v", dual, both, truth)
	}
}

// crossed draws subjects × conditions of the given deviations.
func crossed(size inference.Size, index int, ofSubjects, ofConditions, ofSingle float64) [][]float64 {
	random := seed.Stream(9, "crossed", index)
	scores := make([][]float64, size.Subjects)
	conditions := make([]float64, size.Conditions)
	for c := range conditions {
		conditions[c] = ofConditions * random.NormFloat64()
	}
	for s := range scores {
		subject := ofSubjects * random.NormFloat64()
		for _, condition := range conditions {
			scores[s] = append(scores[s], subject+condition+ofSingle*random.NormFloat64())
		}
	}
	return scores
}

// Repeating folds leaves the variance of the score and a share of that of the
// folds; both can be told apart.
func TestCrossValidatedVarianceTakesFoldsAway(t *testing.T) {
	const score, folds = 0.3, 0.8
	for _, repeats := range []int{2, 3, 10} {
		if got := inference.CrossValidatedVariance(score+folds/float64(repeats), score+folds, repeats); !near(got, score) {
			t.Errorf("%d repeats: %v, want %v", repeats, got, score)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("one repeat cannot tell")
		}
	}()
	inference.CrossValidatedVariance(1, 1, 1)
}

// A percentile p value is never 0 and never above 1.
func TestPercentileP(t *testing.T) {
	nan := math.NaN()
	d := inference.Distribution{Draws: 4, Statistics: 4, Values: []float64{
		-1, 1, 0, nan,
		-2, 2, 0, nan,
		-3, 3, 0, nan,
		-4, nan, 0, nan,
	}}
	for tail, want := range []string{"[1 0.25 1 NaN]", "[0.2 1 1 NaN]", "[0.4 0.5 1 NaN]"} {
		if got := fmt.Sprint(d.P(inference.Tail(tail))); got != want {
			t.Errorf("%s: %v, want %v", inference.Tails[tail], got, want)
		}
	}
}

func TestVariancesMatchDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 2, 9).Draw(t, "x")
		d := inference.Distribution{Draws: len(x) + 1, Statistics: 1, Values: append(x, math.NaN())}
		if got, want := d.Variances()[0], stat.Variance(x, nil); got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// Whoever finds all draws at once finds the same.
func TestDrawIsThatOfTheDistribution(t *testing.T) {
	o, size := inference.Bootstrap{Over: inference.Both, Draws: 20, Seed: 3}, inference.Size{Subjects: 4, Conditions: 5, Statistics: 1}
	scores := crossed(size, 0, 1, 1, 1)
	d, err := o.Distribution(t.Context(), work.Budget{}, size, func(dst []float64, draw inference.Draw) error {
		dst[0] = weighted(scores, draw)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range d.Values {
		if draw, err := o.Draw(size, i); err != nil || weighted(scores, draw) != want {
			t.Errorf("draw %d: %v, %v; want %v", i, draw, err, want)
		}
	}
	if _, err := o.Draw(inference.Size{}, 0); err == nil {
		t.Error("a draw of nothing")
	}
	if _, err := o.Dual(t.Context(), work.Budget{}, inference.Size{Subjects: 1, Conditions: 5}, nil); err == nil {
		t.Error("dual variances of one subject")
	}
}

func TestFreedomIsOfTheFewest(t *testing.T) {
	size := inference.Size{Subjects: 12, Conditions: 49}
	for over, want := range []float64{11, 48, 11} {
		if got := inference.FreedomOf(inference.Over(over), size); got != want {
			t.Errorf("%s: %v, want %v", inference.Overs[over], got, want)
		}
	}
}

// Intervals of t say what the test of both tails says, and those of percentiles
// stay among the draws and the estimate.
func TestDualIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := inference.Size{Subjects: rapid.IntRange(2, 8).Draw(t, "subjects"), Conditions: rapid.IntRange(3, 9).Draw(t, "conditions"), Statistics: 2}
		random := seed.Stream(rapid.Uint64().Draw(t, "numbers"), "scores")
		scores := make([]float64, size.Subjects*size.Conditions)
		for i := range scores {
			scores[i] = random.NormFloat64() + 0.3
		}
		mean := func(dst []float64, draw inference.Draw) error {
			dst[0], dst[1] = 0, 7
			for _, s := range draw.Subjects {
				for c, count := range draw.Conditions {
					dst[0] += float64(count) * scores[s*size.Conditions+c] / float64(len(scores))
				}
			}
			return nil
		}
		d, err := inference.Bootstrap{Draws: 60, Seed: 3}.Dual(t.Context(), one, size, mean)
		if err != nil {
			t.Fatal(err)
		}
		level := rapid.Float64Range(0.5, 0.99).Draw(t, "level")
		estimates := []float64{stat.Mean(scores, nil), 7}
		found, shares := d.Intervals(estimates, level), d.Percentiles(estimates, level)
		tested, err := inference.VarianceTest(estimates, d.Variance, d.Freedom, inference.TwoSided)
		if err != nil {
			t.Fatal(err)
		}
		if outside := found.Low[0] > 0 || found.High[0] < 0; outside != (tested.P[0] < 1-level) {
			t.Fatalf("interval %v to %v, p = %v", found.Low[0], found.High[0], tested.P[0])
		}
		both := d.Both.Intervals(1)
		if shares.Low[0] < min(both.Low[0], estimates[0]) || shares.High[0] > max(both.High[0], estimates[0]) || shares.High[0]-shares.Low[0] > d.Both.Intervals(level).High[0]-d.Both.Intervals(level).Low[0]+1e-12 {
			t.Fatalf("percentiles %v to %v, draws %v to %v", shares.Low[0], shares.High[0], both.Low[0], both.High[0])
		}
		if found.Low[1] != 7 || found.High[1] != 7 || shares.Low[1] != 7 || shares.High[1] != 7 || found.Undefined[0] != 0 || found.Draws != 60 {
			t.Fatalf("of what does not vary: %+v, %+v", found, shares)
		}
	})
}
