package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A whitening maps RDVs to points whose products are x'V⁻¹y, up to a factor.
//
// Two distances that share a condition share its noise: V is the covariance
// that noise of the conditions gives to distances of equal patterns.
//
//	source   Diedrichsen, Berlot, Mur, Schütt, Shahbazi & Kriegeskorte (2021),
//	         doi:10.51628/001c.27664
type whitening struct {
	center bool // the mean over pairs is taken away first
	// embed appends to dst the point of x, whose pairs are all defined.
	embed func(dst, x []float64, at *layout, w weights) []float64
}

var whitenCentered, whitenAsIs = whitening{true, ridge}, whitening{false, ridge}

func (k whitening) prepare(v *Vector, w weights) {
	x := k.centered(slices.Clone(v.values), w)
	v.standard = k.embed(v.standard[:0], x, &v.at, w)
	normalize(v.standard, weights{})
}

// centered takes the mean from x, where that is asked for.
func (k whitening) centered(x []float64, w weights) []float64 {
	switch {
	case !k.center:
	case isConstant(x):
		clear(x) // its mean may differ from it by rounding
	default:
		floats.AddConst(-w.mean(x), x)
	}
	return x
}

// chance is the product of what both sides have in common with a constant RDM:
// permutations of conditions leave that as it is, and the rest is 0 on average.
func (k whitening) chance(a, b *Vector) float64 {
	w := weights{}
	w.reset()
	for _, n := range a.weight {
		w.add(n)
	}
	constant := k.embed(nil, slices.Repeat([]float64{1}, len(a.values)), &a.at, w)
	normalize(constant, weights{})
	return floats.Dot(a.standard, constant) * floats.Dot(b.standard, constant)
}

// pool brings a subject to a root mean square of 1 after whitening.
func (k whitening) pool(m member) {
	k.centered(m.values, weights{})
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.point = k.embed(s.point[:0], m.values, m.layout(), weights{})
	floats.Scale(math.Sqrt(float64(len(m.values)))/norm(s.point), m.values) // 0 · ∞ is NaN
}

// ridge whitens by V = 2I + BB', where B is 1 where a pair has a condition.
//
// With M = 2I + B'B and u = M⁻¹B'x, the coefficients of a ridge regression of x
// on conditions, and e = x - Bu what it leaves,
//
//	2 x'V⁻¹y = x'(I - BM⁻¹B')y = e(x)·e(y) + 2 u(x)·u(y)
//
// so that (e, √2 u) is the point of x. Nothing has pairs × pairs numbers, and
// pairs may be missing. Copies of a condition are conditions with noise of their
// own; they have the same coefficient, which stands once, times √copies.
func ridge(dst, x []float64, at *layout, w weights) []float64 {
	n := at.conditions
	switch {
	case len(x) == 0:
		return dst
	case len(at.copies) == 0 && len(x) == n*(n-1)/2:
		return ridgeOfAllPairs(dst, x, n)
	}
	u := coefficients(x, at)
	from := len(dst)
	dst = slices.Grow(dst, len(x)+n)
	for p, value := range x {
		dst = append(dst, value-u[at.first[p]]-u[at.second[p]])
	}
	if w.root != nil {
		floats.Mul(dst[from:], w.root)
	}
	for i, value := range u {
		dst = append(dst, math.Sqrt(2*at.times(int32(i)))*value)
	}
	return dst
}

// ridgeOfAllPairs is ridge of all pairs of n conditions without copies, row by
// row. M is then nI + 11', so that u = (s - Σs / 2n) / n with s = B'x.
func ridgeOfAllPairs(dst, x []float64, n int) []float64 {
	dst = slices.Grow(dst, len(x)+n)
	e := dst[len(dst) : len(dst)+len(x)]
	dst = dst[:len(dst)+len(x)+n]
	u := dst[len(dst)-n:]
	clear(u)
	for i, rest := 0, x; len(rest) > 0; i++ {
		row := rest[:n-1-i]
		rest = rest[n-1-i:]
		u[i] += floats.Sum(row)
		floats.Add(u[i+1:], row)
	}
	floats.AddConst(-floats.Sum(u)/float64(2*n), u)
	floats.Scale(1/float64(n), u)
	for i, rest := 0, e; len(rest) > 0; i++ {
		row := rest[:n-1-i]
		rest = rest[n-1-i:]
		floats.SubTo(row, x[:n-1-i], u[i+1:])
		floats.AddConst(-u[i], row)
		x = x[n-1-i:]
	}
	floats.Scale(math.Sqrt2, u)
	return dst
}

// coefficients solves Mu = B'x: per condition
//
//	(2 + d) u + Σ c u' = Σ c x
//
// over its pairs, with u' the other condition's coefficient, c its copies and d
// their sum. Of conditions without pairs it is 0.
func coefficients(x []float64, at *layout) []float64 {
	sums, degrees := make([]float64, at.conditions), make([]float64, at.conditions)
	for p, value := range x {
		i, j := at.first[p], at.second[p]
		sums[i] += at.times(j) * value
		sums[j] += at.times(i) * value
		degrees[i] += at.times(j)
		degrees[j] += at.times(i)
	}
	if u := ofAllPairs(sums, degrees, at); u != nil {
		return u
	}
	return bySolving(sums, degrees, at)
}

