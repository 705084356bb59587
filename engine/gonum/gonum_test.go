package gonum_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	own "gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/engine/gonum"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleUse() {
	defer gonum.Use(engine.Plain{}, work.Budget{})()
	ones := mat.NewDense(40, 40, slices.Repeat([]float64{1}, 40*40))
	var product mat.Dense
	product.Mul(ones, ones)
	fmt.Println(product.At(39, 0))
	// Output: 40
}

// each runs f with the multiplier of plain Go and with that of the engine.
func each(t *testing.T, f func(t *testing.T, by engine.Multiplier)) {
	t.Run("plain", func(t *testing.T) { f(t, engine.Plain{}) })
	t.Run("engine", func(t *testing.T) { f(t, enginetest.Open(t).Multiplier()) })
}

// Any call gives what gonum's own routine gives, but for rounding, and touches
// nothing else: gaps between rows and triangles that are not referenced are NaN.
func TestSameAsGonum(t *testing.T) {
	each(t, func(t *testing.T, by engine.Multiplier) {
		l := gonum.New(by, work.Budget{})
		for _, routine := range routines {
			t.Run(routine, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					agrees(t, draw[float64](t, routine, 140), l)
					agrees(t, draw[float32](t, routine, 70), l)
				})
			})
		}
	})
}

func agrees[T engine.Float](t *rapid.T, c trial[T], l gonum.BLAS) {
	t.Helper()
	got := c.run(of[T](l))
	if c.routine == "trsm" {
		if e := c.residual(got); e > 0 {
			t.Fatalf("%v: the system it solves is farther away than promised by %g", c, e)
		}
		return
	}
	if e := c.excess(got, c.run(plainly[T]())); e > 0 {
		t.Fatalf("%v: differs from gonum by %g more than rounding allows", c, e)
	}
}

// Large enough for several tiles in both directions, and for sums in several parts.
func TestSeveralTiles(t *testing.T) {
	l := gonum.New(enginetest.Open(t).Multiplier(), work.Budget{})
	for i, shape := range [][3]int{{300, 90, 40}, {70, 1300, 33}, {1300, 70, 33}, {33, 40, 2100}, {260, 260, 64}} {
		for _, routine := range routines {
			for _, uplo := range []blas.Uplo{blas.Upper, blas.Lower} {
				c := trial[float64]{
					routine: routine, side: blas.Right, uplo: uplo, tA: blas.Trans, tB: blas.NoTrans, diagonal: blas.NonUnit,
					m: shape[0], n: shape[1], k: shape[2], alpha: 1, beta: -0.5, ldc: i,
				}
				switch routine {
				case "symm", "trmm", "trsm":
					c.n = min(c.n, 300) // the order; gonum's own take long
				}
				c = c.fill(seed.Stream(2, routine, i))
				if e := c.distance(c.run(of[float64](l)), c.run(plainly[float64]())); e > 0 {
					t.Errorf("%v: %g too far", c, e)
				}
			}
		}
	}
}

// distance is residual or excess, whatever applies.
func (t trial[T]) distance(got, want []T) float64 {
	if t.routine == "trsm" {
		return t.residual(got)
	}
	return t.excess(got, want)
}

