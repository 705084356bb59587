// Package signal filters, resamples, references and projects what was recorded,
// with the definitions that the field's programs share: the same filter gives the
// same numbers here and in MNE-Python.
//
// Each of these is a recording around another, read by window as every recording:
//
//	filter, err := signal.Design(r.Header().Rate, signal.Band{Highpass: 0.1, Lowpass: 40})
//	r = signal.Filtered(r, filter, work.Budget{})
//
// Nothing is computed before it is read, and the recording inside is closed with
// the one around it.
package signal

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Band says which frequencies a filter lets pass. The zero Band lets all.
//
// With Highpass below Lowpass it passes what lies between; with Highpass above
// Lowpass it stops what lies between.
type Band struct {
	Highpass float64 // Hz; 0: none
	Lowpass  float64 // Hz; 0: none

	// Widths of the transitions from passing to stopping in Hz; 0: a quarter of the
	// edge, at least 2 Hz, and no more than there is room for.
	HighpassTransition, LowpassTransition float64

	Taper  Taper
	Length int // taps, odd; 0: as many as the narrowest transition needs
}

// A Taper lets the taps of a filter fade to its ends.
type Taper int

// The tapers.
const (
	Hamming Taper = iota
	Hann
	Blackman
)

// factor says how many taps it takes: this, divided by the transition as a
// share of the sampling rate.
func (w Taper) factor() float64 { return [...]float64{3.3, 3.1, 5.0}[w] }

// at returns the taper at a place from 0 to 1.
func (w Taper) at(x float64) float64 {
	c := func(k float64) float64 { return math.Cos(2 * math.Pi * k * x) }
	switch w {
	case Hann:
		return .5 - .5*c(1)
	case Blackman:
		return .42 - .5*c(1) + .08*c(2)
	}
	return .54 - .46*c(1)
}

// A FIR is a filter of finite length that moves nothing in time: an odd number of
// taps, symmetric about the middle one.
type FIR struct {
	Highpass, Lowpass float64 // Hz, between which it passes; 0: no such edge

	taps []float64
}

// An edge is a stretch of frequencies over which a filter goes from stopping to
// passing, or back.
type edge struct {
	from, to float64 // Hz
	rises    bool
}

// Design returns the filter of a band for a sampling rate in Hz.
//
// It is a sum of low-pass filters, a windowed sinc for every edge, each as long as
// its own transition needs.
//
//	errors   a band that lets all pass, edges that are not within 0 and half the
//	         rate, stopped bands that meet, too few taps
//	source   the defaults of MNE-Python since 0.16; Gramfort et al. (2013),
//	         doi:10.3389/fnins.2013.00267; Widmann et al. (2015),
//	         doi:10.1016/j.jneumeth.2014.08.002
func Design(rate float64, b Band) (FIR, error) {
	half := rate / 2
	for _, f := range []float64{b.Highpass, b.Lowpass} {
		if !(f >= 0 && f < half) {
			return FIR{}, fmt.Errorf("a filter with an edge at %g Hz: edges lie between 0 and half the sampling rate, %g Hz", f, half)
		}
	}
	taps, err := b.design(half, b.edges(half))
	f := FIR{taps: taps}
	if b.Lowpass == 0 || b.Highpass < b.Lowpass {
		f.Highpass, f.Lowpass = b.Highpass, b.Lowpass
	}
	return f, err
}

// edges returns those of the band, below half the sampling rate.
func (b Band) edges(half float64) []edge {
	var all []edge
	if b.Highpass > 0 {
		width := b.HighpassTransition
		if width == 0 {
			width = min(max(b.Highpass/4, 2), b.Highpass)
		}
		all = append(all, edge{b.Highpass - width, b.Highpass, true})
	}
	if b.Lowpass > 0 {
		width := b.LowpassTransition
		if width == 0 {
			width = min(max(b.Lowpass/4, 2), half-b.Lowpass)
		}
		all = append(all, edge{b.Lowpass, b.Lowpass + width, false})
	}
	return all
}

