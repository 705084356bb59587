package step

import (
	"context"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/rsa"
)

// Align tells how alike the responses of two Datasets are.
type Align struct {
	A, B      string // files of Datasets
	Alignment string
	Options   alignment.Options // but for Multiplier and Budget, which Env knows
	Times     string            // one of AlignTimes, where a side has several; "" is TimesShared
	Strict    bool              // matching by position is an error
}

// Aligned is what Align finds.
type Aligned struct {
	Alignment  string     `json:"alignment"`
	Definition string     `json:"definition"`
	Score      rsa.Number `json:"score"`  // with times, the best; null when it is undefined
	Chance     rsa.Number `json:"chance"` // null when no formula is known
	Conditions int        `json:"conditions"`
	Channels   [2]int     `json:"channels"`
	Matched    string     `json:"matched"`
	Warnings   []string   `json:"warnings,omitempty"`

	*AlignedCourse // nil without times
}

// Align scores the responses of A against those of B to the conditions that both
// have. Observations of one condition are averaged first.
func (s Align) Align(ctx context.Context, env *Env) (Aligned, error) {
	by, err := alignment.ByName(s.Alignment)
	if err != nil {
		return Aligned{}, err
	}
	var responses [2]*dataset.Dataset
	var sides [2]dataset.Side
	for i, path := range []string{s.A, s.B} {
		ds, err := readResponses(path)
		if err != nil {
			return Aligned{}, err
		}
		defer ds.Close()
		if responses[i], err = perCondition(ds); err != nil {
			return Aligned{}, fmt.Errorf("%s: %w", path, err)
		}
		sides[i] = dataset.Side{Name: path, Labels: responses[i].Observation["condition"], Size: responses[i].Shape[0]}
	}
	matching, err := dataset.Match(s.Strict, sides[:]...)
	if err != nil {
		return Aligned{}, err
	}
	env.matched(matching)
	if s.Options.Multiplier, err = env.Multiplier(); err != nil {
		return Aligned{}, err
	}
	s.Options.Budget = env.Budget
	x, y := inOrder(responses[0], matching.Index[0]), inOrder(responses[1], matching.Index[1])
	var score alignment.Score
	var course *AlignedCourse
	if max(x.Shape[2], y.Shape[2]) > 1 {
		score, course, score.Warnings, err = s.over(ctx, by, x, y)
	} else {
		score, err = by.Score(ctx, x, y, s.Options)
	}
	if err != nil {
		return Aligned{}, fmt.Errorf("%s and %s: %w", s.A, s.B, err)
	}
	env.warn(score.Warnings...)
	s.leave(env, score)
	return Aligned{
		Alignment: by.Name, Definition: by.Definition, Score: rsa.Number(score.Value), Chance: rsa.Number(score.Chance),
		Conditions: score.Stimuli, Channels: score.Channels, Matched: matching.How, AlignedCourse: course,
	}, nil
}

// leave says what was left out for want of measurements.
func (s Align) leave(env *Env, score alignment.Score) {
	if n := score.LeftOut.Stimuli; n > 0 {
		env.warn(fmt.Sprintf("%d conditions are left out, because one side has no measurement of them", n))
	}
	for i, path := range []string{s.A, s.B} {
		if n := score.LeftOut.Channels[i]; n > 0 {
			env.warn(fmt.Sprintf("%s: %d of %d channels are left out, because they lack measurements", path, n, n+score.Channels[i]))
		}
	}
	env.leave(score.LeftOut != alignment.LeftOut{})
}

// readResponses reads a Dataset, to be closed by the caller.
func readResponses(path string) (*dataset.Dataset, error) {
	kind, err := exchange.Contents(path)
	if err != nil {
		return nil, err
	}
	if kind != exchange.KindDataset {
		return nil, fmt.Errorf("%s is no Dataset: an alignment compares responses; RDMs have a --comparator, and 'isocortex dataset' makes Datasets of bare arrays", path)
	}
	return exchange.ReadDataset(path)
}

// perCondition labels observations by condition, or by stimulus where nothing
// else is said, and averages those that share one. Others keep their order, which
// decides where the other side has no labels.
func perCondition(ds *dataset.Dataset) (*dataset.Dataset, error) {
	labels := ds.Observation["condition"]
	if labels == nil {
		if labels = ds.Observation["stimulus"]; labels == nil {
			return ds, nil
		}
		ds.Observation["condition"] = labels
	}
	if len(uniqueInOrder(labels)) == len(labels) {
		return ds, nil
	}
	return ds.Average("condition")
}

// inOrder is ds with its rows in the order of index; a copy only where that
// differs.
func inOrder(ds *dataset.Dataset, index []int) *dataset.Dataset {
	if len(index) == ds.Shape[0] && slices.IsSorted(index) {
		return ds
	}
	return ds.Reorder(index)
}
