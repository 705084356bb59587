package figure

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// RDMs draws several dissimilarity matrices side by side, each with its title
// and its own color scale. What is written at the left of the rows stands once
// per row of matrices.
type RDMs struct {
	RDMs    []RDM
	Columns int // 0 for as many as make about twice as many columns as rows
}

// Write draws the matrices to the file at path. One alone is drawn as by itself.
//
//	errors   no matrices, those of RDM.Write
func (f RDMs) Write(path string) error {
	switch len(f.RDMs) {
	case 0:
		return fmt.Errorf("%s: no RDMs to draw", path)
	case 1:
		return f.RDMs[0].Write(path)
	}
	var left, top vg.Length
	f.RDMs = slices.Clone(f.RDMs)
	for i, r := range f.RDMs {
		r.Pictures = nil // they would be too small
		f.RDMs[i] = r
		n, err := r.size()
		if err != nil {
			return fmt.Errorf("%s: RDM %d: %w", path, i+1, err)
		}
		left, top = max(left, r.left(n), 12), max(top, r.top())
	}
	const side, gap = 1.7 * vg.Inch, vg.Length(24)
	columns := min(cmp.Or(f.Columns, f.columns()), len(f.RDMs))
	rows := (len(f.RDMs) + columns - 1) / columns
	height := barRoom + side + top + 8
	d := drawing{width: left + vg.Length(columns)*(side+gap) - gap + 16, height: vg.Length(rows) * height}
	d.draw = func(c draw.Canvas) {
		for i, r := range f.RDMs {
			x := left + vg.Length(i%columns)*(side+gap)
			y := vg.Length(rows-1-i/columns)*height + barRoom
			r.draw(c, box(x, y, x+side, y+side))
			if i%columns == 0 {
				r.names(c, box(x, y, x+side, y+side))
			}
		}
	}
	return d.write(path)
}

// columns is the least number that makes twice as many columns as rows.
func (f RDMs) columns() int {
	columns := 1
	for columns*columns < 2*len(f.RDMs) {
		columns++
	}
	return columns
}
