package rsa

import (
	"context"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/work"
)

// LeaveOneOut is the kind of noise ceiling whose lower bound compares each
// subject with the group of the others.
const LeaveOneOut = "leave one subject out"

// What the upper noise ceiling is to a model.
const (
	Exact       = "exact"       // no RDM has a higher mean score
	Approximate = "approximate" // one may, because the group was not pooled to prevent it, or cannot be
)

// Why there is no noise ceiling.
const (
	oneRDM = "one RDM was given: a noise ceiling is how well subjects predict each other, so it needs two or more"
	alone  = "no subject has an RDM that those of the others can be compared with: they have too few pairs in common, or lack what %s needs, %s"
)

// ceiling returns how well the RDM of the group predicts a subject that is not
// part of it, lower, and one that is, upper: a perfect model lies between. It
// returns nil for a single RDM. The lower one is told for each subject as well.
//
//	source   Nili et al. (2014), doi:10.1371/journal.pcbi.1003553
func (a *analysis) ceiling(ctx context.Context, b work.Budget) (*NoiseCeiling, *table, error) {
	subjects := len(a.subjects.RDVs)
	if subjects < 2 {
		return nil, nil, nil
	}
	lower, upper := newTable(1, subjects, a.times), newTable(1, subjects, a.times)
	err := b.Each(ctx, "noise ceiling", a.times, func(t int) error {
		rdvs := make([][]float64, subjects)
		for s := range rdvs {
			rdvs[s] = a.subjects.RDVs[s][t]
		}
		group := a.group(rdvs)
		all := a.Comparator.Prepare(group.Mean())
		for s := range rdvs {
			own, others := a.vector(s, t), a.Comparator.Prepare(group.Without(s))
			lower.course(0, s)[t] = a.Comparator.Compare(others, own)
			upper.course(0, s)[t] = a.Comparator.Compare(all, own)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	ceiling := &NoiseCeiling{Kind: LeaveOneOut, Bound: Approximate}
	if a.Comparator.Exact && a.Pool == PoolComparator {
		ceiling.Bound = Exact
	}
	ceiling.Lower, ceiling.Upper = a.series(lower), a.series(upper)
	return ceiling, lower, nil
}

func (a *analysis) group(rdvs [][]float64) *compare.Group {
	if a.Pool == PoolRawMean {
		return compare.Raw(rdvs)
	}
	return a.Comparator.Group(rdvs)
}

func (a *analysis) series(t *table) Series {
	mean := t.mean(make([]float64, a.times), t.everyone())
	return Series{Values: numbers(mean), Scalar: !a.subjects.course()}
}
