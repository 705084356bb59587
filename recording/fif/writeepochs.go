package fif

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// WriteEpochs writes epochs to path, and to further files beside it if they are
// too large for one: name-1.fif after name.fif.
//
//	errors   an epoch that is larger than a file of the format; two names for one
//	         code of an event; of reading and writing
//	cost     memory for one epoch
func WriteEpochs(path string, from recording.Epochs, o WriteOptions) error {
	h := from.Header()
	_, width := o.Precision.form()
	one := int64(len(h.Channels)) * int64(h.Length) * int64(width)
	if one > largest-1<<24 {
		return fmt.Errorf("%s: one epoch has %d bytes, more than a FIF file can hold", path, one)
	}
	names, err := eventNames(h)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	count := max(1, int(o.largest()/max(1, one))) // of epochs in a file
	for part, first := 0, 0; part == 0 || first < len(h.Trials); part, first = part+1, first+count {
		err := file.Write(partPath(path, part), func(out io.Writer) error {
			e := epochsWriter{
				encoder: newEncoder(out), from: from, precision: o.Precision,
				names: names, first: first, end: min(len(h.Trials), first+count),
			}
			return e.part(path, part)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// An epochsWriter writes one part of epochs.
type epochsWriter struct {
	*encoder
	from       recording.Epochs
	precision  Precision
	names      string // of events, with their codes
	first, end int    // epochs
}

// part writes the epochs.
func (e epochsWriter) part(path string, part int) error {
	h := e.from.Header()
	return e.file(func() {
		e.block(measurement, func() {
			e.id(blockID, int32(part))
			e.info(&h.Header)
			e.block(processedData, func() {
				e.block(epochs, func() {
					e.trials(h)
					e.int(firstIndex, int32(h.Start))
					e.int(lastIndex, int32(h.Start+h.Length-1))
					for i, k := range []kind{rangeStart, rangeEnd} {
						if v := h.Baseline[i]; !math.IsNaN(v) {
							e.float(k, v)
						}
					}
					e.chosen(len(h.Trials))
					e.signal(h)
					if e.end < len(h.Trials) {
						e.goesOn(path, part+1)
					}
				})
			})
		})
	})
}

// eventNames returns the list of names and codes of events.
func eventNames(h *recording.EpochsHeader) (string, error) {
	codes := map[string]int{}
	named := map[int]string{}
	for _, t := range h.Trials {
		if name, taken := named[t.Event.Code]; taken && name != t.Name {
			return "", fmt.Errorf("code %d is the event %q and the event %q", t.Event.Code, name, t.Name)
		}
		codes[t.Name], named[t.Event.Code] = t.Event.Code, t.Name
	}
	var pairs []string
	for _, code := range slices.Sorted(maps.Keys(named)) {
		pairs = append(pairs, named[code]+":"+strconv.Itoa(code))
	}
	return strings.Join(pairs, ";"), nil
}

// trials writes the events, and the table of trials.
func (e epochsWriter) trials(h *recording.EpochsHeader) {
	trials := h.Trials[e.first:e.end]
	var triples []int32
	for _, t := range trials {
		triples = append(triples, int32(t.Event.At), int32(t.Event.Before), int32(t.Event.Code))
	}
	e.block(events, func() {
		e.int(eventList, triples...)
		e.text(comment, e.names)
	})
	if len(h.Columns) == 0 || len(trials) == 0 {
		return
	}
	var b strings.Builder
	for i, t := range trials {
		b.WriteString(map[bool]string{true: "[{", false: "},{"}[i == 0])
		for c, column := range h.Columns {
			if c > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.QuoteToASCII(column) + ":" + strconv.QuoteToASCII(t.Values[c]))
		}
	}
	b.WriteString("}]")
	e.block(metadata, func() { e.text(comment, b.String()) })
}

// chosen writes which of all epochs the part has, as MNE-Python asks for where
// there are several parts.
func (e epochsWriter) chosen(count int) {
	var places []int32
	reasons := make([]string, count) // why each is not here: lists of words in JSON
	for i := range reasons {
		reasons[i] = `["IGNORED"]`
		if i >= e.first && i < e.end {
			reasons[i] = "[]"
			places = append(places, int32(i))
		}
	}
	e.int(epochsSelection, places...)
	e.text(epochsDropped, "["+strings.Join(reasons, ", ")+"]")
}

// signal writes the numbers, epoch by epoch.
func (e epochsWriter) signal(h *recording.EpochsHeader) {
	form, width := e.precision.form()
	every := h.Pick(func(recording.Channel) bool { return true })
	one := make([]float64, len(every)*h.Length)
	e.head(epochData, dense|form, int64(width)*int64(len(one))*int64(e.end-e.first)+16)
	for i := e.first; i < e.end && e.err == nil; i++ {
		if e.err = e.from.Read(one, []int{i}, every); e.err == nil {
			e.raw(e.precision.encode(one))
		}
	}
	e.raw(words(int32(h.Length), int32(len(every)), int32(e.end-e.first), 3))
}
