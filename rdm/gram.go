package rdm

import (
	"context"
	"math"
	"sync"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Sizes of the pieces in which products are computed. They are part of the
// definition of the result: sums are rounded piece by piece. Measured on 1000
// patterns of 100,000 channels: the engine is at its best when it multiplies a
// few rows with many, and when the length of rows is no power of two.
const (
	tileRows = 32 // rows that one product multiplies with themselves and all later rows

	// BlockChannels is the number of channels of one product, and of one block of
	// responses that are read from elsewhere.
	BlockChannels = 2000

	// exactWork is the number of multiplications up to which products are
	// computed in float64 whatever the width of the patterns: it takes a few
	// milliseconds, so there is nothing to gain from less.
	exactWork = 1 << 28
)

// number is the width of a pattern's entries.
type number interface{ float32 | float64 }

// Patterns are response patterns: one row per condition, one column per channel.
// Exactly one of F32, F64 and Blocks is set; the numbers of the first two are
// row-major.
type Patterns struct {
	Rows, Channels int
	F32            []float32
	F64            []float64
	Blocks         Blocks // of patterns that are no place in memory
}

// at returns the response of channel k in row i.
func (p Patterns) at(i, k int) float64 {
	if p.F64 != nil {
		return p.F64[i*p.Channels+k]
	}
	return float64(p.F32[i*p.Channels+k])
}

// gram returns the products of all pairs of rows, each row centered on its mean
// if the measure asks for it. The product of a constant row with itself is then
// exactly 0.
//
// Many patterns of float32 are multiplied in float32, unless their products
// leave its range.
func (e Estimator) gram(ctx context.Context, p Patterns) (triangle, error) {
	if p.F64 != nil {
		return gram(ctx, e, p, inMemory(p, p.F64), e.Multiplier.MultiplyTransposed64)
	}
	if e.Measure.angle != nil && p.Rows*p.Rows*p.Channels > exactWork {
		products, err := gram(ctx, e, p, p.narrow(), e.Multiplier.MultiplyTransposed32)
		if err != nil || products.fitFloat32() {
			return products, err
		}
	}
	return gram(ctx, e, p, p.narrow(), e.Multiplier.MultiplyTransposed64)
}

// multiply is dst = a · bᵀ for a of m × k and b of n × k.
type multiply[T number] func(dst, a, b []T, m, n, k int) error

// gram is Estimator.gram in the width of product.
//
// Rows are multiplied in blocks of channels, and the blocks added in float64 in
// their order. On the one way that its numbers take through the processor, a
// block of a row is brought near zero by subtracting the mean of its first
// numbers, which need not be the mean of the block: a last row of ones makes the
// sums of the blocks come out among the products, and from them follows what is
// left to correct. Memory is Rows × (Rows + BlockChannels) whatever the number of
// channels.
//
//	source   Chan, Golub & LeVeque (1983), doi:10.1080/00031305.1983.10483115
func gram[S, T number](ctx context.Context, e Estimator, p Patterns, read reader[S], product multiply[T]) (triangle, error) {
	blocks := work.Shards(p.Channels, BlockChannels)
	products := newTriangle(p.Rows, e.Budget)
	buffer := make([]T, (p.Rows+1)*min(BlockChannels, p.Channels))
	near := newCentering(p.Rows, blocks)
	for b, columns := range blocks {
		k := columns.Len()
		block, err := read(columns)
		if err != nil {
			return products, err
		}
		err = e.Budget.Each(ctx, "", p.Rows, func(row int) error {
			responses := block(row)
			about := S(0)
			if e.Measure.centers {
				about = guess(responses)
			}
			subtract(buffer[row*k:][:k], responses, about)
			near.subtracted[row*len(blocks)+b] = float64(about)
			return nil
		})
		if err != nil {
			return products, err
		}
		for i := range k {
			buffer[p.Rows*k+i] = 1
		}
		if err := add(ctx, products, buffer[:(p.Rows+1)*k], product, near.sums[b*p.Rows:]); err != nil {
			return products, err
		}
	}
	if !e.Measure.centers {
		return products, nil
	}
	return products, near.correct(ctx, products, e.Multiplier)
}

// centering knows what was subtracted from the blocks of rows and what is left
// of their sums.
type centering struct {
	rows       int
	blocks     []work.Span
	subtracted []float64 // rows × blocks
	sums       []float64 // blocks × rows, after the subtraction
}

func newCentering(rows int, blocks []work.Span) centering {
	return centering{rows, blocks, make([]float64, rows*len(blocks)), make([]float64, rows*len(blocks))}
}

// correct turns products about what was subtracted into products about the means
// of the rows: those about the means of the blocks are less by the products of
// the sums, divided by their channels, and more by the products of the blocks'
// means about those of the rows.
func (c centering) correct(ctx context.Context, products triangle, by engine.Multiplier) error {
	n := len(c.blocks)
	within, between := make([]float64, c.rows*n), make([]float64, c.rows*n)
	for row := range c.rows {
		first, sum := c.subtracted[row*n], 0.0
		for b, columns := range c.blocks {
			sum += (c.subtracted[row*n+b]-first)*float64(columns.Len()) + c.sums[b*c.rows+row]
		}
		mean := sum / float64(c.blocks[n-1].To) // about first
		for b, columns := range c.blocks {
			k := float64(columns.Len())
			left := c.sums[b*c.rows+row]
			within[row*n+b] = left / math.Sqrt(k)
			between[row*n+b] = (c.subtracted[row*n+b] - first + left/k - mean) * math.Sqrt(k)
		}
	}
	if err := add(ctx, products, between, by.MultiplyTransposed64, nil); err != nil {
		return err
	}
	products.negate()
	if err := add(ctx, products, within, by.MultiplyTransposed64, nil); err != nil {
		return err
	}
	products.negate()
	return nil
}

// A triangle holds the products of all pairs of rows, as they are computed: a
// tile of consecutive rows with itself and all later rows.
type triangle struct {
	rows   int
	tiles  []work.Span // the consecutive rows
	sums   [][]float64 // tiles × (rows from the first of the tile on × rows of the tile)
	budget work.Budget
}

func newTriangle(rows int, b work.Budget) triangle {
	t := triangle{rows: rows, tiles: work.Shards(rows, tileRows), budget: b}
	for _, tile := range t.tiles {
		t.sums = append(t.sums, make([]float64, (rows-tile.From)*tile.Len()))
	}
	return t
}

// at returns the product of rows i and j, j not above i.
func (t triangle) at(i, j int) float64 {
	tile := t.tiles[j/tileRows]
	return t.sums[j/tileRows][(i-tile.From)*tile.Len()+j-tile.From]
}

// negate turns the sign of all products.
func (t triangle) negate() {
	for _, sums := range t.sums {
		for i, v := range sums {
			sums[i] = -v
		}
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

// add adds the products of the rows of x. With sums, the last row of x is one
// of ones, and sums is filled with its products.
func add[T number](ctx context.Context, to triangle, x []T, product multiply[T], sums []float64) error {
	last := to.rows // rows in x
	if sums != nil {
		last++
	}
	k := len(x) / last
	scratch := sync.Pool{New: func() any { products := make([]T, last*tileRows); return &products }}
	return to.budget.Each(ctx, "", len(to.tiles), func(i int) error {
		tile := to.tiles[i]
		n, later := tile.Len(), last-tile.From
		held := scratch.Get().(*[]T)
		defer scratch.Put(held)
		products := (*held)[:later*n]
		if err := product(products, x[tile.From*k:], x[tile.From*k:tile.To*k], later, n, k); err != nil {
			return err
		}
		accumulate(to.sums[i], products)
		if sums != nil {
			accumulate(sums[tile.From:tile.To], products[(later-1)*n:])
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

// subtract writes x − about to dst.
func subtract[S, T number](dst []T, x []S, about S) {
	if narrow, ok := any(dst).([]float32); ok {
		subtract32(narrow, any(x).([]float32), float32(about))
		return
	}
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = T(float64(v) - float64(about))
	}
}

// subtract32 is subtract within float32, where a difference is rounded once
// whichever way it is taken.
func subtract32(dst, x []float32, about float32) {
	for ; len(x) >= 4 && len(dst) >= 4; x, dst = x[4:], dst[4:] {
		dst[0] = x[0] - about
		dst[1] = x[1] - about
		dst[2] = x[2] - about
		dst[3] = x[3] - about
	}
	for i, v := range x {
		dst[i] = v - about
	}
}

// guess returns about the mean of x: that of its first numbers. Of equal numbers
// it is exactly that number.
func guess[S number](x []S) S {
	first, sum := float64(x[0]), 0.0
	few := x[:min(len(x), 64)]
	for _, v := range few {
		sum += float64(v) - first
	}
	return S(first + sum/float64(len(few)))
}

// withMultiplier serves estimators that were given no engine.
func (e Estimator) withMultiplier() Estimator {
	if e.Multiplier == nil {
		e.Multiplier = engine.Plain{}
	}
	return e
}
