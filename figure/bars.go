package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars draws one score per model with its interval, subjects as dots, the noise
// ceiling, and a star where the test is passed.
type Bars struct {
	Title   string
	Measure string // name of the score, beside the axis
	Bars    []Bar

	Higher    [][2]int // pairs of bars of which the first is higher by a test, as rows over the plot; nil for none
	Criterion string   // what such a test, and that of Short, has passed, such as "corrected p ≤ 0.05"; "" is not said
}

// Bar is one model.
type Bar struct {
	Name        string
	Group       string     // what stands over neighbors of the same group, such as their network; shown when there are several
	Score       float64    // NaN draws no bar
	Low, High   float64    // interval of the score; equal or NaN for none
	Subjects    []float64  // their scores, as dots
	Ceiling     [2]float64 // lower and upper noise ceiling; equal or NaN for none
	Significant bool
	Short       bool        // a test says that it lies below the noise ceiling, from which a mark hangs
	Color       color.Color // nil is that of its place in its group
}

const (
	leastBars  = vg.Length(150) // width that the axis has at least
	widestSlot = vg.Length(46)  // room of one bar
)

// Write draws the bars to the file at path. The more there are, the narrower
// they are.
//
//	errors   no bars, a pair of bars that are not there, an ending that is not one
//	         of Formats
func (f Bars) Write(path string) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	const left, top = vg.Length(56), vg.Length(34)
	slot := min(widestSlot, max(11, 560/vg.Length(len(f.Bars))))
	room, turn := f.names(slot)
	width := max(slot*vg.Length(len(f.Bars)), leastBars, f.headWidth(), f.keyWidth())
	groups := f.groups()
	over := f.rowsHeight()
	if len(groups) > 1 {
		over += 16
	}
	bottom := room + 14 + f.keyHeight()
	d := drawing{width: left + width + 20, height: top + over + plotHeight + bottom}
	d.draw = func(c draw.Canvas) {
		low, high := f.extent()
		p := panel{c, scale{start: left, end: left + width}, scale{low, high, bottom, bottom + plotHeight}}
		p.heading(f.Title, f.hasCeiling())
		f.ceilings(p, slot)
		f.rows(p, slot)
		f.key(p)
		p.axes(f.Measure)
		for _, g := range groups {
			if len(groups) > 1 {
				f.group(p, g, slot)
			}
			for i := g.from; i < g.to; i++ {
				middle := left + slot*(vg.Length(i)+0.5)
				f.bar(p, i, slotted{middle, slot, Layer(i-g.from, g.to-g.from)})
				name(c, f.Bars[i].Name, vg.Point{X: middle, Y: p.y.start - 6}, turn)
			}
		}
		f.hang(p, slot)
	}
	return d.write(path)
}

func (f Bars) check() error {
	if len(f.Bars) == 0 {
		return errors.New("no bars to draw")
	}
	for _, pair := range f.Higher {
		if min(pair[0], pair[1]) < 0 || max(pair[0], pair[1]) >= len(f.Bars) {
			return fmt.Errorf("a difference of bars %d and %d, but there are %d", pair[0]+1, pair[1]+1, len(f.Bars))
		}
	}
	return nil
}

// slotted is where a bar stands, how much room it has, and its color unless it
// has its own.
type slotted struct {
	middle, room vg.Length
	color        color.RGBA
}

// groups lists the stretches of neighbors of the same group.
func (f Bars) groups() []group {
	var stretches []group
	for i, b := range f.Bars {
		if i > 0 && b.Group == f.Bars[i-1].Group {
			stretches[len(stretches)-1].to++
			continue
		}
		stretches = append(stretches, group{name: b.Group, from: i, to: i + 1})
	}
	return stretches
}

// group writes the name of a group over its bars, and a line before it.
func (f Bars) group(p panel, g group, slot vg.Length) {
	x := p.x.start + slot*vg.Length(g.from)
	if g.from > 0 {
		p.StrokeLine2(line(rule, 1), x, p.y.start, x, p.y.end+f.rowsHeight()+14)
	}
	p.FillText(words(8, muted, atLeft, atBottom), vg.Point{X: x + 4, Y: p.y.end + f.rowsHeight() + 5}, g.name)
}

