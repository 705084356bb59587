package gonum

import "gonum.org/v1/gonum/blas"

// Dgemm sets c = alpha · op(a) · op(b) + beta · c.
//
//	shapes   op(a): m × k, op(b): k × n, c: m × n
//	NaN      as the sums of products come out; beta = 0 overwrites it
//	cost     2mnk operations, in parallel
func (l BLAS) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	p := product[float64]{alpha, beta, operand(a, lda, m, k, tA), operand(b, ldb, k, n, tB), view(c, ldc, m, n), blas.All, 0}
	if !isTranspose(tA) || !isTranspose(tB) || !p.served() {
		l.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	l.double.product(p)
}

// Dsymm sets c = alpha · a · b + beta · c, or with b · a if s is blas.Right; a is
// symmetric, and only its triangle ul is read.
//
//	shapes   a: m × m, or n × n on the right; b and c: m × n
//	NaN      as Dgemm
//	cost     as Dgemm, and memory for all of a
func (l BLAS) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	p := sided[float64]{s, square(a, lda, s, m, n), view(b, ldb, m, n), view(c, ldc, m, n)}
	if !isSide(s) || !isTriangle(ul) || !p.product(alpha, beta).served() {
		l.Implementation.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	full, done := l.double.full(p.square, ul)
	defer done()
	p.square = full
	l.double.product(p.product(alpha, beta))
}

// Dsyrk sets c = alpha · op(a) · op(a)ᵀ + beta · c in the triangle ul of c; nothing
// else of c is read or written.
//
//	shapes   op(a): n × k, c: n × n
//	NaN      as Dgemm
//	cost     n²k operations, in parallel
func (l BLAS) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	x := operand(a, lda, n, k, tA)
	p := product[float64]{alpha, beta, x, x.turned(), view(c, ldc, n, n), ul, 0}
	if !isTriangle(ul) || !isTranspose(tA) || !p.served() {
		l.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	l.double.product(p)
}

// Dsyr2k sets c = alpha · (op(a) · op(b)ᵀ + op(b) · op(a)ᵀ) + beta · c in the
// triangle ul of c; nothing else of c is read or written.
//
//	shapes   op(a) and op(b): n × k, c: n × n
//	NaN      as Dgemm
//	cost     2n²k operations, in parallel
func (l BLAS) Dsyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	x, y, z := operand(a, lda, n, k, tA), operand(b, ldb, n, k, tA), view(c, ldc, n, n)
	p := product[float64]{alpha, beta, x, y.turned(), z, ul, 0}
	if !isTriangle(ul) || !isTranspose(tA) || !p.served() {
		l.Implementation.Dsyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	l.double.product(p)
	l.double.product(product[float64]{alpha, 1, y, x.turned(), z, ul, 0})
}

// Dtrmm sets b = alpha · op(a) · b, or alpha · b · op(a) if s is blas.Right; a is
// triangular, and only its triangle ul is read.
//
//	shapes   a: m × m, or n × n on the right; b: m × n
//	NaN      as Dgemm
//	cost     m²n operations, or mn²; in parallel
func (l BLAS) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	t := triangle[float64]{s, ul, tA, d, alpha, square(a, lda, s, m, n), view(b, ldb, m, n)}
	if !t.served() {
		l.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	l.double.applyTriangle(t)
}

// Dtrsm replaces b by the solution x of op(a) · x = alpha · b, or of x · op(a) =
// alpha · b if s is blas.Right; a is triangular, and only its triangle ul is read.
// No check is made that a has an inverse.
//
// Rounding does no more harm than in plain substitution: each column (or, on the
// right, row) of x is the exact solution for a matrix that differs from a by at
// most nu|a|/(1−nu) in each element, where n is the order of a and u = 2⁻⁵³.
//
//	shapes   a: m × m, or n × n on the right; b: m × n
//	NaN      as Dgemm; infinities and NaN where a zero stands on the diagonal of a
//	cost     m²n operations, or mn²; in parallel
//	source   Higham (2002), doi:10.1137/1.9780898718027, theorem 8.5 and section 13.2
func (l BLAS) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	t := triangle[float64]{s, ul, tA, d, alpha, square(a, lda, s, m, n), view(b, ldb, m, n)}
	if !t.served() {
		l.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	l.double.solveTriangle(t)
}
