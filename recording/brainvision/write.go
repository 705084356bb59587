package brainvision

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// Write writes a recording to path, which ends in .vhdr, and to files of the same
// name that end in .eeg and .vmrk: numbers of 4 bytes, time by time.
//
// What is written comes back: numbers to the precision of float32, names, units,
// places of electrodes to 1e-9 m, filters, the date, annotations and events. The
// format has no place for bad channels, kinds of channels (they are told by unit
// and name), digitized points and projections. An annotation "type/description"
// is a marker of that type; another becomes a comment, "Comment/text" when it is
// read, unless it says that the signal is bad. An event that no annotation tells
// of becomes "Stimulus/S  code".
//
//	errors   another ending; channels of MEG, for which FIF is the format; a code below
//	         0; of reading and writing
//	cost     memory for a second of the signal
func Write(path string, r recording.Recording) error {
	base, found := strings.CutSuffix(path, ".vhdr")
	if !found {
		return fmt.Errorf("%s: the header of a BrainVision recording ends in .vhdr", path)
	}
	h := r.Header()
	for _, c := range h.Channels {
		if c.Unit == "T" || c.Unit == "T/m" {
			return fmt.Errorf("%s: channel %q is of MEG, which BrainVision does not hold: write FIF", path, c.Name)
		}
	}
	markers, err := markerText(filepath.Base(base), h)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Write(base+".eeg", func(w io.Writer) error { return writeNumbers(w, r) }); err != nil {
		return err
	}
	if err := file.WriteBytes(base+".vmrk", []byte(markers)); err != nil {
		return err
	}
	return file.WriteBytes(path, []byte(headerText(filepath.Base(base), h)))
}

// writeNumbers writes the signal, a second at a time.
func writeNumbers(w io.Writer, r recording.Recording) error {
	out := bufio.NewWriterSize(w, 1<<20)
	h := r.Header()
	n := len(h.Channels)
	every := h.Pick(func(recording.Channel) bool { return true })
	second := max(1, int(h.Rate))
	rows := make([]float64, n*second)
	var number [4]byte
	for from := 0; from < h.Length; from += second {
		window := recording.Window{From: recording.Stored(from), To: recording.Stored(min(from+second, h.Length))}
		length := window.Len()
		if err := r.Read(rows[:n*length], every, window); err != nil {
			return err
		}
		for t := range length {
			for c := range n {
				binary.LittleEndian.PutUint32(number[:], math.Float32bits(float32(rows[c*length+t])))
				out.Write(number[:])
			}
		}
	}
	return out.Flush()
}

// A page collects lines of text, which end as on Windows.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(p, format, args...)
	p.WriteString("\r\n")
}

// escaped writes a text so that its commas do not end a field, on one line.
func escaped(text string) string {
	return strings.NewReplacer(",", comma, "\r", " ", "\n", " ").Replace(text)
}

// headerText is the header of a recording with this name.
func headerText(name string, h *recording.Header) string {
	var p page
	p.line("Brain Vision Data Exchange Header File Version 1.0")
	p.line("")
	p.line("[Common Infos]")
	p.line("Codepage=UTF-8")
	p.line("DataFile=%s.eeg", name)
	p.line("MarkerFile=%s.vmrk", name)
	p.line("DataFormat=BINARY")
	p.line("DataOrientation=MULTIPLEXED")
	p.line("NumberOfChannels=%d", len(h.Channels))
	p.line("SamplingInterval=%v", interval(h.Rate))
	if h.Length > 0 {
		p.line("DataPoints=%d", h.Length)
	}
	p.line("")
	p.line("[Binary Infos]")
	p.line("BinaryFormat=IEEE_FLOAT_32")
	p.line("")
	p.line("[Channel Infos]")
	for i, c := range h.Channels {
		reference := ""
		if c.Kind == recording.EEG {
			reference = escaped(h.Reference)
		}
		resolution, unit := stored(c.Unit)
		p.line("Ch%d=%s,%s,%s,%s", i+1, escaped(c.Name), reference, resolution, unit)
	}
	p.electrodes(h)
	p.passbands(h)
	return p.String()
}

// interval returns the time between two times in µs, from which the rate is
// worked out again: of the numbers near it one that gives just that, if there is
// one.
func interval(rate float64) float64 {
	x := 1e6 / rate
	for _, near := range []float64{x, math.Nextafter(x, 0), math.Nextafter(x, math.Inf(1))} {
		if 1e6/near == rate {
			return near
		}
	}
	return x
}

// stored returns the resolution and unit of numbers that are in SI units: volts
// are a million of µV, which is what other programs take signals to be in.
func stored(si string) (resolution, unit string) {
	switch si {
	case "V":
		return "1000000", "µV"
	case "":
		return "1", "n/a"
	}
	return "1", escaped(si)
}

