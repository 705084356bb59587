package array

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/variable"
)

// about is what the file beside an array says.
type about struct {
	path, array string

	Axes      []string     `yaml:"axes"`
	Rate      float64      `yaml:"rate"`
	Start     float64      `yaml:"start"`
	Unit      each         `yaml:"unit"`
	Kinds     each         `yaml:"kinds"`
	Channels  []string     `yaml:"channels"`
	Positions [][]*float64 `yaml:"positions"`
	Events    string       `yaml:"events"`
}

// each is a word for all channels, or one for each.
type each []string

// UnmarshalYAML reads a word or a list of them.
func (e *each) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*e = each{n.Value}
		return nil
	}
	var list []string
	err := n.Decode(&list)
	*e = list
	return err
}

// of returns the word for a channel; false where there is none.
func (e each) of(channel int) (string, bool) {
	if len(e) == 1 {
		return e[0], true
	}
	if channel < len(e) {
		return e[channel], true
	}
	return "", false
}

// Detect reports whether a file beside the array at an address names its axes.
func Detect(address string) bool {
	path := beside(address)
	if path == "" {
		return false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var keys map[string]any
	loader, err := yaml.NewLoader(strings.NewReader(string(data)))
	if err != nil {
		panic(err) // the options are fixed
	}
	err = loader.Load(&keys)
	return err == nil && keys["axes"] != nil
}

// beside returns the file that says what the array at an address is; "" where
// there is none.
func beside(address string) string {
	for _, path := range candidates(address) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// candidates are the names that the file beside an array may have.
func candidates(address string) []string {
	path, name := variable.Split(address)
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	var list []string
	if name != "" {
		flat := strings.ReplaceAll(strings.Trim(name, "/"), "/", ".")
		list = append(list, stem+"."+flat+".yaml", stem+"."+flat+".yml", stem+"."+flat+".json")
	}
	return append(list, stem+".yaml", stem+".yml", stem+".json")
}

// readAbout reads the file beside an array.
func readAbout(address string) (*about, error) {
	path := beside(address)
	if path == "" {
		return nil, missing(address)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a := &about{path: path, array: address}
	loader, err := yaml.NewLoader(strings.NewReader(string(data)), yaml.WithKnownFields())
	if err != nil {
		panic(err) // the options are fixed
	}
	if err := loader.Load(a); err != nil {
		return nil, a.wrong("", "%v", err)
	}
	return a, a.check()
}

// missing says what to write beside an array.
func missing(address string) error {
	shape, err := shapeOf(address)
	if err != nil {
		return err
	}
	names := map[int]string{2: "[channels, times]", 3: "[epochs, channels, times]"}
	axes, fits := names[len(shape)]
	if !fits {
		return file.Unsupported(address, -1, "", "an array of %d axes is no recording, which has channels and times, nor epochs of one", len(shape))
	}
	return file.Unsupported(address, -1, "", "an array that no file says the meaning of: if it is a recording, write %s beside it, with the axes of its %v numbers as they are:\n"+
		"axes: %s\nrate: 500   # times per second\nunit: uV\nkinds: eeg\nchannels:   # names, such as [Fz, Cz, Pz]; may be missing",
		filepath.Base(candidates(address)[0]), shape, axes)
}

// wrong is a defect of a key.
func (a *about) wrong(key, format string, args ...any) error {
	return file.Malformed(a.path, -1, key, format, args...)
}

// axisNames are those of arrays, in the order of signal.order.
var axisNames = []string{"epochs", "channels", "times"}

func itself(name string) []string { return []string{name} }

// check returns an error for what no recording can have.
func (a *about) check() error {
	for _, axis := range a.Axes {
		if _, err := nearest.In(axisNames, "axis", axis, itself); err != nil {
			return a.wrong("axes", "%v", err)
		}
	}
	switch {
	case !(a.Rate > 0) || math.IsInf(a.Rate, 0):
		return a.wrong("rate", "%g times per second", a.Rate)
	case !(math.Abs(a.Start*a.Rate) < 1<<31):
		return a.wrong("start", "%g s", a.Start)
	case len(a.Unit) == 0:
		return a.wrong("unit", `it is missing: such as uV, or "" for numbers without`)
	case len(a.Kinds) == 0:
		return a.wrong("kinds", "it is missing: such as eeg")
	}
	return nil
}

// describe makes the header of the array.
func (a *about) describe(e *Epochs) error {
	s, h := e.signal, e.header
	s.order = [3]int{-1, -1, -1}
	for path, _ := variable.Split(a.array); strings.EqualFold(filepath.Ext(path), ".mat") && len(s.shape) < len(a.Axes); {
		s.shape = append(s.shape, 1) // MATLAB has no last axes of length 1
	}
	if len(a.Axes) != len(s.shape) {
		return a.wrong("axes", "%d names, but the array has %d axes: %v", len(a.Axes), len(s.shape), s.shape)
	}
	for place, axis := range a.Axes {
		i := index(axis)
		if s.order[i] >= 0 {
			return a.wrong("axes", "%s twice", axis)
		}
		s.order[i] = place
	}
	if s.order[1] < 0 || s.order[2] < 0 {
		return a.wrong("axes", "there have to be channels and times, and may be epochs")
	}
	for _, n := range s.shape {
		if n < 1 {
			return a.wrong("axes", "an array of the lengths %v has no numbers", s.shape)
		}
	}
	path, _ := variable.Split(a.array)
	h.Path, h.Parts, h.Format = path, []string{path}, "array"
	h.Rate, h.Length = a.Rate, s.shape[s.order[2]]
	h.Highpass, h.Lowpass, h.Line = unknown, unknown, unknown
	h.Baseline = [2]float64{unknown, unknown}
	if err := a.channels(e, s.shape[s.order[1]]); err != nil {
		return err
	}
	epochs := 1
	if s.order[0] >= 0 {
		if epochs = s.shape[s.order[0]]; epochs > mostEpochs {
			return a.wrong("axes", "%d epochs are too many", epochs)
		}
		h.Start = int(math.RoundToEven(a.Start * a.Rate))
	} else if a.Start != 0 {
		return a.wrong("start", "only epochs have one, a recording begins at 0")
	}
	for range epochs {
		h.Trials = append(h.Trials, recording.Trial{Name: "trial", Event: recording.Event{At: recording.Acquired(-h.Start)}})
	}
	return a.events(e)
}

func index(axis string) int {
	for i, name := range axisNames {
		if name == axis {
			return i
		}
	}
	panic("array: an axis that was not checked")
}

// Most that any recording has: shapes of arrays that are mostly empty may say more.
const mostChannels, mostEpochs = 1 << 17, 1 << 20

// channels describes the channels.
func (a *about) channels(e *Epochs, n int) error {
	if n > mostChannels {
		return a.wrong("axes", "%d channels are too many", n)
	}
	for key, length := range map[string]int{"channels": len(a.Channels), "positions": len(a.Positions), "unit": len(a.Unit), "kinds": len(a.Kinds)} {
		if one := length == 1 && (key == "unit" || key == "kinds"); length != n && length != 0 && !one {
			return a.wrong(key, "%d entries for %d channels", length, n)
		}
	}
	for i := range n {
		c := recording.Channel{Name: strconv.Itoa(i + 1), Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere}
		if a.Channels != nil {
			c.Name = a.Channels[i]
		}
		kind, _ := a.Kinds.of(i)
		if _, err := nearest.In(kindNames, "kind", kind, itself); err != nil {
			return a.wrong("kinds", "%v", err)
		}
		c.Kind = recording.Kind(kind)
		stored, _ := a.Unit.of(i)
		unit, gain, known := recording.SI(stored)
		if !known && stored != "" {
			return a.wrong("unit", "%q of channel %s is none that signals are in: V, mV, uV, nV, T, pT, fT, T/m, fT/cm, or \"\"", stored, c.Name)
		}
		if !known {
			gain = 1
		}
		c.Unit = unit
		if a.Positions != nil {
			if err := a.place(&c, a.Positions[i]); err != nil {
				return err
			}
		}
		e.header.Channels = append(e.header.Channels, c)
		e.signal.gains = append(e.signal.gains, gain)
	}
	return nil
}

// kindNames are the kinds of channels.
var kindNames = []string{
	string(recording.Magnetometer), string(recording.Gradiometer), string(recording.ReferenceCoil), string(recording.EEG), string(recording.EOG),
	string(recording.ECG), string(recording.EMG), string(recording.SEEG), string(recording.ECoG), string(recording.Depth), string(recording.Respiration),
	string(recording.Stim), string(recording.HeadPosition), string(recording.System), string(recording.Other),
}

// place gives a channel its position.
func (a *about) place(c *recording.Channel, numbers []*float64) error {
	if numbers == nil {
		return nil
	}
	if len(numbers) != 3 {
		return a.wrong("positions", "%d numbers for channel %s instead of x, y and z", len(numbers), c.Name)
	}
	const most = 1 // m from the middle of a head
	for i, v := range numbers {
		if v == nil || !(math.Abs(*v) <= most) {
			return a.wrong("positions", "channel %s is not within %d m of the head: positions are in m", c.Name, most)
		}
		c.Position[i] = *v
	}
	return nil
}

// events reads the table of epochs, or of events.
func (a *about) events(e *Epochs) error {
	if a.Events == "" {
		return nil
	}
	path := a.Events
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(a.path), path)
	}
	t, err := bids.ReadTable(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return a.wrong("events", "there is no %s beside it", a.Events)
		}
		return err
	}
	if e.signal.order[0] < 0 {
		return onsets(e.header, t)
	}
	h := e.header
	if len(t.Rows) != len(h.Trials) {
		return a.wrong("events", "%s has %d rows for %d epochs", a.Events, len(t.Rows), len(h.Trials))
	}
	h.Columns = t.Columns
	name := t.Columns[0]
	for _, c := range t.Columns {
		if c == "trial_type" {
			name = c
		}
	}
	for i := range h.Trials {
		h.Trials[i].Name, h.Trials[i].Values = t.Text(i, name), t.Rows[i]
		if code, err := strconv.Atoi(t.Text(i, "value")); err == nil {
			h.Trials[i].Event.Code = code
		}
	}
	return nil
}

// onsets adds the events of a recording.
func onsets(h *recording.EpochsHeader, t *bids.Table) error {
	if err := t.Need("onset"); err != nil {
		return err
	}
	for i := range t.Rows {
		onset, err := t.Number(i, "onset")
		if err != nil {
			return err
		}
		duration, err := t.Number(i, "duration")
		if err != nil {
			return err
		}
		at := math.RoundToEven(onset * h.Rate)
		if !(at >= 0 && at < float64(h.Length)) {
			return file.Malformed(t.Path, -1, fmt.Sprintf("line %d", t.Lines[i]), "its onset is not in the recording, which lasts %g s", float64(h.Length)/h.Rate)
		}
		text := t.Text(i, "trial_type")
		if text == bids.Missing {
			text = t.Text(i, "value")
		}
		if math.IsNaN(duration) {
			duration = 0
		}
		h.Annotations = append(h.Annotations, recording.Annotation{Onset: onset, Duration: duration, Text: text})
		if code, err := strconv.Atoi(t.Text(i, "value")); err == nil {
			h.Events = append(h.Events, recording.Event{At: recording.Acquired(at), Code: code})
		}
	}
	return nil
}
