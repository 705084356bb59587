package compare

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// OfCovariance ends the name of a comparator of [Comparator.WithCovariance].
const OfCovariance = " with covariance"

// WithCovariance returns whitened-pearson or whitened-cosine for conditions whose
// noise has this covariance: V = (CΣC')∘² with C the contrasts of all pairs.
//
// With it, conditions have no copies: a copy would have the same noise, which
// makes V singular, so that scores of bootstrap draws over conditions are NaN.
// In permutations the noise stays where it is.
//
//	shapes   covariance: conditions × conditions, symmetric
//	units    any: a factor changes nothing
//	errors   another comparator; a covariance that is not square, symmetric and
//	         finite, or in which a contrast of conditions has no noise
//	cost     of Prepare O(n³); where pairs are missing, as many times as
//	         conjugate gradients take, but never pairs × pairs numbers
//	source   Diedrichsen et al. (2021), doi:10.51628/001c.27664
func (c Comparator) WithCovariance(covariance [][]float64) (Comparator, error) {
	if c.Name != "whitened-pearson" && c.Name != "whitened-cosine" {
		return Comparator{}, fmt.Errorf("%s knows no covariance of conditions: use whitened-pearson or whitened-cosine", c.Name)
	}
	n, err := newNoise(covariance)
	if err != nil {
		return Comparator{}, err
	}
	k := whitening{c.Name == "whitened-pearson", n.embed}
	c.Name, c.Short, c.Once = c.Name+OfCovariance, "", true
	c.prepare, c.pool = k.prepare, k.pool
	if c.chance != nil {
		c.chance = meanOfOrders(k.prepare, product)
	}
	return c, nil
}

// noise is a covariance of conditions Σ, of contrasts with the first one.
//
// Squared distances d and the second moment G of patterns relative to the first
// condition are the same numbers in other coordinates. Noise Σ gives G the
// covariance G → ΣGΣ, so that x'V⁻¹y = tr(Σ⁻¹G(x)Σ⁻¹G(y)): V is never needed, and
// the point of x is L⁻¹GL'⁻¹ with LL' = Σ.
type noise struct {
	full    *mat.SymDense // conditions × conditions
	covary  *mat.SymDense // of contrasts
	inverse *mat.SymDense // of covary
	root    *mat.Cholesky // of covary
}

func newNoise(covariance [][]float64) (*noise, error) {
	n := len(covariance)
	if n < 2 {
		return nil, fmt.Errorf("a covariance of %d conditions: two or more are needed", n)
	}
	full := mat.NewSymDense(n, nil)
	for i, row := range covariance {
		if len(row) != n {
			return nil, fmt.Errorf("row %d of the covariance of conditions has %d numbers, not %d", i+1, len(row), n)
		}
		for j, value := range row[:i+1] {
			other := covariance[j][i]
			if math.IsNaN(value-other) || math.Abs(value-other) > 1e-9*max(math.Abs(value), math.Abs(other)) {
				return nil, fmt.Errorf("the covariance of conditions %d and %d is %g and %g: it must be symmetric and finite", j+1, i+1, other, value)
			}
			full.SetSym(i, j, (value+other)/2)
		}
	}
	return noiseOf(full)
}

// noiseOf takes contrasts with the first condition.
func noiseOf(full *mat.SymDense) (*noise, error) {
	n := full.SymmetricDim()
	k := &noise{full: full, covary: mat.NewSymDense(n-1, nil), inverse: mat.NewSymDense(n-1, nil), root: new(mat.Cholesky)}
	for i := 1; i < n; i++ {
		for j := i; j < n; j++ {
			k.covary.SetSym(i-1, j-1, full.At(i, j)-full.At(i, 0)-full.At(0, j)+full.At(0, 0))
		}
	}
	if !k.root.Factorize(k.covary) || k.root.Cond() > 1e13 {
		return nil, fmt.Errorf("the covariance of %d conditions is singular, because it was estimated from too little data: shrink it", n)
	}
	if err := k.root.InverseTo(k.inverse); err != nil {
		return nil, err
	}
	return k, nil
}

// embed is the embedding of a whitening.
func (k *noise) embed(dst, x []float64, at *layout, w weights) []float64 {
	if at.conditions != k.full.SymmetricDim() {
		panic(fmt.Sprintf("compare: a covariance of %d conditions for RDMs of %d", k.full.SymmetricDim(), at.conditions))
	}
	conditions, place, complete := at.present()
	part := k.of(conditions)
	if part == nil || slices.ContainsFunc(at.copies, func(c int32) bool { return c > 1 }) {
		return append(dst, math.NaN())
	}
	pairs := make([]int, len(x))
	for p := range x {
		i, j, n := int(place[at.first[p]]), int(place[at.second[p]]), len(conditions)
		pairs[p] = i*(2*n-i-1)/2 + j - i - 1
	}
	full := x
	if !complete {
		if full = part.complete(x, pairs); full == nil {
			return append(dst, math.NaN())
		}
	}
	point := whitenedBy(part.root, moments(full, len(conditions)))
	for i := range len(conditions) - 1 {
		dst = append(dst, point.At(i, i))
		for j := range i {
			dst = append(dst, math.Sqrt2*point.At(i, j))
		}
	}
	return dst
}

