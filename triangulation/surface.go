package triangulation

import "math"

// A Surface is smooth through values at the points of a triangulation: a cubic
// in each third of every triangle, with slopes that agree along all edges.
type Surface struct {
	on     *Triangulation
	pieces [][19]float64 // per triangle, the Bézier ordinates
}

const (
	mostSweeps = 400
	steady     = 1e-9 // change of the gradients, as a share of the steepest, that ends their search
)

// Surface lays a surface through values.
//
//	shapes   values: one per point; others panic
//	NaN      spreads over all
//	cost     some 20 passes over the edges, and one over the triangles
//	source   Alfeld (1984), doi:10.1016/0167-8396(84)90029-3, the split and its
//	         ordinates; Nielson (1983), doi:10.1090/S0025-5718-1983-0679444-7, the
//	         gradients, which bend the edges least
//
// Numbers of any unit give the same surface. SciPy's do not: it ends the search
// for gradients early where they are small.
func (t *Triangulation) Surface(values []float64) *Surface {
	if len(values) != len(t.Points) {
		panic("triangulation: a surface needs one value per point")
	}
	gradients := t.gradients(values)
	s := &Surface{on: t, pieces: make([][19]float64, len(t.Triangles))}
	for k := range t.Triangles {
		s.pieces[k] = t.piece(k, values, gradients)
	}
	return s
}

// gradients finds the slopes at the points that make the edges bend least, point
// by point until they stay.
func (t *Triangulation) gradients(heights []float64) []Point {
	slopes := make([]Point, len(heights))
	for range mostSweeps {
		change, steepest := 0.0, 0.0
		for i := range slopes {
			next := t.gradient(i, heights, slopes)
			change = max(change, math.Abs(next.X-slopes[i].X), math.Abs(next.Y-slopes[i].Y))
			steepest = max(steepest, math.Abs(next.X), math.Abs(next.Y))
			slopes[i] = next
		}
		if !(change > steady*steepest) {
			break
		}
	}
	return slopes
}

// gradient is the slope at a point that makes its edges bend least, given those
// at its neighbors.
func (t *Triangulation) gradient(i int, heights []float64, slopes []Point) Point {
	var xx, xy, yy float64
	var sum Point
	for _, j := range t.neighbors[i] {
		e := t.Points[j].minus(t.Points[i])
		length := math.Sqrt(e.dot(e))
		cube := length * length * length
		xx, xy, yy = xx+4*e.X*e.X/cube, xy+4*e.X*e.Y/cube, yy+4*e.Y*e.Y/cube
		pull := (6*(heights[i]-heights[j]) + 2*e.dot(slopes[j])) / cube
		sum = Point{sum.X + pull*e.X, sum.Y + pull*e.Y}
	}
	det := xx*yy - xy*xy
	return Point{-(yy*sum.X - xy*sum.Y) / det, -(xx*sum.Y - xy*sum.X) / det}
}

// Places of the ordinates of a triangle: how many of the three indices are 1st,
// 2nd, 3rd corner, and middle.
const (
	c3000 = iota
	c0300
	c0030
	c2100
	c2010
	c1200
	c0210
	c1020
	c0120
	c2001
	c0201
	c0021
	c0111
	c1011
	c1101
	c1002
	c0102
	c0012
	c0003
)

// piece finds the ordinates of triangle k.
func (t *Triangulation) piece(k int, heights []float64, slopes []Point) (c [19]float64) {
	corners := t.Triangles[k]
	for i := range 3 {
		c[c3000+i] = heights[corners[i]]
	}
	along := func(i, j int) float64 { // how far the surface rises from one corner towards another
		return slopes[corners[i]].dot(t.Points[corners[j]].minus(t.Points[corners[i]]))
	}
	c[c2100], c[c2010] = along(0, 1)/3+c[c3000], along(0, 2)/3+c[c3000]
	c[c1200], c[c0210] = along(1, 0)/3+c[c0300], along(1, 2)/3+c[c0300]
	c[c1020], c[c0120] = along(2, 0)/3+c[c0030], along(2, 1)/3+c[c0030]
	c[c2001] = (c[c2100] + c[c2010] + c[c3000]) / 3
	c[c0201] = (c[c1200] + c[c0300] + c[c0210]) / 3
	c[c0021] = (c[c1020] + c[c0120] + c[c0030]) / 3

	g := t.across(k)
	c[c0111] = edge(g[0], [4]float64{c[c0300], c[c0210], c[c0120], c[c0030]}, c[c0021]+c[c0201])
	c[c1011] = edge(g[1], [4]float64{c[c0030], c[c1020], c[c2010], c[c3000]}, c[c2001]+c[c0021])
	c[c1101] = edge(g[2], [4]float64{c[c3000], c[c2100], c[c1200], c[c0300]}, c[c2001]+c[c0201])

	c[c1002] = (c[c1101] + c[c1011] + c[c2001]) / 3
	c[c0102] = (c[c1101] + c[c0111] + c[c0201]) / 3
	c[c0012] = (c[c1011] + c[c0111] + c[c0021]) / 3
	c[c0003] = (c[c1002] + c[c0102] + c[c0012]) / 3
	return c
}

