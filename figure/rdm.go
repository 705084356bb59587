package figure

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// RDM is a heat map of one dissimilarity matrix.
type RDM struct {
	Title           string
	Dissimilarities []float64  // upper triangle row by row, n(n-1)/2 pairs; NaN is hatched gray
	Measure         string     // name of the measure, and its unit if it has one; stands under the color bar
	Conditions      []string   // labels of the rows; nil for none, and left out above 40
	Groups          []string   // category of every row, equal ones side by side; nil for none
	Range           [2]float64 // of the color scale; the zero Range is that of the dissimilarities
	Percentiles     bool       // show ranks of the dissimilarities, ties averaged, scaled to 0..100
	Colors          Colors     // the zero Colors is Viridis
}

// mostLabels is how many rows can be labelled one by one.
const mostLabels = 40

// Write draws the matrix to the file at path.
//
//	NaN      a missing dissimilarity is gray with a hatch; the diagonal is left white
//	errors   a number of dissimilarities that makes no matrix, labels that do not
//	         fit, an ending that is not one of Formats
func (f RDM) Write(path string) error {
	n, err := f.size()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	const side = 3.6 * vg.Inch
	left, top := f.margins(n)
	d := drawing{width: left + side + 16, height: top + side + 52}
	d.draw = func(c draw.Canvas) {
		heading(c, f.Title, left)
		place := box(left, 52, left+side, 52+side)
		values, low, high := f.shown()
		c.DrawImage(place, f.picture(n, values, low, high))
		f.label(c, place, n)
		f.bar(c, place, low, high)
	}
	return d.write(path)
}

// size returns the number of conditions.
func (f RDM) size() (int, error) {
	n := int(math.Round((1 + math.Sqrt(1+8*float64(len(f.Dissimilarities)))) / 2))
	switch {
	case len(f.Dissimilarities) == 0 || n*(n-1)/2 != len(f.Dissimilarities):
		return 0, fmt.Errorf("%d dissimilarities are no upper triangle n(n-1)/2", len(f.Dissimilarities))
	case f.Conditions != nil && len(f.Conditions) != n, f.Groups != nil && len(f.Groups) != n:
		return 0, fmt.Errorf("%d labels and %d groups for %d conditions", len(f.Conditions), len(f.Groups), n)
	}
	return n, nil
}

// margins leaves room for what is written around the matrix.
func (f RDM) margins(n int) (left, top vg.Length) {
	left, top = 16, 12
	if f.Title != "" {
		top += 20
	}
	if f.Groups != nil {
		top += 14
	}
	if f.Conditions != nil && n <= mostLabels {
		for _, label := range f.Conditions {
			left = max(left, words(7, ink, atRight, atCenter).Width(label)+12)
		}
	}
	return left, top
}

// shown returns what the colors stand for, and the ends of the scale.
func (f RDM) shown() (values []float64, low, high float64) {
	if f.Percentiles {
		return percentiles(f.Dissimilarities), 0, 100
	}
	if f.Range != [2]float64{} {
		return f.Dissimilarities, f.Range[0], f.Range[1]
	}
	low, high = extent(f.Dissimilarities)
	return f.Dissimilarities, low, high
}

// colors is the color table, Viridis unless another is set.
func (f RDM) colors() Colors {
	if f.Colors.points == nil {
		return Viridis
	}
	return f.Colors
}

// mostPixels is the longest side of a picture of more than mostPixels/8 rows,
// which takes 64 MB.
const mostPixels = 4000

// picture draws whole pixels, and while they are few enough so many of them that
// no viewer blurs a cell.
func (f RDM) picture(n int, values []float64, low, high float64) image.Image {
	cell := min(max(8, 900/n), max(1, mostPixels/n))
	colors := f.colors()
	picture := image.NewRGBA(image.Rect(0, 0, n*cell, n*cell))
	pair := 0
	for i := range n {
		paint(picture, square(i, i, cell), color.RGBA{255, 255, 255, 255}, false)
		for j := i + 1; j < n; j++ {
			share := (values[pair] - low) / cmp.Or(high-low, 1)
			clr := colors.At(share)
			paint(picture, square(i, j, cell), clr, math.IsNaN(share))
			paint(picture, square(j, i, cell), clr, math.IsNaN(share))
			pair++
		}
	}
	return picture
}