// Whatever is wrong with the arguments, the panic is gonum's own.
func TestSamePanicsAsGonum(t *testing.T) {
	l := gonum.New(engine.Plain{}, work.Budget{})
	wrong := map[string]func(c *trial[float64]){
		"nothing":       func(*trial[float64]) {},
		"negative m":    func(c *trial[float64]) { c.m = -1 },
		"negative n":    func(c *trial[float64]) { c.n = -1 },
		"negative k":    func(c *trial[float64]) { c.k = -1 },
		"no m":          func(c *trial[float64]) { c.m = 0 },
		"no n":          func(c *trial[float64]) { c.n = 0 },
		"no k":          func(c *trial[float64]) { c.k = 0 },
		"stride of a":   func(c *trial[float64]) { c.lda = 39 },
		"stride of b":   func(c *trial[float64]) { c.ldb = 39 },
		"stride of c":   func(c *trial[float64]) { c.ldc = 39 },
		"no stride":     func(c *trial[float64]) { c.lda = 0 },
		"length of a":   func(c *trial[float64]) { c.a = c.a[1:] },
		"length of b":   func(c *trial[float64]) { c.b = c.b[1:] },
		"length of c":   func(c *trial[float64]) { c.c = c.c[1:] },
		"empty a":       func(c *trial[float64]) { c.a = nil },
		"side":          func(c *trial[float64]) { c.side = 'x' },
		"triangle":      func(c *trial[float64]) { c.uplo = blas.All },
		"transpose a":   func(c *trial[float64]) { c.tA = 'x' },
		"transpose b":   func(c *trial[float64]) { c.tB = 'x' },
		"diagonal":      func(c *trial[float64]) { c.diagonal = 'x' },
		"all of it":     func(c *trial[float64]) { *c = trial[float64]{routine: c.routine} },
		"alpha is 0":    func(c *trial[float64]) { c.alpha = 0 },
		"alpha and a":   func(c *trial[float64]) { c.alpha, c.a = 0, nil },
		"alpha, beta":   func(c *trial[float64]) { c.alpha, c.beta = 0, 0 },
		"short and bad": func(c *trial[float64]) { c.a, c.lda, c.tA = c.a[1:], 3, 'x' },
	}
	for _, routine := range routines {
		for what, spoil := range wrong {
			c := trial[float64]{
				routine: routine, side: blas.Left, uplo: blas.Lower, tA: blas.NoTrans, tB: blas.Trans, diagonal: blas.NonUnit,
				m: 64, n: 50, k: 40, alpha: 1, beta: 1,
			}.fill(seed.Stream(3, "panics"))
			spoil(&c)
			if got, want := panicOf(c, l), panicOf(c, own.Implementation{}); got != want {
				t.Errorf("%s, wrong %s: panics with %v, gonum with %v", routine, what, got, want)
			}
		}
	}
}

func panicOf(c trial[float64], l blas.Float64Level3) (value any) {
	defer func() { value = recover() }()
	c.run(double(l))
	return nil
}

// beta = 0 overwrites whatever c held.
func TestBetaOfZeroOverwritesNaN(t *testing.T) {
	l := gonum.New(enginetest.Open(t).Multiplier(), work.Budget{})
	for _, routine := range []string{"gemm", "symm", "syrk", "syr2k"} {
		for _, gap := range []int{0, 3} {
			for _, uplo := range []blas.Uplo{blas.Upper, blas.Lower} {
				overwrites[float64](t, l, routine, gap, uplo)
				overwrites[float32](t, l, routine, gap, uplo)
			}
		}
	}
}

func overwrites[T engine.Float](t *testing.T, l gonum.BLAS, routine string, gap int, uplo blas.Uplo) {
	t.Helper()
	c := trial[T]{
		routine: routine, side: blas.Left, uplo: uplo, tA: blas.Trans, tB: blas.Trans, diagonal: blas.NonUnit,
		m: 50, n: 60, k: 70, alpha: -2, ldc: gap,
	}.fill(seed.Stream(4, "overwritten"))
	want := c.run(plainly[T]())
	c.c = slices.Repeat([]T{T(math.NaN())}, len(c.c))
	got := c.run(of[T](l))
	if e := c.excess(got, want); e > 0 {
		t.Errorf("%v: %g too far", c, e)
	}
}

// NaN in one row of a spoils that row of the product, even where it meets zeros.
func TestNaNStaysInItsRow(t *testing.T) {
	const n = 64
	a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	a[5*n+7] = math.NaN()
	gonum.New(enginetest.Open(t).Multiplier(), work.Budget{}).Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, a, n, b, n, 0, c, n)
	for i, v := range c {
		if math.IsNaN(v) != (i/n == 5) {
			t.Fatalf("number %d of row %d is %v", i%n, i/n, v)
		}
	}
}

func TestSameBitsOnAnyNumberOfThreads(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	for _, routine := range routines {
		for i := range 10 {
			random := seed.Stream(5, routine, i)
			c := trial[float64]{
				routine: routine, side: []blas.Side{blas.Left, blas.Right}[i%2], uplo: []blas.Uplo{blas.Upper, blas.Lower}[i/2%2],
				tA: []blas.Transpose{blas.NoTrans, blas.Trans}[i/4%2], tB: blas.NoTrans, diagonal: blas.NonUnit,
				m: 100 + random.IntN(300), n: 100 + random.IntN(300), k: 100 + random.IntN(300), alpha: 0.3, beta: 0.7, lda: i % 3,
			}.fill(random)
			one := c.run(of[float64](gonum.New(by, work.Budget{Threads: 1})))
			for _, threads := range []int{2, 4, 8} {
				if got := c.run(of[float64](gonum.New(by, work.Budget{Threads: threads}))); !sameBits(got, one) {
					t.Errorf("%v: %d threads give other bits than one", c, threads)
				}
			}
		}
	}
}

