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
	if len(a.subjects.RDVs) < 2 {
		return nil, nil, nil
	}
	bounds := a.bounds()
	err := b.Each(ctx, "noise ceiling", a.times, func(t int) error {
		bounds.at(t, a.point(t), func(s int) *compare.Vector { return a.vector(s, t) })
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return a.between(bounds), bounds.lower, nil
}

// bounds are the noise ceiling of every subject at every point.
type bounds struct {
	*analysis
	lower, upper *table // 1 × subjects × times
}

func (a *analysis) bounds() bounds {
	subjects := len(a.subjects.RDVs)
	return bounds{a, newTable(1, subjects, a.times), newTable(1, subjects, a.times)}
}

// at finds the ceilings at a point, given the RDVs of all subjects and each of them
// prepared.
func (c bounds) at(t int, rdvs [][]float64, own func(subject int) *compare.Vector) {
	group := c.group(rdvs)
	all := c.Comparator.Prepare(group.Mean())
	for s := range rdvs {
		mine, others := own(s), c.Comparator.Prepare(group.Without(s))
		c.lower.course(0, s)[t] = c.Comparator.Compare(others, mine)
		c.upper.course(0, s)[t] = c.Comparator.Compare(all, mine)
	}
}

// between is the noise ceiling of the group.
func (a *analysis) between(c bounds) *NoiseCeiling {
	ceiling := &NoiseCeiling{Kind: LeaveOneOut, Bound: Approximate}
	if a.Comparator.Exact && a.Pool == PoolComparator {
		ceiling.Bound = Exact
	}
	ceiling.Lower, ceiling.Upper = a.series(c.lower), a.series(c.upper)
	return ceiling
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
