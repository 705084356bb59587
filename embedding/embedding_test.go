package embedding_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/work"
)

// A rectangle of 3 by 4, whose diagonals are 5.
var rectangle = []float64{3, 5, 4, 4, 5, 3}

func ExampleClassical_Fit() {
	found, err := embedding.Classical{}.Fit(rectangle)
	if err != nil {
		panic(err)
	}
	for i := range found.Len() {
		fmt.Printf("%.1f\n", found.At(i))
	}
	fmt.Printf("eigenvalues %.1f, share %.2f\n", found.Eigenvalues, found.Share)
	// Output:
	// [2.0 1.5]
	// [2.0 -1.5]
	// [-2.0 -1.5]
	// [-2.0 1.5]
	// eigenvalues [16.0 9.0], share 1.00
}

func ExampleSMACOF_Fit() {
	missing := slices.Clone(rectangle)
	missing[5] = math.NaN()
	found, err := embedding.SMACOF{Restarts: 3}.Fit(context.Background(), missing)
	if err != nil {
		panic(err)
	}
	fmt.Printf("stress %.3f\n", found.Stress1)
	// Output: stress 0.000
}

func ExampleMovement_Align() {
	target := embedding.Configuration{Dimensions: 2, Coordinates: []float64{0, 0, 2, 0, 0, 1}}
	mirrored := embedding.Configuration{Dimensions: 2, Coordinates: []float64{5, 5, 3, 5, 5, 6}}
	fmt.Printf("%.0f\n", embedding.Rigid.Align(mirrored, target).At(1))
	// Output: [2 -0]
}

func ExampleIsotonic() {
	fmt.Println(embedding.Isotonic([]float64{1, 3, 2, 4}))
	// Output: [1 2.5 2.5 4]
}

func ExampleShepard() {
	points, err := embedding.Shepard([]float64{1, 2, 3}, embedding.Configuration{Dimensions: 1, Coordinates: []float64{0, 1, 3}})
	if err != nil {
		panic(err)
	}
	for _, p := range points {
		fmt.Println(p.Dissimilarity, p.Distance, p.Disparity)
	}
	// Output:
	// 1 1 1
	// 2 3 2.5
	// 3 2 2.5
}

func ExampleCluster() {
	tree, err := embedding.Cluster([]float64{0.9, 0.1, 1, 0.8, 0.2, 1.1}, embedding.Average) // cat, house, dog, tower
	if err != nil {
		panic(err)
	}
	fmt.Println(tree.Order(), tree.Cut(2))
	for _, m := range tree.Merges {
		fmt.Printf("%d and %d at %.2f\n", m.Left, m.Right, m.Height)
	}
	// Output:
	// [0 2 1 3] [0 1 0 1]
	// 0 and 2 at 0.10
	// 1 and 3 at 0.20
	// 4 and 5 at 0.95
}

// Frames of points that go round their center stand still.
func TestFramesTakeOutRotation(t *testing.T) {
	first := embedding.Configuration{Dimensions: 2, Coordinates: []float64{1, 0, -1, 0.5, 0.3, -0.5}}
	frames := []embedding.Configuration{first}
	for k := range 5 {
		sin, cos := math.Sincos(float64(k + 1))
		turned := embedding.Configuration{Dimensions: 2}
		for i := range first.Len() {
			x, y := first.At(i)[0], first.At(i)[1]
			turned.Coordinates = append(turned.Coordinates, cos*x-sin*y, sin*x+cos*y)
		}
		frames = append(frames, turned)
	}
	for _, frame := range embedding.Frames(frames) {
		near(t, "frame", frame.Coordinates, first.Coordinates, 1e-12)
	}
}

