package epoch

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/recording"
)

// A Table lists trials, and what is known about them.
type Table struct {
	Columns []string          // of the trials' Values
	Trials  []recording.Trial // in the order of time
}

// FromEvents returns the trials that events are: each is named by its code.
func FromEvents(events []recording.Event) Table {
	var t Table
	for _, e := range events {
		t.Trials = append(t.Trials, recording.Trial{Event: e, Name: strconv.Itoa(e.Code)})
	}
	return t
}

// FromList returns the trials that the list of events of a file is: each is named
// by the annotation at its sample, by its code where there is none.
func FromList(h *recording.Header) Table {
	names := map[recording.Acquired]string{}
	for _, trial := range FromAnnotations(h).Trials {
		if names[trial.Event.At] == "" {
			names[trial.Event.At] = trial.Name
		}
	}
	t := FromEvents(h.Events)
	for i := range t.Trials {
		t.Trials[i].Name = cmp.Or(names[t.Trials[i].Event.At], t.Trials[i].Name)
	}
	return t
}

// FromAnnotations returns the trials that annotations are: each is named by the
// text. Those that say that a stretch is bad are none.
func FromAnnotations(h *recording.Header) Table {
	var t Table
	for _, a := range h.Annotations {
		if !a.IsBad() {
			at := recording.Stored(math.RoundToEven(a.Onset * h.Rate))
			t.Trials = append(t.Trials, recording.Trial{Event: recording.Event{At: h.Acquired(at)}, Name: a.Text})
		}
	}
	slices.SortStableFunc(t.Trials, func(a, b recording.Trial) int { return int(a.Event.At - b.Event.At) })
	return t
}

// Names of what every trial has beside the columns of its table.
const (
	CodeColumn = "code" // of the event
	NameColumn = "name" // of the event; its code where it has none
)

// Column returns what is known about every trial under a name: a column of the
// table, else CodeColumn or NameColumn.
//
//	errors   no such column: lists those that there are
func (t Table) Column(name string) ([]string, error) {
	place := slices.Index(t.Columns, name)
	if place < 0 && name != CodeColumn && name != NameColumn {
		there := append(slices.Clone(t.Columns), CodeColumn, NameColumn)
		return nil, fmt.Errorf("nothing about events is called %q: there are %s%s", name, strings.Join(there, ", "), nearest.Hint(name, there))
	}
	values := make([]string, len(t.Trials))
	for i, trial := range t.Trials {
		switch {
		case place >= 0:
			values[i] = trial.Values[place]
		case name == CodeColumn:
			values[i] = strconv.Itoa(trial.Event.Code)
		default:
			values[i] = trial.Name
		}
	}
	return values, nil
}

// With returns the table with one column more, in place of one of that name.
// There is one value per trial.
func (t Table) With(name string, values []string) Table {
	place := slices.Index(t.Columns, name)
	out := Table{Columns: slices.Clone(t.Columns), Trials: slices.Clone(t.Trials)}
	if place < 0 {
		out.Columns = append(out.Columns, name)
	}
	for i := range out.Trials {
		trial := &out.Trials[i]
		trial.Values = slices.Clone(trial.Values)
		if place < 0 {
			trial.Values = append(trial.Values, values[i])
		} else {
			trial.Values[place] = values[i]
		}
	}
	return out
}

// Where returns the trials at the places for which keep is true.
func (t Table) Where(keep func(i int) bool) Table {
	out := Table{Columns: t.Columns}
	for i, trial := range t.Trials {
		if keep(i) {
			out.Trials = append(out.Trials, trial)
		}
	}
	return out
}

// Shifted returns the trials some seconds later: by the delay of a screen, as a
// photodiode shows it.
func (t Table) Shifted(seconds, rate float64) Table {
	out := Table{Columns: t.Columns, Trials: slices.Clone(t.Trials)}
	for i := range out.Trials {
		out.Trials[i].Event.At += recording.Acquired(math.RoundToEven(seconds * rate))
	}
	return out
}

// Repeated returns the places of trials at the sample of one before them.
func (t Table) Repeated() []int {
	seen := map[recording.Acquired]bool{}
	var places []int
	for i, trial := range t.Trials {
		if seen[trial.Event.At] {
			places = append(places, i)
		}
		seen[trial.Event.At] = true
	}
	return places
}
