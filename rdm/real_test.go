package rdm_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest/objectstest"
)

func unchanged(x float64) float64 { return x }

// given returns covariances of the residuals by estimators of these names: one
// for all folds, or one each.
func given(t *testing.T, residuals []float64, channels int, names ...string) *noise.Covariances {
	t.Helper()
	result := &noise.Covariances{}
	for i, name := range names {
		estimator, err := noise.EstimatorByName(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := estimator.FromResiduals(residuals, channels, 0)
		if err != nil {
			t.Fatal(err)
		}
		result.All = append(result.All, []*noise.Covariance{c})
		if len(names) > 1 {
			result.Groups = append(result.Groups, fmt.Sprint(i+1))
		}
	}
	return result
}

// A digest says what rsatoolbox found.
type digest struct {
	First                      []float64
	Last, Sum, Sumsq, Min, Max float64
}

// meets reports whether an RDV is what the digest says, to ten digits.
func (d digest) meets(rdv []float64) bool {
	sum, squares, least, most := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for _, v := range rdv {
		sum += v
		squares += v * v
		least, most = min(least, v), max(most, v)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-10*max(1, math.Abs(b)) }
	return farthest(rdv[:4], d.First) <= 1e-10 && near(rdv[len(rdv)-1], d.Last) &&
		near(sum, d.Sum) && near(squares, d.Sumsq) && near(least, d.Min) && near(most, d.Max)
}

func toolbox(t *testing.T) map[string]digest {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "rsatoolbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct{ RDM map[string]digest }
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	return reference.RDM
}

func TestMeasuresMatchRSAToolbox(t *testing.T) {
	reference := toolbox(t)
	u, _ := objectstest.Patterns(t)
	runs := objectstest.Runs(t, unchanged)
	_, residuals := objectstest.Patterns(t)
	a := &dataset.Dataset{Shape: [3]int{objectstest.Size, objectstest.Voxels, 1}, F64: u}
	positive := &dataset.Dataset{Shape: a.Shape, F64: make([]float64, len(u))}
	for i, v := range u {
		positive.F64[i] = math.Abs(v)
	}
	precision := func(names ...string) *noise.Covariances { return given(t, residuals, objectstest.Voxels, names...) }
	cases := map[string]struct {
		measure string
		e       rdm.Estimator
		ds      *dataset.Dataset
	}{
		"euclidean_A":                     {"squared euclidean per channel", rdm.Estimator{}, a},
		"euclidean_A_remove_mean":         {"squared euclidean per channel", rdm.Estimator{RemoveMean: true}, a},
		"correlation_A":                   {"correlation", rdm.Estimator{}, a},
		"euclidean_mean_of_runs":          {"squared euclidean per channel", rdm.Estimator{}, runs},
		"mahalanobis_A_diag":              {"squared mahalanobis per channel", rdm.Estimator{Covariances: precision("diagonal")}, a},
		"mahalanobis_A_shrinkage_eye":     {"squared mahalanobis per channel", rdm.Estimator{Covariances: precision("ledoit-wolf")}, a},
		"mahalanobis_A_shrinkage_diag":    {"squared mahalanobis per channel", rdm.Estimator{Covariances: precision("schaefer-strimmer")}, a},
		"crossnobis_3runs_identity":       {"crossnobis per channel", rdm.Estimator{Folds: "run"}, runs},
		"crossnobis_3runs_diag":           {"crossnobis per channel", rdm.Estimator{Folds: "run", Covariances: precision("diagonal")}, runs},
		"crossnobis_3runs_shrinkage_eye":  {"crossnobis per channel", rdm.Estimator{Covariances: precision("ledoit-wolf")}, runs},
		"crossnobis_3runs_shrinkage_diag": {"crossnobis per channel", rdm.Estimator{Folds: "run", Covariances: precision("schaefer-strimmer")}, runs},
		"poisson_absA":                    {"poisson per channel", rdm.Estimator{}, positive},
		"crossnobis_3runs_listnoise_diag_eye_shrinkdiag": {
			"crossnobis per channel", rdm.Estimator{Folds: "run", Covariances: precision("diagonal", "ledoit-wolf", "schaefer-strimmer")}, runs,
		},
	}
	if len(cases)+1 != len(reference) { // TestPoissonIsAveragedOverAllFolds has the other
		t.Errorf("%d of %d entries are looked at", len(cases)+1, len(reference))
	}
	for name, c := range cases {
		c.e.Measure = estimator(t, c.measure, nil, 1).Measure
		got, err := c.e.Estimate(t.Context(), c.ds)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reference[name].meets(got.RDV(0)) {
			t.Errorf("%s: first %v, want %+v", name, got.RDV(0)[:4], reference[name])
		}
	}
}

// rsatoolbox gives the last fold in place of the mean over all folds. That fold,
// alone, is what it says; the mean is not.
func TestPoissonIsAveragedOverAllFolds(t *testing.T) {
	last := toolbox(t)["poisson_cv_abs3runs_RSATOOLBOX_LAST_FOLD_ONLY"]
	runs := objectstest.Runs(t, math.Abs)
	e := estimator(t, "cross-validated poisson per channel", nil, 1)
	e.Folds = "run"
	got, err := e.Estimate(t.Context(), runs)
	if err != nil {
		t.Fatal(err)
	}
	if last.meets(got.RDV(0)) {
		t.Error("the mean over folds is the last fold")
	}
	mean, fold := make([]float64, got.Size*(got.Size-1)/2), []float64(nil)
	for test := range 3 {
		fold = poissonFold(runs.F64, test)
		for i, v := range fold {
			mean[i] += v / 3
		}
	}
	if !last.meets(fold) {
		t.Errorf("the last fold is not what rsatoolbox gives: first %v, want %v", fold[:4], last.First)
	}
	if d := farthest(mean, got.RDV(0)); !(d < 1e-12) {
		t.Errorf("the mean over folds differs from the definition by %g", d)
	}
}

// poissonFold is the measure of one fold by its definition.
func poissonFold(runs []float64, test int) []float64 {
	at := func(run, i, c int) float64 { return runs[(run*objectstest.Size+i)*objectstest.Voxels+c] }
	rate := func(count float64) float64 { return (count + 0.1) / 1.1 }
	var rdv []float64
	for i := range objectstest.Size {
		for j := i + 1; j < objectstest.Size; j++ {
			sum := 0.0
			for c := range objectstest.Voxels {
				other, another := (test+1)%3, (test+2)%3
				x, y := (at(other, i, c)+at(another, i, c))/2, (at(other, j, c)+at(another, j, c))/2
				sum += (rate(x) - rate(y)) * (math.Log(rate(at(test, i, c))) - math.Log(rate(at(test, j, c))))
			}
			rdv = append(rdv, sum/objectstest.Voxels)
		}
	}
	return rdv
}
