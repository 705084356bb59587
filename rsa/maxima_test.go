package rsa_test

import (
	"math"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// drawing are the tests that know what the largest score comes to by chance.
var drawing = []string{rsa.DualBootstrap, rsa.SignFlip, rsa.LabelPermutation}

// The peak of a planted model is found among the largest of all draws, and by
// half the subjects in the others; that of an absent one is not.
func TestMaximaThatArePlantedAreFound(t *testing.T) {
	for _, test := range drawing {
		models, subjects := simulated(10, 20, 6)
		e := rsa.Evaluation{Test: test, Draws: 199, BootstrapOver: rsa.None, BootstrapDraws: 199, Seed: 4}
		found := run(t, e, models, subjects)
		planted, absent := found.Models[0].Peak, found.Models[1].Peak
		if *planted.P > 0.05 || *absent.P <= 0.05 {
			t.Errorf("%s: p of the peaks %v and %v", test, *planted.P, *absent.P)
		}
		if p := found.Models[1].Course.P[absent.Index]; *absent.P < p {
			t.Errorf("%s: the peak has p %v as the largest of six, %v alone", test, *absent.P, p)
		}
		if math.Abs(float64(*planted.HeldOut-planted.Score)) > 0.02 || *absent.HeldOut >= absent.Score {
			t.Errorf("%s: held out %v of %v, %v of %v", test, *planted.HeldOut, planted.Score, *absent.HeldOut, absent.Score)
		}
		if b := found.Best; b.Name != "planted" || b.Score != planted.Score || *b.P > 0.05 || *b.P < *planted.P || *b.HeldOut != *planted.HeldOut {
			t.Errorf("%s: best %+v, peak %+v", test, b, planted)
		}
	}
}

// A window of one time has the p value of that time.
func TestMaximumOfOneIsItself(t *testing.T) {
	for _, test := range drawing {
		models, subjects := simulated(6, 9, 3)
		e := rsa.Evaluation{Test: test, Draws: 99, BootstrapOver: rsa.None, BootstrapDraws: 50}
		e.Window.From, e.Window.To = 0.04, 0.06
		for _, m := range run(t, e, models, subjects).Models {
			if p := m.Course.P[1]; *m.Peak.P != p || math.Abs(float64(*m.Peak.HeldOut-m.Score)) > 1e-12 {
				t.Errorf("%s: p %v, of the time %v; held out %v of %v", test, *m.Peak.P, p, *m.Peak.HeldOut, m.Score)
			}
		}
	}
}

// The tests that draw nothing, tails that look for small scores, and few
// subjects leave out what they cannot say.
func TestMaximaThatAreNotKnown(t *testing.T) {
	models, subjects := simulated(6, 8, 3)
	for _, e := range []rsa.Evaluation{{Test: rsa.Student}, {Test: rsa.Wilcoxon}, {Test: rsa.None}, {Test: rsa.SignFlip, Tail: "less"}} {
		e.BootstrapOver = rsa.None
		found := run(t, e, models, subjects)
		if found.Best.P != nil || found.Models[0].Peak.P != nil || found.Best.HeldOut == nil {
			t.Errorf("%s, %s: %+v", e.Test, e.Tail, found.Best)
		}
	}
	models, subjects = simulated(3, 6, 3)
	found := run(t, rsa.Evaluation{Draws: 9, BootstrapOver: rsa.None, BootstrapDraws: 9}, models, subjects)
	if found.Best.HeldOut != nil || found.Models[0].Peak.HeldOut != nil || found.Best.P == nil {
		t.Errorf("three subjects: %+v", found.Best)
	}
	if best := run(t, rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}, models[:1], subjects).Best; best != nil {
		t.Errorf("the best of one model: %+v", best)
	}
}

// The best of models that have nothing to do with the brain is found as rarely
// as the level says.
func TestBestModelKeepsItsLevel(t *testing.T) {
	experiments := 100
	if os.Getenv("ISOCORTEX_LONG") != "" {
		experiments = 2000
	}
	nothing := slices.Repeat([]float64{math.NaN()}, 5)
	for test, draws := range map[string]int{rsa.DualBootstrap: 40, rsa.LabelPermutation: 3} { // of which permuted labels need none
		var rejected atomic.Int64
		err := work.Budget{}.Each(t.Context(), "", experiments, func(i int) error {
			models, subjects := related(6, 20, nothing, i)
			e := rsa.Evaluation{Comparator: compare.Comparators[0], Test: test, Draws: 39, BootstrapOver: rsa.None, BootstrapDraws: draws, Seed: uint64(i)}
			found, err := e.Run(t.Context(), models, subjects, work.Budget{Threads: 1})
			if err == nil && *found.Best.P <= 0.05 {
				rejected.Add(1)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		n := float64(experiments)
		t.Logf("%s: the best of five true nulls found in %d of %d", test, rejected.Load(), experiments)
		documented(t, "best of five models, "+test, 1, float64(rejected.Load())/n)
		if limit := 0.05*n + 3*math.Sqrt(n*0.05*0.95); float64(rejected.Load()) > limit {
			t.Errorf("%s: %d of %d true nulls rejected, want at most %.0f", test, rejected.Load(), experiments, limit)
		}
	}
}
