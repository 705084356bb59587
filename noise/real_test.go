package noise_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/variable"
)

const rows, channels = 92, 100 // of the patterns of the real data

// patterns returns the patterns U and the noise N of the 92 objects.
func patterns(t *testing.T) (u, n []float64) {
	t.Helper()
	path := realtest.Path(t, "objects92", "simTruePatterns.mat")
	read := func(name string) []float64 {
		array, err := variable.Read(path + "#" + name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := array.Float64s()
		if err != nil || len(values) != rows*channels {
			t.Fatalf("%d numbers, %v", len(values), err)
		}
		return values
	}
	u, n = read("simTruePatterns2"), read("simTruePatterns")
	for i := range n {
		n[i] *= 1e-16
	}
	return u, n
}

// runs returns the three runs that are made of the patterns, as one Dataset.
func runs(t *testing.T) *dataset.Dataset {
	t.Helper()
	u, n := patterns(t)
	ds := &dataset.Dataset{Shape: [3]int{3 * rows, channels, 1}, Observation: map[string][]string{}}
	for run := range 3 {
		for i := range rows {
			ds.Observation["run"] = append(ds.Observation["run"], fmt.Sprint(run+1))
			ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint("object ", i+1))
			for c := range channels {
				own, above := n[i*channels+c], n[(i+rows-1)%rows*channels+c]
				left := n[i*channels+(c+channels-2)%channels]
				ds.F64 = append(ds.F64, u[i*channels+c]+[]float64{0.5 * own, -0.3*own + 0.1*above, 0.2 * left}[run])
			}
		}
	}
	return ds
}

// A digest says what rsatoolbox found.
type digest struct {
	First      []float64
	Sum, Sumsq float64
}

func reference(t *testing.T, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "rsatoolbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
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
	_, n := patterns(t)
	for theirs, ours := range map[string]string{"full": "full", "diag": "diagonal", "shrinkage_eye": "ledoit-wolf", "shrinkage_diag": "schaefer-strimmer"} {
		c, w := estimate(t, byName(t, ours), n, channels, 0), want.Cov[theirs]
		sum, squares := sums(values(c.Matrix))
		trace := 0.0
		for i := range channels {
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
	c := covariances(t, noise.Recipe{Estimator: byName(t, "schaefer-strimmer")}, runs(t)).At(0, 0)
	got := values(c.Matrix)
	sum, squares := sums(got)
	if farthest(got[:4], want.Right.First) > 1e-10 || !near(sum, want.Right.Sum) || !near(squares, want.Right.Sumsq) {
		t.Errorf("first %v, sum %v, squares %v; want %+v", got[:4], sum, squares, want.Right)
	}
	if near(sum, want.Wrong.Sum) || math.Abs(want.Wrong.First[0]/got[0]-184.0/273) > 1e-10 {
		t.Errorf("the wrong degrees of freedom give %v where the right ones give %v", want.Wrong.First[0], got[0])
	}
}
