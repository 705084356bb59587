package epoch

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/unit"
)

// A Cut says which piece of signal around an event is an epoch.
type Cut struct {
	From, To float64    // s after the event, both ends included
	Baseline *unit.Span // s after the event, both ends included, also outside of the epoch; nil: nothing is subtracted
	Decimate int        // every how many times one is kept, that of the event among them; 0: every one
	Bad      BadPolicy  // what happens to epochs in stretches that are annotated as bad
}

// A BadPolicy says what happens to epochs in stretches that are annotated as bad.
type BadPolicy int

// The policies.
const (
	LoseBad BadPolicy = iota // there is no epoch
	KeepBad                  // they do not matter
)

// Reasons for which there is no epoch around an event, beside the text of an
// annotation.
const (
	TooEarly = "begins before the recording"
	TooLate  = "ends after the recording"
)

// Lost is a trial without an epoch.
type Lost struct {
	Trial recording.Trial
	Why   []string // reasons, or names of channels
}

// Epochs are cut when they are read. They implement recording.Epochs, and do not
// close what they are cut from.
type Epochs struct {
	Lost []Lost // trials without an epoch

	header recording.EpochsHeader
	grid   grid
	piece  func(dst []float64, epoch int, channels []int) error // reads grid.low to grid.high
}

// Around returns the epochs around the events of the trials. A baseline is
// subtracted, then times are left out: what is kept is not filtered for that.
//
//	shapes   round(To·rate) − round(From·rate) + 1 times, of which every
//	         Decimate-th is kept
//	NaN      passed on
//	errors   a cut without times, a baseline without times
//	source   the numbers of MNE-Python's Epochs (Gramfort et al. 2013,
//	         doi:10.3389/fnins.2013.00267); halves are rounded to even numbers
func (c Cut) Around(r recording.Recording, t Table) (*Epochs, error) {
	h := r.Header()
	g, err := c.grid(h.Rate)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	e := &Epochs{grid: g, header: g.header(recording.EpochsHeader{Header: *h, Columns: t.Columns}, c.Baseline)}
	for _, trial := range t.Trials {
		if why := c.lost(h, g.around(h, trial)); why != "" {
			e.Lost = append(e.Lost, Lost{trial, []string{why}})
		} else {
			e.header.Trials = append(e.header.Trials, trial)
		}
	}
	e.piece = func(dst []float64, epoch int, channels []int) error {
		return r.Read(dst, channels, g.around(h, e.header.Trials[epoch]))
	}
	return e, nil
}

// Of returns epochs that were cut before, shorter, corrected and with fewer times:
// trial i of the table is what epoch places[i] is about.
//
//	errors   a cut or a baseline that goes beyond what there is
func (c Cut) Of(from recording.Epochs, t Table, places []int) (*Epochs, error) {
	h := from.Header()
	g, err := c.grid(h.Rate)
	last := h.Start + h.Length - 1
	if err == nil && (g.low < h.Start || g.high > last) {
		err = fmt.Errorf("its epochs go from %s to %s, and %s to %s are asked for",
			unit.Milliseconds(float64(h.Start)/h.Rate), unit.Milliseconds(float64(last)/h.Rate),
			unit.Milliseconds(float64(g.low)/h.Rate), unit.Milliseconds(float64(g.high)/h.Rate))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Path, err)
	}
	e := &Epochs{grid: g, header: g.header(*h, c.Baseline)}
	e.header.Columns, e.header.Trials = t.Columns, t.Trials
	e.piece = func(dst []float64, epoch int, channels []int) error {
		whole := make([]float64, len(channels)*h.Length)
		if err := from.Read(whole, []int{places[epoch]}, channels); err != nil {
			return err
		}
		for i := range channels {
			copy(dst[i*g.read():(i+1)*g.read()], whole[i*h.Length+g.low-h.Start:])
		}
		return nil
	}
	return e, nil
}

// Header describes the epochs.
func (e *Epochs) Header() *recording.EpochsHeader { return &e.header }

// Times returns the times of an epoch in s after its event, as numbers of samples
// divided by the rate of the recording.
func (e *Epochs) Times() []float64 {
	times := make([]float64, e.header.Length)
	for i := range times {
		times[i] = float64(e.grid.first+i*e.grid.every) / e.grid.rate
	}
	return times
}

// Close does nothing.
func (e *Epochs) Close() error { return nil }

