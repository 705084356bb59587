package figure

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/isocortex/isocortex/embedding"
)

// Dendrogram draws a tree of conditions from left, where each is for itself, to
// right, where all are joined.
type Dendrogram struct {
	Title      string
	Measure    string // of the heights, under the axis
	Tree       *embedding.Tree
	Conditions []Condition // by their numbers in the tree
}

const dendrogramWidth = 4.2 * vg.Inch // of the tree itself

// Write draws the tree to the file at path. A condition is its picture, if it
// has one, and its name.
//
//	errors   conditions that are not the leaves of the tree, an ending that is not
//	         one of Formats
func (f Dendrogram) Write(path string) error {
	if f.Tree == nil || f.Tree.Leaves != len(f.Conditions) {
		return fmt.Errorf("%s: the %d conditions are not the leaves of the tree", path, len(f.Conditions))
	}
	const leaf, bottom = vg.Length(11), vg.Length(44)
	colors := paletteOf(f.Conditions)
	names := vg.Length(0)
	for _, c := range f.Conditions {
		names = max(names, words(8, ink, atRight, atCenter).Width(c.Name))
	}
	left, tall := names+26, leaf*vg.Length(len(f.Conditions))
	below := bottom + keyLine*vg.Length(len(colors.lines(left+dendrogramWidth)))
	d := drawing{width: left + dendrogramWidth + 20, height: below + tall + 30}
	d.draw = func(c draw.Canvas) {
		c.FillText(words(11, ink, atLeft, atTop), vg.Point{X: 12, Y: c.Max.Y - 8}, f.Title)
		place := box(left, below, left+dendrogramWidth, below+tall)
		f.axis(c, place)
		f.branches(c, place, f.leaves(c, place, colors))
		colors.key(c, vg.Point{X: 12, Y: below - bottom + 8}, left+dendrogramWidth)
	}
	return d.write(path)
}

// heights is the horizontal scale: from 0, or the least height if that lies
// below it.
func (f Dendrogram) heights(place vg.Rectangle) scale {
	all := []float64{0}
	for _, m := range f.Tree.Merges {
		all = append(all, m.Height)
	}
	low, high := extent(all)
	low, high = rounded(low, high, 6)
	return scale{low, high, place.Min.X, place.Max.X}
}

// axis draws the scale of the heights under the tree, and its lines through it.
func (f Dendrogram) axis(c draw.Canvas, place vg.Rectangle) {
	heights := f.heights(place)
	values := ticks(heights.from, heights.to, 6)
	for i, label := range labels(values) {
		x := heights.at(values[i])
		c.StrokeLine2(line(rule, 0.6), x, place.Min.Y, x, place.Max.Y)
		c.FillText(words(8, muted, atMiddle, atTop), vg.Point{X: x, Y: place.Min.Y - 4}, label)
	}
	c.FillText(words(9, ink, atMiddle, atTop), vg.Point{X: (place.Min.X + place.Max.X) / 2, Y: place.Min.Y - 16}, f.Measure)
}

// leaves draws the conditions from top to bottom, and returns where each stands.
func (f Dendrogram) leaves(c draw.Canvas, place vg.Rectangle, colors palette) []vg.Length {
	at := make([]vg.Length, f.Tree.Leaves)
	step := (place.Max.Y - place.Min.Y) / vg.Length(f.Tree.Leaves)
	for k, i := range f.Tree.Order() {
		at[i] = place.Max.Y - step*(vg.Length(k)+0.5)
		condition := f.Conditions[i]
		style := words(8, ink, atRight, atCenter)
		if condition.Group != "" {
			style.Color = dark(colors.of(condition.Group))
		}
		if condition.Picture != nil {
			picture(c, condition.Picture, vg.Point{X: place.Min.X - 10, Y: at[i]}, step-1.6, colors.of(condition.Group))
		} else {
			c.DrawGlyph(draw.GlyphStyle{Color: colors.of(condition.Group), Radius: 2.2, Shape: draw.CircleGlyph{}}, vg.Point{X: place.Min.X - 8, Y: at[i]})
		}
		c.FillText(style, vg.Point{X: place.Min.X - 18, Y: at[i]}, condition.Name)
	}
	return at
}

// branches draws every merge as a bracket at its height, between the middles of
// what it joins.
func (f Dendrogram) branches(c draw.Canvas, place vg.Rectangle, at []vg.Length) {
	heights := f.heights(place)
	reached := make([]vg.Length, f.Tree.Leaves)
	for i := range reached {
		reached[i] = place.Min.X
	}
	for _, m := range f.Tree.Merges {
		x, low, high := heights.at(m.Height), at[m.Left], at[m.Right]
		c.StrokeLine2(line(ink, 0.8), reached[m.Left], low, x, low)
		c.StrokeLine2(line(ink, 0.8), reached[m.Right], high, x, high)
		c.StrokeLine2(line(ink, 0.8), x, low, x, high)
		at, reached = append(at, (low+high)/2), append(reached, x)
	}
}
