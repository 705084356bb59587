package step_test

import (
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
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
	residuals := writeResiduals(t, 21, 4)
	for want, trials := range map[string]step.Trials{
		"use one of full":                   {Noise: "lasso"},
		"no observation has a label":        {Noise: "full", NoisePer: "session"},
		"is not cross-validated":            {Folds: "run"},
		"is not cross-validated and has no": {Pairing: rdm.AllPairs},
		"residuals need an estimator":       {Residuals: residuals},
		"choose one":                        {Residuals: residuals, Noise: "full", NoisePer: "run"},
		"-1 degrees of freedom":             {Residuals: residuals, Noise: "full", Degrees: -1},
		"20 degrees of freedom are those":   {Degrees: 20},
		"variables are read from":           {Residuals: residuals + "x", Noise: "full"},
		"noise of 5 channels for responses": {Residuals: writeResiduals(t, 9, 5), Noise: "full"},
	} {
		s := step.RDM{From: []step.Source{{Path: path}}, Trials: trials}
		if _, err := s.Stack(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// writeResiduals writes normal numbers.
func writeResiduals(t *testing.T, rows, channels int) (path string) {
	t.Helper()
	random := seed.Stream(2, "residuals")
	x := make([]float64, rows*channels)
	for i := range x {
		x[i] = random.NormFloat64()
	}
	path = filepath.Join(t.TempDir(), "residuals.npy")
	if err := npy.Write(path, &npy.Array{Shape: []int{rows, channels}, Data: x}); err != nil {
		t.Fatal(err)
	}
	return path
}

// Noise from residuals is the covariance that the estimator makes of them, with
// the degrees of freedom that were named, for every Dataset.
func TestNoiseFromResiduals(t *testing.T) {
	path, ds := writeTrials(t)
	residuals := writeResiduals(t, 21, 4)
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	array, err := npy.Read(residuals)
	if err != nil {
		t.Fatal(err)
	}
	for _, degrees := range []float64{0, 15} {
		s := step.RDM{From: []step.Source{{Path: path}}, Measure: "crossnobis", Trials: step.Trials{
			Noise: "ledoit-wolf", Folds: "run", Residuals: residuals, Degrees: degrees,
		}}
		got, err := s.Stack(t.Context(), &step.Env{})
		if err != nil {
			t.Fatal(err)
		}
		covariance, err := shrunk.FromResiduals(array.Data.([]float64), 4, degrees)
		if err != nil {
			t.Fatal(err)
		}
		e := rdm.Estimator{Folds: "run", Covariances: &noise.Covariances{All: [][]*noise.Covariance{{covariance}}}}
		if e.Measure, err = rdm.MeasureByName("crossnobis"); err != nil {
			t.Fatal(err)
		}
		want, err := e.Estimate(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Dissimilarities, want.Dissimilarities) || !slices.Contains(s.Inputs(), residuals) {
			t.Errorf("%g degrees: %v, want %v; inputs %q", degrees, got.RDV(0), want.RDV(0), s.Inputs())
		}
	}
}

// Dissimilarities that are undefined are told of, with the remedy.
func TestUndefinedDissimilaritiesAreToldOf(t *testing.T) {
	path, ds := writeTrials(t)
	ds.F64[0] = math.NaN()
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	for missing, want := range map[rdm.Missing]string{rdm.Undefined: `2 of 6 dissimilarities are undefined, .*--missing "left out"`, rdm.LeftOut: ""} {
		var warned []string
		env := &step.Env{Warn: func(text string) { warned = append(warned, text) }}
		s := step.RDM{From: []step.Source{{Path: path}}, Measure: "euclidean", Trials: step.Trials{Missing: missing}}
		if _, err := s.Stack(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(warned, "\n"); !regexp.MustCompile(want).MatchString(text) || (want == "") == strings.Contains(text, "undefined") {
			t.Errorf("missing %s: warnings %q", missing, text)
		}
	}
}
