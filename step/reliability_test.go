package step

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
)

// Halves of trials are the RDMs of the first and of the second trial of every
// condition, wherever they stand.
func TestHalvesOfTrials(t *testing.T) {
	random := seed.Stream(1, "trials")
	ds := &dataset.Dataset{
		Shape: [3]int{8, 5, 1}, F64: make([]float64, 40),
		Observation: map[string][]string{"condition": {"a", "b", "b", "c", "d", "a", "d", "c"}},
	}
	for i := range ds.F64 {
		ds.F64[i] = random.NormFloat64()
	}
	path := filepath.Join(t.TempDir(), "trials.npz")
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
	found, err := Reliability{Subjects: []Source{{Path: path}}, Measure: "euclidean"}.Halve(t.Context(), &Env{})
	if err != nil {
		t.Fatal(err)
	}
	euclidean, err := rdm.MeasureByName("euclidean")
	if err != nil {
		t.Fatal(err)
	}
	var halves [2][]float64
	for i, rows := range [][]int{{0, 1, 3, 4}, {5, 2, 7, 6}} {
		r, err := rdm.Estimator{Measure: euclidean}.Estimate(t.Context(), ds.Reorder(rows))
		if err != nil {
			t.Fatal(err)
		}
		halves[i] = r.RDV(0)
	}
	spearman, err := compare.ByName("spearman")
	if err != nil {
		t.Fatal(err)
	}
	want, err := spearman.Score(halves[0], halves[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(found.Subjects[0].Halves.Values[0]); math.Abs(got-want.Value) > 1e-12 {
		t.Errorf("halves score %v, want %v", got, want.Value)
	}
}