// edge is the ordinate beside an edge that makes the slope across it straight,
// in the direction g: from the ordinates along the edge, and the sum of those
// beside its ends.
func edge(g float64, along [4]float64, beside float64) float64 {
	return (g*(-along[0]+3*along[1]-3*along[2]+along[3]) - along[0] + 2*along[1] - along[2] + beside) / 2
}

// across is, for the edge opposite to each corner, the direction towards the
// middle of the triangle behind it; that of the edge's middle where there is none.
func (t *Triangulation) across(k int) (g [3]float64) {
	for i, other := range t.beyond[k] {
		g[i] = -0.5
		if other < 0 {
			continue
		}
		var middle Point
		for _, p := range t.Triangles[other] {
			middle.X, middle.Y = middle.X+t.Points[p].X/3, middle.Y+t.Points[p].Y/3
		}
		b := t.shares(k, middle)
		near, far := b[(i+1)%3], b[(i+2)%3]
		g[i] = (2*far + near - 1) / (2 - 3*far - 3*near)
	}
	return g
}

// shares are the barycentric coordinates of a place in triangle k.
func (t *Triangulation) shares(k int, at Point) (b [3]float64) {
	c := t.Triangles[k]
	origin := t.Points[c[2]]
	u, v, w := t.Points[c[0]].minus(origin), t.Points[c[1]].minus(origin), at.minus(origin)
	det := u.X*v.Y - u.Y*v.X
	b[0] = (w.X*v.Y - w.Y*v.X) / det
	b[1] = (u.X*w.Y - u.Y*w.X) / det
	b[2] = 1 - b[0] - b[1]
	return b
}

// Grid returns the height of the surface at every crossing of columns and rows.
//
//	shapes   result: rows × columns, row-major
//	NaN      outside the triangles
//	cost     some steps from triangle to triangle per crossing
func (s *Surface) Grid(columns, rows []float64) []float64 {
	heights := make([]float64, 0, len(columns)*len(rows))
	k := 0
	for _, y := range rows {
		for _, x := range columns {
			height := math.NaN()
			found, at := s.on.find(Point{x, y}, k)
			if found {
				height = s.height(at, Point{x, y})
			}
			heights, k = append(heights, height), at
		}
	}
	return heights
}

// find walks from a triangle to the one that holds a place, or the last before
// the way leads out of all.
func (t *Triangulation) find(p Point, from int) (bool, int) {
	k := from
	for range t.Triangles {
		side := t.outside(k, p)
		if side < 0 {
			return true, k
		}
		if t.beyond[k][side] < 0 {
			return false, k
		}
		k = t.beyond[k][side]
	}
	return false, from
}

// outside returns an edge of triangle k that a place lies beyond, by the corner
// opposite to it; -1 where it lies inside.
func (t *Triangulation) outside(k int, p Point) int {
	c := t.Triangles[k]
	for i := range c {
		if turn(t.Points[c[(i+1)%3]], t.Points[c[(i+2)%3]], p) < 0 {
			return i
		}
	}
	return -1
}

// height evaluates the piece of triangle k.
func (s *Surface) height(k int, at Point) float64 {
	b := s.on.shares(k, at)
	least := min(b[0], b[1], b[2])
	x, y, z, w := b[0]-least, b[1]-least, b[2]-least, 3*least
	c := &s.pieces[k]
	return x*x*x*c[c3000] + y*y*y*c[c0300] + z*z*z*c[c0030] + w*w*w*c[c0003] +
		3*(x*x*y*c[c2100]+x*x*z*c[c2010]+y*y*x*c[c1200]+y*y*z*c[c0210]+z*z*x*c[c1020]+z*z*y*c[c0120]) +
		3*w*(x*x*c[c2001]+y*y*c[c0201]+z*z*c[c0021]) +
		3*w*w*(x*c[c1002]+y*c[c0102]+z*c[c0012]) +
		6*w*(y*z*c[c0111]+x*z*c[c1011]+x*y*c[c1101])
}
