package figure

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/isocortex/isocortex/triangulation"
)

// A scalpPaper is a square on which a head is drawn.
type scalpPaper struct {
	draw.Canvas
	place  vg.Rectangle
	middle triangulation.Point
	half   float64 // of the side, in the unit of places
}

// noseTip is how far the nose reaches, in radii of the head: the ears less far.
const noseTip = 1.15

// earTip is how far the ears reach.
const earTip = 1.09

// paper fits the head and all of the map into a square.
func (s Scalp) paper(c draw.Canvas, place vg.Rectangle, f scalpField) scalpPaper {
	low, high := f.bounds()
	low = triangulation.Point{X: min(low.X, s.Center.X-earTip*s.Radius), Y: min(low.Y, s.Center.Y-s.Radius)}
	high = triangulation.Point{X: max(high.X, s.Center.X+earTip*s.Radius), Y: max(high.Y, s.Center.Y+noseTip*s.Radius)}
	middle := triangulation.Point{X: (low.X + high.X) / 2, Y: (low.Y + high.Y) / 2}
	return scalpPaper{c, place, middle, 1.01 * max(high.X-low.X, high.Y-low.Y) / 2}
}

// at is where a place lies on the canvas.
func (p scalpPaper) at(place triangulation.Point) vg.Point {
	x, y := (place.X-p.middle.X)/p.half, (place.Y-p.middle.Y)/p.half
	half := (p.place.Max.X - p.place.Min.X) / 2
	return vg.Point{X: p.place.Min.X + half*vg.Length(1+x), Y: p.place.Min.Y + half*vg.Length(1+y)}
}

// edge draws a fine line where the map ends.
func (p scalpPaper) edge(f scalpField) {
	var path []vg.Point
	for _, at := range f.outline {
		path = append(path, p.at(at))
	}
	for i := 0; i < 180 && f.outline == nil; i++ {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 180)
		path = append(path, p.at(triangulation.Point{X: f.center.X + f.radius*cos, Y: f.center.Y + f.radius*sin}))
	}
	p.StrokeLines(line(rule, 0.7), append(path, path[0]))
}

// head draws the outline: a circle, the nose above it, ears at its sides.
func (p scalpPaper) head(s Scalp) {
	around := func(x, y float64) vg.Point {
		return p.at(triangulation.Point{X: s.Center.X + s.Radius*x, Y: s.Center.Y + s.Radius*y})
	}
	stroke := line(ink, 1)
	round := make([]vg.Point, 101)
	for i := range round {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(len(round)-1))
		round[i] = around(cos, sin)
	}
	p.StrokeLines(stroke, round)
	x := math.Sin(math.Pi / 15)
	y := math.Sqrt(1 - x*x)
	p.StrokeLines(stroke, []vg.Point{around(-x, y), around(0, noseTip), around(x, y)})
	for _, side := range [2]float64{-1, 1} {
		var ear []vg.Point
		for i := range 25 {
			sin, cos := math.Sincos(math.Pi * float64(i) / 24)
			// An ear is wider above than below, and leans on the head.
			ear = append(ear, around(side*(0.975+0.105*math.Pow(sin, 0.7)*(1+0.25*cos)), 0.22*cos-0.02))
		}
		p.StrokeLines(stroke, ear)
	}
}

// scalpPixels is the longer side of the picture of a map: finer than the sensors by
// far.
const scalpPixels = 200

// raster evaluates a map at the middles of pixels.
func (f scalpField) raster() raster {
	low, high := f.bounds()
	pixel := max(high.X-low.X, high.Y-low.Y) / scalpPixels
	middles := func(from, to float64) []float64 {
		at := make([]float64, int(math.Ceil((to-from)/pixel-1e-9)))
		for i := range at {
			at[i] = (from+to)/2 + pixel*(float64(i)+0.5-float64(len(at))/2)
		}
		return at
	}
	r := raster{columns: middles(low.X, high.X), rows: middles(low.Y, high.Y), pixel: pixel}
	r.values = f.surface.Grid(r.columns, r.rows)
	return r
}

// picture colors a map, on white paper.
func (f scalpField) picture(r raster, colors func(v float64) color.RGBA) image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, len(r.columns), len(r.rows)))
	for row, y := range r.rows {
		for column, x := range r.columns {
			v := r.at(row, column)
			cover := min(max(f.inside(triangulation.Point{X: x, Y: y})/r.pixel+0.5, 0), 1)
			if math.IsNaN(v) {
				cover, v = 0, 0
			}
			picture.SetRGBA(column, len(r.rows)-1-row, pale(colors(v), cover))
		}
	}
	return picture
}

// corners are those of the picture of a raster.
func (r raster) corners() (low, high triangulation.Point) {
	half := r.pixel / 2
	low = triangulation.Point{X: r.columns[0] - half, Y: r.rows[0] - half}
	return low, triangulation.Point{X: r.columns[len(r.columns)-1] + half, Y: r.rows[len(r.rows)-1] + half}
}

// contours draws lines of equal value, dashed below the middle.
func (p scalpPaper) contours(f scalpField, r raster, levels []float64, middle float64) {
	for _, level := range levels {
		stroke := line(ink, 0.45)
		if level < middle {
			stroke.Dashes = []vg.Length{2, 1.2}
		}
		for _, points := range r.contour(level) {
			in := func(i int) bool { return f.inside(points[i]) >= 0 }
			for _, run := range runs(len(points), in) {
				var path []vg.Point
				for _, place := range points[run[0]:run[1]] {
					path = append(path, p.at(place))
				}
				p.StrokeLines(stroke, path)
			}
		}
	}
}

// Sizes of the marks of sensors.
const (
	dotRadius  = vg.Length(0.7)
	markRadius = vg.Length(2.1)
	starRadius = vg.Length(4.6)
)

// dot marks a sensor; one without a value is a ring.
func dot(c draw.Canvas, at vg.Point, value float64) {
	if math.IsNaN(value) {
		c.DrawGlyph(draw.GlyphStyle{Color: muted, Radius: 1.6, Shape: draw.RingGlyph{}}, at)
		return
	}
	c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: dotRadius, Shape: draw.CircleGlyph{}}, at)
}

// disk marks a significant sensor: white with a black edge.
func disk(c draw.Canvas, at vg.Point) {
	c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: markRadius, Shape: draw.CircleGlyph{}}, at)
	c.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: markRadius - 0.7, Shape: draw.CircleGlyph{}}, at)
}

// star marks a chosen sensor: white with a black edge.
func star(c draw.Canvas, at vg.Point) {
	var points []vg.Point
	for i := range 11 {
		radius := starRadius
		if i%2 == 1 {
			radius *= 0.42
		}
		sin, cos := math.Sincos(math.Pi * float64(i) / 5)
		points = append(points, vg.Point{X: at.X + radius*vg.Length(sin), Y: at.Y + radius*vg.Length(cos)})
	}
	c.FillPolygon(color.White, points)
	c.StrokeLines(line(ink, 0.8), append(points, points[1]))
}
