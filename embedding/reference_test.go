package embedding_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/realtest"
)

// reference holds numbers of numpy, scipy and scikit-learn; testdata/reference
// has the script.
type reference struct {
	RDV               []float64
	Eigenvalues       []float64
	ClassicalDistance []float64 `json:"classical distances"`
	Start             []float64
	Maps              map[string][]float64
	Trees             map[string]struct {
		Merges     [][4]float64
		Cophenetic []float64
	}
	Procrustes struct{ A, B, Rigid, Similar []float64 }
	Isotonic   struct{ Values, Result []float64 }
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	realtest.Reference(t, "reference.json", &r)
	return r
}

// near fails unless all numbers are equal to within a tolerance.
func near(t rapid.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Fatalf("%s: number %d is %.15g, want %.15g", what, i, got[i], want[i])
		}
	}
}

// numpy decomposes the whole matrix; eigenvalues agree to the rounding of either.
func TestClassicalAgreesWithTheFormula(t *testing.T) {
	r := readReference(t)
	found, err := embedding.Classical{Dimensions: 3}.Fit(r.RDV)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "eigenvalues", found.Eigenvalues, r.Eigenvalues[:3], 1e-12)
	near(t, "smallest", []float64{found.Smallest}, r.Eigenvalues[len(r.Eigenvalues)-1:], 1e-12)
	near(t, "distances", found.Distances(), r.ClassicalDistance, 1e-10)
	sum := 0.0
	for _, v := range r.Eigenvalues {
		sum += v * v
	}
	first := r.Eigenvalues
	near(t, "share", []float64{found.Share}, []float64{(first[0]*first[0] + first[1]*first[1] + first[2]*first[2]) / sum}, 1e-12)
}

// From the same start, every step of scikit-learn is the same step.
func TestSMACOFTakesTheStepsOfScikitLearn(t *testing.T) {
	r := readReference(t)
	for name, o := range map[string]embedding.SMACOF{
		"metric 1": {Steps: 1}, "metric 10": {Steps: 10},
		"nonmetric 1": {Level: embedding.Ordinal, Steps: 1}, "nonmetric 10": {Level: embedding.Ordinal, Steps: 10},
	} {
		o.Start = &embedding.Configuration{Dimensions: 2, Coordinates: r.Start}
		found, err := o.Fit(t.Context(), r.RDV)
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, found.Coordinates, r.Maps[name], 1e-10)
	}
}

func TestTreesAgreeWithScipy(t *testing.T) {
	r := readReference(t)
	for _, linkage := range embedding.Linkages {
		tree, err := embedding.Cluster(r.RDV, linkage)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range r.Trees[linkage.Name].Merges {
			m := tree.Merges[k]
			got := []float64{float64(m.Left), float64(m.Right), m.Height, float64(m.Size)}
			near(t, linkage.Name, got, want[:], 1e-12)
		}
		near(t, linkage.Name, tree.Cophenetic(), r.Trees[linkage.Name].Cophenetic, 1e-12)
	}
}

func TestAlignAgreesWithScipy(t *testing.T) {
	p := readReference(t).Procrustes
	a, b := embedding.Configuration{Dimensions: 2, Coordinates: p.A}, embedding.Configuration{Dimensions: 2, Coordinates: p.B}
	near(t, "rigid", embedding.Rigid.Align(a, b).Coordinates, p.Rigid, 1e-12)
	near(t, "similar", embedding.Similar.Align(a, b).Coordinates, p.Similar, 1e-12)
}

func TestIsotonicAgreesWithScikitLearn(t *testing.T) {
	r := readReference(t).Isotonic
	near(t, "isotonic", embedding.Isotonic(r.Values), r.Result, 1e-12)
}
