package rsa

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// test finds p values for the mean score of every model at every time,
// corrected over all of them.
func (a *analysis) test(ctx context.Context, b work.Budget, scores *table) (*inference.Result, error) {
	tests := scores.models * scores.times
	var result *inference.Result
	var err error
	switch a.Test {
	case LabelPermutation:
		result, err = a.permute(ctx, b, scores.overSubjects())
	case DualBootstrap:
		result, err = a.dual(ctx, b, scores)
	case None:
		undefined := slices.Repeat([]float64{math.NaN()}, tests)
		return &inference.Result{P: undefined, Corrected: undefined}, nil
	case SignFlip:
		if err := a.flipMaxima(ctx, b, scores.bySubject()); err != nil {
			return nil, err
		}
		fallthrough
	default:
		result, err = a.overSubjects(ctx, b, scores.bySubject(), a.tail)
	}
	if err != nil {
		return nil, err
	}
	if joins(a.Correction) {
		result.Corrected, err = a.join(ctx, b, scores)
		return result, err
	}
	a.correct(result)
	return result, nil
}

// overSubjects tests scores, or differences of scores, of subjects.
//
//	shapes   scores: subjects × tests
func (a *analysis) overSubjects(ctx context.Context, b work.Budget, scores [][]float64, tail inference.Tail) (*inference.Result, error) {
	switch a.Test {
	case Student:
		return analytic(inference.StudentTest(scores, tail))
	case Wilcoxon:
		return analytic(inference.SignedRankTest(scores, tail))
	}
	return inference.Test{Draws: a.Draws, Tail: tail, Seed: a.Seed}.SignFlip(ctx, b, scores)
}

// correct adjusts p values, which come corrected by the maximum statistic.
func (a *analysis) correct(result *inference.Result) {
	switch {
	case a.Correction == None:
		result.Corrected = result.P
	case a.adjust != nil:
		result.Corrected = a.adjust(result.P)
	}
}

// analytic is what a test without draws found.
func analytic(found *inference.Analytic, err error) (*inference.Result, error) {
	if err != nil {
		return nil, err
	}
	return &inference.Result{Statistic: found.Statistic, P: found.P, Corrected: found.P, Exact: true}, nil
}

// dual tests mean scores by how much they vary over new subjects and conditions.
func (a *analysis) dual(ctx context.Context, b work.Budget, scores *table) (*inference.Result, error) {
	o := inference.Bootstrap{Draws: a.BootstrapDraws, Seed: a.Seed}
	d := a.means(scores)
	if a.BootstrapOver == Dual {
		d = a.withPeaks(scores)
	}
	found, err := a.dualDraws(ctx, b, o, d)
	if err != nil {
		return nil, err
	}
	if a.BootstrapOver == Dual {
		a.duals = found
	}
	mean := scores.overSubjects()
	result, err := analytic(inference.VarianceTest(mean, found.Variance[:len(mean)], found.Freedom, a.tail))
	if err != nil {
		return nil, err
	}
	result.Draws, result.Exact = a.BootstrapDraws, false
	result.Corrected = found.Both.MaxStatistic(result.P, nil, a.tail)
	a.drawMaxima(found.Both, result.P, mean)
	return result, nil
}

// permuted returns the function that finds the mean scores above chance after
// the conditions of the models have changed places. Pairs move, and nothing is
// sorted again. Chance is the same for all permutations; without it the largest
// statistic would be that of the model whose chance is highest.
func (a *analysis) permuted() func(dst []float64, permutation []int) error {
	pool, chance := a.scratches(), a.chance()
	return func(dst []float64, permutation []int) error {
		s := pool.Get().(*scratch)
		defer pool.Put(s)
		s.to = compare.PairsMoved(s.to, permutation)
		for m, model := range a.models {
			a.Comparator.Permute(&s.models[m], model, s.to)
		}
		for subject := range s.scores.subjects {
			for time := range a.times {
				for m := range s.models {
					score := a.Comparator.Compare(&s.models[m], a.brain[subject][time])
					s.scores.course(m, subject)[time] = score - chance.course(m, subject)[time]
				}
			}
		}
		s.scores.mean(dst, s.everyone)
		return nil
	}
}

// chance returns what each score would be for RDMs that have nothing in common.
func (a *analysis) chance() *table {
	chance := newTable(len(a.models), len(a.brain), a.times)
	for m, model := range a.models {
		for s, course := range a.brain {
			for t, brain := range course {
				chance.course(m, s)[t] = a.Comparator.Chance(model, brain)
			}
		}
	}
	return chance
}

// scratch is the memory of one draw, reused by the next.
type scratch struct {
	to       []int32
	resample compare.Resample
	models   []compare.Vector
	brain    compare.Vector
	scores   *table
	everyone []int
}

func (a *analysis) scratches() *sync.Pool {
	return &sync.Pool{New: func() any {
		scores := newTable(len(a.models), len(a.subjects.RDVs), a.times)
		return &scratch{models: make([]compare.Vector, len(a.models)), scores: scores, everyone: scores.everyone()}
	}}
}
