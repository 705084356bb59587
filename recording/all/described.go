package all

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// A described recording is one of a folder of BIDS, with what the files beside
// it say.
type described struct {
	recording.Recording
	header *recording.Header
	gains  []float64 // of the channels
}

// Header describes the recording.
func (d *described) Header() *recording.Header { return d.header }

// Read sets dst to the signal, as recording.Recording says.
func (d *described) Read(dst []float64, channels []int, window recording.Window) error {
	if err := d.Recording.Read(dst, channels, window); err != nil {
		return err
	}
	for i, c := range channels {
		if gain := d.gains[c]; gain != 1 {
			row := dst[i*window.Len():][:window.Len()]
			for j := range row {
				row[j] *= gain
			}
		}
	}
	return nil
}

// describe adds to a recording what the folder of BIDS says that it lies in:
// kinds of channels, which of them are bad, units that the file itself does not
// have, places of electrodes, events, the mains.
//
// Events take the place of what the file has noted, but for stretches that begin
// with "BAD".
func describe(r recording.Recording, path string, o Options) (recording.Recording, error) {
	if _, inside := bids.Root(path); !inside {
		return r, nil
	}
	h := *r.Header()
	h.Channels, h.Warnings = slices.Clone(h.Channels), slices.Clone(h.Warnings)
	d := &described{Recording: r, header: &h, gains: make([]float64, len(h.Channels))}
	for i := range d.gains {
		d.gains[i] = 1
	}
	for _, part := range []func(path string) error{d.channels, d.electrodes, d.events, d.metadata} {
		if err := part(path); err != nil {
			return nil, err
		}
	}
	if more := h.Warnings[len(r.Header().Warnings):]; o.Strict && len(more) > 0 {
		return nil, file.Malformed(path, -1, "", "%s", strings.Join(more, "; "))
	}
	return d, nil
}

// types are the kinds of channels by their types in BIDS.
var types = map[string]recording.Kind{
	"MEGMAG": recording.Magnetometer, "MEGGRADPLANAR": recording.Gradiometer, "MEGGRADAXIAL": recording.Gradiometer,
	"MEGREFMAG": recording.ReferenceCoil, "MEGREFGRADAXIAL": recording.ReferenceCoil, "MEGREFGRADPLANAR": recording.ReferenceCoil,
	"EEG": recording.EEG, "EOG": recording.EOG, "HEOG": recording.EOG, "VEOG": recording.EOG, "ECG": recording.ECG, "EMG": recording.EMG,
	"SEEG": recording.SEEG, "ECOG": recording.ECoG, "DBS": recording.Depth, "TRIG": recording.Stim, "RESP": recording.Respiration,
	"HLU": recording.HeadPosition, "FITERR": recording.HeadPosition, "SYSCLOCK": recording.System,
	"MISC": recording.Other, "OTHER": recording.Other, "REF": recording.Other, "ADC": recording.Other, "DAC": recording.Other, "AUDIO": recording.Other,
	"EYEGAZE": recording.Other, "PUPIL": recording.Other, "GSR": recording.Other, "TEMP": recording.Other, "PPG": recording.Other,
}

// channels adds what channels.tsv says.
func (d *described) channels(path string) error {
	list, table, err := bids.Channels(path)
	if err != nil || list == nil {
		return err
	}
	h := d.header
	var absent []string
	for _, row := range list {
		i, found := h.Index(row.Name)
		if !found {
			absent = append(absent, row.Name)
			continue
		}
		c := &h.Channels[i]
		if kind, known := types[row.Type]; known && !(row.Type == "MEGGRADAXIAL" && c.Unit == "T") {
			c.Kind = kind
		} else if !known && row.Type != strings.ToUpper(bids.Missing) {
			h.Warn("%s, line %d: %s is no type of BIDS: %s stays %s", table, row.Line, row.Type, c.Name, c.Kind)
		}
		if row.Status != "" {
			c.Bad = row.Status == "bad"
		}
		d.measure(i, row.Unit)
	}
	if len(absent) > 0 {
		h.Warn("%s has channels that the recording has not: %s", table, strings.Join(absent, ", "))
	}
	if missing := len(h.Channels) - len(list) + len(absent); missing > 0 {
		h.Warn("%s says nothing of %d channels of the recording", table, missing)
	}
	return nil
}

