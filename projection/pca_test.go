package projection_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleFit() {
	fit := projection.NewFit(3, 1, engine.Plain{}, work.Budget{})
	_ = fit.Rows(0, []float32{1, 5, 0, 3, 5, 0, 5, 5, 0}) // three patterns over three units
	pca, _ := fit.PCA()
	scores := make([]float32, 2)
	_ = pca.Apply(scores, []float32{1, 5, 0, 4, 9, 0})
	fmt.Println(pca.Mean, pca.Components, pca.Variances, scores)
	// Output: [3 5 0] [1 0 0] [4] [-2 1]
}

// waves are patterns of ten dimensions whose mean differs between units: those
// of testdata/reference/pca.py.
func waves(n, units int) []float32 {
	x := make([]float32, 0, n*units)
	for i := range n {
		for u := range units {
			v := 3 + float64(u%7)
			for d := range 10 {
				f := float64(d)
				v += math.Pow(0.6, f) * math.Sin((f+1.3)*float64(i)+0.1) * math.Cos((f+0.7)*float64(u)+0.2)
			}
			x = append(x, float32(v))
		}
	}
	return x
}

// fitted fits components to patterns that come some at a time, in that order.
func fitted(t interface {
	Helper()
	Fatal(args ...any)
}, x []float32, units, components, some int,
) *projection.PCA {
	t.Helper()
	fit := projection.NewFit(units, components, engine.Plain{}, work.Budget{})
	for _, batch := range work.Shards(len(x)/units, some) {
		if err := fit.Rows(batch.From, x[batch.From*units:batch.To*units]); err != nil {
			t.Fatal(err)
		}
	}
	pca, err := fit.PCA()
	if err != nil {
		t.Fatal(err)
	}
	return pca
}

// reduced is the Dataset of the scores of patterns.
func reduced(t interface {
	Helper()
	Fatal(args ...any)
}, p projection.Projection, x []float32,
) *dataset.Dataset {
	t.Helper()
	n := len(x) / p.Units()
	ds := &dataset.Dataset{Shape: [3]int{n, p.Channels(), 1}, F32: make([]float32, n*p.Channels())}
	if err := p.Apply(ds.F32, x); err != nil {
		t.Fatal(err)
	}
	if err := p.Mark(ds); err != nil {
		t.Fatal(err)
	}
	if err := ds.Check(); err != nil {
		t.Fatal(err)
	}
	return ds
}

// cosines are one minus the cosine of all pairs of observations.
func cosines(ds *dataset.Dataset) []float64 {
	rows := make([][]float64, ds.Shape[0])
	for o := range rows {
		for c := range ds.Shape[1] {
			rows[o] = append(rows[o], ds.At(o, c, 0))
		}
	}
	return pairs(rows, func(a, b []float64) float64 {
		return 1 - floats.Dot(a, b)/(floats.Norm(a, 2)*floats.Norm(b, 2))
	})
}

func pairs(rows [][]float64, distance func(a, b []float64) float64) (rdv []float64) {
	for i, a := range rows {
		for _, b := range rows[i+1:] {
			rdv = append(rdv, distance(a, b))
		}
	}
	return rdv
}

