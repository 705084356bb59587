package rdm_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
)

func ExampleWhole() {
	euclidean, _ := rdm.MeasureByName("squared euclidean")
	whole := rdm.Whole{Estimator: rdm.Estimator{Measure: euclidean}}
	_ = whole.Add(context.Background(), "early", &dataset.Dataset{Shape: [3]int{2, 2, 1}, F64: []float64{0, 0, 3, 4}})
	_ = whole.Add(context.Background(), "late", &dataset.Dataset{Shape: [3]int{2, 1, 1}, F64: []float64{1, 6}})
	r, err := whole.RDM()
	fmt.Println(r.Dissimilarities, err)
	for _, s := range whole.Shares() {
		fmt.Printf("%s %.2f of the variance\n", s.Layer, s.Share)
	}
	// Output:
	// [50] <nil>
	// early 0.50 of the variance
	// late 0.50 of the variance
}

// wholeMeasures are those that a whole network has.
var wholeMeasures = []string{
	"correlation", "cosine", "euclidean", "squared euclidean", "euclidean per channel", "squared euclidean per channel",
}

// layersOf draws layers of the same conditions.
func layersOf(t *rapid.T) []*dataset.Dataset {
	n := rapid.IntRange(3, 6).Draw(t, "conditions")
	layers := make([]*dataset.Dataset, rapid.IntRange(1, 4).Draw(t, "layers"))
	for l := range layers {
		channels := rapid.IntRange(2, 9).Draw(t, "channels")
		size, offset := math.Pow(10, rapid.Float64Range(-2, 2).Draw(t, "size")), rapid.Float64Range(-3, 3).Draw(t, "offset")
		d := &dataset.Dataset{Shape: [3]int{n, channels, 1}}
		for range n * channels {
			d.F64 = append(d.F64, size*(offset+rapid.Float64Range(-1, 1).Draw(t, "response")))
		}
		for i := range n { // no pattern is like another
			d.F64[i*channels] += size * float64(2+i)
		}
		layers[l] = d
	}
	return layers
}

// variance of the units over conditions, summed over units.
func variance(d *dataset.Dataset) float64 {
	n, channels := d.Shape[0], d.Shape[1]
	total := 0.0
	for k := range channels {
		mean := 0.0
		for i := range n {
			mean += d.F64[i*channels+k] / float64(n)
		}
		for i := range n {
			total += (d.F64[i*channels+k] - mean) * (d.F64[i*channels+k] - mean) / float64(n)
		}
	}
	return total
}

// concatenate puts the channels of layers side by side, divided by the root of
// their variance if the variant says so.
func concatenate(layers []*dataset.Dataset, variant rdm.Variant) *dataset.Dataset {
	whole := &dataset.Dataset{Shape: [3]int{layers[0].Shape[0], 0, 1}}
	for _, d := range layers {
		whole.Shape[1] += d.Shape[1]
	}
	for i := range whole.Shape[0] {
		for _, d := range layers {
			scale := 1.0
			if variant == rdm.Balanced {
				scale = math.Sqrt(variance(d))
			}
			for _, v := range d.F64[i*d.Shape[1] : (i+1)*d.Shape[1]] {
				whole.F64 = append(whole.F64, v/scale)
			}
		}
	}
	return whole
}

// wholeOf is the RDM of layers by way of Whole.
func wholeOf(t rapid.TB, e rdm.Estimator, variant rdm.Variant, layers []*dataset.Dataset) (*rdm.RDMs, []rdm.Share) {
	whole := rdm.Whole{Estimator: e, Variant: variant}
	for l, d := range layers {
		if err := whole.Add(context.Background(), fmt.Sprint(l), d); err != nil {
			t.Fatal(err)
		}
	}
	r, err := whole.RDM()
	if err != nil {
		t.Fatal(err)
	}
	return r, whole.Shares()
}

// The whole of layers is the RDM of what is concatenated, and the mean of RDMs the
// mean; the shares are those of the variance.
func TestWholeIsThatOfConcatenatedLayers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layers := layersOf(t)
		m, err := rdm.MeasureByName(rapid.SampledFrom(wholeMeasures).Draw(t, "measure"))
		if err != nil {
			t.Fatal(err)
		}
		e := rdm.Estimator{Measure: m}
		for _, variant := range []rdm.Variant{"", rdm.Concatenated, rdm.Balanced} {
			want, err := e.Estimate(context.Background(), concatenate(layers, variant))
			if err != nil {
				t.Fatal(err)
			}
			got, shares := wholeOf(t, e, variant, layers)
			near(t, variant, got.Dissimilarities, want.Dissimilarities)
			for l, s := range shares {
				if v := variance(layers[l]); math.Abs(s.Variance-v) > 1e-9*v || math.Abs(s.Share-v/sumOfVariances(layers)) > 1e-9 {
					t.Fatalf("layer %d: variance %g, share %g, want %g of %g", l, s.Variance, s.Share, v, sumOfVariances(layers))
				}
			}
		}
		mean := make([]float64, rdm.Pairs(layers[0].Shape[0]))
		for _, d := range layers {
			own, err := e.Estimate(context.Background(), d)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range own.Dissimilarities {
				mean[i] += v / float64(len(layers))
			}
		}
		got, _ := wholeOf(t, e, rdm.MeanRDM, layers)
		near(t, rdm.MeanRDM, got.Dissimilarities, mean)
	})
}

func sumOfVariances(layers []*dataset.Dataset) (total float64) {
	for _, d := range layers {
		total += variance(d)
	}
	return total
}

// near allows what rounding does to the products of numbers with an offset of some
// times their spread.
func near(t rapid.TB, variant rdm.Variant, got, want []float64) {
	for i, w := range want {
		if math.Abs(got[i]-w) > 1e-9*math.Max(1, math.Abs(w)) {
			t.Fatalf("%q: pair %d is %.15g, want %.15g", variant, i, got[i], w)
		}
	}
}

func TestWholeRefuses(t *testing.T) {
	d := &dataset.Dataset{Shape: [3]int{2, 2, 1}, F64: []float64{1, 2, 3, 5}}
	for _, c := range []struct {
		name, measure string
		variant       rdm.Variant
		next          *dataset.Dataset
		want          string
	}{
		{"noise", "crossnobis", "", d, "not by crossnobis"},
		{"times", "cosine", "", &dataset.Dataset{Shape: [3]int{2, 1, 2}, F64: d.F64}, "over 2 times"},
		{"conditions", "cosine", "", &dataset.Dataset{Shape: [3]int{4, 1, 1}, F64: d.F64}, `its 4 conditions are not the 2 of layer "first"`},
		{"alike", "cosine", rdm.Balanced, &dataset.Dataset{Shape: [3]int{2, 1, 1}, F64: []float64{1, 1}}, "responds alike"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := rdm.MeasureByName(c.measure)
			if err != nil {
				t.Fatal(err)
			}
			whole := rdm.Whole{Estimator: rdm.Estimator{Measure: m}, Variant: c.variant}
			if err = whole.Add(t.Context(), "first", d); err == nil {
				err = whole.Add(t.Context(), "second", c.next)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("err = %v, want %q in it", err, c.want)
			}
		})
	}
	if _, err := new(rdm.Whole).RDM(); err == nil {
		t.Error("no layer has an RDM")
	}
}
