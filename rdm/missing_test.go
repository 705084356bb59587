package rdm_test

import (
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

// holes makes some measurements of ds missing and lists the channels that every
// trial of a condition still has.
func holes(t *rapid.T, ds *dataset.Dataset, conditions int) [][]int {
	channels := ds.Shape[1]
	missing := make(map[[2]int]bool)
	for range rapid.IntRange(0, 4).Draw(t, "holes") {
		o, c := rapid.IntRange(0, ds.Shape[0]-1).Draw(t, "trial"), rapid.IntRange(1, channels-1).Draw(t, "channel")
		ds.F64[o*channels+c] = math.NaN()
		for i := range conditions {
			if ds.Observation["condition"][o] == fmt.Sprint("condition ", i) {
				missing[[2]int{i, c}] = true
			}
		}
	}
	known := make([][]int, conditions)
	for i := range known {
		for c := range channels {
			if !missing[[2]int{i, c}] {
				known[i] = append(known[i], c)
			}
		}
	}
	return known
}

// shared lists what both lists have.
func shared(a, b []int) []int {
	return slices.DeleteFunc(slices.Clone(a), func(c int) bool { return !slices.Contains(b, c) })
}

// With channels left out, each pair is what its definition says over the channels
// that both conditions have: counts are right, and the covariance of noise is
// that of these channels, inverted. Without, exactly the pairs that lack a
// channel are NaN.
func TestMissingChannels(t *testing.T) {
	for _, m := range rdm.Measures {
		rapid.Check(t, func(t *rapid.T) {
			const conditions, channels = 4, 7
			ds := layout{conditions: conditions, runs: 3, repetitions: 2, channels: channels, signal: 1}.trials(rapid.Uint64().Draw(t, "seed"))
			e := served(m, ledoitWolf(t, ds))
			known := holes(t, ds, conditions)
			strict := rdv(t, e, ds)
			e.Missing = rdm.LeftOut
			got := rdv(t, e, ds)
			for i := range conditions {
				for j := i + 1; j < conditions; j++ {
					w := twin{ds: ds, channels: shared(known[i], known[j])}
					if e.Covariances != nil {
						w.covariance = e.Covariances.At(0, 0).Matrix
					}
					k := rdm.PairIndex(conditions, i, j)
					want := w.dissimilarity(m.Name, fmt.Sprint("condition ", i), fmt.Sprint("condition ", j))
					if !(math.Abs(got[k]-want) <= 1e-9*max(1, math.Abs(want))) {
						t.Fatalf("%s of %d and %d over channels %v is %v, by its definition %v", m.Name, i, j, w.channels, got[k], want)
					}
					if complete := len(w.channels) == channels; math.IsNaN(strict[k]) == complete {
						t.Fatalf("%s of %d and %d is %v, where they have channels %v", m.Name, i, j, strict[k], w.channels)
					}
				}
			}
		})
	}
}

// Noise that is estimated where measurements are missing is unknown in a channel;
// pairs are over the others.
func TestMissingChannelsWithNoise(t *testing.T) {
	ds := layout{conditions: 3, runs: 3, repetitions: 2, channels: 5, signal: 1}.trials(1)
	ds.F64[2] = math.NaN()
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	e := rdm.Estimator{Measure: measured(t, "crossnobis per channel"), Folds: "run", Noise: noise.Recipe{Estimator: shrunk}}
	if _, err := e.Estimate(t.Context(), ds); err == nil || !strings.Contains(err.Error(), "channel 2") {
		t.Errorf("err = %v", err)
	}
	e.Missing = rdm.LeftOut
	got := rdv(t, e, ds)
	without := &dataset.Dataset{Shape: [3]int{ds.Shape[0], 4, 1}, Observation: ds.Observation}
	for i, v := range ds.F64 {
		if i%5 != 2 {
			without.F64 = append(without.F64, v)
		}
	}
	if d := farthest(got, rdv(t, e, without)); !(d < 1e-12) {
		t.Errorf("leaving the channel out beforehand gives another RDM, by %g", d)
	}
}

// Conditions that have no channel in common, or never meet in a fold, have no
// dissimilarity.
func TestPairsThatNeverMeet(t *testing.T) {
	ds := &dataset.Dataset{
		Shape: [3]int{3, 2, 1}, F64: []float64{1, math.NaN(), math.NaN(), 1, 3, 4},
	}
	got := rdv(t, rdm.Estimator{Measure: measured(t, "squared euclidean"), Missing: rdm.LeftOut}, ds)
	if !math.IsNaN(got[0]) || got[1] != 2*4 || got[2] != 2*9 {
		t.Errorf("%v, want NaN, 8 and 18: one channel stands for two", got)
	}
	apart := &dataset.Dataset{Shape: [3]int{6, 1, 1}, F64: []float64{1, 1, 2, 2, 3, 3}, Observation: map[string][]string{
		"condition": {"a", "a", "b", "b", "c", "c"}, "run": {"1", "2", "3", "4", "1", "3"},
	}}
	got = rdv(t, rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run"}, apart)
	if !math.IsNaN(got[0]) || math.IsNaN(got[1]) || math.IsNaN(got[2]) {
		t.Errorf("a-b, a-c, b-c are %v; only a and b never meet", got)
	}
}

// Every time has its RDM; noise may be that of each time, of all, or of each run.
func TestTimes(t *testing.T) {
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	one := layout{conditions: 3, runs: 3, repetitions: 3, channels: 4, signal: 1}.trials(1)
	ds := &dataset.Dataset{Shape: [3]int{one.Shape[0], 4, 2}, Times: []float64{0, 0.1}, Observation: one.Observation}
	for _, v := range one.F64 {
		ds.F64 = append(ds.F64, v, 3*v)
	}
	for _, name := range []string{"crossnobis", "linear discriminant t", "squared mahalanobis"} {
		for _, recipe := range []noise.Recipe{{EachTime: true}, {}, {Label: "run"}, {Label: "run", EachTime: true}, {Label: "run", Pooled: true}} {
			recipe.Estimator = shrunk
			e := rdm.Estimator{Measure: measured(t, name), Noise: recipe}
			if e.Measure.NeedsFolds {
				e.Folds = "run"
			}
			var first *rdm.RDMs
			for _, threads := range []int{1, 2, 8} {
				e.Budget = work.Budget{Threads: threads}
				r, err := e.Estimate(t.Context(), ds)
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = r
				}
				if !slices.Equal(r.Dissimilarities, first.Dissimilarities) {
					t.Errorf("%s: %d threads give other bits", name, threads)
				}
			}
			factor := 9.0 // of the second time, where noise does not grow with the responses
			if name == "linear discriminant t" {
				factor = 3
			}
			if recipe.EachTime {
				factor = 1
			}
			for k, v := range first.RDV(0) {
				if w := first.RDV(1)[k]; !(math.Abs(w-factor*v) < 1e-9*max(1, math.Abs(w))) {
					t.Errorf("%s, %+v: %v at the first time, %v at the second, want %v times that", name, recipe.Label, v, w, factor)
				}
			}
		}
	}
}

func TestEstimatorRefuses(t *testing.T) {
	shrunk, _ := noise.EstimatorByName("ledoit-wolf")
	full, _ := noise.EstimatorByName("full")
	trials := layout{conditions: 3, runs: 2, repetitions: 1, channels: 9, signal: 1}.trials(1)
	short := layout{conditions: 3, runs: 2, repetitions: 1, channels: 9, signal: 1}.trials(1)
	short.Observation["run"] = []string{"1", "1", "1", "2", "2", "1"}
	bare := &dataset.Dataset{Shape: trials.Shape, F64: trials.F64}
	foreign := ledoitWolf(t, layout{conditions: 3, runs: 2, repetitions: 1, channels: 5}.trials(1))
	for _, c := range []struct {
		measure string
		e       rdm.Estimator
		ds      *dataset.Dataset
		want    string
	}{
		{"squared mahalanobis", rdm.Estimator{}, trials, "needs the noise of the channels: name an estimator"},
		{"linear discriminant t", rdm.Estimator{Folds: "run"}, trials, "needs the noise"},
		{"poisson", rdm.Estimator{Noise: noise.Recipe{Estimator: shrunk}}, trials, "poisson is for counts"},
		{"correlation", rdm.Estimator{Folds: "run"}, trials, "has no folds"},
		{"crossnobis", rdm.Estimator{}, bare, "label the observations with their condition"},
		{"crossnobis", rdm.Estimator{Folds: "runs"}, trials, `no observation has a label "runs"`},
		{"crossnobis", rdm.Estimator{Folds: "run"}, short, `condition "condition 2" is in one fold only`},
		{"crossnobis", rdm.Estimator{Folds: "condition"}, trials, "is in one fold only"},
		{"crossnobis", rdm.Estimator{Covariances: foreign}, trials, "noise of 5 channels for responses over 9"},
		{"crossnobis", rdm.Estimator{Noise: noise.Recipe{Estimator: full}}, trials, "singular"},
		{"correlation", rdm.Estimator{Noise: noise.Recipe{Estimator: shrunk}}, bare, `no observation has a label "condition"`},
		{"crossnobis", rdm.Estimator{Noise: noise.Recipe{Estimator: shrunk}, Covariances: foreign}, trials, "choose one"},
	} {
		c.e.Measure = measured(t, c.measure)
		if _, err := c.e.Estimate(t.Context(), c.ds); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want %q", c.measure, err, c.want)
		}
	}
	runs := layout{conditions: 3, runs: 3, repetitions: 3, channels: 4, signal: 1}.trials(1)
	perRun := rdm.Estimator{Measure: measured(t, "crossnobis"), Noise: noise.Recipe{Estimator: shrunk, Label: "run"}}
	if _, err := perRun.Estimate(t.Context(), runs); err == nil || !strings.Contains(err.Error(), "use the same label for both") {
		t.Errorf("noise of runs, counted folds: %v", err)
	}
	if _, err := (rdm.Estimator{Measure: measured(t, "crossnobis")}).RDV(t.Context(), matrix(3, 4, 0, 1)); err == nil {
		t.Error("patterns without folds were cross-validated")
	}
}

