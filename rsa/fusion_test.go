package rsa_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// hierarchy returns a brain whose first region acts at 100 ms and whose second
// at 200 ms, and a network with a layer like either. Regions are measured in
// four other subjects.
func hierarchy(subjects, conditions int, noise float64, index ...int) rsa.FusionData {
	random := seed.Stream(3, "hierarchy", index...)
	noisy := func(x []float64, noise float64) []float64 {
		y := slices.Clone(x)
		for p := range y {
			y[p] += noise * random.NormFloat64()
		}
		return y
	}
	var data rsa.FusionData
	var truth [][]float64
	for k, name := range []string{"early", "late"} {
		truth = append(truth, distances(random.NormFloat64, conditions, 12))
		data.Layers = append(data.Layers, rsa.Model{Name: "layer " + name, Network: "net", RDV: noisy(truth[k], 0.3)})
		region := rsa.Region{Name: name}
		for range 4 {
			region.RDVs = append(region.RDVs, noisy(truth[k], 0.5))
		}
		data.Regions = append(data.Regions, region)
	}
	for t := range 16 {
		data.Times.Times = append(data.Times.Times, 0.02*float64(t))
	}
	for range subjects {
		var course [][]float64
		for _, t := range data.Times.Times {
			x := make([]float64, len(truth[0]))
			for k, peak := range []float64{0.1, 0.2} {
				floats.AddScaled(x, math.Exp(-math.Pow((t-peak)/0.04, 2)), truth[k])
			}
			course = append(course, noisy(x, noise))
		}
		data.Times.RDVs = append(data.Times.RDVs, course)
	}
	return data
}

func ExampleFusion_Run() {
	// Two regions and two layers; what the early ones have in common
	// with the brain comes first.
	data := hierarchy(8, 20, 1)
	fusion := rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 200, BootstrapDraws: 200}}
	result, err := fusion.Run(context.Background(), data, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, region := range result.Regions.Models {
		fmt.Printf("%s: %.0f ms\n", region.Name, 1000*region.Peak.Time)
	}
	for _, c := range result.Commonality {
		fmt.Printf("%s and %s: %.2f\n", c.Region, c.Layer, c.Peak.Score)
	}
	d := result.Differences[0]
	fmt.Printf("%s is %.0f ms later than %s, p < 0.05: %v\n", d.To, 1000*d.Time, d.From, *d.P < 0.05)
	// Output:
	// early: 100 ms
	// late: 200 ms
	// early and layer early: 0.39
	// early and layer late: 0.00
	// late and layer early: 0.00
	// late and layer late: 0.40
	// late is 100 ms later than early, p < 0.05: true
}

var spearman, _ = compare.ByName("spearman")

