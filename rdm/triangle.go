package rdm

import (
	"context"
	"sync"

	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/work"
)

// tileRows is the number of rows of a tile. Measured on 1000 patterns of 100,000
// channels: the engine is at its best when it multiplies a few rows with many.
const tileRows = 48

// A triangle holds the products of all pairs of rows, as they are computed: a
// tile of consecutive rows with itself and all later rows, and some rows more
// for what comes out beside them.
type triangle struct {
	rows   int
	tiles  []work.Span // the consecutive rows
	sums   [][]float64 // tiles × (rows from the first of the tile on, and Height more, × tileRows)
	budget work.Budget
}

func newTriangle(rows int, b work.Budget) triangle {
	t := triangle{rows: rows, tiles: work.Shards(rows, tileRows), budget: b}
	for _, tile := range t.tiles {
		t.sums = append(t.sums, make([]float64, (rows-tile.From+gemm.Height)*tileRows))
	}
	return t
}

// at returns the product of rows i and j, j not above i.
func (t triangle) at(i, j int) float64 {
	return t.sums[j/tileRows][(i-j/tileRows*tileRows)*tileRows+j%tileRows]
}

// negate turns the sign of all products.
func (t triangle) negate() {
	for _, sums := range t.sums {
		for i, v := range sums {
			sums[i] = -v
		}
	}
}

// take moves the products of the row behind the last to dst.
func (t triangle) take(dst []float64) {
	for i, tile := range t.tiles {
		row := t.sums[i][(t.rows-tile.From)*tileRows:][:tile.Len()]
		copy(dst[tile.From:], row)
		clear(row)
	}
}

// fitFloat32 reports whether products that were computed in float32 are so far
// from its smallest and its largest numbers that nothing was cut off.
func (t triangle) fitFloat32() bool {
	const smallest, largest = 1e-25, 1e35
	for i := range t.rows {
		if square := t.at(i, i); square < smallest || square > largest {
			return false
		}
	}
	return true
}

// multiply is dst = a · bᵀ for a of m × k and b of n × k.
type multiply[T number] func(dst, a, b []T, m, n, k int) error

// products are the way of a Multiplier.
type products[T number] struct {
	multiply multiply[T]
	rows, k  int
	x        []T
}

func newProducts[T number](by multiply[T], p Patterns) *products[T] {
	return &products[T]{multiply: by, rows: p.Rows + 1, x: make([]T, (p.Rows+1)*min(BlockChannels, p.Channels))}
}

func (p *products[T]) fill(ctx context.Context, b work.Budget, k int, write func(dst []T, row int, channels work.Span)) error {
	p.k = k
	return b.Each(ctx, "", p.rows, func(row int) error {
		write(p.x[row*k:][:k], row, work.Span{To: k})
		return nil
	})
}

func (p *products[T]) add(ctx context.Context, to triangle) error {
	return addProducts(ctx, to, p.x[:p.rows*p.k], p.k, p.multiply)
}

// addProducts adds the products of rows of x, which are of k numbers: those of
// the triangle, or one more.
func addProducts[T number](ctx context.Context, to triangle, x []T, k int, by multiply[T]) error {
	rows := len(x) / k
	scratch := sync.Pool{New: func() any { products := make([]T, rows*tileRows); return &products }}
	return to.budget.Each(ctx, "", len(to.tiles), func(i int) error {
		tile := to.tiles[i]
		n, later := tile.Len(), rows-tile.From
		held := scratch.Get().(*[]T)
		defer scratch.Put(held)
		products := (*held)[:later*n]
		if err := by(products, x[tile.From*k:], x[tile.From*k:tile.To*k], later, n, k); err != nil {
			return err
		}
		for r := range later {
			accumulate(to.sums[i][r*tileRows:][:n], products[r*n:][:n])
		}
		return nil
	})
}

// accumulate adds products to sums, one by one.
func accumulate[T number](sums []float64, products []T) {
	for ; len(sums) >= 4 && len(products) >= 4; sums, products = sums[4:], products[4:] {
		sums[0] += float64(products[0])
		sums[1] += float64(products[1])
		sums[2] += float64(products[2])
		sums[3] += float64(products[3])
	}
	for i := range sums {
		sums[i] += float64(products[i])
	}
}
