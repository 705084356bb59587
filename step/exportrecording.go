package step

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/brainvision"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/sensor"
)

// recordingKinds are the kinds of files that recordings and epochs are written to,
// with their endings.
var recordingKinds = map[string]string{"fif": ".fif", "brainvision": ".vhdr"}

// ExportKinds lists what is written: [Export.As].
func ExportKinds() []string { return append(exchange.Endings(), "fif", "brainvision") }

// ending returns that of the file.
func (s Export) ending() string {
	if ending, found := recordingKinds[s.As]; found {
		return ending
	}
	return "." + s.As
}

// exportRecording writes a recording, by window, or epochs: of a file of them, or
// the rows of a Dataset.
func (s Export) exportRecording(ctx context.Context, env *Env) error {
	if !isRecording(s.From) {
		return s.exportDataset(ctx, env)
	}
	r, err := all.Open(s.From, all.Options{})
	if err == nil {
		return errors.Join(s.writeRecording(r, ctx.Err, env), r.Close())
	}
	e, wrong := all.OpenEpochs(s.From, all.Options{})
	if wrong != nil {
		return err
	}
	return errors.Join(s.writeEpochs(e, ctx.Err, env), e.Close())
}

// writeRecording writes a recording.
func (s Export) writeRecording(r recording.Recording, stopped func() error, env *Env) error {
	h := r.Header()
	env.warn(h.Warnings...)
	if err := s.replaces(h); err != nil {
		return err
	}
	guarded := stoppable{r, stopped}
	if s.As == "fif" {
		return fif.Write(s.Target(), guarded, fif.WriteOptions{})
	}
	if bad := badOf(h.Channels); len(bad) > 0 {
		env.warn(fmt.Sprintf("BrainVision has no place for bad channels: %s are written as if they were good", briefly(bad)))
	}
	return brainvision.Write(s.Target(), guarded)
}

// writeEpochs writes epochs.
func (s Export) writeEpochs(e recording.Epochs, stopped func() error, env *Env) error {
	h := e.Header()
	env.warn(h.Warnings...)
	if s.As != "fif" {
		return fmt.Errorf("%s holds epochs, for which FIF is the format: export them --as fif", s.From)
	}
	if err := s.replaces(&h.Header); err != nil {
		return err
	}
	o := fif.WriteOptions{}
	if rows, of := e.(*datasetEpochs); of && rows.ds.F64 != nil {
		o.Precision = fif.Double
	}
	return fif.WriteEpochs(s.Target(), stoppableEpochs{e, stopped}, o)
}

// outputs returns the files of a recording.
func (s Export) outputs() []string {
	base, found := strings.CutSuffix(s.Target(), ".vhdr")
	if !found {
		return []string{s.Target()}
	}
	return []string{s.Target(), base + ".eeg", base + ".vmrk"}
}

// replaces returns an error if a file that is read would be written.
func (s Export) replaces(h *recording.Header) error {
	for _, part := range append([]string{h.Path}, h.Parts...) {
		for _, target := range s.outputs() {
			from, err := os.Stat(part)
			there, missing := os.Stat(target)
			if err == nil && missing == nil && os.SameFile(from, there) {
				return fmt.Errorf("%s would replace what is exported: name another file", target)
			}
		}
	}
	return nil
}

// A stoppable recording is read until somebody wants it to end.
type stoppable struct {
	recording.Recording
	stopped func() error
}

// Read sets dst to the signal, as recording.Recording says.
func (s stoppable) Read(dst []float64, channels []int, w recording.Window) error {
	if err := s.stopped(); err != nil {
		return err
	}
	return s.Recording.Read(dst, channels, w)
}

// stoppableEpochs are read until somebody wants it to end.
type stoppableEpochs struct {
	recording.Epochs
	stopped func() error
}

// Read sets dst to the signal of epochs, as recording.Epochs says.
func (s stoppableEpochs) Read(dst []float64, epochs, channels []int) error {
	if err := s.stopped(); err != nil {
		return err
	}
	return s.Epochs.Read(dst, epochs, channels)
}

// exportDataset writes the rows of a Dataset as epochs.
func (s Export) exportDataset(ctx context.Context, env *Env) error {
	kind, err := exchange.Contents(s.From)
	if err != nil {
		return err
	}
	if kind != exchange.KindDataset {
		return file.Unsupported(s.From, -1, "format", "%s is written from recordings, epochs and Datasets of them, which this is not", s.As)
	}
	ds, err := exchange.ReadDataset(s.From)
	if err != nil {
		return err
	}
	e, err := epochsOf(s.From, ds)
	if err == nil {
		if empty := ds.Shape[0] - len(e.rows); empty > 0 {
			env.warn(fmt.Sprintf("%s of %d without a number are left out: no trial is left of them", counted(empty, "row"), ds.Shape[0]))
		}
		err = s.writeEpochs(e, ctx.Err, env)
	}
	return errors.Join(err, ds.Close())
}