func fused(t testing.TB, f rsa.Fusion, data rsa.FusionData) *rsa.FusionResult {
	t.Helper()
	r, err := f.Run(context.Background(), data, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Least squares of other programs: some dozens of products.
const leastSquares = 1e-9

func TestCommonalityOfNumpy(t *testing.T) {
	var reference struct {
		Regions, Layers, Controls [][]*float64
		Times                     [][][]*float64
		Found                     map[string]struct {
			Commonality [][][][]float64 // regions × layers × subjects × times
			Explained   [][]float64
		}
	}
	realtest.Reference(t, "fusion.json", &reference)
	var data rsa.FusionData
	for i, x := range reference.Regions {
		data.Regions = append(data.Regions, rsa.Region{Name: fmt.Sprint("region ", i), RDVs: [][]float64{withNaN(x)}})
	}
	for i, x := range reference.Layers {
		data.Layers = append(data.Layers, rsa.Model{Name: fmt.Sprint("layer ", i), RDV: withNaN(x)})
	}
	data.Times.Times = []float64{0, 0.1, 0.2}
	for _, course := range reference.Times {
		var rdvs [][]float64
		for _, x := range course {
			rdvs = append(rdvs, withNaN(x))
		}
		data.Times.RDVs = append(data.Times.RDVs, rdvs)
	}
	for name, want := range reference.Found {
		t.Run(name, func(t *testing.T) {
			variance, _, controlled := strings.Cut(name, " with")
			data := data
			if controlled {
				data.Controls = []rsa.Model{{Name: "control", RDV: withNaN(reference.Controls[0])}}
			}
			f := rsa.Fusion{Variance: variance, Evaluation: rsa.Evaluation{Comparator: named(t, "kendall-tau-b"), Test: rsa.None, BootstrapOver: rsa.None}}
			r := fused(t, f, data)
			for i, c := range r.Commonality {
				for s, course := range c.Course.Scores {
					for time, got := range course {
						if want := want.Commonality[i/2][i%2][s][time]; !(math.Abs(float64(got)-want) < leastSquares) {
							t.Errorf("%s and %s, subject %d at time %d: %v, numpy has %v", c.Region, c.Layer, s, time, got, want)
						}
					}
				}
			}
			for i, course := range r.Explained {
				for time, got := range course {
					if want := want.Explained[i][time]; !(math.Abs(float64(got)-want) < leastSquares) {
						t.Errorf("region %d at time %d explains %v, numpy has %v", i, time, got, want)
					}
				}
			}
		})
	}
}

func withNaN(x []*float64) []float64 {
	y := make([]float64, len(x))
	for p, v := range x {
		if y[p] = math.NaN(); v != nil {
			y[p] = *v
		}
	}
	return y
}

func named(t testing.TB, name string) compare.Comparator {
	t.Helper()
	c, err := compare.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fusible draws a small fusion with ties and missing pairs.
func fusible(t *rapid.T) rsa.FusionData {
	layers, times := drawn(t)
	data := rsa.FusionData{Layers: layers, Times: times}
	pairs := len(layers[0].RDV)
	rdv := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 2, 3, 4, 5, 6, 7}), pairs, pairs)
	for _, name := range []string{"r", "s"} {
		data.Regions = append(data.Regions, rsa.Region{Name: name, RDVs: [][]float64{rdv.Draw(t, "region"), rdv.Draw(t, "region")}})
	}
	return data
}

func TestCommonalityIsNoMoreThanEitherExplains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := fusible(t)
		f := rsa.Fusion{Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}}
		r, err := f.Run(t.Context(), data, work.Budget{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range r.Commonality {
			for s, course := range c.Course.Scores {
				for time, shared := range course {
					region := r.Regions.Models[i/2].Course.Scores[s][time]
					layer := r.Layers.Models[i%2].Course.Scores[s][time]
					if !math.IsNaN(float64(shared)) && shared > min(region*region, layer*layer)+1e-9 {
						t.Fatalf("%s and %s share %v of what they correlate with as %v and %v", c.Region, c.Layer, shared, region, layer)
					}
				}
			}
		}
	})
}

// Regions and layers can change places: what they share is the same.
func TestCommonalityIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := fusible(t)
		for i := range data.Regions {
			data.Regions[i].RDVs = data.Regions[i].RDVs[:1] // a group has ranks of its own
		}
		swapped := data
		swapped.Regions, swapped.Layers = nil, nil
		for _, region := range data.Regions {
			swapped.Layers = append(swapped.Layers, rsa.Model{Name: region.Name, RDV: spearman.Pool(region.RDVs)})
		}
		for _, layer := range data.Layers {
			swapped.Regions = append(swapped.Regions, rsa.Region{Name: layer.Name, RDVs: [][]float64{layer.RDV}})
		}
		f := rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 10, BootstrapDraws: 10, Test: rsa.LabelPermutation}}
		a, err := f.Run(t.Context(), data, work.Budget{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Run(t.Context(), swapped, work.Budget{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range a.Commonality {
			y := b.Commonality[2*(i%2)+i/2]
			if x.Region != y.Layer || x.Layer != y.Region {
				t.Fatalf("%s and %s stand where %s and %s do", x.Region, x.Layer, y.Region, y.Layer)
			}
			alike(t, "score", x.Course.Score, y.Course.Score)
			alike(t, "low", x.Course.Low, y.Course.Low)
			alike(t, "high", x.Course.High, y.Course.High)
		}
	})
}

func alike(t interface{ Fatalf(string, ...any) }, what string, a, b []rsa.Number) {
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		if !(math.Abs(x-y) < 1e-9) && !(math.IsNaN(x) && math.IsNaN(y)) {
			t.Fatalf("%s %d is %v and %v", what, i, x, y)
		}
	}
}