func ofUnits(t interface {
	Helper()
	Fatal(args ...any)
}, ds *dataset.Dataset, how projection.Centering,
) *dataset.Dataset {
	t.Helper()
	result, err := projection.OfUnits(ds, how)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func farthest(a, b []float64) float64 { return floats.Distance(a, b, math.Inf(1)) }

func float64s(x []float32) []float64 {
	result := make([]float64, len(x))
	for i, v := range x {
		result[i] = float64(v)
	}
	return result
}

// Sixty patterns are four blocks for six components, and have fewer dimensions
// than a summary has directions: the result is exact but for float32.
func TestPCAAgreesWithScikitLearn(t *testing.T) {
	var want struct {
		Patterns, Units                                          int
		Mean, Variances, Components, Scores, Correlation, Cosine []float64
		Explained                                                float64
	}
	realtest.Reference(t, "pca.json", &want)
	x := waves(want.Patterns, want.Units)
	pca := fitted(t, x, want.Units, 6, 4)
	ds := reduced(t, pca, x)
	for _, c := range []struct {
		what      string
		got, want []float64
		tolerance float64 // components and scores are float32
	}{
		{"mean", pca.Mean, want.Mean, 1e-13},
		{"variances", pca.Variances, want.Variances, 1e-6},
		{"explained", []float64{pca.Explained()}, []float64{want.Explained}, 1e-7},
		{"components", float64s(pca.Components), want.Components, 1e-6},
		{"scores", float64s(ds.F32), want.Scores, 3e-6},
		{"correlation", cosines(ofUnits(t, ds, projection.Centered)), want.Correlation, 1e-6},
		{"cosine", cosines(ofUnits(t, ds, projection.Whole)), want.Cosine, 1e-7},
	} {
		if d := farthest(c.got, c.want); !(d < c.tolerance) {
			t.Errorf("%s differs from scikit-learn by %g", c.what, d)
		}
	}
}

// spread draws patterns whose variance falls off over all of their dimensions,
// rectified, so that units have unequal means.
func spread(n, units int, s uint64) []float32 {
	const dimensions = 40
	random := seed.Stream(s, "patterns", n, units)
	axes := make([]float64, dimensions*units)
	for i := range axes {
		axes[i] = random.NormFloat64() * math.Pow(0.8, float64(i/units))
	}
	x := make([]float32, 0, n*units)
	for range n {
		row := make([]float64, units)
		for d := range dimensions {
			floats.AddScaled(row, random.NormFloat64(), axes[d*units:(d+1)*units])
		}
		for u, v := range row {
			x = append(x, float32(max(0, v+3*math.Sin(float64(u)))))
		}
	}
	return x
}

// twin has the variances of the plain singular value decomposition.
func twin(x []float32, units, k int) (variances []float64, axes *mat.Dense) {
	n := len(x) / units
	centered := mat.NewDense(n, units, float64s(x))
	for u := range units {
		column := mat.Col(nil, u, centered)
		floats.AddConst(-stat.Mean(column, nil), column)
		centered.SetCol(u, column)
	}
	var svd mat.SVD
	svd.Factorize(centered, mat.SVDThin)
	axes = &mat.Dense{}
	svd.VTo(axes)
	for _, s := range svd.Values(nil)[:k] {
		variances = append(variances, s*s/float64(n-1))
	}
	return variances, axes
}

// Patterns of more dimensions than a summary lose little of their leading ones.
func TestPCAOfManyBlocksIsNearTheDecomposition(t *testing.T) {
	const n, units, k = 400, 150, 8 // 20 blocks
	x := spread(n, units, 1)
	pca := fitted(t, x, units, k, 7)
	want, axes := twin(x, units, k)
	total := 0.0
	for i, v := range pca.Variances {
		if v > want[i]*(1+1e-9) || v < want[i]*0.99 {
			t.Errorf("variance %d is %g, that of the decomposition %g", i+1, v, want[i])
		}
		axis := float64s(pca.Components[i*units : (i+1)*units])
		if i < 4 && math.Abs(floats.Dot(axis, mat.Col(nil, i, axes))) < 0.99 {
			t.Errorf("component %d is not that of the decomposition", i+1)
		}
	}
	all, _ := twin(x, units, units)
	if total = floats.Sum(all); math.Abs(pca.Total-total) > 1e-6*total {
		t.Errorf("total variance %g, want %g", pca.Total, total)
	}
}

// One block is exact, whatever the patterns.
func TestPCAOfOneBlockIsTheDecomposition(t *testing.T) {
	const n, units, k = 35, 90, 20
	x := spread(n, units, 2)
	pca := fitted(t, x, units, k, n)
	want, _ := twin(x, units, k)
	for i, v := range pca.Variances {
		if math.Abs(v-want[i]) > 1e-9*want[0] {
			t.Errorf("variance %d is %g, that of the decomposition %g", i+1, v, want[i])
		}
	}
}

// The order in which patterns come, how many at a time and the number of threads
// change no bit; neither do the others with which a pattern is projected.
func TestFitHasTheSameBits(t *testing.T) {
	const n, units = 50, 5000
	x := waves(n, units)
	first := fitted(t, x, units, 4, 1)
	for _, threads := range []int{1, 2, 5} {
		fit := projection.NewFit(units, 4, engine.Plain{}, work.Budget{Threads: threads})
		batches := work.Shards(n, 3)
		slices.Reverse(batches)
		err := work.Budget{Threads: threads}.Each(t.Context(), "", len(batches), func(i int) error {
			return fit.Rows(batches[i].From, x[batches[i].From*units:batches[i].To*units])
		})
		if err != nil {
			t.Fatal(err)
		}
		pca, err := fit.PCA()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(pca.Components, first.Components) || !slices.Equal(pca.Variances, first.Variances) || !slices.Equal(pca.Mean, first.Mean) {
			t.Errorf("%d threads give other bits", threads)
		}
	}
	all := reduced(t, first, x).F32
	for _, i := range []int{0, 1, 2, 49} {
		if alone := reduced(t, first, x[i*units:(i+1)*units]).F32; !slices.Equal(alone, all[i*4:(i+1)*4]) {
			t.Errorf("pattern %d has other scores alone", i)
		}
	}
}
