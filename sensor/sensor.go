// Package sensor knows where the sensors of MEG and EEG are, on the head and on
// paper: from recordings, from files of positions, and from the rules of the
// standard systems.
//
//	layout, err := sensor.Standard("10-20")
//	layout, err := sensor.Read("biosemi.lay")
//	layout, err := sensor.Of(header, recording.Magnetometer)
//
// On paper the head is seen from above, its nose up.
package sensor

import (
	"strings"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/triangulation"
)

// A Layout is sensors on paper.
type Layout struct {
	Source string           // where the positions are from, for people
	Names  []string         // of the sensors
	Kinds  []recording.Kind // "" where the source does not say
	Places []triangulation.Point
	Center triangulation.Point // of the head
	Radius float64             // of the head, in the unit of the places
}

// Len returns the number of sensors.
func (l *Layout) Len() int { return len(l.Names) }

// add appends a sensor.
func (l *Layout) add(name string, kind recording.Kind, at triangulation.Point) {
	l.Names, l.Kinds, l.Places = append(l.Names, name), append(l.Kinds, kind), append(l.Places, at)
}

// Pick returns some of the sensors, in the order of places in l.
func (l *Layout) Pick(places []int) *Layout {
	picked := &Layout{Source: l.Source, Center: l.Center, Radius: l.Radius}
	for _, i := range places {
		picked.add(l.Names[i], l.Kinds[i], l.Places[i])
	}
	return picked
}

// Match returns the place of each name among the sensors, -1 where there is none
// of the name. Capitals and spaces do not count: "MEG 0113" is "MEG0113". Older names
// of the 10-20 system are known: T3 is T7.
func (l *Layout) Match(names []string) []int {
	place := make(map[string]int, len(l.Names))
	for i, name := range l.Names {
		if _, twice := place[plain(name)]; !twice {
			place[plain(name)] = i
		}
	}
	found := make([]int, len(names))
	for i, name := range names {
		found[i] = -1
		if at, known := place[plain(name)]; known {
			found[i] = at
		} else if at, known := place[aliases[plain(name)]]; known {
			found[i] = at
		}
	}
	return found
}

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }

// project lays sensors on paper, seen from the center of a sphere.
func project(source string, sphere Sphere, channels []recording.Channel) *Layout {
	l := &Layout{Source: source, Center: triangulation.Point{X: sphere.Center[0], Y: sphere.Center[1]}, Radius: sphere.Radius}
	for _, c := range channels {
		l.add(c.Name, c.Kind, sphere.Project(c.Position))
	}
	return l
}
