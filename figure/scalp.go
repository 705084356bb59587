package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ScalpMaps draws values of sensors on heads seen from above: rows of maps, such
// as a row per type of sensor and a column per time. Zero is white, more is red
// and less is blue; maps of one measure have one scale.
type ScalpMaps struct {
	Title string
	Rows  []ScalpRow
	Disk  string // what a disk says, such as "p ≤ 0.05"; "" for nothing
	Star  string // what a star says, such as "highest of 102 sensors, untested"; "" for nothing
	Note  string // stands below all

	Range  [2]float64 // of the color scale, of all measures; the zero Range is that of each
	Middle float64    // of the color scale, such as the chance of accuracies
	Colors Colors     // the zero Colors is Diverging
}

// ScalpRow is a row of maps.
type ScalpRow struct {
	Title string // above the row, and of those below it without one
	Name  string // at the left, such as "gradiometers, mean of pairs"
	Maps  []ScalpMap
}

// ScalpMap is the map of one value per sensor.
type ScalpMap struct {
	Title   string
	Measure string // of the values, and its unit if it has one; maps that agree in it have one scale
	Scalp   Scalp
	Values  []float64 // one per sensor; NaN leaves the sensor out of the map
	Disks   []bool    // sensors marked as significant; nil for none
	Stars   []bool    // sensors marked as chosen; nil for none
}

const (
	scalpWidest  = 2.2 * vg.Inch  // side of a map, where there are few
	scalpLeast   = 0.95 * vg.Inch // where there are many
	scalpAll     = 8.5 * vg.Inch  // the width that maps of a row are to fit into
	scalpGap     = vg.Length(8)   // between maps
	scalpHead    = vg.Length(16)  // above a map, for its title
	scalpTitle   = vg.Length(22)  // above a row, for its title
	scalpNames   = vg.Length(20)  // left of a row, for its name
	scalpKeyLine = vg.Length(13)  // of what stands below all
	scalpMargin  = vg.Length(10)
	scalpBar     = 190 // length of a color bar
)

// Write draws the maps to the file at path.
//
//	NaN      a sensor without a value is a ring; the map goes over it
//	errors   no maps; numbers, marks or names that do not fit the sensors; sensors
//	         of which no map can be made: one or two with a value, two at one
//	         place, all on a line; an ending that is not one of Formats
//	cost     some 30 ms per map
func (f ScalpMaps) Write(path string) error {
	fields, err := f.fields()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	l := f.layout()
	d := drawing{width: l.width, height: l.height}
	d.draw = func(c draw.Canvas) {
		if f.Title != "" {
			c.FillText(words(11, ink, atLeft, atTop), vg.Point{X: scalpMargin, Y: c.Max.Y - 8}, f.Title)
		}
		for i, row := range f.Rows {
			f.row(c, l, i, fields[i])
			if row.Name != "" {
				upright := words(9, ink, atMiddle, atCenter)
				upright.Rotation = math.Pi / 2
				upright.Font.Size = min(9, 9*l.side/upright.Width(row.Name))
				c.FillText(upright, vg.Point{X: scalpMargin + 6, Y: l.bottoms[i] + l.side/2}, row.Name)
			}
			if row.Title != "" {
				c.FillText(words(10, ink, atLeft, atBottom), vg.Point{X: scalpMargin, Y: l.bottoms[i] + l.side + row.head() + 5}, row.Title)
			}
		}
		l.key(c)
	}
	return d.write(path)
}

// fields lays a surface over every map, and complains about what makes none.
func (f ScalpMaps) fields() ([][]scalpField, error) {
	if len(f.Rows) == 0 {
		return nil, errors.New("no maps to draw")
	}
	var fields [][]scalpField
	for i, row := range f.Rows {
		if len(row.Maps) == 0 {
			return nil, fmt.Errorf("row %d (%q) has no maps", i+1, row.Name)
		}
		var own []scalpField
		for k, m := range row.Maps {
			field, err := m.field()
			if err != nil {
				return nil, fmt.Errorf("map %d of row %d (%q): %w", k+1, i+1, m.Title, err)
			}
			own = append(own, field)
		}
		fields = append(fields, own)
	}
	return fields, nil
}

func (m ScalpMap) field() (scalpField, error) {
	if err := m.Scalp.check(); err != nil {
		return scalpField{}, err
	}
	n := len(m.Scalp.Places)
	if len(m.Values) != n || m.Disks != nil && len(m.Disks) != n || m.Stars != nil && len(m.Stars) != n {
		return scalpField{}, fmt.Errorf("%d values, %d disks and %d stars for %d sensors", len(m.Values), len(m.Disks), len(m.Stars), n)
	}
	return m.Scalp.field(m.Values)
}

