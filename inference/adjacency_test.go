package inference_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
)

func ExampleProduct() {
	channels, _ := inference.Edges(3, [][2]int{{0, 1}, {1, 2}, {2, 0}})
	both := inference.Product(channels, inference.Line(100)) // channels × times
	fmt.Println(both.Neighbors(150), "of", both.Points())    // channel 1 at time 50
	// Output: [50 250 149 151] of 300
}

// drawAdjacency draws any graph.
func drawAdjacency(t *rapid.T, points int) inference.Adjacency {
	end := rapid.IntRange(0, points-1)
	edge := rapid.Custom(func(t *rapid.T) [2]int { return [2]int{end.Draw(t, "a"), end.Draw(t, "b")} })
	a, err := inference.Edges(points, rapid.SliceOfN(edge, 0, 3*points).Draw(t, "edges"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// listed returns the edges of an adjacency, each once.
func listed(a inference.Adjacency) [][2]int {
	var edges [][2]int
	for i := range a.Points() {
		for _, j := range a.Neighbors(i) {
			if i < int(j) {
				edges = append(edges, [2]int{i, int(j)})
			}
		}
	}
	slices.SortFunc(edges, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	return edges
}

// Neighbors are mutual, others than the point itself, and named once.
func TestAdjacencyLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := drawAdjacency(t, 5), drawAdjacency(t, 3)
		for _, a := range []inference.Adjacency{first, inference.Product(first, second), inference.Grid(2, 1, 3), inference.Line(4), inference.Apart(3)} {
			for i := range a.Points() {
				neighbors := slices.Sorted(slices.Values(a.Neighbors(i)))
				if slices.Contains(neighbors, int32(i)) || len(slices.Compact(slices.Clone(neighbors))) != len(neighbors) {
					t.Fatalf("neighbors of %d are %v", i, neighbors)
				}
				for _, j := range neighbors {
					if !slices.Contains(a.Neighbors(int(j)), int32(i)) {
						t.Fatalf("%d is a neighbor of %d, which is none of it", j, i)
					}
				}
			}
			again, err := inference.Edges(a.Points(), listed(a))
			if err != nil || !slices.Equal(listed(again), listed(a)) {
				t.Fatalf("edges %v became %v, %v", listed(a), listed(again), err)
			}
		}
	})
}

// A product has the edges of each for every point of the other.
func TestProductMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawAdjacency(t, 4), drawAdjacency(t, 3)
		var want [][2]int
		for _, e := range listed(a) {
			for j := range 3 {
				want = append(want, [2]int{3*e[0] + j, 3*e[1] + j})
			}
		}
		for _, e := range listed(b) {
			for i := range 4 {
				want = append(want, [2]int{3*i + e[0], 3*i + e[1]})
			}
		}
		slices.SortFunc(want, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
		if got := listed(inference.Product(a, b)); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestGridHasSidesAlone(t *testing.T) {
	if got := len(listed(inference.Grid(3, 4))); got != 3*3+2*4 {
		t.Errorf("3 × 4: %d edges", got)
	}
	if got := len(inference.Grid(3, 3, 3).Neighbors(13)); got != 6 {
		t.Errorf("the voxel in the middle has %d neighbors", got)
	}
}

func TestWithinKeepsEdgesBetweenKept(t *testing.T) {
	kept, err := inference.Line(6).Within([]int{5, 0, 1, 4})
	if want := [][2]int{{0, 3}, {1, 2}}; err != nil || !slices.Equal(listed(kept), want) {
		t.Errorf("%v, %v; want %v", listed(kept), err, want)
	}
}

func TestWrongAdjacenciesAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		call func() error
		want string
	}{
		"edge beyond": {func() error { _, err := inference.Edges(3, [][2]int{{0, 1}, {1, 3}}); return err }, "edge 2 joins 1 and 3"},
		"edge before": {func() error { _, err := inference.Edges(3, [][2]int{{-1, 1}}); return err }, "from 0 to 2"},
		"kept twice":  {func() error { _, err := inference.Line(3).Within([]int{1, 1}); return err }, "each is kept once"},
		"kept beyond": {func() error { _, err := inference.Line(3).Within([]int{3}); return err }, "from 0 to 2"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: err = %v, want one with %q", name, err, c.want)
		}
	}
}
