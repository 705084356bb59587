package figure

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// RDM is a heat map of one dissimilarity matrix.
type RDM struct {
	Title           string
	Dissimilarities []float64     // upper triangle row by row, n(n-1)/2 pairs; NaN is hatched gray
	Measure         string        // name of the measure, and its unit if it has one; stands under the color bar
	Conditions      []string      // labels of the rows; nil for none, and left out above 40
	Groups          []string      // category of every row, a colored band along the edges; equal ones side by side; nil for none
	Pictures        []image.Image // of every row, along the edges; nil for none, and none where several matrices stand side by side
	Range           [2]float64    // of the color scale; the zero Range is that of the dissimilarities
	Percentiles     bool          // show ranks of the dissimilarities, ties averaged, scaled to 0..100
	Colors          Colors        // the zero Colors is Viridis
}

const (
	mostLabels = 40            // how many rows can be labelled one by one
	bandWidth  = vg.Length(6)  // of the categories along the edges
	bandGap    = vg.Length(2)  // between them and the matrix
	barRoom    = vg.Length(50) // under the matrix, for the color bar
)

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
	const side = rdmSide
	left := max(f.left(n), 12)
	d := drawing{width: left + side + 16, height: barRoom + side + f.top() + 8}
	d.draw = func(c draw.Canvas) {
		f.draw(c, box(left, barRoom, left+side, barRoom+side))
		f.names(c, box(left, barRoom, left+side, barRoom+side))
		f.edges(c, box(left, barRoom, left+side, barRoom+side))
	}
	return d.write(path)
}

// draw fills a square with the matrix, and what belongs above and below it.
func (f RDM) draw(c draw.Canvas, place vg.Rectangle) {
	n, _ := f.size()
	values, low, high := f.shown()
	c.DrawImage(place, f.picture(n, values, low, high))
	f.bands(c, place)
	f.bar(c, place, low, high)
	if f.Title != "" {
		style := words(11, ink, atLeft, atBottom)
		style.Font.Size = min(11, 11*(place.Max.X-place.Min.X)/style.Width(f.Title))
		c.FillText(style, vg.Point{X: place.Min.X, Y: place.Max.Y + f.top() - 14}, f.Title)
	}
}

// size returns the number of conditions.
func (f RDM) size() (int, error) {
	n := int(math.Round((1 + math.Sqrt(1+8*float64(len(f.Dissimilarities)))) / 2))
	switch {
	case len(f.Dissimilarities) == 0 || n*(n-1)/2 != len(f.Dissimilarities):
		return 0, fmt.Errorf("%d dissimilarities are no upper triangle n(n-1)/2", len(f.Dissimilarities))
	case f.Conditions != nil && len(f.Conditions) != n, f.Groups != nil && len(f.Groups) != n:
		return 0, fmt.Errorf("%d labels and %d groups for %d conditions", len(f.Conditions), len(f.Groups), n)
	case f.Pictures != nil && len(f.Pictures) != n:
		return 0, fmt.Errorf("%d pictures for %d conditions", len(f.Pictures), n)
	}
	return n, nil
}

// left is the room for what is written at the left of the matrix.
func (f RDM) left(n int) vg.Length {
	room := f.labelRoom(n)
	if f.Groups != nil {
		room += bandWidth + bandGap
		longest := vg.Length(0)
		for _, g := range f.groups() {
			longest = max(longest, groupWords().Width(g.name))
		}
		room += longest + 6
	}
	return room + f.pictureRoom(n) + 4
}

// labelRoom is that part of it which labels of single rows take.
func (f RDM) labelRoom(n int) (room vg.Length) {
	if n <= mostLabels {
		for _, label := range f.Conditions {
			room = max(room, words(7, ink, atRight, atCenter).Width(label)+4)
		}
	}
	return room
}

func groupWords() text.Style { return words(8, ink, atRight, atCenter) }

// top is the room above the matrix.
func (f RDM) top() vg.Length {
	room := vg.Length(6)
	if f.Title != "" {
		room += 14
	}
	if f.Groups != nil {
		room += bandWidth + bandGap
	}
	n, _ := f.size()
	return room + f.pictureRoom(n)
}

// group is a stretch of rows of one category.
type group struct {
	name     string
	from, to int
	color    color.RGBA
}

// groups lists the stretches of one category; categories are numbered, for
// their colors, in the order in which they appear.
func (f RDM) groups() []group {
	var stretches []group
	var names []string
	for i, name := range f.Groups {
		if i > 0 && name == f.Groups[i-1] {
			stretches[len(stretches)-1].to++
			continue
		}
		stretches = append(stretches, group{name: name, from: i, to: i + 1})
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for i := range stretches {
		stretches[i].color = Category(slices.Index(names, stretches[i].name), len(names))
	}
	return stretches
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

// bands colors the upper and the left edge by category, with lines between them
// through the matrix.
func (f RDM) bands(c draw.Canvas, place vg.Rectangle) {
	cell := (place.Max.X - place.Min.X) / vg.Length(max(len(f.Groups), 1))
	for _, g := range f.groups() {
		x0, x1 := place.Min.X+cell*vg.Length(g.from), place.Min.X+cell*vg.Length(g.to)
		y0, y1 := place.Max.Y-cell*vg.Length(g.to), place.Max.Y-cell*vg.Length(g.from)
		fill(c, g.color, box(x0, place.Max.Y+bandGap, x1, place.Max.Y+bandGap+bandWidth))
		fill(c, g.color, box(place.Min.X-bandGap-bandWidth, y0, place.Min.X-bandGap, y1))
		if g.from > 0 {
			c.StrokeLine2(line(color.White, 0.8), x0, place.Min.Y, x0, place.Max.Y)
			c.StrokeLine2(line(color.White, 0.8), place.Min.X, y1, place.Max.X, y1)
		}
	}
}

// names writes conditions and categories at the left of their rows.
func (f RDM) names(c draw.Canvas, place vg.Rectangle) {
	n, _ := f.size()
	cell := (place.Max.X - place.Min.X) / vg.Length(n)
	at := vg.Point{X: place.Min.X - 4 - f.pictureRoom(n)}
	if f.Groups != nil {
		at.X -= bandWidth + bandGap
	}
	if n <= mostLabels {
		for i, label := range f.Conditions {
			at.Y = place.Max.Y - cell*(vg.Length(i)+0.5)
			c.FillText(words(min(7, cell), ink, atRight, atCenter), at, label)
		}
	}
	at.X -= f.labelRoom(n)
	for _, g := range f.groups() {
		at.Y = place.Max.Y - cell*vg.Length(g.from+g.to)/2
		style := groupWords()
		style.Color = dark(g.color)
		c.FillText(style, at, g.name)
	}
}

// bar draws the color scale under the matrix.
func (f RDM) bar(c draw.Canvas, place vg.Rectangle, low, high float64) {
	title, colors := f.Measure, f.colors()
	if f.Percentiles {
		title = "percentile of " + f.Measure
	}
	at := func(v float64) color.RGBA { return colors.At((v - low) / cmp.Or(high-low, 1)) }
	colorBar(c, place, colorScale{low, high, at, title})
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
