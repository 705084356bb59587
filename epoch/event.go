// Package epoch cuts recordings into pieces around events: it finds the events,
// cuts, corrects by a baseline, rejects what is spoiled, says what became of
// every event, and makes a Dataset of what is left.
//
//	found, err := epoch.Finder{}.Find(codes, header.First, header.Rate)
//	epochs, err := epoch.Cut{From: -0.2, To: 0.8}.Around(r, trials)
package epoch

import (
	"fmt"
	"math"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// A Finder says which changes of a stim channel are events. The zero Finder takes
// every rise.
type Finder struct {
	Mask     int            // bits that count; 0: all
	Onset    Onset          // which changes are onsets
	Merge    float64        // s; codes that last no longer are steps on the way to the next
	Apart    int            // samples that events are apart at least; 0: 2. What is closer is an error
	Initial  InitialPolicy  // what a code at the first sample is
	Negative NegativePolicy // what a code below 0 is
}

// Onset says which changes of a stim channel are onsets of events.
type Onset string

// The rules.
const (
	Rising   Onset = "rising"    // to a higher code
	FromZero Onset = "from zero" // from 0 to a code
	Every    Onset = "every"     // to any code but 0
)

// Onsets lists the rules; "" is the first.
var Onsets = []string{string(Rising), string(FromZero), string(Every)}

// InitialPolicy says what a code is that is there at the first sample.
type InitialPolicy int

// The rules.
const (
	IgnoreInitial InitialPolicy = iota // it began before: no event
	CountInitial                       // an event at the first sample
)

// NegativePolicy says what a code below 0 is.
type NegativePolicy int

// The rules.
const (
	Absolute NegativePolicy = iota // its size, and counted
	Wrapped                        // a number of 16 bits whose first bit was taken for a sign
)

// Found are the events of a stim channel.
type Found struct {
	Events   []recording.Event
	Brief    []recording.Event // those of Events that last a single sample
	Negative int               // codes below 0 that were taken by their size
}

// A change of the stim channel.
type change struct {
	at            int // sample, from the start of the channel
	before, after int
}

// Find returns the events of a stim channel. The first number of the channel is
// the sample first.
//
//	shapes   codes: one per sample, whole numbers
//	NaN      an error
//	errors   a code that is no whole number; events closer than Finder.Apart, with
//	         the first of them
//	source   the rules of MNE-Python's find_events (Gramfort et al. 2013,
//	         doi:10.3389/fnins.2013.00267); of events that are close, only their
//	         onsets count there, as here
func (f Finder) Find(codes []float64, first recording.Acquired, rate float64) (Found, error) {
	var found Found
	changes, err := f.changes(codes, rate, &found)
	if err != nil {
		return found, err
	}
	onsets, offsets := f.ends(changes)
	for i, s := range onsets {
		e := recording.Event{At: first + recording.Acquired(s.at), Before: s.before, Code: s.after}
		found.Events = append(found.Events, e)
		if i < len(offsets) && offsets[i].at-s.at < 2 {
			found.Brief = append(found.Brief, e)
		}
	}
	return found, f.farEnough(found.Events)
}

// changes returns the changes of the channel that count.
func (f Finder) changes(codes []float64, rate float64, found *Found) ([]change, error) {
	var changes []change
	previous := 0
	for i, v := range codes {
		code, err := f.code(v, found)
		if err != nil {
			return nil, fmt.Errorf("sample %d %w", i, err)
		}
		if i == 0 && f.Initial == IgnoreInitial {
			previous = code
		}
		if code != previous {
			changes = append(changes, change{i, previous, code})
		}
		previous = code
	}
	if previous != 0 {
		changes = append(changes, change{len(codes), previous, 0})
	}
	return f.masked(merge(changes, f.Merge*rate)), nil
}

// code returns the code that a number of the channel is.
func (f Finder) code(v float64, found *Found) (int, error) {
	whole := math.RoundToEven(v)
	if !(math.Abs(v-whole) < 0.05) || math.Abs(whole) > math.MaxInt32 {
		return 0, fmt.Errorf("is %g: codes of events are whole numbers, so name another channel", v)
	}
	code := int(whole)
	switch {
	case code >= 0:
	case f.Negative == Wrapped:
		code &= 0xFFFF
	default:
		code = -code
		found.Negative++
	}
	return code, nil
}

// merge takes changes together that follow each other within so many samples:
// what lasts no longer is on the way from one code to another.
func merge(changes []change, times float64) []change {
	within := math.Floor(times)
	if within == times {
		within--
	}
	if within < 1 {
		return changes
	}
	var kept []change
	for i, s := range changes {
		if i > 0 && float64(s.at-changes[i-1].at) <= within {
			s.before = changes[i-1].before
		}
		onTheWay := i+1 < len(changes) && float64(changes[i+1].at-s.at) <= within
		if !onTheWay && s.before != s.after {
			kept = append(kept, s)
		}
	}
	return kept
}

// masked returns the changes of the bits that count.
func (f Finder) masked(changes []change) []change {
	if f.Mask == 0 {
		return changes
	}
	var kept []change
	for _, s := range changes {
		s.before, s.after = s.before&f.Mask, s.after&f.Mask
		if s.before != s.after {
			kept = append(kept, s)
		}
	}
	return kept
}

// ends returns the changes at which events begin, and those at which they end.
// An end without a beginning is none, nor is a beginning without an end.
func (f Finder) ends(changes []change) (onsets, offsets []change) {
	for _, s := range changes {
		begins, ends := f.bounds(s)
		if begins {
			onsets = append(onsets, s)
		}
		if ends {
			offsets = append(offsets, s)
		}
	}
	if len(onsets) == 0 || len(offsets) == 0 {
		return nil, nil
	}
	if offsets[0].at <= onsets[0].at {
		offsets = offsets[1:]
	}
	if len(offsets) == 0 || onsets[len(onsets)-1].at > offsets[len(offsets)-1].at {
		onsets = onsets[:len(onsets)-1]
	}
	return onsets, offsets
}

// bounds reports whether an event begins with a change, and whether one ends.
func (f Finder) bounds(s change) (begins, ends bool) {
	switch f.Onset {
	case "", Rising:
		begins = s.after > s.before
		return begins, s.before > 0 && (begins || s.after == 0)
	case FromZero:
		return s.before == 0, s.after == 0
	case Every:
		return s.after > 0, s.before > 0
	default:
		panic(fmt.Sprintf("epoch: no rule of onsets is called %q", f.Onset))
	}
}

// farEnough returns an error for events that are too close to be meant.
func (f Finder) farEnough(events []recording.Event) error {
	apart := f.Apart
	if apart == 0 {
		apart = 2
	}
	var close []string
	for i := 1; i < len(events); i++ {
		if int(events[i].At-events[i-1].At) < apart {
			close = append(close, fmt.Sprintf("%d at sample %d", events[i-1].Code, events[i-1].At))
		}
	}
	if len(close) == 0 {
		return nil
	}
	return fmt.Errorf("events are followed by others in less than %d samples: %s; merge what lasts shorter, count only some bits, or allow it", apart, several(close))
}

// several lists the first of many words.
func several(words []string) string {
	const shown = 5
	if len(words) <= shown {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:shown], ", "), len(words)-shown)
}
