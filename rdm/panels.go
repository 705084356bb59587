package rdm

import (
	"context"
	"sync"

	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/work"
)

// Sizes of the pieces that panels multiply: of both factors they fit the second
// cache, with their sums. The depth is part of the definition of the result: sums
// are in float32 within it, and in float64 beyond.
const (
	panelGroup = 48  // rows that become panels at a time: those of both factors divide it
	panelRows  = 96  // rows that meet a tile
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
	groups := (p.Rows + panelGroup) / panelGroup
	size := groups * panelGroup * min(BlockChannels, p.Channels)
	return &panels{
		rows: p.Rows + 1, padded: groups * panelGroup,
		left: make([]float32, size), right: make([]float32, size),
		scratch: sync.Pool{New: func() any { x := make([]float32, panelGroup*panelDepth); return &x }},
	}
}

// fill writes a group of rows near zero, and turns it into panels while it is in
// the cache.
func (p *panels) fill(ctx context.Context, b work.Budget, k int, write func(dst []float32, row int, channels work.Span)) error {
	p.pieces = work.Shards(k, panelDepth)
	return b.Each(ctx, "", p.padded/panelGroup, func(group int) error {
		held := p.scratch.Get().(*[]float32)
		defer p.scratch.Put(held)
		x := *held
		from := group * panelGroup
		for _, piece := range p.pieces {
			depth := piece.Len()
			for i := range min(panelGroup, p.rows-from) {
				write(x[i*depth:][:depth], from+i, piece)
			}
			for i := 0; i < panelGroup; i += gemm.Height {
				gemm.Panel(p.panel(p.left, from+i, piece), gemm.Height, gemm.Lines{X: x[i*depth:], Count: gemm.Height, Line: depth, Step: 1}, depth)
			}
			for i := 0; i < panelGroup; i += gemm.Width {
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

func (p *panels) add(ctx context.Context, to triangle) error {
	type meeting struct {
		tile int
		rows work.Span
	}
	var meetings []meeting
	for i, tile := range to.tiles {
		for from := tile.From / panelRows * panelRows; from < p.rows; from += panelRows {
			meetings = append(meetings, meeting{i, work.Span{From: from, To: min(from+panelRows, p.rows)}})
		}
	}
	return to.budget.Each(ctx, "", len(meetings), func(i int) error {
		m := meetings[i]
		p.meet(to.sums[m.tile], to.tiles[m.tile], m.rows)
		return nil
	})
}

// meet adds the products of a tile with itself or later rows.
func (p *panels) meet(sums []float64, tile, rows work.Span) {
	for _, piece := range p.pieces {
		for c := tile.From; c < tile.To; c += gemm.Width {
			right := p.panel(p.right, c, piece)
			for r := max(rows.From, c/gemm.Height*gemm.Height); r < rows.To; r += gemm.Height {
				gemm.Add(sums[(r-tile.From)*tileRows+c-tile.From:], tileRows, p.panel(p.left, r, piece), right, piece.Len())
			}
		}
	}
}
