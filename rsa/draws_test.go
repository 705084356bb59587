package rsa_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Draws found at once have the intervals and p values of draws one by one: with
// five conditions some have fewer than three, of 150 the last batch is short, and
// 200 RDMs of subjects are more than one product takes.
func TestDrawsAtOnceAreDrawsOneByOne(t *testing.T) {
	models, subjects := simulated(5, 5, 40)
	for _, c := range []string{"pearson", "cosine"} {
		comparator, err := compare.ByName(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, over := range []string{"conditions", "both"} {
			e := rsa.Evaluation{Comparator: comparator, Test: rsa.DualBootstrap, BootstrapOver: over, BootstrapDraws: 150, Seed: 3}
			want := found(t, e, models, subjects)
			e.Multiplier = engine.Plain{}
			got := found(t, e, models, subjects)
			for k := range want {
				if !(math.Abs(got[k]-want[k]) <= 1e-9) { // p values are of distances over small variances
					t.Fatalf("%s over %s: number %d is %v at once, %v one by one", c, over, k, got[k], want[k])
				}
			}
		}
	}
}

// found lists what draws decide.
func found(t *testing.T, e rsa.Evaluation, models []rsa.Model, subjects rsa.Subjects) (all []float64) {
	t.Helper()
	for _, m := range run(t, e, models, subjects).Models {
		all = append(all, values(m.Course.P)...)
		all = append(all, values(m.Course.Low)...)
		all = append(all, values(m.Course.High)...)
		all = append(all, values(m.Peak.ScoreCI[:])...)
		all = append(all, values(m.Peak.TimeCI[:])...)
	}
	return all
}

func values(x []rsa.Number) (result []float64) {
	for _, value := range x {
		result = append(result, float64(value))
	}
	return result
}

// Missing pairs and models without a score are as they are one by one, to the bit.
func TestDrawsAtOnceOfMissingPairs(t *testing.T) {
	models, subjects := simulated(6, 7, 2)
	subjects.RDVs[2][1][4] = math.NaN()
	comparator, _ := compare.ByName("pearson")
	e := rsa.Evaluation{Comparator: comparator, Test: rsa.None, BootstrapOver: "both", BootstrapDraws: 70}
	want := found(t, e, models, subjects)
	e.Multiplier = engine.Plain{}
	for k, got := range found(t, e, models, subjects) {
		if got != want[k] && !math.IsNaN(want[k]) {
			t.Fatalf("number %d is %v at once, %v one by one", k, got, want[k])
		}
	}
}

func TestDrawsAtOnceOnAnyThreads(t *testing.T) {
	models, subjects := simulated(5, 8, 3)
	comparator, _ := compare.ByName("pearson")
	e := rsa.Evaluation{Comparator: comparator, Test: rsa.DualBootstrap, BootstrapOver: "both", BootstrapDraws: 200, Multiplier: engine.Plain{}}
	want := found(t, e, models, subjects)
	for _, threads := range []int{1, 2, 7} {
		result, err := e.Run(t.Context(), models, subjects, work.Budget{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		if got := result.Models[0].Course.P; float64(got[0]) != want[0] || float64(got[2]) != want[2] {
			t.Errorf("%d threads: p %v, others %v", threads, got, want[:3])
		}
	}
}
