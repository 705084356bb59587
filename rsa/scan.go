package rsa

import (
	"context"
	"fmt"
	"math"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// notKept is the reason of the test where RDMs are made one at a time.
const notKept = "RDMs are made one at a time and not kept, which leaves tests over subjects"

// kept is e as far as the RDMs that are kept allow: without any, test and intervals
// that nobody named are over subjects.
func (e Evaluation) kept(of *Subjects) Evaluation {
	if of.At == nil {
		return e
	}
	subjects := len(of.Names)
	if e.Test == "" || e.Test == Automatic {
		e.Test = SignFlip
		if subjects < 2 {
			e.Test = None
		}
	}
	if e.BootstrapOver == "" || e.BootstrapOver == Automatic {
		e.BootstrapOver = None
		if subjects >= EnoughSubjects {
			e.BootstrapOver = inference.Subjects.String()
		}
	}
	return e
}

// findKept refuses what needs all RDMs again where none are kept, and says why the
// test is what it is unless it was asked for.
func (o *options) findKept(of *Subjects, asked string) error {
	switch {
	case of.At == nil:
	case o.Test == LabelPermutation || o.Test == DualBootstrap:
		return fmt.Errorf("a %s test needs all RDMs again, and they are made one at a time and not kept: test by %s, %s or %s", o.Test, SignFlip, Student, Wilcoxon)
	case o.BootstrapOver != None && o.over != inference.Subjects:
		return fmt.Errorf("a bootstrap over %s needs all RDMs again, and they are made one at a time and not kept: use %s or %s", o.BootstrapOver, inference.Subjects, None)
	case asked == "" || asked == Automatic:
		o.reason = notKept
	}
	return nil
}

// scan compares RDMs that are made one point after the other, and keeps none.
func (a *analysis) scan(ctx context.Context, b work.Budget, f *findings) error {
	f.scores = newTable(len(a.models), len(a.subjects.RDVs), a.times)
	if a.hasFixed() {
		f.fixed = newTable(len(a.models), 1, a.times)
	}
	bounds := a.bounds()
	lacking, pairs := make([]int, a.times), make([]int, a.times)
	incomplete, fewest := a.lacking()
	err := b.Each(ctx, "make and compare RDMs", a.times, func(t int) error {
		rdvs, err := a.made(ctx, t)
		if err != nil {
			return err
		}
		pairs[t] = fewest
		own := make([]*compare.Vector, len(rdvs))
		for s, rdv := range rdvs {
			own[s], pairs[t] = a.Comparator.Prepare(rdv), min(pairs[t], a.pairsOf(rdv, incomplete))
			for m, model := range a.models {
				f.scores.course(m, s)[t] = a.Comparator.Compare(model, own[s])
			}
		}
		if f.fixed != nil {
			lacking[t] = a.fixedAt(f.fixed, t, rdvs)
		}
		if len(rdvs) > 1 {
			bounds.at(t, rdvs, func(s int) *compare.Vector { return own[s] })
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.fewest = math.MaxInt
	for _, n := range pairs {
		a.fewest = min(a.fewest, n)
	}
	a.warnUndefined(f.scores)
	a.warnLacking(lacking)
	if len(a.subjects.RDVs) > 1 {
		f.ceiling, f.lower = a.between(bounds), bounds.lower
	}
	return nil
}

// made makes the RDVs of all subjects at a point.
func (a *analysis) made(ctx context.Context, t int) ([][]float64, error) {
	rdvs, err := a.subjects.At(ctx, t)
	if err != nil {
		return nil, err
	}
	if len(rdvs) != len(a.subjects.RDVs) {
		return nil, fmt.Errorf("%d RDMs were made for %d subjects", len(rdvs), len(a.subjects.RDVs))
	}
	for s, rdv := range rdvs {
		if len(rdv) != len(a.given[0].RDV) {
			return nil, fmt.Errorf("%s has %d pairs at point %d where models have %d", a.subjects.name(s), len(rdv), t, len(a.given[0].RDV))
		}
	}
	return rdvs, nil
}
