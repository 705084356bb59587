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

// WriteEpochs writes epochs to path.
//
//	errors   more than a file of the format can hold, with the number of epochs that
//	         fit; two names for one code of an event; of reading and writing
//	cost     memory for one epoch
func WriteEpochs(path string, from recording.Epochs, p Precision) error {
	h := from.Header()
	form, width := p.form()
	one := int64(len(h.Channels)) * int64(h.Length) * int64(width)
	if one*int64(len(h.Trials)) > largest-1<<24 {
		return fmt.Errorf("%s: %d epochs of %d bytes are more than a FIF file can hold: write %d at most to one file",
			path, len(h.Trials), one, (largest-1<<24)/one)
	}
	names, err := eventNames(h)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return file.Write(path, func(out io.Writer) error {
		e := newEncoder(out)
		return e.file(func() {
			e.block(measurement, func() {
				e.id(blockID, 0)
				e.info(&h.Header)
				e.block(processedData, func() {
					e.block(epochs, func() {
						e.trials(h, names)
						e.int(firstIndex, int32(h.Start))
						e.int(lastIndex, int32(h.Start+h.Length-1))
						for i, k := range []kind{rangeStart, rangeEnd} {
							if v := h.Baseline[i]; !math.IsNaN(v) {
								e.float(k, v)
							}
						}
						e.head(epochData, dense|form, one*int64(len(h.Trials))+16)
						e.epochs(from, p)
						e.raw(words(int32(h.Length), int32(len(h.Channels)), int32(len(h.Trials)), 3))
					})
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
func (e *encoder) trials(h *recording.EpochsHeader, names string) {
	var triples []int32
	for _, t := range h.Trials {
		triples = append(triples, int32(t.Event.At), int32(t.Event.Before), int32(t.Event.Code))
	}
	e.block(events, func() {
		e.int(eventList, triples...)
		e.text(comment, names)
	})
	if len(h.Columns) == 0 {
		return
	}
	var b strings.Builder
	for i, t := range h.Trials {
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

// epochs writes the signal, epoch by epoch.
func (e *encoder) epochs(from recording.Epochs, p Precision) {
	h := from.Header()
	every := h.Pick(func(recording.Channel) bool { return true })
	one := make([]float64, len(every)*h.Length)
	for i := range h.Trials {
		if e.err != nil {
			return
		}
		if e.err = from.Read(one, []int{i}, every); e.err == nil {
			e.raw(p.encode(one))
		}
	}
}
