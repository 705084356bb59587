package inference

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// MaxStatistic corrects p values over some of the statistics by the largest
// deviation of every draw, which knows what the statistics have in common: the
// chance that any of them comes as far from its mean, measured by the standard
// deviation of its draws, as a normal one with p value p[k] is.
//
//	p' = (b+1)/(m+1), at least p
//
// where in b of m draws the largest deviation reaches that of p[k]. The p values
// may come from another variance than that of the draws, as those of
// [VarianceTest] of a [Dual] do.
//
//	shapes   p: statistics; tests: some of them, nil for all; result: tests
//	NaN      a p value of NaN stays NaN and does not count as a test; draws that
//	         are NaN reach nothing
//	cost     draws × tests
//	source   Westfall & Young (1993), Resampling-Based Multiple Testing, single
//	         step, of p values; of bootstrapped estimates Romano & Wolf (2005),
//	         doi:10.1111/j.1468-0262.2005.00615.x
func (d *Distribution) MaxStatistic(p []float64, tests []int, tail Tail) []float64 {
	if tests == nil {
		for k := range p {
			tests = append(tests, k)
		}
	}
	counted := slices.DeleteFunc(slices.Clone(tests), func(k int) bool { return math.IsNaN(p[k]) })
	largest := d.largest(counted, tail)
	slices.Sort(largest)
	corrected := make([]float64, len(tests))
	for i, k := range tests {
		corrected[i] = p[k]
		if math.IsNaN(p[k]) || len(counted) == 1 {
			continue
		}
		below, _ := slices.BinarySearch(largest, tail.normal(p[k]))
		corrected[i] = max(p[k], float64(len(largest)-below+1)/float64(len(largest)+1))
	}
	return corrected
}

// largest returns the largest standardized deviation of every draw.
func (d *Distribution) largest(tests []int, tail Tail) []float64 {
	largest := slices.Repeat([]float64{math.Inf(-1)}, d.Draws)
	column := make([]float64, d.Draws)
	for _, k := range tests {
		for i := range d.Draws {
			column[i] = d.draw(i)[k]
		}
		defined := slices.DeleteFunc(slices.Clone(column), math.IsNaN)
		if len(defined) == 0 || floats.Min(defined) == floats.Max(defined) {
			continue // no draw deviates, whatever rounding makes of the mean
		}
		mean, deviation := stat.MeanStdDev(defined, nil)
		floats.AddConst(-mean, column)
		for i, x := range column {
			if z := tail.against(x) / deviation; z > largest[i] { // NaN is not
				largest[i] = z
			}
		}
	}
	return largest
}

// normal returns the standard normal deviation, turned by the tail, whose p
// value is p.
func (t Tail) normal(p float64) float64 {
	if t == TwoSided {
		p /= 2
	}
	return -distuv.UnitNormal.Quantile(p)
}
