package gonum

import (
	"context"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/blas"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// An algebra is what the routines for one type of numbers compute with.
type algebra[T engine.Float] struct {
	multiply func(form engine.Form, dst, a, b []T, m, n, k int) error
	budget   work.Budget
	buffers  *sync.Pool // of *[]T of any length

	// gonum's own
	axpy         func(n int, alpha T, x []T, incX int, y []T, incY int)
	scale        func(n int, alpha T, x []T, incX int)
	solve, apply routine[T]
}

// A routine is gonum's own xTRSM or xTRMM.
type routine[T engine.Float] func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)

// A product is c = alpha · a · b + beta · c, in a triangle of c or in all of it.
// With beta = 0 what c held does not count, even if it is NaN.
type product[T engine.Float] struct {
	alpha, beta T
	a, b, c     matrix[T]
	triangle    blas.Uplo // blas.All: no triangle
	diagonal    int       // column in which the first row of c meets the diagonal; in a part, any number
}

// From enough products on the engine is faster than gonum's own routines, if c has
// a few rows: for fewer, b is as much work to copy as to multiply.
const enough, few = 32 * 32 * 32, 4

// served reports whether the engine should compute p: its sizes are right, and
// large enough. All else is for gonum's own routine to do or to refuse.
func (p product[T]) served() bool {
	products := p.c.rows * p.c.columns * p.a.columns
	if p.triangle != blas.All {
		products /= 2
	}
	return p.alpha != 0 && p.a.fits() && p.b.fits() && p.c.fits() && p.c.rows >= few && products >= enough
}

// part returns the product for some rows and columns of c, summed over some
// columns of a.
func (p product[T]) part(rows, columns, depth work.Span) product[T] {
	p.a, p.b, p.c = p.a.part(rows, depth), p.b.part(depth, columns), p.c.part(rows, columns)
	p.diagonal += rows.From - columns.From
	return p
}

// referenced returns the columns that the triangle has in a row of c.
func (p product[T]) referenced(row int) (from, to int) {
	n := p.c.columns
	switch p.triangle {
	case blas.Upper:
		return min(max(p.diagonal+row, 0), n), n
	case blas.Lower:
		return 0, min(max(p.diagonal+row+1, 0), n)
	}
	return 0, n
}

// product computes p slab by slab. A slab is as long as c in one direction, at most
// widest in the other, and sums over at most deepest columns of a: so what has to be
// copied is small.
func (g algebra[T]) product(p product[T]) {
	const widest, deepest = 1024, 1024
	rows, columns := []work.Span{{To: p.c.rows}}, []work.Span{{To: p.c.columns}}
	if p.tall() {
		columns = work.Shards(p.c.columns, widest)
	} else {
		rows = work.Shards(p.c.rows, widest)
	}
	for _, depth := range work.Shards(p.a.columns, deepest) {
		for _, r := range rows {
			for _, c := range columns {
				g.slab(p.part(r, c, depth))
			}
		}
		p.beta = 1
	}
}

// tall reports whether c is cut into bands of rows; else it is of columns.
func (p product[T]) tall() bool { return p.c.rows >= p.c.columns }

// slab computes p in bands, one thread each. The factor that all bands need is
// copied once; of a triangle they need different parts.
func (g algebra[T]) slab(p product[T]) {
	m, n, k := p.c.rows, p.c.columns, p.a.columns
	shared, length, products := &p.b, m, n*k
	if !p.tall() {
		shared, length, products = &p.a, n, m*k
	}
	if p.triangle == blas.All || p.b.transposed {
		x, done := g.packed(*shared)
		defer done()
		*shared = shared.without(x)
	}
	bands := work.Shards(length, bandOf(length, products))
	g.each(len(bands), func(i int) error {
		rows, columns := work.Span{To: m}, bands[i]
		if p.tall() {
			rows = bands[i]
			columns.From, _ = p.referenced(rows.From)
			_, columns.To = p.referenced(rows.To - 1)
		}
		if columns.Len() <= 0 {
			return nil
		}
		return g.block(p.part(rows, columns, work.Span{To: k}))
	})
}

// bandOf returns how many of n rows one band has, when a row takes so many
// products: eight bands or more where that is worth a thread. The shape alone
// decides.
func bandOf(n, products int) int {
	const largest, smallest, bands, worth = 256, 64, 8, 1 << 20
	size := largest
	for size > smallest && size*bands > n && size/2*products >= worth {
		size /= 2
	}
	return size
}

// each calls f for all pieces on the threads of the budget. An error has no other
// way out of a BLAS than a panic.
func (g algebra[T]) each(pieces int, f func(i int) error) {
	var err error
	if pieces == 1 {
		err = f(0)
	} else {
		err = g.budget.Each(context.Background(), "", pieces, f)
	}
	if err != nil {
		panic(fmt.Errorf("engine/gonum: %w", err))
	}
}

// block computes p with one product of the engine.
func (g algebra[T]) block(p product[T]) error {
	m, n, k := p.c.rows, p.c.columns, p.a.columns
	a, doneA := g.packed(p.a)
	defer doneA()
	b, doneB := g.packed(p.b)
	defer doneB()
	if c, ok := p.c.contiguous(); ok && p.beta == 0 && p.triangle == blas.All {
		err := g.multiply(p.form(), c, a, b, m, n, k)
		g.scaleUnlessOne(p.alpha, c)
		return err
	}
	products, done := g.buffer(m * n)
	defer done()
	if err := g.multiply(p.form(), products, a, b, m, n, k); err != nil {
		return err
	}
	for i := range m {
		from, to := p.referenced(i)
		c := p.c.row(i)[from:to]
		g.scaleUnlessOne(p.beta, c) // 0 clears, even NaN
		g.axpy(len(c), p.alpha, products[i*n+from:], 1, c, 1)
	}
	return nil
}

// form says how the factors lie in memory.
func (p product[T]) form() engine.Form {
	form := engine.Form(0)
	if p.a.transposed {
		form |= engine.TransposedA
	}
	if p.b.transposed {
		form |= engine.TransposedB
	}
	return form
}

func (g algebra[T]) scaleUnlessOne(factor T, x []T) {
	if factor != 1 {
		g.scale(len(x), factor, x, 1)
	}
}

// packed returns the stored numbers of m without gaps, copied only if they have
// some. Call done when they are no longer needed.
func (g algebra[T]) packed(m matrix[T]) (x []T, done func()) {
	if x, ok := m.contiguous(); ok {
		return x, func() {}
	}
	x, done = g.buffer(m.rows * m.columns)
	m.copyTo(x)
	return x, done
}

// full returns the symmetric matrix of which m holds the triangle stored. Call
// done when it is no longer needed.
func (g algebra[T]) full(m matrix[T], stored blas.Uplo) (all matrix[T], done func()) {
	x, done := g.buffer(m.rows * m.rows)
	m.spread(x, stored)
	return view(x, m.rows, m.rows, m.rows), done
}

// buffer returns n numbers, whatever they are. Call done to give them back.
func (g algebra[T]) buffer(n int) (x []T, done func()) {
	kept, ok := g.buffers.Get().(*[]T)
	if !ok || cap(*kept) < n {
		fresh := make([]T, n)
		kept = &fresh
	}
	return (*kept)[:n], func() { g.buffers.Put(kept) }
}
