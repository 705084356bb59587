package figure

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	rdmSide         = 3.6 * vg.Inch // of a matrix that is alone
	leastPicture    = vg.Length(11) // side of a picture along the edges; where cells are smaller, pictures take turns
	largestPicture  = vg.Length(26)
	pictureDistance = vg.Length(1)
)

// pictures returns how large the pictures along the edges are, and in how many
// rows they take turns; 0 and 0 without pictures.
func (f RDM) pictures(n int) (side vg.Length, turns int) {
	if f.Pictures == nil {
		return 0, 0
	}
	cell := rdmSide / vg.Length(n)
	side = min(max(cell, leastPicture), largestPicture)
	return side, max(1, int(math.Ceil(float64(side/cell)-1e-9)))
}

// pictureRoom is the room of the pictures along an edge.
func (f RDM) pictureRoom(n int) vg.Length {
	side, turns := f.pictures(n)
	return side * vg.Length(turns)
}

// edges draws the pictures of the conditions left of their rows and above their
// columns, outside the bands of the categories.
func (f RDM) edges(c draw.Canvas, place vg.Rectangle) {
	n, _ := f.size()
	side, turns := f.pictures(n)
	cell := (place.Max.X - place.Min.X) / vg.Length(n)
	gap := vg.Length(3)
	if f.Groups != nil {
		gap += bandWidth + bandGap
	}
	for i, of := range f.Pictures {
		if of == nil {
			continue
		}
		away, along := gap+side*(vg.Length(i%turns)+0.5), cell*(vg.Length(i)+0.5)
		for _, at := range []vg.Point{{X: place.Min.X - away, Y: place.Max.Y - along}, {X: place.Min.X + along, Y: place.Max.Y + away}} {
			picture(c, of, at, side-pictureDistance, rule)
		}
	}
}
