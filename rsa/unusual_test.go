package rsa_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// unusual runs every comparator and pooling on RDVs of subjects without time,
// requires that the result is JSON and comes back, and gives it to check.
func unusual(t *testing.T, model []float64, rdvs [][]float64, check func(t *testing.T, name string, found *rsa.Result)) {
	t.Helper()
	for _, c := range quick {
		for _, pool := range rsa.Pools {
			e := rsa.Evaluation{Comparator: c, Pool: pool, Draws: 20, BootstrapDraws: 50}
			found := run(t, e, []rsa.Model{{Name: "model", RDV: model}}, ofSubjects(rdvs))
			data, err := json.Marshal(found)
			var back rsa.Result
			if err == nil {
				err = json.Unmarshal(data, &back)
			}
			if err != nil || len(back.Models) != 1 {
				t.Errorf("%s: %v", c.Name, err)
			}
			check(t, c.Name+", "+pool, found)
		}
	}
}

func warned(found *rsa.Result, text string) bool {
	return slices.ContainsFunc(found.Warnings, func(w string) bool { return strings.Contains(w, text) })
}

var missing = math.NaN()

// A subject without a pair has no score and no part in the group; the others
// are as if alone.
func TestSubjectWithoutAnyPair(t *testing.T) {
	model, a, b := []float64{1, 2, 3, 4, 5, 6}, []float64{2, 1, 3, 4, 6, 5}, []float64{1, 3, 2, 5, 4, 6}
	nobody := slices.Repeat([]float64{missing}, 6)
	alone := map[string]*rsa.Result{}
	unusual(t, model, [][]float64{a, b}, func(_ *testing.T, name string, found *rsa.Result) { alone[name] = found })
	unusual(t, model, [][]float64{a, nobody, b}, func(t *testing.T, name string, found *rsa.Result) {
		m, want := found.Models[0], alone[name]
		if !math.IsNaN(float64(m.Scores[1])) || m.Score != want.Models[0].Score || *m.P != *want.Models[0].P || found.Pairs != 0 {
			t.Errorf("%s: %+v, without the subject %+v", name, m, want.Models[0])
		}
		if got := found.NoiseCeiling.Lower.Values[0]; got != want.NoiseCeiling.Lower.Values[0] || !warned(found, "1 of 3 scores are undefined") {
			t.Errorf("%s: lower ceiling %v, without the subject %v; %q", name, got, want.NoiseCeiling.Lower.Values[0], found.Warnings)
		}
	})
}

// Where nobody can be compared with the others there is no ceiling, and the
// result says why.
func TestNobodyCanBePredicted(t *testing.T) {
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{{1, 2, 3, missing, missing, missing}, {missing, missing, missing, 2, 1, 3}}, func(t *testing.T, name string, found *rsa.Result) {
		if found.NoiseCeiling != nil || !strings.Contains(found.NoiseCeilingReason, "too few pairs in common") {
			t.Errorf("%s: ceiling %+v, %q", name, found.NoiseCeiling, found.NoiseCeilingReason)
		}
	})
}

// One subject has no ceiling: it would be 1 and mean nothing.
func TestOneSubject(t *testing.T) {
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{{2, 1, 3, 4, 6, 5}}, func(t *testing.T, name string, found *rsa.Result) {
		if found.NoiseCeiling != nil || !strings.Contains(found.NoiseCeilingReason, "one RDM") || found.Test != rsa.LabelPermutation {
			t.Errorf("%s: ceiling %+v, %s test", name, found.NoiseCeiling, found.Test)
		}
	})
}

// An RDM that is the same for all pairs orders nothing: it takes no part where
// the comparator has no scale for it, and moves no other score.
func TestConstantSubject(t *testing.T) {
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{{2, 1, 3, 4, 6, 5}, {7, 7, 7, 7, 7, 7}, {1, 3, 2, 5, 4, 6}}, func(t *testing.T, name string, found *rsa.Result) {
		zero := strings.HasPrefix(name, "kendall-tau-a") || strings.HasPrefix(name, "rho-a")
		defined := zero || strings.Contains(name, "cosine")
		score := float64(found.Models[0].Scores[1])
		if math.IsNaN(score) == defined || zero && score != 0 {
			t.Errorf("%s: score %v", name, score)
		}
		for _, bound := range []rsa.Series{found.NoiseCeiling.Lower, found.NoiseCeiling.Upper} {
			if value := float64(bound.Values[0]); !(value > 0 && value <= 1) {
				t.Errorf("%s: ceiling %v", name, value)
			}
		}
	})
}

