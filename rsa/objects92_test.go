package rsa_test

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
)

// published holds what other programs find in published RDMs of 92 objects.
type published struct {
	Ceilings map[string]map[string]map[string]struct{ Lower, Upper float64 } // by data, comparator, pool
	Models   map[string]map[string]struct {
		Group    float64
		Subjects []float64
	}
	Draw struct {
		Counts   []int
		Ceilings map[string]map[string]struct{ Lower, Upper float64 }
		Models   map[string]map[string][]float64
	}
	MonkeyAndHuman   map[string]float64 `json:"monkey and human"`
	BehaviorAndHuman map[string]float64 `json:"behavior and human"`
}

func reference92(t *testing.T) published {
	t.Helper()
	var reference published
	realtest.Reference(t, "objects92.json", &reference)
	return reference
}

func mean(rdvs [][]float64) []float64 { return compare.Raw(rdvs).Mean() }

// ofSubjects makes each RDV a subject.
func ofSubjects(rdvs [][]float64) (subjects rsa.Subjects) {
	for _, x := range rdvs {
		subjects.RDVs = append(subjects.RDVs, [][]float64{x})
	}
	return subjects
}

// Sums of some thousand products, in another order: 1e-12 is a thousand roundings.
const rounding = 1e-12

func TestNoiseCeilingsOfPublishedRDMs(t *testing.T) {
	for name, read := range map[string]func(testing.TB) [][]float64{
		"human IT": objectstest.HumanIT,
		"behavior": func(t testing.TB) [][]float64 {
			rdvs, _ := objectstest.RDMs(t, "92_behavRDMs.mat", "rdms_behav_92")
			return rdvs
		},
		"EVC": func(t testing.TB) [][]float64 { return objectstest.Region(t, "EVC") },
		"IT":  func(t testing.TB) [][]float64 { return objectstest.Region(t, "IT") },
	} {
		t.Run(name, func(t *testing.T) {
			rdvs := read(t)
			for comparator, pools := range reference92(t).Ceilings[name] {
				for pool, want := range pools {
					c, _ := compare.ByName(comparator)
					e := rsa.Evaluation{Comparator: c, Pool: pool, Test: rsa.None, BootstrapOver: rsa.None}
					result := run(t, e, []rsa.Model{{Name: "any", RDV: rdvs[0]}}, ofSubjects(rdvs))
					lower, upper := float64(result.NoiseCeiling.Lower.Values[0]), float64(result.NoiseCeiling.Upper.Values[0])
					if math.Abs(lower-want.Lower) > rounding || math.Abs(upper-want.Upper) > rounding || result.Pool != pool {
						t.Errorf("%s, %s of %d subjects: %v to %v, want %v to %v", comparator, result.Pool, result.Subjects, lower, upper, want.Lower, want.Upper)
					}
				}
			}
		})
	}
}

func TestScoresOfPublishedModels(t *testing.T) {
	subjects := objectstest.HumanIT(t)
	rdvs, names := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	reference := reference92(t)
	for i, name := range names {
		for comparator, want := range reference.Models[name] {
			c, _ := compare.ByName(comparator)
			e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: rsa.None}
			found := run(t, e, []rsa.Model{{Name: name, RDV: rdvs[i]}}, ofSubjects(subjects)).Models[0]
			for s, score := range found.Scores {
				if math.Abs(float64(score)-want.Subjects[s]) > rounding {
					t.Errorf("%s of %s in subject %d is %v, want %v", comparator, name, s, score, want.Subjects[s])
				}
			}
			group, err := c.Score(rdvs[i], mean(subjects))
			if err != nil || math.Abs(group.Value-want.Group) > rounding {
				t.Errorf("%s of %s with the group is %v, want %v", comparator, name, group.Value, want.Group)
			}
		}
	}
}

func TestScoresBetweenPublishedRDMs(t *testing.T) {
	species, _ := objectstest.RDMs(t, "Kriegeskorte_Neuron2008_supplementalData.mat", "RDMs_mIT_hIT_fig1")
	behavior, _ := objectstest.RDMs(t, "92_behavRDMs.mat", "rdms_behav_92")
	reference := reference92(t)
	for _, pair := range []struct {
		name string
		x, y []float64
		want map[string]float64
	}{
		{"monkey and human IT", species[0], species[1], reference.MonkeyAndHuman},
		{"behavior and human IT", mean(behavior), mean(objectstest.HumanIT(t)), reference.BehaviorAndHuman},
	} {
		for comparator, want := range pair.want {
			c, _ := compare.ByName(comparator)
			if got, err := c.Score(pair.x, pair.y); err != nil || math.Abs(got.Value-want) > rounding {
				t.Errorf("%s of %s is %v, %v; want %v", comparator, pair.name, got.Value, err, want)
			}
		}
	}
}

// A draw of a bootstrap, as the RDM with copied rows in which pairs of copies
// are missing, and as weights of the pairs.
func TestDrawOfPublishedRDMs(t *testing.T) {
	draw := reference92(t).Draw
	var choice []int
	for condition, copies := range draw.Counts {
		choice = append(choice, slices.Repeat([]int{condition}, copies)...)
	}
	subjects := objectstest.HumanIT(t)
	var copied [][]float64
	for _, x := range subjects {
		copied = append(copied, withMissing(x, choice))
	}
	rdvs, names := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	for comparator, pools := range draw.Ceilings {
		c, _ := compare.ByName(comparator)
		for pool, want := range pools {
			e := rsa.Evaluation{Comparator: c, Pool: pool, Test: rsa.None, BootstrapOver: rsa.None}
			ceiling := run(t, e, []rsa.Model{{RDV: copied[0]}}, ofSubjects(copied)).NoiseCeiling
			if lower, upper := float64(ceiling.Lower.Values[0]), float64(ceiling.Upper.Values[0]); math.Abs(lower-want.Lower) > rounding || math.Abs(upper-want.Upper) > rounding {
				t.Errorf("%s, %s: %v to %v, want %v to %v", comparator, pool, lower, upper, want.Lower, want.Upper)
			}
		}
		var resample compare.Resample
		resample.SetCounts(draw.Counts)
		for i, name := range names {
			for s, want := range draw.Models[name][comparator] {
				var a, b compare.Vector
				c.Resample(&a, c.Prepare(rdvs[i]), &resample)
				c.Resample(&b, c.Prepare(subjects[s]), &resample)
				missing, err := c.Score(withMissing(rdvs[i], choice), copied[s])
				if got := c.Compare(&a, &b); err != nil || math.Abs(got-want) > rounding || math.Abs(missing.Value-want) > rounding {
					t.Errorf("%s of %s in subject %d: %v by weights, %v of copies; want %v", comparator, name, s, got, missing.Value, want)
				}
			}
		}
	}
}

// withMissing returns the RDV of the chosen conditions, NaN for a condition and
// its own copy.
func withMissing(x []float64, choice []int) (copied []float64) {
	for k, i := range choice {
		for _, j := range choice[k+1:] {
			d := math.NaN()
			if i != j {
				d = x[i*(2*92-i-1)/2+j-i-1]
			}
			copied = append(copied, d)
		}
	}
	return copied
}
