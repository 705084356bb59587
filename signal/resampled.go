package signal

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/isocortex/isocortex/fourier"
	"github.com/isocortex/isocortex/recording"
)

// Resampled returns a recording around another at another rate, by way of the
// Fourier transform. What lies above half the new rate is gone, sharply: a low-pass
// filter comes before, where ringing matters.
//
// Padding is rounded to whole new times, so that a signal lies up to half a new
// time beside where it was.
//
// Channels that measure no body, such as codes, keep their values: a new time has
// the first that is not 0 of the times that it stands for. Events of the header
// move to the nearest new time; it warns of those that then are at one time.
//
//	shapes   Length becomes round(Length·rate/Rate), First round(First·rate/Rate)
//	NaN      spreads over all of the channel
//	errors   a rate at which nothing is left; of the recording and the scratch file
//	cost     three Fourier transforms per channel, of the power of 2 above its length
//	         and of two to four times as much; the scratch file
//	source   the defaults of MNE-Python: a reflection about both ends up to the next
//	         power of 2
func Resampled(ctx context.Context, r recording.Recording, rate float64, o Options) (recording.Recording, error) {
	h := *r.Header()
	plan, err := planned(&h, rate)
	if err != nil {
		return nil, err
	}
	h.First = recording.Acquired(math.RoundToEven(float64(h.First) * plan.ratio))
	atRate(&h, rate, plan.kept)
	h.Events = moved(&h, plan.ratio)
	return store(ctx, r, h, conversion{"resampling", plan.lanes, plan.codes}, o)
}

// planned returns the way to another rate.
func planned(h *recording.Header, rate float64) (*resampling, error) {
	if !(rate > 0) || math.IsInf(rate, 0) {
		return nil, fmt.Errorf("%s: a rate of %g Hz: it is above 0", h.Path, rate)
	}
	plan := newResampling(h.Length, rate/h.Rate)
	if plan.kept < 1 {
		return nil, fmt.Errorf("%s: at %g Hz nothing is left of %d times at %g Hz", h.Path, rate, h.Length, h.Rate)
	}
	return plan, nil
}

// atRate makes a header that of so many times at another rate.
func atRate(h *recording.Header, rate float64, length int) {
	h.Rate, h.Length = rate, length
	if !(h.Lowpass < rate/2) {
		h.Lowpass = rate / 2
	}
	h.Channels, h.Warnings = slices.Clone(h.Channels), slices.Clone(h.Warnings)
	for i := range h.Channels {
		h.Channels[i].Rate = 0
	}
}

// moved returns the events at a new rate, and warns of those that meet.
func moved(h *recording.Header, ratio float64) []recording.Event {
	events, meet := slices.Clone(h.Events), 0
	for i := range events {
		events[i].At = recording.Acquired(math.RoundToEven(float64(events[i].At) * ratio))
		if i > 0 && events[i].At == events[i-1].At && h.Events[i].At != h.Events[i-1].At {
			meet++
		}
	}
	if meet > 0 {
		h.Warn("at %g Hz %d events are at the time of the one before", h.Rate, meet)
	}
	return events
}

// A resampling is how signals of one length get another.
type resampling struct {
	ratio         float64
	length, kept  int // before and after
	before        int // samples of padding
	first         int // of the new ones that is kept
	room, resized int // lengths of transforms
	padding       padding
	forward       *fourier.Transform
	back          *fourier.Chirp
}

// newResampling plans it; kept is 0 where nothing is left.
func newResampling(n int, ratio float64) *resampling {
	room := max(16, 1<<bits.Len(uint(max(n+2*min(n/8, 100), 1)-1)))
	p := &resampling{ratio: ratio, length: n, room: room, before: (room - n) / 2}
	resized, kept := math.RoundToEven(float64(room)*ratio), math.RoundToEven(float64(n)*ratio)
	if n == 0 || kept < 1 || resized > math.MaxInt32 {
		return p
	}
	p.resized, p.kept = int(resized), int(kept)
	p.first = min(int(math.RoundToEven(ratio*float64(p.before))), p.resized-p.kept)
	p.forward, p.back = fourier.New(room), fourier.NewChirp(p.resized)
	return p
}

// lanes resamples up to four signals.
func (p *resampling) lanes(dst, x [][]float64) {
	in, padded := make([]float64, p.room*fourier.Width), make([]float64, p.room)
	for l, row := range x {
		beyond(padded, -p.before, p.length, known{x: row, padding: p.padding})
		for i, v := range padded {
			in[i*fourier.Width+l] = v
		}
	}
	p.forward.Forward(in)
	out := p.back.Room()
	shared := min(p.room, p.resized)
	for f := 0; f <= shared/2; f++ {
		weight := 1 / float64(p.room)
		if shared%2 == 0 && f == shared/2 && p.room != p.resized {
			// The highest frequency of the shorter one stands for two of the longer.
			weight *= 2
			if p.resized > p.room {
				weight /= 4
			}
		}
		p.place(out, in[p.forward.Place(f)*fourier.Width:][:fourier.Width], f, weight)
	}
	p.back.Inverse(out)
	for l, row := range dst {
		for i := range row {
			row[i] = out[(p.first+i)*fourier.Width+l]
		}
	}
}

// place sets a frequency of real signals, and the one below 0 that mirrors it.
func (p *resampling) place(out, lanes []float64, f int, weight float64) {
	mirror := (p.resized - f) % p.resized
	for l := range fourier.Lanes {
		re, im := weight*lanes[l], weight*lanes[l+fourier.Lanes]
		if mirror == f {
			im = 0
		}
		out[mirror*fourier.Width+l], out[mirror*fourier.Width+l+fourier.Lanes] = re, -im
		out[f*fourier.Width+l], out[f*fourier.Width+l+fourier.Lanes] = re, im
	}
}

// codes resamples what is not a signal.
func (p *resampling) codes(dst, x []float64) {
	at := func(i int) int { return min(int(float64(i)/p.ratio), len(x)-1) }
	for i := range dst {
		from, to := at(i), len(x)
		if i+1 < len(dst) {
			to = at(i + 1)
		}
		dst[i] = x[from]
		for _, v := range x[from:max(to, from)] {
			if v != 0 {
				dst[i] = v
				break
			}
		}
	}
}
