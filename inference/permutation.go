package inference

import (
	"context"
	"fmt"
	"math"

	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// LabelPermutations asks whether two representations of the same conditions
// have anything in common: under chance, the labels of one of them might as
// well be exchanged. This is the test of Mantel. It says something about other
// conditions, and nothing about other subjects.
//
// The function statistic fills dst with one statistic per test after condition
// i has been given the place of condition permutation[i]; it must not keep
// either slice, and is called from several goroutines. Pairs must move with
// their conditions: to shuffle pairs one by one is not this test, and rejects
// true nulls.
//
// With n conditions all n! permutations are tried when they are no more than
// the draws; otherwise permutations are drawn.
//
//	shapes   permutation: conditions; dst: tests
//	errors   fewer than two conditions; the first error of statistic
//	cost     draws + 1 calls of statistic, in parallel
//	random   permutation i depends on the seed and i alone
//	source   Mantel (1967), Cancer Research 27:209; Kriegeskorte, Mur &
//	         Bandettini (2008), doi:10.3389/neuro.06.004.2008
func (t Test) LabelPermutations(conditions, tests int, statistic func(dst []float64, permutation []int) error) (*Null, error) {
	if conditions < 2 {
		return nil, fmt.Errorf("%d conditions cannot be permuted: the test needs two or more", conditions)
	}
	draws, exact, err := t.draws(math.Gamma(float64(conditions) + 1))
	if err != nil {
		return nil, err
	}
	n := &Null{Observed: make([]float64, tests), Draws: draws, Exact: exact, task: "label permutation test", tail: t.Tail}
	if err := statistic(n.Observed, arrangement(conditions, 0)); err != nil {
		return nil, err
	}
	n.begin = func() arranger {
		return func(index int, dst []float64) error {
			permutation := arrangement(conditions, index)
			if !exact {
				permutation = seed.Stream(t.Seed, "label permutation", index).Perm(conditions)
			}
			return statistic(dst, permutation)
		}
	}
	return n, nil
}

// LabelPermutation is the [Null.Test] of [Test.LabelPermutations].
//
//	NaN      as for Null.Test
//	errors   as for LabelPermutations
func (t Test) LabelPermutation(ctx context.Context, b work.Budget, conditions, tests int, statistic func(dst []float64, permutation []int) error) (*Result, error) {
	n, err := t.LabelPermutations(conditions, tests, statistic)
	if err != nil {
		return nil, err
	}
	return n.Test(ctx, b)
}

// arrangement returns permutation number index of n things; 0 changes nothing.
//
//	source   the factorial number system, Lehmer (1960)
func arrangement(n, index int) []int {
	left, permutation := make([]int, n), make([]int, n)
	for i := range left {
		left[i] = i
	}
	for i := n - 1; i >= 0; i-- {
		k := i - index%(i+1)
		index /= i + 1
		permutation[i] = left[k]
		left[k] = left[i]
	}
	return permutation
}
