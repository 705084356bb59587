package fourier

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"
)

func ExampleChirp() {
	c := NewChirp(3)
	x := c.Room()
	x[0] = 1 // a constant
	c.Inverse(x)
	fmt.Printf("%.1f %.1f %.1f\n", x[0], x[Width], x[2*Width])
	// Output: 1.0 1.0 1.0
}

// Any length, primes too, as the definition has it.
func TestChirpIsTheInverse(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 8, 9, 16, 97, 100, 127} {
		c := NewChirp(n)
		x := c.Room()
		in := make([]complex128, n)
		for i := range in {
			in[i] = complex(math.Sin(float64(i*i)), math.Cos(float64(3*i)))
			put(x, i, 2, in[i])
		}
		c.Inverse(x)
		for j := range n {
			var want complex128
			for k, v := range in {
				want += v * cmplx.Rect(1, 2*math.Pi*float64(j*k%n)/float64(n))
			}
			if got := lane(x, j, 2); cmplx.Abs(got-want) > 1e-12*float64(n) {
				t.Fatalf("length %d, time %d: %g, want %g", n, j, got, want)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	for n := 16; n <= 1024; n *= 2 {
		transform := New(n)
		for i, f := range order(n) {
			if got := transform.Place(f); got != i {
				t.Fatalf("length %d: frequency %d is said to be at %d, is at %d", n, f, got, i)
			}
		}
	}
}
