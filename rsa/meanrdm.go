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
	if !a.hasFixed() {
		return nil, nil
	}
	scores := newTable(len(a.models), 1, a.times)
	lacking := make([]int, a.times)
	err := b.Each(ctx, "mean RDMs", a.times, func(t int) error {
		lacking[t] = a.fixedAt(scores, t, a.point(t))
		return nil
	})
	a.warnLacking(lacking)
	return scores, err
}

// hasFixed reports whether models are compared with the mean RDM of subjects.
func (a *analysis) hasFixed() bool { return a.subjects.Channels != nil && len(a.subjects.RDVs) > 1 }

// point returns the RDVs of all subjects at a point.
func (a *analysis) point(t int) [][]float64 {
	rdvs := make([][]float64, len(a.subjects.RDVs))
	for s, course := range a.subjects.RDVs {
		rdvs[s] = course[t]
	}
	return rdvs
}

// fixedAt compares all models with the mean RDM at a point, and returns how many
// pairs some subject has and another has not.
func (a *analysis) fixedAt(scores *table, t int, rdvs [][]float64) int {
	mean, lacking := meanRDV(rdvs)
	brain := a.Comparator.Prepare(mean)
	for m, model := range a.models {
		scores.course(m, 0)[t] = a.Comparator.Compare(model, brain)
	}
	return lacking
}

// warnLacking tells of pairs that some subjects lack.
func (a *analysis) warnLacking(lacking []int) {
	lost, at := 0, 0
	for _, n := range lacking {
		if n > 0 {
			lost, at = max(lost, n), at+1
		}
	}
	if lost > 0 {
		a.warn("mean RDMs: up to %d of %d pairs are means over the subjects that have them, at %d of %d channels", lost, len(a.given[0].RDV), at, a.times)
	}
}

// meanRDV returns the mean over subjects, and how many pairs only some of them
// have.
func meanRDV(rdvs [][]float64) (mean []float64, lacking int) {
	mean = make([]float64, len(rdvs[0]))
	for p := range mean {
		sum, count := 0.0, 0
		for _, rdv := range rdvs {
			if x := rdv[p]; !math.IsNaN(x) {
				sum += x
				count++
			}
		}
		if count > 0 && count < len(rdvs) {
			lacking++
		}
		mean[p] = sum / float64(count)
	}
	return mean, lacking
}
