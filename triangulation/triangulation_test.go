package triangulation

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
)

type numbers struct {
	Given struct {
		Pts, Grad, Q [][2]float64
		F            []float64
		Simplices    [][3]int
		Z            []*float64
	}
	Scattered struct {
		Points        [][2]float64
		Values        []float64
		Triangles     [][3]int
		Columns, Rows []float64
		Heights       []*float64
	}
}

func pointsOf(pairs [][2]float64) []Point {
	points := make([]Point, len(pairs))
	for i, p := range pairs {
		points[i] = Point{p[0], p[1]}
	}
	return points
}

func ExampleDelaunay() {
	t, err := Delaunay([]Point{{0, 0}, {4, 0}, {4, 3}, {0, 3}, {2, 1}})
	fmt.Println(t.Triangles, err)
	fmt.Println(t.Neighbors(0), t.Hull())
	// Output:
	// [[0 1 4] [0 4 3] [1 2 4] [2 3 4]] <nil>
	// [1 3 4] [0 1 2 3]
}

func ExampleTriangulation_Surface() {
	t, err := Delaunay([]Point{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {1, 0.5}})
	if err != nil {
		panic(err)
	}
	surface := t.Surface([]float64{0, 2, 4, 2, 1.5}) // x + y
	for _, height := range surface.Grid([]float64{0.5, 1.5, 2.5}, []float64{1}) {
		fmt.Printf("%.3f ", height)
	}
	// Output: 1.500 2.500 NaN
}

func TestDelaunayMatchesSciPy(t *testing.T) {
	var want numbers
	realtest.Reference(t, "reference.json", &want)
	for _, c := range []struct {
		points    [][2]float64
		triangles [][3]int
	}{{want.Given.Pts, want.Given.Simplices}, {want.Scattered.Points, want.Scattered.Triangles}} {
		found, err := Delaunay(pointsOf(c.points))
		if err != nil {
			t.Fatal(err)
		}
		if got := corners(found.Triangles); !slices.Equal(got, corners(c.triangles)) {
			t.Errorf("triangles %v, want %v", got, corners(c.triangles))
		}
	}
}

// corners are those of triangles, each and all ascending.
func corners(triangles [][3]int) [][3]int {
	sorted := slices.Clone(triangles)
	for i := range sorted {
		slices.Sort(sorted[i][:])
	}
	slices.SortFunc(sorted, func(a, b [3]int) int { return slices.Compare(a[:], b[:]) })
	return sorted
}

// The gradients of SciPy end where they change by less than a millionth, so that
// the numbers agree to about that.
func TestSurfaceMatchesSciPy(t *testing.T) {
	var want numbers
	realtest.Reference(t, "reference.json", &want)
	on := assemble(pointsOf(want.Given.Pts), want.Given.Simplices)
	for i, g := range on.gradients(want.Given.F) {
		for k, v := range []float64{g.X, g.Y} {
			if w := want.Given.Grad[i][k]; math.Abs(v-w) > 1e-6*max(1, math.Abs(w)) {
				t.Errorf("gradient %d: %g, want %g", i, v, w)
			}
		}
	}
	surface := on.Surface(want.Given.F)
	for i, q := range want.Given.Q {
		close(t, fmt.Sprint("given ", i), surface.Grid(q[:1], q[1:])[0], want.Given.Z[i])
	}
	scattered, err := Delaunay(pointsOf(want.Scattered.Points))
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range scattered.Surface(want.Scattered.Values).Grid(want.Scattered.Columns, want.Scattered.Rows) {
		close(t, fmt.Sprint("scattered ", i), h, want.Scattered.Heights[i])
	}
}

// close requires a number, or NaN where there is none, to a millionth.
func close(t *testing.T, name string, got float64, want *float64) {
	t.Helper()
	if want == nil {
		if !math.IsNaN(got) {
			t.Errorf("%s: %g, want NaN", name, got)
		}
		return
	}
	if !(math.Abs(got-*want) <= 1e-6*max(1, math.Abs(*want))) {
		t.Errorf("%s: %.9g, want %.9g", name, got, *want)
	}
}

// lattice draws points with many ties: few columns, few rows, some on one line.
func lattice(t *rapid.T) []Point {
	pair := rapid.Custom(func(t *rapid.T) Point {
		return Point{float64(rapid.IntRange(-4, 4).Draw(t, "x")), float64(rapid.IntRange(-4, 4).Draw(t, "y"))}
	})
	return rapid.SliceOfNDistinct(pair, 3, 40, func(p Point) Point { return p }).Draw(t, "points")
}

