package regress

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/seed"
)

// PCA finds the directions along which observations differ most.
type PCA struct {
	Components int    // 0 means all: the smaller of observations and features
	Solver     Solver // the zero Solver chooses by size
	Seed       uint64 // of the randomized solver
}

// Solver says how principal components are found.
type Solver int

const (
	BySize     Solver = iota // Randomized for at most a tenth of more than 1000 possible components
	Exact                    // a singular value decomposition
	Randomized               // a random subspace, refined: fast for few components of large data
)

// Components are what a PCA found, of largest variance first.
type Components struct {
	Mean     []float64  // per feature
	Axes     *mat.Dense // features × components, of unit length; the entry of largest size is positive
	Variance []float64  // per component, divided by observations less one
	Share    []float64  // per component, of the variance of all features
}

// Fit finds principal components.
//
//	shapes   x: observations × features
//	NaN      an error that names its observation and column; Share is NaN where
//	         nothing varies
//	errors   fewer than two observations; more components than there are
//	cost     O(observations · features · min(observations, features)); of the
//	         randomized solver O(observations · features · components)
//	random   the start of the randomized solver
//	source   Halko, Martinsson & Tropp (2011), doi:10.1137/090771806, algorithm
//	         4.4; agrees with sklearn.decomposition.PCA
func (p PCA) Fit(x *mat.Dense) (*Components, error) {
	observations, features := x.Dims()
	most := min(observations, features)
	count := p.Components
	if count == 0 {
		count = most
	}
	if observations < 2 || count < 0 || count > most {
		return nil, fmt.Errorf("%d principal components of %d observations of %d features: use two or more observations, and no more components than the fewer of both", count, observations, features)
	}
	if err := check("feature", x); err != nil {
		return nil, err
	}
	centered := mat.DenseCopyOf(x)
	c := &Components{Mean: subtractMeans(centered)}
	large := most > 1000 && count <= most/10
	if p.Solver == Randomized || p.Solver == BySize && large {
		c.find(p.narrow(centered, count), count)
	} else {
		c.find(centered, count)
	}
	size := mat.Norm(centered, 2)
	c.measure(float64(observations-1), size*size)
	return c, nil
}

// find takes axes and singular values from a matrix with the axes of the data.
func (c *Components) find(x *mat.Dense, count int) {
	var svd mat.SVD
	if !svd.Factorize(x, mat.SVDThin) {
		panic("regress: singular values of finite numbers were not found")
	}
	var axes mat.Dense
	svd.VTo(&axes)
	features, _ := axes.Dims()
	c.Axes = mat.DenseCopyOf(axes.Slice(0, features, 0, count))
	c.Variance = svd.Values(nil)[:count]
	for k := range count {
		axis := mat.Col(nil, k, c.Axes)
		if floats.Max(axis) < -floats.Min(axis) {
			floats.Scale(-1, axis)
			c.Axes.SetCol(k, axis)
		}
	}
}

// measure turns singular values into variances and shares of the sum of squares.
func (c *Components) measure(degrees, squares float64) {
	c.Share = make([]float64, len(c.Variance))
	for k, value := range c.Variance {
		c.Variance[k] = value * value / degrees
		c.Share[k] = value * value / squares
	}
}

// Of the randomized solver: more directions than are asked for, and passes over
// the data that bring them into place.
const (
	spare  = 10
	passes = 6
)

// narrow returns Qᵀx, which has the leading axes of x, for an orthogonal Q of
// few columns that holds the leading directions of its observations.
func (p PCA) narrow(x *mat.Dense, count int) *mat.Dense {
	observations, features := x.Dims()
	width := min(count+spare, observations, features)
	random := seed.Stream(p.Seed, "principal components")
	start := mat.NewDense(features, width, nil)
	for i := range features {
		for j := range width {
			start.Set(i, j, random.NormFloat64())
		}
	}
	var across mat.Dense
	across.Mul(x, start)
	for range passes {
		var back, again mat.Dense
		back.Mul(x.T(), orthogonal(&across))
		again.Mul(x, orthogonal(&back))
		across = again
	}
	var narrow mat.Dense
	narrow.Mul(orthogonal(&across).T(), x)
	return &narrow
}

// orthogonal returns an orthonormal basis of the columns of x. It asks LAPACK
// itself, because mat.QR would make a square matrix of the longer side.
func orthogonal(x *mat.Dense) *mat.Dense {
	basis := mat.DenseCopyOf(x)
	a := basis.RawMatrix()
	tau, size := make([]float64, a.Cols), make([]float64, 1)
	lapack64.Geqrf(a, tau, size, -1)
	space := make([]float64, max(int(size[0]), a.Cols))
	lapack64.Geqrf(a, tau, space, len(space))
	lapack64.Orgqr(a, tau, space, len(space))
	return basis
}

// Project returns the coordinates of observations along the axes.
//
//	shapes   x: observations × features; result: observations × components
//	errors   a number of features other than was fitted; NaN or infinity in x
func (c *Components) Project(x *mat.Dense) (*mat.Dense, error) {
	_, count := c.Axes.Dims()
	shift := make([]float64, count)
	for k := range shift {
		shift[k] = -floats.Dot(c.Mean, mat.Col(nil, k, c.Axes))
	}
	return (&Linear{c.Axes, shift}).Predict(x)
}

// Restore returns the observations that have the given coordinates: an inverse
// of Project up to what the components leave out.
//
//	shapes   coordinates: observations × components; result: observations × features
//	errors   as for Project
func (c *Components) Restore(coordinates *mat.Dense) (*mat.Dense, error) {
	return (&Linear{mat.DenseCopyOf(c.Axes.T()), c.Mean}).Predict(coordinates)
}
