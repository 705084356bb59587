package rdm

import (
	"context"
	"sync"

	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/work"
)

// Sizes of what is multiplied at a time. The depth is part of the definition of the
// result: sums are in float32 within it, and in float64 beyond.
const (
	panelRows  = 48  // rows that become panels at a time: those of both factors divide it
	panelDepth = 400 // channels
)

// panels are the way of package gemm: a block lies in memory twice, as panels of
// rows and as panels of columns, piece by piece of channels.
type panels struct {
	rows, padded int // with that of ones; and those that fill all groups
	pieces       []work.Span
	left, right  []float32
	scratch      sync.Pool // of *[]float32: a piece of a group of rows
}

func newPanels(p Patterns) *panels {
	groups := (p.Rows + panelRows) / panelRows
	size := groups * panelRows * min(BlockChannels, p.Channels)
	return &panels{
		rows: p.Rows + 1, padded: groups * panelRows,
		left: make([]float32, size), right: make([]float32, size),
		scratch: sync.Pool{New: func() any { x := make([]float32, panelRows*panelDepth); return &x }},
	}
}

// fill writes a group of rows near zero, and turns it into panels while it is in
// the cache.
func (p *panels) fill(ctx context.Context, b work.Budget, k int, write func(dst []float32, row int, channels work.Span)) error {
	p.pieces = work.Shards(k, panelDepth)
	return b.Each(ctx, "", p.padded/panelRows, func(group int) error {
		held := p.scratch.Get().(*[]float32)
		defer p.scratch.Put(held)
		x := *held
		from := group * panelRows
		for _, piece := range p.pieces {
			depth := piece.Len()
			for i := range min(panelRows, p.rows-from) {
				write(x[i*depth:][:depth], from+i, piece)
			}
			for i := 0; i < panelRows; i += gemm.Height {
				gemm.Panel(p.panel(p.left, from+i, piece), gemm.Height, gemm.Lines{X: x[i*depth:], Count: gemm.Height, Line: depth, Step: 1}, depth)
			}
			for i := 0; i < panelRows; i += gemm.Width {
				gemm.Panel(p.panel(p.right, from+i, piece), gemm.Width, gemm.Lines{X: x[i*depth:], Count: gemm.Width, Line: depth, Step: 1}, depth)
			}
		}
		return nil
	})
}

// panel returns a factor from the panel on that begins with a row.
func (p *panels) panel(factor []float32, row int, piece work.Span) []float32 {
	return factor[p.padded*piece.From+row*piece.Len():]
}

// add multiplies one panel of columns, which stays in the first cache, with the
// rows from its own on.
func (p *panels) add(ctx context.Context, to triangle) error {
	columns := work.Shards(to.rows, gemm.Width)
	return to.budget.Each(ctx, "", len(columns), func(i int) error {
		first := columns[i].From
		tile := first / tileRows
		sums, above := to.sums[tile][first%tileRows:], tile*tileRows
		for _, piece := range p.pieces {
			right := p.panel(p.right, first, piece)
			for row := first / gemm.Height * gemm.Height; row < p.rows; row += gemm.Height {
				gemm.Add(sums[(row-above)*tileRows:], tileRows, p.panel(p.left, row, piece), right, piece.Len())
			}
		}
		return nil
	})
}
