package rdm_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/rdm"
)

// choice is a choice of runs: for training, and for test.
type choice struct {
	training []string
	test     string
}

// choices lists those of a pairing of four runs.
func choices(p rdm.Pairing) (all []choice) {
	runs := []string{"1", "2", "3", "4"}
	for _, test := range runs {
		others := slices.DeleteFunc(slices.Clone(runs), func(r string) bool { return r == test })
		if p != rdm.AllPairs {
			all = append(all, choice{others, test})
			continue
		}
		for _, training := range others {
			all = append(all, choice{[]string{training}, test})
		}
	}
	return all
}

// averaged is the mean over choices of runs of what f makes of the differences
// of two conditions, where the run for test has both.
func (w twin) averaged(p rdm.Pairing, a, b string, f func(c choice, training, test [2][]float64, m, n float64) float64) float64 {
	total, count := 0.0, 0.0
	for _, c := range choices(p) {
		chosen := func(run string) bool { return slices.Contains(c.training, run) }
		tested := func(run string) bool { return run == c.test }
		x, i := w.mean(a, chosen)
		y, j := w.mean(b, chosen)
		x2, m := w.mean(a, tested)
		y2, n := w.mean(b, tested)
		if i > 0 && j > 0 && m > 0 && n > 0 {
			total += f(c, [2][]float64{x, y}, [2][]float64{x2, y2}, m, n)
			count++
		}
	}
	return total / count
}

// Where runs differ in size and have noise of their own, the linear discriminant
// comes from the pooled noise of the runs for training, and its error from the
// run for test. Poisson is averaged over both directions of all pairs.
func TestSplitsOfUnequalRuns(t *testing.T) {
	l := layout{conditions: 3, runs: 4, repetitions: 3, channels: 4, signal: 1, uneven: true}
	ds := l.trials(1)
	shrunk, err := noise.EstimatorByName("ledoit-wolf")
	if err != nil {
		t.Fatal(err)
	}
	perRun, err := noise.Recipe{Estimator: shrunk, Label: "run"}.Covariances(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	of := func(run string) *noise.Covariance { return perRun.At(slices.Index(perRun.Groups, run), 0) }
	w := twin{ds: ds, channels: every(l.channels)}
	discriminant := func(c choice, training, test [2][]float64, m, n float64) float64 {
		covariances := make([]*noise.Covariance, len(c.training))
		for i, run := range c.training {
			covariances[i] = of(run)
		}
		var weights mat.VecDense
		if err := weights.SolveVec(noise.Pool(covariances...).Matrix, mat.NewVecDense(4, minus(training[0], training[1]))); err != nil {
			t.Fatal(err)
		}
		variance := mat.Inner(&weights, of(c.test).Matrix, &weights) * (1/m + 1/n)
		return mat.Dot(&weights, mat.NewVecDense(4, minus(test[0], test[1]))) / math.Sqrt(variance)
	}
	poisson := func(_ choice, training, test [2][]float64, _, _ float64) float64 {
		counts := minus(rates(training[0], unchanged), rates(training[1], unchanged))
		return w.product(counts, minus(rates(test[0], math.Log), rates(test[1], math.Log)))
	}
	for _, pairing := range []rdm.Pairing{rdm.LeaveOneOut, rdm.AllPairs} {
		linear := rdm.Estimator{Measure: measured(t, "linear discriminant t"), Folds: "run", Pairing: pairing, Covariances: perRun}
		counted := rdm.Estimator{Measure: measured(t, "cross-validated poisson"), Folds: "run", Pairing: pairing}
		gotLinear, gotCounted := rdv(t, linear, ds), rdv(t, counted, ds)
		for i := range l.conditions {
			for j := i + 1; j < l.conditions; j++ {
				k, a, b := rdm.PairIndex(l.conditions, i, j), fmt.Sprint("condition ", i), fmt.Sprint("condition ", j)
				if want := w.averaged(pairing, a, b, discriminant); math.Abs(gotLinear[k]-want) > 1e-10 {
					t.Errorf("%s: t of %s and %s is %v, by its definition %v", pairing, a, b, gotLinear[k], want)
				}
				if want := w.averaged(pairing, a, b, poisson); math.Abs(gotCounted[k]-want) > 1e-10 {
					t.Errorf("%s: poisson of %s and %s is %v, by its definition %v", pairing, a, b, gotCounted[k], want)
				}
			}
		}
	}
}

// With the covariance of each run as it is, the linear discriminant t is that of
// a regression on the projected trials of the run for test.
func TestDiscriminantMatchesRegression(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "discriminant.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		T []float64 `json:"linear discriminant t"`
	}
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	ds := &dataset.Dataset{Shape: [3]int{36, 5, 1}, Observation: map[string][]string{}}
	for o := range 36 {
		r, c, trial := float64(o/12), float64(o/4%3), float64(o%4)
		ds.Observation["run"] = append(ds.Observation["run"], fmt.Sprint(r))
		ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint(c))
		for channel := range 5 {
			k := float64(channel)
			ds.F64 = append(ds.F64, math.Sin(2.1*c+0.9*k)+math.Sin(7.3*r*r+3.7*trial*trial+1.9*k*trial+5.1*c*trial+2.3*k*k))
		}
	}
	full, err := noise.EstimatorByName("full")
	if err != nil {
		t.Fatal(err)
	}
	e := rdm.Estimator{Measure: measured(t, "linear discriminant t"), Folds: "run", Noise: noise.Recipe{Estimator: full, Label: "run"}}
	if got := rdv(t, e, ds); !(farthest(got, reference.T) < 1e-10) {
		t.Errorf("t = %v, want %v", got, reference.T)
	}
}
