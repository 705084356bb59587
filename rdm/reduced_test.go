package rdm_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// rectified draws responses of a layer after its nonlinearity: units of unequal
// means that follow some dimensions and hardly anything else, cut at 0.
func rectified(n, units, dimensions int) *dataset.Dataset {
	random := seed.Stream(1, "rectified", n, units)
	axes := make([][]float64, dimensions)
	for d := range axes {
		for range units {
			axes[d] = append(axes[d], random.NormFloat64()*math.Pow(float64(d+1), -0.5))
		}
	}
	ds := &dataset.Dataset{Shape: [3]int{n, units, 1}, Observation: map[string][]string{}}
	for range n {
		row := make([]float64, units)
		for _, axis := range axes {
			floats.AddScaled(row, random.NormFloat64(), axis)
		}
		for u, v := range row {
			ds.F32 = append(ds.F32, float32(max(0, v+8+6*math.Sin(float64(u)))))
		}
	}
	return ds
}

// components reduces a Dataset to components that are fitted to another.
func components(t testing.TB, ds, fittedTo *dataset.Dataset, k int, m engine.Multiplier) (*dataset.Dataset, *projection.PCA) {
	t.Helper()
	fit := projection.NewFit(ds.Shape[1], k, m, work.Budget{})
	if err := fit.Rows(0, fittedTo.F32); err != nil {
		t.Fatal(err)
	}
	pca, err := fit.PCA()
	if err != nil {
		t.Fatal(err)
	}
	return short(t, ds, pca), pca
}

// short is a Dataset projected.
func short(t testing.TB, ds *dataset.Dataset, p projection.Projection) *dataset.Dataset {
	t.Helper()
	reduced := &dataset.Dataset{Shape: [3]int{ds.Shape[0], p.Channels(), 1}, Observation: ds.Observation}
	reduced.F32 = make([]float32, ds.Shape[0]*p.Channels())
	if err := p.Apply(reduced.F32, ds.F32); err != nil {
		t.Fatal(err)
	}
	if err := p.Mark(reduced); err != nil {
		t.Fatal(err)
	}
	return reduced
}

// Where 100 components, fitted to other stimuli, have 99 % of the variance of a
// rectified layer, RDMs of the scores are those of the layer. The correlation of
// the scores is another.
func TestRDMsOfComponentsAreThoseOfTheLayer(t *testing.T) {
	e := enginetest.Open(t)
	all := rectified(420, 2000, 80)
	stimuli := &dataset.Dataset{Shape: [3]int{60, 2000, 1}, F32: all.F32[:60*2000], Observation: map[string][]string{}}
	others := &dataset.Dataset{Shape: [3]int{360, 2000, 1}, F32: all.F32[60*2000:]}
	reduced, pca := components(t, stimuli, others, 100, e.Multiplier())
	if share := pca.Explained(); share < 0.99 {
		t.Fatalf("100 components have %g of the variance", share)
	}
	for measure, least := range map[string]float64{"correlation": 0.99, "cosine": 0.99, "euclidean": 0.99} {
		by := estimator(t, measure, e.Multiplier(), 2)
		if r := stat.Correlation(rdv(t, by, stimuli), rdv(t, by, reduced), nil); !(r > least) {
			t.Errorf("RDMs by %s correlate by %g", measure, r)
		}
	}
	exact := rdv(t, estimator(t, "correlation", e.Multiplier(), 2), stimuli)
	scores := rdv(t, estimator(t, rdm.CorrelationOfScores, e.Multiplier(), 2), reduced)
	if d := farthest(exact, scores); d < 0.1 {
		t.Errorf("the correlation of scores is within %g of that over units", d)
	}
}

