package compare_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
)

func ExampleComparator_Score_bures() {
	bures, _ := compare.ByName("bures")
	line := []float64{1, 4, 1} // squared distances of 0, 1 and 2
	bent := []float64{1, 2, 1} // of three corners of a square
	score, _ := bures.Score(line, bent)
	fmt.Printf("%.4f\n", score.Value)
	// Output: 0.8660
}

// The Riemannian distance is a minimum, which both sides find to 1e-8; those of
// Bures lose half of the digits of what they sum in scipy's square root.
func TestGeometryMatchesScipy(t *testing.T) {
	var reference struct {
		Cases []struct {
			X, Y                              []float64
			Riemann, Swapped, Bures, Distance float64
		}
	}
	realtest.Reference(t, "riemann.json", &reference)
	for k, c := range reference.Cases {
		for _, want := range []struct {
			name  string
			x, y  []float64
			score float64
		}{
			{"negative-riemannian-distance", c.X, c.Y, -c.Riemann},
			{"negative-riemannian-distance", c.Y, c.X, -c.Swapped},
			{"bures", c.X, c.Y, c.Bures},
			{"negative-bures-distance", c.X, c.Y, -c.Distance},
		} {
			comparator, err := compare.ByName(want.name)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := comparator.Score(want.x, want.y); err != nil || !(math.Abs(got.Value-want.score) < 1e-6) {
				t.Errorf("%s, case %d: %v, %v; scipy has %v", want.name, k, got, err, want.score)
			}
		}
	}
}

// An RDM that is not one of squared distances of points has no Riemannian
// distance as the brain's, and has one as the model's.
func TestRiemannianOfNoSquares(t *testing.T) {
	c, _ := compare.ByName("negative-riemannian-distance")
	points, broken := []float64{2, 3, 4, 3, 5, 4}, []float64{1, 9, 1, 1, 1, 1}
	if got, _ := c.Score(points, broken); !math.IsNaN(got.Value) {
		t.Errorf("to no squares: %v", got)
	}
	if got, _ := c.Score(broken, points); !(got.Value < 0) {
		t.Errorf("from no squares: %v", got)
	}
}

// Three points on a line at 0, 1 and 2 have squared distances 1, 4, 1. With 9 in
// place of 4 the eigenvalues are 4.5 and (1 + 1)/3 - 9/6 = -5/6.
func TestNegativeShare(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{1, 4, 1}, 0},
		{[]float64{1, 9, 1}, (5.0 / 6) / (4.5 + 5.0/6)},
		{[]float64{-1, -1, -1}, 1},
		{[]float64{1, math.NaN(), 1}, math.NaN()},
		{[]float64{0, 0, 0}, math.NaN()},
	} {
		if got := compare.NegativeShare(c.x); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%v: %v, want %v", c.x, got, c.want)
		}
	}
}
