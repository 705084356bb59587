// Package fourier transforms four signals at a time, for what is multiplied in
// between: filters. Elsewhere gonum's dsp/fourier serves.
//
//	t := fourier.New(1024)
//	t.Forward(x)
//	fourier.Multiply(x, response)
//	t.Inverse(x)
//
// Frequencies stand in an order of their own, so that nothing has to be moved on
// the way there and back.
package fourier

import (
	"fmt"
	"math"
	"math/bits"
)

// Lanes is how many signals are transformed beside each other, each on its own:
// none changes what comes of another, nor does the lane in which it is.
const Lanes = 4

// Width is how many numbers belong to one time: the real parts of the lanes, then
// their imaginary parts.
const Width = 2 * Lanes

// A Transform is the discrete Fourier transform of signals of one length. It is
// safe for concurrent use.
type Transform struct {
	n        int
	twiddles [][]float64 // of each level: for every butterfly three complex numbers
}

// together is the number of times of which all levels are done before those of
// the next: so many that they stay in the cache.
const together = 256

// New returns the transform of n times, a power of 2 from 16 on.
//
//	cost     3/2·n sines and cosines
func New(n int) *Transform {
	if n < 16 || n&(n-1) != 0 {
		panic(fmt.Sprintf("fourier: a transform of %d times: powers of 2 from 16 on are", n))
	}
	t := &Transform{n: n}
	for m := n; m > 4; m /= 4 {
		t.twiddles = append(t.twiddles, twiddles(m))
	}
	return t
}

// twiddles returns what the butterflies of a transform of m times multiply with.
func twiddles(m int) []float64 {
	w := make([]float64, 0, m/4*6)
	for j := range m / 4 {
		for k := 1; k <= 3; k++ {
			sin, cos := math.Sincos(-2 * math.Pi * float64(j*k) / float64(m))
			w = append(w, cos, sin)
		}
	}
	return w
}

// Forward replaces the signals by their transforms.
//
//	shapes   x: n × Width
//	NaN      spreads over all of its lane, and no other
//	cost     17/4·n·log₂ n operations per lane
//	source   Gentleman & Sande (1966), doi:10.1145/1464291.1464352, radix 4
func (t *Transform) Forward(x []float64) {
	t.check(x)
	t.forward(x, 0)
}

// Inverse is the inverse of Forward, times n.
//
//	shapes   x: n × Width
//	source   Cooley & Tukey (1965), doi:10.1090/S0025-5718-1965-0178586-1, radix 4
func (t *Transform) Inverse(x []float64) {
	t.check(x)
	t.inverse(x, 0)
}

// Multiply multiplies transforms with a real number for every frequency.
//
//	shapes   x: n × Width; factors: n, in the order of Forward
func Multiply(x, factors []float64) {
	if len(x) != Width*len(factors) {
		panic("fourier: factors are not one per frequency")
	}
	if len(factors) > 0 {
		multiply(&x[0], &factors[0], len(factors))
	}
}

func (t *Transform) check(x []float64) {
	if len(x) != Width*t.n {
		panic(fmt.Sprintf("fourier: %d numbers for a transform of %d times", len(x), t.n))
	}
}

// forward does the levels from one on, of one of its pieces.
func (t *Transform) forward(x []float64, level int) {
	m := len(x) / Width
	if m > together {
		apart(&x[0], m/4, &t.twiddles[level][0])
		for i := range 4 {
			t.forward(x[i*len(x)/4:][:len(x)/4], level+1)
		}
		return
	}
	for ; level < len(t.twiddles); level++ {
		t.blocks(x, level, apart)
	}
	t.last(x)
}

// inverse undoes forward, from the last level back.
func (t *Transform) inverse(x []float64, level int) {
	m := len(x) / Width
	if m > together {
		for i := range 4 {
			t.inverse(x[i*len(x)/4:][:len(x)/4], level+1)
		}
		united(&x[0], m/4, &t.twiddles[level][0])
		return
	}
	t.first(x)
	for deepest := len(t.twiddles) - 1; deepest >= level; deepest-- {
		t.blocks(x, deepest, united)
	}
}

// blocks does a level of all blocks in x.
func (t *Transform) blocks(x []float64, level int, do func(x *float64, quarter int, twiddles *float64)) {
	w := t.twiddles[level]
	quarter := len(w) / 6
	for from := 0; from < len(x); from += 4 * quarter * Width {
		do(&x[from], quarter, &w[0])
	}
}

// last does the level that needs no twiddles: of fours, or of twos where the
// length is no power of 4.
func (t *Transform) last(x []float64) {
	if t.odd() {
		twos(&x[0], len(x)/Width/2)
		return
	}
	foursApart(&x[0], len(x)/Width/4)
}

// first is the inverse of last.
func (t *Transform) first(x []float64) {
	if t.odd() {
		twos(&x[0], len(x)/Width/2)
		return
	}
	foursUnited(&x[0], len(x)/Width/4)
}

// odd reports whether the length is an odd power of 2.
func (t *Transform) odd() bool { return bits.TrailingZeros(uint(t.n))%2 == 1 }

// Place returns where Forward leaves a frequency from 0 to n−1.
func (t *Transform) Place(frequency int) int {
	place := 0
	for m := t.n; m > 2; m /= 4 {
		place += frequency % 4 * (m / 4)
		frequency /= 4
	}
	return place + frequency
}
