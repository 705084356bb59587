package signal

import (
	"slices"

	"github.com/isocortex/isocortex/recording"
)

// mixed is a recording of which some channels are taken from others, time by time:
// of every channel c a part of each mixture, part(c)·(Σ weight(k)·x(k) − offset), is
// subtracted.
type mixed struct {
	recording.Recording
	header   recording.Header
	among    []int // channels that have a part or a weight
	mixtures []mixture
}

// A mixture is a sum over channels, and how much of it each has.
type mixture struct {
	weights, parts []float64 // one per channel of mixed.among
	offset         float64
}

// newMixed returns the recording around another, with a header of its own.
func newMixed(r recording.Recording, among []int, mixtures []mixture) *mixed {
	h := *r.Header()
	h.Channels, h.Warnings = slices.Clone(h.Channels), slices.Clone(h.Warnings)
	return &mixed{Recording: r, header: h, among: among, mixtures: mixtures}
}

// Header describes the recording.
func (m *mixed) Header() *recording.Header { return &m.header }

// changes reports whether something is subtracted from a channel.
func (m *mixed) changes(channel int) bool {
	at := slices.Index(m.among, channel)
	return at >= 0 && slices.ContainsFunc(m.mixtures, func(x mixture) bool { return x.parts[at] != 0 })
}

// Read sets dst to the signal, as recording.Recording says.
//
//	cost     of reading all channels that are mixed, as soon as one of them is asked
//	         for; memory for them
func (m *mixed) Read(dst []float64, channels []int, w recording.Window) error {
	if err := m.header.Check(dst, channels, w); err != nil {
		return err
	}
	if !slices.ContainsFunc(channels, m.changes) {
		return m.Recording.Read(dst, channels, w)
	}
	asked := slices.Clone(m.among)
	for _, c := range channels {
		if !slices.Contains(asked, c) {
			asked = append(asked, c)
		}
	}
	n := w.Len()
	x := make([]float64, len(asked)*n)
	if err := m.Recording.Read(x, asked, w); err != nil {
		return err
	}
	sums := m.sums(x, n)
	for i, c := range channels {
		at := slices.Index(asked, c)
		row := dst[i*n:][:n]
		copy(row, x[at*n:])
		if at < len(m.among) {
			m.subtract(row, sums, at)
		}
	}
	return nil
}

// sums returns the mixtures over a window of n samples. What has no weight may be
// NaN.
func (m *mixed) sums(x []float64, n int) [][]float64 {
	all := make([][]float64, len(m.mixtures))
	for k, mix := range m.mixtures {
		all[k] = make([]float64, n)
		if mix.offset != 0 {
			for t := range all[k] {
				all[k][t] = -mix.offset
			}
		}
		for c, weight := range mix.weights {
			if weight == 0 {
				continue
			}
			for t, v := range x[c*n:][:n] {
				all[k][t] += weight * v
			}
		}
	}
	return all
}

// subtract takes its parts of the mixtures from a channel.
func (m *mixed) subtract(row []float64, sums [][]float64, at int) {
	for k, mix := range m.mixtures {
		part := mix.parts[at]
		if part == 0 {
			continue
		}
		for t, v := range sums[k] {
			row[t] -= part * v
		}
	}
}