// A result says what was done.
func TestDefinitions(t *testing.T) {
	shrunk, _ := noise.EstimatorByName("ledoit-wolf")
	ds := layout{conditions: 3, runs: 3, repetitions: 2, channels: 4, signal: 1}.trials(1)
	for _, c := range []struct {
		e     rdm.Estimator
		name  string
		words []string
	}{
		{rdm.Estimator{Measure: measured(t, "correlation")}, "correlation distance", nil},
		{
			rdm.Estimator{Measure: measured(t, "correlation"), Noise: noise.Recipe{Estimator: shrunk}},
			"whitened correlation distance",
			[]string{"Σ^-½", "Ledoit"},
		},
		{
			rdm.Estimator{Measure: measured(t, "crossnobis per channel"), Folds: "run", Pairing: rdm.AllPairs, Missing: rdm.LeftOut},
			"crossnobis squared distance per channel",
			[]string{"one fold per run", "all pairs", "the channels that every observation"},
		},
		{
			rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run", Noise: noise.Recipe{Estimator: shrunk, Label: "run"}},
			"crossnobis squared distance",
			[]string{"in each fold, averaged over the two of a pair", "one fold per run, all pairs of folds"},
		},
		{
			rdm.Estimator{Measure: measured(t, "squared euclidean"), RemoveMean: true, Missing: rdm.LeftOut},
			"squared euclidean distance",
			[]string{"minus their mean", "scaled to all channels"},
		},
	} {
		r, err := c.e.Estimate(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if r.Definition.Name() != c.name {
			t.Errorf("called %q, want %q", r.Definition.Name(), c.name)
		}
		for _, words := range c.words {
			if !strings.Contains(r.Definition.Text, words) {
				t.Errorf("%s: %q does not say %q", c.name, r.Definition.Text, words)
			}
		}
	}
}
