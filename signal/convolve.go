package signal

import (
	"math"
	"math/bits"
	"sync"

	"github.com/isocortex/isocortex/fourier"
)

// A convolver multiplies the transforms of pieces of signals with that of a
// filter. The real part of what is transformed is one piece, the imaginary part
// the next: a filter of real numbers mixes nothing of both.
type convolver struct {
	reach     int // samples on either side
	step      int // samples that a piece gives
	symmetry  symmetry
	transform *fourier.Transform
	response  []float64 // of even taps the real part, of odd ones the imaginary part, over the length
	scratch   sync.Pool // of *[]float64
}

// dearest is how many times as much as with the best length a convolution may
// cost with a shorter one, which needs less memory.
const dearest = 1.4

// A symmetry is what taps are about the middle one.
type symmetry int

// The symmetries.
const (
	even symmetry = iota
	odd
)

// newConvolver prepares taps for signals up to a length.
func newConvolver(taps []float64, s symmetry, longest int) *convolver {
	c := &convolver{reach: len(taps) / 2, symmetry: s}
	n := c.block(longest)
	c.step = n - 2*c.reach
	c.transform = fourier.New(n)
	c.response = c.respond(taps, n)
	return c
}

// block returns the length of the transform: the shortest that costs not much
// more than the cheapest.
func (c *convolver) block(longest int) int {
	price := func(n int) float64 {
		pairs := math.Ceil(float64(max(longest, 1)) / float64(2*(n-2*c.reach)))
		return pairs * float64(n) * float64(bits.Len(uint(n)))
	}
	first := max(16, 1<<bits.Len(uint(2*c.reach)))
	cheapest := math.Inf(1)
	for n := first; n <= 64*first; n *= 2 {
		cheapest = min(cheapest, price(n))
	}
	for n := first; ; n *= 2 {
		if price(n) <= dearest*cheapest {
			return n
		}
	}
}

// respond returns the transform of the taps, with the middle one at time 0, over
// its length.
func (c *convolver) respond(taps []float64, n int) []float64 {
	x := make([]float64, n*fourier.Width)
	for i, v := range taps {
		x[(i-c.reach+n)%n*fourier.Width] = v / float64(n)
	}
	c.transform.Forward(x)
	out := make([]float64, n)
	for i := range out {
		out[i] = x[i*fourier.Width]
		if c.symmetry == odd {
			out[i] = x[i*fourier.Width+fourier.Lanes]
		}
	}
	return out
}

// extent returns what kernel says.
func (c *convolver) extent() (reach, length int) { return c.reach, 2 * c.step }

// apply convolves up to four signals.
func (c *convolver) apply(dst, from [][]float64) {
	x := c.take(from)
	defer c.scratch.Put(x)
	for l, row := range from {
		c.put(*x, l, row)
		c.put(*x, l+fourier.Lanes, row[min(c.step, len(row)):])
	}
	c.transform.Forward(*x)
	fourier.Multiply(*x, c.response)
	c.transform.Inverse(*x)
	first, second, sign := 0, fourier.Lanes, 1.0
	if c.symmetry == odd { // times i
		first, second, sign = second, first, -1
	}
	for l, row := range dst {
		c.get(row[:min(c.step, len(row))], *x, l+first, sign)
		c.get(row[min(c.step, len(row)):], *x, l+second, 1)
	}
}

// take returns room for the transform of rows, 0 where they set nothing.
func (c *convolver) take(rows [][]float64) *[]float64 {
	x, used := c.scratch.Get().(*[]float64)
	if !used {
		room := make([]float64, len(c.response)*fourier.Width)
		return &room
	}
	if len(rows) < fourier.Lanes || len(rows[0]) < c.step+len(c.response) {
		clear(*x)
	}
	return x
}

// put sets a lane to the piece that the row begins with.
func (c *convolver) put(x []float64, l int, row []float64) {
	for i, v := range row[:min(len(row), len(c.response))] {
		x[i*fourier.Width+l] = v
	}
}

// get sets the row to what a lane has of a piece.
func (c *convolver) get(row, x []float64, l int, sign float64) {
	for i := range row {
		row[i] = sign * x[(i+c.reach)*fourier.Width+l]
	}
}
