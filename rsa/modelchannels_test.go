package rsa_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleChannelWeights_Run() {
	// Six channels, of which the brain has the first two.
	patterns, brain, _ := layer([]float64{1, 1, 0, 0, 0, 0}, 6, 30, 0.5)
	result, err := rsa.ChannelWeights{}.Run(context.Background(), patterns, brain, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("weights %.1f\n", result.Weights)
	fmt.Println("better than all channels alike:", result.Score > result.Unweighted+0.1)
	// Output:
	// weights [0.7 0.7 0.0 0.0 0.0 0.0]
	// better than all channels alike: true
}

// layer returns patterns of channels, and RDMs of subjects in which each channel
// counts as much as its weight says, with noise; and those RDMs without it.
func layer(weights []float64, subjects, conditions int, noise float64, index ...int) (patterns *mat.Dense, rdvs [][]float64, truth []float64) {
	random := seed.Stream(5, "layer", index...)
	patterns = mat.NewDense(conditions, len(weights), nil)
	for i := range conditions {
		for c := range weights {
			patterns.Set(i, c, random.NormFloat64()*float64(1+c%2)) // channels differ in size
		}
	}
	truth = rsa.WeightedDistances(patterns, crossval.Whole(conditions)[0].Train, weights)
	for range subjects {
		x := slices.Clone(truth)
		for p := range x {
			x[p] += noise * random.NormFloat64()
		}
		rdvs = append(rdvs, x)
	}
	return patterns, rdvs, truth
}

func channels(t testing.TB, w rsa.ChannelWeights, patterns *mat.Dense, rdvs [][]float64) *rsa.ChannelResult {
	t.Helper()
	r, err := w.Run(t.Context(), patterns, rdvs, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wide(x []rsa.Number) (result []float64) {
	for _, value := range x {
		result = append(result, float64(value))
	}
	return result
}

func TestPlantedChannelsAreFound(t *testing.T) {
	weights := make([]float64, 40)
	for c := range 6 {
		weights[c] = 1 + float64(c%3)
	}
	patterns, rdvs, _ := layer(weights, 5, 30, 3)
	for _, regression := range []string{rsa.NonNegative, rsa.RidgePenalty} {
		r := channels(t, rsa.ChannelWeights{Regression: regression}, patterns, rdvs)
		found := wide(r.Weights)
		if similar := stat.Correlation(found, weights, nil); similar < 0.9 {
			t.Errorf("%s: weights found and planted correlate by %v", regression, similar)
		}
		if r.Score < r.Unweighted+0.1 || len(r.Warnings) > 0 {
			t.Errorf("%s: weighted %v, unweighted %v, warnings %q", regression, r.Score, r.Unweighted, r.Warnings)
		}
		if regression == rsa.NonNegative && floats.Min(found) < 0 {
			t.Errorf("weights below 0: %v", found)
		}
	}
}

// Weights make no more of noise than chance does, on data they have not seen.
func TestChannelsOfNoiseGetNothing(t *testing.T) {
	const experiments = 12
	mean, count := 0.0, 0.0
	for i := range experiments {
		patterns, _, _ := layer(make([]float64, 20), 1, 20, 0, i)
		_, rdvs, _ := layer([]float64{1, 1, 1}, 4, 20, 0.5, i, 1)
		for _, score := range wide(channels(t, rsa.ChannelWeights{Penalties: []float64{1}}, patterns, rdvs).Scores) {
			if !math.IsNaN(score) {
				mean += score
				count++
			}
		}
	}
	if mean /= count; math.Abs(mean) > 0.1 {
		t.Errorf("%v scores of noise have a mean of %v", count, mean)
	}
}

func TestSeedsAndThreadsOfChannels(t *testing.T) {
	patterns, rdvs, _ := layer([]float64{1, 0, 0, 2}, 4, 24, 1)
	text := func(seed uint64, threads int) string {
		r, err := rsa.ChannelWeights{Folds: rsa.Folds{Seed: seed}}.Run(t.Context(), patterns, rdvs, work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if text(1, 1) != text(1, 4) {
		t.Error("the number of threads changes bits")
	}
	if text(1, 1) == text(2, 1) {
		t.Error("the seed changes nothing")
	}
}

// The unit of a channel changes its weight and nothing else; a constant channel
// has none.
func TestUnitsOfChannelsDoNotMatter(t *testing.T) {
	patterns, rdvs, _ := layer([]float64{1, 2, 0, 1}, 4, 20, 1)
	other := mat.DenseCopyOf(patterns)
	other.Apply(func(_, c int, value float64) float64 { return math.Ldexp(value, 2*c) + 3 }, patterns)
	before, after := channels(t, rsa.ChannelWeights{}, patterns, rdvs), channels(t, rsa.ChannelWeights{}, other, rdvs)
	if math.Abs(float64(before.Score-after.Score)) > 1e-6 {
		t.Errorf("score %v, in other units %v", before.Score, after.Score)
	}
	scaled := wide(after.Weights)
	for c := range scaled {
		scaled[c] = math.Ldexp(scaled[c], 4*c)
	}
	floats.Scale(1/floats.Norm(scaled, 2), scaled)
	if !floats.EqualApprox(scaled, wide(before.Weights), 1e-6) {
		t.Errorf("weights %v, from other units %v", before.Weights, scaled)
	}
	other.Apply(func(_, c int, value float64) float64 {
		if c == 2 {
			return 0.1
		}
		return value
	}, patterns)
	if r := channels(t, rsa.ChannelWeights{}, other, rdvs); r.Weights[2] != 0 || math.IsNaN(float64(r.Score)) {
		t.Errorf("a constant channel has the weight %v, and the score is %v", r.Weights[2], r.Score)
	}
}

// The score of the result is that of its own fold weights.
func TestFoldWeightsOfChannelsAreUsable(t *testing.T) {
	patterns, rdvs, _ := layer([]float64{1, 0, 2}, 4, 20, 1)
	r := channels(t, rsa.ChannelWeights{}, patterns, rdvs)
	for f, fold := range r.Folds {
		predicted := rsa.WeightedDistances(patterns, fold.TestConditions, wide(r.FoldWeights[f]))
		for k, s := range fold.TestSubjects {
			var held []float64
			for a, i := range fold.TestConditions {
				for _, j := range fold.TestConditions[a+1:] {
					held = append(held, rdvs[s][pairOf(20, i, j)])
				}
			}
			if want := stat.Correlation(predicted, held, nil); math.Abs(want-float64(r.FoldScores[f][k])) > 1e-12 {
				t.Errorf("fold %d, subject %d: %v, by its weights %v", f, s, r.FoldScores[f][k], want)
			}
		}
	}
}

func TestChannelsThatDoNotHelpGetNoScore(t *testing.T) {
	patterns, rdvs, _ := layer([]float64{1}, 2, 24, 0)
	for _, x := range rdvs {
		floats.Scale(-1, x)
	}
	r := channels(t, rsa.ChannelWeights{}, patterns, rdvs)
	if r.Weights[0] != 0 || !math.IsNaN(float64(r.Score)) || len(r.Warnings) != 1 {
		t.Errorf("weight %v, score %v, warnings %q", r.Weights[0], r.Score, r.Warnings)
	}
}

func TestChannelErrors(t *testing.T) {
	patterns, rdvs, _ := layer([]float64{1, 1}, 2, 20, 1)
	few, ofFew, _ := layer([]float64{1, 1}, 2, 12, 1)
	bad, missing := mat.DenseCopyOf(patterns), slices.Clone(rdvs[0])
	bad.Set(2, 1, math.NaN())
	missing[5] = math.NaN()
	for want, given := range map[string]struct {
		w        rsa.ChannelWeights
		patterns *mat.Dense
		rdvs     [][]float64
	}{
		`by "ols"`:                   {rsa.ChannelWeights{Regression: "ols"}, patterns, rdvs},
		"penalties of [0]":           {rsa.ChannelWeights{Penalties: []float64{0}}, patterns, rdvs},
		"penalties of []":            {rsa.ChannelWeights{Penalties: []float64{}}, patterns, rdvs},
		"no RDMs to match":           {rsa.ChannelWeights{}, patterns, nil},
		"channel 2 of condition 3":   {rsa.ChannelWeights{}, bad, rdvs},
		"pair 6 of subject 1":        {rsa.ChannelWeights{}, patterns, [][]float64{missing}},
		"subject 1 has 66 pairs":     {rsa.ChannelWeights{}, patterns, ofFew},
		"or name one penalty":        {rsa.ChannelWeights{}, few, ofFew},
		"folds of 20 conditions":     {rsa.ChannelWeights{Folds: rsa.Folds{Conditions: 10}}, patterns, rdvs},
		"2 observations in 2 groups": {rsa.ChannelWeights{Folds: rsa.Folds{Subjects: 5}}, patterns, rdvs},
	} {
		if _, err := given.w.Run(t.Context(), given.patterns, given.rdvs, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := (rsa.ChannelWeights{Penalties: []float64{1}}).Run(t.Context(), few, ofFew, work.Budget{}); err != nil {
		t.Errorf("one penalty needs no choice: %v", err)
	}
}
