package figure

import (
	"math"

	"github.com/isocortex/isocortex/triangulation"
)

// contourSteps are the distances of contours, in powers of ten.
var contourSteps = []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}

// mostContours is how many parts contours cut a range into at most.
const mostContours = 7

// contourLevels are the round numbers inside a range where contours are drawn: so
// few that they cut it into no more than mostContours parts.
func contourLevels(low, high float64) []float64 {
	if !(high > low) {
		return nil
	}
	raw := (high - low) / mostContours
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	k := 0
	for contourSteps[k]*power < raw && k < len(contourSteps)-1 {
		k++
	}
	step := contourSteps[k] * power
	var levels []float64
	for i := math.Floor(low/step) + 1; i*step < high-1e-9*step; i++ {
		levels = append(levels, i*step)
	}
	return levels
}

// A raster is numbers at the crossings of evenly spaced columns and rows, from
// the lowest row up.
type raster struct {
	columns, rows []float64
	values        []float64 // rows × columns
	pixel         float64   // distance of columns, and of rows
}

// contour returns the lines along which a raster passes a level; the values
// between crossings are those of straight lines.
//
//	NaN      no line passes beside it
//	source   marching squares: Lorensen & Cline (1987), doi:10.1145/37401.37422,
//	         in the plane; a saddle is cut by the mean of its corners
func (r raster) contour(level float64) [][]triangulation.Point {
	tracer := tracer{ends: map[int][]int{}}
	for row := range len(r.rows) - 1 {
		for column := range len(r.columns) - 1 {
			r.cell(row, column, level, tracer.join)
		}
	}
	var lines [][]triangulation.Point
	for _, sides := range tracer.lines() {
		points := make([]triangulation.Point, len(sides))
		for i, side := range sides {
			points[i] = r.crossing(side, level)
		}
		lines = append(lines, points)
	}
	return lines
}

// at is the number of a crossing.
func (r raster) at(row, column int) float64 { return r.values[row*len(r.columns)+column] }

// side numbers the side that goes from a crossing to the right, or upwards.
func (r raster) side(row, column, upwards int) int { return 2*(row*len(r.columns)+column) + upwards }

// cell joins the sides of a cell that a level passes.
func (r raster) cell(row, column int, level float64, join func(a, b int)) {
	corners := [4]float64{r.at(row, column), r.at(row, column+1), r.at(row+1, column+1), r.at(row+1, column)}
	sides := [4]int{r.side(row, column, 0), r.side(row, column+1, 1), r.side(row+1, column, 0), r.side(row, column, 1)}
	var passed []int // counterclockwise from below
	for i, v := range corners {
		if math.IsNaN(v) {
			return
		}
		if (v >= level) != (corners[(i+1)%4] >= level) {
			passed = append(passed, sides[i])
		}
	}
	switch len(passed) {
	case 2:
		join(passed[0], passed[1])
	case 4:
		middle := (corners[0] + corners[1] + corners[2] + corners[3]) / 4
		if (middle >= level) == (corners[0] >= level) { // the first corner and the third hang together
			join(passed[0], passed[1])
			join(passed[2], passed[3])
		} else {
			join(passed[3], passed[0])
			join(passed[1], passed[2])
		}
	}
}

// crossing is where a side passes a level.
func (r raster) crossing(side int, level float64) triangulation.Point {
	column, row := side/2%len(r.columns), side/2/len(r.columns)
	from := r.at(row, column)
	p := triangulation.Point{X: r.columns[column], Y: r.rows[row]}
	if side%2 == 0 {
		share := (level - from) / (r.at(row, column+1) - from)
		p.X += share * (r.columns[column+1] - p.X)
	} else {
		share := (level - from) / (r.at(row+1, column) - from)
		p.Y += share * (r.rows[row+1] - p.Y)
	}
	return p
}

// A tracer makes lines of pieces that share ends.
type tracer struct {
	pieces [][2]int
	ends   map[int][]int // pieces that end at a side: one or two
}

func (t *tracer) join(a, b int) {
	for _, end := range [2]int{a, b} {
		t.ends[end] = append(t.ends[end], len(t.pieces))
	}
	t.pieces = append(t.pieces, [2]int{a, b})
}

// lines follows the pieces: first those that end somewhere, then those that go
// round, in the order in which they were joined.
func (t *tracer) lines() (lines [][]int) {
	used := make([]bool, len(t.pieces))
	for _, open := range [2]bool{true, false} {
		for i, piece := range t.pieces {
			for _, end := range piece {
				if !used[i] && open == (len(t.ends[end]) == 1) {
					lines = append(lines, t.follow(i, end, used))
				}
			}
		}
	}
	return lines
}

// follow goes from an end of a piece as far as pieces go.
func (t *tracer) follow(piece, from int, used []bool) []int {
	line := []int{from}
	for piece >= 0 {
		used[piece] = true
		from = t.pieces[piece][0] + t.pieces[piece][1] - from
		line = append(line, from)
		next := -1
		for _, other := range t.ends[from] {
			if !used[other] {
				next = other
			}
		}
		piece = next
	}
	return line
}
