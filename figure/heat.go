package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Heat is a table of scores, each on its color: models against brains. Zero is
// white, more is red and less is blue.
type Heat struct {
	Title       string
	Measure     string // name of the score, under the color bar
	Columns     []string
	Rows        []HeatRow
	Significant string // what a star says, such as "p ≤ 0.05"; "" for nothing
}

// HeatRow is one row of a Heat.
type HeatRow struct {
	Name        string
	Group       string    // stands over neighbors of the same group, when there are several
	Scores      []float64 // one per column; NaN leaves the place empty
	Significant []bool    // one per column, a star; nil for none
}

const (
	heatWidth  = vg.Length(46) // of a place, where there are few columns
	heatHeight = vg.Length(15)
	heatNumber = vg.Length(22) // of a place that has room for a number
)

// width is that of a place. Many columns are narrow, and those with no room for
// numbers show colors alone.
func (f Heat) width() vg.Length {
	return min(heatWidth, max(heatHeight, 560/vg.Length(len(f.Columns))))
}

// Write draws the table to the file at path.
//
//	errors   no rows, rows that do not have one score for every column, an ending
//	         that is not one of Formats
func (f Heat) Write(path string) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	names, heads := vg.Length(0), vg.Length(0)
	for _, r := range f.Rows {
		names = max(names, words(8, ink, atRight, atCenter).Width(r.Name))
	}
	for _, c := range f.Columns {
		heads = max(heads, words(8, ink, atLeft, atCenter).Width(c))
	}
	left, width := names+18, f.width()*vg.Length(len(f.Columns))
	slant := heads / math.Sqrt2
	if heads <= f.width()-4 {
		slant, heads = 10, 0
	}
	top := slant + 14
	if f.Title != "" {
		top += 20
	}
	tall := heatHeight * vg.Length(len(f.Rows)+len(f.headings()))
	d := drawing{width: left + max(width, 110) + slant + 12, height: barRoom + 10 + tall + top}
	d.draw = func(c draw.Canvas) {
		place := box(left, barRoom+10, left+width, barRoom+10+tall)
		if f.Title != "" {
			c.FillText(words(11, ink, atLeft, atTop), vg.Point{X: left, Y: c.Max.Y - 8}, f.Title)
		}
		f.heads(c, place, heads > 0)
		f.rows(c, place)
		f.bar(c, box(left, barRoom+10, left+max(width, 110), barRoom+10+tall))
	}
	return d.write(path)
}

func (f Heat) check() error {
	if len(f.Rows) == 0 || len(f.Columns) == 0 {
		return fmt.Errorf("%d rows and %d columns make no table", len(f.Rows), len(f.Columns))
	}
	for _, r := range f.Rows {
		if n := len(f.Columns); len(r.Scores) != n || r.Significant != nil && len(r.Significant) != n {
			return fmt.Errorf("row %q: %d scores and %d stars for %d columns", r.Name, len(r.Scores), len(r.Significant), n)
		}
	}
	return nil
}

// headings are the rows before which the name of a group stands: none where
// there is one group.
func (f Heat) headings() map[int]string {
	found := map[int]string{}
	for i, r := range f.Rows {
		if i == 0 || r.Group != f.Rows[i-1].Group {
			found[i] = r.Group
		}
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

// heads writes the names of the columns, slanted where they are long.
func (f Heat) heads(c draw.Canvas, place vg.Rectangle, slanted bool) {
	for k, name := range f.Columns {
		style := words(8, ink, atMiddle, atBottom)
		if slanted {
			style = words(8, ink, atLeft, atCenter)
			style.Rotation = math.Pi / 4
		}
		c.FillText(style, vg.Point{X: place.Min.X + f.width()*(vg.Length(k)+0.5), Y: place.Max.Y + 5}, name)
	}
}

func (f Heat) rows(c draw.Canvas, place vg.Rectangle) {
	headings, wide := f.headings(), f.width()
	y := place.Max.Y
	for i, r := range f.Rows {
		if group, is := headings[i]; is {
			c.FillText(words(8, muted, atRight, atCenter), vg.Point{X: place.Min.X - 6, Y: y - heatHeight/2 - 1}, group)
			y -= heatHeight
		}
		c.FillText(words(8, ink, atRight, atCenter), vg.Point{X: place.Min.X - 6, Y: y - heatHeight/2}, r.Name)
		for k, score := range r.Scores {
			if math.IsNaN(score) {
				continue
			}
			x := place.Min.X + wide*vg.Length(k)
			clr := Diverging.At(0.5 + score/f.limit()/2)
			fill(c, clr, box(x+0.5, y-heatHeight+0.5, x+wide-0.5, y-0.5))
			if wide < heatNumber {
				continue
			}
			text := strings.Replace(strconv.FormatFloat(score, 'f', 2, 64), "-", "−", 1)
			middle := vg.Point{X: x + wide/2, Y: y - heatHeight/2}
			c.FillText(words(8, inkOn(clr), atMiddle, atCenter), middle, text)
			if r.Significant != nil && r.Significant[k] {
				middle.X += words(8, ink, atMiddle, atCenter).Width(text)/2 + 1
				c.FillText(words(8, inkOn(clr), atLeft, atCenter), middle, "*")
			}
		}
		y -= heatHeight
	}
}

// limit is the score of the end colors: the largest, whatever its sign.
func (f Heat) limit() float64 {
	var all [][]float64
	for _, r := range f.Rows {
		all = append(all, r.Scores)
	}
	low, high := extent(all...)
	if limit := max(high, -low); limit > 0 {
		return limit
	}
	return 1
}

// bar draws the color scale under the table, and says what a star is.
func (f Heat) bar(c draw.Canvas, place vg.Rectangle) {
	title := f.Measure
	if f.hasStars() && f.Significant != "" {
		title += "     * " + f.Significant
	}
	low := -f.limit()
	if !slices.ContainsFunc(f.Rows, func(r HeatRow) bool { return slices.ContainsFunc(r.Scores, func(s float64) bool { return s < 0 }) }) {
		low = 0
	}
	limit := f.limit()
	colorBar(c, place, colorScale{low, limit, func(v float64) color.RGBA { return Diverging.At(0.5 + v/limit/2) }, title})
}

func (f Heat) hasStars() bool {
	return slices.ContainsFunc(f.Rows, func(r HeatRow) bool { return slices.Contains(r.Significant, true) })
}

// inkOn is the ink that is easier to read on a color: dark or white.
func inkOn(c color.RGBA) color.RGBA {
	if 0.299*float64(c.R)+0.587*float64(c.G)+0.114*float64(c.B) < 140 {
		return color.RGBA{255, 255, 255, 255}
	}
	return ink
}
