package projection_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/seed"
)

func ExampleDimensions() {
	// scikit-learn's johnson_lindenstrauss_min_dim gives the same.
	fmt.Println(projection.Dimensions(1000, 0.1), projection.Dimensions(92, 0.1))
	// Output: 5920 3875
}

func ExampleSparse() {
	sparse, _ := projection.NewSparse(4, 2, 1)
	channels := make([]float32, 3)
	_ = sparse.Apply(channels, []float32{3, 3, 3, 3}) // a constant pattern is its mean alone
	fmt.Println(channels)
	// Output: [0 0 6]
}

// sparse projects patterns by the seed.
func sparse(t *testing.T, units, channels int, s uint64) projection.Sparse {
	t.Helper()
	p, err := projection.NewSparse(units, channels, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// patterns draws patterns around a mean that differs between units.
func patterns(n, units int) []float32 {
	random := seed.Stream(1, "patterns", n, units)
	x := make([]float32, n*units)
	for i := range x {
		x[i] = float32(2 + math.Sin(float64(i%units)) + random.NormFloat64())
	}
	return x
}

// With as many channels as the bound of Johnson and Lindenstrauss asks for, no
// squared distance is changed by more than the distortion, and no correlation by
// more than that. The bound holds with a high probability, for each seed.
func TestSparseKeepsDistances(t *testing.T) {
	const n, units, distortion = 12, 3000, 0.25
	x := patterns(n, units)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = float64s(x[i*units : (i+1)*units])
	}
	squared := func(a, b []float64) float64 { d := floats.Distance(a, b, 2); return d * d }
	exact := pairs(rows, squared)
	correlations := pairs(rows, func(a, b []float64) float64 { return 1 - stat.Correlation(a, b, nil) })
	for s := range uint64(5) {
		ds := reduced(t, sparse(t, units, projection.Dimensions(n, distortion), s), x)
		short := make([][]float64, n)
		for i := range short {
			short[i] = float64s(ds.F32[i*ds.Shape[1] : (i+1)*ds.Shape[1]])
		}
		for i, d := range pairs(short, squared) {
			if math.Abs(d/exact[i]-1) > distortion {
				t.Errorf("seed %d: squared distance %d is %g, over units %g", s, i, d, exact[i])
			}
		}
		if d := farthest(cosines(ofUnits(t, ds, projection.Centered)), correlations); d > distortion {
			t.Errorf("seed %d: a correlation is off by %g", s, d)
		}
	}
}

// Over many seeds a squared distance is right in the mean, and varies as 2 over
// the number of channels.
func TestSparseIsUnbiased(t *testing.T) {
	const units, channels, seeds = 500, 50, 400
	x := patterns(2, units)
	for i := range units { // one pattern of mean 0, the other 0
		x[units+i] = 0
		x[i] = float32(math.Sin(float64(i)*2*math.Pi*7/units) * 3)
	}
	want := math.Pow(floats.Norm(float64s(x[:units]), 2), 2)
	var ratios []float64
	for s := range uint64(seeds) {
		ds := reduced(t, sparse(t, units, channels, s), x)
		ratios = append(ratios, math.Pow(floats.Norm(float64s(ds.F32[:channels]), 2), 2)/want)
	}
	mean, variance := stat.MeanVariance(ratios, nil)
	if math.Abs(mean-1) > 4*math.Sqrt(2.0/channels/seeds) {
		t.Errorf("a squared distance is %g of itself in the mean", mean)
	}
	if r := variance / (2.0 / channels); r < 0.75 || r > 1.33 {
		t.Errorf("its variance is %g, that of a normal projection %g", variance, 2.0/channels)
	}
}

// A pattern is projected alone: those beside it change no bit.
func TestSparseProjectsEveryPatternAlone(t *testing.T) {
	const units, channels = 2500, 30
	p, x := sparse(t, units, channels, 3), patterns(5, units)
	all := reduced(t, p, x).F32
	for i := range 5 {
		alone := reduced(t, p, x[i*units:(i+1)*units]).F32
		if !slices.Equal(alone, all[i*(channels+1):(i+1)*(channels+1)]) {
			t.Errorf("pattern %d has other channels alone", i)
		}
	}
}
