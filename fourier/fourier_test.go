package fourier

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/seed"
)

func ExampleTransform() {
	t := New(16)
	x := make([]float64, 16*Width)
	x[0], x[1] = 1, 2 // at the first time, in two lanes
	t.Forward(x)
	t.Inverse(x)
	fmt.Println(x[:2], x[Width])
	// Output: [16 32] 0
}

// drawn returns numbers for a transform.
func drawn(t *rapid.T, n int) []float64 {
	from := seed.Stream(rapid.Uint64().Draw(t, "seed"), "numbers")
	x := make([]float64, n*Width)
	for i := range x {
		x[i] = from.NormFloat64()
	}
	return x
}

func lengths(t *rapid.T) int { return 16 << rapid.IntRange(0, 8).Draw(t, "log of the length") }

// The frequencies are those of the definition, as gonum has them, in the order
// of the digits of four backwards.
func TestForwardIsTheTransform(t *testing.T) {
	for n := 16; n <= 4096; n *= 2 {
		x := make([]float64, n*Width)
		for i := range x {
			x[i] = math.Sin(float64(i * i))
		}
		want := make([][]complex128, Lanes)
		for l := range want {
			y := make([]complex128, n)
			for i := range y {
				y[i] = lane(x, i, l)
			}
			want[l] = fourier.NewCmplxFFT(n).Coefficients(nil, y)
		}
		New(n).Forward(x)
		for i, f := range order(n) {
			for l := range Lanes {
				if got := lane(x, i, l); cmplx.Abs(got-want[l][f]) > 1e-12*float64(n) {
					t.Fatalf("length %d, lane %d, frequency %d: %g, want %g", n, l, f, got, want[l][f])
				}
			}
		}
	}
}

// order returns the frequencies in the order in which Forward leaves them.
func order(n int) []int {
	if n <= 2 {
		return []int{0, 1}[:n]
	}
	var all []int
	for k := range 4 {
		for _, f := range order(n / 4) {
			all = append(all, 4*f+k)
		}
	}
	return all
}

func TestInverseUndoesForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := lengths(t)
		x := drawn(t, n)
		y, transform := slices.Clone(x), New(n)
		transform.Forward(y)
		transform.Inverse(y)
		for i, v := range y {
			if math.Abs(v/float64(n)-x[i]) > 1e-13 {
				t.Fatalf("number %d is %g, was %g", i, v/float64(n), x[i])
			}
		}
	})
}

// A signal has the same bits in every lane, whatever is in the others.
func TestLanesAreApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, a, b := 64, rapid.IntRange(0, Lanes-1).Draw(t, "a lane"), rapid.IntRange(0, Lanes-1).Draw(t, "another")
		x, y := drawn(t, n), make([]float64, n*Width)
		for i := range y {
			y[i] = math.NaN()
		}
		for i := range n {
			put(y, i, b, lane(x, i, a))
		}
		transform := New(n)
		transform.Forward(x)
		transform.Forward(y)
		transform.Inverse(x)
		transform.Inverse(y)
		for i := range n {
			if lane(x, i, a) != lane(y, i, b) {
				t.Fatalf("time %d: %g in lane %d, %g in lane %d", i, lane(x, i, a), a, lane(y, i, b), b)
			}
		}
	})
}

// What has vectors is its plain twin, up to the rounding of products.
func TestVectorsMatchTheirTwins(t *testing.T) {
	if !vectors {
		t.Skip("no vectors here")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := 4 * rapid.IntRange(1, 9).Draw(t, "fours")
		x, w := drawn(t, n), twiddles(n)
		for name, both := range map[string][2]func([]float64){
			"apart":    {func(x []float64) { apart(&x[0], n/4, &w[0]) }, func(x []float64) { plainApart(&x[0], n/4, &w[0]) }},
			"united":   {func(x []float64) { united(&x[0], n/4, &w[0]) }, func(x []float64) { plainUnited(&x[0], n/4, &w[0]) }},
			"fours":    {func(x []float64) { foursApart(&x[0], n/4) }, func(x []float64) { plainFours(&x[0], n/4, -1i) }},
			"fours up": {func(x []float64) { foursUnited(&x[0], n/4) }, func(x []float64) { plainFours(&x[0], n/4, 1i) }},
			"twos":     {func(x []float64) { twos(&x[0], n/2) }, func(x []float64) { plainTwos(&x[0], n/2) }},
			"multiply": {func(x []float64) { Multiply(x, w[:n]) }, func(x []float64) { plainMultiply(&x[0], &w[0], n) }},
		} {
			fast, slow := slices.Clone(x), slices.Clone(x)
			both[0](fast)
			both[1](slow)
			for i := range fast {
				if math.Abs(fast[i]-slow[i]) > 1e-14 {
					t.Fatalf("%s: number %d is %g, its twin %g", name, i, fast[i], slow[i])
				}
			}
		}
	})
}

func TestWrongLengthsPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"no power of 2":  func() { New(24) },
		"too short":      func() { New(8) },
		"other numbers":  func() { New(16).Forward(make([]float64, 8)) },
		"other factors":  func() { Multiply(make([]float64, 16), make([]float64, 1)) },
		"inverse, other": func() { New(16).Inverse(nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkThereAndBack(b *testing.B) {
	for _, n := range []int{1 << 12, 1 << 15, 1 << 16, 1 << 17, 1 << 18} {
		transform, x := New(n), make([]float64, n*Width)
		b.Run(fmt.Sprintf("ours/%d", n), func(b *testing.B) {
			for b.Loop() {
				transform.Forward(x)
				transform.Inverse(x)
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(n*2*Lanes)*1e9, "ns/time")
		})
		y, c, theirs := make([]float64, n), make([]complex128, n/2+1), fourier.NewFFT(n)
		b.Run(fmt.Sprintf("gonum/%d", n), func(b *testing.B) {
			for b.Loop() {
				theirs.Sequence(y, theirs.Coefficients(c, y))
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(n)*1e9, "ns/time")
		})
	}
}
