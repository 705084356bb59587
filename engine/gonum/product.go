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

// enough is the number of products from which on the engine is faster than
// gonum's own routines.
const enough = 32 * 32 * 32

// A product is c = alpha · a · b + beta · c, in a triangle of c or in all of it.
// With beta = 0 what c held does not count, even if it is NaN.
type product[T engine.Float] struct {
	alpha, beta T
	a, b, c     matrix[T]
	triangle    blas.Uplo // blas.All: no triangle
}

// served reports whether the engine should compute p: its sizes are right, and
// large enough. All else is for gonum's own routine to do or to refuse.
func (p product[T]) served() bool {
	return p.alpha != 0 && p.a.fits() && p.b.fits() && p.c.fits() && p.c.rows*p.c.columns*p.a.columns >= enough
}

// product computes p, tile by tile.
func (g algebra[T]) product(p product[T]) {
	tiles := p.tiles()
	g.each(len(tiles), func(i int) error { return g.tile(p, tiles[i]) })
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

// A tile is a block of c that one thread computes.
type tile struct{ rows, columns work.Span }

// Tiles are at most widest in one direction and as long as shardOf says in the
// other; products are summed over at most deepest columns of a at a time. So
// copies of blocks stay small.
const widest, deepest = 1024, 1024

// tiles cuts the longer side of c into shards, and what is beyond widest of the
// other. The shape alone decides.
func (p product[T]) tiles() []tile {
	m, n, k := p.c.rows, p.c.columns, p.a.columns
	height, width := min(m, widest), shardOf(n, m*k)
	if m >= n {
		height, width = shardOf(m, n*k), min(n, widest)
	}
	var tiles []tile
	for _, rows := range work.Shards(m, height) {
		for _, columns := range work.Shards(n, width) {
			switch p.triangle {
			case blas.Upper:
				columns.From = max(columns.From, rows.From)
			case blas.Lower:
				columns.To = min(columns.To, rows.To)
			}
			if columns.Len() > 0 {
				tiles = append(tiles, tile{rows, columns})
			}
		}
	}
	return tiles
}

// shardOf returns how many of n rows one shard has, when a row takes so many
// products: eight shards or more where that is worth a thread.
func shardOf(n, products int) int {
	const largest, smallest, shards, worth = 256, 64, 8, 1 << 20
	size := largest
	for size > smallest && size*shards > n && size/2*products >= worth {
		size /= 2
	}
	return size
}

// tile computes one tile of p.
func (g algebra[T]) tile(p product[T], t tile) error {
	p.c = p.c.part(t.rows, t.columns)
	diagonal := t.rows.From - t.columns.From
	a, b := p.a, p.b
	for _, depth := range work.Shards(a.columns, deepest) {
		p.a, p.b = a.part(t.rows, depth), b.part(depth, t.columns)
		if err := g.block(p, diagonal); err != nil {
			return err
		}
		p.beta = 1
	}
	return nil
}

// block computes p with one product of the engine. The diagonal of the whole c
// crosses the first row of the block in the column diagonal, which may be outside.
func (g algebra[T]) block(p product[T], diagonal int) error {
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
		from, to := p.referenced(diagonal + i)
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

// referenced returns the columns that the triangle has in a row of c that the
// diagonal crosses in the column diagonal.
func (p product[T]) referenced(diagonal int) (from, to int) {
	n := p.c.columns
	switch p.triangle {
	case blas.Upper:
		return min(max(diagonal, 0), n), n
	case blas.Lower:
		return 0, min(max(diagonal+1, 0), n)
	}
	return 0, n
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
