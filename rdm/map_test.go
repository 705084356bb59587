package rdm_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/embedding"
	"github.com/isocortex/isocortex/rdm"
)

func TestSpreadBeginsAtChance(t *testing.T) {
	accuracies := []float64{0.5, 0.75, 0.25, math.NaN()}
	got, kind := rdm.Definition{Kind: rdm.Accuracy, Chance: 0.5}.Spread(accuracies)
	if got[0] != 0 || got[1] != 0.25 || got[2] != -0.25 || !math.IsNaN(got[3]) || kind != embedding.Distances || accuracies[0] != 0.5 {
		t.Errorf("accuracies become %v, kind %v", got, kind)
	}
	if got, kind := (rdm.Definition{Kind: rdm.SquaredDistance}).Spread([]float64{-1}); got[0] != -1 || kind != embedding.SquaredDistances {
		t.Errorf("squared distances become %v, kind %v", got, kind)
	}
}
