package signal

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// An Artifact is what a body adds to the signals of a brain, again and again.
type Artifact struct {
	Name string
	Text string // how each time is found, in words

	kind     recording.Kind // of the channels that see it best
	band     Band           // in which it stands out
	from, to float64        // s about its peak, in which it lasts
	find     func(x []float64, rate float64) []int
}

// The artifacts that are found.
var (
	Blinks = Artifact{
		Name: "blinks", Text: "maxima of EOG at 1 to 10 Hz that rise and fall by a quarter of its range, and are as high",
		kind: recording.EOG, band: Band{Highpass: 1, Lowpass: 10}, from: -.2, to: .2, find: blinks,
	}
	Heartbeats = Artifact{
		Name: "heartbeats", Text: "maxima of ECG at 5 to 35 Hz over 0.3 s on either side, of half the usual height or more",
		kind: recording.ECG, band: Band{Highpass: 5, Lowpass: 35}, from: -.2, to: .4, find: heartbeats,
	}
)

// Find returns when the artifact peaks, and the name of the channel that saw it:
// the one that is named, or of those that are made for it the good one of the
// widest range.
//
//	NaN      a channel that has any sees nothing around it
//	errors   no such channel; a recording in which it is not found; of reading
//	cost     of filtering the channel
//	source   blinks: the filter and the threshold of MNE-Python, Gramfort et al.
//	         (2013), doi:10.3389/fnins.2013.00267; heartbeats: the band and the time
//	         without another beat after Pan & Tompkins (1985),
//	         doi:10.1109/TBME.1985.325532
func (a Artifact) Find(r recording.Recording, channel string, budget work.Budget) (at []recording.Stored, seenBy string, err error) {
	h := r.Header()
	candidates := h.Pick(func(c recording.Channel) bool { return c.Kind == a.kind && !c.Bad })
	if channel != "" {
		if candidates, err = named(h, []string{channel}); err != nil {
			return nil, "", err
		}
	}
	if len(candidates) == 0 {
		return nil, "", fmt.Errorf("%s: it has no %s channel that is good, by which %s are found: name a channel that sees them", h.Path, a.kind, a.Name)
	}
	f, err := Design(h.Rate, a.band)
	if err != nil {
		return nil, "", err
	}
	best, width := []float64(nil), math.Inf(-1)
	x := make([]float64, h.Length)
	filtered := Filtered(r, f, budget)
	for _, c := range candidates {
		if err := filtered.Read(x, []int{c}, h.Whole()); err != nil {
			return nil, "", err
		}
		if low, high := extremes(x); high-low > width {
			best, width, seenBy = slices.Clone(x), high-low, h.Channels[c].Name
		}
	}
	for _, i := range a.find(best, h.Rate) {
		at = append(at, recording.Stored(i))
	}
	if len(at) == 0 {
		return nil, "", fmt.Errorf("%s: channel %s sees no %s", h.Path, seenBy, a.Name)
	}
	return at, seenBy, nil
}

// extremes returns the least and the greatest number that is not NaN.
func extremes(x []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	return low, high
}

// blinks finds the peaks of the side of 0 that goes farther: what a filter leaves
// beside a blink rises and falls, too, but not as high.
func blinks(x []float64, _ float64) []int {
	low, high := extremes(x)
	x, height := turned(x, high < -low), (high-low)/4
	return slices.DeleteFunc(peaks(x, height), func(i int) bool { return x[i] < height })
}

// turned returns the signal, upside down if it is to be.
func turned(x []float64, over bool) []float64 {
	if !over {
		return x
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = -v
	}
	return out
}

// peaks returns the maxima before which a signal rises by a height since the last
// of them, and after which it falls by it.
func peaks(x []float64, height float64) []int {
	var at []int
	lowest, top := math.Inf(1), -1 // since the last peak; the place of a maximum high enough, or -1
	for i, v := range x {
		switch {
		case top >= 0 && v > x[top]:
			top = i
		case top >= 0 && v <= x[top]-height:
			at, lowest, top = append(at, top), v, -1
		case top < 0:
			if lowest = min(lowest, v); v >= lowest+height && height > 0 {
				top = i
			}
		}
	}
	return at
}

// heartbeats finds the maxima that have no greater one near, and are not small
// beside the maxima of most spans that are long enough for a beat.
func heartbeats(x []float64, rate float64) []int {
	const apart, long, share = .3, 1.5, .5 // s, s, of the usual height
	span := max(1, int(long*rate))
	heights := func(x []float64) float64 {
		var all []float64
		for some := range slices.Chunk(x, span) {
			_, high := extremes(some)
			all = append(all, high)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	if len(x) == 0 {
		return nil
	}
	up, down := heights(x), heights(turned(x, true))
	x = turned(x, down > up)
	least, reach := share*max(up, down), int(apart*rate)
	var at []int
	for i, v := range x {
		if v < least || v <= 0 || len(at) > 0 && i-at[len(at)-1] <= reach {
			continue
		}
		if _, high := extremes(x[max(0, i-reach):min(len(x), i+reach+1)]); v == high {
			at = append(at, i)
		}
	}
	return at
}
