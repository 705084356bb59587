package rsa_test

import (
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// withNoise is a whitened comparator told that all conditions have the same
// noise: what it takes for granted without being told.
func withNoise(t *testing.T, name string, conditions int) (plain, told compare.Comparator) {
	t.Helper()
	covariance := make([][]float64, conditions)
	for i := range covariance {
		covariance[i] = make([]float64, conditions)
		covariance[i][i] = 2
	}
	plain, err := compare.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	if told, err = plain.WithCovariance(covariance); err != nil {
		t.Fatal(err)
	}
	return plain, told
}

// An evaluation with the covariance of conditions finds the same scores, ceiling
// and p values as without, where it is the same; what draws conditions is not
// taken, and the reason says so.
func TestEvaluationWithCovarianceOfConditions(t *testing.T) {
	models, subjects := simulated(6, 20, 2)
	for _, name := range []string{"whitened-pearson", "whitened-cosine"} {
		plain, told := withNoise(t, name, 20)
		e := rsa.Evaluation{Comparator: plain, Test: rsa.LabelPermutation, BootstrapOver: "subjects", Draws: 99, BootstrapDraws: 20}
		want := run(t, e, models, subjects)
		e.Comparator, e.Test, e.BootstrapOver = told, "", ""
		got := run(t, e, models, subjects)
		if got.Test != rsa.LabelPermutation || got.BootstrapOver != "subjects" || got.Comparator != name+compare.OfCovariance {
			t.Errorf("%s test, bootstrap over %s, %s", got.Test, got.BootstrapOver, got.Comparator)
		}
		for m := range models {
			a, b := want.Models[m].Course, got.Models[m].Course
			for time := range a.Score {
				if math.Abs(float64(a.Score[time]-b.Score[time])) > 1e-9 || a.P[time] != b.P[time] || math.Abs(float64(a.Low[time]-b.Low[time])) > 1e-9 {
					t.Errorf("%s, model %d, time %d: %v p %v, want %v p %v", name, m, time, b.Score[time], b.P[time], a.Score[time], a.P[time])
				}
			}
		}
		if a, b := want.NoiseCeiling.Upper.Values[1], got.NoiseCeiling.Upper.Values[1]; math.Abs(float64(a-b)) > 1e-9 {
			t.Errorf("%s: upper noise ceiling %v, want %v", name, b, a)
		}
		if d := got.DifferenceTest; d.Test != rsa.SignFlip || !strings.Contains(d.Reason, "has no bootstrap over conditions") {
			t.Errorf("differences by %s: %s", d.Test, d.Reason)
		}
	}
}

// Of few subjects nothing can be drawn: no interval, no differences, and a warning.
func TestCovarianceOfConditionsAndFewSubjects(t *testing.T) {
	models, subjects := simulated(2, 12, 1)
	_, told := withNoise(t, "whitened-cosine", 12)
	r := run(t, rsa.Evaluation{Comparator: told, Draws: 99}, models, single(subjects, 0))
	if r.BootstrapOver != rsa.None || r.Models[0].CI != nil || r.DifferenceTest != nil || !strings.Contains(strings.Join(r.Warnings, "\n"), "no differences are tested") {
		t.Errorf("bootstrap over %s, differences %+v, %q", r.BootstrapOver, r.DifferenceTest, r.Warnings)
	}
}

// What draws conditions by name is an error that names what can be asked for.
func TestCovarianceOfConditionsHasNoBootstrapOfThem(t *testing.T) {
	models, subjects := simulated(6, 20, 1)
	_, told := withNoise(t, "whitened-pearson", 20)
	for _, c := range []struct {
		e    rsa.Evaluation
		want string
	}{
		{rsa.Evaluation{Test: rsa.DualBootstrap}, "test by label permutation or sign flip"},
		{rsa.Evaluation{BootstrapOver: "conditions"}, "a bootstrap over conditions draws conditions"},
		{rsa.Evaluation{BootstrapOver: "both"}, "use subjects or none"},
		{rsa.Evaluation{BootstrapOver: rsa.Dual}, "use subjects or none"},
	} {
		c.e.Comparator = told
		if _, err := c.e.Run(t.Context(), models, subjects, work.Budget{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.e.Test, err, c.want)
		}
	}
}
