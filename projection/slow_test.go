package projection_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/realtest"
)

// slow are rectified patterns of many dimensions whose variances fall as a power
// of their number: those of testdata/reference/slow.py.
func slow(n, units, dimensions int, power float64) []float32 {
	axes := make([]float64, dimensions*units)
	for k := range axes {
		d := k/units + 1
		axes[k] = math.Sin(12.9898*float64(d*(k%units+1))) * math.Pow(float64(d), -power/2)
	}
	x := make([]float32, 0, n*units)
	for i := 1; i <= n; i++ {
		row := make([]float64, units)
		for d := range dimensions {
			floats.AddScaled(row, math.Sin(78.233*float64(i*(d+1))), axes[d*units:(d+1)*units])
		}
		for u, v := range row {
			x = append(x, float32(max(0, v+math.Sin(float64(u+1)))))
		}
	}
	return x
}

// Where the spectrum falls slowly, the components of one pass have nearly the
// variance of the exact ones: more than those of other methods of one pass.
func TestPCAOfSpectraThatFallSlowly(t *testing.T) {
	var want struct {
		Patterns, Units, Components, Dimensions int
		Spectra                                 []struct {
			Power, Exact, Incremental, Sketched float64
			Variances                           []float64
		}
	}
	realtest.Reference(t, "slow.json", &want)
	for _, s := range want.Spectra {
		x := slow(want.Patterns, want.Units, want.Dimensions, s.Power)
		pca := fitted(t, x, want.Units, want.Components, 4)
		scores := make([]float32, want.Patterns*want.Components)
		if err := pca.Apply(scores, x); err != nil {
			t.Fatal(err)
		}
		squares := float64s(scores)
		floats.Mul(squares, squares)
		share := floats.Sum(squares) / (pca.Total * float64(want.Patterns-1))
		t.Logf("variances fall as d^-%.1f: exact %.4f, ours %.4f (said %.4f), scikit-learn's in one pass %.4f, sketched %.4f",
			s.Power, s.Exact, share, pca.Explained(), s.Incremental, s.Sketched)
		if share > s.Exact+1e-6 || share < s.Exact-0.01 || share < s.Incremental || share < s.Sketched {
			t.Errorf("components have %.4f of the variance, exact ones %.4f", share, s.Exact)
		}
		if said := pca.Explained(); said > share+1e-6 || said < share-0.02 {
			t.Errorf("said to have %.4f of the variance, have %.4f", said, share)
		}
		if ratio := pca.Variances[0] / s.Variances[0]; ratio > 1+1e-6 || ratio < 0.98 {
			t.Errorf("the first variance is %.4f of the exact one", ratio)
		}
	}
}
