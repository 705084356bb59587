package report

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/isocortex/isocortex/rdm"
)

// missing is the packed value of a missing dissimilarity.
const missing = math.MaxUint16

// pack fits the dissimilarities of r into 16 bits each.
//
// A packed value is the dissimilarity to within half of the 65535th part of
// their range; its color leaves out the lowest and highest 0.5 %, so that one
// outlier does not take the contrast from all others.
func pack(r *rdm.RDMs) Stack {
	present := slices.DeleteFunc(slices.Clone(r.Dissimilarities), math.IsNaN)
	slices.Sort(present)
	if len(present) == 0 {
		present = []float64{0}
	}
	low, high := present[0], present[len(present)-1]
	stack := Stack{
		Measure:    r.Definition.Name(),
		Definition: r.Definition.Text,
		Chance:     Number(math.NaN()),
		Low:        low,
		Step:       (high - low) / (missing - 1),
		Range:      [2]float64{quantile(present, 0.005), quantile(present, 0.995)},
		Data:       make([]byte, 0, 2*len(r.Dissimilarities)),
	}
	if r.Definition.Kind == rdm.Accuracy || r.Definition.Signed {
		stack.Chance = Number(r.Definition.Chance)
	}
	for _, d := range r.Dissimilarities {
		stack.Data = binary.LittleEndian.AppendUint16(stack.Data, packed(d, stack.Low, stack.Step))
	}
	return stack
}

// packed returns the 16 bits of one dissimilarity.
func packed(d, low, step float64) uint16 {
	switch {
	case math.IsNaN(d):
		return missing
	case step == 0:
		return 0
	}
	return uint16(math.Round((d - low) / step))
}

// quantile returns the value at a fraction of the sorted values.
func quantile(sorted []float64, fraction float64) float64 {
	return sorted[int(math.Round(fraction*float64(len(sorted)-1)))]
}
