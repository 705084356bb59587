package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars draws one score per model with its interval, subjects as dots, the noise
// ceiling, and a star where the test is passed.
type Bars struct {
	Title   string
	Measure string // name of the score, beside the axis
	Bars    []Bar
}

// Bar is one model.
type Bar struct {
	Name        string
	Score       float64    // NaN draws no bar
	Low, High   float64    // interval of the score; equal or NaN for none
	Subjects    []float64  // their scores, as dots
	Ceiling     [2]float64 // lower and upper noise ceiling; equal or NaN for none
	Significant bool
	Color       color.Color // nil is that of its place among the layers
}

// Write draws the bars to the file at path.
//
//	errors   no bars, an ending that is not one of Formats
func (f Bars) Write(path string) error {
	if len(f.Bars) == 0 {
		return fmt.Errorf("%s: no bars to draw", path)
	}
	const left, top, slot = vg.Length(56), vg.Length(34), vg.Length(46)
	room, slanted := f.names(slot)
	width := slot * vg.Length(len(f.Bars))
	d := drawing{width: left + width + 20, height: top + plotHeight + room + 14}
	d.draw = func(c draw.Canvas) {
		low, high := f.extent()
		y := scale{low, high, room + 14, room + 14 + plotHeight}
		p := panel{c, scale{start: left, end: left + width}, y}
		heading(c, f.Title, left)
		for i, b := range f.Bars {
			if b.Ceiling[0] < b.Ceiling[1] {
				from := left + slot*vg.Length(i)
				fill(c, shade, box(from, y.at(b.Ceiling[0]), from+slot+0.5, y.at(b.Ceiling[1]))) // half a point more hides the seam
			}
		}
		p.axes(f.Measure)
		for i, b := range f.Bars {
			middle := left + slot*(vg.Length(i)+0.5)
			f.bar(p, i, middle)
			name(c, b.Name, vg.Point{X: middle, Y: y.start - 6}, slanted)
		}
	}
	return d.write(path)
}

// names returns the room that names take under the bars, and whether they slant.
func (f Bars) names(slot vg.Length) (room vg.Length, slanted bool) {
	longest := vg.Length(0)
	for _, b := range f.Bars {
		longest = max(longest, words(8, ink, atMiddle, atTop).Width(b.Name))
	}
	if longest <= slot-4 {
		return 14, false
	}
	return longest*math.Sqrt2/2 + 12, true
}

func name(c draw.Canvas, text string, at vg.Point, slanted bool) {
	style := words(8, ink, atMiddle, atTop)
	if slanted {
		style = words(8, ink, atRight, atCenter)
		style.Rotation = math.Pi / 4
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

// bar draws bar i around the middle of its slot.
func (f Bars) bar(p panel, i int, middle vg.Length) {
	const half = vg.Length(13)
	b := f.Bars[i]
	clr := Layer(i, len(f.Bars))
	if b.Color != nil {
		clr = color.RGBAModel.Convert(b.Color).(color.RGBA)
	}
	top := b.Score
	if !math.IsNaN(b.Score) {
		fill(p.Canvas, pale(clr, 0.8), box(middle-half, p.y.at(0), middle+half, p.y.at(b.Score)))
	}
	for k, s := range b.Subjects {
		if math.IsNaN(s) {
			continue
		}
		top = max(top, s)
		_, spread := math.Modf(float64(k) * math.Phi) // the golden ratio keeps neighbors apart
		at := vg.Point{X: middle + vg.Length(spread-0.5)*half*1.4, Y: p.y.at(s)}
		p.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: 2, Shape: draw.CircleGlyph{}}, at)
		p.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: 2, Shape: draw.RingGlyph{}}, at)
	}
	if b.Low < b.High {
		top = max(top, b.High)
		p.StrokeLine2(line(ink, 1.2), middle, p.y.at(b.Low), middle, p.y.at(b.High))
	}
	if b.Significant {
		p.FillText(words(12, ink, atMiddle, atBottom), vg.Point{X: middle, Y: p.y.at(top) - 2}, "*")
	}
}
