package rsa_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
)

// quick are the comparators that the tests of everything run over. The others
// need the eigenvalues of a matrix for each comparison; TestGeometry runs them.
var quick = slices.DeleteFunc(slices.Clone(compare.Comparators), geometric)

func geometric(c compare.Comparator) bool {
	return strings.Contains(c.Name, "bures") || strings.Contains(c.Name, "riemannian")
}

// Comparators of geometry find the model that made the RDMs, by label permutation,
// and the interval of its score; copies of conditions undo the Riemannian one.
func TestGeometry(t *testing.T) {
	const conditions = 7
	random := seed.Stream(4, "geometry")
	squares := func(points [][]float64) (x []float64) {
		for i := range points {
			for j := i + 1; j < len(points); j++ {
				d := floats.Distance(points[i], points[j], 2)
				x = append(x, d*d)
			}
		}
		return x
	}
	draw := func(from [][]float64) (points [][]float64) {
		for i := range conditions {
			points = append(points, make([]float64, 9))
			for k := range points[i] {
				points[i][k] = random.NormFloat64()
				if from != nil {
					points[i][k] = from[i][k] + 0.2*points[i][k]
				}
			}
		}
		return points
	}
	truth, other := draw(nil), draw(nil)
	models := []rsa.Model{{Name: "truth", RDV: squares(truth)}, {Name: "other", RDV: squares(other)}}
	subjects := ofSubjects([][]float64{squares(draw(truth)), squares(draw(truth)), squares(draw(truth))})
	for _, c := range compare.Comparators {
		if !geometric(c) {
			continue
		}
		found := run(t, rsa.Evaluation{Comparator: c, Draws: 60, BootstrapOver: "conditions", BootstrapDraws: 20}, models, subjects)
		right, wrong := found.Models[0], found.Models[1]
		if found.NoiseCeiling.Bound != rsa.Approximate {
			t.Errorf("%s: the ceiling is %s", c.Name, found.NoiseCeiling.Bound)
		}
		if found.Test != rsa.LabelPermutation || *right.Corrected > 0.05 || *wrong.Corrected < 0.05 || right.Score < wrong.Score {
			t.Errorf("%s: %s, p %v and %v, scores %v and %v", c.Name, found.Test, *right.Corrected, *wrong.Corrected, right.Score, wrong.Score)
		}
		if undefined := math.IsNaN(float64(right.CI[0])); undefined != c.Directed {
			t.Errorf("%s: interval %v", c.Name, *right.CI)
		}
	}
}

// The upper ceiling is exact where the comparator says so and pools itself.
func TestBoundOfTheCeiling(t *testing.T) {
	models, subjects := simulated(3, 5, 1)
	for _, c := range quick {
		for _, pool := range rsa.Pools {
			want := rsa.Approximate
			if c.Exact && pool == rsa.PoolComparator {
				want = rsa.Exact
			}
			found := run(t, rsa.Evaluation{Comparator: c, Pool: pool, Test: rsa.None, BootstrapOver: rsa.None}, models, subjects)
			if found.NoiseCeiling.Bound != want {
				t.Errorf("%s pooled by %s: %q, want %q", c.Name, pool, found.NoiseCeiling.Bound, want)
			}
		}
	}
}