// A scalpLayout says where rows stand.
type scalpLayout struct {
	width, height vg.Length
	left          vg.Length   // of the first map of all rows
	side          vg.Length   // of a map
	bottoms       []vg.Length // of the maps of every row
	bars          []scalpBars // below every row
	keys          []scalpKey  // below all
}

// scalpBars says what color bars stand below a row.
type scalpBars int

const (
	noBar     scalpBars = iota // the bar of the next row is that of this one too
	rowBar                     // one for the row, and for those above without one
	barOfEach                  // one for every map
)

// layout finds room for all.
func (f ScalpMaps) layout() (l scalpLayout) {
	columns, named := 0, false
	for i, row := range f.Rows {
		columns, named = max(columns, len(row.Maps)), named || row.Name != ""
		l.bars = append(l.bars, f.barsOf(i))
	}
	l.left = scalpMargin
	if named {
		l.left += scalpNames
	}
	l.side = min(scalpWidest, max(scalpLeast, scalpAll/vg.Length(columns)-scalpGap))
	l.width = l.left + vg.Length(columns)*(l.side+scalpGap) - scalpGap + scalpMargin
	l.width = max(l.width, l.left+scalpBar+2*scalpMargin)
	for _, row := range f.Rows {
		if row.Title != "" {
			l.width = max(l.width, words(10, ink, atLeft, atTop).Width(row.Title)+2*scalpMargin)
		}
	}
	l.width = max(l.width, words(11, ink, atLeft, atTop).Width(f.Title)+2*scalpMargin)
	l.keys = f.keys(l.width - 2*scalpMargin)
	l.height = scalpKeyLine*vg.Length(len(l.keys)) + 6
	l.bottoms = make([]vg.Length, len(f.Rows))
	for i := range slices.Backward(f.Rows) {
		if l.bars[i] != noBar {
			l.height += barRoom
		}
		l.bottoms[i] = l.height
		l.height += l.side + scalpGap + f.Rows[i].head()
		if f.Rows[i].Title != "" {
			l.height += scalpTitle
		}
	}
	if f.Title != "" {
		l.height += 20
	}
	return l
}

// head is the room above the maps of a row, for their titles.
func (r ScalpRow) head() vg.Length {
	if slices.ContainsFunc(r.Maps, func(m ScalpMap) bool { return m.Title != "" }) {
		return scalpHead
	}
	return 0
}

// barsOf says what color bars stand below row i.
func (f ScalpMaps) barsOf(i int) scalpBars {
	measure, one := f.Rows[i].measure()
	if !one {
		return barOfEach
	}
	if i+1 < len(f.Rows) {
		if below, same := f.Rows[i+1].measure(); same && below == measure {
			return noBar
		}
	}
	return rowBar
}

// measure is that of the row, if it has one.
func (r ScalpRow) measure() (string, bool) {
	for _, m := range r.Maps {
		if m.Measure != r.Maps[0].Measure {
			return "", false
		}
	}
	return r.Maps[0].Measure, true
}

// row draws the maps of row i, and the color bars below it.
func (f ScalpMaps) row(c draw.Canvas, l scalpLayout, i int, fields []scalpField) {
	for k, m := range f.Rows[i].Maps {
		left := l.left + vg.Length(k)*(l.side+scalpGap)
		place := box(left, l.bottoms[i], left+l.side, l.bottoms[i]+l.side)
		f.drawMap(m.Scalp.paper(c, place, fields[k]), m, fields[k])
		style := words(9, ink, atMiddle, atBottom)
		style.Font.Size = min(9, 9*(l.side+scalpGap)/max(1, style.Width(m.Title)))
		c.FillText(style, vg.Point{X: left + l.side/2, Y: place.Max.Y + 4}, m.Title)
		if l.bars[i] == barOfEach {
			colorBar(c, box(left+0.08*l.side, place.Min.Y, left+0.92*l.side, place.Max.Y), f.scaleOf(m.Measure))
		}
	}
	if l.bars[i] == rowBar {
		middle := l.left + (vg.Length(len(f.Rows[i].Maps))*(l.side+scalpGap)-scalpGap)/2
		start := max(l.left, middle-scalpBar/2)
		measure, _ := f.Rows[i].measure()
		colorBar(c, box(start, l.bottoms[i], start+scalpBar, l.bottoms[i]+l.side), f.scaleOf(measure))
	}
}

