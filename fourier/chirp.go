package fourier

import (
	"fmt"
	"math"
	"math/bits"
	"math/cmplx"
)

// A Chirp is the inverse discrete Fourier transform of any length, by way of a
// convolution. It is safe for concurrent use.
type Chirp struct {
	n        int
	inner    *Transform
	turns    []complex128 // exp(πi·m²/n)
	response []complex128 // of their conjugates, in the order of inner, over its length
}

// NewChirp returns the transform of n times.
//
//	cost     of transforms of the power of 2 from 2·n−1 on
//	source   Bluestein (1970), doi:10.1109/TAU.1970.1162132
func NewChirp(n int) *Chirp {
	if n < 1 {
		panic(fmt.Sprintf("fourier: a transform of %d times", n))
	}
	c := &Chirp{n: n, inner: New(max(16, 1<<bits.Len(uint(2*n-2)))), turns: make([]complex128, n)}
	x := c.Room()
	for m := range n {
		turn := cmplx.Rect(1, math.Pi*float64(m*m%(2*n))/float64(n))
		c.turns[m] = turn
		put(x, m, 0, cmplx.Conj(turn))
		put(x, (c.inner.n-m)%c.inner.n, 0, cmplx.Conj(turn))
	}
	c.inner.Forward(x)
	c.response = make([]complex128, c.inner.n)
	for i := range c.response {
		c.response[i] = lane(x, i, 0) / complex(float64(c.inner.n), 0)
	}
	return c
}

// Room returns zeros for a transform: what Inverse works on, frequency f of a lane
// in its place f.
func (c *Chirp) Room() []float64 { return make([]float64, c.inner.n*Width) }

// Inverse replaces the first n numbers of every lane by their inverse transform,
// times n. What is behind them becomes of no use, and is 0 before.
//
//	shapes   x: as Room has it
//	NaN      spreads over all of its lane, and no other
func (c *Chirp) Inverse(x []float64) {
	c.inner.check(x)
	c.turn(x)
	c.inner.Forward(x)
	for i, r := range c.response {
		for l := range Lanes {
			put(x, i, l, lane(x, i, l)*r)
		}
	}
	c.inner.Inverse(x)
	c.turn(x)
}

// turn multiplies the first n numbers with the turns.
func (c *Chirp) turn(x []float64) {
	for i, w := range c.turns {
		for l := range Lanes {
			put(x, i, l, lane(x, i, l)*w)
		}
	}
}