// datasetEpochs are the rows of a Dataset as epochs.
type datasetEpochs struct {
	header *recording.EpochsHeader
	ds     *dataset.Dataset
	rows   []int
}

// epochsOf returns the rows of a Dataset that have numbers.
//
//	errors   no channels with kinds and units; times that are not those of a rate
func epochsOf(path string, ds *dataset.Dataset) (*datasetEpochs, error) {
	h, err := sensor.InDataset(path, ds)
	if err != nil {
		return nil, err
	}
	units := ds.Channel["unit"]
	if h == nil || units == nil || ds.Channel["type"] == nil {
		return nil, file.Unsupported(path, -1, "channels", "they have no name, type, unit and position, as those that 'isocortex epochs' writes have")
	}
	for c := range h.Channels {
		h.Channels[c].Reference = recording.Nowhere
		if units[c] != bids.Missing {
			h.Channels[c].Unit = units[c]
		}
	}
	h.Format, h.Length, h.Parts = "Dataset", ds.Shape[2], []string{path}
	h.Highpass, h.Lowpass, h.Line = math.NaN(), math.NaN(), math.NaN()
	e := &datasetEpochs{ds: ds, header: &recording.EpochsHeader{Header: *h, Baseline: [2]float64{math.NaN(), math.NaN()}}}
	if err := e.clock(path); err != nil {
		return nil, err
	}
	e.trials()
	return e, e.header.Valid()
}

// clock finds the rate and the first time.
func (e *datasetEpochs) clock(path string) error {
	times, h := e.ds.Times, e.header
	n := len(times)
	if n < 2 {
		return file.Unsupported(path, -1, "times", "%d of them have no rate", n)
	}
	h.Rate = float64(n-1) / (times[n-1] - times[0])
	if near := math.Round(h.Rate); math.Abs(h.Rate-near) < 1e-6*near {
		h.Rate = near
	}
	h.Start = int(math.RoundToEven(times[0] * h.Rate))
	for i, t := range times {
		const aside = 1e-3 // of the distance to the next time
		if off := math.Abs(t*h.Rate - float64(h.Start+i)); off > aside {
			return file.Unsupported(path, -1, "times", "%g s is no time of %g Hz that counts from the event: FIF has no other", t, h.Rate)
		}
	}
	return nil
}

// trials finds the rows, their events and what is known about them. Events lie a
// second after each other; their codes count conditions in the order of the rows.
func (e *datasetEpochs) trials() {
	h, labels := e.header, e.ds.Observation
	h.Columns = slices.Sorted(maps.Keys(labels))
	codes := map[string]int{}
	for row := range e.ds.Shape[0] {
		name := "epoch"
		if conditions := labels["condition"]; conditions != nil {
			name = conditions[row]
		}
		if codes[name] == 0 {
			codes[name] = len(codes) + 1
		}
		if e.empty(row) {
			continue
		}
		trial := recording.Trial{Name: name, Event: recording.Event{At: recording.Acquired(row * max(1, int(h.Rate))), Code: codes[name]}}
		for _, column := range h.Columns {
			trial.Values = append(trial.Values, labels[column][row])
		}
		h.Trials, e.rows = append(h.Trials, trial), append(e.rows, row)
	}
}

// empty reports whether a row has no number.
func (e *datasetEpochs) empty(row int) bool {
	for c := range e.ds.Shape[1] {
		for t := range e.ds.Shape[2] {
			if !math.IsNaN(e.ds.At(row, c, t)) {
				return false
			}
		}
	}
	return true
}

// Header describes the epochs.
func (e *datasetEpochs) Header() *recording.EpochsHeader { return e.header }

// Read sets dst to rows, as recording.Epochs says.
func (e *datasetEpochs) Read(dst []float64, epochs, channels []int) error {
	if err := e.header.Check(dst, epochs, channels); err != nil {
		return err
	}
	next := 0
	for _, i := range epochs {
		for _, c := range channels {
			for t := range e.header.Length {
				dst[next] = e.ds.At(e.rows[i], c, t)
				next++
			}
		}
	}
	return nil
}

// Close does nothing: the Dataset is closed by who opened it.
func (e *datasetEpochs) Close() error { return nil }