func sameBits(x, y []float64) bool {
	return slices.EqualFunc(x, y, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
}

func TestConcurrentCalls(t *testing.T) {
	each(t, func(t *testing.T, by engine.Multiplier) {
		l := gonum.New(by, work.Budget{Threads: 2})
		var goroutines sync.WaitGroup
		for i := range 8 {
			goroutines.Go(func() {
				for j, routine := range routines {
					c := trial[float64]{
						routine: routine, side: blas.Left, uplo: blas.Upper, tA: blas.NoTrans, tB: blas.Trans, diagonal: blas.NonUnit,
						m: 65 + i, n: 150 + i, k: 70 + i, alpha: 1, beta: 1, ldb: i,
					}.fill(seed.Stream(6, routine, i, j))
					first := c.run(of[float64](l))
					if e := c.distance(first, c.run(plainly[float64]())); e > 0 {
						t.Errorf("%v: %g too far", c, e)
					}
					if !sameBits(first, c.run(of[float64](l))) {
						t.Errorf("%v: another call gives other bits", c)
					}
				}
			})
		}
		goroutines.Wait()
	})
}

// gonum's decompositions give the same with both, within what 200 rows round.
func TestMatricesOfGonum(t *testing.T) {
	const n, tolerance = 200, 1e-11
	random := seed.Stream(7, "matrices")
	x, _ := numbers[float64](random, [2]int{n, n}, 0)
	y, _ := numbers[float64](random, [2]int{n, n}, 0)
	compute := func() map[string]mat.Matrix {
		a, b := mat.NewDense(n, n, slices.Clone(x)), mat.NewDense(n, n, slices.Clone(y))
		outer := mat.NewSymDense(n, nil)
		outer.SymOuterK(1, a)
		shifted := mat.NewSymDense(n, nil)
		shifted.CopySym(outer)
		for i := range n {
			shifted.SetSym(i, i, shifted.At(i, i)+n)
		}
		var cholesky mat.Cholesky
		if !cholesky.Factorize(shifted) {
			t.Fatal("the matrix has no Cholesky factor")
		}
		var solution, symmetric, product, r mat.Dense
		var factor mat.TriDense
		if err := cholesky.SolveTo(&solution, b); err != nil {
			t.Fatal(err)
		}
		cholesky.UTo(&factor)
		product.Mul(a.T(), b)
		symmetric.Mul(outer, b)
		var qr mat.QR
		qr.Factorize(a)
		qr.RTo(&r)
		return map[string]mat.Matrix{
			"SymOuterK": outer, "Cholesky": &factor, "SolveTo": &solution, "Mul": &product, "Mul symmetric": &symmetric, "QR": &r,
		}
	}
	want := compute()
	defer gonum.Use(enginetest.Open(t).Multiplier(), work.Budget{})()
	for name, got := range compute() {
		var difference mat.Dense
		difference.Sub(got, want[name])
		if relative := mat.Norm(&difference, 2) / mat.Norm(want[name], 2); relative > tolerance || math.IsNaN(relative) {
			t.Errorf("%s differs by %g", name, relative)
		}
	}
}

func TestUseIsUndone(t *testing.T) {
	restore := gonum.Use(engine.Plain{}, work.Budget{})
	_, double := blas64.Implementation().(gonum.BLAS)
	_, single := blas32.Implementation().(gonum.BLAS)
	restore()
	_, after := blas64.Implementation().(own.Implementation)
	if !double || !single || !after {
		t.Errorf("in use: %v, %v; undone: %v", double, single, after)
	}
}

// failing is a Multiplier whose engine is gone.
type failing struct{ engine.Plain }

var errGone = errors.New("gone")

func (failing) Multiply64(engine.Form, []float64, []float64, []float64, int, int, int) error {
	return errGone
}

func TestFailureOfTheEnginePanics(t *testing.T) {
	for _, n := range []int{40, 600} { // one tile, and several
		func() {
			defer func() {
				err, _ := recover().(error)
				if !errors.Is(err, errGone) || !strings.Contains(err.Error(), "engine/gonum") {
					t.Errorf("panicked with %v", err)
				}
			}()
			x := make([]float64, n*n)
			gonum.New(failing{}, work.Budget{}).Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, x, n, 0, x, n)
		}()
	}
}
