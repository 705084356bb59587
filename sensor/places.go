package sensor

import (
	"cmp"
	"math"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/triangulation"
)

// Types returns the sensors of a recording, those of each kind apart:
// magnetometers, gradiometers, electrodes.
//
//	errors   no sensor of any kind whose position is known
func Types(h *recording.Header) (layouts []*Layout, err error) {
	for _, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.EEG} {
		l, wrong := Of(h, kind)
		if wrong == nil {
			layouts = append(layouts, l)
		}
		err = cmp.Or(err, wrong)
	}
	if layouts == nil {
		return nil, err
	}
	return layouts, nil
}

// InDataset returns the channels of a Dataset with their positions, as a recording
// has them; nil where it says no positions or no names. Path is for errors.
//
//	errors   positions that are not one per channel
func InDataset(path string, d *dataset.Dataset) (*recording.Header, error) {
	array, names := d.Arrays["channel.position"], d.Channel["name"]
	if array == nil || names == nil {
		return nil, nil
	}
	numbers, err := array.Float64s()
	if n := d.Shape[1]; err != nil || !slices.Equal(array.Shape, []int{n, 3}) {
		return nil, file.Malformed(path, -1, "channel.position", "it is %v, not %d channels × 3 coordinates", array.Shape, n)
	}
	h := &recording.Header{Path: path}
	for c, name := range names {
		channel := recording.Channel{Name: name, Kind: recording.EEG, Frame: recording.Head, Position: recording.Vector(numbers[3*c : 3*c+3])}
		if types := d.Channel["type"]; types != nil {
			channel.Kind = recording.Kind(types[c])
		}
		if frames := d.Channel["frame"]; frames != nil {
			channel.Frame = recording.Frame(frames[c])
		}
		h.Channels = append(h.Channels, channel)
	}
	return h, nil
}

// paper is the frame of places that are known on paper alone: in m, of a head of
// the size of DefaultSphere, from its center.
const paper recording.Frame = "paper"

// OnPaper returns the channels of some names as sensors lie on paper; those that
// are no sensors are nowhere.
func OnPaper(layouts []*Layout, names []string) []recording.Channel {
	channels := make([]recording.Channel, len(names))
	for i, name := range names {
		channels[i] = recording.Channel{Name: name, Kind: recording.EEG, Frame: paper, Position: recording.Nowhere}
	}
	for _, l := range layouts {
		for i, k := range l.Match(names) {
			if k >= 0 && !channels[i].Position.Known() {
				scale := DefaultSphere.Radius / l.Radius
				channels[i].Kind = l.Kinds[k]
				channels[i].Position = recording.Vector{scale * (l.Places[k].X - l.Center.X), scale * (l.Places[k].Y - l.Center.Y), 0}
			}
		}
	}
	return channels
}

// fromPaper is the inverse of OnPaper, as one layout.
func fromPaper(channels []recording.Channel) []*Layout {
	l := &Layout{Source: "as the study says", Radius: DefaultSphere.Radius}
	for _, c := range channels {
		if c.Position.Known() {
			l.add(c.Name, c.Kind, triangulation.Point{X: c.Position[0], Y: c.Position[1]})
		}
	}
	return []*Layout{l}
}

// PlacesFile is what the table of [Places] is called in a folder.
const PlacesFile = "sensors.tsv"

// Places is a table of where channels are, for [OpenPlaces].
func Places(channels []recording.Channel) *result.Table {
	text := func(name, about string, of func(c recording.Channel) string) result.Column {
		column := result.Column{Name: name, Description: about}
		for _, c := range channels {
			column.Text = append(column.Text, of(c))
		}
		return column
	}
	t := &result.Table{Description: "Where the channels of a brain are.", Columns: []result.Column{
		text("name", "Name of the channel.", func(c recording.Channel) string { return c.Name }),
		text("type", "What it measures.", func(c recording.Channel) string { return string(c.Kind) }),
		text("frame", "In which coordinates are: of the head, of the helmet (device), or on paper, the head seen from above.", func(c recording.Channel) string { return string(c.Frame) }),
	}}
	for axis, name := range []string{"x", "y", "z"} {
		column := result.Column{Name: name, Unit: "m", Description: "Position: to the right, forward, up."}
		for _, c := range channels {
			column.Numbers = append(column.Numbers, c.Position[axis])
		}
		t.Columns = append(t.Columns, column)
	}
	return t
}

// OpenPlaces reads a table of [Places]: the sensors of each kind apart, nil where
// no position is known.
//
//	errors   a column that is missing, or of another kind
func OpenPlaces(path string) ([]*Layout, error) {
	t, err := result.ReadTable(path)
	if err != nil {
		return nil, err
	}
	h := &recording.Header{Path: path, Channels: make([]recording.Channel, t.Len())}
	for _, name := range []string{"name", "type", "frame"} {
		if c := t.Column(name); c == nil || c.Text == nil && t.Len() > 0 {
			return nil, file.Malformed(path, -1, "columns", "a column %q of words is missing", name)
		}
	}
	for i := range h.Channels {
		h.Channels[i].Name = t.Column("name").Text[i]
		h.Channels[i].Kind, h.Channels[i].Frame = recording.Kind(t.Column("type").Text[i]), recording.Frame(t.Column("frame").Text[i])
	}
	known := false
	for axis, name := range []string{"x", "y", "z"} {
		c := t.Column(name)
		if c == nil || c.Numbers == nil && t.Len() > 0 {
			return nil, file.Malformed(path, -1, "columns", "a column %q of numbers is missing", name)
		}
		for i := range h.Channels {
			h.Channels[i].Position[axis] = c.Numbers[i]
			known = known || !math.IsNaN(c.Numbers[i])
		}
	}
	switch {
	case !known:
		return nil, nil
	case h.Channels[0].Frame == paper:
		return fromPaper(h.Channels), nil
	}
	return Types(h)
}
