package rdm

import (
	"context"
	"math"
	"slices"
)

// crossValidate fills dst with the mean over splits of what the patterns for
// training and those for test have in common.
func (e Estimator) crossValidate(ctx context.Context, dst []float64, p problem) error {
	e, p, err := e.prepareFolds(p)
	if err != nil {
		return err
	}
	n := p.folds[0].Rows
	rdv, counts := make([]float64, len(dst)), make([]float64, len(dst))
	clear(dst)
	for s, split := range p.splits {
		of := [2]fold{p.pooled(split.training), p.folds[split.test]}
		if err := e.tested(ctx, rdv, of, p.noiseOf(s)); err != nil {
			return err
		}
		for i := range n {
			for j := i + 1; j < n; j++ {
				if k := PairIndex(n, i, j); observed(of, i) && observed(of, j) {
					dst[k] += rdv[k]
					counts[k]++
				}
			}
		}
	}
	for k := range dst {
		dst[k] /= counts[k] // 0/0 is NaN: no split has both
	}
	e.finish(dst, p)
	return nil
}

// observed reports whether a condition is among both folds.
func observed(of [2]fold, i int) bool { return of[0].observations[i] > 0 && of[1].observations[i] > 0 }

// noiseOf returns the covariances of one split; nil if there are none.
func (p problem) noiseOf(split int) []pair {
	if p.noise == nil {
		return nil
	}
	return p.noise[split : split+1]
}

// prepareFolds prepares all folds at once where one preparation serves all
// splits: to average and to prepare are linear, and may come in any order.
func (e Estimator) prepareFolds(p problem) (Estimator, problem, error) {
	several := slices.ContainsFunc(p.noise, func(c pair) bool { return c != p.noise[0] })
	if several || e.Measure.counts || e.Measure.inErrors {
		return e, p, nil
	}
	folds := slices.Clone(p.folds)
	for i, f := range folds {
		patterns, err := e.prepare(f.Patterns, p.noise)
		if err != nil {
			return e, p, err
		}
		folds[i].Patterns = patterns
	}
	p.folds, p.noise, e.RemoveMean = folds, nil, false
	return e, p, nil
}

// pooled averages over all observations of the folds: each counts once, whatever
// the size of its fold.
func (p problem) pooled(folds []int) fold {
	if len(folds) == 1 {
		return p.folds[folds[0]]
	}
	n, channels := p.folds[0].Rows, p.folds[0].Channels
	all := fold{Patterns{Rows: n, Channels: channels, F64: make([]float64, n*channels)}, make([]int, n)}
	for i := range n {
		mean := all.row(i)
		for _, f := range folds {
			if count := p.folds[f].observations[i]; count > 0 {
				all.observations[i] += count
				for k, v := range p.folds[f].row(i) {
					mean[k] += v * float64(count)
				}
			}
		}
		for k := range mean {
			mean[k] /= float64(all.observations[i]) // 0/0 is NaN
		}
	}
	return all
}

// tested fills dst with the measure of one split: training and test.
func (e Estimator) tested(ctx context.Context, dst []float64, of [2]fold, covariances []pair) error {
	if e.Measure.counts {
		return e.contrast(ctx, dst, withPrior(of[0].Patterns), logarithms(withPrior(of[1].Patterns)))
	}
	if e.Measure.inErrors {
		return e.discriminate(ctx, dst, of, covariances[0])
	}
	training, err := e.prepare(of[0].Patterns, covariances)
	if err != nil {
		return err
	}
	test, err := e.prepare(of[1].Patterns, covariances)
	if err != nil {
		return err
	}
	return e.contrast(ctx, dst, training, test)
}

// discriminate fills dst with the t of each pair along its linear discriminant.
//
// The weights of the discriminant are w = (x − y) Σ⁻¹, from training. What they
// make of the difference for test has the variance w Σ′ wᵀ (1/m + 1/n), Σ′ the
// noise there and m and n the observations of the two conditions.
func (e Estimator) discriminate(ctx context.Context, dst []float64, of [2]fold, covariances pair) error {
	weights, test := wide(of[0].Patterns), of[1]
	if e.RemoveMean {
		test.Patterns = wide(test.Patterns)
		removeMeans(weights)
		removeMeans(test.Patterns)
	}
	if err := covariances.training.Solve(weights.F64); err != nil {
		return err
	}
	if err := e.contrast(ctx, dst, weights, test.Patterns); err != nil {
		return err
	}
	if err := covariances.test.Color(weights.F64); err != nil {
		return err
	}
	variance := make([]float64, len(dst))
	if err := e.contrast(ctx, variance, weights, weights); err != nil {
		return err
	}
	for i := range weights.Rows {
		for j := i + 1; j < weights.Rows; j++ {
			k := PairIndex(weights.Rows, i, j)
			mean := 1/float64(test.observations[i]) + 1/float64(test.observations[j])
			dst[k] /= math.Sqrt(variance[k] * mean)
		}
	}
	return nil
}
