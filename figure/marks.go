package figure

import (
	"image"
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Condition is what stands for a condition on a figure.
type Condition struct {
	Name    string
	Group   string      // its category, shown by color; "" for none
	Picture image.Image // nil for none
}

// palette gives every category its color, in the order in which they first
// appear.
type palette []string

func paletteOf(conditions []Condition) palette {
	var names palette
	for _, c := range conditions {
		if c.Group != "" && !slices.Contains(names, c.Group) {
			names = append(names, c.Group)
		}
	}
	return names
}

// of is the color of a category; that of no category is gray.
func (p palette) of(group string) color.RGBA {
	if place := slices.Index(p, group); place >= 0 {
		return Category(place, len(p))
	}
	return muted
}

const keyLine = vg.Length(13) // height of a line of the key

// lines breaks the key into lines of at most a width.
func (p palette) lines(width vg.Length) (lines [][]string) {
	room := vg.Length(0)
	for _, name := range p {
		need := words(8, ink, atLeft, atCenter).Width(name) + 24
		if len(lines) == 0 || need > room {
			lines, room = append(lines, nil), width
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], name)
		room -= need
	}
	return lines
}

// key names the colors of the categories below and right of a point.
func (p palette) key(c draw.Canvas, at vg.Point, width vg.Length) {
	for k, names := range p.lines(width) {
		x, y := at.X, at.Y-keyLine*(vg.Length(k)+0.5)
		for _, name := range names {
			fill(c, p.of(name), box(x, y-3.5, x+7, y+3.5))
			style := words(8, ink, atLeft, atCenter)
			c.FillText(style, vg.Point{X: x + 11, Y: y}, name)
			x += style.Width(name) + 24
		}
	}
}

// picture draws a picture of a condition around a point, as large as a square of
// that side allows, and framed in a color.
func picture(c draw.Canvas, of image.Image, at vg.Point, side vg.Length, frame color.RGBA) {
	size := of.Bounds().Size()
	most := vg.Length(max(size.X, size.Y, 1))
	half := vg.Point{X: side / 2 * vg.Length(size.X) / most, Y: side / 2 * vg.Length(size.Y) / most}
	fill(c, frame, box(at.X-half.X-0.8, at.Y-half.Y-0.8, at.X+half.X+0.8, at.Y+half.Y+0.8))
	c.DrawImage(box(at.X-half.X, at.Y-half.Y, at.X+half.X, at.Y+half.Y), of)
}
