package alignment

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Sizes of the pieces in which products are computed. They are part of the
// definition of the result: sums are rounded piece by piece.
const (
	tileRows     = 64   // rows that one product multiplies with themselves and all later rows
	blockColumns = 2000 // channels, or stimuli, of one product

	// exactWork is the number of multiplications up to which responses of float32
	// are multiplied in float64: it takes a few milliseconds.
	exactWork = 1 << 28
)

// gram returns the products of all pairs of stimuli: XXᵀ of what fill writes.
func (p *pair) gram(r *responses) (*mat.SymDense, error) {
	if r.f32 != nil && r.stimuli*r.stimuli*r.channels > exactWork {
		return gram(p.ctx, p.Options, r, p.Multiplier.MultiplyTransposed32)
	}
	return p.exactGram(r)
}

// exactGram is gram in float64, whatever the responses are.
func (p *pair) exactGram(r *responses) (*mat.SymDense, error) {
	return gram(p.ctx, p.Options, r, p.Multiplier.MultiplyTransposed64)
}

// gram multiplies block by block of channels, and adds in float64 in their order.
func gram[T number](ctx context.Context, o Options, r *responses, multiply func(dst, a, b []T, m, n, k int) error) (*mat.SymDense, error) {
	n := r.stimuli
	sums := make([]float64, n*n)
	tiles := work.Shards(n, tileRows)
	block := make([]T, n*min(blockColumns, r.channels))
	held := make([][]T, len(tiles))
	for _, channels := range work.Shards(r.channels, blockColumns) {
		k := channels.Len()
		row := func(i int) []T { return block[i*k : (i+1)*k] }
		if err := o.Budget.Each(ctx, "", n, func(i int) error {
			fill(r, row(i), i, channels)
			return nil
		}); err != nil {
			return nil, err
		}
		if err := o.Budget.Each(ctx, "", len(tiles), func(t int) error {
			tile, later := tiles[t], n-tiles[t].From
			held[t] = slices.Grow(held[t][:0], tile.Len()*later)[:tile.Len()*later]
			if err := multiply(held[t], block[tile.From*k:tile.To*k], block[tile.From*k:n*k], tile.Len(), later, k); err != nil {
				return err
			}
			for i := range tile.Len() {
				to := sums[(tile.From+i)*n+tile.From:][:later]
				for j, v := range held[t][i*later:][:later] {
					to[j] += float64(v)
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return mat.NewSymDense(n, sums), nil // which looks at the upper triangle alone
}

// cross returns the products of all pairs of channels, XᵀY, in float64.
func (p *pair) cross(x, y *responses) (*mat.Dense, error) {
	m, n := x.channels, y.channels
	sums, product := make([]float64, m*n), make([]float64, m*n)
	for _, stimuli := range work.Shards(x.stimuli, blockColumns) {
		a, b := turned(x, stimuli), turned(y, stimuli)
		if err := engine.MatMul(p.ctx, p.Multiplier, p.Budget, product, a, b, m, n, stimuli.Len()); err != nil {
			return nil, err
		}
		for i, v := range product {
			sums[i] += v
		}
	}
	return mat.NewDense(m, n, sums), nil
}

// turned returns the responses to some stimuli as channels × stimuli.
func turned(r *responses, stimuli work.Span) []float64 {
	k := stimuli.Len()
	result, row := make([]float64, r.channels*k), make([]float64, r.channels)
	for i := range k {
		fill(r, row, stimuli.From+i, work.Span{To: r.channels})
		for c, v := range row {
			result[c*k+i] = v
		}
	}
	return result
}
