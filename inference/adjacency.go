package inference

import (
	"fmt"
	"slices"
)

// An Adjacency says which tests are neighbors: successive times, channels side
// by side, voxels that touch, or any of these in both space and time. Its
// points are numbered as the tests are. The zero Adjacency has no points.
type Adjacency struct {
	start     []int32 // of every point in neighbors, and the end of the last
	neighbors []int32
}

// Edges returns the adjacency of points that are joined by the given edges, in
// whatever direction and however often each is named.
//
//	shapes   edges: pairs of points, from 0
//	errors   an edge that ends at no point
//	cost     O(points + edges log edges)
func Edges(points int, edges [][2]int) (Adjacency, error) {
	both := make([][2]int, 0, 2*len(edges))
	for i, e := range edges {
		if min(e[0], e[1]) < 0 || max(e[0], e[1]) >= points {
			return Adjacency{}, fmt.Errorf("edge %d joins %d and %d: points are numbered from 0 to %d", i+1, e[0], e[1], points-1)
		}
		if e[0] != e[1] {
			both = append(both, e, [2]int{e[1], e[0]})
		}
	}
	slices.SortFunc(both, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	both = slices.Compact(both)
	return build(points, func(point int, join func(neighbor int)) {
		for ; len(both) > 0 && both[0][0] == point; both = both[1:] {
			join(both[0][1])
		}
	}), nil
}

// build asks for the neighbors of every point in turn.
func build(points int, visit func(point int, join func(neighbor int))) Adjacency {
	a := Adjacency{start: make([]int32, 1, points+1)}
	for point := range points {
		visit(point, func(neighbor int) { a.neighbors = append(a.neighbors, int32(neighbor)) })
		a.start = append(a.start, int32(len(a.neighbors)))
	}
	return a
}

// Points returns how many points there are.
func (a Adjacency) Points() int { return max(0, len(a.start)-1) }

// Neighbors returns the points next to one, each once; not to be changed.
func (a Adjacency) Neighbors(point int) []int32 {
	return a.neighbors[a.start[point]:a.start[point+1]]
}

// Apart returns the adjacency of points that are nobody's neighbors, as models
// are, or regions.
func Apart(points int) Adjacency {
	return build(points, func(int, func(int)) {})
}

// Line returns the adjacency of points in a row, as times are.
func Line(points int) Adjacency {
	return build(points, func(point int, join func(int)) {
		if point > 0 {
			join(point - 1)
		}
		if point+1 < points {
			join(point + 1)
		}
	})
}

// Grid returns the adjacency of a grid of any number of dimensions, the last
// running fastest. Neighbors share a side, not just a corner: 4 in a plane, 6
// among voxels.
func Grid(sizes ...int) Adjacency {
	grid := Apart(1)
	for _, size := range sizes {
		grid = Product(grid, Line(size))
	}
	return grid
}

// Product returns the adjacency of pairs of a point of each, that of b running
// fastest. Two pairs are neighbors when they agree in one of their points and
// are neighbors in the other, as the same channel at successive times, or
// channels side by side at one time: Product(channels, Line(times)).
//
//	cost     points of a × edges of b + edges of a × points of b
func Product(a, b Adjacency) Adjacency {
	fast := b.Points()
	return build(a.Points()*fast, func(point int, join func(int)) {
		i, j := point/fast, point%fast
		for _, neighbor := range a.Neighbors(i) {
			join(int(neighbor)*fast + j)
		}
		for _, neighbor := range b.Neighbors(j) {
			join(i*fast + int(neighbor))
		}
	})
}

// Within returns the adjacency of some of the points among themselves, as of
// the voxels of a mask in their grid. Point i of the result is kept[i].
//
//	errors   a point that does not exist, or is kept twice
func (a Adjacency) Within(kept []int) (Adjacency, error) {
	place := slices.Repeat([]int{-1}, a.Points())
	for i, point := range kept {
		if point < 0 || point >= len(place) || place[point] >= 0 {
			return Adjacency{}, fmt.Errorf("point %d is kept as number %d: points are numbered from 0 to %d, and each is kept once", point, i+1, len(place)-1)
		}
		place[point] = i
	}
	return build(len(kept), func(i int, join func(int)) {
		for _, neighbor := range a.Neighbors(kept[i]) {
			if place[neighbor] >= 0 {
				join(place[neighbor])
			}
		}
	}), nil
}

// suits returns an error unless there is a point for every test.
func (a Adjacency) suits(n *Null) error {
	if a.Points() != len(n.Observed) {
		return fmt.Errorf("an adjacency of %d points for %d tests: there must be one point per test", a.Points(), len(n.Observed))
	}
	return nil
}

// A forest joins points to sets. The root of a set is its first point.
//
//	source   Galler & Fischer (1964), with path halving
type forest []int32

// reset makes every point a set of its own.
func (f forest) reset() {
	for i := range f {
		f[i] = int32(i)
	}
}

// root returns the first point of the set.
func (f forest) root(point int32) int32 {
	for f[point] != point {
		f[point] = f[f[point]]
		point = f[point]
	}
	return point
}

// join makes one set of the sets of two points.
func (f forest) join(a, b int32) {
	a, b = f.root(a), f.root(b)
	f[max(a, b)] = min(a, b)
}
