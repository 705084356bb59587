package figure

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/triangulation"
)

// A Scalp says where sensors lie on paper: the head seen from above, its nose up.
type Scalp struct {
	Places []triangulation.Point // of the sensors, in whatever unit
	Names  []string              // written beside the sensors; nil for none
	Center triangulation.Point   // of the head
	Radius float64               // of the head, in the unit of the places
	Reach  Reach
}

// A Reach says how far a map goes beyond its sensors.
type Reach int

// The reaches: a map of electrodes fills the head, one of coils ends half their
// distance beyond the outermost of them.
const (
	ToHead Reach = iota
	ToSensors
)

// A scalpField is what a map shows: a surface through the values of sensors and
// of points around them, and where it is cut off.
type scalpField struct {
	mesh    *triangulation.Triangulation
	surface *triangulation.Surface // on the mesh; both are nil where no sensor has a value
	center  triangulation.Point
	radius  float64               // of the circle that holds everything, and cuts off
	outline []triangulation.Point // that cuts off instead, counterclockwise; nil for none
}

// minus is the way from q to p.
func minus(p, q triangulation.Point) triangulation.Point {
	return triangulation.Point{X: p.X - q.X, Y: p.Y - q.Y}
}

func distance(p, q triangulation.Point) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// check complains about places that make no scalp.
func (s Scalp) check() error {
	switch {
	case len(s.Places) < 3:
		return fmt.Errorf("%d sensors make no map: three are needed", len(s.Places))
	case s.Names != nil && len(s.Names) != len(s.Places):
		return fmt.Errorf("%d names for %d sensors", len(s.Names), len(s.Places))
	case !(s.Radius > 0) || math.IsInf(s.Radius, 1):
		return fmt.Errorf("a head of radius %g: it must be above 0", s.Radius)
	}
	return nil
}

// reach is the radius of the head, or of the circle around sensors that lie
// beyond it.
func (s Scalp) reach() float64 {
	farthest := 0.0
	for _, p := range s.Places {
		farthest = max(farthest, distance(p, s.Center))
	}
	return max(s.Radius, 1.01*farthest)
}

// field lays a surface through the values of the sensors that have one.
//
//	source   MNE-Python's topographic maps (Gramfort et al. 2013,
//	         doi:10.3389/fnins.2013.00267): points around the sensors get the mean of
//	         the sensors next to them, so that the map ends level
func (s Scalp) field(values []float64) (scalpField, error) {
	var places []triangulation.Point
	var known []float64
	for i, v := range values {
		if !math.IsNaN(v) {
			places, known = append(places, s.Places[i]), append(known, v)
		}
	}
	f := scalpField{center: s.Center, radius: s.reach()}
	if len(known) == 0 {
		return f, nil // an empty head
	}
	inner, err := triangulation.Delaunay(places)
	if err != nil {
		return f, fmt.Errorf("%d sensors with values: %w", len(known), err)
	}
	return f, f.extend(s.Reach, inner, known, typicalDistance(inner))
}

// extend puts points around sensors, so far apart as sensors are.
func (f *scalpField) extend(reach Reach, inner *triangulation.Triangulation, known []float64, apart float64) error {
	var around []triangulation.Point
	switch reach {
	case ToHead:
		around = f.circle(apart)
	case ToSensors:
		around = pushed(inner, apart)
		f.outline = ring(pushed(inner, apart/2)[:len(inner.Hull())])
	default:
		panic("figure: unknown reach")
	}
	all, err := triangulation.Delaunay(slices.Concat(inner.Points, around))
	if err != nil {
		return fmt.Errorf("around the sensors: %w", err)
	}
	f.mesh, f.surface = all, all.Surface(border(all, known))
	return nil
}

// A ScalpMesh is what a map is drawn on, for those who draw it elsewhere: a smooth
// surface goes through the values of the sensors and, at each point around them,
// the mean of the sensors that it is joined to, or else of the other points
// around.
type ScalpMesh struct {
	Points    []triangulation.Point // the sensors, then those around
	Triangles [][3]int              // of points, counterclockwise
	Outline   []triangulation.Point // that cuts the map off, counterclockwise; nil for the circle around the center of the head
	Radius    float64               // of that circle
}

// Mesh returns what maps of a scalp are drawn on where all sensors have values.
//
//	errors   as [ScalpMaps.Write] has of sensors
func (s Scalp) Mesh() (ScalpMesh, error) {
	if err := s.check(); err != nil {
		return ScalpMesh{}, err
	}
	f, err := s.field(make([]float64, len(s.Places)))
	if err != nil {
		return ScalpMesh{}, err
	}
	return ScalpMesh{f.mesh.Points, f.mesh.Triangles, f.outline, f.radius}, nil
}

