package edf

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
)

// What BioSemi's amplifiers write: 31.25 nV for a step.
const (
	physicalLimit = 262144  // µV
	digitalLimit  = 8388608 // steps
	microvolt     = 1e-6
	wellConnected = 1 << 20 // of the status word: the reference electrode is in range
)

// WriteBDF writes a recording as BioSemi's programs do, in records of a second;
// what is missing of the last is filled with its last sample.
//
//	errors   a rate that is no whole number of samples per second; a name that is too
//	         long; channels in other units than V, besides one of triggers; a number
//	         that 24 bits of 31.25 nV do not reach; of reading and writing
//	cost     memory for a second of the signal; numbers are rounded to 31.25 nV
func WriteBDF(path string, r recording.Recording) error {
	h := r.Header()
	if h.Rate != math.Trunc(h.Rate) {
		return fmt.Errorf("%s: %g samples per second: records of a second need a whole number", path, h.Rate)
	}
	for _, c := range h.Channels {
		switch {
		case len(c.Name) > 16:
			return fmt.Errorf("%s: channel %q: BDF has 16 letters for a name", path, c.Name)
		case c.Kind != recording.Stim && c.Unit != "V":
			return fmt.Errorf("%s: channel %q is in %q: BDF is for signals in V", path, c.Name, c.Unit)
		}
	}
	return file.Write(path, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 1<<20)
		out.WriteString(headerText(h))
		if err := writeRecords(out, r); err != nil {
			return err
		}
		return out.Flush()
	})
}

// headerText is the header of a file.
func headerText(h *recording.Header) string {
	var b strings.Builder
	put := func(width int, value any) { fmt.Fprintf(&b, "%-*.*s", width, width, fmt.Sprint(value)) }
	column := func(width int, value func(c recording.Channel) any) {
		for _, c := range h.Channels {
			put(width, value(c))
		}
	}
	either := func(trigger, signal any) func(recording.Channel) any {
		return func(c recording.Channel) any {
			if c.Kind == recording.Stim {
				return trigger
			}
			return signal
		}
	}
	when := h.Measured
	if when.IsZero() {
		when = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	n, rate := len(h.Channels), int(h.Rate)
	b.WriteString("\xffBIOSEMI")
	put(80, "")
	put(80, "")
	put(8, when.Format("02.01.06"))
	put(8, when.Format("15.04.05"))
	put(8, fixedSize+n*signalSize)
	put(44, "24BIT")
	put(8, (h.Length+rate-1)/rate)
	put(8, 1)
	put(4, n)
	column(16, func(c recording.Channel) any {
		if c.Kind == recording.Stim {
			return "Status"
		}
		return c.Name
	})
	column(80, either("Triggers and Status", "Active Electrode"))
	column(8, either("Boolean", "uV"))
	column(8, either(-digitalLimit, -physicalLimit))
	column(8, either(digitalLimit-1, physicalLimit))
	column(8, either(-digitalLimit, -digitalLimit))
	column(8, either(digitalLimit-1, digitalLimit-1))
	column(80, either("No filtering", filterText(h)))
	column(8, func(recording.Channel) any { return rate })
	column(32, func(recording.Channel) any { return "Reserved" })
	return b.String()
}

// filterText names the filters.
func filterText(h *recording.Header) string {
	high, low := "DC", ""
	if h.Highpass > 0 {
		high = fmt.Sprint(h.Highpass)
	}
	if h.Lowpass > 0 {
		low = fmt.Sprintf("; LP: %g", h.Lowpass)
	}
	return "HP: " + high + low
}

// writeRecords writes the signal, a second after the other.
func writeRecords(out *bufio.Writer, r recording.Recording) error {
	h := r.Header()
	every := h.Pick(func(recording.Channel) bool { return true })
	rate := int(h.Rate)
	for from := 0; from < h.Length; from += rate {
		w := recording.Window{From: recording.Stored(from), To: recording.Stored(min(from+rate, h.Length))}
		signal := make([]float64, len(every)*w.Len())
		if err := r.Read(signal, every, w); err != nil {
			return err
		}
		for i, c := range h.Channels {
			row := signal[i*w.Len():][:w.Len()]
			for j := range rate {
				step, err := steps(c, row[min(j, len(row)-1)])
				if err != nil {
					return fmt.Errorf("%s: sample %d: %w", h.Path, from+j, err)
				}
				out.Write([]byte{byte(step), byte(step >> 8), byte(step >> 16)})
			}
		}
	}
	return nil
}

// steps returns the number that is stored.
func steps(c recording.Channel, value float64) (int, error) {
	if c.Kind == recording.Stim {
		if value < 0 || value > 0xffff || value != math.Trunc(value) {
			return 0, fmt.Errorf("channel %q: trigger %g: BDF has 0 to 65535", c.Name, value)
		}
		return int(value) | wellConnected, nil
	}
	const span = 2*digitalLimit - 1
	step := math.RoundToEven((value/microvolt+physicalLimit)*span/(2*physicalLimit)) - digitalLimit
	if !(step >= -digitalLimit && step < digitalLimit) {
		return 0, fmt.Errorf("channel %q: %g V is not within ±%g V", c.Name, value, physicalLimit*microvolt)
	}
	return int(step), nil
}
