// Package triangulation joins points in the plane to triangles, tells which
// points are neighbors, and lays a smooth surface through values at them.
//
//	t, err := triangulation.Delaunay(points)
//	near := t.Neighbors(0)
//	values := t.Surface(measured).Grid(x, y)
//
// Decisions are exact: no rounding joins points wrongly, and where several
// triangulations are equally good a rule chooses one, whatever the order of the
// points.
package triangulation

import (
	"fmt"
	"slices"
)

// A Point lies in the plane.
type Point struct{ X, Y float64 }

func (p Point) minus(q Point) Point { return Point{p.X - q.X, p.Y - q.Y} }
func (p Point) dot(q Point) float64 { return p.X*q.X + p.Y*q.Y }
func (p Point) compare(q Point) (sign int) {
	return slices.Compare([]float64{p.X, p.Y}, []float64{q.X, q.Y})
}

// A Triangulation is points joined to triangles that fill their convex hull.
type Triangulation struct {
	Points    []Point
	Triangles [][3]int // corners, counterclockwise, the first the least of them; ascending

	beyond    [][3]int // per triangle, that on the other side of the edge opposite to each corner; -1 outside
	neighbors [][]int
}

// Neighbors returns the points that a point is joined to, ascending; not to be
// changed.
func (t *Triangulation) Neighbors(point int) []int { return t.neighbors[point] }

// Hull returns the points on the edge of all, counterclockwise from the first
// of them.
func (t *Triangulation) Hull() []int {
	after := map[int]int{}
	first := len(t.Points)
	for k, corners := range t.Triangles {
		for i, across := range t.beyond[k] {
			if across < 0 {
				from := corners[(i+1)%3]
				after[from] = corners[(i+2)%3]
				first = min(first, from)
			}
		}
	}
	hull := []int{first}
	for at := after[first]; at != first; at = after[at] {
		hull = append(hull, at)
	}
	return hull
}

// assemble finds what lies beside what in triangles of points, whose corners go
// round in whatever direction.
func assemble(points []Point, triangles [][3]int) *Triangulation {
	t := &Triangulation{Points: points, Triangles: slices.Clone(triangles)}
	for k, c := range t.Triangles {
		t.Triangles[k] = settled(points, c)
	}
	slices.SortFunc(t.Triangles, func(a, b [3]int) int { return slices.Compare(a[:], b[:]) })
	t.beyond = make([][3]int, len(t.Triangles))
	t.neighbors = make([][]int, len(points))
	sides := map[[2]int][2]int{} // triangle and corner of an edge seen from inside
	for k, c := range t.Triangles {
		for i := range c {
			sides[[2]int{c[(i+1)%3], c[(i+2)%3]}] = [2]int{k, i}
			t.neighbors[c[i]] = append(t.neighbors[c[i]], c[(i+1)%3], c[(i+2)%3])
		}
	}
	for k, c := range t.Triangles {
		for i := range c {
			t.beyond[k][i] = -1
			if across, inside := sides[[2]int{c[(i+2)%3], c[(i+1)%3]}]; inside {
				t.beyond[k][i] = across[0]
			}
		}
	}
	for i := range t.neighbors {
		slices.Sort(t.neighbors[i])
		t.neighbors[i] = slices.Compact(t.neighbors[i])
	}
	return t
}

// settled goes round a triangle counterclockwise from its least corner.
func settled(points []Point, c [3]int) [3]int {
	if turn(points[c[0]], points[c[1]], points[c[2]]) < 0 {
		c[1], c[2] = c[2], c[1]
	}
	for c[0] > c[1] || c[0] > c[2] {
		c = [3]int{c[1], c[2], c[0]}
	}
	return c
}

// same names two points that lie at one place.
func same(points []Point, order []int) error {
	for i := 1; i < len(order); i++ {
		a, b := order[i-1], order[i]
		if points[a] == points[b] {
			return fmt.Errorf("points %d and %d lie at the same place (%g, %g): leave one out", min(a, b), max(a, b), points[a].X, points[a].Y)
		}
	}
	return nil
}
