package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// TimeCourse draws scores over time: a line and a band for each model, the noise
// ceiling, the onset, marks where the test is passed, and peaks. Of more than
// eight models only the highest has its band and the interval of its latency.
type TimeCourse struct {
	Title   string
	Measure string    // name of the score, beside the axis
	Times   []float64 // s from onset, ascending
	Lines   []Line
	Ceiling *Band // noise ceiling; nil for none
}

// Line is one model in a TimeCourse; every slice is as long as Times or nil.
type Line struct {
	Name        string
	Score       []float64 // NaN interrupts the line
	Low, High   []float64 // band around it; nil for none
	Significant []bool    // where the test is passed; nil for no marks
	Peak        *Mark     // nil for none
	Color       color.Color
}

// Band is a lower and an upper series.
type Band struct{ Low, High []float64 }

// Mark is a peak: where it is and how far its latency may be off.
type Mark struct {
	Time, Score float64 // s from onset
	From, To    float64 // interval of the time; equal or NaN for none
}

const (
	markRow    = vg.Length(6)
	plotWidth  = vg.Length(400)
	plotHeight = vg.Length(220)
)

// Write draws the course to the file at path.
//
//	errors   series that are not as long as Times, fewer than two times, an
//	         ending that is not one of Formats
func (f TimeCourse) Write(path string) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	marks, keyWidth := markRow*vg.Length(len(f.Lines)), f.keyWidth()
	const left, top = vg.Length(56), vg.Length(34)
	d := drawing{width: left + plotWidth + keyWidth, height: top + plotHeight + marks + 52}
	d.draw = func(c draw.Canvas) {
		floor := vg.Length(40)
		bottom := floor + marks + 8
		low, high := f.extent()
		p := panel{
			Canvas: c,
			x:      scale{f.Times[0], f.Times[len(f.Times)-1], left, left + plotWidth},
			y:      scale{low, high, bottom, bottom + plotHeight},
		}
		p.heading(f.Title, false)
		if f.Ceiling != nil {
			p.band(shade, f.Times, *f.Ceiling)
		}
		p.axes(f.Measure)
		f.timeAxis(p, floor)
		f.lines(p)
		f.marks(p)
		f.key(c, left+plotWidth+16, p.y.end)
	}
	return d.write(path)
}

func (f TimeCourse) check() error {
	n := len(f.Times)
	if n < 2 {
		return fmt.Errorf("%d times make no course", n)
	}
	fits := func(s []float64) bool { return s == nil || len(s) == n }
	if f.Ceiling != nil && (len(f.Ceiling.Low) != n || len(f.Ceiling.High) != n) {
		return fmt.Errorf("noise ceiling of %d and %d numbers for %d times", len(f.Ceiling.Low), len(f.Ceiling.High), n)
	}
	for _, l := range f.Lines {
		if len(l.Score) != n || !fits(l.Low) || !fits(l.High) || (l.Low == nil) != (l.High == nil) || l.Significant != nil && len(l.Significant) != n {
			return fmt.Errorf("line %q: series that do not have one number for each of %d times", l.Name, n)
		}
	}
	return nil
}

// extent is the range of the vertical axis: all that is drawn, and zero.
func (f TimeCourse) extent() (low, high float64) {
	all := [][]float64{{0}}
	for _, l := range f.Lines {
		all = append(all, l.Score, l.Low, l.High)
	}
	if f.Ceiling != nil {
		all = append(all, f.Ceiling.Low, f.Ceiling.High)
	}
	low, high = extent(all...)
	return rounded(low, high, 12)
}

// timeAxis draws milliseconds at the floor, and the onset.
func (f TimeCourse) timeAxis(p panel, floor vg.Length) {
	p.StrokeLine2(line(muted, 0.8), p.x.start, floor, p.x.end, floor)
	values := ticks(p.x.from*1000, p.x.to*1000, 9)
	for i, label := range labels(values) {
		at := p.x.at(values[i] / 1000)
		p.StrokeLine2(line(muted, 0.8), at, floor, at, floor-3)
		p.FillText(words(8, muted, atMiddle, atTop), vg.Point{X: at, Y: floor - 5}, label)
	}
	p.FillText(words(9, ink, atMiddle, atBottom), vg.Point{X: (p.x.start + p.x.end) / 2, Y: floor - 34}, "time from stimulus onset (ms)")
	if p.x.from < 0 && p.x.to > 0 {
		dashed := line(muted, 0.8)
		dashed.Dashes = []vg.Length{3, 3}
		p.StrokeLine2(dashed, p.x.at(0), floor, p.x.at(0), p.y.end)
	}
}