// Random channels have about the correlations of their units.
func TestRDMsOfARandomProjectionAreNearThoseOfTheLayer(t *testing.T) {
	ds := rectified(20, 3000, 5)
	sparse, err := projection.NewSparse(3000, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	reduced := short(t, ds, sparse)
	for _, measure := range []string{"correlation", "cosine", "euclidean"} {
		by := estimator(t, measure, nil, 1)
		if r := stat.Correlation(rdv(t, by, ds), rdv(t, by, reduced), nil); !(r > 0.98) {
			t.Errorf("RDMs by %s correlate by %g", measure, r)
		}
	}
}

// The correlation of a random projection is one minus the cosine of patterns that
// were centered over units before they were projected.
func TestCorrelationOfARandomProjectionIsTheCosineOfCenteredPatterns(t *testing.T) {
	const units, channels = 3000, 100
	ds := rectified(12, units, 5)
	centered := &dataset.Dataset{Shape: ds.Shape, Observation: ds.Observation}
	for i := range ds.Shape[0] {
		row := ds.F32[i*units : (i+1)*units]
		mean := 0.0
		for _, v := range row {
			mean += float64(v) / units
		}
		for _, v := range row {
			centered.F32 = append(centered.F32, float32(float64(v)-mean))
		}
	}
	sparse, err := projection.NewSparse(units, channels, 2)
	if err != nil {
		t.Fatal(err)
	}
	before := short(t, centered, sparse)
	cosine := rdv(t, estimator(t, "cosine", nil, 1), &dataset.Dataset{Shape: before.Shape, F32: before.F32, Observation: ds.Observation})
	correlation := rdv(t, estimator(t, "correlation", nil, 1), short(t, ds, sparse))
	if d := farthest(cosine, correlation); d > 1e-5 {
		t.Errorf("differs by %g", d)
	}
	if d := farthest(correlation, rdv(t, estimator(t, "correlation", nil, 1), ds)); d > 0.5 || d < 1e-4 {
		t.Errorf("within %g of the exact one: the test says nothing", d)
	}
}

// Trials are averaged before: the pattern of their mean is the mean of theirs.
func TestTrialsOfReducedLayersAreAveraged(t *testing.T) {
	ds := rectified(24, 50, 8)
	for i := range 24 {
		ds.Observation["condition"] = append(ds.Observation["condition"], string(rune('a'+i%6)))
	}
	reduced, _ := components(t, ds, ds, 20, engine.Plain{})
	pca, _ := components(t, ds, ds, 23, engine.Plain{}) // all there are
	by := estimator(t, "correlation", nil, 1)
	if d := farthest(rdv(t, by, ds), rdv(t, by, pca)); d > 1e-5 {
		t.Errorf("correlations differ by %g", d)
	}
	mean, err := reduced.Average("condition")
	if err != nil {
		t.Fatal(err)
	}
	if d := farthest(rdv(t, by, mean), rdv(t, by, reduced)); d > 1e-5 { // means of scores are float32
		t.Errorf("means given differ from means taken by %g", d)
	}
}

func TestWhatReducedLayersRefuse(t *testing.T) {
	ds := rectified(8, 30, 4)
	reduced, _ := components(t, ds, ds, 5, engine.Plain{})
	whitened := estimator(t, "correlation", nil, 1)
	trials := layout{conditions: 3, runs: 3, repetitions: 2, channels: 5, signal: 1}.trials(1)
	whitened.Covariances = ledoitWolf(t, trials)
	for want, by := range map[string]rdm.Estimator{
		"the channels of a reduced layer are none": estimator(t, "poisson", nil, 1),
		"take euclidean or mahalanobis":            whitened,
	} {
		if _, err := by.Estimate(t.Context(), reduced); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	centered := estimator(t, "euclidean", nil, 1)
	centered.RemoveMean = true
	if d := farthest(rdv(t, centered, ds), rdv(t, centered, reduced)); d > 1e-4 {
		t.Errorf("distances of patterns minus their mean differ by %g", d)
	}
}

// Turning the sign of components turns that of their scores and of what is kept
// beside them, and changes no bit of an RDM over units; that of the correlation
// of scores it changes.
func TestSignsOfComponentsChangeNoBitOfRDMs(t *testing.T) {
	const k = 6
	ds := rectified(16, 200, 8)
	reduced, _ := components(t, ds, ds, k, engine.Plain{})
	turned := *reduced
	turned.F32, turned.Arrays = slices.Clone(reduced.F32), maps.Clone(reduced.Arrays)
	for name, array := range turned.Arrays {
		if !strings.HasPrefix(name, "channel.") {
			continue
		}
		numbers, width := slices.Clone(array.Data.([]float64)), array.Shape[1]
		for c := 0; c < k; c += 2 {
			floats.Scale(-1, numbers[c*width:(c+1)*width])
		}
		turned.Arrays[name] = &npy.Array{Shape: array.Shape, Data: numbers}
	}
	for i := range turned.F32 {
		if i%k%2 == 0 {
			turned.F32[i] *= -1
		}
	}
	for _, measure := range []string{"correlation", "cosine", "euclidean", "squared euclidean"} {
		by := estimator(t, measure, engine.Plain{}, 1)
		if !slices.Equal(rdv(t, by, reduced), rdv(t, by, &turned)) {
			t.Errorf("%s: a bit changed", measure)
		}
		for _, variant := range rdm.Variants {
			before, _ := wholeRDV(t, variant, measure, reduced, ds)
			if after, _ := wholeRDV(t, variant, measure, &turned, ds); !slices.Equal(before, after) {
				t.Errorf("%s, %s: a bit changed", measure, variant)
			}
		}
	}
	scores := estimator(t, rdm.CorrelationOfScores, engine.Plain{}, 1)
	if d := farthest(rdv(t, scores, reduced), rdv(t, scores, &turned)); d < 0.01 {
		t.Errorf("correlations of scores changed by %g", d)
	}
}
