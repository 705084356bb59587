package rdm

import (
	"context"
	"math"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/work"
)

// Sizes of the pieces in which products are computed. They are part of the
// definition of the result: sums are rounded piece by piece.
const (
	tileRows     = 32   // rows that one product multiplies with themselves and all later rows
	blockColumns = 2000 // channels of one product
	momentRows   = 8    // rows whose moments one piece of work computes

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

// pattern is what a measure may know of one row before rows are multiplied.
type pattern struct {
	mean     float64
	norm     float64 // square root of the summed squared deviations from the mean
	constant bool
}

// shift is what is done to each entry of a row: subtract, then multiply.
type shift struct{ subtract, scale float64 }

// standardize makes products of rows correlations. A constant pattern has none.
func (p pattern) standardize() shift {
	if p.constant {
		return shift{0, math.NaN()}
	}
	return shift{p.mean, 1 / p.norm}
}

// keep leaves a row as it is.
func (p pattern) keep() shift { return shift{0, 1} }

// gram returns the products of all pairs of rows after the shifts of the
// measure, as the upper triangle of a Rows × Rows matrix in float64.
//
// Rows are multiplied in blocks of channels, and the blocks added in float64 in
// their order. A block is shifted once into a buffer of its own, so memory is
// Rows × (Rows + blockColumns) whatever the number of channels.
func (e Estimator) gram(ctx context.Context, p Patterns) ([]float64, error) {
	wide := e.Measure.direct != nil || p.Rows*p.Rows*p.Channels <= exactWork
	switch {
	case p.F64 != nil:
		return gram(ctx, e, p, p.F64, e.Multiplier.MultiplyTransposed64)
	case wide:
		return gram(ctx, e, p, p.F32, e.Multiplier.MultiplyTransposed64)
	default:
		return gram(ctx, e, p, p.F32, e.Multiplier.MultiplyTransposed32)
	}
}

// multiply is dst = a · bᵀ for a of m × k and b of n × k.
type multiply[T number] func(dst, a, b []T, m, n, k int) error

func gram[S, T number](ctx context.Context, e Estimator, p Patterns, x []S, product multiply[T]) ([]float64, error) {
	shifts, err := e.shifts(ctx, p, func(row int) pattern {
		return moments(x[row*p.Channels : (row+1)*p.Channels])
	})
	if err != nil {
		return nil, err
	}
	sums := make([]float64, p.Rows*p.Rows)
	tiles := work.Shards(p.Rows, tileRows)
	results := make([][]T, len(tiles))
	for i, tile := range tiles {
		results[i] = make([]T, tile.Len()*(p.Rows-tile.From))
	}
	buffer := make([]T, p.Rows*min(blockColumns, p.Channels))
	for _, columns := range work.Shards(p.Channels, blockColumns) {
		k := columns.Len()
		err := e.Budget.Each(ctx, "", p.Rows, func(row int) error {
			from := row * p.Channels
			center(buffer[row*k:(row+1)*k], x[from+columns.From:from+columns.To], shifts[row])
			return nil
		})
		if err != nil {
			return nil, err
		}
		err = e.Budget.Each(ctx, "", len(tiles), func(i int) error {
			tile := tiles[i]
			rest := p.Rows - tile.From
			if err := product(results[i], buffer[tile.From*k:p.Rows*k], buffer[tile.From*k:tile.To*k], rest, tile.Len(), k); err != nil {
				return err
			}
			add(sums, results[i], tile, p.Rows)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// shifts computes what to do to each row.
func (e Estimator) shifts(ctx context.Context, p Patterns, moments func(row int) pattern) ([]shift, error) {
	shifts := make([]shift, p.Rows)
	groups := work.Shards(p.Rows, momentRows)
	err := e.Budget.Each(ctx, "", len(groups), func(g int) error {
		for row := groups[g].From; row < groups[g].To; row++ {
			shifts[row] = e.Measure.prepare(moments(row))
		}
		return nil
	})
	return shifts, err
}

// add adds the products of the rows of a tile with themselves and all later
// rows to the rows × rows sums.
func add[T number](sums []float64, products []T, tile work.Span, rows int) {
	n := tile.Len()
	for i := tile.From; i < rows; i++ {
		to := sums[i*rows+tile.From:][:n]
		for j, v := range products[:n] {
			to[j] += float64(v)
		}
		products = products[n:]
	}
}

// center writes (x − subtract) · scale to dst.
func center[S, T number](dst []T, x []S, s shift) {
	if s == (shift{0, 1}) {
		for i, v := range x {
			dst[i] = T(v)
		}
		return
	}
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = T((float64(x[i]) - s.subtract) * s.scale)
	}
}

// moments returns the mean and the norm of a row around it.
//
// One pass sums deviations from the first entry, which is exactly zero for a
// constant row. Where the first entry lies so far out that rounding would show,
// a second pass sums deviations from the mean.
//
//	source   Chan, Golub & LeVeque (1983), doi:10.1080/00031305.1983.10483115
func moments[S number](x []S) pattern {
	if len(x) == 0 {
		return pattern{constant: true}
	}
	first, n := float64(x[0]), float64(len(x))
	sum, squares := deviations(x, first)
	if squares == 0 {
		return pattern{mean: first, constant: true}
	}
	mean, rest := first+sum/n, squares-sum*sum/n
	if !(rest > squares*1e-6) {
		sum, squares = deviations(x, mean)
		rest = squares - sum*sum/n
	}
	return pattern{mean: mean, norm: math.Sqrt(rest), constant: rest == 0}
}

// deviations returns the sum of the deviations from a center and that of their
// squares, in four chains that the processor follows side by side.
func deviations[S number](x []S, center float64) (sum, squares float64) {
	var s, q [4]float64
	for len(x) >= 4 {
		a, b, c, d := float64(x[0])-center, float64(x[1])-center, float64(x[2])-center, float64(x[3])-center
		s[0] += a
		s[1] += b
		s[2] += c
		s[3] += d
		q[0] += a * a
		q[1] += b * b
		q[2] += c * c
		q[3] += d * d
		x = x[4:]
	}
	for _, v := range x {
		a := float64(v) - center
		s[0] += a
		q[0] += a * a
	}
	return (s[0] + s[1]) + (s[2] + s[3]), (q[0] + q[1]) + (q[2] + q[3])
}

// withMultiplier serves estimators that were given no engine.
func (e Estimator) withMultiplier() Estimator {
	if e.Multiplier == nil {
		e.Multiplier = engine.Plain{}
	}
	return e
}
