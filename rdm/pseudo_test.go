package rdm_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

func ExampleEstimator_Estimate_pseudoTrials() {
	trials := &dataset.Dataset{ // four trials of two conditions, one channel
		Shape:       [3]int{8, 1, 1},
		F64:         []float64{3, 5, 3, 5, 1, 1, 1, 1},
		Observation: map[string][]string{"condition": {"face", "face", "face", "face", "house", "house", "house", "house"}},
	}
	measure, _ := rdm.MeasureByName("crossnobis")
	e := rdm.Estimator{Measure: measure, PseudoTrials: 2, Assignments: 20, Seed: 1}
	r, _ := e.Estimate(context.Background(), trials)
	fmt.Printf("%.2f\n", r.RDV(0)) // of 9 where both halves hold a 3 and a 5, and 8 where not
	// Output:
	// [8.65]
}

// One pseudo-trial of each condition in each run is the mean of its trials there,
// which is what is compared anyway.
func TestOnePseudoTrialOfARun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := layout{conditions: rapid.IntRange(2, 4).Draw(t, "conditions"), runs: rapid.IntRange(3, 4).Draw(t, "runs"), repetitions: rapid.IntRange(1, 3).Draw(t, "repetitions"), channels: 3, signal: 1, uneven: rapid.Bool().Draw(t, "uneven")}
		ds := l.trials(rapid.Uint64().Draw(t, "seed"))
		for _, name := range []string{"crossnobis", "cross-validated poisson"} {
			e := rdm.Estimator{Measure: measured(t, name), Folds: "run"}
			want := rdv(t, e, ds)
			e.PseudoTrials, e.Assignments = 1, rapid.IntRange(0, 3).Draw(t, "assignments")
			if d := farthest(rdv(t, e, ds), want); !(d < 1e-9) {
				t.Errorf("%s: %g from that of means of runs", name, d)
			}
		}
	})
}

// In the mean of many assignments, a distance is that of products of all different
// trials of a condition, and of all trials of two.
func TestPseudoTrialsInTheMean(t *testing.T) {
	ds := layout{conditions: 3, runs: 6, repetitions: 1, channels: 4, signal: 1}.trials(3)
	_, groups, err := ds.Groups("condition")
	if err != nil {
		t.Fatal(err)
	}
	product := func(a, b []int) float64 { // mean over different trials
		sum, count := 0.0, 0.0
		for _, x := range a {
			for _, y := range b {
				if x == y {
					continue
				}
				for c := range ds.Shape[1] {
					sum += ds.At(x, c, 0) * ds.At(y, c, 0)
				}
				count++
			}
		}
		return sum / count
	}
	for _, count := range []int{2, 3, 6} {
		got := rdv(t, rdm.Estimator{Measure: measured(t, "crossnobis"), PseudoTrials: count, Assignments: 4000, Seed: 5}, ds)
		for i, a := range groups {
			for j, b := range groups[:i] {
				want := product(a, a) + product(b, b) - 2*product(a, b)
				if d := got[rdm.PairIndex(3, i, j)]; !(math.Abs(d-want) < 0.15) { // some four standard errors
					t.Errorf("%d pseudo-trials: %g between conditions %d and %d, want %g", count, d, i, j, want)
				}
			}
		}
	}
}

// The seed decides, not the threads; each channel can have its RDM; noise is that
// of pseudo-trials.
func TestPseudoTrialsAreOfTheSeed(t *testing.T) {
	ds := layout{conditions: 4, runs: 3, repetitions: 4, channels: 5, signal: 1}.trials(1)
	ledoit, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	e := rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run", Noise: noise.Recipe{Estimator: ledoit}, PseudoTrials: 2, Assignments: 3, Seed: 7}
	e.Budget = work.Budget{Threads: 1}
	one := rdv(t, e, ds)
	e.Budget.Threads = 4
	if four := rdv(t, e, ds); !slices.Equal(one, four) {
		t.Errorf("%v on one thread, %v on four", one, four)
	}
	e.Seed = 8
	if other := rdv(t, e, ds); slices.Equal(one, other) {
		t.Error("another seed gives the same")
	}
	e.Noise, e.Each, ds.Channel = noise.Recipe{}, rdm.EachChannel, map[string][]string{"name": {"a", "b", "c", "d", "e"}}
	turned := *ds
	turned.Shape, turned.Times = [3]int{ds.Shape[0], 5, 2}, []float64{0, 1}
	turned.F64 = slices.Concat(ds.F64, ds.F64)
	r, err := e.Estimate(t.Context(), &turned)
	if err != nil || r.Len() != 5 || !strings.Contains(r.Definition.Text, "2 pseudo-trials") || !strings.Contains(r.Definition.Text, "seed 8") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPseudoTrialsRefuse(t *testing.T) {
	ds := layout{conditions: 2, runs: 3, repetitions: 2, channels: 2}.trials(1)
	bare := &dataset.Dataset{Shape: [3]int{4, 1, 1}, F64: make([]float64, 4)}
	for want, e := range map[string]rdm.Estimator{
		"change nothing":                  {Measure: measured(t, "correlation"), PseudoTrials: 2},
		"say how many":                    {Measure: measured(t, "crossnobis"), Assignments: 2},
		"one or more":                     {Measure: measured(t, "crossnobis"), PseudoTrials: -1},
		"two or more":                     {Measure: measured(t, "crossnobis"), PseudoTrials: 1},
		"6 trials and is to have 7":       {Measure: measured(t, "crossnobis"), PseudoTrials: 7},
		"2 trials in run 1 and is to":     {Measure: measured(t, "crossnobis"), PseudoTrials: 3, Folds: "run"},
		`no observation has a label "day`: {Measure: measured(t, "crossnobis"), PseudoTrials: 2, Folds: "day"},
	} {
		if _, err := e.Estimate(t.Context(), ds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := (rdm.Estimator{Measure: measured(t, "crossnobis"), PseudoTrials: 2}).Estimate(t.Context(), bare); err == nil {
		t.Error("conditions have no labels, and no error says so")
	}
}
