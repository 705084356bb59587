package rdm_test

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
)

// Without labels of folds the k-th observation of a condition is in fold k, also
// from the tenth on where conditions have names of one letter.
func TestFoldsOfManyRepetitions(t *testing.T) {
	const repetitions = 12
	ds := layout{conditions: 3, runs: repetitions, repetitions: 1, channels: 4, signal: 1}.trials(1)
	short := map[string]string{"condition 0": "a", "condition 1": "b", "condition 2": "c"}
	for i, name := range ds.Observation["condition"] {
		if renamed, ok := short[name]; ok {
			ds.Observation["condition"][i] = renamed
		}
	}
	if !slices.Contains(ds.Observation["condition"], "a") {
		t.Fatalf("conditions are %v", ds.Observation["condition"])
	}
	named := rdv(t, rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run"}, ds)
	counted := rdv(t, rdm.Estimator{Measure: measured(t, "crossnobis")}, ds)
	if d := farthest(named, counted); !(d < 1e-12) {
		t.Errorf("runs as folds give %v, counted observations %v", named, counted)
	}
}

// One covariance of noise, estimated once, serves any number of Datasets, and
// the RDMs over time are those of each time with folds and all.
func TestNoiseOfSeveralDatasets(t *testing.T) {
	first := layout{conditions: 4, runs: 3, repetitions: 2, channels: 5, signal: 1}.trials(1)
	second := layout{conditions: 4, runs: 3, repetitions: 2, channels: 5, signal: 1}.trials(2)
	shared := ledoitWolf(t, first)
	e := rdm.Estimator{Measure: measured(t, "crossnobis"), Folds: "run", Covariances: shared}
	both := &dataset.Dataset{Shape: [3]int{first.Shape[0], 5, 2}, Times: []float64{0, 0.1}, Observation: first.Observation}
	for i := range first.F64 {
		both.F64 = append(both.F64, first.F64[i], second.F64[i])
	}
	movie, err := e.Estimate(t.Context(), both)
	if err != nil {
		t.Fatal(err)
	}
	for k, ds := range []*dataset.Dataset{first, second} {
		if d := farthest(movie.RDV(k), rdv(t, e, ds)); !(d < 1e-10) {
			t.Errorf("time %d differs from its own Dataset by %g", k, d)
		}
	}
}

// Over a single channel a correlation says nothing, and is missing; distances
// are those of numbers.
func TestSingleChannel(t *testing.T) {
	ds := &dataset.Dataset{Shape: [3]int{3, 1, 1}, F64: []float64{1, 2, 4}}
	for _, d := range rdv(t, rdm.Estimator{Measure: measured(t, "correlation")}, ds) {
		if !math.IsNaN(d) {
			t.Errorf("a correlation over one channel is %v", d)
		}
	}
	if got := rdv(t, rdm.Estimator{Measure: measured(t, "euclidean")}, ds); farthest(got, []float64{1, 3, 2}) > 1e-12 {
		t.Errorf("distances %v", got)
	}
}

// No estimator changes responses, labels, or noise.
func TestEstimatesChangeNothing(t *testing.T) {
	for _, m := range rdm.Measures {
		ds := layout{conditions: 4, runs: 3, repetitions: 2, channels: 5, signal: 1}.trials(3)
		shared := ledoitWolf(t, ds)
		before, labels := slices.Clone(ds.F64), slices.Clone(ds.Observation["condition"])
		covariance := slices.Clone(matrixOf(shared))
		e := served(m, shared)
		e.RemoveMean = m.Name == "euclidean"
		rdv(t, e, ds)
		if !slices.Equal(before, ds.F64) || !slices.Equal(labels, ds.Observation["condition"]) || !slices.Equal(covariance, matrixOf(shared)) {
			t.Errorf("%s changes what it is given", m.Name)
		}
	}
}

func matrixOf(c *noise.Covariances) []float64 {
	var all []float64
	m := c.At(0, 0).Matrix
	for i := range c.At(0, 0).Channels() {
		for j := range c.At(0, 0).Channels() {
			all = append(all, m.At(i, j))
		}
	}
	return all
}
