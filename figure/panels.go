package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// TimeCourses draws several courses side by side, on the same scale and with one
// key: what a layer has in common with each of several regions, say. Names and
// colors of the key are those of the first panel.
type TimeCourses struct {
	Panels []TimeCourse // of lines in the same order; noise ceilings are not drawn
}

const (
	panelWidth   = vg.Length(230)
	panelHeight  = vg.Length(150)
	panelLeft    = vg.Length(56) // room of the vertical axis
	panelTop     = vg.Length(30)
	panelFloor   = vg.Length(46) // room of the time axis
	panelColumns = 3             // at most
)

// Write draws the panels to the file at path.
//
//	errors   no panel; what [TimeCourse.Write] refuses in any of them
func (f TimeCourses) Write(path string) error {
	if len(f.Panels) == 0 {
		return fmt.Errorf("%s: %w", path, errors.New("no course to draw"))
	}
	for _, p := range f.Panels {
		if err := p.check(); err != nil {
			return fmt.Errorf("%s: %q: %w", path, p.Title, err)
		}
	}
	rows := (len(f.Panels) + panelColumns - 1) / panelColumns
	columns := (len(f.Panels) + rows - 1) / rows // as even as can be
	width, height := panelLeft+panelWidth+10, panelTop+panelHeight+f.marksHeight()+panelFloor
	d := drawing{width: vg.Length(columns)*width + f.keyWidth(), height: vg.Length(rows) * height}
	d.draw = func(c draw.Canvas) {
		low, high := f.extent()
		for i, course := range f.Panels {
			left, top := vg.Length(i%columns)*width+panelLeft, d.height-vg.Length(i/columns)*height
			course.Ceiling = nil
			bottom := top - panelTop - panelHeight
			p := panel{
				Canvas: c,
				x:      scale{course.Times[0], course.Times[len(course.Times)-1], left, left + panelWidth},
				y:      scale{low, high, bottom, bottom + panelHeight},
			}
			p.Max.Y = top
			p.heading(course.Title, false)
			p.axes(course.Measure)
			course.timeAxis(p, bottom-f.marksHeight()-8)
			course.lines(p)
			course.marks(p)
		}
		f.key(c, vg.Point{X: vg.Length(columns)*width + 6, Y: d.height - panelTop - 4})
	}
	return d.write(path)
}

// marksHeight is the room of the marks of the panel that has most lines.
func (f TimeCourses) marksHeight() (height vg.Length) {
	for _, p := range f.Panels {
		height = max(height, markRow*vg.Length(len(p.Lines)))
	}
	return height
}

// extent is the range of all panels.
func (f TimeCourses) extent() (low, high float64) {
	for i, p := range f.Panels {
		p.Ceiling = nil
		from, to := p.extent()
		if i == 0 {
			low, high = from, to
		}
		low, high = min(low, from), max(high, to)
	}
	return low, high
}

// keyWidth is the room of the longest name.
func (f TimeCourses) keyWidth() vg.Length {
	longest := vg.Length(0)
	for _, l := range f.Panels[0].Lines {
		longest = max(longest, words(8, ink, atLeft, atCenter).Width(l.Name))
	}
	return 6 + 21 + longest + 12
}

// key names the lines below and right of a point, closer together the more there
// are.
func (f TimeCourses) key(c draw.Canvas, at vg.Point) {
	first := f.Panels[0]
	pitch := min(13, panelHeight/vg.Length(len(first.Lines)+1))
	for i, l := range first.Lines {
		y := at.Y - pitch*vg.Length(i)
		c.StrokeLine2(line(first.color(i), 2), at.X, y, at.X+16, y)
		c.FillText(words(min(8, pitch), ink, atLeft, atCenter), vg.Point{X: at.X + 21, Y: y}, l.Name)
	}
}
