package figure

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/isocortex/isocortex/embedding"
)

// Shepard shows how a map distorts dissimilarities: a dot per pair, its distance
// on the map over its dissimilarity, and the line of the disparities. On a
// perfect map all dots lie on the line.
type Shepard struct {
	Title   string
	Measure string // of the dissimilarities, under the axis
	Pairs   []embedding.ShepardPair
}

const shepardSide = 3.6 * vg.Inch

// Write draws the plot to the file at path.
//
//	errors   no pairs, an ending that is not one of Formats
func (f Shepard) Write(path string) error {
	if len(f.Pairs) == 0 {
		return fmt.Errorf("%s: no pairs to draw", path)
	}
	const left, bottom = vg.Length(56), vg.Length(44)
	d := drawing{width: left + shepardSide + 20, height: bottom + shepardSide + 34}
	d.draw = func(c draw.Canvas) {
		p := panel{c, scale{start: left, end: left + shepardSide}, scale{start: bottom, end: bottom + shepardSide}}
		f.fit(&p)
		p.heading(f.Title, false)
		p.axes("distance on the map")
		f.below(p)
		dot := draw.GlyphStyle{Color: pale(Layer(0, 2), 0.55), Radius: min(2, max(0.6, 60/vg.Length(len(f.Pairs)))), Shape: draw.CircleGlyph{}}
		var curve []vg.Point
		for _, pair := range f.Pairs {
			x := p.x.at(pair.Dissimilarity)
			p.DrawGlyph(dot, vg.Point{X: x, Y: p.y.at(pair.Distance)})
			curve = append(curve, vg.Point{X: x, Y: p.y.at(pair.Disparity)})
		}
		p.StrokeLines(line(Layer(1, 2), 1.6), curve)
	}
	return d.write(path)
}

// fit sets the ends of both axes.
func (f Shepard) fit(p *panel) {
	across, up := []float64{0}, []float64{0}
	for _, pair := range f.Pairs {
		across, up = append(across, pair.Dissimilarity), append(up, pair.Distance, pair.Disparity)
	}
	low, high := extent(across)
	p.x.from, p.x.to = rounded(low, high, 6)
	low, high = extent(up)
	p.y.from, p.y.to = rounded(low, high, 6)
}

// below writes the horizontal axis.
func (f Shepard) below(p panel) {
	values := ticks(p.x.from, p.x.to, 6)
	for i, label := range labels(values) {
		p.FillText(words(8, muted, atMiddle, atTop), vg.Point{X: p.x.at(values[i]), Y: p.y.start - 5}, label)
	}
	p.FillText(words(9, ink, atMiddle, atTop), vg.Point{X: (p.x.start + p.x.end) / 2, Y: p.y.start - 22}, f.Measure)
}
