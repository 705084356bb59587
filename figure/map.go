package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/isocortex/isocortex/embedding"
)

// Map draws conditions where scaling put them: what lies close is alike. It has
// no axes, as directions mean nothing.
type Map struct {
	Title      string
	Note       string // how it was made and how far to trust it, under the map
	Places     embedding.Configuration
	Conditions []Condition
}

// mapSide is the side of the paper of a map.
const mapSide = 4.2 * vg.Inch

// Write draws the map to the file at path. A condition is its picture, else a
// dot, with its name where there are few.
//
//	NaN      a condition without a place is left out
//	errors   places that are not one on paper for every condition, an ending that
//	         is not one of Formats
func (f Map) Write(path string) error {
	if f.Places.Dimensions != 2 || f.Places.Len() != len(f.Conditions) || len(f.Conditions) == 0 {
		return fmt.Errorf("%s: %d places of %d dimensions make no map of %d conditions", path, f.Places.Len(), f.Places.Dimensions, len(f.Conditions))
	}
	colors := paletteOf(f.Conditions)
	below := 20 + keyLine*vg.Length(len(colors.lines(mapSide)))
	d := drawing{width: mapSide + 24, height: below + mapSide + 30}
	d.draw = func(c draw.Canvas) {
		c.FillText(words(11, ink, atLeft, atTop), vg.Point{X: 12, Y: c.Max.Y - 8}, f.Title)
		paper := box(12, below, 12+mapSide, below+mapSide)
		c.StrokeLine2(line(rule, 0.8), paper.Min.X, paper.Min.Y, paper.Max.X, paper.Min.Y)
		c.StrokeLine2(line(rule, 0.8), paper.Min.X, paper.Max.Y, paper.Max.X, paper.Max.Y)
		f.marks(c, paper, colors)
		c.FillText(words(8, muted, atLeft, atTop), vg.Point{X: 12, Y: below - 4}, f.Note)
		colors.key(c, vg.Point{X: 12, Y: below - 16}, mapSide)
	}
	return d.write(path)
}

// marks draws the conditions on the paper, with equal scales along both sides.
func (f Map) marks(c draw.Canvas, paper vg.Rectangle, colors palette) {
	side := min(34, max(9, 0.6*mapSide/vg.Length(math.Sqrt(float64(len(f.Conditions))))))
	across, up := f.scales(paper, side/2+4)
	for i, condition := range f.Conditions {
		place := f.Places.At(i)
		if math.IsNaN(place[0]) || math.IsNaN(place[1]) {
			continue
		}
		at := vg.Point{X: across.at(place[0]), Y: up.at(place[1])}
		if condition.Picture != nil {
			picture(c, condition.Picture, at, side, colors.of(condition.Group))
			continue
		}
		c.DrawGlyph(draw.GlyphStyle{Color: colors.of(condition.Group), Radius: 2.6, Shape: draw.CircleGlyph{}}, at)
		if len(f.Conditions) <= mostLabels {
			c.FillText(words(7, ink, atLeft, atCenter), vg.Point{X: at.X + 5, Y: at.Y}, condition.Name)
		}
	}
}

// scales fit all places into the paper, but for a margin.
func (f Map) scales(paper vg.Rectangle, margin vg.Length) (across, up scale) {
	var x, y []float64
	for i := range f.Conditions {
		x, y = append(x, f.Places.At(i)[0]), append(y, f.Places.At(i)[1])
	}
	left, right := extent(x)
	bottom, top := extent(y)
	half := max(right-left, top-bottom) / 2
	if half == 0 {
		half = 1
	}
	along := func(middle float64, start, end vg.Length) scale {
		return scale{middle - half, middle + half, start + margin, end - margin}
	}
	return along((left+right)/2, paper.Min.X, paper.Max.X), along((bottom+top)/2, paper.Min.Y, paper.Max.Y)
}
