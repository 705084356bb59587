package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// A triangle is a system with a triangular matrix a, or a product with one:
//
//	op(a) · x = alpha · b, or b = alpha · op(a) · b   on the left
//	x · op(a) = alpha · b, or b = alpha · b · op(a)   on the right
type triangle[T engine.Float] struct {
	side      blas.Side
	uplo      blas.Uplo
	transpose blas.Transpose
	diagonal  blas.Diag
	alpha     T
	a, b      matrix[T] // a as it is stored
}

// small is the order of the triangles that are left to gonum's own routines.
const small = 32

// served reports whether the engine should help with t: see product.
func (t triangle[T]) served() bool {
	right := isSide(t.side) && isTriangle(t.uplo) && isTranspose(t.transpose) &&
		(t.diagonal == blas.Unit || t.diagonal == blas.NonUnit)
	return right && t.alpha != 0 && t.a.fits() && t.b.fits() && t.a.rows > small && t.a.rows*t.b.rows*t.b.columns >= 2*enough
}

// solveTriangle replaces b by x.
//
// The first half of x is solved for, what it contributes to the other half of b
// is subtracted with one product, and the rest is a system of half the order.
// Each number of x goes through the same operations as in substitution, the sums
// merely grouped. So substitution's bound for a system of order n holds whatever
// the blocks: every column of x solves a system whose matrix differs from a by at
// most nu|a|/(1−nu), element by element, u = 2⁻⁵³ or 2⁻²⁴.
//
//	source   Higham (2002), doi:10.1137/1.9780898718027, theorem 8.5 and section 13.2
func (g algebra[T]) solveTriangle(t triangle[T]) {
	if t.a.rows <= small {
		g.leaf(g.solve, t)
		return
	}
	first, second, between := t.halves()
	g.solveTriangle(first)
	g.product(between.product(-1, t.alpha))
	second.alpha = 1
	g.solveTriangle(second)
}

// applyTriangle replaces b by its product with a.
func (g algebra[T]) applyTriangle(t triangle[T]) {
	if t.a.rows <= small {
		g.leaf(g.apply, t)
		return
	}
	first, second, between := t.halves()
	g.applyTriangle(second)
	g.product(between.product(t.alpha, 1))
	g.applyTriangle(first)
}

// A sided is a product with a square matrix on one side or the other.
type sided[T engine.Float] struct {
	side                   blas.Side
	square, factor, result matrix[T]
}

// product returns result = alpha · square · factor + beta · result, the square on
// its side.
func (s sided[T]) product(alpha, beta T) product[T] {
	a, b := s.square, s.factor
	if s.side == blas.Right {
		a, b = b, a
	}
	return product[T]{alpha, beta, a, b, s.result, blas.All, 0}
}

// halves splits t into the half that is independent, the one that depends on it,
// and the square of a that is between them with the parts of b it connects.
func (t triangle[T]) halves() (first, second triangle[T], between sided[T]) {
	order := t.a.rows
	middle := (order/2 + small - 1) / small * small
	low, high := work.Span{To: middle}, work.Span{From: middle, To: order}
	// The rows of a lower triangle depend on those above; each of the transpose
	// and the other side turns that around.
	lower := (t.uplo == blas.Lower) == (t.transpose == blas.NoTrans)
	if lower != (t.side == blas.Left) {
		low, high = high, low
	}
	first, second = t, t
	first.a, first.b = t.a.part(low, low), t.along(low)
	second.a, second.b = t.a.part(high, high), t.along(high)
	square := t.a.part(high, low)
	if (low.From < high.From) != (t.uplo == blas.Lower) {
		square = t.a.part(low, high)
	}
	if t.transpose != blas.NoTrans {
		square = square.turned()
	}
	return first, second, sided[T]{t.side, square, first.b, second.b}
}

// along returns the part of b that belongs to some rows of a.
func (t triangle[T]) along(span work.Span) matrix[T] {
	if t.side == blas.Left {
		return t.b.part(span, work.Span{To: t.b.columns})
	}
	return t.b.part(work.Span{To: t.b.rows}, span)
}

// across returns t for a part of the rows or columns of b, which are independent.
func (t triangle[T]) across(span work.Span) triangle[T] {
	if t.side == blas.Left {
		t.b = t.b.part(work.Span{To: t.b.rows}, span)
	} else {
		t.b = t.b.part(span, work.Span{To: t.b.columns})
	}
	return t
}

// leaf hands t to a routine of gonum's own, in shards of b. These routines are at
// their best on the left, so a shard on the right is transposed first.
func (g algebra[T]) leaf(own routine[T], t triangle[T]) {
	length := t.b.rows
	if t.side == blas.Left {
		length = t.b.columns
	}
	const shard = 128
	shards := work.Shards(length, shard)
	g.each(len(shards), func(i int) error {
		s := t.across(shards[i])
		if s.side == blas.Left {
			s.call(own)
			return nil
		}
		b := s.b
		x, done := g.buffer(b.rows * b.columns)
		defer done()
		s = s.mirrored(x)
		transpose(s.b, b)
		s.call(own)
		transpose(b, s.b)
		return nil
	})
}

// mirrored returns the transpose of t, which is on the left, with room for its b.
func (t triangle[T]) mirrored(room []T) triangle[T] {
	t.b = view(room, t.b.rows, t.b.columns, t.b.rows)
	t.side = blas.Left
	if t.transpose == blas.NoTrans {
		t.transpose = blas.Trans
	} else {
		t.transpose = blas.NoTrans
	}
	return t
}

// call runs a routine of gonum's own.
func (t triangle[T]) call(own routine[T]) {
	own(t.side, t.uplo, t.transpose, t.diagonal, t.b.rows, t.b.columns, t.alpha, t.a.data, t.a.stride, t.b.data, t.b.stride)
}

func isSide(s blas.Side) bool { return s == blas.Left || s == blas.Right }

func isTriangle(u blas.Uplo) bool { return u == blas.Upper || u == blas.Lower }

func isTranspose(t blas.Transpose) bool {
	return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}
