package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// points are conditions in the space in which an RDM of squared distances places
// them, about their mean.
type points struct {
	at    *mat.Dense // conditions × dimensions, times √copies; nil when a pair is missing
	trace float64    // of their second moment, what no point can have included
}

// roundings is how many of the largest eigenvalue's roundings still are 0.
const roundings = 1e-13

// placePoints prepares a vector for bures, by classical scaling.
//
//	source   Torgerson (1952), doi:10.1007/BF02288916
func placePoints(v *Vector, _ weights) {
	v.points = points{}
	conditions, place, complete := v.at.present()
	if !complete || len(conditions) == 0 {
		return
	}
	var e mat.EigenSym
	if !e.Factorize(v.at.moment(v.values, conditions, place), true) {
		return
	}
	values := e.Values(nil)
	zero := roundings * floats.Norm(values, math.Inf(1)) * float64(len(values))
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	for k, value := range values {
		if math.Abs(value) <= zero {
			value = 0
		}
		v.points.trace += value
		values[k] = math.Sqrt(max(value, 0))
	}
	v.points.at = &vectors
	vectors.Apply(func(_, k int, x float64) float64 { return x * values[k] }, &vectors)
}

// NegativeShare is how much of an RDV no points could have as squared distances:
// the share of the eigenvalues below 0 in the sum of their sizes, of -½ of the RDM
// with its rows and columns centered. 0 of squared Euclidean distances, and of
// Euclidean ones.
//
//	NaN      if a pair is missing where a condition has others, or all are 0
//	errors   panics if the pairs are not those of n conditions
//	cost     O(n³)
//	source   Torgerson (1952), doi:10.1007/BF02288916; Pekalska & Duin (2005),
//	         doi:10.1142/5965, section 3.5
func NegativeShare(x []float64) float64 {
	v := newVector(x)
	v.at = newLayout(len(x))
	conditions, place, complete := v.at.present()
	var e mat.EigenSym
	if !complete || len(conditions) == 0 || !e.Factorize(v.at.moment(v.values, conditions, place), false) {
		return math.NaN()
	}
	values := e.Values(nil)
	zero, below, all := roundings*floats.Norm(values, math.Inf(1))*float64(len(values)), 0.0, 0.0
	for _, value := range values {
		if value < -zero {
			below -= value
		}
		all += math.Abs(value)
	}
	return below / all
}

// moment returns -½ of the RDM with rows and columns centered, copies counted,
// and multiplied by √copies.
func (l *layout) moment(x []float64, conditions, place []int32) *mat.SymDense {
	n := len(conditions)
	g, copies, means := mat.NewSymDense(n, nil), make([]float64, n), make([]float64, n)
	for k, i := range conditions {
		copies[k] = l.times(i)
	}
	for p, value := range x {
		i, j := place[l.first[p]], place[l.second[p]]
		g.SetSym(int(i), int(j), value)
		means[i] += copies[j] * value
		means[j] += copies[i] * value
	}
	all := floats.Sum(copies)
	floats.Scale(1/all, means)
	mean := floats.Dot(copies, means) / all
	for i := range n {
		for j := i; j < n; j++ {
			g.SetSym(i, j, -0.5*(g.At(i, j)-means[i]-means[j]+mean)*math.Sqrt(copies[i]*copies[j]))
		}
	}
	return g
}

// rotations returns the singular values of the products of the points of a and b,
// and the rotations of either that bring them together. It takes a and b in an
// order of their own, because either way rounds differently.
func rotations(a, b *Vector, kind mat.SVDKind) (svd *mat.SVD, first, second *mat.Dense) {
	if slices.Compare(a.values, b.values) > 0 {
		a, b = b, a
	}
	first, second = a.points.at, b.points.at
	if first == nil || second == nil {
		return nil, nil, nil
	}
	var products mat.Dense
	products.Mul(first.T(), second)
	svd = new(mat.SVD)
	if !svd.Factorize(&products, kind) {
		return nil, nil, nil
	}
	return svd, first, second
}

// buresSimilarity sums the singular values: that is tr √(√G H √G).
//
//	source   Bures (1969), doi:10.1090/S0002-9947-1969-0236719-2; Uhlmann (1976)
func buresSimilarity(a, b *Vector, _ *scratch) float64 {
	svd, _, _ := rotations(a, b, mat.SVDNone)
	if svd == nil || !(a.points.trace > 0 && b.points.trace > 0) {
		return math.NaN()
	}
	return floats.Sum(svd.Values(nil)) / (math.Sqrt(a.points.trace) * math.Sqrt(b.points.trace))
}

// negativeBuresDistance rotates the points and measures: the difference of
// traces would lose half of the digits where RDMs are alike.
func negativeBuresDistance(a, b *Vector, _ *scratch) float64 {
	svd, first, second := rotations(a, b, mat.SVDThin)
	if svd == nil {
		return math.NaN()
	}
	var u, w, x, y mat.Dense
	svd.UTo(&u)
	svd.VTo(&w)
	x.Mul(first, &u)
	y.Mul(second, &w)
	x.Sub(&x, &y)
	square := math.Pow(mat.Norm(&x, 2), 2) + (a.points.excess() + b.points.excess())
	return -math.Sqrt(max(square, 0))
}

// excess is what the trace has and the points have not, 0 or less.
func (p points) excess() float64 {
	if square := math.Pow(mat.Norm(p.at, 2), 2); math.Abs(p.trace-square) > roundings*square*float64(p.at.RawMatrix().Rows) {
		return p.trace - square
	}
	return 0
}
