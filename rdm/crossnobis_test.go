package rdm_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
)

// formula returns n numbers that other languages draw alike: each the sum of 12
// successive u of s = (1103515245 s + 12345) mod 2³¹, u = s/2³¹, less 6.
func formula(seed uint32, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		for range 12 {
			seed = (1103515245*seed + 12345) & (1<<31 - 1)
			values[i] += float64(seed) / (1 << 31)
		}
		values[i] -= 6
	}
	return values
}

// Of white patterns of four folds, crossnobis is what its definition gives.
func TestCrossnobisMatchesItsDefinition(t *testing.T) {
	var want struct {
		PerChannel [][]float64 `json:"per_channel"`
	}
	realtest.Reference(t, "crossnobis.json", &want)
	const folds, conditions, channels = 4, 5, 3
	ds := &dataset.Dataset{Shape: [3]int{folds * conditions, channels, 1}, F64: formula(2, folds*conditions*channels), Observation: map[string][]string{}}
	for fold := range folds {
		for condition := range conditions {
			ds.Observation["run"] = append(ds.Observation["run"], string(rune('1'+fold)))
			ds.Observation["condition"] = append(ds.Observation["condition"], string(rune('a'+condition)))
		}
	}
	for _, pairing := range rdm.Pairings {
		got, err := rdm.Estimator{Measure: measured(t, "crossnobis per channel"), Folds: "run", Pairing: rdm.Pairing(pairing)}.Estimate(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		for i := range conditions {
			for j := i + 1; j < conditions; j++ {
				if d := got.RDV(0)[rdm.PairIndex(conditions, i, j)]; math.Abs(d-want.PerChannel[i][j]) > 1e-13 {
					t.Errorf("%s: %d and %d are %v apart, want %v", pairing, i, j, d, want.PerChannel[i][j])
				}
			}
		}
	}
}
