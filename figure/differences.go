package figure

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	highestRow = vg.Length(7.5) // of the rows that say which bars are higher than which
	allRows    = vg.Length(110) // room that they share when they are many
	keyRow     = vg.Length(12)
	keyFoot    = vg.Length(6)
	keySign    = vg.Length(26) // room of what stands before the words of the key
)

// winners lists the bars that are higher than others, each with those.
func (f Bars) winners() (bars []int, lower [][]int) {
	of := make([][]int, len(f.Bars))
	for _, pair := range f.Higher {
		of[pair[0]] = append(of[pair[0]], pair[1])
	}
	for i, others := range of {
		if others != nil {
			bars, lower = append(bars, i), append(lower, others)
		}
	}
	return bars, lower
}

// rowHeight is that of one row, lower the more there are.
func (f Bars) rowHeight() vg.Length {
	bars, _ := f.winners()
	return min(highestRow, allRows/vg.Length(max(len(bars), 1)))
}

// rowsHeight is the room of all rows.
func (f Bars) rowsHeight() vg.Length {
	bars, _ := f.winners()
	if len(bars) == 0 {
		return 0
	}
	return f.rowHeight()*vg.Length(len(bars)) + 6
}

// rows draws a row for every bar that is higher than others: a dot over it, and a
// line that has a tick over each of those.
func (f Bars) rows(p panel, slot vg.Length) {
	bars, lower := f.winners()
	colors, high := f.colors(), f.rowHeight()
	middle := func(bar int) vg.Length { return p.x.start + slot*(vg.Length(bar)+0.5) }
	for k, bar := range bars {
		y := p.y.end + 4 + high*(vg.Length(len(bars)-k)-0.5)
		ends := append([]int{bar}, lower[k]...)
		stroke := line(colors[bar], min(1.1, high/4))
		p.StrokeLine2(stroke, middle(slices.Min(ends)), y, middle(slices.Max(ends)), y)
		for _, other := range lower[k] {
			p.StrokeLine2(stroke, middle(other), y, middle(other), y-high*0.45)
		}
		p.DrawGlyph(draw.GlyphStyle{Color: colors[bar], Radius: min(2.4, high*0.36, slot/4), Shape: draw.CircleGlyph{}}, vg.Point{X: middle(bar), Y: y})
	}
}

// colors are those of all bars.
func (f Bars) colors() (colors []color.RGBA) {
	for _, g := range f.groups() {
		for i := g.from; i < g.to; i++ {
			colors = append(colors, f.colorOf(i, Layer(i-g.from, g.to-g.from)))
		}
	}
	return colors
}

// hang hangs a mark from the noise ceiling over every bar that falls short of it.
func (f Bars) hang(p panel, slot vg.Length) {
	colors := f.colors()
	for i, b := range f.Bars {
		if b.Short && b.Ceiling[0] < b.Ceiling[1] {
			short(p.Canvas, vg.Point{X: p.x.start + slot*(vg.Length(i)+0.5), Y: p.y.at(b.Ceiling[0])}, min(3.2, slot/4), colors[i])
		}
	}
}

// short is a wedge that hangs from a point.
func short(c draw.Canvas, at vg.Point, half vg.Length, clr color.RGBA) {
	c.FillPolygon(clr, []vg.Point{{X: at.X - half, Y: at.Y}, {X: at.X + half, Y: at.Y}, {X: at.X, Y: at.Y - 1.4*half}})
}

// keyLines are the words of the key: of the rows, and of the marks under the
// noise ceiling; "" for what is not drawn.
func (f Bars) keyLines() (rows, below string) {
	passed := ""
	if f.Criterion != "" {
		passed = ", " + f.Criterion
	}
	if len(f.Higher) > 0 {
		rows = "scores higher than those with a tick" + passed
	}
	if slices.ContainsFunc(f.Bars, func(b Bar) bool { return b.Short && b.Ceiling[0] < b.Ceiling[1] }) {
		below = "below the noise ceiling" + passed
	}
	return rows, below
}

func (f Bars) keyHeight() (height vg.Length) {
	rows, below := f.keyLines()
	for _, text := range []string{rows, below} {
		if text != "" {
			height += keyRow
		}
	}
	if height > 0 {
		height += keyFoot
	}
	return height
}

func (f Bars) keyWidth() vg.Length {
	rows, below := f.keyLines()
	style := words(8, muted, atLeft, atCenter)
	if rows+below == "" {
		return 0
	}
	return keySign + max(style.Width(rows), style.Width(below))
}

// key says at the foot of the figure what its marks mean.
func (f Bars) key(p panel) {
	rows, below := f.keyLines()
	x, y, style := p.x.start, f.keyHeight()+keyRow/2, words(8, muted, atLeft, atCenter)
	if rows != "" {
		y -= keyRow
		p.StrokeLine2(line(muted, 1.1), x+3, y+1, x+19, y+1)
		p.StrokeLine2(line(muted, 1.1), x+19, y+1, x+19, y-2.4)
		p.DrawGlyph(draw.GlyphStyle{Color: muted, Radius: 2.4, Shape: draw.CircleGlyph{}}, vg.Point{X: x + 3, Y: y + 1})
		p.FillText(style, vg.Point{X: x + keySign, Y: y}, rows)
	}
	if below != "" {
		y -= keyRow
		short(p.Canvas, vg.Point{X: x + 11, Y: y + 2.5}, 3.2, muted)
		p.FillText(style, vg.Point{X: x + keySign, Y: y}, below)
	}
}
