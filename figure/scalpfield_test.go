package figure

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/sensor"
	"github.com/isocortex/isocortex/triangulation"
)

// A publishedMap holds numbers that MNE 1.3 found, with its sphere. It measures the
// farthest sensor from the origin of the frame, not from the middle of the head; the
// typical distance is that of two edges of every triangle, as SciPy 1.10.1 lists
// them.
type publishedMap struct {
	kind                       recording.Kind
	sphere                     sensor.Sphere
	apart, unit, reach         float64
	sensors, around, triangles int
	middle, corner             float64 // of a grid of 64 × 64, at 32, 32 and 20, 40
}

var (
	inHelmet  = sensor.Sphere{Center: recording.Vector{.00144122, .01784208, 0}, Radius: .09100622}
	inHead    = sensor.Sphere{Center: recording.Vector{-.00413199, .0159844, .05174612}, Radius: .09100622}
	published = []publishedMap{
		{recording.Magnetometer, inHelmet, .030707419837118402, 1e15, .17296867, 102, 19, 221, -23.354679, -246.20593},
		{recording.Gradiometer, inHelmet, .030707419837118402, 1e13, .17296867, 102, 19, 221, 30.109185, 329.32369},
		{recording.EEG, inHead, .024250165759218362, 1e6, .10360794, 60, 27, 145, -4.0303064, .53714279},
	}
)

// fieldOfMean reads one time of the first mean of a file, less its baseline and
// what projections take out.
func fieldOfMean(t *testing.T, kind recording.Kind) (channels []recording.Channel, values []float64) {
	path := realtest.Path(t, "meg_eeg", "fif", "test-ave.fif.gz")
	means, err := fif.Averages(path)
	if err != nil {
		t.Fatal(err)
	}
	projections, err := fif.Projections(path)
	if err != nil {
		t.Fatal(err)
	}
	mean, times := means[0], means[0].Times()
	for i, c := range mean.Channels {
		if c.Kind != kind || c.Bad {
			continue
		}
		level, n := 0.0, 0
		for k, at := range times {
			if at <= 0 {
				level, n = level+mean.Signal[i][k], n+1
			}
		}
		channels, values = append(channels, c), append(values, mean.Signal[i][180]-level/float64(n))
	}
	var taken [][]float64
	for _, p := range projections {
		for _, v := range p.Vectors {
			direction := make([]float64, len(channels))
			for i, c := range channels {
				if k := slices.Index(p.Channels, c.Name); k >= 0 {
					direction[i] = v[k]
				}
			}
			for _, d := range append(taken, nil) {
				if size := math.Sqrt(inner(direction, direction)); d == nil && size > 1e-6 {
					for i := range direction {
						direction[i] /= size
					}
					taken = append(taken, direction)
				}
				if d != nil {
					remove(direction, d)
				}
			}
		}
	}
	for _, d := range taken {
		remove(values, d)
	}
	return channels, values
}

func inner(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func remove(values, direction []float64) {
	share := inner(values, direction)
	for i := range values {
		values[i] -= share * direction[i]
	}
}

// layoutOfMean lays the sensors on paper; pairs of gradiometers are merged.
func (want publishedMap) layoutOfMean(t *testing.T) (s Scalp, values []float64) {
	channels, values := fieldOfMean(t, want.kind)
	l := &sensor.Layout{Names: make([]string, len(channels)), Kinds: make([]recording.Kind, len(channels))}
	for i, c := range channels {
		l.Names[i] = c.Name
		l.Places = append(l.Places, want.sphere.Project(c.Position))
		values[i] *= want.unit
	}
	if want.kind == recording.Gradiometer {
		pairs, of, err := l.Pairs()
		if err != nil {
			t.Fatal(err)
		}
		rms, err := sensor.MergingByName("rms")
		if err != nil {
			t.Fatal(err)
		}
		l, values = pairs, rms.Merge(values, of)
	}
	s = Scalp{Places: l.Places, Center: triangulation.Point{X: want.sphere.Center[0], Y: want.sphere.Center[1]}, Radius: want.sphere.Radius}
	if want.kind != recording.EEG {
		s.Reach = ToSensors
	}
	return s, values
}

// The gradients of SciPy end where they change by less than a millionth.
func TestFieldsMatchMNE(t *testing.T) {
	for _, want := range published {
		s, values := want.layoutOfMean(t)
		inner, err := triangulation.Delaunay(s.Places)
		if err != nil {
			t.Fatal(err)
		}
		f := scalpField{center: s.Center, radius: want.reach}
		around := f.circle(want.apart)
		low, high := s.Center, s.Center
		if s.Reach == ToSensors {
			around, low, high = pushed(inner, want.apart), triangulation.Point{}, triangulation.Point{}
		}
		all, err := triangulation.Delaunay(slices.Concat(inner.Points, around))
		if err != nil {
			t.Fatal(err)
		}
		if len(values) != want.sensors || len(around) != want.around || len(all.Triangles) != want.triangles {
			t.Errorf("%s: %d sensors, %d points around them, %d triangles, want %d, %d, %d", want.kind, len(values), len(around), len(all.Triangles), want.sensors, want.around, want.triangles)
		}
		if err := f.extend(s.Reach, inner, values, want.apart); err != nil {
			t.Fatal(err)
		}
		// Its grid holds the circle that cuts off, and the one around the head grown to its size.
		grown := want.reach / s.Radius
		low = triangulation.Point{X: min(low.X, grown*s.Center.X) - want.reach, Y: min(low.Y, grown*s.Center.Y) - want.reach}
		high = triangulation.Point{X: max(high.X, grown*s.Center.X) + want.reach, Y: max(high.Y, grown*s.Center.Y) + want.reach}
		for at, height := range map[[2]float64]float64{{32, 32}: want.middle, {20, 40}: want.corner} {
			x, y := low.X+(high.X-low.X)*at[1]/63, low.Y+(high.Y-low.Y)*at[0]/63
			if got := f.surface.Grid([]float64{x}, []float64{y})[0]; !(math.Abs(got-height) <= 1e-6*max(slices.Max(values), 1)) {
				t.Errorf("%s: %.9g at %v, want %.9g", want.kind, got, at, height)
			}
		}
	}
}
