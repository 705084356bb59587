package signal

import (
	"slices"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// Filtered returns a recording around another, of what is left after a filter.
//
// Before its beginning and behind its end a signal is taken to go on turned about
// that end, in time and value. Where annotations that begin with "edge" or
// "BAD_ACQ_SKIP" cut the recording, each stretch is filtered by itself; what such
// an annotation covers stays as it is, as do channels that are codes, positions of
// the head, or of no known kind.
//
//	NaN      spreads over what is computed together, up to some hundred times the
//	         length of the filter
//	errors   of the recording
//	cost     about 1 ns per sample and channel on one thread with vectors; memory
//	         for twice what is computed together, in all channels that are read
//	source   what Design cites
func Filtered(r recording.Recording, f FIR, budget work.Budget) recording.Recording {
	longest := 0
	for _, s := range stretches(r.Header()) {
		longest = max(longest, s.Len())
	}
	warnings := slices.Clone(r.Header().Warnings)
	p := newPieces(r, newConvolver(f.taps, even, longest), budget)
	if h := &p.header; f.Highpass > 0 && !(h.Highpass > f.Highpass) {
		h.Highpass = f.Highpass
	}
	if h := &p.header; f.Lowpass > 0 && !(h.Lowpass < f.Lowpass) {
		h.Lowpass = f.Lowpass
	}
	if p.header.Warnings = warnings; p.padding == held && len(f.taps) > longest {
		p.header.Warn("a filter of %d times is longer than epochs of %d, and sees mostly what they are taken to be beyond their ends: filter recordings before they are cut", len(f.taps), longest)
	}
	return p
}
