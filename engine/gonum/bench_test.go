package gonum_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	own "gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/engine/gonum"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// Each work is done by gonum's own routines and by the engine's in turns. Reported
// are the fastest of either side, as other programs can only slow a turn down:
// ns/op is the engine's, "times" how much longer gonum's own take.
func BenchmarkBLAS(b *testing.B) {
	served := gonum.New(enginetest.Open(b).Multiplier(), work.Budget{})
	for _, n := range []int{64, 256, 1024} {
		for _, w := range works(n) {
			b.Run(fmt.Sprintf("%s/%d", w.name, n), func(b *testing.B) { versus(b, served, w.do) })
		}
	}
}

// versus measures f on both sides.
func versus(b *testing.B, served gonum.BLAS, f func()) {
	defer blas64.Use(blas64.Implementation())
	defer blas32.Use(blas32.Implementation())
	engine, plain := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		blas64.Use(own.Implementation{})
		blas32.Use(own.Implementation{})
		plain = min(plain, duration(f))
		blas64.Use(served)
		blas32.Use(served)
		engine = min(engine, duration(f))
	}
	b.ReportMetric(float64(engine), "ns/op")
	b.ReportMetric(float64(plain), "plain-ns/op")
	b.ReportMetric(plain.Seconds()/engine.Seconds(), "times")
}

func duration(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

type task struct {
	name string
	do   func()
}

// works lists what is measured, on matrices of n × n.
func works(n int) []task {
	random := seed.Stream(1, "benchmark", n)
	dense := func() blas64.General {
		x, _ := numbers[float64](random, [2]int{n, n}, 0)
		return blas64.General{Rows: n, Cols: n, Data: x, Stride: n}
	}
	a, b, c := dense(), dense(), dense()
	single, _ := numbers[float32](random, [2]int{n, n}, 0)
	f := blas32.General{Rows: n, Cols: n, Data: single, Stride: n}
	g := blas32.General{Rows: n, Cols: n, Data: make([]float32, n*n), Stride: n}
	t := trial[float64]{routine: "trsm", side: blas.Left, uplo: blas.Upper, m: n, n: n}.fill(random)
	triangle := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: n, Data: t.a, Stride: n}
	covariance := mat.NewSymDense(n, nil)
	covariance.SymOuterK(1, mat.NewDense(n, n, a.Data))
	for i := range n {
		covariance.SetSym(i, i, covariance.At(i, i)+float64(n))
	}
	symmetric := covariance.RawSymmetric()
	x := blas64.General{Rows: n, Cols: n, Data: make([]float64, n*n), Stride: n}
	fresh := func(from []float64) blas64.General { copy(x.Data, from); return x }
	var cholesky, factor mat.Cholesky
	factor.Factorize(covariance)
	right, solution := mat.NewDense(n, n, b.Data), mat.NewDense(n, n, nil)
	var qr mat.QR
	return []task{
		{"Dgemm", func() { blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c) }},
		{"Dgemm-transposed", func() { blas64.Gemm(blas.Trans, blas.NoTrans, -1, a, b, 1, c) }},
		{"Sgemm", func() { blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, f, f, 0, g) }},
		{"Dsyrk", func() { blas64.Syrk(blas.NoTrans, 1, a, 0, symmetricOf(c)) }},
		{"Dsyrk-transposed", func() { blas64.Syrk(blas.Trans, 1, a, 0, symmetricOf(c)) }},
		{"Dsymm", func() { blas64.Symm(blas.Left, 1, symmetric, b, 0, c) }},
		{"Dsyr2k", func() { blas64.Syr2k(blas.NoTrans, 1, a, b, 0, symmetricOf(c)) }},
		{"Dtrmm", func() { blas64.Trmm(blas.Left, blas.NoTrans, 1, triangle, fresh(b.Data)) }},
		{"Dtrsm", func() { blas64.Trsm(blas.Left, blas.NoTrans, 1, triangle, fresh(b.Data)) }},
		{"Dtrsm-transposed", func() { blas64.Trsm(blas.Left, blas.Trans, 1, triangle, fresh(b.Data)) }},
		{"Dtrsm-right", func() { blas64.Trsm(blas.Right, blas.NoTrans, 1, triangle, fresh(b.Data)) }},
		{"Dpotrf", func() { lapack64.Potrf(symmetricOf(fresh(symmetric.Data))) }},
		{"Cholesky", func() { cholesky.Factorize(covariance) }},
		{"SolveTo", func() { _ = factor.SolveTo(solution, right) }},
		{"QR", func() { qr.Factorize(right) }},
	}
}

func symmetricOf(c blas64.General) blas64.Symmetric {
	return blas64.Symmetric{N: c.Rows, Stride: c.Stride, Data: c.Data, Uplo: blas.Upper}
}
