package rsa

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/work"
)

// ofMean compares all models with the mean RDM of the subjects at every channel,
// each pair over the subjects that have it; nil unless the RDMs are of channels,
// and of several subjects.
//
// This is the map that is usually shown for sensors. It holds for these subjects: the
// tests are of the scores of each.
//
//	shapes   result: models × channels
func (a *analysis) ofMean(ctx context.Context, b work.Budget) (*table, error) {
	if a.subjects.Channels == nil || len(a.subjects.RDVs) < 2 {
		return nil, nil
	}
	scores := newTable(len(a.models), 1, a.times)
	lacking := make([]int, a.times) // pairs that some subject has and another has not
	err := b.Each(ctx, "mean RDMs", a.times, func(t int) error {
		var mean []float64
		mean, lacking[t] = a.meanRDV(t)
		brain := a.Comparator.Prepare(mean)
		for m, model := range a.models {
			scores.course(m, 0)[t] = a.Comparator.Compare(model, brain)
		}
		return nil
	})
	lost, at := 0, 0
	for _, n := range lacking {
		if n > 0 {
			lost, at = max(lost, n), at+1
		}
	}
	if lost > 0 {
		a.warn("mean RDMs: up to %d of %d pairs are means over the subjects that have them, at %d of %d channels", lost, len(a.given[0].RDV), at, a.times)
	}
	return scores, err
}

// meanRDV returns the mean over subjects at a time, and how many pairs only some
// of them have.
func (a *analysis) meanRDV(t int) (mean []float64, lacking int) {
	mean = make([]float64, len(a.subjects.RDVs[0][t]))
	for p := range mean {
		sum, count := 0.0, 0
		for _, course := range a.subjects.RDVs {
			if x := course[t][p]; !math.IsNaN(x) {
				sum += x
				count++
			}
		}
		if count > 0 && count < len(a.subjects.RDVs) {
			lacking++
		}
		mean[p] = sum / float64(count)
	}
	return mean, lacking
}