// Notch returns a filter that stops the frequencies, each in a band of a 200th of
// it with transitions of half a Hz on either side.
//
//	errors   as Design
func Notch(rate float64, frequencies []float64) (FIR, error) {
	const transition = .5
	var edges []edge
	for _, f := range frequencies {
		low, high := f-f/400-transition, f+f/400+transition
		edges = append(edges, edge{low, low + transition, false}, edge{high - transition, high, true})
	}
	taps, err := Band{}.design(rate/2, edges)
	return FIR{taps: taps}, err
}

// most is the largest number of taps: more than a day of any recording.
const most = 1 << 26

// design returns the taps of a filter with the edges.
func (b Band) design(half float64, edges []edge) ([]float64, error) {
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Compare(x.from, y.from) })
	narrowest, err := check(edges, half)
	if err != nil {
		return nil, err
	}
	length := b.Length
	if length == 0 {
		length = b.Taper.length(narrowest, half)
	}
	if length%2 == 0 || length < 0 || length > most {
		return nil, fmt.Errorf("a filter of %d taps: an odd number up to %d is needed; a wider transition than %g Hz needs fewer", length, most, narrowest)
	}
	taps := make([]float64, length)
	if edges[len(edges)-1].rises { // it passes the highest frequencies
		taps[length/2] = 1
	}
	for _, e := range slices.Backward(edges) {
		if err := b.add(taps, e, half); err != nil {
			return nil, err
		}
	}
	return taps, nil
}

// check returns the width of the narrowest transition, or what is wrong with one.
func check(edges []edge, half float64) (narrowest float64, err error) {
	if len(edges) == 0 {
		return 0, fmt.Errorf("a filter without edges: name a high-pass, a low-pass or frequencies to stop")
	}
	narrowest = math.Inf(1)
	for i, e := range edges {
		switch {
		case !(e.from >= 0 && e.to <= half && e.from < e.to):
			return 0, fmt.Errorf("a filter with a transition from %g to %g Hz: it lies between 0 and half the sampling rate, %g Hz", e.from, e.to, half)
		case i > 0 && e.from < edges[i-1].to || i > 0 && e.rises == edges[i-1].rises:
			return 0, fmt.Errorf("a filter with transitions from %g to %g and from %g to %g Hz: they may not meet", edges[i-1].from, edges[i-1].to, e.from, e.to)
		}
		narrowest = min(narrowest, e.to-e.from)
	}
	return narrowest, nil
}

// length returns how many taps a transition needs.
func (w Taper) length(width, half float64) int {
	return int(min(max(math.Ceil(w.factor()/width*2*half), 1), 4*most)) | 1
}

// add adds what an edge has in the filter.
func (b Band) add(taps []float64, e edge, half float64) error {
	n := int(math.RoundToEven(b.Taper.factor()/((e.to-e.from)/half/2))) | 1
	if n > len(taps) {
		return fmt.Errorf("a filter of %d taps is too short for a transition from %g to %g Hz, which needs %d", len(taps), e.from, e.to, n)
	}
	sign := 1.0
	if e.rises {
		sign = -1
	}
	middle := taps[(len(taps)-n)/2:]
	for i, v := range lowpass(n, (e.from+e.to)/2/half, b.Taper) {
		middle[i] += sign * v
	}
	return nil
}

// lowpass returns a windowed sinc of n taps that passes constants unchanged. The
// edge is a share of half the sampling rate.
func lowpass(n int, edge float64, w Taper) []float64 {
	taps, sum := make([]float64, n), 0.0
	for i := range taps {
		x := float64(i) - float64(n-1)/2
		taps[i] = edge
		if x != 0 {
			taps[i] = math.Sin(math.Pi*edge*x) / (math.Pi * x)
		}
		if n > 1 {
			taps[i] *= w.at(float64(i) / float64(n-1))
		}
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}