// typicalDistance is the median length of the edges between sensors.
func typicalDistance(t *triangulation.Triangulation) float64 {
	var lengths []float64
	for i := range t.Points {
		for _, j := range t.Neighbors(i) {
			if i < j {
				lengths = append(lengths, distance(t.Points[i], t.Points[j]))
			}
		}
	}
	slices.Sort(lengths)
	n := len(lengths)
	return (lengths[(n-1)/2] + lengths[n/2]) / 2
}

// circle is of points outside the head, so far apart as sensors are.
func (f scalpField) circle(apart float64) []triangulation.Point {
	turn := math.Asin(min(apart/f.radius, 1))
	n := max(12, int(math.RoundToEven(2*math.Pi/turn)))
	away := 1.1*f.radius + apart
	points := make([]triangulation.Point, n)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		points[i] = triangulation.Point{X: f.center.X + away*cos, Y: f.center.Y + away*sin}
	}
	return points
}

// pushed are the outermost sensors, moved outwards, and points along long edges
// between them.
func pushed(t *triangulation.Triangulation, away float64) []triangulation.Point {
	var middle triangulation.Point
	for _, p := range t.Points {
		middle.X, middle.Y = middle.X+p.X/float64(len(t.Points)), middle.Y+p.Y/float64(len(t.Points))
	}
	hull := t.Hull()
	points := make([]triangulation.Point, len(hull))
	for i, h := range hull {
		p := t.Points[h]
		share := away / distance(p, middle)
		points[i] = triangulation.Point{X: p.X + (p.X-middle.X)*share, Y: p.Y + (p.Y-middle.Y)*share}
	}
	for i, h := range hull {
		edge := minus(t.Points[hull[(i+1)%len(hull)]], t.Points[h])
		parts := int(math.RoundToEven(0.25 * math.Hypot(edge.X, edge.Y) / away))
		for k := 1; k < parts; k++ {
			share := float64(k) / float64(parts)
			points = append(points, triangulation.Point{X: points[i].X + edge.X*share, Y: points[i].Y + edge.Y*share})
		}
	}
	return points
}

// ring goes round the middle of points.
func ring(points []triangulation.Point) []triangulation.Point {
	var middle triangulation.Point
	for _, p := range points {
		middle.X, middle.Y = middle.X+p.X/float64(len(points)), middle.Y+p.Y/float64(len(points))
	}
	angle := func(p triangulation.Point) float64 { return math.Atan2(p.Y-middle.Y, p.X-middle.X) }
	slices.SortStableFunc(points, func(a, b triangulation.Point) int { return cmp.Compare(angle(a), angle(b)) })
	return points
}

// border gives the points around sensors, which stand behind them, the mean of the
// sensors next to them; where none is, that of the other points.
func border(t *triangulation.Triangulation, known []float64) []float64 {
	values := slices.Clone(known)
	var without []int
	total := 0.0
	for i := len(known); i < len(t.Points); i++ {
		sum, n := 0.0, 0
		for _, j := range t.Neighbors(i) {
			if j < len(known) {
				sum, n = sum+known[j], n+1
			}
		}
		if n == 0 {
			without = append(without, i)
		}
		values = append(values, sum/float64(max(n, 1)))
		total += values[i]
	}
	for _, i := range without {
		values[i] = total / float64(max(1, len(values)-len(known)-len(without)))
	}
	return values
}

// bounds are the corners of the smallest box around what the map shows.
func (f scalpField) bounds() (low, high triangulation.Point) {
	if f.outline == nil {
		return triangulation.Point{X: f.center.X - f.radius, Y: f.center.Y - f.radius}, triangulation.Point{X: f.center.X + f.radius, Y: f.center.Y + f.radius}
	}
	low, high = f.outline[0], f.outline[0]
	for _, p := range f.outline {
		low = triangulation.Point{X: min(low.X, p.X), Y: min(low.Y, p.Y)}
		high = triangulation.Point{X: max(high.X, p.X), Y: max(high.Y, p.Y)}
	}
	return low, high
}

// inside is how far a place lies inside of what cuts the map off; below 0 outside.
func (f scalpField) inside(p triangulation.Point) float64 {
	if f.outline == nil {
		return f.radius - distance(p, f.center)
	}
	nearest, in := math.Inf(1), false
	for i, a := range f.outline {
		b := f.outline[(i+1)%len(f.outline)]
		edge, away := minus(b, a), minus(p, a)
		share := min(max((edge.X*away.X+edge.Y*away.Y)/(edge.X*edge.X+edge.Y*edge.Y), 0), 1)
		nearest = min(nearest, math.Hypot(away.X-share*edge.X, away.Y-share*edge.Y))
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X) {
			in = !in
		}
	}
	if !in {
		return -nearest
	}
	return nearest
}