// The same subject twice predicts itself.
func TestSubjectsThatAreTheSame(t *testing.T) {
	x := []float64{2, 1, missing, 4, 6, 5}
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{x, {3, 2, 1, 6, 5, 4}, x}, func(t *testing.T, name string, found *rsa.Result) {
		if !warned(found, "subject 1 and subject 3 have the same RDMs") || warned(found, "subject 2 have") {
			t.Errorf("%s: warnings %q", name, found.Warnings)
		}
	})
	nobody := slices.Repeat([]float64{missing}, 6)
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{nobody, {3, 2, 1, 6, 5, 4}, nobody}, func(t *testing.T, name string, found *rsa.Result) {
		if warned(found, "the same RDMs") {
			t.Errorf("%s: warnings %q", name, found.Warnings)
		}
	})
}

// Subjects who contradict each other have a ceiling below 0.
func TestNegativeCeiling(t *testing.T) {
	unusual(t, []float64{1, 2, 3, 4, 5, 6}, [][]float64{{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1}}, func(t *testing.T, name string, found *rsa.Result) {
		if strings.Contains(name, "cosine") {
			return
		}
		if lower := float64(found.NoiseCeiling.Lower.Values[0]); math.Abs(lower+1) > 1e-12 {
			t.Errorf("%s: lower ceiling %v, want -1", name, lower)
		}
	})
}

// Three conditions have three pairs and six orders: the test says what it
// cannot reach, and the interval rests on the draws that have all three.
func TestThreeConditions(t *testing.T) {
	unusual(t, []float64{1, 2, 3}, [][]float64{{2, 3, 7}, {1, 3, 2}}, func(t *testing.T, name string, found *rsa.Result) {
		if found.Draws != 6 || !warned(found, "a label permutation test of 3 conditions cannot reach p ≤ 0.05: its smallest p value is 0.167") {
			t.Errorf("%s: %d draws, %q", name, found.Draws, found.Warnings)
		}
		// Draws of all three conditions are the RDM itself, for every comparator.
		m := found.Models[0]
		if math.Abs(float64(m.CI[0]-m.Score)) > 1e-12 || math.Abs(float64(m.CI[1]-m.Score)) > 1e-12 || !warned(found, "undefined in up to") {
			t.Errorf("%s: %v in %v, %q", name, m.Score, *m.CI, found.Warnings)
		}
	})
}

// Unrelated distances have a cosine far above 0: a test against 0 would find
// everything.
func TestCosineIsNotTestedAgainstZero(t *testing.T) {
	cosine, _ := compare.ByName("cosine")
	_, subjects := simulated(10, 12, 2)
	models := []rsa.Model{{Name: "other subject", RDV: subjects.RDVs[0][0]}}
	subjects.RDVs = subjects.RDVs[1:]
	found := run(t, rsa.Evaluation{Comparator: cosine, Draws: 99}, models, subjects)
	if found.Test != rsa.LabelPermutation || found.Models[0].Course.Corrected[0] < 0.05 || found.Models[0].Course.Score[0] < 0.5 {
		t.Errorf("%s test: score %v, p %v", found.Test, found.Models[0].Course.Score[0], found.Models[0].Course.Corrected[0])
	}
	found = run(t, rsa.Evaluation{Comparator: cosine, Test: rsa.SignFlip, Draws: 99}, models, subjects)
	if !warned(found, "use label permutation") {
		t.Errorf("warnings %q", found.Warnings)
	}
}

// The maximum over models is one of scores above chance: a model whose chance
// is high does not hide the others.
func TestChanceOfOneModelDoesNotHideAnother(t *testing.T) {
	cosine, _ := compare.ByName("cosine")
	models, subjects := simulated(4, 8, 1)
	planted := slices.Clone(subjects.RDVs[0][0])
	high := slices.Clone(planted)
	for p := range high {
		planted[p] -= slices.Min(subjects.RDVs[0][0])
		high[p] = 100 + models[1].RDV[p]
	}
	models = []rsa.Model{{Name: "planted", RDV: planted}, {Name: "high", RDV: high}}
	found := run(t, rsa.Evaluation{Comparator: cosine, Draws: 199, BootstrapOver: rsa.None}, models, single(subjects, 0))
	if a, b := found.Models[0], found.Models[1]; a.Score > b.Score || *a.Corrected > 0.05 {
		t.Errorf("planted %v, p %v; the other %v, p %v", a.Score, *a.Corrected, b.Score, *b.Corrected)
	}
}

// Times must be numbers that ascend: JSON has no others.
func TestTimesThatAreNone(t *testing.T) {
	models, subjects := simulated(2, 5, 2)
	for name, times := range map[string][]float64{"NaN": {0, math.NaN()}, "infinite": {0, math.Inf(1)}, "twice": {0.1, 0.1}} {
		subjects.Times = times
		if _, err := (rsa.Evaluation{}).Run(t.Context(), models, subjects, work.Budget{}); err == nil || !strings.Contains(err.Error(), "times are numbers that ascend") {
			t.Errorf("%s: err = %v", name, err)
		}
	}
}
