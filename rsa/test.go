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
	chance := inference.Test{Draws: a.Draws, Tail: a.tail, Seed: a.Seed}
	var result *inference.Result
	var err error
	switch a.Test {
	case SignFlip:
		result, err = chance.SignFlip(ctx, b, scores.bySubject())
	case LabelPermutation:
		result, err = chance.LabelPermutation(ctx, b, a.conditions, tests, a.permuted())
	case None:
		undefined := slices.Repeat([]float64{math.NaN()}, tests)
		return &inference.Result{P: undefined, Corrected: undefined}, nil
	}
	if err != nil {
		return nil, err
	}
	switch {
	case a.Correction == None:
		result.Corrected = result.P
	case a.adjust != nil:
		result.Corrected = a.adjust(result.P)
	}
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
