package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Generalization is a heat map of what was learned at one time and tested at
// another: training upwards, tests to the right.
type Generalization struct {
	Title   string
	Measure string    // name of the scores, under the color bar
	Times   []float64 // s from onset, ascending
	Scores  []float64 // times of training × times of tests; NaN is hatched gray
	Middle  float64   // that means nothing, which is white: chance
}

const generalizationSide = vg.Length(260)

// Write draws the map to the file at path, with lines at onset and where both
// times are the same.
//
//	errors   fewer than two times, times that do not ascend, a number of scores
//	         that is not their square, an ending that is not one of Formats
func (f Generalization) Write(path string) error {
	n := len(f.Times)
	if n < 2 || len(f.Scores) != n*n {
		return fmt.Errorf("%s: %d scores for %d times: there are two times or more, and a score for every two", path, len(f.Scores), n)
	}
	for t := 1; t < n; t++ {
		if !(f.Times[t] > f.Times[t-1]) {
			return fmt.Errorf("%s: time %d is %g s, after %g s: times ascend", path, t, f.Times[t], f.Times[t-1])
		}
	}
	const left, bottom, side = vg.Length(56), vg.Length(86), generalizationSide
	d := drawing{width: left + side + 16, height: bottom + side + 30}
	d.draw = func(c draw.Canvas) {
		place := box(left, bottom, left+side, bottom+side)
		c.DrawImage(place, f.picture())
		f.lines(c, place)
		f.axes(c, place)
		low, high := f.ends()
		colorBar(c, box(left, bottom-30, left+side, bottom-30), colorScale{low, high, f.color, f.Measure})
		if f.Title != "" {
			c.FillText(words(11, ink, atLeft, atTop), vg.Point{X: left, Y: c.Max.Y - 8}, f.Title)
		}
	}
	return d.write(path)
}

// limit is how far the end colors are from the middle.
func (f Generalization) limit() float64 {
	low, high := extent(f.Scores)
	if limit := max(high-f.Middle, f.Middle-low); limit > 0 {
		return limit
	}
	return 1
}

// ends are those of the color bar: of one side where all scores lie on it.
func (f Generalization) ends() (low, high float64) {
	least, greatest := extent(f.Scores)
	low, high = f.Middle-f.limit(), f.Middle+f.limit()
	if least >= f.Middle {
		low = f.Middle
	} else if greatest <= f.Middle {
		high = f.Middle
	}
	return low, high
}

func (f Generalization) color(score float64) color.RGBA {
	return Diverging.At(0.5 + (score-f.Middle)/f.limit()/2)
}

// picture draws whole pixels, the last time of training on top.
func (f Generalization) picture() image.Image {
	n := len(f.Times)
	cell := min(max(8, 900/n), max(1, mostPixels/n))
	picture := image.NewRGBA(image.Rect(0, 0, n*cell, n*cell))
	for training := range n {
		for test := range n {
			score := f.Scores[training*n+test]
			paint(picture, square(n-1-training, test, cell), f.color(score), math.IsNaN(score))
		}
	}
	return picture
}

// scales map times, in ms, to the middles of their cells.
func (f Generalization) scales(place vg.Rectangle) (x, y scale) {
	n := len(f.Times)
	half := (place.Max.X - place.Min.X) / vg.Length(2*n)
	first, last := f.Times[0]*1000, f.Times[n-1]*1000
	return scale{first, last, place.Min.X + half, place.Max.X - half}, scale{first, last, place.Min.Y + half, place.Max.Y - half}
}

// lines mark the onset, and equal times.
func (f Generalization) lines(c draw.Canvas, place vg.Rectangle) {
	x, y := f.scales(place)
	dashed := line(muted, 0.6)
	dashed.Dashes = []vg.Length{2, 2}
	c.StrokeLine2(dashed, place.Min.X, place.Min.Y, place.Max.X, place.Max.Y)
	if x.from <= 0 && x.to >= 0 {
		c.StrokeLine2(line(muted, 0.8), x.at(0), place.Min.Y, x.at(0), place.Max.Y)
		c.StrokeLine2(line(muted, 0.8), place.Min.X, y.at(0), place.Max.X, y.at(0))
	}
}

// axes write the times.
func (f Generalization) axes(c draw.Canvas, place vg.Rectangle) {
	x, y := f.scales(place)
	values := ticks(x.from, x.to, 6)
	for i, label := range labels(values) {
		c.FillText(words(8, muted, atMiddle, atTop), vg.Point{X: x.at(values[i]), Y: place.Min.Y - 4}, label)
		c.FillText(words(8, muted, atRight, atCenter), vg.Point{X: place.Min.X - 5, Y: y.at(values[i])}, label)
	}
	middle := vg.Point{X: (place.Min.X + place.Max.X) / 2, Y: place.Min.Y - 15}
	c.FillText(words(9, ink, atMiddle, atTop), middle, "tested at (ms)")
	upright := words(9, ink, atMiddle, atTop)
	upright.Rotation = math.Pi / 2
	c.FillText(upright, vg.Point{X: place.Min.X - 44, Y: (place.Min.Y + place.Max.Y) / 2}, "trained at (ms)")
}