func TestOrderOfConditionsDoesNotMatterToFusion(t *testing.T) {
	data := hierarchy(3, 8, 1)
	f := rsa.Fusion{Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None}}
	order := []int{3, 1, 7, 0, 2, 6, 5, 4}
	a, b := fused(t, f, data), fused(t, f, ordered(data, order))
	for i := range a.Commonality {
		alike(t, "commonality", a.Commonality[i].Course.Score, b.Commonality[i].Course.Score)
	}
}

// ordered brings all RDMs to the conditions order[0], order[1], ...
func ordered(data rsa.FusionData, order []int) rsa.FusionData {
	moved := data
	moved.Regions, moved.Layers, moved.Times.RDVs = nil, nil, nil
	for _, region := range data.Regions {
		moved.Regions = append(moved.Regions, rsa.Region{Name: region.Name, RDVs: reordered(region.RDVs, order)})
	}
	for _, layer := range data.Layers {
		moved.Layers = append(moved.Layers, rsa.Model{Name: layer.Name, RDV: reordered([][]float64{layer.RDV}, order)[0]})
	}
	for _, course := range data.Times.RDVs {
		moved.Times.RDVs = append(moved.Times.RDVs, reordered(course, order))
	}
	return moved
}

// reordered brings RDVs to the conditions order[0], order[1], ...; a condition
// that stands twice has NaN with itself.
func reordered(rdvs [][]float64, order []int) (moved [][]float64) {
	n := int(math.Round((1 + math.Sqrt(1+8*float64(len(rdvs[0])))) / 2))
	for _, x := range rdvs {
		var y []float64
		for k, i := range order {
			for _, j := range order[k+1:] {
				if i == j {
					y = append(y, math.NaN())
				} else {
					y = append(y, x[rdm.PairIndex(n, i, j)])
				}
			}
		}
		moved = append(moved, y)
	}
	return moved
}

// The slow twin of the bootstrap copies conditions, and fuses anew.
func TestDrawsOfFusionAreFusionsOfDraws(t *testing.T) {
	data := hierarchy(3, 7, 1)
	for i := range data.Regions {
		data.Regions[i].RDVs = data.Regions[i].RDVs[:1]
	}
	for _, x := range data.Times.RDVs[1] {
		x[2] = math.NaN() // one subject lacks a pair
	}
	evaluation := rsa.Evaluation{Comparator: named(t, "pearson"), Test: rsa.None, BootstrapOver: "conditions", BootstrapDraws: 5, Seed: 4}
	whole := rsa.Evaluation{Comparator: evaluation.Comparator, Test: rsa.None, BootstrapOver: rsa.None}
	for _, variance := range rsa.Variances[1:] {
		r := fused(t, rsa.Fusion{Evaluation: evaluation, Variance: variance}, data)
		drawn := &inference.Distribution{Draws: 5}
		for i := range 5 {
			draw, err := inference.Bootstrap{Over: inference.Conditions, Seed: 4}.Draw(inference.Size{Subjects: 3, Conditions: 7, Statistics: 1}, i)
			if err != nil {
				t.Fatal(err)
			}
			var order []int
			for condition, count := range draw.Conditions {
				order = append(order, slices.Repeat([]int{condition}, count)...)
			}
			one := fused(t, rsa.Fusion{Evaluation: whole, Variance: variance}, ordered(data, order))
			for _, c := range one.Commonality {
				for _, score := range append(c.Course.Score, c.Peak.Time) {
					drawn.Values = append(drawn.Values, float64(score))
				}
			}
			drawn.Values = append(drawn.Values, float64(one.Differences[0].Time), float64(one.Regions.Models[1].Peak.Time))
		}
		drawn.Statistics = len(drawn.Values) / 5
		want := drawn.Intervals(0.95)
		var low []rsa.Number
		for _, c := range r.Commonality {
			low = append(append(low, c.Course.Low...), c.Peak.TimeCI[0])
		}
		low = append(low, r.Differences[0].CI[0], r.Regions.Models[1].Peak.TimeCI[0])
		wanted := make([]rsa.Number, len(low))
		for i := range wanted {
			wanted[i] = rsa.Number(want.Low[i])
		}
		alike(t, variance, low, wanted)
	}
}