// Read sets dst to the signal of some epochs and channels, as recording.Epochs
// says.
func (e *Epochs) Read(dst []float64, epochs, channels []int) error {
	if err := e.header.Check(dst, epochs, channels); err != nil {
		return err
	}
	n := e.grid.read()
	piece := make([]float64, len(channels)*n)
	for _, epoch := range epochs {
		if err := e.piece(piece, epoch, channels); err != nil {
			return err
		}
		for i, c := range channels {
			row := piece[i*n : (i+1)*n]
			e.grid.keep(dst[:e.header.Length], row, e.grid.baseline(row, e.header.Channels[c].Kind))
			dst = dst[e.header.Length:]
		}
	}
	return nil
}

// lost returns why there is no epoch in a window; "" if there is one.
func (c Cut) lost(h *recording.Header, w recording.Window) string {
	switch {
	case w.From < 0:
		return TooEarly
	case int(w.To) > h.Length:
		return TooLate
	case c.Bad == KeepBad:
		return ""
	}
	a, _ := h.BadIn(w)
	return a.Text
}

// A grid says which samples around an event matter, counted from it.
type grid struct {
	rate         float64
	low, high    int // of what is read, both included
	first, every int // of what is kept
	length       int // of what is kept
	from, to     int // of the baseline, both included; from > to: there is none
}

// grid returns the samples of the cut at a rate.
func (c Cut) grid(rate float64) (grid, error) {
	number := func(seconds float64) int { return int(math.RoundToEven(seconds * rate)) }
	g := grid{rate: rate, low: number(c.From), high: number(c.To), every: max(1, c.Decimate), from: 1, to: 0}
	if c.From > c.To || math.IsNaN(c.From) || math.IsNaN(c.To) || math.Abs(c.To-c.From) > 1e6 {
		return g, fmt.Errorf("epochs from %s to %s have no times", unit.Milliseconds(c.From), unit.Milliseconds(c.To))
	}
	if c.Decimate < 0 {
		panic(fmt.Sprintf("epoch: every %d times", c.Decimate))
	}
	g.first = g.low + ((-g.low)%g.every+g.every)%g.every
	if g.first > g.high {
		return g, fmt.Errorf("of epochs from %s to %s, no time is left when one of %d is kept", unit.Milliseconds(c.From), unit.Milliseconds(c.To), g.every)
	}
	g.length = (g.high-g.first)/g.every + 1
	if c.Baseline == nil {
		return g, nil
	}
	g.from, g.to = inside(*c.Baseline, rate)
	if g.from > g.to {
		return g, fmt.Errorf("at %g Hz, no time is in the baseline from %s to %s", rate, unit.Milliseconds(c.Baseline.From), unit.Milliseconds(c.Baseline.To))
	}
	g.low, g.high = min(g.low, g.from), max(g.high, g.to)
	return g, nil
}

// inside returns the first and the last sample whose times are in a span. Times
// are compared, as they are written, not numbers of samples.
func inside(s unit.Span, rate float64) (first, last int) {
	first, last = int(math.Floor(s.From*rate))-1, int(math.Ceil(s.To*rate))+1
	for float64(first)/rate < s.From {
		first++
	}
	for float64(last)/rate > s.To {
		last--
	}
	return first, last
}

// header describes epochs of the grid.
func (g grid) header(h recording.EpochsHeader, baseline *unit.Span) recording.EpochsHeader {
	h.Rate, h.Length = g.rate/float64(g.every), g.length
	h.Start = g.first / g.every
	if baseline != nil {
		h.Baseline = [2]float64{baseline.From, baseline.To}
	} else if h.Trials == nil {
		h.Baseline = [2]float64{math.NaN(), math.NaN()}
	}
	h.Annotations, h.Events = nil, nil
	return h
}

// read is the number of samples that are read.
func (g grid) read() int { return g.high - g.low + 1 }

// around is the window that is read for a trial.
func (g grid) around(h *recording.Header, trial recording.Trial) recording.Window {
	at := h.Stored(trial.Event.At)
	return recording.Window{From: at + recording.Stored(g.low), To: at + recording.Stored(g.high) + 1}
}

// baseline returns the mean over the baseline of a channel; 0 where none is
// subtracted: of what is no signal of a brain.
func (g grid) baseline(row []float64, kind recording.Kind) float64 {
	if g.from > g.to || !kindOf(kind).brain {
		return 0
	}
	sum := 0.0
	for _, v := range row[g.from-g.low : g.to-g.low+1] {
		sum += v
	}
	return sum / float64(g.to-g.from+1)
}

// keep writes what is kept of a channel, less its baseline.
func (g grid) keep(dst, row []float64, baseline float64) {
	for i := range dst {
		dst[i] = row[g.first-g.low+i*g.every] - baseline
	}
}
