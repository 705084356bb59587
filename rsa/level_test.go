package rsa_test

import (
	"math"
	"os"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Of models that are in no subject, one in twenty evaluations may find any at
// any time.
func TestEvaluationKeepsItsLevel(t *testing.T) {
	experiments := 400
	if os.Getenv("ISOCORTEX_LONG") != "" {
		experiments = 10_000
	}
	tau, _ := compare.ByName("tau-b")
	cosine, _ := compare.ByName("cosine")
	for test, subjects := range map[string]int{rsa.SignFlip: 8, rsa.LabelPermutation: 2} {
		for _, comparator := range []compare.Comparator{compare.Comparators[0], tau, cosine} {
			if test == rsa.SignFlip && !comparator.ZeroIsChance() {
				continue
			}
			var rejected atomic.Int64
			e := rsa.Evaluation{Comparator: comparator, Test: test, Draws: 99, BootstrapOver: rsa.None, BootstrapDraws: 3}
			err := work.Budget{}.Each(t.Context(), "", experiments, func(i int) error {
				models, data := simulated(1, 8, 3, i)
				for s := range subjects { // each with a geometry of its own
					_, other := simulated(1, 8, 3, i, s)
					data.RDVs = append(data.RDVs[:s], other.RDVs[0])
				}
				e := e
				e.Seed = uint64(i)
				result, err := e.Run(t.Context(), models, data, work.Budget{Threads: 1})
				if err == nil && significant(result, 0.05) {
					rejected.Add(1)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			n := float64(experiments)
			if limit := 0.05*n + 3*math.Sqrt(n*0.05*0.95); float64(rejected.Load()) > limit {
				t.Errorf("%s %s: %d of %d true nulls rejected, want at most %.0f", test, comparator.Name, rejected.Load(), experiments, limit)
			}
			t.Logf("%s %s: %d of %d true nulls rejected", test, comparator.Name, rejected.Load(), experiments)
		}
	}
}

// documented requires, in the long tests, a measured rate in docs/statistics.md.
func documented(t *testing.T, name string, column int, rate float64) {
	t.Helper()
	if os.Getenv("ISOCORTEX_LONG") != "" {
		realtest.Documented(t, name, column, rate)
	}
}

func significant(r *rsa.Result, alpha rsa.Number) bool {
	for _, m := range r.Models {
		for _, p := range m.Course.Corrected {
			if p <= alpha {
				return true
			}
		}
	}
	return false
}
