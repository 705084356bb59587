package step_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
)

// drawnRDV draws the distances of points in the plane: an RDM with structure.
func drawnRDV(stream uint64, conditions int) []float64 {
	r := seed.Stream(stream, "points", 0)
	points := make([][2]float64, conditions)
	for i := range points {
		points[i] = [2]float64{r.NormFloat64(), r.NormFloat64()}
	}
	var x []float64
	for i, p := range points {
		for _, q := range points[i+1:] {
			x = append(x, math.Hypot(p[0]-q[0], p[1]-q[1]))
		}
	}
	return x
}

// storedRDVs saves RDMs with one label each.
func storedRDVs(t *testing.T, label string, conditions int, names []string, rdvs ...[]float64) step.Source {
	t.Helper()
	r := &rdm.RDMs{
		Size: conditions, Dissimilarities: slices.Concat(rdvs...), Labels: map[string][]string{label: names},
		Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance},
	}
	for i := range conditions {
		r.Conditions = append(r.Conditions, fmt.Sprintf("c%02d", i))
	}
	path := filepath.Join(t.TempDir(), label+".npz")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	return step.Source{Path: path}
}

// planted are two subjects whose RDMs are the same mixture of the first two of
// three layers, whose scales differ.
func planted(t *testing.T) (layers, subjects step.Source) {
	const conditions = 24
	a, b, c := drawnRDV(1, conditions), drawnRDV(2, conditions), drawnRDV(3, conditions)
	mixture := make([]float64, len(a))
	for p := range mixture {
		mixture[p] = 3*a[p] + b[p]
		b[p] *= 10
	}
	layers = storedRDVs(t, "layer", conditions, []string{"a", "b", "c"}, a, b, c)
	return layers, storedRDVs(t, "subject", conditions, []string{"ann", "bob"}, mixture, mixture)
}

func TestReweightFindsPlantedWeights(t *testing.T) {
	layers, subjects := planted(t)
	s := step.Reweight{
		Models: []step.Source{layers}, Subjects: []step.Source{subjects}, Brain: "IT",
		Kinds: []string{"weighted", "select", "fixed"}, Folds: rsa.Folds{Seed: 1}, Draws: 10, Out: filepath.Join(t.TempDir(), "out"),
	}
	found, err := s.Evaluate(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range found.Models {
		names = append(names, m.Kind+" "+m.Name)
	}
	if want := []string{"weighted layer", "select layer", "fixed a", "fixed b", "fixed c"}; !slices.Equal(names, want) {
		t.Fatalf("mixtures %q, want %q", names, want)
	}
	mixture := found.Models[0]
	if w := mixture.Weights[0]; math.Abs(float64(w[0]/w[1])-30) > 1e-6 || math.Abs(float64(w[2])) > 1e-9 || mixture.Score[0] < 1-1e-9 {
		t.Errorf("weights %v, score %v, want 30 : 1 : 0 and 1", w, mixture.Score)
	}
	if share := found.Shares[0][0]; share[0] < 0.6 || share[0] > 0.9 || math.Abs(float64(share[0]+share[1])-1) > 1e-9 {
		t.Errorf("shares %v, want about 3 : 1 : 0", share)
	}
	if one := found.Models[1]; one.Score[0] >= mixture.Score[0] || one.Weights[0][0] != 1 || one.Score[0] != found.Models[2].Score[0] {
		t.Errorf("selected %v with a score of %v, a alone has %v", one.Weights, one.Score, found.Models[2].Score)
	}
	if found.Brain != "IT" || found.Matched != "label" || !slices.Equal(found.SubjectNames, []string{"ann", "bob"}) {
		t.Errorf("basis %+v", found.Basis)
	}
	if err := s.Save(found); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(s.Out, "weights.tsv"))
	if lines := strings.Split(strings.TrimSpace(string(text)), "\n"); err != nil || len(lines) != 1+3+3+3 || lines[0] != "mixture\tkind\tcomponent\tweight\tlowest\thighest\tshare" {
		t.Errorf("%v, %v", lines, err)
	}
}

// The RDMs of each network with several are mixed, and those of all.
func TestReweightMixesNetworks(t *testing.T) {
	one, subjects := planted(t)
	other, _ := planted(t)
	one.Name, other.Name = "one", "other"
	for kind, want := range map[string]string{
		"weighted":    "one (a, b, c); other (a, b, c); all (one a, one b, one c, other a, other b, other c)",
		"interpolate": "one (a, b, c); other (a, b, c)",
		"fixed":       "one a (one a); one b (one b); one c (one c); other a (other a); other b (other b); other c (other c)",
	} {
		found, err := step.Reweight{Models: []step.Source{one, other}, Subjects: []step.Source{subjects}, Kinds: []string{kind}, Bootstrap: "none"}.Evaluate(t.Context(), without())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range found.Models {
			names = append(names, fmt.Sprintf("%s (%s)", m.Name, strings.Join(m.Components, ", ")))
		}
		if got := strings.Join(names, "; "); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

func TestReweightRefuses(t *testing.T) {
	layers, subjects := planted(t)
	few := storedRDVs(t, "subject", 8, []string{"ann"}, drawnRDV(1, 8))
	for name, c := range map[string]struct {
		step step.Reweight
		says string
	}{
		"an unknown kind":       {step.Reweight{Kinds: []string{"mixed"}}, `no kind of model is called "mixed"`},
		"an unknown comparator": {step.Reweight{Comparator: "peerson"}, "pearson"},
		"no least squares":      {step.Reweight{Comparator: "bures"}, "no least squares lead to the highest bures"},
		"an idle penalty":       {step.Reweight{Regression: rsa.LeastSquares, Penalty: 1}, "a penalty of 1 for ols"},
		"an unknown bootstrap":  {step.Reweight{Bootstrap: "stimuli"}, `cannot be over "stimuli"`},
		"few conditions":        {step.Reweight{Subjects: []step.Source{few}}, "too few conditions"},
	} {
		c.step.Models = []step.Source{layers}
		if c.step.Subjects == nil {
			c.step.Subjects = []step.Source{subjects}
		}
		if _, err := c.step.Evaluate(t.Context(), without()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: err = %v, want one that says %q", name, err, c.says)
		}
	}
}

// Four people's human IT is more like a mixture of models than like any of them,
// on objects and people that the mixture was not fitted to.
func TestReweightOfHumanIT(t *testing.T) {
	data := filepath.Join(realtest.Path(t), "objects92")
	found, err := step.Reweight{
		Models:   []step.Source{{Path: filepath.Join(data, "92_modelRDMs.mat")}},
		Subjects: []step.Source{{Path: filepath.Join(data, "92_brainRDMs.mat")}},
		Kinds:    []string{"weighted", "fixed"}, Folds: rsa.Folds{Seed: 1}, Draws: 20,
	}.Evaluate(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	mixture, lower, upper := found.Models[0].Score[0], found.NoiseCeiling.Lower.Values[0], found.NoiseCeiling.Upper.Values[0]
	for _, m := range found.Models[1:] {
		if m.Score[0] >= mixture {
			t.Errorf("%s alone scores %v, the mixture %v", m.Name, m.Score[0], mixture)
		}
	}
	if mixture < lower || mixture > upper {
		t.Errorf("score %v, noise ceiling %v to %v", mixture, lower, upper)
	}
	for k, d := range found.Inference.Differences[:len(found.Models)-1] {
		if d.First != 0 || d.Second != k+1 || !(d.Value[0] > 0) || !(d.Corrected[0] < 0.05) {
			t.Errorf("the mixture less %s: %+v", found.Models[k+1].Name, d)
		}
	}
}