// headWidth is the room that the title and the key of the ceiling need.
func (f Bars) headWidth() vg.Length {
	return words(11, ink, atLeft, atTop).Width(f.Title) + ceilingKeyWidth + 16
}

func (f Bars) hasCeiling() bool {
	return slices.ContainsFunc(f.Bars, func(b Bar) bool { return b.Ceiling[0] < b.Ceiling[1] })
}

// ceilings shades the noise ceiling behind every bar.
func (f Bars) ceilings(p panel, slot vg.Length) {
	for i, b := range f.Bars {
		if b.Ceiling[0] < b.Ceiling[1] {
			from := p.x.start + slot*vg.Length(i)
			to := min(from+slot+0.5, p.x.end) // half a point more hides the seam
			if i == len(f.Bars)-1 {
				to = from + slot
			}
			fill(p.Canvas, shade, box(from, p.y.at(b.Ceiling[0]), to, p.y.at(b.Ceiling[1])))
		}
	}
}

// names returns the room that names take under the bars, and how they are
// turned: level, slanted, or upright where bars are narrow.
func (f Bars) names(slot vg.Length) (room vg.Length, turn float64) {
	longest := vg.Length(0)
	for _, b := range f.Bars {
		longest = max(longest, words(8, ink, atMiddle, atTop).Width(b.Name))
	}
	switch {
	case longest <= slot-4:
		return 14, 0
	case slot >= 16:
		return longest*math.Sqrt2/2 + 12, math.Pi / 4
	}
	return longest + 8, math.Pi / 2
}

func name(c draw.Canvas, text string, at vg.Point, turn float64) {
	style := words(8, ink, atMiddle, atTop)
	if turn > 0 {
		style = words(8, ink, atRight, atCenter)
		style.Rotation = turn
	}
	c.FillText(style, at, text)
}

// extent is the range of the vertical axis: all that is drawn, and zero.
func (f Bars) extent() (low, high float64) {
	all := [][]float64{{0}}
	for _, b := range f.Bars {
		all = append(all, []float64{b.Score, b.Low, b.High}, b.Subjects, b.Ceiling[:])
	}
	low, high = extent(all...)
	return rounded(low, high+(high-low)*0.05, 10)
}

// colorOf is the color of bar i, whose place in its group has one too.
func (f Bars) colorOf(i int, ofPlace color.RGBA) color.RGBA {
	if own := f.Bars[i].Color; own != nil {
		return color.RGBAModel.Convert(own).(color.RGBA)
	}
	return ofPlace
}

// bar draws bar i.
func (f Bars) bar(p panel, i int, at slotted) {
	b, half, clr := f.Bars[i], at.room*0.28, f.colorOf(i, at.color)
	top := b.Score
	if !math.IsNaN(b.Score) {
		fill(p.Canvas, pale(clr, 0.8), box(at.middle-half, p.y.at(0), at.middle+half, p.y.at(b.Score)))
	}
	radius := min(2, at.room/10)
	for k, s := range b.Subjects {
		if math.IsNaN(s) {
			continue
		}
		top = max(top, s)
		_, spread := math.Modf(float64(k) * math.Phi) // the golden ratio keeps neighbors apart
		dot := vg.Point{X: at.middle + vg.Length(spread-0.5)*half*1.4, Y: p.y.at(s)}
		p.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: radius, Shape: draw.CircleGlyph{}}, dot)
		p.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: radius, Shape: draw.RingGlyph{}}, dot)
	}
	if b.Low < b.High {
		top = max(top, b.High)
		p.StrokeLine2(line(ink, 1.2), at.middle, p.y.at(b.Low), at.middle, p.y.at(b.High))
	}
	if b.Significant {
		p.FillText(words(min(12, at.room*0.7), ink, atMiddle, atBottom), vg.Point{X: at.middle, Y: p.y.at(max(top, 0)) - 1}, "*")
	}
}
