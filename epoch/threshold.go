package epoch

import (
	"context"
	"math"
	"slices"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// thresholdFolds is the number of folds of Threshold.
const thresholdFolds = 5

// Threshold rejects epochs by limits that the epochs themselves choose, one for
// each kind of channels that epochs are kept of, and returns the limits.
//
// A limit is one of the farthest peak to peaks that epochs have, over channels of
// the kind. In each of five folds, of epochs that follow each other, the mean of
// the other folds' epochs within the limit is compared with the median of all
// epochs of the fold; the limit with the smallest root mean square of the
// difference, averaged over folds, is chosen among all. Fewer than five epochs are
// left as they are, without limits.
//
//	units    of the limits: SI
//	NaN      epochs with NaN do not count, and stay
//	cost     kinds · epochs · folds passes over the channels and times of an epoch
//	source   Jas et al. (2017), doi:10.1016/j.neuroimage.2017.06.030; its global
//	         threshold, by exact search
func (g *Gathering) Threshold(ctx context.Context, budget work.Budget) (map[recording.Kind]float64, error) {
	var whole []int
	for i, s := range g.signals {
		if s != nil {
			whole = append(whole, i)
		}
	}
	limits := map[recording.Kind]float64{}
	if len(whole) < thresholdFolds {
		return limits, nil
	}
	for _, k := range g.kinds() {
		c := g.candidates(k, whole)
		best, err := c.best(ctx, budget)
		if err != nil {
			return nil, err
		}
		limits[k] = best
	}
	g.reject(Limits{Highest: limits}, whole)
	return limits, nil
}

// kinds lists the kinds of channels that epochs are kept of.
func (g *Gathering) kinds() []recording.Kind {
	var kinds []recording.Kind
	for _, c := range g.Channels {
		if !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

// reject rejects those of the trials that go beyond limits.
func (g *Gathering) reject(limits Limits, trials []int) {
	n := len(g.Times)
	row := make([]float64, n)
	for _, trial := range trials {
		for c, channel := range g.Channels {
			for t, v := range g.signals[trial][c*n : (c+1)*n] {
				row[t] = float64(v)
			}
			if limits.broken(row, channel.Kind) {
				g.Fates[trial].Why = append(g.Fates[trial].Why, channel.Name)
			}
		}
		if len(g.Fates[trial].Why) > 0 {
			g.signals[trial] = nil
		}
	}
}

// candidates are the epochs of one kind of channels, in the order of time, with
// their farthest peak to peaks.
type candidates struct {
	epochs [][]float32 // the channels of the kind × times
	sizes  []float64   // +Inf with NaN
}

// candidates returns the epochs of a kind.
func (g *Gathering) candidates(k recording.Kind, trials []int) candidates {
	var c candidates
	n := len(g.Times)
	row := make([]float64, n)
	for _, trial := range trials {
		var values []float32
		size := 0.0
		for i, channel := range g.Channels {
			if channel.Kind != k {
				continue
			}
			part := g.signals[trial][i*n : (i+1)*n]
			values = append(values, part...)
			for t, v := range part {
				row[t] = float64(v)
			}
			if one := peakToPeak(row); math.IsNaN(one) {
				size = math.Inf(1)
			} else {
				size = max(size, one)
			}
		}
		c.epochs, c.sizes = append(c.epochs, values), append(c.sizes, size)
	}
	return c
}

// best returns the size with the smallest error, the smallest of several.
func (c candidates) best(ctx context.Context, budget work.Budget) (float64, error) {
	order := make([]int, len(c.sizes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case c.sizes[a] < c.sizes[b]:
			return -1
		case c.sizes[a] > c.sizes[b]:
			return 1
		}
		return 0
	})
	errors := make([][]float64, thresholdFolds)
	err := budget.Each(ctx, "limits of rejection", thresholdFolds, func(fold int) error {
		errors[fold] = c.errors(order, fold)
		return nil
	})
	best, least := c.sizes[order[len(order)-1]], math.Inf(1)
	for k, place := range order {
		sum := 0.0
		for fold := range errors {
			sum += errors[fold][k]
		}
		// Of equal sizes the last has all of them within.
		last := k+1 == len(order) || c.sizes[order[k+1]] > c.sizes[place]
		if last && sum < least {
			best, least = c.sizes[place], sum
		}
	}
	return best, err
}

// errors returns the error of a fold for the limit that each epoch's size is, in
// an order of ascending sizes; +Inf where no epoch is within.
func (c candidates) errors(order []int, fold int) []float64 {
	n := len(c.epochs)
	from, to := foldBounds(n, fold)
	target := medians(c.epochs[from:to])
	sums := make([]float64, len(target))
	errors := make([]float64, n)
	kept := 0.0
	for k, place := range order {
		errors[k] = math.Inf(1)
		if math.IsInf(c.sizes[place], 1) {
			continue
		}
		if place < from || place >= to {
			kept++
			for i, v := range c.epochs[place] {
				sums[i] += float64(v)
			}
		}
		if kept > 0 {
			square := 0.0
			for i, v := range sums {
				d := target[i] - v/kept
				square += d * d
			}
			errors[k] = math.Sqrt(square / float64(len(sums)))
		}
	}
	return errors
}

// foldBounds returns the epochs of a fold; the first folds have one more where
// they do not divide evenly.
func foldBounds(n, fold int) (from, to int) {
	size, more := n/thresholdFolds, n%thresholdFolds
	from = fold*size + min(fold, more)
	to = from + size
	if fold < more {
		to++
	}
	return from, to
}

// medians returns the median over epochs of every number; epochs with NaN there
// do not count.
func medians(epochs [][]float32) []float64 {
	out := make([]float64, len(epochs[0]))
	column := make([]float32, 0, len(epochs))
	for i := range out {
		column = column[:0]
		for _, e := range epochs {
			if v := e[i]; v == v {
				column = append(column, v)
			}
		}
		slices.Sort(column)
		switch m := len(column); {
		case m == 0:
			out[i] = math.NaN()
		default:
			out[i] = (float64(column[(m-1)/2]) + float64(column[m/2])) / 2
		}
	}
	return out
}
