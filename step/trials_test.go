package step_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
)

// writeTrials writes 2 trials of 3 conditions in each of 3 runs, over 4 channels
// and 2 times.
func writeTrials(t *testing.T) (path string, ds *dataset.Dataset) {
	t.Helper()
	random := seed.Stream(1, "trials")
	ds = &dataset.Dataset{Shape: [3]int{18, 4, 2}, Times: []float64{0, 0.1}, Observation: map[string][]string{}}
	for o := range 18 {
		ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint("object ", o%3))
		ds.Observation["run"] = append(ds.Observation["run"], fmt.Sprint(o/6))
		for range 8 {
			ds.F64 = append(ds.F64, random.NormFloat64()+float64(o%3))
		}
	}
	path = filepath.Join(t.TempDir(), "trials.npz")
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	return path, ds
}

// What is asked of trials reaches the estimator.
func TestTrials(t *testing.T) {
	path, ds := writeTrials(t)
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	for per, recipe := range map[string]noise.Recipe{
		"": {}, step.NoiseOfAll: {}, step.NoisePerTime: {EachTime: true}, "run": {Label: "run"},
	} {
		recipe.Estimator = shrunk
		s := step.RDM{From: []step.Source{{Path: path}}, Measure: "crossnobis", Trials: step.Trials{
			Noise: "ledoit-wolf", NoisePer: per, Folds: "run", Missing: rdm.LeftOut, RemoveMean: true,
		}}
		got, err := s.Stack(t.Context(), &step.Env{})
		if err != nil {
			t.Fatal(err)
		}
		e := rdm.Estimator{Noise: recipe, Folds: "run", Missing: rdm.LeftOut, RemoveMean: true}
		if e.Measure, err = rdm.MeasureByName("crossnobis"); err != nil {
			t.Fatal(err)
		}
		want, err := e.Estimate(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Dissimilarities, want.Dissimilarities) || got.Definition != want.Definition {
			t.Errorf("noise per %q: %v, want %v", per, got.RDV(0), want.RDV(0))
		}
	}
}

func TestTrialsRefuse(t *testing.T) {
	path, _ := writeTrials(t)
	for want, trials := range map[string]step.Trials{
		"use one of full":                   {Noise: "lasso"},
		"no observation has a label":        {Noise: "full", NoisePer: "session"},
		"is not cross-validated":            {Folds: "run"},
		"is not cross-validated and has no": {Pairing: rdm.AllPairs},
	} {
		s := step.RDM{From: []step.Source{{Path: path}}, Trials: trials}
		if _, err := s.Stack(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}
