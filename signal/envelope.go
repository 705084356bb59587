package signal

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/isocortex/isocortex/fourier"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/work"
)

// Envelope returns a recording around another of the amplitude of its signal: the
// absolute value of the signal with its Hilbert transform as imaginary part. It
// means something for a band: filter before.
//
// Each stretch without a break is taken for itself, followed by zeros up to the
// next power of 2.
//
//	NaN      between stretches; spreads over all of a stretch
//	errors   of the recording and the scratch file
//	cost     two Fourier transforms per channel; the scratch file
//	source   Gabor (1946), doi:10.1049/ji-3-2.1946.0074
func Envelope(ctx context.Context, r recording.Recording, o Options) (recording.Recording, error) {
	h := *r.Header()
	pieces := stretches(&h)
	transforms := make([]hilbert, len(pieces))
	for i, s := range pieces {
		transforms[i] = newHilbert(s.Len())
	}
	lanes := func(dst, x [][]float64) {
		for _, row := range dst {
			for i := range row {
				row[i] = math.NaN()
			}
		}
		for i, s := range pieces {
			transforms[i].amplitude(inWindow(dst, s), inWindow(x, s))
		}
	}
	other := func(dst, x []float64) { copy(dst, x) }
	return store(ctx, r, h, conversion{"envelopes", lanes, other}, o)
}

// inWindow returns what rows have in a window.
func inWindow(rows [][]float64, w recording.Window) [][]float64 {
	parts := make([][]float64, len(rows))
	for i, row := range rows {
		parts[i] = row[w.From:w.To]
	}
	return parts
}

// hilbert is the way to amplitudes for one length.
type hilbert struct {
	transform *fourier.Transform
	factors   []float64 // of frequencies: those above 0 twice, those below not at all; over the length
}

func newHilbert(length int) hilbert {
	n := max(16, 1<<bits.Len(uint(length-1)))
	h := hilbert{fourier.New(n), make([]float64, n)}
	for f := 0; f <= n/2; f++ {
		weight := 2.0
		if f == 0 || f == n/2 {
			weight = 1
		}
		h.factors[h.transform.Place(f)] = weight / float64(n)
	}
	return h
}

// amplitude sets dst to the amplitudes of up to four signals.
func (h hilbert) amplitude(dst, x [][]float64) {
	z := make([]float64, len(h.factors)*fourier.Width)
	for l, row := range x {
		for i, v := range row {
			z[i*fourier.Width+l] = v
		}
	}
	h.transform.Forward(z)
	fourier.Multiply(z, h.factors)
	h.transform.Inverse(z)
	for l, row := range dst {
		for i := range row {
			row[i] = math.Hypot(z[i*fourier.Width+l], z[i*fourier.Width+l+fourier.Lanes])
		}
	}
}

// DefaultCycles is how many cycles a wavelet of Power has unless something else is
// asked for.
const DefaultCycles = 7

// Power returns a recording around another of the power of its signal at some
// frequencies in Hz, the mean over them, by wavelets of so many cycles (0 for
// DefaultCycles): a longer wavelet tells frequencies better apart, and times worse.
//
// Ends and breaks are treated as by Filtered.
//
//	shapes   the unit of a channel becomes its square
//	NaN      as Filtered
//	errors   frequencies that are not between 0 and half the rate; of the recording
//	cost     that of two filters for each frequency, each 10·cycles/(2π·frequency) s
//	         long
//	source   Morlet's wavelets as in Tallon-Baudry et al. (1997),
//	         doi:10.1523/JNEUROSCI.17-02-00722.1997, of mean 0, 5 standard deviations
//	         to either side, the norm of the real part 1
func Power(r recording.Recording, frequencies []float64, cycles float64, budget work.Budget) (recording.Recording, error) {
	h := r.Header()
	if cycles == 0 {
		cycles = DefaultCycles
	}
	if len(frequencies) == 0 || !(cycles > 0) {
		return nil, fmt.Errorf("%s: power at %d frequencies by wavelets of %g cycles: at least one, of more than 0 cycles, is needed", h.Path, len(frequencies), cycles)
	}
	for _, f := range frequencies {
		if !(f > 0 && f < h.Rate/2) {
			return nil, fmt.Errorf("%s: power at %g Hz: frequencies lie between 0 and half the sampling rate, %g Hz", h.Path, f, h.Rate/2)
		}
	}
	longest := 0
	for _, s := range stretches(h) {
		longest = max(longest, s.Len())
	}
	p := newPieces(r, newWavelets(frequencies, cycles, h.Rate, longest), budget)
	p.header.Channels = slices.Clone(h.Channels)
	for i, c := range h.Channels {
		if physiological(c) {
			p.header.Channels[i].Unit += "²"
		}
	}
	return p, nil
}

// wavelets is a kernel: the real and imaginary part for every frequency, all of one
// length.
type wavelets [][2]*convolver

func newWavelets(frequencies []float64, cycles, rate float64, longest int) wavelets {
	width := func(f float64) float64 { return cycles / (2 * math.Pi * f) } // s
	reach := int(5 * width(slices.Min(frequencies)) * rate)
	all := make(wavelets, len(frequencies))
	for i, f := range frequencies {
		cosine, sine := wavelet(f, width(f), rate, reach)
		all[i] = [2]*convolver{newConvolver(cosine, even, longest), newConvolver(sine, odd, longest)}
	}
	return all
}

// wavelet returns the parts of one, from reach samples before its middle on; of a
// width in s.
func wavelet(f, width, rate float64, reach int) (cosine, sine []float64) {
	cosine, sine = make([]float64, 2*reach+1), make([]float64, 2*reach+1)
	offset, norm := math.Exp(-2*math.Pow(math.Pi*f*width, 2)), 0.0
	for i := range cosine {
		t := float64(i-reach) / rate
		if math.Abs(t) >= 5*width {
			continue
		}
		bell := math.Exp(-t * t / (2 * width * width))
		sin, cos := math.Sincos(2 * math.Pi * f * t)
		cosine[i], sine[i] = bell*(cos-offset), bell*sin
		norm += cosine[i]*cosine[i] + sine[i]*sine[i]
	}
	for i := range cosine {
		cosine[i] /= math.Sqrt(norm / 2)
		sine[i] /= math.Sqrt(norm / 2)
	}
	return cosine, sine
}

// extent returns what kernel says.
func (w wavelets) extent() (reach, length int) { return w[0][0].extent() }

// apply sets dst to the mean power of up to four signals.
func (w wavelets) apply(dst, from [][]float64) {
	part := make([][]float64, len(dst))
	for l, row := range dst {
		clear(row)
		part[l] = make([]float64, len(row))
	}
	for _, both := range w {
		for _, c := range both {
			c.apply(part, from)
			for l, row := range dst {
				for i, v := range part[l] {
					row[i] += v * v / float64(len(w))
				}
			}
		}
	}
}
