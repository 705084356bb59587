package compare_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

// Of three conditions V is 4 on the diagonal and 1 elsewhere.
func ExampleWhitened() {
	points := compare.Whitened(3, []int{0, 1, 2}, [][]float64{{1, 1, 1}, {1, -1, 0}})
	fmt.Printf("%.4f %.4f %.4f\n", dot(points[0], points[0]), dot(points[1], points[1]), dot(points[0], points[1]))
	// Output: 0.5000 0.6667 0.0000
}

// Products of points are those of V⁻¹, solved densely, whatever pairs are missing.
func TestWhitenedMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 9).Draw(t, "conditions")
		x, y := rdmOf(t, n, "x"), rdmOf(t, n, "y")
		var pairs []int
		for p := range x {
			if !math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
				pairs = append(pairs, p)
			}
		}
		if len(pairs) == 0 {
			return
		}
		a, b := bothDefined(x, y)
		points := compare.Whitened(n, pairs, [][]float64{a, b})
		v := plainNoise(x, y, nil)
		for i, left := range [][]float64{a, b} {
			for j, right := range [][]float64{a, b} {
				var solved mat.VecDense
				if err := solved.SolveVec(v, mat.NewVecDense(len(right), right)); err != nil {
					t.Fatal(err)
				}
				got, want := dot(points[i], points[j]), dot(left, solved.RawVector().Data)
				if math.Abs(got-want) > 1e-12*(dot(a, a)+dot(b, b)) {
					t.Fatalf("product %d %d is %v, by definition %v", i, j, got, want)
				}
			}
		}
	})
}

func dot(x, y []float64) float64 {
	return mat.Dot(mat.NewVecDense(len(x), x), mat.NewVecDense(len(y), y))
}
