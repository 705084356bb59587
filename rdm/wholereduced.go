package rdm

import (
	"context"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/projection"
)

// addReduced takes a layer whose channels stand for units: distances are those of
// its channels, which are about those over units; norms and means are over units.
func (w *Whole) addReduced(ctx context.Context, name string, ds *dataset.Dataset) error {
	conditions, scores, err := w.means(ctx, ds)
	if err != nil {
		return err
	}
	if err := w.begin(conditions, scores.Rows); err != nil {
		return err
	}
	distances, err := w.distances(ctx, scores)
	if err != nil {
		return err
	}
	layer := wholeLayer{name: name, channels: float64(scores.Channels), scale: 1, mean: make([]float64, scores.Rows), squares: make([]float64, scores.Rows)}
	if w.Estimator.Measure.angle != nil {
		if err := w.describeUnits(ctx, &layer, ds); err != nil {
			return err
		}
	}
	return w.take(layer, distances, func() ([]float64, error) {
		r, err := w.Estimator.Estimate(ctx, ds)
		if err != nil {
			return nil, err
		}
		return r.Dissimilarities, nil
	})
}

// means are the mean patterns of conditions over the channels of a Dataset.
func (w *Whole) means(ctx context.Context, ds *dataset.Dataset) (conditions []string, p Patterns, err error) {
	plan, err := w.Estimator.plan(ctx, ds)
	if err != nil {
		return nil, p, err
	}
	return plan.conditions, plan.at(0).folds[0].Patterns, nil
}

// describeUnits fills in what angles need to know of the units of a reduced layer.
func (w *Whole) describeUnits(ctx context.Context, layer *wholeLayer, ds *dataset.Dataset) error {
	over, units, err := projection.Means(ds)
	if err != nil {
		return err
	}
	centered, err := projection.OfUnits(ds, projection.Centered)
	if err != nil {
		return err
	}
	_, means, err := w.means(ctx, &dataset.Dataset{Shape: [3]int{len(over), 1, 1}, F64: over, Observation: ds.Observation})
	if err != nil {
		return err
	}
	_, patterns, err := w.means(ctx, centered)
	if err != nil {
		return err
	}
	layer.channels = float64(units)
	if err := means.scan(func(row int, mean []float64) { layer.mean[row] += floats.Sum(mean) }); err != nil {
		return err
	}
	return patterns.scan(func(row int, responses []float64) { layer.squares[row] += floats.Dot(responses, responses) })
}
