package step_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
)

// weighable saves a layer of three channels, the last missing a number, in an
// order of its own, and subjects whose RDMs weigh the first two 4 to 1.
func weighable(t *testing.T) (layer string, subjects step.Source) {
	t.Helper()
	const conditions = 18
	r := seed.Stream(1, "weighable", 0)
	layers := &dataset.Dataset{Shape: [3]int{conditions, 3, 1}, Observation: map[string][]string{}, Channel: map[string][]string{"name": {"x", "y", "z"}}}
	for i := range conditions {
		layers.F64 = append(layers.F64, r.NormFloat64(), r.NormFloat64(), 1)
		layers.Observation["condition"] = append(layers.Observation["condition"], fmt.Sprintf("c%02d", i))
	}
	layers.F64[2] = math.NaN()
	var rdv []float64
	for i := range conditions {
		for j := i + 1; j < conditions; j++ {
			dx, dy := layers.At(i, 0, 0)-layers.At(j, 0, 0), layers.At(i, 1, 0)-layers.At(j, 1, 0)
			rdv = append(rdv, 4*dx*dx+dy*dy)
		}
	}
	layer = filepath.Join(t.TempDir(), "late.npz")
	order := r.Perm(conditions)
	if err := layers.Reorder(order).Write(layer); err != nil {
		t.Fatal(err)
	}
	return layer, storedRDVs(t, "subject", conditions, []string{"ann", "bob"}, rdv, rdv)
}

func TestWeighFindsPlantedWeights(t *testing.T) {
	layer, subjects := weighable(t)
	s := step.Weigh{Responses: layer, Subjects: []step.Source{subjects}, Penalties: []float64{1e-6}, Folds: rsa.Folds{Seed: 1}, Out: filepath.Join(t.TempDir(), "out")}
	env := without()
	found, err := s.Weigh(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if found.Score < 1-1e-6 || found.Unweighted > 0.99 || found.Channels != 2 || found.Used != 2 || found.Conditions != 18 {
		t.Errorf("%+v", found)
	}
	if !env.LeftOut() || len(found.Warnings) != 1 || !strings.Contains(found.Warnings[0], "1 of 3 channels are left out") {
		t.Errorf("left out %v, warnings %q", env.LeftOut(), found.Warnings)
	}
	if err := s.Save(found); err != nil {
		t.Fatal(err)
	}
	weighted, err := rdm.Open(filepath.Join(s.Out, "rdm.npz"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := rdm.Open(subjects.Path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(weighted.Conditions, want.Conditions) {
		t.Fatalf("conditions %q, want %q", weighted.Conditions, want.Conditions)
	}
	ratio := weighted.RDV(0)[0] / want.RDV(0)[0]
	for p, d := range weighted.RDV(0) {
		if math.Abs(d/want.RDV(0)[p]-ratio) > 1e-4*ratio {
			t.Fatalf("pair %d: %v, want %v", p, d, ratio*want.RDV(0)[p])
		}
	}
}

func TestWeighRefuses(t *testing.T) {
	layer, subjects := weighable(t)
	films := &dataset.Dataset{Shape: [3]int{3, 1, 2}, F64: make([]float64, 6), Times: []float64{0, 1}}
	film := filepath.Join(t.TempDir(), "film.npz")
	if err := films.Write(film); err != nil {
		t.Fatal(err)
	}
	for says, s := range map[string]step.Weigh{
		"film.npz has 2 times":            {Responses: film},
		"is no Dataset":                   {Responses: subjects.Path},
		`weights of channels by "ols"`:    {Responses: layer, Regression: rsa.LeastSquares},
		"name one or more, each above 0":  {Responses: layer, Penalties: []float64{0}},
		"no comparator is called \"tau\"": {Responses: layer, Comparator: "tau"},
	} {
		s.Subjects = []step.Source{subjects}
		if _, err := s.Weigh(t.Context(), without()); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("err = %v, want one that says %q", err, says)
		}
	}
}
