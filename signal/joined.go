package signal

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/fourier"
	"github.com/isocortex/isocortex/recording"
)

// Joined returns epochs as one recording, end to end, so that what is done to
// recordings can be done to epochs: each is a stretch of its own. Before and behind
// an epoch, filters take a signal to stay as it is at its ends, and warn where they
// are longer than an epoch.
//
// Parted takes them apart again.
func Joined(epochs recording.Epochs) recording.Recording {
	h := epochs.Header()
	j := &joined{epochs: epochs, header: h.Header}
	j.header.Length, j.header.First, j.header.Events = h.Length*len(h.Trials), 0, nil
	j.header.Annotations = make([]recording.Annotation, len(h.Trials))
	for i := range h.Trials {
		j.header.Annotations[i] = recording.Annotation{Onset: float64(i*h.Length) / h.Rate, Text: edgeOfEpoch}
	}
	return j
}

// edgeOfEpoch is the annotation where an epoch begins.
const edgeOfEpoch = "edge of an epoch"

// joins reports whether a recording is epochs, end to end.
func joins(h *recording.Header) bool {
	return slices.ContainsFunc(h.Annotations, func(a recording.Annotation) bool { return a.Text == edgeOfEpoch })
}

type joined struct {
	epochs recording.Epochs
	header recording.Header
}

// Header describes the recording.
func (j *joined) Header() *recording.Header { return &j.header }

// Close closes the epochs.
func (j *joined) Close() error { return j.epochs.Close() }

// Read sets dst to the signal, as recording.Recording says.
func (j *joined) Read(dst []float64, channels []int, w recording.Window) error {
	if err := j.header.Check(dst, channels, w); err != nil {
		return err
	}
	n := recording.Stored(j.epochs.Header().Length)
	if w.Len() == 0 {
		return j.epochs.Read(nil, nil, channels) // says whether it is closed
	}
	one := make([]float64, len(channels)*int(n))
	for e := w.From / n; e*n < w.To; e++ {
		if err := j.epochs.Read(one, []int{int(e)}, channels); err != nil {
			return err
		}
		part := shared(w, recording.Window{From: e * n, To: (e + 1) * n})
		for i := range channels {
			copy(dst[i*w.Len()+int(part.From-w.From):][:part.Len()], one[i*int(n)+int(part.From-e*n):])
		}
	}
	return nil
}

// Parted returns the epochs of a recording around those that were Joined; closing
// them closes it.
func Parted(r recording.Recording, epochs recording.Epochs) recording.Epochs {
	p := &parted{recording: r, header: *epochs.Header()}
	length := p.header.Length
	p.header.Header = *r.Header()
	p.header.Length, p.header.Annotations = length, epochs.Header().Annotations
	return p
}

type parted struct {
	recording recording.Recording
	header    recording.EpochsHeader
}

// Header describes the epochs.
func (p *parted) Header() *recording.EpochsHeader { return &p.header }

// Close closes the recording.
func (p *parted) Close() error { return p.recording.Close() }

// Read sets dst to the signal, as recording.Epochs says.
func (p *parted) Read(dst []float64, epochs, channels []int) error {
	if err := p.header.Check(dst, epochs, channels); err != nil {
		return err
	}
	n, size := recording.Stored(p.header.Length), len(channels)*p.header.Length
	for i, e := range epochs {
		if err := p.recording.Read(dst[i*size:][:size], channels, recording.Window{From: recording.Stored(e) * n, To: recording.Stored(e+1) * n}); err != nil {
			return err
		}
	}
	if len(epochs) == 0 {
		return p.recording.Read(nil, channels, recording.Window{})
	}
	return nil
}

// ResampledEpochs returns epochs at another rate, as Resampled does, but that
// before and behind an epoch a signal is taken to stay as it is at its ends.
//
//	shapes   the first of Length·rate/Rate times, rounded, is that of the first
//	         before
//	NaN      spreads over all of the channel in that epoch
//	errors   as Resampled; a rate at which epochs would begin between two times
func ResampledEpochs(epochs recording.Epochs, rate float64) (recording.Epochs, error) {
	h := *epochs.Header()
	start := float64(h.Start) * rate / h.Rate
	plan, err := planned(&h.Header, rate)
	switch {
	case err != nil:
		return nil, err
	case math.Abs(start-math.RoundToEven(start)) > 1e-6:
		return nil, fmt.Errorf("%s: its epochs begin %.6g s after their events, which lies between two times at %g Hz: choose a rate at which it is a whole number of them", h.Path, float64(h.Start)/h.Rate, rate)
	}
	plan.padding = held
	atRate(&h.Header, rate, plan.kept)
	h.Start = int(math.RoundToEven(start))
	return &resampledEpochs{Epochs: epochs, header: h, plan: plan}, nil
}

type resampledEpochs struct {
	recording.Epochs
	header recording.EpochsHeader
	plan   *resampling
}

// Header describes the epochs.
func (r *resampledEpochs) Header() *recording.EpochsHeader { return &r.header }

// Read sets dst to the signal, as recording.Epochs says.
func (r *resampledEpochs) Read(dst []float64, epochs, channels []int) error {
	if err := r.header.Check(dst, epochs, channels); err != nil {
		return err
	}
	n, to := r.plan.length, r.plan.kept
	x := make([]float64, len(epochs)*len(channels)*n)
	if err := r.Epochs.Read(x, epochs, channels); err != nil {
		return err
	}
	var from, into [][]float64
	for row := range len(epochs) * len(channels) {
		a, b := x[row*n:][:n], dst[row*to:][:to]
		if !physiological(r.header.Channels[channels[row%len(channels)]]) {
			r.plan.codes(b, a)
			continue
		}
		from, into = append(from, a), append(into, b)
	}
	for at := 0; at < len(from); at += fourier.Lanes {
		end := min(at+fourier.Lanes, len(from))
		r.plan.lanes(into[at:end], from[at:end])
	}
	return nil
}
