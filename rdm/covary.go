package rdm

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/noise"
)

// ConditionCovariances returns how the means of conditions vary together from
// fold to fold, per channel: one matrix per time of ds. Comparators that know the
// covariance of conditions take it.
//
// The folds, the noise and the mean to remove are those of the estimator; its
// measure does not matter. Covariances of the noise of single folds are pooled.
//
//	shapes   ds: observations × channels × times; result: times × (conditions ×
//	         conditions, row by row, in natural order of their labels)
//	units    those of the measurements, squared; none of patterns freed of noise
//	NaN      two conditions that fewer than two folds have both
//	errors   as for [Estimator.Estimate]
//	cost     conditions² · channels products per fold and time
//	source   agrees with rsatoolbox.util.data_utils.get_sigma_k where every fold
//	         has every condition
func (e Estimator) ConditionCovariances(ctx context.Context, ds *dataset.Dataset) ([][]float64, error) {
	e = e.withMultiplier()
	e.Measure = crossnobis()
	plan, err := e.plan(ctx, ds)
	if err != nil {
		return nil, err
	}
	if plan.noise != nil {
		plan.noise = plan.noise.Pool()
	}
	result := make([][]float64, ds.Shape[2])
	for t := range result {
		if result[t], err = e.covary(ctx, plan.at(t).folds, plan.noise, t); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// crossnobis is the measure of that name.
func crossnobis() Measure {
	m, err := MeasureByName("crossnobis")
	if err != nil {
		panic(err)
	}
	return m
}

// covary returns the covariances of conditions at one time.
func (e Estimator) covary(ctx context.Context, folds []fold, covariances *noise.Covariances, t int) ([]float64, error) {
	n, channels := folds[0].Rows, folds[0].Channels
	sums, counts, products := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	mean := meanOf(folds)
	for _, f := range folds {
		for i := range f.F64 {
			f.F64[i] -= mean[i]
		}
		if e.RemoveMean {
			removeMeans(f.Patterns)
		}
		if covariances != nil {
			if err := covariances.At(0, t).Whiten(f.F64, noise.Cholesky); err != nil {
				return nil, err
			}
		}
		if err := engine.MatMul(ctx, e.Multiplier, e.Budget, products, f.F64, f.F64, n, n, channels); err != nil {
			return nil, err
		}
		for k, product := range products {
			if f.observations[k/n] > 0 && f.observations[k%n] > 0 {
				sums[k] += product
				counts[k]++
			}
		}
	}
	for k := range sums {
		if sums[k] /= (counts[k] - 1) * float64(channels); counts[k] < 2 {
			sums[k] = math.NaN()
		}
	}
	return sums, nil
}

// meanOf averages the patterns of each condition over the folds that have it.
func meanOf(folds []fold) []float64 {
	channels := folds[0].Channels
	mean, counts := make([]float64, len(folds[0].F64)), make([]float64, folds[0].Rows)
	for _, f := range folds {
		for i, count := range f.observations {
			if count > 0 {
				counts[i]++
				for k, v := range f.row(i) {
					mean[i*channels+k] += v
				}
			}
		}
	}
	for k := range mean {
		mean[k] /= counts[k/channels]
	}
	return mean
}
