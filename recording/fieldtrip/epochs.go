package fieldtrip

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
)

// Epochs are the trials of an open structure. They implement recording.Epochs.
type Epochs struct {
	header *recording.EpochsHeader
	signal *signal
}

// OpenEpochs opens the trials of a raw structure; trials that were kept beside an
// average; or else the average, as one epoch.
//
// A trial is named after the first column of trialinfo, and its event is where
// its time is 0.
//
//	errors   *file.ParseError for what breaks the format; trials that are not of the
//	         same times
//	cost     that of Open
func OpenEpochs(address string, o Options) (*Epochs, error) {
	f, r, err := open(address)
	if err != nil {
		return nil, err
	}
	e, err := read(r, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	e.signal.file = f
	return e, nil
}

// Header describes the epochs.
func (e *Epochs) Header() *recording.EpochsHeader { return e.header }

// Read sets dst to the signal of epochs, as recording.Epochs says. Every epoch
// is read with all of its channels, of averages and what stands beside them all
// epochs at once.
func (e *Epochs) Read(dst []float64, epochs, channels []int) error {
	return e.signal.gate.Through(func() error {
		if err := e.header.Check(dst, epochs, channels); err != nil {
			return err
		}
		one := len(channels) * e.header.Length
		for i, epoch := range epochs {
			if err := e.signal.read(dst[i*one:][:one], epoch, channels, e.header.Whole()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close gives the file back.
func (e *Epochs) Close() error { return e.signal.close() }

// read reads all of a structure but its signal.
func read(r record, o Options) (*Epochs, error) {
	names, err := r.texts("label")
	if err != nil {
		return nil, err
	}
	e := &Epochs{header: &recording.EpochsHeader{}, signal: &signal{record: r}}
	h := e.header
	h.Path, h.Parts, h.Format = r.path, []string{r.path}, "FieldTrip"
	h.Highpass, h.Lowpass, h.Line = math.NaN(), math.NaN(), math.NaN()
	h.Baseline = [2]float64{math.NaN(), math.NaN()}
	for _, part := range []func() error{
		func() error { return e.findTrials(r, len(names)) },
		func() error { return e.readTimes(r) },
		func() error { return e.readTrials(r) },
		func() error { return e.readChannels(r, names) },
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	if o.Strict && len(h.Warnings) > 0 {
		return nil, r.wrong("", "%s", strings.Join(h.Warnings, "; "))
	}
	return e, h.Valid()
}

// findTrials finds the signal, and checks that it is as many channels everywhere
// and as many times.
func (e *Epochs) findTrials(r record, channels int) error {
	s := e.signal
	switch {
	case r.has("trial"):
		s.field = "trial"
	case r.has("avg"):
		s.field, s.average = "avg", true
	case r.has("powspctrm"), r.has("fourierspctrm"):
		return file.Unsupported(r.path, -1, r.name, "it holds spectra, no signal: save what they were made of")
	default:
		return r.wrong("", "it has neither trial nor avg: no signal")
	}
	part, err := r.find(s.field)
	if err != nil {
		return err
	}
	if part.Class() != mat.Cell {
		return e.findStack(r, part, channels)
	}
	for i := range part.Len() {
		trial, err := part.Find(fmt.Sprintf("{%d}", i+1))
		if err != nil {
			return r.located(s.field, err)
		}
		shape := trial.Shape()
		if len(shape) != 2 || shape[0] != channels {
			return r.wrong(fmt.Sprintf("trial{%d}", i+1), "%v numbers, but there are %d labels of channels", shape, channels)
		}
		if i > 0 && shape[1] != s.length {
			return r.wrong(fmt.Sprintf("trial{%d}", i+1), "%d times, but the first trial has %d: cut them alike, as ft_redefinetrial does with cfg.toilim", shape[1], s.length)
		}
		s.length = shape[1]
		s.trials = append(s.trials, trial)
	}
	e.header.Trials, e.header.Length = make([]recording.Trial, len(s.trials)), s.length
	return nil
}

// findStack finds trials that lie in one array, or an average.
func (e *Epochs) findStack(r record, part *mat.Part, channels int) error {
	s, shape := e.signal, part.Shape()
	if s.average || len(shape) == 2 {
		shape = append([]int{1}, shape...)
	}
	if order, err := r.text("dimord"); err != nil {
		return err
	} else if order != "" && order != "chan_time" && order != "rpt_chan_time" {
		return file.Unsupported(r.path, -1, r.name+".dimord", "signal as %s; rpt_chan_time and chan_time are read", order)
	}
	if len(shape) != 3 || shape[1] != channels {
		return r.wrong(s.field, "%v numbers, but there are %d labels of channels", part.Shape(), channels)
	}
	s.trials, s.stacked, s.length = []*mat.Part{part}, true, shape[2]
	e.header.Trials, e.header.Length = make([]recording.Trial, shape[0]), shape[2]
	return nil
}

// readTimes reads the rate, and where the event of a trial is.
func (e *Epochs) readTimes(r record) error {
	h := e.header
	rate, err := r.matrix("fsample")
	if err != nil {
		return err
	}
	if len(rate.values) > 1 {
		return r.wrong("fsample", "%d numbers instead of one", len(rate.values))
	}
	if len(rate.values) == 1 {
		if h.Rate = rate.values[0]; !(h.Rate > 0) {
			return r.wrong("fsample", "%g times per second", h.Rate)
		}
	}
	if !r.has("time") {
		return r.wrong("", "it has no time")
	}
	part, err := r.find("time")
	if err != nil {
		return err
	}
	if part.Class() != mat.Cell {
		return e.checkTimes(r, "time", part, 0)
	}
	if part.Len() != len(h.Trials) {
		return r.wrong("time", "of %d trials, but there are %d", part.Len(), len(h.Trials))
	}
	for i := range h.Trials {
		field := fmt.Sprintf("time{%d}", i+1)
		one, err := part.Find(fmt.Sprintf("{%d}", i+1))
		if err != nil {
			return r.located(field, err)
		}
		if err := e.checkTimes(r, field, one, i); err != nil {
			return err
		}
	}
	return nil
}

// checkTimes returns an error unless the times of a trial are as many as those of
// the signal, at equal steps, and those of the first trial.
func (e *Epochs) checkTimes(r record, field string, part *mat.Part, trial int) error {
	h := e.header
	if part.Len() != h.Length {
		return r.wrong(field, "%d times, but the signal has %d", part.Len(), h.Length)
	}
	at, err := r.numbers(field, part)
	if err != nil || len(at) == 0 {
		return err
	}
	if h.Rate == 0 && len(at) > 1 {
		h.Rate = float64(len(at)-1) / (at[len(at)-1] - at[0])
	}
	if !(h.Rate > 0) || math.IsInf(h.Rate, 0) {
		return r.wrong(field, "from %g s to %g s in %d steps", at[0], at[len(at)-1], len(at)-1)
	}
	start := math.RoundToEven(at[0] * h.Rate)
	if !(math.Abs(start) < 1<<53) {
		return r.wrong(field, "it begins at %g s", at[0])
	}
	if trial == 0 {
		h.Start = int(start)
	} else if int(start) != h.Start {
		return r.wrong(field, "it begins at %g s, but the first trial at %g s: cut them alike, as ft_redefinetrial does with cfg.toilim", at[0], float64(h.Start)/h.Rate)
	}
	for i, t := range at {
		if !(math.Abs((t-at[0])*h.Rate-float64(i)) < .5) {
			return r.wrong(field, "time %d is %g s: at %g Hz from %g s on it would be %g s", i+1, t, h.Rate, at[0], at[0]+float64(i)/h.Rate)
		}
	}
	return nil
}

// readTrials reads what is known about the trials.
func (e *Epochs) readTrials(r record) error {
	h := e.header
	for i := range h.Trials {
		h.Trials[i] = recording.Trial{Name: "trial", Event: recording.Event{At: recording.Acquired(-h.Start)}}
		if e.signal.average {
			h.Trials[i].Name = "average"
		}
	}
	if e.signal.average {
		return nil
	}
	if err := e.readOnsets(r); err != nil {
		return err
	}
	return e.readNotes(r)
}

// readOnsets reads where trials were in the recording.
func (e *Epochs) readOnsets(r record) error {
	h := e.header
	m, err := r.matrix("sampleinfo")
	if err != nil || m.values == nil {
		return err
	}
	if m.rows != len(h.Trials) || m.columns < 2 {
		return r.wrong("sampleinfo", "%d × %d numbers for %d trials", m.rows, m.columns, len(h.Trials))
	}
	for i := range h.Trials {
		first, last := m.row(i)[0], m.row(i)[1]
		if !(first >= 1 && first < 1<<53) {
			return r.wrong("sampleinfo", "trial %d begins with number %g: they count from 1", i+1, first)
		}
		if last-first+1 != float64(h.Length) {
			h.Warn("sampleinfo says that trial %d has %g times, but it has %d: it was resampled, and where trials were in the recording is not known", i+1, last-first+1, h.Length)
			return nil
		}
		h.Trials[i].Event.At = recording.Acquired(first) - 1 - recording.Acquired(h.Start)
	}
	return nil
}

// readNotes reads trialinfo: numbers whose meaning the file does not say.
func (e *Epochs) readNotes(r record) error {
	h := e.header
	if !r.has("trialinfo") {
		return nil
	}
	m, err := r.matrix("trialinfo")
	if errors.Is(err, file.ErrUnsupported) {
		h.Warn("trialinfo is no array of numbers and was not read: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	if m.rows != len(h.Trials) {
		return r.wrong("trialinfo", "%d rows for %d trials", m.rows, len(h.Trials))
	}
	for c := range m.columns {
		h.Columns = append(h.Columns, fmt.Sprintf("trialinfo %d", c+1))
	}
	for i := range h.Trials {
		t := &h.Trials[i]
		for c, v := range m.row(i) {
			word := strconv.FormatFloat(v, 'g', -1, 64)
			if math.IsNaN(v) {
				word = "n/a"
			}
			t.Values = append(t.Values, word)
			if c == 0 {
				t.Name = word
				if v == math.Trunc(v) && math.Abs(v) < 1<<31 {
					t.Event.Code = int(v)
				}
			}
		}
	}
	return nil
}
