package rdm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/seed"
)

// ofPseudoTrials is Estimate of means of trials, in the mean over assignments of
// trials to them.
//
//	NaN   a pair is averaged over the assignments that define it
func (e Estimator) ofPseudoTrials(ctx context.Context, ds *dataset.Dataset) (*RDMs, error) {
	if err := e.checkPseudoTrials(); err != nil {
		return nil, err
	}
	groups, err := e.trials(ds)
	if err != nil {
		return nil, err
	}
	alone, assignments := e, max(e.Assignments, 1)
	alone.PseudoTrials, alone.Assignments = 0, 0
	var mean *RDMs
	var count []float64
	for a := range assignments {
		averaged, err := dealt(ds, groups, e.PseudoTrials, seed.Stream(e.Seed, "pseudo-trials", a))
		if err != nil {
			return nil, err
		}
		r, err := alone.Estimate(ctx, averaged)
		if err != nil {
			return nil, err
		}
		if mean == nil {
			mean, count = r, make([]float64, len(r.Dissimilarities))
			r = &RDMs{Dissimilarities: slices.Clone(r.Dissimilarities)}
			clear(mean.Dissimilarities)
		}
		addDefined(mean.Dissimilarities, count, r.Dissimilarities)
	}
	for p := range count {
		mean.Dissimilarities[p] /= count[p] // 0/0 is NaN
	}
	mean.Definition.Text += fmt.Sprintf("; of %d pseudo-trials of each condition, in the mean of %d assignments of trials to them, seed %d", e.PseudoTrials, assignments, e.Seed)
	return mean, nil
}

// addDefined adds what is defined.
func addDefined(sum, count, x []float64) {
	for p, d := range x {
		if !math.IsNaN(d) {
			sum[p] += d
			count[p]++
		}
	}
}

// checkPseudoTrials refuses what cannot be made.
func (e Estimator) checkPseudoTrials() error {
	switch {
	case e.PseudoTrials == 0:
		return fmt.Errorf("%d assignments are of trials to pseudo-trials: say how many there are to be", e.Assignments)
	case e.PseudoTrials < 0 || e.Assignments < 0:
		return fmt.Errorf("%d pseudo-trials in %d assignments: there is one or more of each", e.PseudoTrials, e.Assignments)
	case !e.Measure.NeedsFolds:
		return fmt.Errorf("%s averages the trials of a condition, and pseudo-trials change nothing: leave them out, or take a measure that is cross-validated, such as crossnobis", e.Measure.Name)
	case e.PseudoTrials < 2 && e.Folds == "":
		return errors.New("one pseudo-trial of each condition makes one fold: ask for two or more, or name the label of folds")
	}
	return nil
}

// trials lists the observations that are averaged with each other: of one
// condition, and of one fold where a label tells folds.
func (e Estimator) trials(ds *dataset.Dataset) (groups [][]int, err error) {
	conditions, groups, err := ds.Groups("condition")
	if err != nil {
		return nil, err
	}
	if e.Folds != "" {
		if groups, err = withinFolds(ds, groups, e.Folds); err != nil {
			return nil, err
		}
	}
	for _, rows := range groups {
		if len(rows) < e.PseudoTrials {
			name, where := ds.Observation["condition"][rows[0]], ""
			if e.Folds != "" {
				where = fmt.Sprintf(" in %s %s", e.Folds, ds.Observation[e.Folds][rows[0]])
			}
			return nil, fmt.Errorf("condition %q has %d trials%s and is to have %d pseudo-trials: ask for fewer, or leave the condition out", name, len(rows), where, e.PseudoTrials)
		}
	}
	if len(conditions) < 2 {
		return nil, fmt.Errorf("an RDM needs at least two conditions, not %d", len(conditions))
	}
	return groups, nil
}

// withinFolds divides groups of observations by a label.
func withinFolds(ds *dataset.Dataset, groups [][]int, label string) (divided [][]int, err error) {
	_, folds, err := ds.Groups(label)
	if err != nil {
		return nil, fmt.Errorf("folds: %w", err)
	}
	fold := make([]int, ds.Shape[0])
	for f, rows := range folds {
		for _, row := range rows {
			fold[row] = f
		}
	}
	for _, rows := range groups {
		inside := make([][]int, len(folds))
		for _, row := range rows {
			inside[fold[row]] = append(inside[fold[row]], row)
		}
		divided = append(divided, slices.DeleteFunc(inside, func(rows []int) bool { return len(rows) == 0 })...)
	}
	return divided, nil
}

// pseudoTrial is the label by which observations are averaged.
const pseudoTrial = "pseudo-trial"

// dealt averages the observations of each group to so many, at random. What trials
// that are averaged have in common, such as their fold, stays their label.
func dealt(ds *dataset.Dataset, groups [][]int, count int, random *rand.Rand) (*dataset.Dataset, error) {
	labels, made := make([]string, ds.Shape[0]), 0
	for _, rows := range groups {
		rows = slices.Clone(rows)
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for _, part := range crossval.Parts(rows, count) {
			for _, row := range part {
				labels[row] = strconv.Itoa(made)
			}
			made++
		}
	}
	labelled := *ds
	labelled.Observation = map[string][]string{pseudoTrial: labels}
	maps.Copy(labelled.Observation, ds.Observation)
	return labelled.Average(pseudoTrial)
}
