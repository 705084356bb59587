package rdm_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest/objectstest"
)

func TestConditionCovariancesMatchRSAToolbox(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "rsatoolbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Sigma digest `json:"sigma_k"`
	}
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	runs := objectstest.Runs(t, unchanged)
	got, err := rdm.Estimator{Folds: "run"}.ConditionCovariances(t.Context(), runs)
	if err != nil {
		t.Fatal(err)
	}
	if !reference.Sigma.meets(got[0]) {
		t.Errorf("first %v, want %v", got[0][:4], reference.Sigma.First)
	}
}

// They are those of the means of runs, by gonum's covariance, with conditions
// that are not in all runs left out of these; freed of noise, they have no unit.
func TestConditionCovariances(t *testing.T) {
	l := layout{conditions: 3, runs: 4, repetitions: 2, channels: 5, signal: 1, uneven: true}
	ds := l.trials(1)
	got, err := rdm.Estimator{Folds: "run"}.ConditionCovariances(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	w := twin{ds: ds, channels: every(l.channels)}
	want := 0.0
	a, b := mat.NewDense(4, 5, nil), mat.NewDense(4, 5, nil)
	for run, name := range []string{"1", "2", "3", "4"} {
		x, _ := w.mean("condition 1", func(r string) bool { return r == name })
		y, _ := w.mean("condition 2", func(r string) bool { return r == name })
		a.SetRow(run, x)
		b.SetRow(run, y)
	}
	for c := range 5 {
		for run := range 4 {
			want += (a.At(run, c) - mat.Sum(a.ColView(c))/4) * (b.At(run, c) - mat.Sum(b.ColView(c))/4) / 3 / 5
		}
	}
	if math.Abs(got[0][1*3+2]-want) > 1e-12 || got[0][1*3+2] != got[0][2*3+1] {
		t.Errorf("conditions 1 and 2 covary by %v and %v, want %v", got[0][5], got[0][7], want)
	}
	scaled := *ds
	scaled.F64 = nil
	for _, v := range ds.F64 {
		scaled.F64 = append(scaled.F64, 10*v)
	}
	first, err := rdm.Estimator{Folds: "run", Covariances: ledoitWolf(t, ds)}.ConditionCovariances(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	second, err := rdm.Estimator{Folds: "run", Covariances: ledoitWolf(t, &scaled)}.ConditionCovariances(t.Context(), &scaled)
	if err != nil {
		t.Fatal(err)
	}
	if d := farthest(first[0], second[0]); !(d < 1e-9) {
		t.Errorf("another unit changes them by %g", d)
	}
}
