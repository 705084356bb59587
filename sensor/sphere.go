package sensor

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/triangulation"
)

// A Sphere stands for a head, in m.
type Sphere struct {
	Center recording.Vector
	Radius float64
}

// DefaultSphere is the head of which nothing is known.
var DefaultSphere = Sphere{Radius: 0.095}

// FitSphere returns the sphere that comes nearest to points.
//
//	shapes   points: four or more, not in one plane
//	errors   fewer points, or a plane
//	source   Coope (1993), doi:10.1007/BF00939613: linear least squares of
//	         |p|² = 2p·c + k, of which the radius is √(|c|² + k)
func FitSphere(points []recording.Vector) (Sphere, error) {
	if len(points) < 4 {
		return Sphere{}, fmt.Errorf("%d points do not tell a sphere: four are needed", len(points))
	}
	left, right := mat.NewDense(len(points), 4, nil), mat.NewVecDense(len(points), nil)
	for i, p := range points {
		left.SetRow(i, []float64{2 * p[0], 2 * p[1], 2 * p[2], 1})
		right.SetVec(i, dot(p, p))
	}
	var c mat.VecDense
	if err := c.SolveVec(left, right); err != nil {
		return Sphere{}, fmt.Errorf("%d points tell no sphere: %w", len(points), err)
	}
	s := Sphere{Center: recording.Vector{c.AtVec(0), c.AtVec(1), c.AtVec(2)}}
	s.Radius = math.Sqrt(dot(s.Center, s.Center) + c.AtVec(3))
	return s, nil
}

func dot(a, b recording.Vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// Project returns where a place lies on paper: as far from the middle as its angle
// from straight up, in right angles, times its distance from the center.
//
//	source   azimuthal equidistant projection: Snyder (1987), Map projections,
//	         section 25
func (s Sphere) Project(p recording.Vector) triangulation.Point {
	x, y, z := p[0]-s.Center[0], p[1]-s.Center[1], p[2]-s.Center[2]
	across := math.Hypot(x, y)
	if across == 0 {
		return triangulation.Point{X: s.Center[0], Y: s.Center[1]}
	}
	away := math.Sqrt(x*x+y*y+z*z) * math.Atan2(across, z) / (math.Pi / 2)
	return triangulation.Point{X: s.Center[0] + away*x/across, Y: s.Center[1] + away*y/across}
}

// HeadSphere returns the sphere that is fitted to the points digitized on a head,
// and how it was found.
//
// Points of the face are left out. Where the others cover less than half of the
// upper head, electrodes, coils and the marks at ears and nasion are fitted
// instead; where those are too few as well, or make no head, the sphere is
// DefaultSphere. Without any points, electrodes are those of the channels.
func HeadSphere(h *recording.Header) (Sphere, string) {
	var surface, others []recording.Vector
	for _, p := range h.Points {
		switch {
		case !p.Position.Known() || p.Position[2] < 0 && p.Position[1] > 0:
		case p.Kind == recording.Surface:
			surface = append(surface, p.Position)
		default:
			others = append(others, p.Position)
		}
	}
	for _, c := range h.Channels {
		if c.Kind == recording.EEG && c.Frame == recording.Head && c.Position.Known() && c.Position != (recording.Vector{}) && len(h.Points) == 0 {
			others = append(others, c.Position)
		}
	}
	if s, err := FitSphere(surface); err == nil && covered(surface, s) >= 0.5 {
		return s, fmt.Sprintf("sphere of %.1f cm fitted to %d points of the head", 100*s.Radius, len(surface))
	}
	if s, err := FitSphere(others); err == nil && s.Radius > 0.05 && s.Radius < 0.2 {
		return s, fmt.Sprintf("sphere of %.1f cm fitted to %d electrodes, coils and marks", 100*s.Radius, len(others))
	}
	return DefaultSphere, fmt.Sprintf("sphere of %.1f cm, the default", 100*DefaultSphere.Radius)
}

// covered is the share of the upper half of a sphere that has points: of 24 parts
// of equal size, in three belts.
func covered(points []recording.Vector, s Sphere) float64 {
	var has [24]bool
	for _, p := range points {
		x, y, z := p[0]-s.Center[0], p[1]-s.Center[1], p[2]-s.Center[2]
		height := z / math.Sqrt(x*x+y*y+z*z)
		if height >= 0 {
			belt := min(int(3*height), 2)
			sector := min(int(8*(math.Atan2(y, x)/(2*math.Pi)+0.5)), 7)
			has[8*belt+sector] = true
		}
	}
	n := 0
	for _, h := range has {
		if h {
			n++
		}
	}
	return float64(n) / float64(len(has))
}