// The laws: no point inside a circle, all points joined, the hull filled once.
func TestTriangulationLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := lattice(t)
		found, err := Delaunay(points)
		if err != nil {
			if !strings.Contains(err.Error(), "on one line") || !straight(points) {
				t.Fatal(err)
			}
			return
		}
		for _, c := range found.Triangles {
			if turn(points[c[0]], points[c[1]], points[c[2]]) <= 0 {
				t.Fatalf("triangle %v is flat or clockwise", c)
			}
			for i, p := range points {
				if inside(points[c[0]], points[c[1]], points[c[2]], p) > 0 {
					t.Fatalf("point %d lies inside the circle of %v", i, c)
				}
			}
		}
		hull := found.Hull()
		if n := 2*len(points) - 2 - len(hull); len(found.Triangles) != n {
			t.Fatalf("%d triangles of %d points, %d of them outermost: want %d", len(found.Triangles), len(points), len(hull), n)
		}
		for i := range points {
			if len(found.Neighbors(i)) < 2 {
				t.Fatalf("point %d has %d neighbors", i, len(found.Neighbors(i)))
			}
		}
	})
}

func straight(points []Point) bool {
	for _, p := range points {
		if turn(points[0], points[1], p) != 0 {
			return false
		}
	}
	return true
}

// The order of the points does not matter, not even for ties.
func TestTriangulationOfAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := lattice(t)
		found, err := Delaunay(points)
		if err != nil {
			return
		}
		order := rapid.Permutation(places(len(points))).Draw(t, "order")
		moved := make([]Point, len(points))
		for i, o := range order {
			moved[i] = points[o]
		}
		again, err := Delaunay(moved)
		if err != nil {
			t.Fatal(err)
		}
		for k, c := range again.Triangles {
			again.Triangles[k] = [3]int{order[c[0]], order[c[1]], order[c[2]]}
		}
		if !slices.Equal(corners(found.Triangles), corners(again.Triangles)) {
			t.Fatalf("%v and %v", corners(found.Triangles), corners(again.Triangles))
		}
	})
}

func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// Points almost on a line and almost on a circle are decided as they are.
func TestPredicatesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Custom(func(t *rapid.T) float64 {
			v := float64(rapid.IntRange(-3, 3).Draw(t, "v")) / 10
			for range rapid.IntRange(0, 2).Draw(t, "steps") {
				v = math.Nextafter(v, 1)
			}
			return v
		})
		p := make([]Point, 4)
		for i := range p {
			p[i] = Point{number.Draw(t, "x"), number.Draw(t, "y")}
		}
		if got, want := turn(p[0], p[1], p[2]), exactTurn(p[0], p[1], p[2]); got != want {
			t.Fatalf("turn %d, want %d", got, want)
		}
		if got, want := inside(p[0], p[1], p[2], p[3]), exactInside(p[0], p[1], p[2], p[3]); got != want {
			t.Fatalf("inside %d, want %d", got, want)
		}
	})
}

// A plane is a surface exactly; a surface goes through its values, and is the same
// in every unit.
func TestSurfaceLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := lattice(t)
		on, err := Delaunay(points)
		if err != nil {
			return
		}
		plane, rough, small := make([]float64, len(points)), make([]float64, len(points)), make([]float64, len(points))
		for i, p := range points {
			plane[i] = 2*p.X - 3*p.Y + 1
			rough[i] = rapid.Float64Range(-1, 1).Draw(t, "value")
			small[i] = rough[i] * 0x1p-40
		}
		flat, hilly, tiny := on.Surface(plane), on.Surface(rough), on.Surface(small)
		for i, p := range points {
			x, y := []float64{p.X, p.X*0.9 + points[0].X*0.1}, []float64{p.Y}
			if got := hilly.Grid(x, y)[0]; math.Abs(got-rough[i]) > 1e-12 {
				t.Fatalf("the surface is %g at a point of %g", got, rough[i])
			}
			for k, got := range flat.Grid(x, y) {
				if want := 2*x[k] - 3*y[0] + 1; !math.IsNaN(got) && math.Abs(got-want) > 1e-4 {
					t.Fatalf("the plane is %g, want %g", got, want)
				}
				if a, b := hilly.Grid(x, y)[k], tiny.Grid(x, y)[k]; a*0x1p-40 != b && !math.IsNaN(a) {
					t.Fatalf("%g and, in a larger unit, %g", a, b)
				}
			}
		}
	})
}

func TestDelaunaySaysWhatIsWrong(t *testing.T) {
	for want, points := range map[string][]Point{
		"0 points on one line":                        nil,
		"3 points on one line":                        {{0, 0}, {0.1, 0.1}, {0.3, 0.3}},
		"points 0 and 2 lie at the same place (1, 2)": {{1, 2}, {3, 4}, {1, 2}, {0, 9}},
		"point 1 lies at (NaN, 0)":                    {{0, 1}, {math.NaN(), 0}, {1, 1}},
		"point 0 lies at (+Inf, 0)":                   {{math.Inf(1), 0}, {0, 0}, {1, 1}},
	} {
		if _, err := Delaunay(points); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

func BenchmarkDelaunay(b *testing.B) {
	points := make([]Point, 306)
	for i := range points {
		turn := 2.39996322972865332 * float64(i) // as the seeds of a sunflower lie
		points[i] = Point{math.Sqrt(float64(i)) * math.Cos(turn), math.Sqrt(float64(i)) * math.Sin(turn)}
	}
	for b.Loop() {
		if _, err := Delaunay(points); err != nil {
			b.Fatal(err)
		}
	}
}
