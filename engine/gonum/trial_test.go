package gonum_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas"
	own "gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/seed"
)

// A level3 is the routines of level 3 for one type.
type level3[T engine.Float] struct {
	gemm       func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	symm       func(s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	syrk       func(ul blas.Uplo, t blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int)
	syr2k      func(ul blas.Uplo, t blas.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	trmm, trsm func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)
}

func double(l blas.Float64Level3) level3[float64] {
	return level3[float64]{l.Dgemm, l.Dsymm, l.Dsyrk, l.Dsyr2k, l.Dtrmm, l.Dtrsm}
}

func single(l blas.Float32Level3) level3[float32] {
	return level3[float32]{l.Sgemm, l.Ssymm, l.Ssyrk, l.Ssyr2k, l.Strmm, l.Strsm}
}

// plainly returns gonum's own routines.
func plainly[T engine.Float]() level3[T] { return of[T](own.Implementation{}) }

// of returns the routines of l for T.
func of[T engine.Float](l interface {
	blas.Float64Level3
	blas.Float32Level3
},
) level3[T] {
	if routines, ok := any(double(l)).(level3[T]); ok {
		return routines
	}
	return any(single(l)).(level3[T])
}

var routines = []string{"gemm", "symm", "syrk", "syr2k", "trmm", "trsm"}

// A trial is one call of one routine. Matrices that the routine does not take
// are empty.
type trial[T engine.Float] struct {
	routine       string
	side          blas.Side
	uplo          blas.Uplo
	tA, tB        blas.Transpose
	diagonal      blas.Diag
	m, n, k       int // for xSYRK and xSYR2K, m is n
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
}

// run makes the call on copies of b and c, and returns the one that it changed.
func (t trial[T]) run(l level3[T]) []T {
	b, c := slices.Clone(t.b), slices.Clone(t.c)
	switch t.routine {
	case "gemm":
		l.gemm(t.tA, t.tB, t.m, t.n, t.k, t.alpha, t.a, t.lda, b, t.ldb, t.beta, c, t.ldc)
	case "symm":
		l.symm(t.side, t.uplo, t.m, t.n, t.alpha, t.a, t.lda, b, t.ldb, t.beta, c, t.ldc)
	case "syrk":
		l.syrk(t.uplo, t.tA, t.n, t.k, t.alpha, t.a, t.lda, t.beta, c, t.ldc)
	case "syr2k":
		l.syr2k(t.uplo, t.tA, t.n, t.k, t.alpha, t.a, t.lda, b, t.ldb, t.beta, c, t.ldc)
	case "trmm":
		l.trmm(t.side, t.uplo, t.tA, t.diagonal, t.m, t.n, t.alpha, t.a, t.lda, b, t.ldb)
		return b
	case "trsm":
		l.trsm(t.side, t.uplo, t.tA, t.diagonal, t.m, t.n, t.alpha, t.a, t.lda, b, t.ldb)
		return b
	}
	return c
}

// String writes the call without its numbers.
func (t trial[T]) String() string {
	return fmt.Sprintf("%T %s %c%c%c%c%c %d × %d × %d, alpha %v, beta %v, strides %d %d %d",
		t.alpha, t.routine, t.side, t.uplo, t.tA, t.tB, t.diagonal, t.m, t.n, t.k, t.alpha, t.beta, t.lda, t.ldb, t.ldc)
}

// order is that of the symmetric or triangular matrix.
func (t trial[T]) order() int {
	if t.side == blas.Left {
		return t.m
	}
	return t.n
}

// draw draws the flags, sizes and factors of a call of the routine, then fills it.
func draw[T engine.Float](t *rapid.T, routine string, largest int) trial[T] {
	length := rapid.IntRange(1, largest)
	factor := rapid.SampledFrom([]T{0, 1, -1, 0.5, -2.25})
	c := trial[T]{
		routine:  routine,
		side:     rapid.SampledFrom([]blas.Side{blas.Left, blas.Right}).Draw(t, "side"),
		uplo:     rapid.SampledFrom([]blas.Uplo{blas.Upper, blas.Lower}).Draw(t, "triangle"),
		tA:       rapid.SampledFrom([]blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}).Draw(t, "transpose a"),
		tB:       rapid.SampledFrom([]blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}).Draw(t, "transpose b"),
		diagonal: rapid.SampledFrom([]blas.Diag{blas.NonUnit, blas.Unit}).Draw(t, "diagonal"),
		m:        length.Draw(t, "m"), n: length.Draw(t, "n"), k: length.Draw(t, "k"),
		alpha: factor.Draw(t, "alpha"), beta: factor.Draw(t, "beta"),
	}
	gap := rapid.SampledFrom([]int{0, 0, 1, 7})
	c.lda, c.ldb, c.ldc = gap.Draw(t, "gap of a"), gap.Draw(t, "gap of b"), gap.Draw(t, "gap of c")
	return c.fill(seed.Stream(1, "trial", c.m, c.n, c.k))
}

