package rsa_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// evaluated runs every comparator on small random data with ties, and gives
// the property a way to run again.
func evaluated(t *testing.T, property func(t *rapid.T, models []rsa.Model, subjects rsa.Subjects, run func([]rsa.Model, rsa.Subjects) *rsa.Result)) {
	t.Helper()
	for _, c := range quick {
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				e := rsa.Evaluation{
					Comparator: c, Draws: 20, BootstrapDraws: 8,
					Test:          rapid.SampledFrom(rsa.Tests[1:]).Draw(t, "test"),
					BootstrapOver: rapid.SampledFrom([]string{"subjects", "conditions", "both", rsa.None}).Draw(t, "over"),
				}
				models, subjects := drawn(t)
				property(t, models, subjects, func(models []rsa.Model, subjects rsa.Subjects) *rsa.Result {
					result, err := e.Run(t.Context(), models, subjects, work.Budget{Threads: 1})
					if err != nil {
						t.Fatal(err)
					}
					return result
				})
			})
		})
	}
}

// drawn draws models and subjects over two times, whose RDMs have ties and
// missing pairs.
func drawn(t *rapid.T) (models []rsa.Model, subjects rsa.Subjects) {
	conditions := rapid.IntRange(3, 5).Draw(t, "conditions")
	pairs := conditions * (conditions - 1) / 2
	rdv := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 2, 3, 4, 5, math.NaN()}), pairs, pairs)
	for _, name := range []string{"a", "b"} {
		models = append(models, rsa.Model{Name: name, RDV: rdv.Draw(t, "model")})
	}
	subjects.Times = []float64{0, 0.1}
	for range rapid.IntRange(2, 4).Draw(t, "subjects") {
		subjects.RDVs = append(subjects.RDVs, [][]float64{rdv.Draw(t, "brain"), rdv.Draw(t, "brain")})
	}
	return models, subjects
}

func text(t *rapid.T, value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What is found for a model does not depend on the order of the models.
func TestOrderOfModelsDoesNotMatter(t *testing.T) {
	evaluated(t, func(t *rapid.T, models []rsa.Model, subjects rsa.Subjects, run func([]rsa.Model, rsa.Subjects) *rsa.Result) {
		forward := run(models, subjects)
		backward := run([]rsa.Model{models[1], models[0]}, subjects)
		slices.Reverse(backward.Models)
		if a, b := text(t, forward.Models), text(t, backward.Models); a != b {
			t.Fatalf("forward  %s\nbackward %s", a, b)
		}
	})
}

// RDMs twice as large are as alike as before; powers of two keep every bit.
func TestUnitsDoNotMatter(t *testing.T) {
	evaluated(t, func(t *rapid.T, models []rsa.Model, subjects rsa.Subjects, run func([]rsa.Model, rsa.Subjects) *rsa.Result) {
		before := run(models, subjects)
		for _, course := range subjects.RDVs {
			for _, x := range course {
				for p := range x {
					x[p] *= 8
				}
			}
		}
		if a, b := text(t, before), text(t, run(models, subjects)); a != b {
			t.Fatalf("before %s\nlarger %s", a, b)
		}
	})
}

// Inputs are read only, and a second run finds the same.
func TestRunChangesNothing(t *testing.T) {
	evaluated(t, func(t *rapid.T, models []rsa.Model, subjects rsa.Subjects, run func([]rsa.Model, rsa.Subjects) *rsa.Result) {
		var before [][]float64
		for _, course := range subjects.RDVs {
			before = append(before, slices.Clone(course[0]), slices.Clone(course[1]))
		}
		first, second := text(t, run(models, subjects)), text(t, run(models, subjects))
		if first != second {
			t.Fatalf("first %s\nsecond %s", first, second)
		}
		for s, course := range subjects.RDVs {
			for time, x := range course {
				if !slices.EqualFunc(x, before[2*s+time], near) {
					t.Fatalf("subject %d time %d is %v, was %v", s, time, x, before[2*s+time])
				}
			}
		}
	})
}

// The peak is the largest score of the course, p values are between 0 and 1,
// corrected ones no smaller, and intervals are ordered.
func TestResultLaws(t *testing.T) {
	evaluated(t, func(t *rapid.T, models []rsa.Model, subjects rsa.Subjects, run func([]rsa.Model, rsa.Subjects) *rsa.Result) {
		for _, m := range run(models, subjects).Models {
			for time, score := range m.Course.Score {
				p, corrected := m.Course.P[time], m.Course.Corrected[time]
				if score > m.Peak.Score || p <= 0 || corrected < p || corrected > 1 || m.Course.Low[time] > m.Course.High[time] {
					t.Fatalf("time %d of %s", time, text(t, m))
				}
			}
			if i := m.Peak.Index; i >= 0 && (m.Course.Score[i] != m.Peak.Score || m.Peak.Time != rsa.Number(subjects.Times[i])) {
				t.Fatalf("peak of %s", text(t, m))
			}
		}
	})
}

// A model that is the RDM of every subject is perfect, and so is the ceiling.
func TestPerfectModel(t *testing.T) {
	_, subjects := simulated(1, 6, 2)
	subjects.RDVs = slices.Repeat(subjects.RDVs, 6)
	for _, c := range quick {
		result := run(t, rsa.Evaluation{Comparator: c}, []rsa.Model{{RDV: subjects.RDVs[0][1]}}, subjects)
		m := result.Models[0]
		lower, upper := result.NoiseCeiling.Lower.Values[1], result.NoiseCeiling.Upper.Values[1]
		for _, score := range []rsa.Number{m.Peak.Score, lower, upper, m.Course.Low[1], m.Course.High[1]} {
			if math.Abs(float64(score)-1) > 1e-12 {
				t.Errorf("%s: peak %v, ceiling %v to %v, interval %v to %v", c.Name, m.Peak.Score, lower, upper, m.Course.Low[1], m.Course.High[1])
			}
		}
		if m.Peak.Index != 1 || c.ZeroIsChance() && m.Course.P[1] != 1.0/64 {
			t.Errorf("%s: peak %+v, p %v of 64 patterns", c.Name, m.Peak, m.Course.P)
		}
	}
}
