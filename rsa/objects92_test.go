package rsa_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
)

// objects92 holds what other programs find in published RDMs of 92 objects.
type objects92 struct {
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

func reference92(t *testing.T) objects92 {
	t.Helper()
	var reference objects92
	data, err := os.ReadFile("testdata/reference/objects92.json")
	if err == nil {
		err = json.Unmarshal(data, &reference)
	}
	if err != nil {
		t.Fatal(err)
	}
	return reference
}

// values reads a variable of a MATLAB file below the folder of the 92 objects.
func values(t *testing.T, path, name string) mat.Value {
	t.Helper()
	f, err := mat.Open(realtest.Path(t, "objects92", path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	v, err := f.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// structs reads the RDVs and names of an array of structs.
func structs(t *testing.T, path, name string) (rdvs [][]float64, names []string) {
	t.Helper()
	v := values(t, path, name)
	for i := range v.Len() {
		dissimilarities, _ := v.Field(i, "RDM")
		text, _ := v.Field(i, "name")
		x := float64s(t, dissimilarities.Numbers)
		if dissimilarities.Shape[0] > 1 {
			x = triangle(x, dissimilarities.Shape[0])
		}
		rdvs, names = append(rdvs, x), append(names, text.Text[0])
	}
	return rdvs, names
}

func float64s(t *testing.T, numbers any) []float64 {
	t.Helper()
	switch x := numbers.(type) {
	case []float64:
		return x
	case []float32:
		wide := make([]float64, len(x))
		for i, value := range x {
			wide[i] = float64(value)
		}
		return wide
	}
	t.Fatalf("numbers of type %T", numbers)
	return nil
}

// triangle returns the RDV of a square matrix.
func triangle(square []float64, n int) (x []float64) {
	for i := range n {
		x = append(x, square[i*n+i+1:(i+1)*n]...)
	}
	return x
}

// people returns the RDVs of human IT, one per subject: the mean of two sessions.
func people(t *testing.T) [][]float64 {
	t.Helper()
	sessions, _ := structs(t, "92_brainRDMs.mat", "RDMs") // 1 × subjects × 2, row-major
	var rdvs [][]float64
	for s := 0; s < len(sessions); s += 2 {
		rdvs = append(rdvs, mean(sessions[s:s+2]))
	}
	return rdvs
}

func mean(rdvs [][]float64) []float64 { return compare.Raw(rdvs).Mean() }

// ofSubjects makes each RDV a subject.
func ofSubjects(rdvs [][]float64) (subjects rsa.Subjects) {
	for _, x := range rdvs {
		subjects.RDVs = append(subjects.RDVs, [][]float64{x})
	}
	return subjects
}

// fifteen returns the RDVs of 15 people in a region.
func fifteen(region string) func(t *testing.T) [][]float64 {
	return func(t *testing.T) (rdvs [][]float64) {
		x := float64s(t, values(t, "fmri15/target_fmri.mat", region+"_RDMs").Numbers)
		for size := 92 * 92; len(x) > 0; x = x[size:] {
			rdvs = append(rdvs, triangle(x[:size], 92))
		}
		return rdvs
	}
}

// Sums of some thousand products, in another order: 1e-12 is a thousand roundings.
const rounding = 1e-12

func TestNoiseCeilingsOfPublishedRDMs(t *testing.T) {
	for name, read := range map[string]func(t *testing.T) [][]float64{
		"human IT": people,
		"behavior": func(t *testing.T) [][]float64 {
			rdvs, _ := structs(t, "92_behavRDMs.mat", "rdms_behav_92")
			return rdvs
		},
		"EVC": fifteen("EVC"),
		"IT":  fifteen("IT"),
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
	subjects := people(t)
	rdvs, names := structs(t, "92_modelRDMs.mat", "Models")
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
	species, _ := structs(t, "Kriegeskorte_Neuron2008_supplementalData.mat", "RDMs_mIT_hIT_fig1")
	behavior, _ := structs(t, "92_behavRDMs.mat", "rdms_behav_92")
	reference := reference92(t)
	for _, pair := range []struct {
		name string
		x, y []float64
		want map[string]float64
	}{
		{"monkey and human IT", species[0], species[1], reference.MonkeyAndHuman},
		{"behavior and human IT", mean(behavior), mean(people(t)), reference.BehaviorAndHuman},
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
	subjects := people(t)
	var copied [][]float64
	for _, x := range subjects {
		copied = append(copied, withMissing(x, choice))
	}
	rdvs, names := structs(t, "92_modelRDMs.mat", "Models")
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