// ofAllPairs is coefficients where no pair is missing: M is then diagonal but
// for one product of vectors, and u = (Σ c x - t) / (2 + d - c) with t = Σ c u
// over all conditions. It returns nil where that is not so, or where one
// condition is so many that the difference loses digits.
func ofAllPairs(sums, degrees []float64, at *layout) []float64 {
	conditions, all := 0, 0.0
	for i, degree := range degrees {
		if degree > 0 {
			conditions++
			all += at.times(int32(i))
		}
	}
	if len(at.first) != conditions*(conditions-1)/2 {
		return nil
	}
	u := make([]float64, len(sums))
	above, below := 0.0, 1.0
	for i, degree := range degrees {
		if degree == 0 {
			continue
		}
		c := at.times(int32(i))
		u[i] = 2 + all - 2*c
		if u[i] < 1 {
			return nil
		}
		above += c * sums[i] / u[i]
		below += c / u[i]
	}
	for i, degree := range degrees {
		if degree > 0 {
			u[i] = (sums[i] - above/below) / u[i]
		}
	}
	return u
}

// bySolving is coefficients for any pairs. Rows and columns are multiplied by
// √copies, which makes the matrix symmetric; it is positive definite. Where steps
// towards the solution do not get there soon, it is factorized.
func bySolving(sums, degrees []float64, at *layout) []float64 {
	n := len(sums)
	root, right := make([]float64, n), make([]float64, n)
	for i := range n {
		root[i] = math.Sqrt(at.times(int32(i)))
		right[i] = root[i] * sums[i]
	}
	u := newRegression(degrees, root, at).stepwise(right)
	if u == nil {
		u = factorized(right, degrees, root, at)
	}
	for i, r := range root {
		if r > 0 {
			sums[i] = u[i] / r
		}
	}
	return sums
}

// factorized solves by Cholesky's decomposition, in O(n³).
func factorized(right, degrees, root []float64, at *layout) []float64 {
	n := len(right)
	m := mat.NewSymDense(n, nil)
	for i := range n {
		m.SetSym(i, i, 2+degrees[i])
	}
	for p, i := range at.first {
		j := at.second[p]
		m.SetSym(int(i), int(j), root[i]*root[j])
	}
	var factor mat.Cholesky
	var u mat.VecDense
	if !factor.Factorize(m) {
		panic("compare: the matrix of a ridge regression is not positive definite")
	}
	if err := factor.SolveVecTo(&u, mat.NewVecDense(n, right)); err != nil {
		panic(err) // its condition number is below n
	}
	return u.RawVector().Data
}

// A regression is the matrix of bySolving, 2 + degree on its diagonal and the
// product of two roots at each pair, and what it would be if no pair were missing
// but the degrees were the same.
type regression struct {
	degrees, root []float64
	at            *layout
	rest          []float64 // 2 + degree - copies, the diagonal beside the product of all roots
	size          float64   // 1 + Σ copies / rest
}

func newRegression(degrees, root []float64, at *layout) regression {
	g := regression{degrees, root, at, make([]float64, len(root)), 1}
	for i, r := range root {
		g.rest[i] = max(2+degrees[i]-r*r, 1)
		g.size += r * r / g.rest[i]
	}
	return g
}

// times makes dst the product of the matrix and u.
func (g regression) times(dst, u []float64) {
	for i, value := range u {
		dst[i] = (2 + g.degrees[i]) * value
	}
	for p, i := range g.at.first {
		j := g.at.second[p]
		r := g.root[i] * g.root[j]
		dst[i] += r * u[j]
		dst[j] += r * u[i]
	}
}

// nearly makes dst the solution for b of what the matrix would be if no pair were
// missing.
func (g regression) nearly(dst, b []float64) {
	shared := 0.0
	for i, r := range g.root {
		dst[i] = b[i] / g.rest[i]
		shared += r * dst[i]
	}
	for i, r := range g.root {
		dst[i] -= shared / g.size * r / g.rest[i]
	}
}

// stepwise solves by conjugate gradients, a few of O(pairs) each: missing pairs
// change the matrix in as many directions at most. It returns nil when a hundred
// do not reach 1e-15 of b.
//
//	source   Hestenes & Stiefel (1952), doi:10.6028/jres.049.044
func (g regression) stepwise(b []float64) []float64 {
	n := len(b)
	u, better, moved, direction := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	rest, gain, enough := slices.Clone(b), 1.0, 1e-15*floats.Norm(b, 2)
	for range 100 {
		if floats.Norm(rest, 2) <= enough {
			return u
		}
		g.nearly(better, rest)
		before := gain
		gain = floats.Dot(rest, better)
		floats.AddScaledTo(direction, better, gain/before, direction) // which is 0 at first
		g.times(moved, direction)
		step := gain / floats.Dot(direction, moved)
		floats.AddScaled(u, step, direction)
		floats.AddScaled(rest, -step, moved)
	}
	return nil
}

// Whitened maps values of some pairs of conditions to points whose inner products
// are x'V⁻¹y, V being the covariance of the dissimilarities of pairs of independent
// conditions: 4 for a pair with itself, 1 for two that share a condition.
//
//	shapes   pairs: places among those of all conditions, ascending; values: RDVs ×
//	         pairs; result: RDVs × (pairs + conditions)
//	cost     O(RDVs · pairs), some ten times that where pairs are missing
//	source   Diedrichsen et al. (2021), doi:10.51628/001c.27664
func Whitened(conditions int, pairs []int, values [][]float64) [][]float64 {
	at := newLayout(conditions * (conditions - 1) / 2)
	if len(pairs) < len(at.first) {
		at.first, at.second = gather(nil, at.first, pairs), gather(nil, at.second, pairs)
	}
	points := make([][]float64, len(values))
	for k, x := range values {
		points[k] = ridge(nil, x, &at, weights{})
		floats.Scale(math.Sqrt2/2, points[k])
	}
	return points
}
