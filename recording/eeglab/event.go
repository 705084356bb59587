package eeglab

import (
	"math"
	"slices"
	"strconv"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
)

// An event is one of the dataset.
type event struct {
	kind     string
	at       float64 // times from the first of the dataset on; may lie between two
	duration float64 // times
	epoch    int     // counted from 0
	values   []string
}

// boundary is the type of a place where EEGLAB cut the signal, and boundaryCode
// that of datasets whose types are numbers.
const boundary, boundaryCode = "boundary", "-99"

// readEvents reads the events.
func (s *set) readEvents() error {
	v, err := s.value("event")
	if err != nil {
		return err
	}
	if err := s.listEvents(v); err != nil {
		return err
	}
	if s.trials > 1 {
		s.cut()
	} else {
		s.annotate()
	}
	return nil
}

// listEvents reads the list of events, which may be empty.
func (s *set) listEvents(v mat.Value) error {
	if v.Len() == 0 {
		return nil
	}
	if v.Class != mat.Struct || !slices.Contains(v.Fields, "type") || !slices.Contains(v.Fields, "latency") {
		return s.malformed("event", "it is a %s array, not a list of events with type and latency", v.Class)
	}
	s.columns = slices.DeleteFunc(slices.Clone(v.Fields), func(name string) bool {
		return name == "type" || name == "latency" || name == "epoch"
	})
	outside, nowhere := 0, 0
	for i := range v.Len() {
		e, err := s.event(v, i)
		switch {
		case err != nil:
			return err
		case math.IsNaN(e.at):
			nowhere++
		case !s.within(e):
			outside++
		default:
			s.events = append(s.events, e)
		}
	}
	if nowhere > 0 {
		s.header.Warn("%d of %d events have no latency and are left out", nowhere, v.Len())
	}
	if outside > 0 {
		s.header.Warn("%d of %d events are not within the signal and are left out", outside, v.Len())
	}
	return nil
}

// within reports whether an event is at one of the times. A boundary at either
// end says nothing.
func (s *set) within(e event) bool {
	last := float64(s.times*s.trials - 1)
	at := math.RoundToEven(e.at)
	return at >= 0 && at <= last && e.epoch >= 0 && e.epoch < s.trials
}

// event reads an element of the list.
func (s *set) event(v mat.Value, i int) (event, error) {
	field := func(name string) mat.Value { x, _ := v.Field(i, name); return x }
	e := event{kind: written(field("type")), at: single(field("latency")) - 1, duration: single(field("duration"))}
	if math.IsInf(e.at, 0) || math.Abs(e.at) > 1<<40 {
		return e, s.malformed("event", "event %d is at %g", i+1, e.at)
	}
	if !(e.duration > 0) || math.IsInf(e.duration, 0) {
		e.duration = 0
	}
	e.epoch = int(math.Floor((e.at + .5) / float64(s.times)))
	if said := single(field("epoch")); !math.IsNaN(said) && s.trials > 1 {
		e.epoch = int(math.Max(-1, math.Min(said-1, mostTimes)))
	}
	for _, name := range s.columns {
		e.values = append(e.values, written(field(name)))
	}
	return e, nil
}

// missing is what stands where nothing is known, as in BIDS.
const missing = "n/a"

// written returns a value as a table has it; missing where it is none.
func written(v mat.Value) string {
	if text, is := word(v); is && text != "" {
		return text
	}
	if x := single(v); !math.IsNaN(x) {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	if v.Class == mat.Cell && v.Len() == 1 {
		return written(v.Cells[0])
	}
	return missing
}

// codes numbers the types of events.
func codes(events []event) map[string]int {
	code := map[string]int{}
	var kinds []string
	whole := true
	for _, e := range events {
		if e.isBoundary() {
			continue
		}
		n, err := strconv.Atoi(e.kind)
		code[e.kind] = n
		kinds = append(kinds, e.kind)
		whole = whole && err == nil
	}
	if whole {
		return code
	}
	slices.Sort(kinds)
	for i, kind := range slices.Compact(kinds) {
		code[kind] = i + 1
	}
	return code
}

// isBoundary reports whether the signal was cut there.
func (e event) isBoundary() bool { return e.kind == boundary || e.kind == boundaryCode }

// annotate puts the events of a continuous dataset in its header.
func (s *set) annotate() {
	h := &s.header
	code, cuts := codes(s.events), 0
	for _, e := range s.events {
		onset := e.at / h.Rate
		if e.isBoundary() {
			if e.at > 0 { // else nothing is before it
				h.Annotations = append(h.Annotations, recording.Annotation{Onset: onset, Text: "BAD_boundary"})
				cuts++
			}
			continue
		}
		h.Annotations = append(h.Annotations, recording.Annotation{Onset: onset, Duration: e.duration / h.Rate, Text: e.kind})
		at := recording.Stored(math.RoundToEven(e.at))
		h.Events = append(h.Events, recording.Event{At: h.Acquired(at), Code: code[e.kind]})
	}
	if cuts > 0 {
		h.Warn("the signal was cut at %d places: it is read as if it went on there, with annotations that begin with BAD", cuts)
	}
}

// cut makes trials of the events of a dataset of epochs: each is about its event
// at time 0, the first where there are several.
func (s *set) cut() {
	code := codes(s.events)
	found := make([]bool, s.trials)
	s.list = make([]recording.Trial, s.trials)
	for i := range s.list {
		s.list[i] = recording.Trial{Name: missing, Event: recording.Event{At: recording.Acquired(i*s.times - s.start)}}
		for range s.columns {
			s.list[i].Values = append(s.list[i].Values, missing)
		}
	}
	const half = .5
	left := s.trials
	for _, e := range s.events {
		at := s.list[e.epoch].Event.At
		if found[e.epoch] || e.isBoundary() || math.Abs(e.at-float64(at)) > half {
			continue
		}
		found[e.epoch] = true
		left--
		s.list[e.epoch] = recording.Trial{Name: e.kind, Event: recording.Event{At: at, Code: code[e.kind]}, Values: e.values}
	}
	if left > 0 {
		s.header.Warn("%d of %d epochs have no event at time 0", left, s.trials)
	}
}
