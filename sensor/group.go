package sensor

import (
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// Both is the way not to merge: the gradiometers of each direction are a group of
// their own.
const Both = "both"

// A Group is sensors of one type, which are shown on maps of their own.
type Group struct {
	Name   string // such as "gradiometers, mean of pairs"
	Kind   recording.Kind
	Layout *Layout
	Of     [][]int // per sensor, the places of its channels: one, or the two of a pair
	Merge  Merging // of pairs; the zero Merging where there are none
}

// kindNames are what the types of sensors are called beside their maps.
var kindNames = map[recording.Kind]string{recording.Magnetometer: "magnetometers", recording.Gradiometer: "gradiometers", recording.EEG: "EEG"}

// Groups finds the sensors of channels, type by type, and the channels that have
// none. How is one of Mergings, or Both; gradiometers that are no pairs stand
// alone.
//
//	errors   an unknown merging
func Groups(layouts []*Layout, channels []string, how string) (groups []Group, left []string, err error) {
	if how != Both {
		if _, err := MergingByName(how); err != nil {
			return nil, nil, err
		}
	}
	known := make([]bool, len(channels))
	for _, l := range layouts {
		for _, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.EEG, ""} {
			g := Group{Name: kindNames[kind], Kind: kind}
			var sensors []int
			for c, k := range l.Match(channels) {
				if k >= 0 && l.Kinds[k] == kind && !known[c] {
					g.Of, sensors, known[c] = append(g.Of, []int{c}), append(sensors, k), true
				}
			}
			if g.Layout = l.Pick(sensors); len(sensors) > 0 {
				groups = append(groups, g.split(how)...)
			}
		}
	}
	for c, name := range channels {
		if !known[c] {
			left = append(left, name)
		}
	}
	return groups, left, nil
}

// split makes pairs of gradiometers one sensor, or those of each direction a
// group. Gradiometers without a twin among pairs are left out.
func (g Group) split(how string) []Group {
	if g.Kind != recording.Gradiometer {
		return []Group{g}
	}
	pairs, of, err := g.Layout.Pairs()
	switch {
	case err != nil:
		return []Group{g}
	case how == Both:
		both := []Group{g.ending("2"), g.ending("3")}
		return slices.DeleteFunc(both, func(one Group) bool { return len(one.Of) == 0 })
	}
	merge, err := MergingByName(how)
	if err != nil {
		panic(err) // Groups has looked
	}
	merged := Group{Name: g.Name + ", " + merge.About, Kind: g.Kind, Layout: pairs, Merge: merge}
	for _, p := range of {
		merged.Of = append(merged.Of, []int{g.Of[p[0]][0], g.Of[p[1]][0]})
	}
	return []Group{merged}
}

// ending are the sensors whose names end so.
func (g Group) ending(with string) Group {
	one := Group{Name: g.Name + " …" + with, Kind: g.Kind}
	var kept []int
	for i, name := range g.Layout.Names {
		if strings.HasSuffix(name, with) {
			kept, one.Of = append(kept, i), append(one.Of, g.Of[i])
		}
	}
	one.Layout = g.Layout.Pick(kept)
	return one
}

// Paired reports whether sensors are pairs.
func (g Group) Paired() bool { return g.Merge.of != nil }

// Values returns the value of every sensor, given those of the channels.
//
//	NaN      where a channel of the sensor is
func (g Group) Values(channels []float64) []float64 {
	values := make([]float64, len(g.Of))
	for i, of := range g.Of {
		values[i] = channels[of[0]]
		if g.Paired() {
			values[i] = g.Merge.of(channels[of[0]], channels[of[1]])
		}
	}
	return values
}

// Marks returns the sensors any channel of which is marked.
func (g Group) Marks(channels []bool) []bool {
	marks := make([]bool, len(g.Of))
	for i, of := range g.Of {
		marks[i] = slices.ContainsFunc(of, func(c int) bool { return channels[c] })
	}
	return marks
}
