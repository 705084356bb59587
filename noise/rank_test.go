package noise_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/noise"
)

func ExampleCovariance_WhitenerOfRank() {
	twins := &noise.Covariance{Matrix: mat.NewSymDense(2, []float64{4, 4, 4, 4}), Degrees: 100}
	whitener, rank, _ := twins.WhitenerOfRank([]noise.Block{{Channels: []int{0, 1}}}, nil)
	fmt.Printf("%.3f %d\n", whitener.At(0, 0), rank) // half of each twin: together they have variance 1
	// Output: 0.177 1
}

// The whitener makes of noise a projection onto as many directions as it has, and
// of what is taken out nothing.
func TestWhitenersHaveTheRankOfTheNoise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(2, 8).Draw(t, "channels")
		directions := rapid.IntRange(1, channels).Draw(t, "directions")
		out := rapid.IntRange(0, 1).Draw(t, "taken")
		x := mat.NewDense(directions, channels, gaussian(directions, channels, rapid.Uint64Range(0, 1000).Draw(t, "seed")))
		var c mat.SymDense
		c.SymOuterK(1, x.T())
		var taken [][]float64
		if out == 1 {
			taken = [][]float64{make([]float64, channels)}
			for i := range channels {
				taken[0][i] = 1 / math.Sqrt(float64(channels))
			}
		}
		want := min(directions, channels-out)
		all := make([]int, channels)
		for i := range all {
			all[i] = i
		}
		w, rank, err := (&noise.Covariance{Matrix: &c, Degrees: 100}).WhitenerOfRank([]noise.Block{{Channels: all}}, taken)
		if err != nil || rank != want {
			t.Fatalf("rank %d, want %d: %v", rank, want, err)
		}
		if out == 1 {
			for i := range channels {
				sum := 0.0
				for j := range channels {
					sum += w.At(i, j)
				}
				if math.Abs(sum) > 1e-6*mat.Norm(w, 2) {
					t.Fatalf("%g is left of what was taken out", sum)
				}
			}
			return // the covariance itself is then not that of the signal
		}
		var white, again mat.Dense
		white.Mul(w, &c)
		white.Mul(&white, w)
		again.Mul(&white, &white)
		again.Sub(&again, &white)
		if trace := mat.Trace(&white); math.Abs(trace-float64(rank)) > 1e-5 || mat.Norm(&again, 2) > 1e-4 {
			t.Fatalf("trace %g of rank %d, not a projection by %g", trace, rank, mat.Norm(&again, 2))
		}
	})
}

func TestWhitenersOfRankThatAreNone(t *testing.T) {
	both := []noise.Block{{Channels: []int{0, 1}}}
	for want, c := range map[string]*noise.Covariance{
		"channel 2 is not known":    {Matrix: mat.NewSymDense(2, []float64{1, 0, 0, math.NaN()}), Degrees: 9},
		"does not vary at all":      {Matrix: mat.NewSymDense(2, nil), Degrees: 9},
		"1 degrees of freedom only": {Matrix: mat.NewSymDense(2, []float64{1, 0, 0, 1}), Degrees: 1},
	} {
		if _, _, err := c.WhitenerOfRank(both, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func ExampleCrossValidated() {
	folds := []noise.Products{ // two folds of four times, of channels that do not covary
		{Sum: mat.NewSymDense(2, []float64{4, 1, 1, 4}), Times: 4},
		{Sum: mat.NewSymDense(2, []float64{4, -1, -1, 4}), Times: 4},
	}
	c, shares, _ := noise.CrossValidated(folds, []noise.Block{{Channels: []int{0, 1}}})
	fmt.Printf("%.2f %.2f %.2f", c.At(0, 0), c.At(0, 1), shares)
	// Output: 1.00 0.00 [1.00]
}

func TestFoldsThatTellNothing(t *testing.T) {
	one := noise.Products{Sum: mat.NewSymDense(1, []float64{2}), Times: 3}
	nothing := noise.Products{Sum: mat.NewSymDense(1, nil), Times: 3}
	unknown := noise.Products{Sum: mat.NewSymDense(1, []float64{math.NaN()}), Times: 3}
	for want, folds := range map[string][]noise.Products{
		"two are needed": {one}, "does not vary at all": {nothing, nothing}, "is not known": {one, unknown},
	} {
		if _, _, err := noise.CrossValidated(folds, []noise.Block{{Channels: []int{0}}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
