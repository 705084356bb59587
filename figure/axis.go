package figure

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// scale maps numbers to places on the canvas.
type scale struct {
	from, to   float64
	start, end vg.Length
}

func (s scale) at(v float64) vg.Length {
	return s.start + (s.end-s.start)*vg.Length((v-s.from)/(s.to-s.from))
}

// step is 1, 2 or 5 times a power of ten that cuts a span into about count parts.
func step(span float64, count int) float64 {
	raw := span / float64(count)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= raw*0.999 {
			return factor * power
		}
	}
	return 10 * power
}

// ticks are round numbers in [from, to], about count of them.
func ticks(from, to float64, count int) []float64 {
	if !(to > from) {
		return []float64{from}
	}
	s := step(to-from, count)
	var values []float64
	for k := math.Ceil(from/s - 1e-9); k <= to/s+1e-9; k++ {
		values = append(values, k*s)
	}
	return values
}

// labels writes ticks with as many decimals as their step needs, and a true
// minus sign.
func labels(values []float64) []string {
	decimals := 0
	if len(values) > 1 {
		decimals = max(0, int(math.Ceil(-math.Log10(values[1]-values[0])-1e-9)))
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = strings.Replace(strconv.FormatFloat(v+0, 'f', decimals, 64), "-", "−", 1)
	}
	return texts
}

// rounded widens a range to round numbers.
func rounded(from, to float64, count int) (low, high float64) {
	if !(to > from) {
		to = from + 1
	}
	s := step(to-from, count)
	return math.Floor(from/s+1e-9) * s, math.Ceil(to/s-1e-9) * s
}

// extent is the least and the greatest finite number; 0 and 0 if there is none.
func extent(series ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, values := range series {
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return 0, 0
	}
	return low, high
}

// panel is a canvas with its two scales.
type panel struct {
	draw.Canvas
	x, y scale
}

// axes draws the vertical axis with its grid, zero and title.
func (p panel) axes(title string) {
	left, right := p.x.start, p.x.end
	values := ticks(p.y.from, p.y.to, 6)
	for i, label := range labels(values) {
		at := p.y.at(values[i])
		stroke := line(rule, 0.6)
		if math.Abs(values[i]) < 1e-12 {
			stroke = line(muted, 0.8)
		}
		p.StrokeLine2(stroke, left, at, right, at)
		p.FillText(words(8, muted, atRight, atCenter), vg.Point{X: left - 5, Y: at}, label)
	}
	upright := words(9, ink, atMiddle, atTop)
	upright.Rotation = math.Pi / 2
	p.FillText(upright, vg.Point{X: left - 40, Y: (p.y.start + p.y.end) / 2}, title)
}

// ceilingKeyWidth is the room of the key that names the noise ceiling.
const ceilingKeyWidth = vg.Length(74)

// heading writes a title at the top left, and names the noise ceiling at the
// top right if there is one.
func (p panel) heading(title string, ceiling bool) {
	top := p.Max.Y - 8
	if title != "" {
		p.FillText(words(11, ink, atLeft, atTop), vg.Point{X: p.x.start, Y: top}, title)
	}
	if ceiling {
		left := p.x.end - ceilingKeyWidth
		fill(p.Canvas, shade, box(left, top-10, left+16, top-2))
		p.FillText(words(8, muted, atLeft, atCenter), vg.Point{X: left + 21, Y: top - 6}, "noise ceiling")
	}
}

// colorBar draws a color scale under a place, as wide as it is.
func colorBar(c draw.Canvas, place vg.Rectangle, s colorScale) {
	const steps = 128
	x := scale{s.low, s.high, place.Min.X, place.Max.X}
	bottom, top := place.Min.Y-18, place.Min.Y-10
	width := (place.Max.X - place.Min.X) / steps
	for k := range steps {
		from := place.Min.X + width*vg.Length(k)
		value := s.low + (s.high-s.low)*(float64(k)+0.5)/steps
		if s.high == s.low { // the colors of a constant RDM are those of its only number
			value = s.low + (float64(k)+0.5)/steps
		}
		fill(c, s.at(value), box(from, bottom, min(from+width*1.5, place.Max.X), top))
	}
	values := ticks(s.low, s.high, int((place.Max.X-place.Min.X)/25))
	for i, label := range labels(values) {
		at := vg.Point{X: place.Min.X, Y: bottom - 4}
		if s.high > s.low {
			at.X = x.at(values[i])
		}
		c.FillText(words(8, muted, atMiddle, atTop), at, label)
	}
	c.FillText(words(9, ink, atMiddle, atBottom), vg.Point{X: (place.Min.X + place.Max.X) / 2, Y: place.Min.Y - 46}, s.title)
}

// curve strokes a line through points; NaN interrupts it.
func (p panel) curve(stroke draw.LineStyle, times, values []float64) {
	for _, run := range runs(len(values), func(i int) bool { return !math.IsNaN(values[i]) }) {
		var points []vg.Point
		for i := run[0]; i < run[1]; i++ {
			points = append(points, vg.Point{X: p.x.at(times[i]), Y: p.y.at(values[i])})
		}
		p.StrokeLines(stroke, points)
	}
}

// band fills between two series; NaN in either interrupts it.
func (p panel) band(clr color.Color, times []float64, b Band) {
	for _, run := range runs(len(b.Low), func(i int) bool { return !math.IsNaN(b.Low[i]) && !math.IsNaN(b.High[i]) }) {
		var points []vg.Point
		for i := run[0]; i < run[1]; i++ {
			points = append(points, vg.Point{X: p.x.at(times[i]), Y: p.y.at(b.High[i])})
		}
		for i := run[1] - 1; i >= run[0]; i-- {
			points = append(points, vg.Point{X: p.x.at(times[i]), Y: p.y.at(b.Low[i])})
		}
		p.FillPolygon(clr, points)
	}
}

// runs returns the half-open stretches of indices below n that hold.
func runs(n int, holds func(i int) bool) (found [][2]int) {
	for i := range n {
		switch {
		case !holds(i):
		case len(found) > 0 && found[len(found)-1][1] == i:
			found[len(found)-1][1]++
		default:
			found = append(found, [2]int{i, i + 1})
		}
	}
	return found
}
