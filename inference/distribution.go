package inference

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Distribution is what statistics came to in the draws of a bootstrap.
// Whoever finds all draws at once fills one in.
//
// A draw in which a statistic is NaN is left out of that statistic: fewer than
// three different conditions have no score under most comparators.
type Distribution struct {
	Values     []float64 // draws × statistics
	Statistics int
	Draws      int
}

// Intervals holds the percentile interval of every statistic.
type Intervals struct {
	Low, High []float64 // per statistic
	Undefined []int     // per statistic, draws in which it was NaN; they are left out
	Draws     int
}

// draw returns the statistics of one draw.
func (d *Distribution) draw(index int) []float64 {
	return d.Values[index*d.Statistics : (index+1)*d.Statistics]
}

// columns hands over the draws of one statistic after another, without those
// that are NaN. They are valid until the next.
func (d *Distribution) columns(visit func(drawn []float64)) {
	column := make([]float64, 0, d.Draws)
	for k := range d.Statistics {
		column = column[:0]
		for i := range d.Draws {
			if x := d.draw(i)[k]; !math.IsNaN(x) {
				column = append(column, x)
			}
		}
		visit(column)
	}
}

// Intervals returns between which values the middle draws of every statistic
// lie: a share of level of them. Percentiles are interpolated between
// neighboring draws.
//
//	shapes   result: statistics
//	NaN      an interval without any draw is NaN
//	cost     O(m log m) per statistic of m draws
//	source   Hyndman & Fan (1996), doi:10.2307/2684934, percentile definition 7
func (d *Distribution) Intervals(level float64) *Intervals {
	result := &Intervals{Draws: d.Draws}
	d.columns(func(drawn []float64) {
		slices.Sort(drawn)
		result.Undefined = append(result.Undefined, d.Draws-len(drawn))
		result.Low = append(result.Low, percentile(drawn, (1-level)/2))
		result.High = append(result.High, percentile(drawn, (1+level)/2))
	})
	return result
}

// Simultaneous returns how far from each of some statistics an interval reaches that
// holds whichever of them is looked at, such as the largest: a share of level of
// the draws have all of them within as many standard deviations. Where these come of
// few things drawn, as many are taken as Student's t needs for the same chance.
//
//	shapes   estimates: those of the statistics from the one given on; freedom:
//	         one less than the number of things drawn; +Inf takes no t
//	NaN      of an estimate or all of its draws: its reach is NaN; a draw counts
//	         where it is defined
//	source   Davison & Hinkley (1997), Bootstrap Methods and their Application,
//	         4.2.4, doi:10.1017/CBO9780511802843
func (d *Distribution) Simultaneous(from int, estimates []float64, level, freedom float64) (reach []float64) {
	reach = d.deviations(from, len(estimates))
	largest := make([]float64, d.Draws)
	for i := range largest {
		for k, x := range d.draw(i)[from : from+len(estimates)] {
			if away := math.Abs(x-estimates[k]) / reach[k]; away > largest[i] { // not of NaN
				largest[i] = away
			}
		}
	}
	slices.Sort(largest)
	multiple := percentile(largest, level)
	if !math.IsInf(freedom, 1) {
		chance := distuv.UnitNormal.Survival(multiple)
		multiple = -distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(chance) * math.Sqrt(1+1/freedom)
	}
	for k, estimate := range estimates {
		if reach[k] *= multiple; math.IsNaN(estimate) {
			reach[k] = math.NaN()
		}
	}
	return reach
}

// deviations returns the standard deviation over draws of n statistics.
func (d *Distribution) deviations(from, n int) []float64 {
	deviations := make([]float64, n)
	drawn := make([]float64, 0, d.Draws)
	for k := range deviations {
		drawn = drawn[:0]
		for i := range d.Draws {
			if x := d.draw(i)[from+k]; !math.IsNaN(x) {
				drawn = append(drawn, x)
			}
		}
		deviations[k] = math.NaN()
		if len(drawn) > 1 {
			deviations[k] = stat.StdDev(drawn, nil)
		}
	}
	return deviations
}

// Variances returns the variance of every statistic over draws, with divisor
// one less than their number. Of one kind of draw it falls short of that of the
// estimate by (n-1)/n of the n things drawn; see [Corrected].
//
//	shapes   result: statistics
//	NaN      with fewer than two draws
func (d *Distribution) Variances() []float64 {
	var variances []float64
	d.columns(func(drawn []float64) {
		variance := math.NaN()
		if len(drawn) > 1 {
			variance = stat.Variance(drawn, nil)
		}
		variances = append(variances, variance)
	})
	return variances
}

// P returns percentile p values: how often draws of a statistic are not on the
// side of zero that speaks against chance.
//
//	p = (b+1)/(m+1), at most 1
//
// where b of m draws are zero or on the other side; of both tails, twice the
// smaller.
//
//	shapes   result: statistics
//	NaN      without any draw
//	source   Efron & Tibshirani (1993), An Introduction to the Bootstrap, 15
func (d *Distribution) P(tail Tail) []float64 {
	var p []float64
	d.columns(func(drawn []float64) {
		if len(drawn) == 0 {
			p = append(p, math.NaN())
			return
		}
		notAbove, notBelow := 1, 1
		for _, x := range drawn {
			if x <= 0 {
				notAbove++
			}
			if x >= 0 {
				notBelow++
			}
		}
		all := float64(len(drawn) + 1)
		p = append(p, tail.ofTwo(float64(notAbove)/all, float64(notBelow)/all))
	})
	return p
}

// percentile interpolates linearly between the sorted values; NaN if there are none.
func percentile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	place := share * float64(len(sorted)-1)
	i := int(place)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (place-float64(i))*(sorted[i+1]-sorted[i])
}