// square is the cell of a row and a column.
func square(row, column, size int) image.Rectangle {
	return image.Rect(column*size, row*size, (column+1)*size, (row+1)*size)
}

// paint fills a cell; a hatched one has a diagonal stripe.
func paint(picture *image.RGBA, cell image.Rectangle, c color.RGBA, hatched bool) {
	size := cell.Dx()
	for y := cell.Min.Y; y < cell.Max.Y; y++ {
		for x := cell.Min.X; x < cell.Max.X; x++ {
			clr := c
			if hatched && (x+y)%size < max(1, size/6) {
				clr = color.RGBA{225, 227, 230, 255}
			}
			picture.SetRGBA(x, y, clr)
		}
	}
}

// label writes conditions at the left and groups above, with lines between them.
func (f RDM) label(c draw.Canvas, place vg.Rectangle, n int) {
	cell := (place.Max.X - place.Min.X) / vg.Length(n)
	if f.Conditions != nil && n <= mostLabels {
		for i, label := range f.Conditions {
			at := vg.Point{X: place.Min.X - 4, Y: place.Max.Y - cell*(vg.Length(i)+0.5)}
			c.FillText(words(min(7, cell), ink, atRight, atCenter), at, label)
		}
	}
	for from := 0; from < len(f.Groups); {
		to := from + 1
		for to < n && f.Groups[to] == f.Groups[from] {
			to++
		}
		middle := place.Min.X + cell*vg.Length(from+to)/2
		c.FillText(words(8, muted, atMiddle, atBottom), vg.Point{X: middle, Y: place.Max.Y + 4}, f.Groups[from])
		if from > 0 {
			x, y := place.Min.X+cell*vg.Length(from), place.Max.Y-cell*vg.Length(from)
			c.StrokeLine2(line(color.White, 1), x, place.Min.Y, x, place.Max.Y)
			c.StrokeLine2(line(color.White, 1), place.Min.X, y, place.Max.X, y)
		}
		from = to
	}
}

// bar draws the color scale under the matrix.
func (f RDM) bar(c draw.Canvas, place vg.Rectangle, low, high float64) {
	const steps = 128
	x := scale{low, high, place.Min.X, place.Max.X}
	bottom, top := place.Min.Y-18, place.Min.Y-10
	colors := f.colors()
	width := (place.Max.X - place.Min.X) / steps
	for k := range steps {
		from := place.Min.X + width*vg.Length(k)
		fill(c, colors.At((float64(k)+0.5)/steps), box(from, bottom, min(from+width*1.5, place.Max.X), top))
	}
	values := ticks(low, high, 4)
	for i, label := range labels(values) {
		at := vg.Point{X: place.Min.X, Y: bottom - 4}
		if high > low {
			at.X = x.at(values[i])
		}
		c.FillText(words(8, muted, atMiddle, atTop), at, label)
	}
	title := f.Measure
	if f.Percentiles {
		title = "percentile of " + f.Measure
	}
	c.FillText(words(9, ink, atMiddle, atBottom), vg.Point{X: (place.Min.X + place.Max.X) / 2, Y: 5}, title)
}

// percentiles returns the ranks of values scaled to 0..100, ties averaged; NaN
// stays NaN and has no rank.
func percentiles(values []float64) []float64 {
	ranked := make([]float64, len(values))
	var order []int
	for i, v := range values {
		ranked[i] = math.NaN()
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranked[i] = 100 * float64(from+to-1) / 2 / float64(max(len(order)-1, 1))
		}
		from = to
	}
	return ranked
}
