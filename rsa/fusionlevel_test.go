package rsa_test

import (
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
)

// together returns a brain whose two regions act at the same time.
func together(conditions int, noise float64, index int) rsa.FusionData {
	random := seed.Stream(7, "together", index)
	var data rsa.FusionData
	truth := make([][]float64, 2)
	for k, name := range []string{"a", "b"} {
		truth[k] = distances(random.NormFloat64, conditions, 12)
		data.Regions = append(data.Regions, rsa.Region{Name: name, RDVs: [][]float64{truth[k]}})
	}
	for t := range 16 {
		data.Times.Times = append(data.Times.Times, 0.02*float64(t))
	}
	for range 8 {
		var course [][]float64
		for _, t := range data.Times.Times {
			x := make([]float64, len(truth[0]))
			for _, one := range truth {
				floats.AddScaled(x, math.Exp(-math.Pow((t-0.15)/0.06, 2)), one)
			}
			for p := range x {
				x[p] += noise * random.NormFloat64()
			}
			course = append(course, x)
		}
		data.Times.RDVs = append(data.Times.RDVs, course)
	}
	return data
}

// Of regions that act at the same time no more than the level are found apart,
// whatever is drawn. ISOCORTEX_LONG tries more.
func TestLevelOfLatencyDifferences(t *testing.T) {
	experiments, overs, noises := 20, []string{"subjects"}, []float64{1}
	if os.Getenv("ISOCORTEX_LONG") != "" {
		experiments, overs, noises = 200, []string{"subjects", "conditions", "both"}, []float64{1, 4}
	}
	most := 0.05 + 3*math.Sqrt(0.05*0.95/float64(experiments))
	for _, over := range overs {
		for _, noise := range noises {
			found := 0.0
			for i := range experiments {
				e := rsa.Evaluation{Test: rsa.None, BootstrapOver: over, BootstrapDraws: 200, Seed: uint64(i)}
				d := fused(t, rsa.Fusion{Evaluation: e}, together(14, noise, i)).Differences[0]
				if *d.P <= 0.05 {
					found++
				}
				if within := d.CI[0] <= 0 && d.CI[1] >= 0; within && *d.P <= 0.03 || !within && *d.P > 0.07 {
					t.Errorf("p %v with the interval %v", *d.P, *d.CI)
				}
			}
			if found/float64(experiments) > most {
				t.Errorf("%s, noise %g: p ≤ 0.05 in %.3f of %d", over, noise, found/float64(experiments), experiments)
			}
		}
	}
}
