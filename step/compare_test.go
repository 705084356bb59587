package step_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// ofConditions writes RDMs, one behind the other.
func ofConditions(t *testing.T, name string, conditions []string, x ...float64) step.Source {
	t.Helper()
	r := &rdm.RDMs{Size: len(conditions), Conditions: conditions, Dissimilarities: x, Definition: rdm.Definition{Measure: "distance", Kind: rdm.Distance}}
	path := filepath.Join(t.TempDir(), name)
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	return step.Source{Path: path}
}

// The covariance of conditions is in the order of A, whatever the order in which
// they are compared, and conditions that B lacks are left out of it.
func TestCovarianceIsInTheOrderOfA(t *testing.T) {
	// owl dog cat ant, and B without ant
	a := ofConditions(t, "a.npz", []string{"owl", "dog", "cat", "ant"}, 1, 4, 9, 2, 8, 7) // od oc oa dc da ca
	b := ofConditions(t, "b.npz", []string{"cat", "dog", "owl"}, 3, 5, 2)                 // cd co do
	path, c := covarianceOfFour(t)
	s := step.Compare{A: a, B: b, Comparator: "whitened-cosine", Covariance: path}
	found, err := s.Compare(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.Score([]float64{2, 4, 1}, []float64{3, 5, 2})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(found.Score)-want.Value) > 1e-12 || found.Covariance != "covariance.npy" || found.Conditions != 3 {
		t.Errorf("%+v, want %v", found, want)
	}
}

// In rsa it is in the order of the first file of subjects, and models may stand in
// any other.
func TestCovarianceIsInTheOrderOfSubjects(t *testing.T) {
	model := ofConditions(t, "model.npz", []string{"cat", "dog", "owl"}, 3, 5, 2)                 // cd co do
	brain := ofConditions(t, "brain.npz", []string{"owl", "dog", "cat", "ant"}, 1, 4, 9, 2, 8, 7) // od oc oa dc da ca
	path, c := covarianceOfFour(t)
	s := step.RSA{Models: []step.Source{model}, Subjects: []step.Source{brain}, Comparator: "whitened-cosine", Covariance: path}
	s.Evaluation.Draws = 10
	found, err := s.Evaluate(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.Score([]float64{3, 5, 2}, []float64{2, 4, 1})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(found.Models[0].Score)-want.Value) > 1e-12 || found.Comparator != c.Name || found.BootstrapOver != rsa.None {
		t.Errorf("%+v by %s, want %v", found.Models[0], found.Comparator, want)
	}
	if !slices.Contains(s.Inputs(), path) {
		t.Errorf("inputs %v", s.Inputs())
	}
	s.Evaluation.BootstrapOver = "conditions"
	if _, err := s.Evaluate(t.Context(), &step.Env{}); err == nil || !strings.Contains(err.Error(), "use subjects or none") {
		t.Errorf("a bootstrap over conditions: %v", err)
	}
}

// covarianceOfFour writes the covariance of owl, dog, cat and ant, and returns
// whitened-cosine with that of cat, dog and owl.
func covarianceOfFour(t *testing.T) (path string, c compare.Comparator) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "covariance.npy")
	err := npy.Write(path, &npy.Array{Shape: []int{4, 4}, Data: []float64{
		1, 0.5, 0, 0.1,
		0.5, 2, 0.3, 0,
		0, 0.3, 3, 0,
		0.1, 0, 0, 4,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = compare.ByName("whitened-cosine"); err != nil {
		t.Fatal(err)
	}
	if c, err = c.WithCovariance([][]float64{{3, 0.3, 0}, {0.3, 2, 0.5}, {0, 0.5, 1}}); err != nil { // cat dog owl
		t.Fatal(err)
	}
	return path, c
}
