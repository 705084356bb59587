package signal

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// ofArtifacts are the kinds of channels that artifacts are taken out of, with the
// peak-to-peak size at 1 to 35 Hz that none has: what is larger is a movement.
var ofArtifacts = []struct {
	kind    recording.Kind
	largest float64
}{{recording.Gradiometer, 2000e-13}, {recording.Magnetometer, 3000e-15}, {recording.EEG, 500e-6}}

// Directions returns, for each kind of channels that measures a brain, the
// directions over its good channels in which the mean of an artifact is largest,
// and how many times of it the mean is of. Times in stretches that are annotated
// as bad, near the ends, or at which any channel is farther from its lowest to its
// highest value than an artifact is, have no part.
//
//	shapes   count directions of each kind, of length 1; the first is the largest
//	NaN      of a channel leaves out the times that have it
//	errors   no time that has a part; fewer channels of a kind than directions; of
//	         reading
//	cost     of filtering all channels from 1 to 35 Hz
//	source   Uusitalo & Ilmoniemi (1997), doi:10.1007/BF02534144, with the filter,
//	         the spans and, for MEG, the limits of MNE-Python
func (a Artifact) Directions(r recording.Recording, at []recording.Stored, count int, budget work.Budget) (found []recording.Projection, times int, err error) {
	h := r.Header()
	f, err := Design(h.Rate, Band{Highpass: 1, Lowpass: 35})
	if err != nil {
		return nil, 0, err
	}
	channels, limits := affected(h)
	if len(channels) == 0 {
		return nil, 0, fmt.Errorf("%s: it has no good channels of MEG or EEG that %s could be taken out of", h.Path, a.Name)
	}
	m := meanOfTimes{recording: Filtered(r, f, budget), channels: channels, limits: limits}
	for _, w := range a.windows(h, at) {
		if err := m.add(w); err != nil {
			return nil, 0, err
		}
	}
	if m.count == 0 {
		return nil, 0, fmt.Errorf("%s: none of %d %s lies in a stretch that is good and has signals of their size: name the channel that sees them", h.Path, len(at), a.Name)
	}
	for _, of := range ofArtifacts {
		p, err := a.largest(h, m, of.kind, count)
		if err != nil {
			return nil, 0, err
		}
		if p != nil {
			found = append(found, *p)
		}
	}
	return found, m.count, nil
}

// affected returns the good channels that an artifact can be taken out of, and the
// limit of each.
func affected(h *recording.Header) (channels []int, limits []float64) {
	for _, of := range ofArtifacts {
		for _, c := range h.Pick(func(c recording.Channel) bool { return c.Kind == of.kind && !c.Bad }) {
			channels, limits = append(channels, c), append(limits, of.largest)
		}
	}
	return channels, limits
}

// windows returns those about the times, as far as they lie in the recording and
// in no stretch that is annotated as bad.
func (a Artifact) windows(h *recording.Header, at []recording.Stored) []recording.Window {
	from, to := recording.Stored(math.RoundToEven(a.from*h.Rate)), recording.Stored(math.RoundToEven(a.to*h.Rate))
	var all []recording.Window
	for _, i := range at {
		w := recording.Window{From: i + from, To: i + to + 1}
		_, bad := h.BadIn(w)
		if w.From >= 0 && w.To <= recording.Stored(h.Length) && !bad {
			all = append(all, w)
		}
	}
	return all
}

// meanOfTimes adds up windows of equal length.
type meanOfTimes struct {
	recording recording.Recording
	channels  []int
	limits    []float64 // one per channel
	sum       []float64 // channels × times
	count     int
}

// add adds a window in which no channel goes beyond its limit.
func (m *meanOfTimes) add(w recording.Window) error {
	n := w.Len()
	x := make([]float64, len(m.channels)*n)
	if err := m.recording.Read(x, m.channels, w); err != nil {
		return err
	}
	for i, limit := range m.limits {
		row := x[i*n:][:n]
		low, high := extremes(row)
		if !(high-low <= limit) || math.IsNaN(total(row)) {
			return nil
		}
	}
	if m.sum == nil {
		m.sum = make([]float64, len(x))
	}
	for i, v := range x {
		m.sum[i] += v
	}
	m.count++
	return nil
}

// total returns the sum.
func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// largest returns the directions of a kind of channels, or nil where there are no
// such channels.
func (a Artifact) largest(h *recording.Header, m meanOfTimes, kind recording.Kind, count int) (*recording.Projection, error) {
	p := &recording.Projection{Name: fmt.Sprintf("%s in %s", a.Name, kind), Kind: fieldProjection}
	var rows []float64
	n := len(m.sum) / len(m.channels)
	for i, c := range m.channels {
		if h.Channels[c].Kind == kind {
			p.Channels, rows = append(p.Channels, h.Channels[c].Name), append(rows, m.sum[i*n:][:n]...)
		}
	}
	switch {
	case rows == nil:
		return nil, nil
	case count >= len(p.Channels):
		return nil, fmt.Errorf("%s: %d directions of %s over %d channels of kind %s: nothing would be left", h.Path, count, a.Name, len(p.Channels), kind)
	}
	if low, high := extremes(rows); low == 0 && high == 0 {
		return nil, fmt.Errorf("%s: the mean over %s is 0 in all channels of kind %s", h.Path, a.Name, kind)
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(len(p.Channels), n, rows), mat.SVDThin) {
		return nil, fmt.Errorf("%s: the mean over %s has no singular values in channels of kind %s", h.Path, a.Name, kind)
	}
	var u mat.Dense
	svd.UTo(&u)
	for k := range min(count, n) {
		p.Vectors = append(p.Vectors, mat.Col(nil, k, &u))
	}
	return p, nil
}

// fieldProjection is the kind of projections that fields of artifacts are, as FIF
// numbers them.
const fieldProjection = 1
