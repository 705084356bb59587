// Package gonum lets the engine multiply for gonum.
//
// A BLAS is gonum's own BLAS, except that the routines of level 3 are cut into
// blocks whose products the engine computes. Whoever is in charge of the program
// registers it once, and all of gonum's matrices use it:
//
//	defer gonum.Use(e.Multiplier(), work.Budget{})()
//	var cholesky mat.Cholesky
//	cholesky.Factorize(covariance)
//
// Arguments and results are those of gonum's own routines; so are the panics,
// because whatever is too small for the engine, or wrong, is left to gonum. Three
// things differ. Sums are rounded in another order. A zero times NaN or infinity
// is NaN, where gonum leaves out some products with zero. And if the engine fails,
// or is closed already, a routine panics: it has no way to return an error.
//
// # Same bits
//
// Blocks depend on the sizes of the matrices alone, and each is computed on one
// thread: the number of threads changes no bit. Calls may run side by side.
//
// # Memory
//
// What is not contiguous is copied block by block: 8 MB for all threads and at most
// 12 MB for each. A symmetric factor is written out in full. Buffers are kept for
// the next call.
package gonum

import (
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	own "gonum.org/v1/gonum/blas/gonum"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A BLAS is gonum's own, with the products of level 3 computed by a Multiplier.
// Make one with New. It is safe for concurrent use.
type BLAS struct {
	own.Implementation
	double algebra[float64]
	single algebra[float32]
}

var (
	_ blas.Float64 = BLAS{}
	_ blas.Float32 = BLAS{}
)

// New returns a BLAS that multiplies with m on the threads of the budget.
func New(m engine.Multiplier, b work.Budget) BLAS {
	var l BLAS
	l.double = algebra[float64]{
		multiply: m.Multiply64, budget: b, buffers: &sync.Pool{},
		axpy: l.Daxpy, scale: l.Dscal, solve: l.Implementation.Dtrsm, apply: l.Implementation.Dtrmm,
	}
	l.single = algebra[float32]{
		multiply: m.Multiply32, budget: b, buffers: &sync.Pool{},
		axpy: l.Saxpy, scale: l.Sscal, solve: l.Implementation.Strsm, apply: l.Implementation.Strmm,
	}
	return l
}

// Use makes all of gonum compute with New(m, b), until the function that it
// returns is called: do so before the engine of m is closed.
//
// What gonum computes with is one setting of the whole process, not guarded
// against concurrent use: neither call while gonum is at work elsewhere.
func Use(m engine.Multiplier, b work.Budget) (restore func()) {
	before64, before32 := blas64.Implementation(), blas32.Implementation()
	l := New(m, b)
	blas64.Use(l)
	blas32.Use(l)
	return func() {
		blas64.Use(before64)
		blas32.Use(before32)
	}
}