// Of RDMs that have nothing in common, next to no variance is shared, and none on
// average where pairs are independent; and the test says so.
func TestNothingIsSharedByChance(t *testing.T) {
	const experiments, conditions = 300, 12
	for name, c := range map[string]struct {
		rdv  func(normal func() float64) []float64
		most float64
	}{
		"distances":   {func(normal func() float64) []float64 { return distances(normal, conditions, 5) }, 0.01},
		"independent": {func(normal func() float64) []float64 { return independent(normal, conditions) }, 0.003},
	} {
		t.Run(name, func(t *testing.T) {
			sum, positive, significant, tests := 0.0, 0.0, 0.0, 0.0
			for i := range experiments {
				random := seed.Stream(5, "nothing", i)
				course := sharedByChance(t, func() []float64 { return c.rdv(random.NormFloat64) }, random.NormFloat64, uint64(i))
				for time, score := range course.Score {
					sum += float64(score)
					tests++
					if score > 0 {
						positive++
					}
					if course.P[time] <= 0.05 {
						significant++
					}
				}
			}
			t.Logf("mean %.5f, above 0 in %.3f, p ≤ 0.05 in %.3f of %g", sum/tests, positive/tests, significant/tests, tests)
			if math.Abs(sum/tests) > c.most || math.Abs(positive/tests-0.5) > 0.1 || significant/tests > 0.08 {
				t.Errorf("unrelated RDMs share %.4f, above 0 in %.3f, p ≤ 0.05 in %.3f", sum/tests, positive/tests, significant/tests)
			}
		})
	}
}

func independent(normal func() float64, conditions int) []float64 {
	x := make([]float64, rdm.Pairs(conditions))
	for p := range x {
		x[p] = normal()
	}
	return x
}

// sharedByChance returns the commonality of a region and a layer that are alike with
// two times that have nothing to do with them.
func sharedByChance(t *testing.T, rdv func() []float64, normal func() float64, seed uint64) *rsa.Course {
	region := rdv()
	layer := slices.Clone(region)
	for p := range layer {
		layer[p] += normal()
	}
	data := rsa.FusionData{
		Regions: []rsa.Region{{Name: "r", RDVs: [][]float64{region}}},
		Layers:  []rsa.Model{{Name: "l", RDV: layer}},
		Times:   rsa.Subjects{Times: []float64{0, 1}, RDVs: [][][]float64{{rdv(), rdv()}}},
	}
	e := rsa.Evaluation{Draws: 39, BootstrapOver: rsa.None, Correction: rsa.None, Seed: seed}
	return fused(t, rsa.Fusion{Evaluation: e}, data).Commonality[0].Course
}

