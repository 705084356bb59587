package step

import (
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/sensor"
)

// A scalpGroup is sensors of one type, on maps of their own.
type scalpGroup struct {
	name   string
	kind   recording.Kind
	layout *sensor.Layout
	from   []int          // channel of every sensor; of the first one of a pair
	pairs  [][2]int       // of channels; nil where sensors stand alone
	merge  sensor.Merging // of pairs
}

// scalpGroups finds the sensors of channels, type by type, and the channels that
// have none. How is one of Mergings.
func scalpGroups(layouts []*sensor.Layout, channels []string, how string) (groups []scalpGroup, left []string, err error) {
	known := make([]bool, len(channels))
	for _, l := range layouts {
		for _, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.EEG, ""} {
			var from, sensors []int
			for c, k := range l.Match(channels) {
				if k >= 0 && l.Kinds[k] == kind && !known[c] {
					from, sensors, known[c] = append(from, c), append(sensors, k), true
				}
			}
			if len(from) == 0 {
				continue
			}
			own, err := scalpGroup{name: kindNames[kind], kind: kind, layout: l.Pick(sensors), from: from}.split(how)
			if err != nil {
				return nil, nil, err
			}
			groups = append(groups, own...)
		}
	}
	for c, name := range channels {
		if !known[c] {
			left = append(left, name)
		}
	}
	if len(groups) == 0 {
		return nil, nil, fmt.Errorf("none of its channels (%s) is a sensor with a position (%s)", briefly(channels), briefly(layouts[0].Names))
	}
	return groups, left, nil
}

// kindNames are what the types of sensors are called beside their maps.
var kindNames = map[recording.Kind]string{recording.Magnetometer: "magnetometers", recording.Gradiometer: "gradiometers", recording.EEG: "EEG"}

// split draws pairs of gradiometers as one value, or those of each direction as
// a group. Gradiometers without a twin are no pair, and left out.
func (g scalpGroup) split(how string) ([]scalpGroup, error) {
	if g.kind != recording.Gradiometer {
		return []scalpGroup{g}, nil
	}
	if how == MergeBoth {
		var both []scalpGroup
		for _, ending := range []string{"2", "3"} {
			var kept []int
			one := g
			one.from, one.name = nil, "gradiometers …"+ending
			for i, name := range g.layout.Names {
				if strings.HasSuffix(name, ending) {
					kept, one.from = append(kept, i), append(one.from, g.from[i])
				}
			}
			if one.layout = g.layout.Pick(kept); len(kept) > 0 {
				both = append(both, one)
			}
		}
		return both, nil
	}
	merge, err := sensor.MergingByName(how)
	if err != nil {
		return nil, err
	}
	pairs, of, err := g.layout.Pairs()
	if err != nil {
		return nil, err
	}
	g.name, g.merge, g.layout = "gradiometers, "+merge.About, merge, pairs
	channels := g.from
	g.from = nil
	for _, p := range of {
		g.pairs = append(g.pairs, [2]int{channels[p[0]], channels[p[1]]})
		g.from = append(g.from, channels[p[0]])
	}
	return []scalpGroup{g}, nil
}

// draw makes the map of a column.
func (g scalpGroup) draw(t *scalpTable, column scalpColumn) (figure.ScalpMap, error) {
	m := figure.ScalpMap{Title: column.title, Values: make([]float64, len(g.from)), Scalp: figure.Scalp{
		Places: g.layout.Places, Center: g.layout.Center, Radius: g.layout.Radius,
	}}
	if g.kind == recording.Magnetometer || g.kind == recording.Gradiometer {
		m.Scalp.Reach = figure.ToSensors
	}
	for i, c := range g.from {
		m.Values[i] = column.values[c]
	}
	if g.pairs != nil {
		if err := g.signed(column); err != nil {
			return m, err
		}
		m.Values = g.merge.Merge(column.values, g.pairs)
	}
	if t.units != nil {
		m.Measure = t.units[g.from[0]]
		if as, known := scaled[m.Measure]; known {
			m.Measure = as.unit
			for i := range m.Values {
				m.Values[i] *= as.factor
			}
		}
	}
	if column.disks != nil {
		m.Disks = g.disks(column.disks)
	}
	return m, nil
}

// signed complains about a root mean square of numbers that have a sign, unless
// they are fields.
func (g scalpGroup) signed(column scalpColumn) error {
	if g.merge.Name != "rms" || !slices.ContainsFunc(g.from, func(c int) bool { return column.values[c] < 0 }) {
		return nil
	}
	if column.fields {
		return nil
	}
	return fmt.Errorf("%q: the root mean square of two gradiometers hides that scores are below 0: use mean, maximum or both", column.title)
}

// disks marks sensors, and pairs either of which is marked.
func (g scalpGroup) disks(of []bool) []bool {
	marks := make([]bool, len(g.from))
	for i, c := range g.from {
		marks[i] = of[c]
		if g.pairs != nil {
			marks[i] = of[g.pairs[i][0]] || of[g.pairs[i][1]]
		}
	}
	return marks
}
