package compare_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

func ExampleGeoTopological() {
	x, err := compare.GeoTopological([]float64{0, 1, 2, 3, 4, 10}, 0.2, 0.8)
	fmt.Printf("%.2f %v\n", x, err)
	// Output: [0.00 0.00 0.33 0.67 1.00 1.00] <nil>
}

func ExampleGeodesic() {
	x, err := compare.Geodesic([]float64{0.5, 4, 1, 0, 2, 0.5}) // from 0 to 2, the farthest, by 1
	fmt.Println(x, err)
	// Output: [0.125 0.125 0.25 0 0.125 0.125] <nil>
}

func ExampleRanks() {
	fmt.Println(compare.Ranks([]float64{0.3, 0.1, 0.3, math.NaN()}))
	// Output: [2.5 1 2.5 NaN]
}

func ExampleUnit() {
	fmt.Println(compare.Unit([]float64{3, 5, 4}))
	// Output: [0 1 0.5]
}

func ExampleSquareRoots() {
	fmt.Println(compare.SquareRoots([]float64{4, -0.1, 9}))
	// Output: [2 0 3]
}

func transformed(t interface{ Fatal(args ...any) }, x []float64) map[string][]float64 {
	geotopological, err := compare.GeoTopological(x, 0.2, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	geodesic, err := compare.Geodesic(x)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]float64{
		"ranks": compare.Ranks(x), "roots": compare.SquareRoots(x), "unit": compare.Unit(x),
		"geotopological": geotopological, "geodesic": geodesic,
	}
}

func TestTransformsMatchScipy(t *testing.T) {
	want := partials(t).Transforms
	got := transformed(t, want.X)
	for name, want := range map[string][]float64{
		"ranks": want.Ranks, "roots": want.Roots, "unit": want.Unit, "geotopological": want.Geotopological, "geodesic": want.Geodesic,
	} {
		if !slices.EqualFunc(got[name], want, near) {
			t.Errorf("%s: %v, scipy has %v", name, got[name], want)
		}
	}
}

// Transforms leave their input as it is, what is missing missing, and other pairs
// as if it were not there; all but geodesics keep the order.
func TestTransformLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rdv(t, 15, "x")
		before := slices.Clone(x)
		for name, y := range transformed(t, x) {
			if !slices.EqualFunc(x, before, sameBits) {
				t.Fatalf("%s changed its input", name)
			}
			for p := range y {
				if math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
					t.Fatalf("%s of the missing pair %d is %v", name, p, y[p])
				}
				for q := range y {
					if name != "geodesic" && x[p] < x[q] && y[p] > y[q] {
						t.Fatalf("%s of %v and %v is %v and %v", name, x[p], x[q], y[p], y[q])
					}
				}
			}
		}
	})
}

// No way round is shorter than a geodesic.
func TestGeodesicsObeyTheTriangleInequality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 6
		d, err := compare.Geodesic(rdv(t, n*(n-1)/2, "x"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			for j := range i {
				for k := range j {
					if at(d, n, i, j) > at(d, n, i, k)+at(d, n, k, j)+1e-12 {
						t.Fatalf("from %d to %d is %v", i, j, at(d, n, i, j))
					}
				}
			}
		}
	})
}

func TestTransformsOfNothing(t *testing.T) {
	nan := math.NaN()
	for name, x := range transformed(t, []float64{nan, nan, nan}) {
		if !slices.EqualFunc(x, []float64{nan, nan, nan}, sameBits) {
			t.Errorf("%s of nothing is %v", name, x)
		}
	}
	for name, x := range transformed(t, []float64{2, 2, 2}) {
		if name != "ranks" && name != "roots" && !math.IsNaN(x[0]) {
			t.Errorf("%s of a constant is %v", name, x)
		}
	}
	if _, err := compare.Geodesic(make([]float64, 4)); err == nil {
		t.Error("geodesics of 4 pairs: no error")
	}
	for _, q := range [][2]float64{{0.5, 0.5}, {-0.1, 0.5}, {0.5, 1.1}, {nan, 1}} {
		if _, err := compare.GeoTopological([]float64{1, 2, 3}, q[0], q[1]); err == nil {
			t.Errorf("quantiles %v: no error", q)
		}
	}
}
