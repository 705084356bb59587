package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// product is the correlation of two standardized vectors. Rounding must not
// carry it beyond ±1.
func product(a, b *Vector, _ *scratch) float64 {
	r := floats.Dot(a.standard, b.standard)
	if r > 1 || r < -1 {
		return math.Copysign(1, r)
	}
	return r // NaN stays NaN
}

// productOfMeans is the mean of product over all permutations of pairs.
func productOfMeans(a, b *Vector) float64 {
	return a.sumOfStandard() * b.sumOfStandard() / float64(a.total)
}

// sumOfStandard sums over pairs as often as they stand: product has half of
// that, a root, in either vector.
func (v *Vector) sumOfStandard() float64 {
	sum := 0.0
	for p, w := range v.weight {
		sum += math.Sqrt(float64(w)) * v.standard[p]
	}
	return sum
}

// scaleValues prepares a vector for cosine.
func scaleValues(v *Vector) {
	v.standard = append(v.standard[:0], v.values...)
	normalize(v.standard, v.weight)
}

// standardizeValues prepares a vector for pearson.
func standardizeValues(v *Vector) {
	v.standard = append(v.standard[:0], v.values...)
	standardize(v.standard, v.weight)
}

// standardizeRanks prepares a vector for spearman.
func standardizeRanks(v *Vector) {
	v.standard = slices.Grow(v.standard[:0], len(v.values))[:len(v.values)]
	before := int64(0)
	for from := 0; from < len(v.order); {
		to := sameValue(v.values, v.order, from)
		weight := int64(0)
		for _, p := range v.order[from:to] {
			weight += int64(v.weight[p])
		}
		for _, p := range v.order[from:to] {
			v.standard[p] = float64(before) + float64(weight+1)/2
		}
		before += weight
		from = to
	}
	standardize(v.standard, v.weight)
}

// standardize subtracts the weighted mean of x and normalizes: then Σ x y is
// the weighted correlation.
//
// A constant x becomes NaN. It is recognized by its values, because the mean
// of a constant may differ from it by rounding.
func standardize(x []float64, weight []int32) {
	if len(x) == 0 {
		return
	}
	if center(x, weight) {
		clear(x)
	}
	normalize(x, weight)
}

// normalize multiplies x by the root of the weight and divides by the norm:
// then Σ x y is the weighted cosine. Zeros become NaN.
func normalize(x []float64, weight []int32) {
	sum := squares(x, weight)
	if len(x) > 0 && (sum < 1e-280 || sum > 1e280) { // squares vanish or overflow
		largest := floats.Norm(x, math.Inf(1))
		for p := range x {
			x[p] /= largest // 0/0 is NaN
		}
		sum = squares(x, weight)
	}
	scale := 1 / math.Sqrt(sum)
	for p, w := range weight {
		x[p] *= math.Sqrt(float64(w)) * scale
	}
}

// center subtracts the weighted mean, and reports whether x was constant.
func center(x []float64, weight []int32) (constant bool) {
	sum, total := 0.0, 0.0
	for p, w := range weight {
		sum += float64(w) * x[p]
		total += float64(w)
	}
	mean, first, constant := sum/total, x[0], true
	for p, value := range x {
		constant = constant && value == first
		x[p] = value - mean
	}
	return constant
}

// squares returns the weighted sum of squares.
func squares(x []float64, weight []int32) float64 {
	sum := 0.0
	for p, w := range weight {
		sum += float64(w) * x[p] * x[p]
	}
	return sum
}
