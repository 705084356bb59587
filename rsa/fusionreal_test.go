package rsa_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
)

// Two regions of fifteen people, measured by fMRI, in simulated measurements
// over time that follow the one early and the other late.
func TestPublishedRegionsAreFoundInTime(t *testing.T) {
	data := rsa.FusionData{Regions: []rsa.Region{
		{Name: "EVC", RDVs: objectstest.Region(t, "EVC")}, {Name: "IT", RDVs: objectstest.Region(t, "IT")},
	}}
	models, names := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	for i, x := range models {
		data.Layers = append(data.Layers, rsa.Model{Name: names[i], RDV: x})
	}
	random := seed.Stream(6, "published regions")
	for step := range 11 {
		data.Times.Times = append(data.Times.Times, 0.03*float64(step))
	}
	for range 6 {
		var course [][]float64
		for _, time := range data.Times.Times {
			x := make([]float64, len(models[0]))
			for r, peak := range []float64{0.09, 0.18} {
				group := mean(data.Regions[r].RDVs)
				floats.AddScaled(x, math.Exp(-math.Pow((time-peak)/0.05, 2))/stat.StdDev(group, nil), group)
			}
			for p := range x {
				x[p] += 3 * random.NormFloat64()
			}
			course = append(course, x)
		}
		data.Times.RDVs = append(data.Times.RDVs, course)
	}
	r := fused(t, rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 20, BootstrapDraws: 20, BootstrapOver: "both", Seed: 1}}, data)
	for i, planted := range []float64{0.09, 0.18} {
		if peak := r.Regions.Models[i].Peak; math.Abs(float64(peak.Time)-planted) > 1e-9 {
			t.Errorf("%s peaks at %v s: planted at %v s", data.Regions[i].Name, peak.Time, planted)
		}
	}
	if d := r.Differences[0]; !(d.CI[0] > 0) {
		t.Errorf("%s is %v s later than %s, interval %v", d.To, d.Time, d.From, *d.CI)
	}
	silhouette, monkey := len(names)-2, 2
	for model, region := range map[int]int{silhouette: 0, monkey: 1} {
		own, other := r.Commonality[region*len(names)+model], r.Commonality[(1-region)*len(names)+model]
		if own.Peak.Score < 2*other.Peak.Score {
			t.Errorf("%s shares %v with %s, but %v with %s", names[model], own.Peak.Score, own.Region, other.Peak.Score, other.Region)
		}
	}
}
