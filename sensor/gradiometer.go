package sensor

import (
	"fmt"
	"math"
	"regexp"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/triangulation"
)

// A Merging makes one value of those of the two planar gradiometers at a place.
type Merging struct {
	Name  string
	About string // in the title of a map
	of    func(a, b float64) float64
}

// Mergings lists the ways to merge, the default first. RMS is of amplitudes of
// fields alone: of scores it would hide the sign.
var Mergings = []Merging{
	{"mean", "mean of pairs", func(a, b float64) float64 { return (a + b) / 2 }},
	{"maximum", "maximum of pairs", math.Max},
	{"rms", "root mean square of pairs", func(a, b float64) float64 { return math.Sqrt((a*a + b*b) / 2) }},
}

// MergingByName returns the merging of that name.
//
//	errors   an unknown name; the error lists all
func MergingByName(name string) (Merging, error) {
	return nearest.In(Mergings, "merging of gradiometers", name, func(m Merging) []string { return []string{m.Name} })
}

// triplets matches names of Neuromag: MEG 0113 is sensor 3 of triplet 011. Its 1
// is the magnetometer.
var triplets = regexp.MustCompile(`^MEG ?(\d{3})([123])$`)

// kindOf tells the kind of a coil of Neuromag from its name; "" of others.
func kindOf(name string) recording.Kind {
	switch parts := triplets.FindStringSubmatch(name); {
	case parts == nil:
		return ""
	case parts[2] == "1":
		return recording.Magnetometer
	default:
		return recording.Gradiometer
	}
}

// Pairs returns the pairs of planar gradiometers among sensors, in the order of
// their first ones, as a layout of one sensor per pair, such as "MEG 011x" half
// way between the two, with the sensors of each.
//
//	shapes   of: pairs
//	errors   no pair
func (l *Layout) Pairs() (pairs *Layout, of [][2]int, err error) {
	first := map[string]int{}
	pairs = &Layout{Source: l.Source, Center: l.Center, Radius: l.Radius}
	for i, name := range l.Names {
		parts := triplets.FindStringSubmatch(name)
		if parts == nil || parts[2] == "1" {
			continue
		}
		other, found := first[parts[1]]
		if !found {
			first[parts[1]] = i
			continue
		}
		a, b := l.Places[other], l.Places[i]
		pairs.add("MEG "+parts[1]+"x", recording.Gradiometer, triangulation.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
		two := [2]int{other, i}
		if name < l.Names[other] {
			two = [2]int{i, other}
		}
		of = append(of, two)
	}
	if len(of) == 0 {
		return nil, nil, fmt.Errorf("no pairs of planar gradiometers among %d sensors: they are told by the names of Neuromag, such as MEG 0112 and MEG 0113", l.Len())
	}
	return pairs, of, nil
}

// Merge makes one value per pair.
//
//	NaN      where one of the two is
func (m Merging) Merge(values []float64, pairs [][2]int) []float64 {
	merged := make([]float64, len(pairs))
	for i, p := range pairs {
		merged[i] = m.of(values[p[0]], values[p[1]])
	}
	return merged
}
