package rdm

import (
	"slices"

	"github.com/isocortex/isocortex/embedding"
)

// Spread returns dissimilarities as package embedding takes them: 0 where there
// is no difference, and whether they are squared. Accuracies lose their chance
// level; what lies below it is negative.
//
//	shapes   rdv, result: pairs
//	units    those of the dissimilarities
//	NaN      stays
func (d Definition) Spread(rdv []float64) ([]float64, embedding.Kind) {
	rdv = slices.Clone(rdv)
	for p := range rdv {
		rdv[p] -= d.Chance
	}
	if d.Kind == SquaredDistance {
		return rdv, embedding.SquaredDistances
	}
	return rdv, embedding.Distances
}