// measure gives a channel of electrodes the unit of BIDS, where the file has
// none. What the file has a unit for is in SI already, and FIF always.
func (d *described) measure(channel int, unit string) {
	c := &d.header.Channels[channel]
	electric := []recording.Kind{recording.EEG, recording.EOG, recording.ECG, recording.EMG, recording.SEEG, recording.ECoG, recording.Depth}
	si, gain, known := recording.SI(unit)
	if !known || si != "V" || c.Unit != "" || d.header.Format == "FIF" || !slices.Contains(electric, c.Kind) {
		return
	}
	c.Unit, d.gains[channel] = "V", gain
}

// electrodes adds places, to the right, the front and up. In some systems of
// coordinates the first axis points to the front and the second to the left. FIF
// has places of its own.
func (d *described) electrodes(path string) error {
	e, err := bids.ReadElectrodes(path)
	if err != nil || e == nil || d.header.Format == "FIF" {
		return err
	}
	if e.Cut {
		d.header.Warn(lastLine, e.Path)
	}
	turned := slices.Contains([]string{"CTF", "EEGLAB", "EEGLAB-HJ", "4DBti", "KitYokogawa"}, e.System)
	for i := range d.header.Channels {
		c := &d.header.Channels[i]
		place, known := e.Places[c.Name]
		if !known {
			continue
		}
		c.Frame, c.Position = recording.Head, recording.Vector(place)
		if turned {
			c.Position = recording.Vector{-place[1], place[0], place[2]}
		}
	}
	return nil
}

// lastLine warns of a table that may have lost its end.
const lastLine = "%s: the last line does not end: the file may have been cut"

// events adds the events of events.tsv: as annotations, and where their value, or
// trigger, is a whole number as codes.
func (d *described) events(path string) error {
	t, err := bids.Events(path)
	if err != nil || t == nil {
		return err
	}
	h := d.header
	h.Annotations = slices.DeleteFunc(slices.Clone(h.Annotations), func(a recording.Annotation) bool { return !strings.HasPrefix(strings.ToUpper(a.Text), "BAD") })
	if t.Cut {
		h.Warn(lastLine, t.Path)
	}
	var codes []recording.Event
	outside := 0
	for i := range t.Rows {
		onset, _ := t.Number(i, "onset") // that these are numbers, Events has seen to
		duration, _ := t.Number(i, "duration")
		if math.IsNaN(duration) {
			duration = 0
		}
		at := math.RoundToEven(onset * h.Rate)
		if at < 0 || at >= float64(h.Length) {
			outside++
			continue
		}
		h.Annotations = append(h.Annotations, recording.Annotation{Onset: onset, Duration: duration, Text: eventName(t, i)})
		if code, err := strconv.Atoi(first(t, i, "value", "trigger")); err == nil {
			codes = append(codes, recording.Event{At: h.Acquired(recording.Stored(at)), Code: code})
		}
	}
	if codes != nil {
		h.Events = codes
	}
	if outside > 0 {
		h.Warn("%s has %d events outside of the recording, which lasts %g s: they are left out", t.Path, outside, h.Seconds(recording.Stored(h.Length)))
	}
	return nil
}

// eventName is what an event is called.
func eventName(t *bids.Table, row int) string {
	if name := first(t, row, "trial_type", "stim_type", "stim_file", "value", "trigger"); name != bids.Missing {
		return name
	}
	return "event"
}

// first returns the first cell that is not missing.
func first(t *bids.Table, row int, columns ...string) string {
	for _, c := range columns {
		if text := t.Text(row, c); text != bids.Missing {
			return text
		}
	}
	return bids.Missing
}

// metadata adds what JSON says about the recording.
func (d *described) metadata(path string) error {
	name, _ := bids.Parse(path)
	keys, err := bids.Metadata(path, name.Suffix)
	if err != nil {
		return err
	}
	h := d.header
	if line, is := keys["PowerLineFrequency"].(float64); is {
		h.Line = line
	}
	if reference, is := keys["EEGReference"].(string); is && h.Reference == "" {
		h.Reference = reference
	}
	const enough = 1e-3 // of the rate, where it is written shorter
	if rate, is := keys["SamplingFrequency"].(float64); is && !(math.Abs(rate/h.Rate-1) < enough) {
		h.Warn("%s: SamplingFrequency is %g beside it, but %g in the file, which holds", path, rate, h.Rate)
	}
	return nil
}