// fill draws the numbers. The strides of c hold the gaps between rows; these, and
// triangles that must not be read, are NaN.
func (t trial[T]) fill(random *rand.Rand) trial[T] {
	if t.routine == "syrk" || t.routine == "syr2k" {
		t.m, t.side, t.tB = t.n, blas.Left, t.tA
	}
	a, b := [2]int{t.m, t.k}, [2]int{t.k, t.n}
	switch t.routine {
	case "symm", "trmm", "trsm":
		a, b = [2]int{t.order(), t.order()}, [2]int{t.m, t.n}
	case "syrk", "syr2k":
		b = a
		if t.tA != blas.NoTrans {
			a, b = [2]int{t.k, t.m}, [2]int{t.k, t.m}
		}
	case "gemm":
		if t.tA != blas.NoTrans {
			a = [2]int{t.k, t.m}
		}
		if t.tB != blas.NoTrans {
			b = [2]int{t.n, t.k}
		}
	}
	t.a, t.lda = numbers[T](random, a, t.lda)
	t.b, t.ldb = numbers[T](random, b, t.ldb)
	t.c, t.ldc = numbers[T](random, [2]int{t.m, t.n}, t.ldc)
	switch t.routine {
	case "trsm":
		t.dominate()
		t.spoil(t.a, t.lda, t.order(), t.diagonal == blas.Unit)
	case "symm", "trmm":
		t.spoil(t.a, t.lda, t.order(), t.routine == "trmm" && t.diagonal == blas.Unit)
	case "syrk", "syr2k":
		t.spoil(t.c, t.ldc, t.n, false)
	}
	return t
}

// numbers draws a matrix with a gap of NaN after every row but the last.
func numbers[T engine.Float](random *rand.Rand, shape [2]int, gap int) (x []T, stride int) {
	stride = shape[1] + gap
	x = slices.Repeat([]T{T(math.NaN())}, (shape[0]-1)*stride+shape[1])
	for i := range shape[0] {
		for j := range shape[1] {
			x[i*stride+j] = T(random.NormFloat64())
		}
	}
	return x, stride
}

// dominate makes the diagonal of a larger than the rest of a row, so that systems
// have solutions worth comparing.
func (t trial[T]) dominate() {
	n := t.order()
	for i := range n {
		for j := range n {
			t.a[i*t.lda+j] /= T(n)
		}
		t.a[i*t.lda+i] = T(math.Copysign(1.5, float64(t.a[i*t.lda+i])))
	}
}

// spoil makes NaN of the triangle that is not referenced, and of a diagonal that
// is not.
func (t trial[T]) spoil(x []T, stride, n int, diagonal bool) {
	for i := range n {
		for j := range n {
			if i == j && diagonal || i < j && t.uplo == blas.Lower || i > j && t.uplo == blas.Upper {
				x[i*stride+j] = T(math.NaN())
			}
		}
	}
}

// absolute returns the trial with the absolute values of all its numbers: its
// result is the scale of the rounding errors of t.
func (t trial[T]) absolute() trial[T] {
	abs := func(x []T) []T {
		y := make([]T, len(x))
		for i, v := range x {
			y[i] = T(math.Abs(float64(v)))
		}
		return y
	}
	t.a, t.b, t.c = abs(t.a), abs(t.b), abs(t.c)
	t.alpha, t.beta = abs([]T{t.alpha})[0], abs([]T{t.beta})[0]
	return t
}

// roundoff is the unit roundoff u of T.
func roundoff[T engine.Float]() float64 {
	if _, ok := any(T(0)).(float32); ok {
		return 0x1p-24
	}
	return 0x1p-53
}

// excess returns by how much got is farther from want than rounding allows, at the
// worst place; +Inf where only one of them is NaN.
//
// Two sums of n products in any order differ by at most 2(n+3)u on the scale of
// the absolute values; alpha, beta and the sum with c take the 3 (Higham 2002,
// section 3.1).
func (t trial[T]) excess(got, want []T) float64 {
	scale := t.absolute().run(plainly[T]())
	limit := 2 * float64(max(t.m, t.n, t.k)+3) * roundoff[T]()
	worst := 0.0
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		switch {
		case math.IsNaN(g) != math.IsNaN(w):
			return math.Inf(1)
		case g != w && !math.IsNaN(w):
			worst = max(worst, math.Abs(g-w)-limit*float64(scale[i]))
		}
	}
	return worst
}

// residual returns by how much the solution x of a triangular system is farther
// from the exact one of a system near t than BLAS promises, at the worst place.
// That is the largest |op(a) · x − alpha · b| beyond (n+2)u · |op(a)| · |x|, and as
// much again where float64 is checked in float64.
func (t trial[T]) residual(x []T) float64 {
	n, worst := t.order(), 0.0
	limit := float64(2*(n+2)) * roundoff[T]()
	for i := range t.m {
		for j := range t.n {
			sum, scale := 0.0, 0.0
			for l := range n {
				var product float64
				if t.side == blas.Left {
					product = t.element(i, l) * float64(x[l*t.ldb+j])
				} else {
					product = float64(x[i*t.ldb+l]) * t.element(l, j)
				}
				sum, scale = sum+product, scale+math.Abs(product)
			}
			wanted := float64(t.alpha) * float64(t.b[i*t.ldb+j])
			worst = max(worst, math.Abs(sum-wanted)-limit*scale)
		}
	}
	return worst
}

// element returns a number of the triangular op(a).
func (t trial[T]) element(i, j int) float64 {
	if t.tA != blas.NoTrans {
		i, j = j, i
	}
	switch {
	case i == j && t.diagonal == blas.Unit:
		return 1
	case i < j && t.uplo == blas.Lower, i > j && t.uplo == blas.Upper:
		return 0
	}
	return float64(t.a[i*t.lda+j])
}