// drawMap draws one map: colors, contours, head, sensors.
func (f ScalpMaps) drawMap(paper scalpPaper, m ScalpMap, field scalpField) {
	if field.surface != nil {
		colors, values := f.scaleOf(m.Measure), field.raster()
		low, high := values.corners()
		paper.DrawImage(vg.Rectangle{Min: paper.at(low), Max: paper.at(high)}, field.picture(values, colors.at))
		paper.contours(field, values, contourLevels(colors.low, colors.high), f.Middle)
	}
	paper.edge(field)
	paper.head(m.Scalp)
	for i, place := range m.Scalp.Places {
		at := paper.at(place)
		switch {
		case m.Stars != nil && m.Stars[i]: // drawn last
		case m.Disks != nil && m.Disks[i]:
			disk(paper.Canvas, at)
		default:
			dot(paper.Canvas, at, m.Values[i])
		}
		if m.Scalp.Names != nil {
			paper.FillText(words(4.5, ink, atMiddle, atBottom), vg.Point{X: at.X, Y: at.Y + 1.5}, m.Scalp.Names[i])
		}
	}
	for i, place := range m.Scalp.Places {
		if m.Stars != nil && m.Stars[i] {
			star(paper.Canvas, paper.at(place))
		}
	}
}

// scaleOf is the color scale of a measure: of both sides of the middle alike where
// there are values on both.
func (f ScalpMaps) scaleOf(measure string) colorScale {
	var all [][]float64
	for _, row := range f.Rows {
		for _, m := range row.Maps {
			if m.Measure == measure {
				all = append(all, m.Values)
			}
		}
	}
	low, high := extent(all...)
	low, high = min(low, f.Middle), max(high, f.Middle)
	limit := max(high-f.Middle, f.Middle-low)
	if limit == 0 {
		limit = 1
	}
	low, high = f.Middle+limit*float64(signOf(low-f.Middle)), f.Middle+limit*float64(signOf(high-f.Middle))
	if f.Range != [2]float64{} {
		low, high = f.Range[0], f.Range[1]
		limit = max(high-f.Middle, f.Middle-low)
	}
	if f.Colors.points != nil {
		return colorScale{low, high, func(v float64) color.RGBA { return f.Colors.At((v - low) / (high - low)) }, measure}
	}
	return colorScale{low, high, func(v float64) color.RGBA { return Diverging.At(0.5 + (v-f.Middle)/limit/2) }, measure}
}

func signOf(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// keys are the lines below all, no longer than there is room, with what marks them.
func (f ScalpMaps) keys(room vg.Length) (keys []scalpKey) {
	has := func(marks func(m ScalpMap) []bool) bool {
		return slices.ContainsFunc(f.Rows, func(r ScalpRow) bool {
			return slices.ContainsFunc(r.Maps, func(m ScalpMap) bool { return slices.Contains(marks(m), true) })
		})
	}
	if f.Star != "" && has(func(m ScalpMap) []bool { return m.Stars }) {
		keys = append(keys, scalpKey{star, f.Star})
	}
	if f.Disk != "" && has(func(m ScalpMap) []bool { return m.Disks }) {
		keys = append(keys, scalpKey{disk, f.Disk})
	}
	line := ""
	for word := range strings.FieldsSeq(f.Note) {
		if longer := strings.TrimSpace(line + " " + word); line == "" || scalpSmall.Width(longer) <= room {
			line = longer
			continue
		}
		keys, line = append(keys, scalpKey{nil, line}), word
	}
	if line != "" {
		keys = append(keys, scalpKey{nil, line})
	}
	return keys
}

// scalpSmall is how the lines below all are written.
var scalpSmall = words(8, muted, atLeft, atCenter)

// A scalpKey says what a mark means.
type scalpKey struct {
	mark func(c draw.Canvas, at vg.Point)
	text string
}

// key draws the lines below all.
func (l scalpLayout) key(c draw.Canvas) {
	for i, k := range l.keys {
		at := vg.Point{X: scalpMargin, Y: 6 + scalpKeyLine*(vg.Length(len(l.keys)-1-i)+0.5)}
		if k.mark != nil {
			k.mark(c, vg.Point{X: at.X + 5, Y: at.Y})
			at.X += 14
		}
		c.FillText(scalpSmall, at, k.text)
	}
}
