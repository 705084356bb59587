package gonum

import "gonum.org/v1/gonum/blas"

// Sgemm is Dgemm for float32.
func (l BLAS) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	p := product[float32]{alpha, beta, operand(a, lda, m, k, tA), operand(b, ldb, k, n, tB), view(c, ldc, m, n), blas.All, 0}
	if !isTranspose(tA) || !isTranspose(tB) || !p.served() {
		l.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	l.single.product(p)
}

// Ssymm is Dsymm for float32.
func (l BLAS) Ssymm(s blas.Side, ul blas.Uplo, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	p := sided[float32]{s, square(a, lda, s, m, n), view(b, ldb, m, n), view(c, ldc, m, n)}
	if !isSide(s) || !isTriangle(ul) || !p.product(alpha, beta).served() {
		l.Implementation.Ssymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	full, done := l.single.full(p.square, ul)
	defer done()
	p.square = full
	l.single.product(p.product(alpha, beta))
}

// Ssyrk is Dsyrk for float32.
func (l BLAS) Ssyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, beta float32, c []float32, ldc int) {
	x := operand(a, lda, n, k, tA)
	p := product[float32]{alpha, beta, x, x.turned(), view(c, ldc, n, n), ul, 0}
	if !isTriangle(ul) || !isTranspose(tA) || !p.served() {
		l.Implementation.Ssyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	l.single.product(p)
}

// Ssyr2k is Dsyr2k for float32.
func (l BLAS) Ssyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	x, y, z := operand(a, lda, n, k, tA), operand(b, ldb, n, k, tA), view(c, ldc, n, n)
	p := product[float32]{alpha, beta, x, y.turned(), z, ul, 0}
	if !isTriangle(ul) || !isTranspose(tA) || !p.served() {
		l.Implementation.Ssyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	l.single.product(p)
	l.single.product(product[float32]{alpha, 1, y, x.turned(), z, ul, 0})
}

// Strmm is Dtrmm for float32.
func (l BLAS) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	t := triangle[float32]{s, ul, tA, d, alpha, square(a, lda, s, m, n), view(b, ldb, m, n)}
	if !t.served() {
		l.Implementation.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	l.single.applyTriangle(t)
}

// Strsm is Dtrsm for float32.
func (l BLAS) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int) {
	t := triangle[float32]{s, ul, tA, d, alpha, square(a, lda, s, m, n), view(b, ldb, m, n)}
	if !t.served() {
		l.Implementation.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	l.single.solveTriangle(t)
}