// electrodes writes where they are.
func (p *page) electrodes(h *recording.Header) {
	known := func(c recording.Channel) bool { return c.Position.Known() }
	if !slices.ContainsFunc(h.Channels, known) {
		return
	}
	p.line("")
	p.line("[Coordinates]")
	for i, c := range h.Channels {
		var radius, theta, phi float64
		if known(c) {
			x, y, z := c.Position[0], c.Position[1], c.Position[2]
			radius = 1e3 * math.Hypot(math.Hypot(x, y), z)
			theta = math.Atan2(math.Hypot(x, y), z) * 180 / math.Pi
			phi = math.Atan2(y, x) * 180 / math.Pi
		}
		p.line("Ch%d=%v,%v,%v", i+1, radius, theta, phi)
	}
}

// passbands writes the filters as the table of an amplifier.
func (p *page) passbands(h *recording.Header) {
	if math.IsNaN(h.Highpass) && math.IsNaN(h.Lowpass) {
		return
	}
	low, high := fmt.Sprint(h.Highpass), fmt.Sprint(h.Lowpass)
	if h.Highpass == 0 {
		low = "DC"
	}
	p.line("")
	p.line("[Comment]")
	p.line("")
	p.line("A m p l i f i e r  S e t u p")
	p.line("============================")
	p.line("")
	p.line("Channels")
	p.line("--------")
	p.line("#     Name      Phys. Chn.    Resolution / Unit   Low Cutoff [Hz]   High Cutoff [Hz]   Notch [Hz]")
	for i, c := range h.Channels {
		resolution, unit := stored(c.Unit)
		p.line("%-5d %-9s %-13d %s %s   %s   %s   Off", i+1, c.Name, i+1, resolution, unit, low, high)
	}
}

// markerText is the marker file of a recording with this name.
func markerText(name string, h *recording.Header) (string, error) {
	var p page
	p.line("Brain Vision Data Exchange Marker File, Version 1.0")
	p.line("")
	p.line("[Common Infos]")
	p.line("Codepage=UTF-8")
	p.line("DataFile=%s.eeg", name)
	p.line("")
	p.line("[Marker Infos]")
	list, err := markersOf(h)
	if err != nil {
		return "", err
	}
	for i, m := range list {
		kind, description := m.words()
		date := ""
		if !m.date.IsZero() {
			date = "," + strings.Replace(m.date.Format("20060102150405.000000"), ".", "", 1)
		}
		p.line("Mk%d=%s,%s,%d,%d,%d%s", i+1, escaped(kind), escaped(description), m.at+1, m.length, m.channel, date)
	}
	return p.String(), nil
}

// words returns the type and the description of a marker.
func (m marker) words() (kind, description string) {
	kind, description, found := strings.Cut(m.text, "/")
	if !found || bad(m.text) {
		return comments, m.text
	}
	return kind, description
}

// markersOf returns the annotations of a recording as markers, then the events
// that they do not tell of.
func markersOf(h *recording.Header) ([]marker, error) {
	var list []marker
	breaks := map[float64]bool{} // onsets of segments
	for _, a := range h.Annotations {
		breaks[a.Onset] = breaks[a.Onset] || a.Text == newSegment
	}
	if !breaks[0] && !h.Measured.IsZero() {
		list = append(list, marker{text: newSegment, length: 1, date: h.Measured})
	}
	for _, a := range h.Annotations {
		if a.Text != boundary || !breaks[a.Onset] || a.Onset == 0 { // else it comes back with the segment
			list = append(list, markerOf(h, a))
		}
	}
	told := map[recording.Event]bool{}
	for _, e := range eventsOf(h) {
		told[e] = true
	}
	named := map[int]bool{} // times at which something has a name, whatever its code is here
	for _, a := range h.Annotations {
		if !bad(a.Text) && a.Text != newSegment {
			named[int(math.RoundToEven(a.Onset*h.Rate))] = true
		}
	}
	for _, e := range h.Events {
		if e.Code < 0 {
			return nil, fmt.Errorf("the event at %d has the code %d: BrainVision has codes from 0 on", e.At, e.Code)
		}
		if !told[recording.Event{At: e.At, Code: e.Code}] && !named[int(h.Stored(e.At))] {
			list = append(list, marker{text: fmt.Sprintf("Stimulus/S%3d", e.Code), at: int(h.Stored(e.At)), length: 1})
		}
	}
	return list, nil
}

// markerOf returns an annotation as a marker.
func markerOf(h *recording.Header, a recording.Annotation) marker {
	m := marker{text: a.Text, at: int(math.RoundToEven(a.Onset * h.Rate)), length: int(math.RoundToEven(a.Duration * h.Rate))}
	if a.Text == newSegment && m.at == 0 {
		m.date = h.Measured
	}
	if len(a.Channels) == 1 {
		if place, found := h.Index(a.Channels[0]); found {
			m.channel = place + 1
		}
	}
	return m
}
