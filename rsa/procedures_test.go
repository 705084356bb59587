package rsa_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Tests say whom they speak of; those that draw nothing are corrected by fdr.
func TestProceduresSayWhatTheyGeneralizeTo(t *testing.T) {
	models, subjects := simulated(10, 12, 6)
	for test, population := range map[string]string{
		rsa.DualBootstrap: rsa.ToBoth, rsa.Student: rsa.ToSubjects, rsa.Wilcoxon: rsa.ToSubjects,
	} {
		t.Run(test, func(t *testing.T) {
			result := run(t, rsa.Evaluation{Test: test, BootstrapDraws: 200, Seed: 1}, models, subjects)
			if result.GeneralizesTo != population || (result.Correction == "fdr") == (test == rsa.DualBootstrap) || result.Test != test {
				t.Errorf("%s: generalizes to %q, corrected by %q", result.Test, result.GeneralizesTo, result.Correction)
			}
			planted, absent := result.Models[0].Course, result.Models[1].Course
			if !(planted.Corrected[2] <= 0.05) {
				t.Errorf("the planted model has p = %v at its time", planted.Corrected[2])
			}
			for time, p := range absent.Corrected {
				if !(p > 0.05) {
					t.Errorf("time %d: the absent model has p = %v", time, p)
				}
			}
		})
	}
}

// The t and Wilcoxon of an evaluation are those of its scores.
func TestAnalyticTestsAreThoseOfTheScores(t *testing.T) {
	models, subjects := simulated(9, 8, 1)
	subjects = single(subjects, 0)
	for name, test := range map[string]func([][]float64, inference.Tail) (*inference.Analytic, error){
		rsa.Student: inference.StudentTest, rsa.Wilcoxon: inference.SignedRankTest,
	} {
		for tail, word := range inference.Tails {
			result := run(t, rsa.Evaluation{Test: name, Tail: word, BootstrapOver: rsa.None}, models, subjects)
			for _, m := range result.Models {
				var scores [][]float64
				for _, score := range m.Scores {
					scores = append(scores, []float64{float64(score)})
				}
				want, err := test(scores, inference.Tail(tail))
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(float64(*m.P)-want.P[0]) > 1e-12 {
					t.Errorf("%s, %s: p = %v, of its scores %v", name, word, *m.P, want.P[0])
				}
			}
		}
	}
}

// A dual bootstrap has the same bits on any number of threads, and is more
// careful than a test of subjects alone.
func TestDualBootstrap(t *testing.T) {
	models, subjects := simulated(8, 10, 3)
	e := rsa.Evaluation{Test: rsa.DualBootstrap, BootstrapDraws: 100, BootstrapOver: rsa.None, Seed: 5}
	sameBits(t, "dual bootstrap", func(b work.Budget) (any, error) { return e.Run(t.Context(), models, subjects, b) })
	careful := run(t, e, models, subjects)
	e.Test = rsa.Student
	bold := run(t, e, models, subjects)
	for time, p := range careful.Models[0].Course.P {
		if q := bold.Models[0].Course.P[time]; p < q && q < 0.05 {
			t.Errorf("time %d: p = %v with conditions drawn too, %v of subjects alone", time, p, q)
		}
	}
}
