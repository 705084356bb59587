package compare

import (
	"fmt"
	"math"
	"slices"
)

// Ranks returns the average ranks of x, from 1.
//
//	shapes   x, result: pairs
//	NaN      stays NaN, and has no rank
//	cost     O(m log m)
//	source   agrees with scipy.stats.rankdata
func Ranks(x []float64) []float64 {
	ranks, order := make([]float64, len(x)), ascending(nil, x)
	rank(ranks, x, order, len(order))
	return ranks
}

// SquareRoots returns √x: distances of squared distances. Those below 0, which
// crossvalidated distances of like patterns are, become 0.
//
//	shapes   x, result: pairs
//	NaN      stays NaN
//	cost     O(m)
func SquareRoots(x []float64) []float64 {
	return each(x, func(value float64) float64 { return math.Sqrt(max(value, 0)) })
}

// Unit brings the smallest value of x to 0 and the largest to 1.
//
//	shapes   x, result: pairs
//	NaN      stays NaN; a constant x becomes NaN
//	cost     O(m)
func Unit(x []float64) []float64 {
	known := knownOf(x)
	if len(known) == 0 {
		return slices.Clone(x)
	}
	least, most := slices.Min(known), slices.Max(known)
	return each(x, func(value float64) float64 { return (value - least) / (most - least) })
}

// GeoTopological brings values below the lower quantile of x to 0 and those above
// the upper to 1, and those between linearly between: small distances tell of
// noise, large ones of no more than that conditions are far apart.
//
//	shapes   x, result: pairs; lower < upper, shares from 0 to 1
//	NaN      stays NaN; all becomes NaN where both quantiles are the same
//	errors   shares out of range or order
//	cost     O(m log m)
//	source   Lin & Kriegeskorte (2024), doi:10.1073/pnas.2317881121; quantiles
//	         agree with numpy.quantile
func GeoTopological(x []float64, lower, upper float64) ([]float64, error) {
	if !(0 <= lower && lower < upper && upper <= 1) {
		return nil, fmt.Errorf("quantiles %g and %g: they must ascend, from 0 to 1", lower, upper)
	}
	known := knownOf(x)
	if len(known) == 0 {
		return slices.Clone(x), nil
	}
	slices.Sort(known)
	low, high := quantile(known, lower), quantile(known, upper)
	return each(x, func(value float64) float64 {
		if low == high {
			return math.NaN()
		}
		return max(0, min(1, (value-low)/(high-low)))
	}), nil
}

// quantile interpolates linearly between the ascending x.
func quantile(x []float64, share float64) float64 {
	at := share * float64(len(x)-1)
	below := int(at)
	above := min(below+1, len(x)-1)
	return x[below] + (at-float64(below))*(x[above]-x[below])
}

// Geodesic returns the lengths of shortest paths between conditions, over pairs
// whose distance is known and, on the scale of [Unit], below 1.
//
//	shapes   x, result: pairs, n(n-1)/2
//	NaN      stays NaN, is no part of a path, and is what two conditions are
//	         that no path joins
//	errors   a number of pairs that is not n(n-1)/2
//	cost     O(n³)
//	source   Floyd (1962), doi:10.1145/367766.368168
func Geodesic(x []float64) ([]float64, error) {
	n, ok := conditionsOf(len(x))
	if !ok {
		return nil, fmt.Errorf("an RDV of %d pairs is not that of n conditions, n(n-1)/2", len(x))
	}
	lengths := make([][]float64, n)
	for i := range lengths {
		lengths[i] = slices.Repeat([]float64{math.Inf(1)}, n)
		lengths[i][i] = 0
	}
	at := newLayout(len(x))
	for p, value := range Unit(x) {
		if value < 1 {
			i, j := at.first[p], at.second[p]
			lengths[i][j], lengths[j][i] = value, value
		}
	}
	for by := range n {
		for i := range n {
			for j := range n {
				lengths[i][j] = min(lengths[i][j], lengths[i][by]+lengths[by][j])
			}
		}
	}
	result := slices.Repeat([]float64{math.NaN()}, len(x))
	for p := range x {
		if length := lengths[at.first[p]][at.second[p]]; !math.IsNaN(x[p]) && !math.IsInf(length, 1) {
			result[p] = length
		}
	}
	return result, nil
}

// each returns f of all values, which stay as they are.
func each(x []float64, f func(float64) float64) []float64 {
	result := make([]float64, len(x))
	for p, value := range x {
		result[p] = f(value)
	}
	return result
}

func knownOf(x []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), math.IsNaN)
}
