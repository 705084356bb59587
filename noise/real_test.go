package noise_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
)

// A digest says what rsatoolbox found.
type digest struct {
	First      []float64
	Sum, Sumsq float64
}

func reference(t *testing.T, into any) {
	t.Helper()
	realtest.Reference(t, "rsatoolbox.json", into)
}

// near reports whether numbers agree to ten digits of the larger of want and 1.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-10*max(1, math.Abs(want)) }

// sums returns the sum and the sum of squares.
func sums(x []float64) (sum, squares float64) {
	for _, v := range x {
		sum += v
		squares += v * v
	}
	return sum, squares
}

func TestResidualsMatchRSAToolbox(t *testing.T) {
	var want struct {
		Cov map[string]struct {
			C00, C01, Trace, Sum, Fro2 float64
			Prec_fro2                  *float64
		}
	}
	reference(t, &want)
	_, n := objectstest.Patterns(t)
	for theirs, ours := range map[string]string{"full": "full", "diag": "diagonal", "shrinkage_eye": "ledoit-wolf", "shrinkage_diag": "schaefer-strimmer"} {
		c, w := estimate(t, byName(t, ours), n, objectstest.Voxels, 0), want.Cov[theirs]
		sum, squares := sums(values(c.Matrix))
		trace := 0.0
		for i := range objectstest.Voxels {
			trace += c.Matrix.At(i, i)
		}
		if !near(c.Matrix.At(0, 0), w.C00) || !near(c.Matrix.At(0, 1), w.C01) || !near(trace, w.Trace) || !near(sum, w.Sum) || !near(squares, w.Fro2) {
			t.Errorf("%s: %v, %v, trace %v, sum %v, squares %v; want %+v", ours, c.Matrix.At(0, 0), c.Matrix.At(0, 1), trace, sum, squares, w)
		}
		precision, err := c.Precision()
		if (err != nil) != (w.Prec_fro2 == nil) {
			t.Errorf("%s: %v", ours, err)
		}
		if err == nil {
			if _, squares := sums(values(precision)); !near(squares, *w.Prec_fro2) {
				t.Errorf("%s: squares of the precision %v, want %v", ours, squares, *w.Prec_fro2)
			}
		}
	}
}

// The entry with wrong degrees of freedom, (conditions − 1) · repetitions in
// place of conditions · (repetitions − 1), is not met.
func TestMeasurementsMatchRSAToolbox(t *testing.T) {
	var want struct {
		Right digest `json:"cov_from_unbalanced_shrinkage_diag"`
		Wrong digest `json:"cov_from_measurements_shrinkage_diag_WRONG_DOF"`
	}
	reference(t, &want)
	c := covariances(t, noise.Recipe{Estimator: byName(t, "schaefer-strimmer")}, objectstest.Runs(t, func(x float64) float64 { return x })).At(0, 0)
	got := values(c.Matrix)
	sum, squares := sums(got)
	if farthest(got[:4], want.Right.First) > 1e-10 || !near(sum, want.Right.Sum) || !near(squares, want.Right.Sumsq) {
		t.Errorf("first %v, sum %v, squares %v; want %+v", got[:4], sum, squares, want.Right)
	}
	if near(sum, want.Wrong.Sum) || math.Abs(want.Wrong.First[0]/got[0]-184.0/273) > 1e-10 {
		t.Errorf("the wrong degrees of freedom give %v where the right ones give %v", want.Wrong.First[0], got[0])
	}
}
