package rdm

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Union stacks RDMs over all conditions that any of them has, in the order in
// which they first stand.
//
//	shapes   result: all RDMs × pairs of all conditions
//	NaN      a pair of which a stack lacks a condition
//	errors   a stack without labels of conditions, or with the same one twice;
//	         other definitions, windows, or names of labels than those of the
//	         first; times in some stacks only
func Union(stacks ...*RDMs) (*RDMs, error) {
	if len(stacks) == 0 {
		return nil, errors.New("no RDMs were given: name one stack or more")
	}
	first := stacks[0]
	result := &RDMs{Definition: first.Definition, Window: first.Window, Labels: map[string][]string{}}
	place := map[string]int{}
	for i, r := range stacks {
		if err := r.joins(first); err != nil {
			return nil, fmt.Errorf("stack %d: %w", i+1, err)
		}
		for _, condition := range r.Conditions {
			if _, seen := place[condition]; !seen {
				place[condition] = len(place)
				result.Conditions = append(result.Conditions, condition)
			}
		}
	}
	result.Size = len(place)
	for _, r := range stacks {
		for k := range r.Len() {
			result.Dissimilarities = append(result.Dissimilarities, r.over(k, place)...)
		}
		result.Times = append(result.Times, r.Times...)
		for name, labels := range r.Labels {
			result.Labels[name] = append(result.Labels[name], labels...)
		}
	}
	return result, result.Check()
}

// joins says why r cannot stand in one stack with the first.
func (r *RDMs) joins(first *RDMs) error {
	names := func(r *RDMs) string { return strings.Join(slices.Sorted(maps.Keys(r.Labels)), ", ") }
	own := map[string]bool{}
	for _, condition := range r.Conditions {
		own[condition] = true
	}
	switch {
	case r.Check() != nil:
		return r.Check()
	case r.Conditions == nil:
		return errors.New("its conditions have no labels, which tell what belongs together")
	case len(own) < r.Size:
		return errors.New("two of its conditions have the same label")
	case r.Definition != first.Definition || r.Window != first.Window:
		return fmt.Errorf("it was measured as %q, the first as %q", r.Definition.Text, first.Definition.Text)
	case (r.Times == nil) != (first.Times == nil):
		return errors.New("of it and the first, only one has times")
	case names(r) != names(first):
		return fmt.Errorf("it is labelled by %q, the first by %q", names(r), names(first))
	}
	return nil
}

// over returns RDM k with its conditions at the given places, and NaN elsewhere.
func (r *RDMs) over(k int, place map[string]int) []float64 {
	rdv := slices.Repeat([]float64{math.NaN()}, Pairs(len(place)))
	for i, one := range r.Conditions {
		for j := i + 1; j < r.Size; j++ {
			rdv[PairIndex(len(place), place[one], place[r.Conditions[j]])] = r.At(k, i, j)
		}
	}
	return rdv
}