func TestPlantedOrderIsFound(t *testing.T) {
	r := fused(t, rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 200, BootstrapDraws: 200, BootstrapOver: "both", Seed: 1}}, hierarchy(8, 16, 1.5))
	for i, c := range r.Commonality {
		if planted := 0.1 * float64(1+i/2); i%3 == 0 && (c.Peak.Time != rsa.Number(planted) || *c.Peak.TimeCI == [2]rsa.Number{} || c.Course.Corrected[c.Peak.Index] > 0.05) {
			t.Errorf("%s and %s peak at %v s, p %v: planted at %v s", c.Region, c.Layer, c.Peak.Time, c.Course.Corrected[c.Peak.Index], planted)
		}
	}
	for _, d := range r.Differences {
		if d.Of == "commonality" {
			continue // a region shares nothing with the layer of the other
		}
		if math.Abs(float64(d.Time)-0.1) > 1e-9 || d.CI[0] <= 0 || d.CI[1] < d.Time || *d.Corrected > 0.05 {
			t.Errorf("%s %s is %v s later than %s, interval %v, p %v: planted 0.1 s", d.Of, d.To, d.Time, d.From, *d.CI, *d.Corrected)
		}
	}
	if own, other := r.InRegions[0].Models[0].Score, r.InRegions[0].Models[1].Score; own < other+0.3 || r.InRegions[0].NoiseCeiling == nil {
		t.Errorf("the early layer has %v with the early region, the late one %v", own, other)
	}
}

func TestFusionIsTheSameOnAnyNumberOfThreads(t *testing.T) {
	data := hierarchy(6, 8, 1)
	f := rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 20, BootstrapDraws: 20, BootstrapOver: "both", Test: rsa.LabelPermutation, Seed: 9}}
	sameBits(t, "fusion", func(b work.Budget) (any, error) { return f.Run(t.Context(), data, b) })
}

func TestFusionWithoutLayersIsClassical(t *testing.T) {
	data := hierarchy(6, 8, 1)
	data.Layers = nil
	e := rsa.Evaluation{Test: rsa.LabelPermutation, Draws: 50, BootstrapDraws: 20, Seed: 2}
	r := fused(t, rsa.Fusion{Evaluation: e}, data)
	var models []rsa.Model
	for _, region := range data.Regions {
		models = append(models, rsa.Model{Name: region.Name, RDV: named(t, "spearman").Pool(region.RDVs)})
	}
	want, err := e.Run(t.Context(), models, data.Times, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(r.Regions)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("regions are evaluated as\n%s\nbut as models they are\n%s", a, b)
	}
	if r.Layers != nil || r.Commonality != nil || len(r.Differences) != 1 {
		t.Errorf("without layers there are %v, %v, %d differences", r.Layers, r.Commonality, len(r.Differences))
	}
}

func TestWrongFusions(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *rsa.Fusion, d *rsa.FusionData)
		want   string
	}{
		"no region":    {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Regions = nil }, "no region"},
		"twice":        {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Regions[1].Name = "early" }, `two regions are called "early"`},
		"no RDM":       {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Regions[1].RDVs = nil }, `region "late" has no RDM`},
		"other region": {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Regions[1].RDVs[2] = nil }, `region "late" has 0 pairs in subject 3 where the times have 28`},
		"other layer":  {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Layers[1].RDV = nil }, `"layer late" has 0 pairs`},
		"no time":      {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Times.Times = nil }, "have no times"},
		"nobody":       {func(_ *rsa.Fusion, d *rsa.FusionData) { d.Times.RDVs = nil }, "one or more subjects are needed"},
		"variance":     {func(f *rsa.Fusion, _ *rsa.FusionData) { f.Variance = "signs" }, `variance cannot be of "signs"`},
		"test":         {func(f *rsa.Fusion, _ *rsa.FusionData) { f.Test = "F" }, "no test is called"},
		"pool":         {func(f *rsa.Fusion, _ *rsa.FusionData) { f.Pool = "sum" }, "no way to pool"},
	} {
		t.Run(name, func(t *testing.T) {
			f, d := rsa.Fusion{}, hierarchy(2, 8, 1)
			c.change(&f, &d)
			if _, err := f.Run(t.Context(), d, work.Budget{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
