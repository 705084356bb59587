package signal

import (
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// stretches returns the windows in which a recording goes on without a break:
// between annotations that begin with "edge" or "BAD_ACQ_SKIP", whatever their
// case. A filter treats each as a signal of its own.
func stretches(h *recording.Header) []recording.Window {
	from, end := recording.Stored(0), recording.Stored(h.Length)
	var all []recording.Window
	for _, cut := range cuts(h) {
		if cut.From > from {
			all = append(all, recording.Window{From: from, To: min(cut.From, end)})
		}
		from = max(from, cut.To)
	}
	if from < end {
		all = append(all, recording.Window{From: from, To: end})
	}
	return all
}

// cuts returns what lies between stretches, by its beginning; an edge has no
// length.
func cuts(h *recording.Header) []recording.Window {
	var all []recording.Window
	for _, a := range h.Annotations {
		text := strings.ToUpper(a.Text)
		if !strings.HasPrefix(text, "EDGE") && !strings.HasPrefix(text, "BAD_ACQ_SKIP") {
			continue
		}
		at := func(seconds float64) recording.Stored {
			return recording.Stored(min(max(math.RoundToEven(seconds*h.Rate), 0), float64(h.Length)))
		}
		all = append(all, recording.Window{From: at(a.Onset), To: at(a.Onset + a.Duration)})
	}
	slices.SortFunc(all, func(a, b recording.Window) int { return int(a.From - b.From) })
	return all
}

// A padding is what a signal is taken to be before and behind a stretch.
type padding int

// The paddings.
const (
	turnedAbout padding = iota // its end, in time and value, so that it goes on as it came, for as long as it is; beyond that it is 0
	held                       // at the value of its end
)

// known is what is known of a stretch: the samples from a place on.
type known struct {
	x       []float64
	from    int
	padding padding
}

// beyond sets dst to the samples of a stretch from a place on, which may lie before
// or behind it.
func beyond(dst []float64, from, length int, k known) {
	first, last := max(-from, 0), min(length-from, len(dst)) // of dst, inside the stretch
	copy(dst[first:last], k.x[from+first-k.from:])
	at := func(i int) float64 { return k.x[i-k.from] }
	if k.padding == held {
		for i := range dst[:first] {
			dst[i] = at(0)
		}
		for i := last; i < len(dst); i++ {
			dst[i] = at(length - 1)
		}
		return
	}
	clear(dst[:first])
	for i := range dst[:first] {
		if j := -(from + i); j < length {
			dst[i] = 2*at(0) - at(j)
		}
	}
	clear(dst[last:])
	for i := last; i < len(dst); i++ {
		if j := 2*(length-1) - (from + i); j >= 0 {
			dst[i] = 2*at(length-1) - at(j)
		}
	}
}
