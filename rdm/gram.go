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
	tileRows     = 32   // rows that one product multiplies with themselves and all later rows
	blockColumns = 4000 // channels of one product

	// exactWork is the number of multiplications up to which products are
	// computed in float64 whatever the width of the patterns: it takes a few
	// milliseconds, so there is nothing to gain from less.
	exactWork = 1 << 28
)

// number is the width of a pattern's entries.
type number interface{ float32 | float64 }

// Patterns are response patterns: one row per condition, one column per channel.
// Exactly one of F32 and F64 is set, row-major.
type Patterns struct {
	Rows, Channels int
	F32            []float32
	F64            []float64
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
		return gram(ctx, e, p, p.F64, e.Multiplier.MultiplyTransposed64)
	}
	if e.Measure.direct == nil && p.Rows*p.Rows*p.Channels > exactWork {
		products, err := gram(ctx, e, p, p.F32, e.Multiplier.MultiplyTransposed32)
		if err != nil || products.fitFloat32() {
			return products, err
		}
	}
	return gram(ctx, e, p, p.F32, e.Multiplier.MultiplyTransposed64)
}

// multiply is dst = a · bᵀ for a of m × k and b of n × k.
type multiply[T number] func(dst, a, b []T, m, n, k int) error

// gram is Estimator.gram in the width of product.
//
// Rows are multiplied in blocks of channels, and the blocks added in float64 in
// their order. A block of a row is centered on its own mean, on the one way that
// its numbers take through the processor; what this leaves out is the products
// of the means of the blocks. Memory is Rows × (Rows + blockColumns) whatever the
// number of channels.
//
//	source   Chan, Golub & LeVeque (1983), doi:10.1080/00031305.1983.10483115
func gram[S, T number](ctx context.Context, e Estimator, p Patterns, x []S, product multiply[T]) (triangle, error) {
	blocks := work.Shards(p.Channels, blockColumns)
	products := triangle{p.Rows, make([]float64, p.Rows*p.Rows), e.Budget}
	buffer := make([]T, p.Rows*min(blockColumns, p.Channels))
	means := make([]float64, p.Rows*len(blocks))
	for b, columns := range blocks {
		k := columns.Len()
		err := e.Budget.Each(ctx, "", p.Rows, func(row int) error {
			responses := x[row*p.Channels:][columns.From:columns.To]
			about := 0.0
			if e.Measure.centers {
				about = mean(responses)
			}
			center(buffer[row*k:][:k], responses, about)
			means[row*len(blocks)+b] = about
			return nil
		})
		if err != nil {
			return products, err
		}
		if err := add(ctx, products, buffer[:p.Rows*k], product); err != nil {
			return products, err
		}
	}
	if !e.Measure.centers || len(blocks) == 1 {
		return products, nil
	}
	for row := range p.Rows {
		between(means[row*len(blocks):][:len(blocks)], blocks)
	}
	return products, add(ctx, products, means, e.Multiplier.MultiplyTransposed64)
}

// A triangle holds the products of all pairs of rows: those of row i with rows
// 0..i are the first numbers of row i of a rows × rows matrix.
type triangle struct {
	rows   int
	sums   []float64
	budget work.Budget
}

// at returns the product of rows i and j, j not above i.
func (t triangle) at(i, j int) float64 { return t.sums[i*t.rows+j] }

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

// add adds the products of the rows of x.
func add[T number](ctx context.Context, to triangle, x []T, product multiply[T]) error {
	k := len(x) / to.rows
	tiles := work.Shards(to.rows, tileRows)
	scratch := sync.Pool{New: func() any { products := make([]T, to.rows*tileRows); return &products }}
	return to.budget.Each(ctx, "", len(tiles), func(i int) error {
		tile := tiles[i]
		n, later := tile.Len(), to.rows-tile.From
		products := scratch.Get().(*[]T)
		defer scratch.Put(products)
		if err := product((*products)[:later*n], x[tile.From*k:], x[tile.From*k:tile.To*k], later, n, k); err != nil {
			return err
		}
		for row := range later {
			sums := to.sums[(tile.From+row)*to.rows+tile.From:][:n]
			for j, v := range (*products)[row*n:][:n] {
				sums[j] += float64(v)
			}
		}
		return nil
	})
}

// center writes x − about to dst.
func center[S, T number](dst []T, x []S, about float64) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = T(float64(v) - about)
	}
}

// between replaces the means of the blocks of a row by their deviations from the
// mean of the row, each times the square root of the channels it stands for.
func between(means []float64, blocks []work.Span) {
	first, sum := means[0], 0.0
	for b, m := range means {
		sum += (m - first) * float64(blocks[b].Len())
	}
	row := first + sum/float64(blocks[len(blocks)-1].To)
	for b := range means {
		means[b] = (means[b] - row) * math.Sqrt(float64(blocks[b].Len()))
	}
}

// mean returns the mean of x, which of equal numbers is exactly that number. Four
// sums let the processor follow them side by side.
func mean[S number](x []S) float64 {
	first, all := float64(x[0]), float64(len(x))
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		s0 += float64(x[0]) - first
		s1 += float64(x[1]) - first
		s2 += float64(x[2]) - first
		s3 += float64(x[3]) - first
	}
	for _, v := range x {
		s0 += float64(v) - first
	}
	return first + ((s0+s1)+(s2+s3))/all
}

// withMultiplier serves estimators that were given no engine.
func (e Estimator) withMultiplier() Estimator {
	if e.Multiplier == nil {
		e.Multiplier = engine.Plain{}
	}
	return e
}
