package rsa

import (
	"context"
	"math"
	"slices"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// A Best is the model of the highest score, with times the highest peak. Of
// many models one is high by chance: P and HeldOut allow for the choice.
type Best struct {
	Name    string  `json:"name"` // behind that of its network if it has one
	Score   Number  `json:"score"`
	P       *Number `json:"p_max,omitempty"`    // as of PeakResult, over all models and times of the window
	HeldOut *Number `json:"held_out,omitempty"` // likewise
}

// groups lists the tests that a displayed maximum is taken of: of every model
// the times of the window, then all of these.
func (a *analysis) groups() [][]int {
	groups := make([][]int, len(a.given)+1)
	for m := range a.given {
		for t, inside := range a.window {
			if inside {
				groups[m] = append(groups[m], m*a.times+t)
			}
		}
		groups[len(a.given)] = append(groups[len(a.given)], groups[m]...)
	}
	return groups
}

// fillMaxima fills dst with the largest mean score of every group; with two
// tails, that farthest from 0.
func (a *analysis) fillMaxima(dst, scores []float64, groups [][]int) {
	for g, group := range groups {
		dst[g] = math.NaN()
		for _, k := range group {
			x, y := scores[k], dst[g]
			if a.tail == inference.TwoSided {
				x, y = math.Abs(x), math.Abs(y)
			}
			if x > y || math.IsNaN(y) {
				dst[g] = scores[k]
			}
		}
	}
}

// permute tests all mean scores by permuted labels, and in the same draws the
// largest of every group.
func (a *analysis) permute(ctx context.Context, b work.Budget, observed []float64) (*inference.Result, error) {
	groups, scores, tests := a.groups(), a.permuted(), len(observed)
	for g := range groups { // what is undefined as observed is no test
		groups[g] = slices.DeleteFunc(groups[g], func(k int) bool { return math.IsNaN(observed[k]) })
	}
	o := inference.Test{Draws: a.Draws, Tail: a.tail, Seed: a.Seed}
	r, err := o.LabelPermutation(ctx, b, a.conditions, tests+len(groups), func(dst []float64, permutation []int) error {
		if err := scores(dst[:tests], permutation); err != nil {
			return err
		}
		a.fillMaxima(dst[tests:], dst[:tests], groups)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.maxima = r.P[tests:]
	r.Statistic, r.P, r.Corrected = r.Statistic[:tests], r.P[:tests], r.Corrected[:tests]
	return r, nil
}

// flipMaxima tests the largest mean score of every group by sign flips.
func (a *analysis) flipMaxima(ctx context.Context, b work.Budget, scores [][]float64) error {
	null, err := inference.Test{Draws: a.Draws, Tail: a.tail, Seed: a.Seed}.SignFlips(scores, inference.Mean)
	if err != nil {
		return err
	}
	largest, _, err := null.Maxima(a.groups())
	if err != nil {
		return err
	}
	found, err := largest.Test(ctx, b)
	if err != nil {
		return err
	}
	a.maxima = found.P
	return nil
}

// drawMaxima corrects, within every group, the p value of its largest mean score
// by the draws of a bootstrap.
func (a *analysis) drawMaxima(drawn *inference.Distribution, p, scores []float64) {
	for _, group := range a.groups() {
		corrected := drawn.MaxStatistic(p, group, a.tail)
		largest, at := math.NaN(), math.NaN()
		for i, k := range group {
			if scores[k] > largest || math.IsNaN(largest) {
				largest, at = scores[k], corrected[i]
			}
		}
		a.maxima = append(a.maxima, at)
	}
}

// maximum returns the p value of the largest score of a group; nil where there
// is none, as of those who look for small scores.
func (a *analysis) maximum(group int) *Number {
	if a.maxima == nil || a.tail == inference.Less {
		return nil
	}
	return present(a.maxima[group])
}

// heldOut is the score, in half the subjects, of what the others find largest.
// It is nil for fewer than four subjects.
func (a *analysis) heldOut(scores [][]float64, group []int) *Number {
	half, err := inference.SplitHalf{Seed: a.Seed}.Maximum(scores, group)
	if err != nil {
		return nil // too few to be halved
	}
	return present(half.Score)
}

// present is a number, nil for NaN.
func present(x float64) *Number {
	if math.IsNaN(x) {
		return nil
	}
	return new(Number(x))
}

// addMaxima gathers what holds for the peak of every model, and the best model.
func (a *analysis) addMaxima(r *Result, f findings) {
	groups, scores := a.groups(), f.scores.bySubject()
	for m := range r.Models {
		if peak := r.Models[m].Peak; peak != nil && peak.Index >= 0 {
			peak.P, peak.HeldOut = a.maximum(m), a.heldOut(scores, groups[m])
		}
	}
	if len(r.Models) < 2 {
		return
	}
	for m := range r.Models {
		if s := r.Models[m].Score; s.defined() && (r.Best == nil || s > r.Best.Score) {
			r.Best = &Best{Name: r.Models[m].FullName(), Score: s}
		}
	}
	if r.Best != nil {
		all := len(r.Models)
		r.Best.P, r.Best.HeldOut = a.maximum(all), a.heldOut(scores, groups[all])
	}
}