// of returns the noise of some conditions, nil of fewer than two.
func (k *noise) of(conditions []int32) *noise {
	n := len(conditions)
	if n == k.full.SymmetricDim() {
		return k
	}
	if n < 2 {
		return nil
	}
	part := mat.NewSymDense(n, nil)
	for a, i := range conditions {
		for b, j := range conditions[:a+1] {
			part.SetSym(a, b, k.full.At(int(i), int(j)))
		}
	}
	found, err := noiseOf(part)
	if err != nil {
		return nil
	}
	return found
}

// moments are the second moments of patterns relative to the first condition,
// ½ (d₀ᵢ + d₀ⱼ - dᵢⱼ), of an RDV without missing pairs.
func moments(x []float64, n int) *mat.SymDense {
	g, p := mat.NewSymDense(n-1, nil), n-1
	for i := range n - 1 {
		g.SetSym(i, i, x[i])
		for j := i + 1; j < n-1; j++ {
			g.SetSym(i, j, (x[i]+x[j]-x[p])/2)
			p++
		}
	}
	return g
}

// distances inverts moments.
func distances(dst []float64, g *mat.SymDense) {
	n, p := g.SymmetricDim(), g.SymmetricDim()
	for i := range n {
		dst[i] = g.At(i, i)
		for j := i + 1; j < n; j++ {
			dst[p] = g.At(i, i) + g.At(j, j) - 2*g.At(i, j)
			p++
		}
	}
}

// spreadWeights returns Σ y cc' over pairs, with c their contrasts: the transpose
// of distances.
func spreadWeights(y []float64, n int) *mat.SymDense {
	g, p := mat.NewSymDense(n-1, nil), n-1
	for i := range n - 1 {
		g.SetSym(i, i, g.At(i, i)+y[i])
		for j := i + 1; j < n-1; j++ {
			g.SetSym(i, i, g.At(i, i)+y[p])
			g.SetSym(j, j, g.At(j, j)+y[p])
			g.SetSym(i, j, -y[p])
			p++
		}
	}
	return g
}

// weightsOf inverts spreadWeights.
func weightsOf(dst []float64, g *mat.SymDense) {
	n, p := g.SymmetricDim(), g.SymmetricDim()
	clear(dst)
	for i := range n {
		dst[i] += g.At(i, i)
		for j := i + 1; j < n; j++ {
			dst[p] = -g.At(i, j)
			dst[i] -= dst[p]
			dst[j] -= dst[p]
			p++
		}
	}
}

// complete returns x with each missing pair at the value that leaves every
// product x'V⁻¹y that of the pairs that are there, V restricted to them:
// V(all, there) V(there, there)⁻¹ x. It solves by conjugate gradients, with V⁻¹ of
// all pairs in place of that of those there, so that steps are few where few
// pairs are missing. It returns nil if 1e-12 is not reached.
//
//	shapes   x, pairs: those there, and their places among all
//	source   Hestenes & Stiefel (1952), doi:10.6028/jres.049.044
func (k *noise) complete(x []float64, pairs []int) []float64 {
	n := k.covary.SymmetricDim() + 1
	all := make([]float64, n*(n-1)/2)
	times := func(y []float64) []float64 { // V(there, there) y; all of V y stays in all
		scatter(all, y, pairs)
		distances(all, between(k.covary, spreadWeights(all, n)))
		return taken(all, pairs)
	}
	nearly := func(r []float64) []float64 {
		scatter(all, r, pairs)
		weightsOf(all, between(k.inverse, moments(all, n)))
		return taken(all, pairs)
	}
	solution, rest := make([]float64, len(x)), slices.Clone(x)
	better := nearly(rest)
	direction, gain := slices.Clone(better), floats.Dot(rest, better)
	for range 2*(len(all)-len(x)) + 100 {
		if floats.Norm(rest, 2) <= 1e-13*floats.Norm(x, 2) {
			times(solution)
			for p, place := range pairs {
				all[place] = x[p]
			}
			return all
		}
		moved := times(direction)
		step := gain / floats.Dot(direction, moved)
		floats.AddScaled(solution, step, direction)
		floats.AddScaled(rest, -step, moved)
		better = nearly(rest)
		before := gain
		gain = floats.Dot(rest, better)
		floats.AddScaledTo(direction, better, gain/before, direction)
	}
	return nil
}

// between returns sgs.
func between(s, g *mat.SymDense) *mat.SymDense {
	var half, whole mat.Dense
	half.Mul(s, g)
	whole.Mul(&half, s)
	n := g.SymmetricDim()
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sym.SetSym(i, j, whole.At(i, j))
		}
	}
	return sym
}

// scatter makes all the values at their places, and 0 elsewhere.
func scatter(all, values []float64, places []int) {
	clear(all)
	for p, place := range places {
		all[place] = values[p]
	}
}

func taken(all []float64, places []int) []float64 {
	values := make([]float64, len(places))
	for p, place := range places {
		values[p] = all[place]
	}
	return values
}
