package noise_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/seed"
)

// trials draws white noise of variance 4 on top of condition means: runs ×
// conditions × repetitions observations.
func trials(runs, conditions, repetitions, channels int, s uint64) *dataset.Dataset {
	random := seed.Stream(s, "trials")
	ds := &dataset.Dataset{Observation: map[string][]string{}}
	for run := range runs {
		for condition := range conditions {
			for range repetitions {
				ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint("condition ", condition))
				ds.Observation["run"] = append(ds.Observation["run"], fmt.Sprint(run+1))
				for channel := range channels {
					ds.F64 = append(ds.F64, float64(10*condition+channel+100*run)+2*random.NormFloat64())
				}
			}
		}
	}
	ds.Shape = [3]int{runs * conditions * repetitions, channels, 1}
	return ds
}

func covariances(t *testing.T, r noise.Recipe, ds *dataset.Dataset) *noise.Covariances {
	t.Helper()
	all, err := r.Covariances(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Observations less conditions are what makes the variance come out right, even
// with two repetitions: (conditions − 1) · repetitions would give 2.1, not 4.
func TestDegreesOfRepetitionsAreUnbiased(t *testing.T) {
	full, sum := byName(t, "full"), 0.0
	const draws, conditions, channels = 300, 10, 5
	for draw := range draws {
		c := covariances(t, noise.Recipe{Estimator: full}, trials(1, conditions, 2, channels, uint64(draw))).At(0, 0)
		if c.Degrees != conditions {
			t.Fatalf("%g degrees of freedom", c.Degrees)
		}
		for i := range channels {
			sum += c.Matrix.At(i, i) / (draws * channels)
		}
	}
	// 15,000 degrees of freedom: the standard error is 4 √(2/15,000) = 0.046.
	if math.Abs(sum-4) > 4*0.046 {
		t.Errorf("the mean variance is %g, want 4", sum)
	}
}

// A condition without any trial that is left is one observation of NaN: it says
// nothing about the noise of others.
func TestConditionsWithoutTrialsDoNotCount(t *testing.T) {
	estimator, ds := byName(t, "ledoit-wolf"), trials(1, 10, 2, 5, 3)
	want := covariances(t, noise.Recipe{Estimator: estimator}, ds).At(0, 0)
	ds.Observation["condition"] = append(ds.Observation["condition"], "lost")
	for range 5 {
		ds.F64 = append(ds.F64, math.NaN())
	}
	ds.Shape[0]++
	delete(ds.Observation, "run")
	got := covariances(t, noise.Recipe{Estimator: estimator}, ds).At(0, 0)
	for i := range 5 {
		if math.IsNaN(got.Matrix.At(i, i)) || got.Degrees != want.Degrees || math.Abs(got.Matrix.At(i, i)/want.Matrix.At(i, i)-1) > 0.2 {
			t.Errorf("%g, want about %g, with %g degrees", got.Matrix.At(i, i), want.Matrix.At(i, i), got.Degrees)
		}
	}
}

// Runs have condition means and covariances of their own, weighted by their
// degrees where they are pooled; times are averaged unless each is asked for.
func TestRunsAndTimes(t *testing.T) {
	full := byName(t, "full")
	ds := trials(3, 4, 3, 2, 1)
	perRun := covariances(t, noise.Recipe{Estimator: full, Label: "run"}, ds)
	if !slices.Equal(perRun.Groups, []string{"1", "2", "3"}) || len(perRun.All) != 3 || perRun.At(2, 0).Degrees != 8 {
		t.Fatalf("groups %q, %g degrees", perRun.Groups, perRun.At(2, 0).Degrees)
	}
	pooled := covariances(t, noise.Recipe{Estimator: full, Label: "run", Pooled: true}, ds)
	mean := 0.0
	for g := range 3 {
		mean += perRun.At(g, 0).Matrix.At(0, 1) / 3
	}
	if got := pooled.At(0, 0); got.Degrees != 24 || math.Abs(got.Matrix.At(0, 1)-mean) > 1e-12 || pooled.Groups != nil {
		t.Errorf("pooled: %g degrees, covariance %g, want %g", got.Degrees, got.Matrix.At(0, 1), mean)
	}
	one, err := ds.Select("run", "2")
	if err != nil {
		t.Fatal(err)
	}
	if alone := covariances(t, noise.Recipe{Estimator: full}, one); farthest(values(alone.At(0, 0).Matrix), values(perRun.At(1, 0).Matrix)) > 1e-12 {
		t.Error("run 2 alone has another covariance than among others")
	}

	ds.Shape, ds.Times = [3]int{36, 1, 2}, []float64{0, 0.1} // the same numbers at two times
	each := covariances(t, noise.Recipe{Estimator: full, EachTime: true}, ds)
	together := covariances(t, noise.Recipe{Estimator: full}, ds)
	want := (each.At(0, 0).Matrix.At(0, 0) + each.At(0, 1).Matrix.At(0, 0)) / 2
	if got := together.At(0, 1); got.Matrix.At(0, 0) != want || got.Degrees != 32 {
		t.Errorf("over times: variance %g, want %g, degrees %g", got.Matrix.At(0, 0), want, got.Degrees)
	}
}

// The mean of diagonal covariances stays diagonal, and that of equal ones is
// equal.
func TestMeans(t *testing.T) {
	x := gaussian(9, 3, 2)
	for _, e := range noise.Estimators {
		c, d := estimate(t, e, x, 3, 0), estimate(t, e, x, 3, 0)
		for _, m := range []*noise.Covariance{noise.Pool(c, d), noise.Mean(c, d)} {
			if farthest(values(m.Matrix), values(c.Matrix)) > 1e-15 || m.Shrinkage != c.Shrinkage {
				t.Errorf("%s: the mean of equals differs", e.Name)
			}
		}
		if got := noise.Pool(c, d).Degrees; got != 16 {
			t.Errorf("pooled: %g degrees", got)
		}
		if got := noise.Mean(c, d).Degrees; got != 8 {
			t.Errorf("mean: %g degrees", got)
		}
	}
}

func TestRecipeRefuses(t *testing.T) {
	full := byName(t, "full")
	single, gap := trials(2, 3, 1, 2, 1), trials(2, 3, 1, 2, 1)
	gap.Observation["run"][4] = ""
	for _, c := range []struct {
		ds    *dataset.Dataset
		label string
		want  string
	}{
		{single, "run", `run "1": every condition has one observation`},
		{single, "session", `no observation has a label "session"; there are condition, run`},
		{gap, "run", "observation 4 has an empty run"},
		{&dataset.Dataset{Shape: [3]int{1, 1, 1}, F64: []float64{1}}, "", `no observation has a label "condition"`},
	} {
		_, err := noise.Recipe{Estimator: full, Label: c.label}.Covariances(t.Context(), c.ds)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("err = %v, want %q", err, c.want)
		}
	}
}

// Channels of several units count alike, whatever the units are: the covariance of
// microvolts beside tesla is that of volts beside tesla, in other numbers.
func TestNoiseDoesNotDependOnUnits(t *testing.T) {
	const observations, channels = 24, 5
	factors := []float64{1e-13, 1e-13, 1e-13, 1e-6, 1e-6}
	trials := func(factors []float64) *dataset.Dataset {
		ds := &dataset.Dataset{
			Shape: [3]int{observations, channels, 1}, F64: gaussian(observations, channels, 5),
			Observation: map[string][]string{}, Channel: map[string][]string{"unit": {"T", "T", "T", "V", "V"}},
		}
		for i := range observations {
			ds.Observation["condition"] = append(ds.Observation["condition"], fmt.Sprint(i%4))
		}
		for i := range ds.F64 {
			ds.F64[i] *= factors[i%channels]
		}
		return ds
	}
	for _, e := range noise.Estimators {
		one, err := noise.Recipe{Estimator: e}.Covariances(t.Context(), trials([]float64{1, 1, 1, 1, 1}))
		if err != nil {
			t.Fatal(err)
		}
		other, err := noise.Recipe{Estimator: e}.Covariances(t.Context(), trials(factors))
		if err != nil {
			t.Fatal(err)
		}
		a, b := one.At(0, 0), other.At(0, 0)
		for i := range channels {
			for j := range channels {
				want := a.Matrix.At(i, j) * factors[i] * factors[j]
				if math.Abs(b.Matrix.At(i, j)-want) > 1e-9*factors[i]*factors[j] {
					t.Errorf("%s: covariance of %d and %d is %g, want %g", e.Name, i, j, b.Matrix.At(i, j), want)
				}
			}
		}
	}
}