// What cannot be shown is an error that says what to do.
func TestWhatIsRefused(t *testing.T) {
	nan, small := math.NaN(), &embedding.Configuration{Dimensions: 2, Coordinates: make([]float64, 4)}
	for want, fit := range map[string]func() error{
		"no upper triangle":       func() error { _, err := embedding.Classical{}.Fit(make([]float64, 5)); return err },
		"0 dissimilarities":       func() error { _, err := embedding.SMACOF{}.Fit(t.Context(), nil); return err },
		"SMACOF leaves missing":   func() error { _, err := embedding.Classical{}.Fit([]float64{1, nan, 1}); return err },
		"1 and 3 is infinite":     func() error { _, err := embedding.SMACOF{}.Fit(t.Context(), []float64{1, math.Inf(1), 1}); return err },
		"below zero: no distance": func() error { _, err := embedding.SMACOF{}.Fit(t.Context(), []float64{1, -1, 1}); return err },
		"connect condition 3":     func() error { _, err := embedding.SMACOF{}.Fit(t.Context(), []float64{1, nan, nan}); return err },
		"the start has 2": func() error {
			_, err := embedding.SMACOF{Start: small}.Fit(t.Context(), []float64{1, 1, 1})
			return err
		},
		"a tree needs every pair":        func() error { _, err := embedding.Cluster([]float64{1, nan, 1}, embedding.Average); return err },
		"ward linkage needs distances":   func() error { _, err := embedding.Cluster([]float64{1, -1, 1}, embedding.Ward); return err },
		"no linkage is called \"wards\"": func() error { _, err := embedding.LinkageByName("wards"); return err },
		"a map of 2 conditions":          func() error { _, err := embedding.Shepard([]float64{1, 1, 1}, *small); return err },
	} {
		if err := fit(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

// Degenerate dissimilarities have maps: all alike, all equally different (every
// plane is as good), and all negative.
func TestDegenerateDissimilarities(t *testing.T) {
	const n = 100
	for name, d := range map[string]float64{"alike": 0, "equal": 1, "negative": -1} {
		rdv := slices.Repeat([]float64{d}, n*(n-1)/2)
		found, err := embedding.Classical{}.Fit(rdv)
		if err != nil {
			t.Fatal(err)
		}
		if want := max(d/2, 0); math.Abs(found.Eigenvalues[0]-want) > 1e-10 || slices.ContainsFunc(found.Coordinates, math.IsNaN) {
			t.Errorf("%s: eigenvalues %v, want %g", name, found.Eigenvalues, want)
		}
		if warned := len(found.Warnings) > 0; warned != (d < 0) {
			t.Errorf("%s: warnings %q", name, found.Warnings)
		}
		for _, level := range []embedding.Level{embedding.Ratio, embedding.Ordinal} {
			if level == embedding.Ratio && d < 0 {
				continue
			}
			if found, err := (embedding.SMACOF{Level: level, Steps: 5}).Fit(t.Context(), rdv); err != nil || slices.ContainsFunc(found.Coordinates, math.IsNaN) {
				t.Errorf("%s, level %d: %v", name, level, err)
			}
		}
		if _, err := embedding.Cluster(rdv, embedding.Average); err != nil {
			t.Error(err)
		}
	}
}

// The least eigenvalue says that no space has the distances: here the triangle
// inequality is broken.
func TestClassicalWarnsOfWhatNoSpaceHas(t *testing.T) {
	found, err := embedding.Classical{}.Fit([]float64{1, 1, 10})
	if err != nil {
		t.Fatal(err)
	}
	if found.Smallest >= 0 {
		t.Errorf("the least eigenvalue is %g", found.Smallest)
	}
	if found, err = (embedding.Classical{}).Fit(noise(300, 1)); err != nil || len(found.Warnings) != 1 {
		t.Errorf("%v, warnings %q of noise", err, found.Warnings)
	}
}

// Restarts give the same bits on any number of threads, and never a map of more
// stress.
func TestRestartsDoNotDependOnThreads(t *testing.T) {
	rdv := noise(20, 2)
	one, err := embedding.SMACOF{Steps: 100}.Fit(t.Context(), rdv)
	if err != nil {
		t.Fatal(err)
	}
	var first *embedding.SMACOFMap
	for _, threads := range []int{1, 3} {
		many, err := embedding.SMACOF{Steps: 100, Restarts: 7, Budget: work.Budget{Threads: threads}}.Fit(t.Context(), rdv)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = many
		}
		if many.Stress1 > one.Stress1 || !slices.Equal(many.Coordinates, first.Coordinates) {
			t.Errorf("%d threads: stress %g, without restarts %g, or other bits", threads, many.Stress1, one.Stress1)
		}
	}
}

func BenchmarkClassical1000(b *testing.B) { benchmarkClassical(b, 1000) }

func BenchmarkClassical92(b *testing.B) { benchmarkClassical(b, 92) }

func benchmarkClassical(b *testing.B, n int) {
	rdv := noise(n, 1)
	for b.Loop() {
		if _, err := (embedding.Classical{}).Fit(rdv); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTwin1000(b *testing.B) {
	rdv := noise(1000, 1)
	for b.Loop() {
		decomposed(rdv, 1000)
	}
}

func BenchmarkSMACOF92(b *testing.B) {
	rdv := noise(92, 1)
	for b.Loop() {
		if _, err := (embedding.SMACOF{}).Fit(b.Context(), rdv); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCluster1000(b *testing.B) {
	rdv := noise(1000, 1)
	for b.Loop() {
		if _, err := embedding.Cluster(rdv, embedding.Average); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleArrange() {
	found, err := embedding.Arrange(context.Background(), []float64{9, 25, 16, 16, 25, 9}, embedding.SquaredDistances, embedding.Recommended)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s, stress %.2f, %.0f\n", found.Scaling, found.Stress1, found.Distances())
	// Output: classical, stress 0.00, [3 5 4 4 5 3]
}

// Every scaling shows points where they are, and the recommended one is one that
// the dissimilarities allow.
func TestArrange(t *testing.T) {
	for _, name := range embedding.Scalings {
		found, err := embedding.Arrange(t.Context(), rectangle, embedding.Distances, embedding.Scaling(name))
		if err != nil || found.Stress1 > 1e-3 || string(found.Scaling) != name {
			t.Errorf("%s: %v, stress %g", name, err, found.Stress1)
		}
	}
	for want, rdv := range map[embedding.Scaling][]float64{
		embedding.ClassicalScaling: {1, -1, 2}, embedding.RatioScaling: {1, math.NaN(), 2}, embedding.OrdinalScaling: {1, math.NaN(), -2},
	} {
		if found, err := embedding.Arrange(t.Context(), rdv, embedding.Distances, embedding.Recommended); err != nil || found.Scaling != want {
			t.Errorf("%v: %v, want %s", rdv, err, want)
		}
	}
	if _, err := embedding.Arrange(t.Context(), rectangle, embedding.Distances, "clasical"); err == nil || !strings.Contains(err.Error(), "classical") {
		t.Errorf("the error is %v", err)
	}
}
