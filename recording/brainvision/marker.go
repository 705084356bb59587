package brainvision

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/isocortex/isocortex/recording"
)

// A marker is one line of a marker file.
type marker struct {
	text    string // type/description
	at      int    // time that it is at
	length  int    // times
	channel int    // counted from 1; 0: all
	date    time.Time
}

const (
	newSegment = "New Segment/"
	comments   = "Comment" // the type of what people write
)

// boundary is the annotation of a place where the signal does not go on from
// what was before. The second part is EEGLAB's word.
const boundary = "BAD_boundary"

// markers reads the marker file that the header names, if it does.
func (s *setup) markers(h *recording.Header) error {
	e := s.get("Common Infos", "MarkerFile")
	if e.value == "" {
		return nil
	}
	path, err := s.find(e, ".vmrk", ".amrk")
	if err != nil {
		return err
	}
	if path == "" {
		s.warn("there is neither the marker file %q nor one of the header's name: the recording is read without markers", e.value)
		return nil
	}
	t, err := readText(path, "Marker")
	if err != nil {
		return err
	}
	list, err := s.readMarkers(t)
	if err != nil {
		return err
	}
	s.warnings = append(s.warnings, t.warnings...)
	s.annotate(h, list)
	return nil
}

// readMarkers reads the lines of a marker file.
func (s *setup) readMarkers(t *text) ([]marker, error) {
	var list []marker
	for _, e := range t.entries {
		if e.section != "marker infos" {
			continue
		}
		if digits, found := strings.CutPrefix(e.key, "mk"); !found || digits == "" {
			return nil, t.malformed(e, "it is not Mk and a number")
		}
		m, err := t.marker(e)
		if err != nil {
			return nil, err
		}
		if m.channel > len(s.channels) {
			return nil, t.malformed(e, "channel %d of %d", m.channel, len(s.channels))
		}
		list = append(list, m)
	}
	return list, nil
}

// marker reads "type,description,position,size,channel,date". Positions count
// from 1.
func (t *text) marker(e entry) (m marker, err error) {
	list := fields(e.value, 6)
	m.text = list[0] + "/" + list[1]
	if list[0] == comments && bad(list[1]) {
		m.text = list[1]
	}
	for i, to := range []*int{&m.at, &m.length, &m.channel} {
		word := strings.TrimSpace(list[2+i])
		if word == "" && i > 0 {
			continue
		}
		if *to, err = strconv.Atoi(word); err != nil {
			return m, t.malformed(e, "%q is no whole number", word)
		}
	}
	m.at--
	m.length, m.channel = max(m.length, 0), max(m.channel, 0)
	m.date = date(strings.TrimSpace(list[5]))
	return m, nil
}

// date reads yyyymmddhhmmssuuuuuu; zero where it is none.
func date(digits string) time.Time {
	const whole = len("20060102150405")
	if len(digits) <= whole || strings.Trim(digits, "0") == "" {
		return time.Time{}
	}
	when, err := time.Parse("20060102150405.000000", digits[:whole]+"."+digits[whole:])
	if err != nil {
		return time.Time{}
	}
	return when
}

// annotate adds markers to the header.
func (s *setup) annotate(h *recording.Header, list []marker) {
	outside := 0
	for _, m := range list {
		if m.at < 0 || m.at >= h.Length {
			outside++
			continue
		}
		a := recording.Annotation{Onset: h.Seconds(recording.Stored(m.at)), Duration: float64(m.length) / h.Rate, Text: m.text}
		if m.channel > 0 {
			a.Channels = []string{s.channels[m.channel-1].Name}
		}
		h.Annotations = append(h.Annotations, a)
		if m.text != newSegment {
			continue
		}
		if h.Measured.IsZero() {
			h.Measured = m.date
		}
		if m.at > 0 {
			h.Annotations = append(h.Annotations, recording.Annotation{Onset: a.Onset, Text: boundary})
		}
	}
	if outside > 0 {
		s.warn("%d of %d markers are not within the %d times and are left out", outside, len(list), h.Length)
	}
	h.Events = eventsOf(h)
}

// coded are the markers whose numbers are codes.
var coded = regexp.MustCompile(`^(Event/|Stimulus/S|Response/R|Optic/O) *(\d{1,6})$`)

// Codes as MNE counts them, by mne/io/brainvision.
const (
	syncOnCode  = 99998
	segmentCode = 99999
	otherCode   = 10001 // and on
)

// added to the number of a marker to get its code.
var added = map[string]int{"Event/": 0, "Stimulus/S": 0, "Response/R": 1000, "Optic/O": 2000}

// code returns the code of a marker; false where it has none of its own.
func code(text string) (int, bool) {
	switch m := coded.FindStringSubmatch(text); {
	case m != nil:
		n, _ := strconv.Atoi(m[2])
		return n + added[m[1]], true
	case text == newSegment:
		return segmentCode, true
	case text == "SyncStatus/Sync On":
		return syncOnCode, true
	}
	return 0, false
}

// eventsOf returns the markers as events, but for those that say where the signal
// is bad.
func eventsOf(h *recording.Header) []recording.Event {
	var events []recording.Event
	var others []string // texts without a code of their own
	for _, a := range h.Annotations {
		if _, own := code(a.Text); !own && !bad(a.Text) {
			others = append(others, a.Text)
		}
	}
	slices.Sort(others)
	others = slices.Compact(others)
	for _, a := range h.Annotations {
		if bad(a.Text) {
			continue
		}
		n, own := code(a.Text)
		if !own {
			place, _ := slices.BinarySearch(others, a.Text)
			n = otherCode + place
		}
		at := recording.Stored(math.RoundToEven(a.Onset * h.Rate))
		events = append(events, recording.Event{At: h.Acquired(at), Code: n})
	}
	return events
}

// bad reports whether an annotation says that the signal is not to be used.
func bad(text string) bool {
	return len(text) >= 3 && strings.EqualFold(text[:3], "BAD")
}
