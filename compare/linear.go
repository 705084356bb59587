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
func scaleValues(v *Vector, w weights) {
	v.standard = append(v.standard[:0], v.values...)
	normalize(v.standard, w)
}

// standardizeValues prepares a vector for pearson.
func standardizeValues(v *Vector, w weights) {
	v.standard = append(v.standard[:0], v.values...)
	standardize(v.standard, w)
}

// standardizeRanks prepares a vector for spearman.
func standardizeRanks(v *Vector, w weights) {
	v.rank()
	standardize(v.standard, w)
}

// scaleRanks prepares a vector for rho-a: by what ranks without ties would have
// for a norm.
func scaleRanks(v *Vector, w weights) {
	v.rank()
	m := float64(v.total)
	floats.AddConst(-(m+1)/2, v.standard)
	if w.root != nil {
		floats.Mul(v.standard, w.root)
	}
	floats.Scale(math.Sqrt(12/(m*(m*m-1))), v.standard)
}

// rank makes standard the average ranks.
func (v *Vector) rank() {
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
}

// weights say how often each value stands, and the root of that; both are nil
// where each stands once.
type weights struct {
	count, root []float64
	sum         float64 // of count
}

// standardize subtracts the weighted mean of x and normalizes: then Σ x y is
// the weighted correlation.
//
// A constant x becomes NaN. It is recognized by its values, because the mean
// of a constant may differ from it by rounding.
func standardize(x []float64, w weights) {
	if isConstant(x) {
		clear(x)
	} else {
		floats.AddConst(-w.mean(x), x)
	}
	normalize(x, w)
}

func (w weights) mean(x []float64) float64 {
	if w.count == nil {
		return floats.Sum(x) / float64(len(x))
	}
	return floats.Dot(x, w.count) / w.sum
}

// normalize multiplies x by the root of the weight and divides by the norm:
// then Σ x y is the weighted cosine. Zeros become NaN.
func normalize(x []float64, w weights) {
	if w.root != nil {
		floats.Mul(x, w.root)
	}
	squares := floats.Dot(x, x)
	if squares < 1e-280 || squares > 1e280 { // they vanish or overflow
		largest := floats.Norm(x, math.Inf(1))
		for p := range x {
			x[p] /= largest // 0/0 is NaN
		}
		squares = floats.Dot(x, x)
	}
	floats.Scale(1/math.Sqrt(squares), x)
}

// norm returns the length of x, without the squares where they vanish or overflow.
func norm(x []float64) float64 {
	if squares := floats.Dot(x, x); squares >= 1e-280 && squares <= 1e280 {
		return math.Sqrt(squares)
	}
	return floats.Norm(x, 2)
}

func isConstant(x []float64) bool {
	for _, value := range x {
		if value != x[0] {
			return false
		}
	}
	return true
}
