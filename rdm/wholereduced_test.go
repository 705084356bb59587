package rdm_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
)

// wholeRDV is the RDV of a whole network, and the shares of its layers.
func wholeRDV(t *testing.T, variant, measure string, layers ...*dataset.Dataset) ([]float64, []rdm.Share) {
	t.Helper()
	whole := rdm.Whole{Variant: rdm.Variant(variant), Estimator: estimator(t, measure, engine.Plain{}, 1)}
	for i, layer := range layers {
		if err := whole.Add(t.Context(), string(rune('a'+i)), layer); err != nil {
			t.Fatal(err)
		}
	}
	r, err := whole.RDM()
	if err != nil {
		t.Fatal(err)
	}
	return r.RDV(0), whole.Shares()
}

// A whole network of layers whose components have all of their variance has the
// RDM of the layers as they are, beside a layer that is not reduced too; trials
// are averaged. Of random projections it is near.
func TestWholeNetworksOfReducedLayers(t *testing.T) {
	const trials, units = 24, 900
	early, late := rectified(trials, units, 9), rectified(trials, 40, 5)
	for i := range late.F32 {
		late.F32[i] = 3*late.F32[i] - 7 // of another mean and size
	}
	for i := range trials {
		early.Observation["condition"] = append(early.Observation["condition"], string(rune('a'+i%8)))
	}
	late.Observation = early.Observation
	components, _ := components(t, early, early, trials-1, engine.Plain{})
	sparse, err := projection.NewSparse(units, 700, 3)
	if err != nil {
		t.Fatal(err)
	}
	random := short(t, early, sparse)
	for _, variant := range rdm.Variants {
		for _, measure := range []string{"correlation", "cosine", "euclidean", "squared euclidean"} {
			want, shares := wholeRDV(t, variant, measure, early, late)
			got, found := wholeRDV(t, variant, measure, components, late)
			largest := 0.0
			for _, d := range want {
				largest = max(largest, math.Abs(d))
			}
			if d := farthest(want, got); !(d < 1e-5*largest) { // scores are float32
				t.Errorf("%s, %s: differs by %g of %g", variant, measure, d, largest)
			}
			if math.Abs(shares[0].Share-found[0].Share) > 1e-5 {
				t.Errorf("%s, %s: the first layer has %g of the variance, want %g", variant, measure, found[0].Share, shares[0].Share)
			}
			near, _ := wholeRDV(t, variant, measure, random, late)
			if r := stat.Correlation(want, near, nil); !(r > 0.97) {
				t.Errorf("%s, %s: the RDM of a random projection correlates by %g", variant, measure, r)
			}
		}
	}
}
