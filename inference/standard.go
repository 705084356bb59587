package inference

import (
	"context"
	"iter"
	"math"
	"slices"

	"github.com/isocortex/isocortex/work"
)

// Standardized returns the null of z: every statistic less the mean of its draws,
// in units of their standard deviation. So tests that chance moves by more count
// no more than others, and clusters find a threshold by themselves where the
// statistic is not Student's t: that of a normal z.
//
// Draws and what was observed count alike in mean and deviation, which are
// therefore the same whichever arrangement is the observed one: what is asked of
// z is as exact as what is asked of the statistic. The p value of a test alone
// stays, on one tail.
//
//	NaN      a draw that is NaN counts in neither; a test whose statistic is NaN as
//	         observed, or that no draw moves, is NaN
//	errors   those of the statistic; that of ctx
//	cost     all draws once more, in parallel; memory tests × draws / 8
//	source   Westfall & Young (1993), Resampling-based multiple testing, section 2.4;
//	         Maris & Oostenveld (2007), doi:10.1016/j.jneumeth.2007.03.024
func (n *Null) Standardized(ctx context.Context, b work.Budget) (*Null, error) {
	shards := make([]moments, (n.Draws+shard-1)/shard)
	err := n.each(ctx, b, func(draws iter.Seq2[int, []float64]) {
		var m moments
		at := 0
		for index, statistic := range draws {
			if at = index / shard; m == nil {
				m = make(moments, len(statistic))
			}
			m.add(statistic, n.Observed)
		}
		shards[at] = m
	})
	if err != nil {
		return nil, err
	}
	all := make(moments, len(n.Observed))
	if !n.Exact {
		all.add(n.Observed, n.Observed)
	}
	for _, m := range shards { // in their order, whoever was first
		all.join(m)
	}
	centers, deviations := all.spread(n.Observed)
	z := n.derive(len(n.Observed), func() func(dst, statistic []float64) {
		return func(dst, statistic []float64) {
			for k, x := range statistic {
				dst[k] = (x - centers[k]) / deviations[k]
			}
		}
	})
	z.freedom = slices.Repeat([]float64{math.Inf(1)}, len(n.Observed))
	return z, nil
}

// moments are sums over draws, of a test each.
type moments []struct{ count, sum, squares float64 }

// add adds a draw, as it differs from an origin: squares of what is far from 0
// would lose the digits that tell draws apart.
func (m moments) add(statistic, origin []float64) {
	for k, x := range statistic {
		if x -= origin[k]; !math.IsNaN(x) {
			m[k].count++
			m[k].sum += x
			m[k].squares += x * x
		}
	}
}

func (m moments) join(other moments) {
	for k, o := range other {
		m[k].count += o.count
		m[k].sum += o.sum
		m[k].squares += o.squares
	}
}

// spread returns the means, and the standard deviations; these are NaN where
// nothing but rounding is left of them.
func (m moments) spread(origin []float64) (centers, deviations []float64) {
	for k, x := range m {
		mean := x.sum / x.count
		deviation := math.Sqrt(max(x.squares/x.count-mean*mean, 0))
		if !(deviation > rounding*(math.Abs(origin[k])+math.Abs(mean))) {
			deviation = math.NaN()
		}
		centers, deviations = append(centers, origin[k]+mean), append(deviations, deviation)
	}
	return centers, deviations
}
