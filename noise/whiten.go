package noise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// A Whitening is a way to turn patterns into others whose noise has variance 1
// and no covariances. All differ by a rotation only: distances and angles of
// whitened patterns are the same, but not their means over channels.
type Whitening int

// The ways to whiten.
const (
	Cholesky  Whitening = iota // x L⁻ᵀ for Σ = LLᵀ: fast, and enough wherever only products of patterns count
	Symmetric                  // x Σ^-½: what stays nearest to the channels, for what looks at single ones, such as correlation
)

// worst is the condition number above which a covariance counts as singular:
// its inverse would have two digits.
const worst = 1e14

// factor is L of Σ = LLᵀ.
type factor struct {
	deviations []float64         // of a diagonal Σ
	cholesky   *mat.Cholesky     // nil of a diagonal Σ
	upper      blas64.Triangular // Lᵀ, inside cholesky
}

// factorize returns L, made at first use.
func (c *Covariance) factorize() (factor, error) {
	c.once.Do(func() { c.lower, c.err = c.newFactor() })
	return c.lower, c.err
}

func (c *Covariance) newFactor() (f factor, err error) {
	for i := range c.Channels() {
		if v := c.Matrix.At(i, i); math.IsNaN(v) {
			return f, fmt.Errorf("the noise of channel %d is not known, as measurements are missing: leave the channel out, or missing channels wherever they are (missing: left out)", i)
		} else if v <= 0 {
			return f, fmt.Errorf("the noise covariance is singular: channel %d does not vary; leave it out", i)
		}
	}
	if _, diagonal := c.Matrix.(mat.Diagonal); diagonal {
		for i := range c.Channels() {
			f.deviations = append(f.deviations, math.Sqrt(c.Matrix.At(i, i)))
		}
		return f, nil
	}
	f.cholesky = new(mat.Cholesky)
	if !f.cholesky.Factorize(c.Matrix) || f.cholesky.Cond() > worst {
		return f, fmt.Errorf("the noise covariance of %d channels from %g degrees of freedom is singular: shrink it (%s), or use the variances alone (diagonal)",
			c.Channels(), c.Degrees, shrinking)
	}
	f.upper = f.cholesky.RawU().(mat.RawTriangular).RawTriangular()
	return f, nil
}

// Precision returns the inverse of the covariance.
//
//	shapes   channels × channels; a *mat.DiagDense if the covariance is one
//	errors   a covariance that is singular or has NaN, with the remedy
//	cost     channels³ operations
func (c *Covariance) Precision() (mat.Symmetric, error) {
	f, err := c.factorize()
	if err != nil {
		return nil, err
	}
	if f.cholesky == nil {
		inverse := mat.NewDiagDense(c.Channels(), nil)
		for i := range c.Channels() {
			inverse.SetDiag(i, 1/c.Matrix.At(i, i))
		}
		return inverse, nil
	}
	var inverse mat.SymDense
	if err := f.cholesky.InverseTo(&inverse); err != nil {
		return nil, err
	}
	return &inverse, nil
}

// Whitener returns Σ^-½, the one root of the precision that is symmetric and
// positive definite.
//
//	shapes   channels × channels; a *mat.DiagDense if the covariance is one
//	errors   as Precision
//	cost     some ten times channels³ operations, for the eigenvectors
func (c *Covariance) Whitener() (mat.Symmetric, error) {
	f, err := c.factorize()
	if err != nil {
		return nil, err
	}
	p := c.Channels()
	if f.cholesky == nil {
		root := mat.NewDiagDense(p, nil)
		for i, deviation := range f.deviations {
			root.SetDiag(i, 1/deviation)
		}
		return root, nil
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(c.Matrix, true) {
		return nil, fmt.Errorf("the eigenvalues of the noise covariance of %d channels cannot be found: its numbers are too far apart", p)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for k, value := range eigen.Values(nil) {
		quarter := math.Pow(value, -0.25) // once from either side
		for i := range p {
			vectors.Set(i, k, vectors.At(i, k)*quarter)
		}
	}
	var root mat.SymDense
	root.SymOuterK(1, &vectors)
	return &root, nil
}

// Whiten whitens patterns in place.
//
//	shapes   x: patterns × channels, row-major
//	units    none: those of the measurements in standard deviations of the noise
//	NaN      a pattern with one has some afterwards, so its products are NaN
//	errors   as Precision
//	cost     patterns · channels² products, after channels³/3 once; for Symmetric
//	         the cost of Whitener each time
func (c *Covariance) Whiten(x []float64, by Whitening) error {
	f, err := c.factorize()
	switch {
	case err != nil:
		return err
	case f.cholesky == nil:
		f.scale(x, func(v, deviation float64) float64 { return v / deviation })
	case by == Cholesky:
		blas64.Trsm(blas.Right, blas.NoTrans, 1, f.upper, c.rows(x))
	default:
		root, err := c.Whitener()
		if err != nil {
			return err
		}
		rows := mat.NewDense(len(x)/c.Channels(), c.Channels(), x)
		rows.Mul(mat.DenseCopyOf(rows), root)
	}
	return nil
}

// Solve multiplies patterns with the precision, in place.
//
//	shapes   x: patterns × channels, row-major
//	errors   as Precision
//	cost     twice that of Whiten by Cholesky
func (c *Covariance) Solve(x []float64) error {
	f, err := c.factorize()
	switch {
	case err != nil:
		return err
	case f.cholesky == nil:
		f.scale(x, func(v, deviation float64) float64 { return v / deviation / deviation })
	default:
		blas64.Trsm(blas.Right, blas.NoTrans, 1, f.upper, c.rows(x))
		blas64.Trsm(blas.Right, blas.Trans, 1, f.upper, c.rows(x))
	}
	return nil
}

// Color multiplies weights of channels with L of Σ = LLᵀ, in place: their products
// with each other then are the covariances of what they make of the noise.
//
//	shapes   x: patterns × channels, row-major
//	errors   as Precision
//	cost     that of Whiten by Cholesky
func (c *Covariance) Color(x []float64) error {
	f, err := c.factorize()
	switch {
	case err != nil:
		return err
	case f.cholesky == nil:
		f.scale(x, func(v, deviation float64) float64 { return v * deviation })
	default:
		blas64.Trmm(blas.Right, blas.Trans, 1, f.upper, c.rows(x))
	}
	return nil
}

// rows shows x as a matrix of as many columns as there are channels.
func (c *Covariance) rows(x []float64) blas64.General {
	p := c.Channels()
	if len(x)%p != 0 {
		panic(fmt.Sprintf("noise: %d numbers are no patterns over %d channels", len(x), p))
	}
	return blas64.General{Rows: len(x) / p, Cols: p, Stride: max(1, p), Data: x}
}

// scale changes every number by the deviation of its channel.
func (f factor) scale(x []float64, by func(v, deviation float64) float64) {
	for i, v := range x {
		x[i] = by(v, f.deviations[i%len(f.deviations)])
	}
}
