package bids

import (
	"math"
	"path/filepath"
	"strings"
)

// A Channel is a row of channels.tsv.
type Channel struct {
	Name string
	Type string // as BIDS writes it, in large letters: "EEG", "MEGGRADPLANAR"
	Unit string // of the numbers in the file: "uV"; Missing where it is not known
	// Status is "good" or "bad", or "" where the file does not say.
	Status string
	Line   int
}

// Channels reads the channels.tsv of a recording; none where there is no such
// file.
//
//	errors   *file.ParseError: no column name or type, a channel that comes twice, a
//	         status that is neither good nor bad
func Channels(recording string) ([]Channel, string, error) {
	t, err := about(recording, "channels", "name", "type")
	if t == nil {
		return nil, "", err
	}
	var list []Channel
	lines := map[string]int{}
	for i := range t.Rows {
		c := Channel{Name: t.Text(i, "name"), Type: strings.ToUpper(t.Text(i, "type")), Unit: t.Text(i, "units"), Line: t.Lines[i]}
		if before, twice := lines[c.Name]; twice {
			return nil, "", t.wrong(c.Line, "channel %q stands in line %d already", c.Name, before)
		}
		lines[c.Name] = c.Line
		switch status := strings.ToLower(t.Text(i, "status")); status {
		case "good", "bad":
			c.Status = status
		case Missing:
		default:
			return nil, "", t.wrong(c.Line, "the status of %s is %q, not good or bad", c.Name, status)
		}
		list = append(list, c)
	}
	return list, t.Path, nil
}

// about reads the nearest table with a suffix; nil where there is none.
func about(recording, suffix string, columns ...string) (*Table, error) {
	path, err := Nearest(recording, suffix, ".tsv")
	if err != nil || path == "" {
		return nil, err
	}
	t, err := ReadTable(path)
	if err != nil {
		return nil, err
	}
	return t, t.Need(columns...)
}

// Events reads the events.tsv of a recording; nil where there is no such file.
// Onsets are in s after the first number that the recording holds.
//
//	errors   *file.ParseError: no column onset or duration, an onset that is no number,
//	         a duration below 0
func Events(recording string) (*Table, error) {
	t, err := about(recording, "events", "onset", "duration")
	if t == nil || err != nil {
		return nil, err
	}
	for i := range t.Rows {
		onset, err := t.Number(i, "onset")
		if err != nil {
			return nil, err
		}
		duration, err := t.Number(i, "duration")
		if err != nil {
			return nil, err
		}
		if math.IsNaN(onset) {
			return nil, t.wrong(t.Lines[i], "its onset is missing")
		}
		if duration < 0 {
			return nil, t.wrong(t.Lines[i], "a duration of %g s", duration)
		}
	}
	return t, nil
}

// Electrodes are places of electrodes.
type Electrodes struct {
	Path   string
	System string                // of coordinates, as coordsystem.json names it; "" where it does not
	Places map[string][3]float64 // in m, by name; those that are not known are left out
	Cut    bool                  // as of the Table
}

// ReadElectrodes reads the electrodes.tsv of a recording and the unit of its
// coordsystem.json; nil where there is no such file.
//
//	errors   *file.ParseError: no column name, x, y or z; a number that is none; no
//	         unit for places that there are
func ReadElectrodes(recording string) (*Electrodes, error) {
	t, err := about(recording, "electrodes", "name", "x", "y", "z")
	if t == nil || err != nil {
		return nil, err
	}
	keys, err := coordinates(recording, t.Path)
	if err != nil {
		return nil, err
	}
	e := &Electrodes{Path: t.Path, Cut: t.Cut, Places: map[string][3]float64{}}
	unit := ""
	for _, kind := range []string{"EEG", "iEEG", "MEG"} {
		if text, is := keys[kind+"CoordinateUnits"].(string); is && unit == "" {
			unit = text
			e.System, _ = keys[kind+"CoordinateSystem"].(string)
		}
	}
	scale := map[string]float64{"m": 1, "cm": .01, "mm": .001}[unit]
	for i := range t.Rows {
		var place [3]float64
		for k, axis := range []string{"x", "y", "z"} {
			v, err := t.Number(i, axis)
			if err != nil {
				return nil, err
			}
			place[k] = v * scale
		}
		if math.IsNaN(place[0] + place[1] + place[2]) {
			continue
		}
		if scale == 0 {
			return nil, t.wrong(t.Lines[i], "places in %q: coordsystem.json has to say EEGCoordinateUnits, as m, cm or mm", unit)
		}
		e.Places[t.Text(i, "name")] = place
	}
	return e, nil
}

// coordinates returns what coordsystem.json says of the space of electrodes.
func coordinates(recording, electrodes string) (map[string]any, error) {
	name, _ := Parse(electrodes)
	rec, _ := Parse(recording)
	if space := name.Get("space"); space != "" && rec.Get("space") == "" {
		rec.Entities = append(rec.Entities, Entity{"space", space})
	}
	return Metadata(filepath.Join(filepath.Dir(recording), rec.String()+rec.Ending), "coordsystem")
}
