package figure

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/realtest"
)

// Levels are those that Matplotlib 3.6.3 chooses for six contours.
func TestContourLevelsMatchMatplotlib(t *testing.T) {
	var want []struct {
		Low, High float64
		Levels    []float64
	}
	realtest.Reference(t, "contours.json", &want)
	for _, c := range want {
		levels := contourLevels(c.Low, c.High)
		if len(levels) != len(c.Levels) {
			t.Errorf("from %g to %g: %v, want %v", c.Low, c.High, levels, c.Levels)
			continue
		}
		for i, l := range levels {
			if math.Abs(l-c.Levels[i]) > 1e-12*(c.High-c.Low) {
				t.Errorf("from %g to %g: %v, want %v", c.Low, c.High, levels, c.Levels)
			}
		}
	}
}

// A level of a cone is a closed ring; that of a plane a straight line from side to
// side.
func TestContours(t *testing.T) {
	r := raster{pixel: 1}
	for i := range 41 {
		r.columns, r.rows = append(r.columns, float64(i)), append(r.rows, float64(i))
	}
	cone, plane := r, r
	for _, y := range r.rows {
		for _, x := range r.columns {
			cone.values = append(cone.values, math.Hypot(x-20, y-20))
			plane.values = append(plane.values, x)
		}
	}
	rings := cone.contour(10.3)
	if len(rings) != 1 || rings[0][0] != rings[0][len(rings[0])-1] {
		t.Fatalf("%d rings of a cone", len(rings))
	}
	for _, p := range rings[0] {
		if away := math.Hypot(p.X-20, p.Y-20); math.Abs(away-10.3) > 0.02 {
			t.Errorf("the ring is %g away at (%g, %g)", away, p.X, p.Y)
		}
	}
	lines := plane.contour(7.5)
	if len(lines) != 1 || len(lines[0]) != 41 {
		t.Fatalf("lines of a plane: %v", lines)
	}
	for _, p := range lines[0] {
		if p.X != 7.5 {
			t.Errorf("the line is at %g", p.X)
		}
	}
	plane.values[41*20+7] = math.NaN()
	if n := len(plane.contour(7.5)); n != 2 {
		t.Errorf("a line past NaN is in %d parts, want 2", n)
	}
}

// The four corners of a saddle hang together by their mean.
func TestContourOfSaddle(t *testing.T) {
	for mean, want := range map[float64]int{0.4: 2, 0.6: 2} {
		r := raster{columns: []float64{0, 1}, rows: []float64{0, 1}, values: []float64{1, 0, 0, 4*mean - 1}}
		lines := r.contour(0.5)
		if len(lines) != want {
			t.Fatalf("%d lines", len(lines))
		}
		// Where the mean is high, lines cut the two low corners off.
		for _, l := range lines {
			low := l[0].X+l[0].Y > 1 == (l[1].X+l[1].Y > 1)
			if low == (mean > 0.5) {
				t.Errorf("mean %g: a line from %v to %v", mean, l[0], l[1])
			}
		}
	}
}
