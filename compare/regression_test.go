package compare

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The steps end where Cholesky's decomposition does, whichever pairs are there:
// few, nearly all, or only those between two groups, which is far from all.
func TestStepsReachTheSolution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "conditions")
		share := rapid.SampledFrom([]float64{0.02, 0.5, 0.98, 1}).Draw(t, "share of pairs")
		groups := rapid.Bool().Draw(t, "between groups")
		uniform := rapid.Float64Range(0, 1)
		at := layout{conditions: n}
		for range n {
			at.copies = append(at.copies, int32(rapid.IntRange(1, 3).Draw(t, "copies")))
		}
		degrees, root, right := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			root[i] = math.Sqrt(at.times(int32(i)))
			right[i] = uniform.Draw(t, "right") - 0.5
			for j := i + 1; j < n; j++ {
				if uniform.Draw(t, "there") > share || (groups && (i+j)%2 == 0) {
					continue
				}
				at.first, at.second = append(at.first, int32(i)), append(at.second, int32(j))
				degrees[i] += at.times(int32(j))
				degrees[j] += at.times(int32(i))
			}
		}
		got, want := newRegression(degrees, root, &at).stepwise(right), factorized(right, degrees, root, &at)
		if got == nil {
			t.Fatal("a hundred steps were not enough")
		}
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-12 { // solutions are at most 1/2 · norm of right
				t.Fatalf("coefficient %d is %v, want %v", i, got[i], want[i])
			}
		}
	})
}

// Zero and NaN on the right have their solutions too.
func TestStepsOfZeroAndNaN(t *testing.T) {
	at := newLayout(3)
	ones := []float64{1, 1, 1}
	g := newRegression([]float64{2, 2, 2}, ones, &at)
	for _, u := range g.stepwise(make([]float64, 3)) {
		if u != 0 {
			t.Errorf("a zero right side has coefficient %v", u)
		}
	}
	for _, u := range bySolving([]float64{1, math.NaN(), 0}, []float64{2, 2, 2}, &at) {
		if !math.IsNaN(u) {
			t.Errorf("a right side of NaN has coefficient %v", u)
		}
	}
}