// crowd is how many lines can show their bands and the intervals of their peaks
// without hiding each other.
const crowd = 8

// lines draws the bands first, so that none hides another's line, and the peaks
// last. In a crowd only the highest line has a band and an interval.
func (f TimeCourse) lines(p panel) {
	whole := func(i int) bool { return len(f.Lines) <= crowd || i == f.highest() }
	for i, l := range f.Lines {
		if l.Low != nil && whole(i) {
			clr := color.NRGBAModel.Convert(f.color(i)).(color.NRGBA)
			clr.A = 36
			p.band(clr, f.Times, Band{l.Low, l.High})
		}
	}
	for i, l := range f.Lines {
		p.curve(line(f.color(i), 1.4), f.Times, l.Score)
	}
	for i, l := range f.Lines {
		if l.Peak == nil || math.IsNaN(l.Peak.Time+l.Peak.Score) {
			continue
		}
		mark := *l.Peak
		if !whole(i) {
			mark.From, mark.To = math.NaN(), math.NaN()
		}
		p.peak(mark, f.color(i))
	}
}

// highest is the line with the highest score.
func (f TimeCourse) highest() int {
	best, top := 0, math.Inf(-1)
	for i, l := range f.Lines {
		if _, high := extent(l.Score); high > top {
			best, top = i, high
		}
	}
	return best
}

// peak draws a dot and the interval of its time.
func (p panel) peak(m Mark, clr color.Color) {
	at := vg.Point{X: p.x.at(m.Time), Y: p.y.at(m.Score)}
	if m.From < m.To {
		p.StrokeLine2(line(clr, 1.2), p.x.at(m.From), at.Y, p.x.at(m.To), at.Y)
	}
	p.DrawGlyph(draw.GlyphStyle{Color: color.White, Radius: 3.6, Shape: draw.CircleGlyph{}}, at)
	p.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: 2.8, Shape: draw.CircleGlyph{}}, at)
}

func (f TimeCourse) color(i int) color.Color {
	if f.Lines[i].Color != nil {
		return f.Lines[i].Color
	}
	return Layer(i, len(f.Lines))
}

// marks draws a row of bars for each line, which end half-way to the next time;
// a single time stays visible.
func (f TimeCourse) marks(p panel) {
	half := (f.Times[1] - f.Times[0]) / 2
	for i, l := range f.Lines {
		at := p.y.start - 6 - markRow*vg.Length(i)
		for _, run := range runs(len(l.Significant), func(k int) bool { return l.Significant[k] }) {
			from := p.x.at(max(f.Times[run[0]]-half, p.x.from))
			to := p.x.at(min(f.Times[run[1]-1]+half, p.x.to))
			fill(p.Canvas, f.color(i), box(from, at-1.5, max(to, from+1.5), at+1.5))
		}
	}
}

// keyWidth is the room of the key: for the longest name and its peak.
func (f TimeCourse) keyWidth() vg.Length {
	longest := words(8, ink, atLeft, atCenter).Width("noise ceiling")
	for _, l := range f.Lines {
		longest = max(longest, words(8, ink, atLeft, atCenter).Width(l.Name)+34)
	}
	return 16 + 5 + longest + 28
}

// key names the lines at the right, closer together the more there are.
func (f TimeCourse) key(c draw.Canvas, left, top vg.Length) {
	pitch := min(13, (top-8)/vg.Length(len(f.Lines)+1))
	size := min(8, pitch)
	y := top - 4
	for i, l := range f.Lines {
		c.StrokeLine2(line(f.color(i), 2), left, y, left+16, y)
		c.FillText(words(size, ink, atLeft, atCenter), vg.Point{X: left + 21, Y: y}, l.Name)
		if l.Peak != nil {
			c.FillText(words(size, muted, atRight, atCenter), vg.Point{X: left + f.keyWidth() - 24, Y: y}, fmt.Sprintf("%.0f ms", l.Peak.Time*1000))
		}
		y -= pitch
	}
	if f.Ceiling != nil {
		fill(c, shade, box(left, y-4, left+16, y+4))
		c.FillText(words(size, ink, atLeft, atCenter), vg.Point{X: left + 21, Y: y}, "noise ceiling")
	}
}
