package rdm

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/noise"
	"github.com/isocortex/isocortex/work"
)

// A problem is what one RDM is made of.
type problem struct {
	folds    []fold // one for measures without cross-validation
	splits   []split
	noise    []pair // one per split, at least one; nil without any
	channels int    // that a sum over channels stands for, even where some are left out
}

// A fold holds the mean patterns of all conditions in a part of the observations.
// A condition without observations has a pattern of NaN.
type fold struct {
	Patterns
	observations []int // of each condition; nil where nobody asks
}

// row returns the pattern of a condition in float64.
func (p Patterns) row(i int) []float64 { return p.F64[i*p.Channels : (i+1)*p.Channels] }

// solve fills dst with the dissimilarities of all pairs of conditions.
func (e Estimator) solve(ctx context.Context, dst []float64, p problem) error {
	switch {
	case e.Missing == LeftOut:
		e.Missing = Undefined // in each part that has all of its channels
		return e.solveParts(ctx, dst, p)
	case e.Measure.NeedsFolds:
		return e.crossValidate(ctx, dst, p)
	case e.Measure.counts:
		rates := withPrior(p.folds[0].Patterns)
		if err := e.contrast(ctx, dst, rates, logarithms(rates)); err != nil {
			return err
		}
		e.finish(dst, p)
		return nil
	}
	return e.solvePatterns(ctx, dst, p)
}

// cancels is the share of the squared lengths below which a squared distance is
// not taken from their difference: above it, ten digits are right.
const cancels = 1e-6

// solvePatterns fills dst from the products of one set of patterns.
func (e Estimator) solvePatterns(ctx context.Context, dst []float64, p problem) error {
	patterns, err := e.prepare(p.folds[0].Patterns, p.noise)
	if err != nil {
		return err
	}
	products, err := e.gram(ctx, patterns)
	if err != nil {
		return err
	}
	near := make([][]int, patterns.Rows) // of each row, the later ones that its distance from cancels
	err = e.Budget.Each(ctx, "", patterns.Rows, func(i int) error {
		row := dst[PairIndex(patterns.Rows, i, i+1):]
		for j := i + 1; j < patterns.Rows; j++ {
			aa, bb, ab := products.at(i, i), products.at(j, j), products.at(j, i)
			if e.Measure.angle != nil {
				row[j-i-1] = e.Measure.angle(aa, bb, ab)
				continue
			}
			distance := aa + bb - 2*ab
			if distance <= cancels*(aa+bb) {
				near[i] = append(near[i], j)
			}
			row[j-i-1] = e.Measure.finish(distance, patterns.Channels, p.channels)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.nearDistances(ctx, dst, patterns, near, p.channels)
}

// nearDistances fills dst by the definition for pairs of rows whose squared
// distance is lost in the products. The distances stand for those of so many
// channels.
func (e Estimator) nearDistances(ctx context.Context, dst []float64, p Patterns, near [][]int, channels int) error {
	if !slices.ContainsFunc(near, func(later []int) bool { return later != nil }) {
		return nil
	}
	var sums [][]float64
	var err error
	if p.F64 != nil {
		sums, err = squaredDistances(ctx, e.Budget, p, inMemory(p, p.F64), near)
	} else {
		sums, err = squaredDistances(ctx, e.Budget, p, p.narrow(), near)
	}
	for i, later := range near {
		for n, j := range later {
			dst[PairIndex(p.Rows, i, j)] = e.Measure.finish(sums[i][n], p.Channels, channels)
		}
	}
	return err
}

// squaredDistances of each row and some later ones by the definition, block by
// block.
func squaredDistances[S number](ctx context.Context, b work.Budget, p Patterns, read reader[S], near [][]int) ([][]float64, error) {
	sums := make([][]float64, p.Rows)
	for i, later := range near {
		sums[i] = make([]float64, len(later))
	}
	for _, columns := range work.Shards(p.Channels, BlockChannels) {
		block, err := read(columns)
		if err != nil {
			return sums, err
		}
		err = b.Each(ctx, "", p.Rows, func(i int) error {
			for n, j := range near[i] {
				addSquares(&sums[i][n], block(i), block(j))
			}
			return nil
		})
		if err != nil {
			return sums, err
		}
	}
	return sums, nil
}

// addSquares adds the squared differences of x and y, one by one.
func addSquares[S number](sum *float64, x, y []S) {
	total := *sum
	for k, v := range x {
		d := float64(v) - float64(y[k])
		total += d * d
	}
	*sum = total
}

// prepare subtracts the mean of each pattern and frees it of noise, where that is
// asked for. Correlation looks at the mean over channels of what it is given:
// only the symmetric whitener leaves channels what they are.
func (e Estimator) prepare(p Patterns, covariances []pair) (Patterns, error) {
	if !e.RemoveMean && covariances == nil {
		return p, nil
	}
	p = wide(p)
	if e.RemoveMean {
		removeMeans(p)
	}
	if covariances == nil {
		return p, nil
	}
	by := noise.Cholesky
	if e.Measure.centers {
		by = noise.Symmetric
	}
	return p, covariances[0].training.Whiten(p.F64, by)
}

// wide copies patterns to float64.
func wide(p Patterns) Patterns {
	copied := Patterns{Rows: p.Rows, Channels: p.Channels, F64: slices.Clone(p.F64)}
	for _, v := range p.F32 {
		copied.F64 = append(copied.F64, float64(v))
	}
	return copied
}

// removeMeans subtracts from each pattern its mean over channels.
func removeMeans(p Patterns) {
	for i := range p.Rows {
		row, mean := p.row(i), 0.0
		for _, v := range row {
			mean += v / float64(p.Channels)
		}
		for k := range row {
			row[k] -= mean
		}
	}
}

// withPrior adds the prior to mean counts.
func withPrior(p Patterns) Patterns {
	p = wide(p)
	for i, v := range p.F64 {
		p.F64[i] = (v + priorCount*priorWeight) / (1 + priorWeight)
	}
	return p
}

func logarithms(p Patterns) Patterns {
	p = wide(p)
	for i, v := range p.F64 {
		p.F64[i] = math.Log(v)
	}
	return p
}

// contrast fills dst with (aᵢ − aⱼ)(bᵢ − bⱼ)ᵀ for all pairs of rows i, j.
//
// What all rows have in common makes no difference, and is subtracted first, so
// that no digits are lost to it.
func (e Estimator) contrast(ctx context.Context, dst []float64, a, b Patterns) error {
	n := a.Rows
	products := make([]float64, n*n)
	err := engine.MatMul(ctx, e.Multiplier, e.Budget, products, level(a).F64, level(b).F64, n, n, a.Channels)
	if err != nil {
		return err
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			dst[PairIndex(n, i, j)] = products[i*n+i] + products[j*n+j] - products[i*n+j] - products[j*n+i]
		}
	}
	return nil
}

// level subtracts from each channel its mean over the rows that have it.
func level(p Patterns) Patterns {
	mean, counts := make([]float64, p.Channels), make([]float64, p.Channels)
	for i := range p.Rows {
		for c, v := range p.row(i) {
			if !math.IsNaN(v) {
				mean[c] += v
				counts[c]++
			}
		}
	}
	for c := range mean {
		mean[c] /= max(1, counts[c])
	}
	leveled := wide(p)
	for i := range p.Rows {
		floats.Sub(leveled.row(i), mean)
	}
	return leveled
}

// finish turns sums over channels into dissimilarities.
func (e Estimator) finish(dst []float64, p problem) {
	for i, v := range dst {
		dst[i] = e.Measure.finish(v, p.folds[0].Channels, p.channels)
	}
}
