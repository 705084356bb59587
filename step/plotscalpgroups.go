package step

import (
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/sensor"
)

// scalpOf is the head of a group of sensors.
func scalpOf(g sensor.Group) figure.Scalp {
	s := figure.Scalp{Places: g.Layout.Places, Center: g.Layout.Center, Radius: g.Layout.Radius}
	if g.Kind == recording.Magnetometer || g.Kind == recording.Gradiometer {
		s.Reach = figure.ToSensors
	}
	return s
}

// draw makes the map of a column.
func (t *scalpTable) draw(g sensor.Group, column scalpColumn) (figure.ScalpMap, error) {
	if err := t.signed(g, column); err != nil {
		return figure.ScalpMap{}, err
	}
	m := figure.ScalpMap{Title: column.title, Scalp: scalpOf(g), Values: g.Values(column.values), Measure: column.measure}
	if t.units != nil {
		m.Measure = t.units[g.Of[0][0]]
		if as, known := scaled[m.Measure]; known {
			m.Measure = as.unit
			for i := range m.Values {
				m.Values[i] *= as.factor
			}
		}
	}
	if column.disks != nil {
		m.Disks = g.Marks(column.disks)
	}
	if column.best > 0 {
		m.Stars = highest(m.Values, column.best)
	}
	return m, nil
}

// signed complains about a root mean square of numbers that have a sign, unless
// they are fields.
func (t *scalpTable) signed(g sensor.Group, column scalpColumn) error {
	below := func(channels []int) bool {
		return slices.ContainsFunc(channels, func(c int) bool { return column.values[c] < 0 })
	}
	if g.Merge.Name != "rms" || t.fields || !slices.ContainsFunc(g.Of, below) {
		return nil
	}
	return fmt.Errorf("%q: the root mean square of two gradiometers hides that scores are below 0: use mean, maximum or both", column.title)
}
