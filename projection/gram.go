package projection

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Units are taken so many at a time, whatever the threads: the bits do not depend
// on them either.
const unitsPerBlock = 2048

// blocksAtOnce is how many products of so many rows are made at once, before they
// are added in the order of the blocks: 64 MB of them, but at least two.
func blocksAtOnce(rows int) int { return max(2, min(8, 8<<20/(rows*rows))) }

// A computer multiplies on the threads of a budget.
type computer struct {
	by     engine.Multiplier
	budget work.Budget
}

// rows are row vectors over units, which someone writes block by block.
type rows struct {
	count, units int
	block        func(dst []float64, units work.Span) error // count × units of the span
}

// gram returns the products of all pairs of rows.
//
//	shapes   result: rows × rows
//	cost     count² · units products; memory per thread a block of the rows
func (c computer) gram(ctx context.Context, r rows) ([]float64, error) {
	products := make([]float64, r.count*r.count)
	blocks := work.Shards(r.units, unitsPerBlock)
	atOnce := blocksAtOnce(r.count)
	parts := make([][]float64, min(atOnce, len(blocks)))
	for i := range parts {
		parts[i] = make([]float64, len(products))
	}
	for _, some := range work.Shards(len(blocks), atOnce) {
		err := c.budget.Each(ctx, "", some.Len(), func(i int) error {
			span := blocks[some.From+i]
			x := make([]float64, r.count*span.Len())
			if err := r.block(x, span); err != nil {
				return err
			}
			return c.by.MultiplyTransposed64(parts[i], x, x, r.count, r.count, span.Len())
		})
		if err != nil {
			return nil, err
		}
		for i := range some.Len() {
			floats.Add(products, parts[i])
		}
	}
	return products, nil
}

// mix hands on the rows a · r, block by block of units, from several goroutines.
//
//	shapes   a: m × count; take is given m × units of the span
func (c computer) mix(ctx context.Context, a []float64, r rows, take func(mixed []float64, units work.Span) error) error {
	blocks := work.Shards(r.units, unitsPerBlock)
	m := len(a) / r.count
	return c.budget.Each(ctx, "", len(blocks), func(i int) error {
		span := blocks[i]
		x, mixed := make([]float64, r.count*span.Len()), make([]float64, m*span.Len())
		if err := r.block(x, span); err != nil {
			return err
		}
		if err := c.by.Multiply64(0, mixed, a, x, m, span.Len(), r.count); err != nil {
			return err
		}
		return take(mixed, span)
	})
}

// leading returns the largest eigenvalues of a symmetric matrix, descending, and
// their unit eigenvectors as rows: at most count, and none that is as small as
// rounding.
func leading(matrix []float64, n, count int) (values, vectors []float64) {
	var parts mat.EigenSym
	if !parts.Factorize(mat.NewSymDense(n, matrix), true) {
		panic("projection: the eigenvalues of a symmetric matrix did not converge") // of finite numbers they do
	}
	var columns mat.Dense
	parts.VectorsTo(&columns)
	all := parts.Values(nil)
	slices.Reverse(all)
	for i, v := range all[:min(count, n)] {
		if v <= rounding*all[0] {
			break
		}
		values = append(values, v)
		vectors = append(vectors, mat.Col(nil, n-1-i, &columns)...)
	}
	return values, vectors
}

// rounding is the share of the largest eigenvalue that products of float32 rows
// can have by rounding.
const rounding = 1e-13
