package rdm

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/work"
)

// Sizes of the pieces in which products are computed. They are part of the
// definition of the result: sums are rounded piece by piece.
const (
	// BlockChannels is the number of channels of one block of responses, near zero or
	// read from elsewhere. For the engine it is best no power of two.
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
// leave its range: by package gemm where it is faster than an engine.
func (e Estimator) gram(ctx context.Context, p Patterns) (triangle, error) {
	if p.F64 != nil {
		return gram(ctx, e, p, inMemory(p, p.F64), newProducts(e.Multiplier.MultiplyTransposed64, p))
	}
	if e.Measure.angle != nil && p.Rows*p.Rows*p.Channels > exactWork {
		var by way[float32] = newProducts(e.Multiplier.MultiplyTransposed32, p)
		if gemm.Widest() {
			by = newPanels(p)
		}
		products, err := gram(ctx, e, p, p.narrow(), by)
		if err != nil || products.fitFloat32() {
			return products, err
		}
	}
	return gram(ctx, e, p, p.narrow(), newProducts(e.Multiplier.MultiplyTransposed64, p))
}

// A way to multiply the rows of a block of channels with each other.
type way[T number] interface {
	// fill takes a block of k channels: write sets dst to some of the numbers of a
	// row, all of which are asked for in their order and on one goroutine. Behind the
	// rows of the triangle comes one more.
	fill(ctx context.Context, b work.Budget, k int, write func(dst []T, row int, channels work.Span)) error
	// add adds the products of the rows that fill wrote to those of the triangle.
	add(ctx context.Context, to triangle) error
}

// gram is Estimator.gram in the width of a way to multiply.
//
// Rows are multiplied in blocks of channels, and the blocks added in float64 in
// their order. On the one way that its numbers take through the processor, a
// block of a row is brought near zero by subtracting the mean of its first
// numbers, which need not be the mean of the block: a last row of ones makes the
// sums of the blocks come out among the products, and from them follows what is
// left to correct. Memory is Rows × (Rows + 2 · BlockChannels) whatever the number
// of channels.
//
//	source   Chan, Golub & LeVeque (1983), doi:10.1080/00031305.1983.10483115
func gram[S, T number](ctx context.Context, e Estimator, p Patterns, read reader[S], by way[T]) (triangle, error) {
	blocks := work.Shards(p.Channels, BlockChannels)
	products := newTriangle(p.Rows, e.Budget)
	near := newCentering(p.Rows, blocks)
	for b, columns := range blocks {
		responses, err := read(columns)
		if err != nil {
			return products, err
		}
		err = by.fill(ctx, e.Budget, columns.Len(), func(dst []T, row int, channels work.Span) {
			if row == p.Rows {
				ones(dst)
				return
			}
			x, about := responses(row), &near.subtracted[row*len(blocks)+b]
			if channels.From == 0 && e.Measure.centers {
				*about = float64(guess(x))
			}
			subtract(dst, x[channels.From:channels.To], S(*about))
		})
		if err != nil {
			return products, err
		}
		if err := by.add(ctx, products); err != nil {
			return products, err
		}
		products.take(near.sums[b*p.Rows:][:p.Rows])
	}
	if !e.Measure.centers {
		return products, nil
	}
	return products, near.correct(ctx, products, e.Multiplier)
}

func ones[T number](dst []T) {
	for i := range dst {
		dst[i] = 1
	}
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
	if err := addProducts(ctx, products, between, n, by.MultiplyTransposed64); err != nil {
		return err
	}
	products.negate()
	if err := addProducts(ctx, products, within, n, by.MultiplyTransposed64); err != nil {
		return err
	}
	products.negate()
	return nil
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

// subtract writes x − about to dst.
func subtract[S, T number](dst []T, x []S, about S) {
	if narrow, ok := any(dst).([]float32); ok {
		gemm.Subtract(narrow, any(x).([]float32), float32(about))
		return
	}
	for i, v := range x {
		dst[i] = T(float64(v) - float64(about))
	}
}
