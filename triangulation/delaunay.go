package triangulation

import (
	"fmt"
	"math"
	"slices"
)

// Delaunay returns the triangulation in which no point lies inside the circle
// through the corners of a triangle. Where four points lie on one circle, the
// diagonal is that of the point farthest to the left, of several the lowest.
//
//	shapes   points: three or more that differ and do not lie on one line
//	errors   fewer points; two at one place; a line; a number that is not finite
//	cost     O(n log n) for the order, and O(n²) edges to turn at worst; of hundreds
//	         of points a millisecond
//	source   Lawson (1977), Software for C¹ surface interpolation; ties are those
//	         of points lifted a little, the leftmost the least (simulation of
//	         simplicity: Edelsbrunner & Mücke 1990, doi:10.1145/77635.77639)
func Delaunay(points []Point) (*Triangulation, error) {
	points = slices.Clone(points)
	order := make([]int, len(points))
	for i, p := range points {
		if math.IsNaN(p.X-p.X) || math.IsNaN(p.Y-p.Y) {
			return nil, fmt.Errorf("point %d lies at (%g, %g), which is nowhere", i, p.X, p.Y)
		}
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return points[a].compare(points[b]) })
	if err := same(points, order); err != nil {
		return nil, err
	}
	m := &mesh{points: points, order: order, rank: make([]int, len(points)), opposite: map[[2]int]int{}}
	for i, p := range order {
		m.rank[p] = i
	}
	if !m.sweep() {
		return nil, fmt.Errorf("%d points on one line make no triangle: three are needed that do not lie on one", len(points))
	}
	m.turnEdges()
	return assemble(points, m.triangles()), nil
}

// A mesh is a triangulation in the making: the third corner of the triangle at
// the left of every directed edge.
type mesh struct {
	points   []Point
	order    []int // points from left to right
	rank     []int // of points in that order
	opposite map[[2]int]int
	suspects [][2]int // edges that may have to be turned
}

// add makes a triangle, counterclockwise.
func (m *mesh) add(a, b, c int) {
	m.opposite[[2]int{a, b}], m.opposite[[2]int{b, c}], m.opposite[[2]int{c, a}] = c, a, b
	m.suspects = append(m.suspects, [2]int{a, b}, [2]int{b, c}, [2]int{c, a})
}

func (m *mesh) turn(a, b, c int) int { return turn(m.points[a], m.points[b], m.points[c]) }

// sweep joins points from left to right, each to the edges of the hull that it
// sees. It reports whether there is a triangle.
func (m *mesh) sweep() bool {
	on := 2 // the first points may lie on a line
	for on < len(m.order) && m.turn(m.order[0], m.order[1], m.order[on]) == 0 {
		on++
	}
	if on >= len(m.order) {
		return false
	}
	apex := m.order[on]
	line := slices.Clone(m.order[:on])
	if m.turn(line[0], line[1], apex) < 0 {
		slices.Reverse(line)
	}
	for i := 1; i < len(line); i++ {
		m.add(line[i-1], line[i], apex)
	}
	hull := append(line, apex) // counterclockwise
	for _, p := range m.order[on+1:] {
		hull = m.extend(hull, p)
	}
	return true
}

// extend joins a point outside the hull, and returns the new hull.
func (m *mesh) extend(hull []int, p int) []int {
	n := len(hull)
	sees := func(i int) bool { return m.turn(hull[i%n], hull[(i+1)%n], p) < 0 }
	start := 0 // the first edge seen after one that is not
	for !(sees(start) && !sees(start+n-1)) {
		start++
	}
	end := start
	for ; sees(end); end++ {
		m.add(hull[(end+1)%n], hull[end%n], p)
	}
	grown := []int{hull[start%n], p}
	for i := end; i%n != start%n; i++ {
		grown = append(grown, hull[i%n])
	}
	return grown
}

// turnEdges turns edges inside quadrangles until none is against the rule.
func (m *mesh) turnEdges() {
	for len(m.suspects) > 0 {
		e := m.suspects[len(m.suspects)-1]
		m.suspects = m.suspects[:len(m.suspects)-1]
		a, b := e[0], e[1]
		c, left := m.opposite[e]
		d, right := m.opposite[[2]int{b, a}]
		if !left || !right || !m.inside(a, b, c, d) {
			continue
		}
		delete(m.opposite, e)
		delete(m.opposite, [2]int{b, a})
		m.add(a, d, c)
		m.add(d, b, c)
	}
}

// inside reports whether d lies inside the circle through a, b, c. On the circle
// it does where the lift of the leftmost of the four says so.
func (m *mesh) inside(a, b, c, d int) bool {
	if s := inside(m.points[a], m.points[b], m.points[c], m.points[d]); s != 0 {
		return s > 0
	}
	first := min(m.rank[a], m.rank[b], m.rank[c], m.rank[d])
	return first == m.rank[c] || first == m.rank[d]
}

// triangles lists what was made.
func (m *mesh) triangles() [][3]int {
	var found [][3]int
	for e, c := range m.opposite {
		if e[0] < c && e[0] < e[1] {
			found = append(found, [3]int{e[0], e[1], c})
		}
	}
	return found
}
