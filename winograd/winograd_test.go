package winograd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/realtest"
	"pgregory.net/rapid"
)

func ExampleConvolution_Run() {
	// One kernel that takes the left neighbor from the right one.
	kernels := Transform([]float32{0, 0, 0, -1, 0, 1, 0, 0, 0}, 1, 1)
	c := Convolution{Kernels: kernels, Pads: Pads{1, 1, 1, 1}}
	src := []float32{1, 2, 4, 8, 16, 32}
	dst := make([]float32, 6)
	c.Run(dst, src, Pictures{Count: 1, Height: 2, Width: 3})
	for _, v := range dst {
		fmt.Printf("%.3f ", v)
	}
	// Output: 2.000 3.000 -2.000 16.000 24.000 -16.000
}

// direct is the definition, in float64.
func direct(c *Convolution, weights, src []float32, p Pictures) []float64 {
	k, r := c.Kernels, c.Result(p)
	dst := make([]float64, 0, p.Count*k.Out*r.Height*r.Width)
	for picture := range p.Count {
		for o := range k.Out {
			f := c.after(o)
			for y := range r.Height {
				for x := range r.Width {
					sum := 0.
					for i := range k.In {
						plane := src[(picture*k.In+i)*p.Height*p.Width:][:p.Height*p.Width]
						sum += see(plane, weights[(o*k.In+i)*9:], y-c.Pads[0], x-c.Pads[1], p)
					}
					sum = float64(f.scale)*sum + float64(f.bias)
					if sum < float64(f.lowest) {
						sum = float64(f.lowest)
					}
					dst = append(dst, sum)
				}
			}
		}
	}
	return dst
}

// see is the product of a kernel and what it sees of a plane.
func see(plane, kernel []float32, top, left int, p Pictures) (sum float64) {
	for r := range 3 {
		for c := range 3 {
			if y, x := top+r, left+c; y >= 0 && y < p.Height && x >= 0 && x < p.Width {
				sum += float64(plane[y*p.Width+x]) * float64(kernel[r*3+c])
			}
		}
	}
	return sum
}

// normal draws n numbers.
func normal(random *rand.Rand, n int, deviation float64) []float32 {
	numbers := make([]float32, n)
	for i := range numbers {
		numbers[i] = float32(random.NormFloat64() * deviation)
	}
	return numbers
}

// distance is the norm of the difference by the norm.
func distance(got []float32, want []float64) float64 {
	far, size := 0., 0.
	for i, v := range want {
		far, size = far+(float64(got[i])-v)*(float64(got[i])-v), size+v*v
	}
	return math.Sqrt(far / max(size, math.SmallestNonzeroFloat64))
}

// drawn draws a convolution, its kernels as they were, and sizes of pictures.
func drawn(t *rapid.T) (c *Convolution, weights []float32, p Pictures, random *rand.Rand) {
	small := func(name string, most int) int { return rapid.IntRange(1, most).Draw(t, name) }
	pad := func(name string) int { return rapid.IntRange(0, 1).Draw(t, name) }
	p = Pictures{small("pictures", 4), small("height", 21), small("width", 37)}
	out, in := small("out", 20), small("in", 9)
	random = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	weights = normal(random, out*in*9, 1)
	c = &Convolution{
		Kernels: Transform(weights, out, in), Rectify: rapid.Bool().Draw(t, "rectify"),
		Pads: Pads{pad("top"), pad("left"), pad("bottom"), pad("right")},
	}
	if rapid.Bool().Draw(t, "scale") {
		c.Scale = normal(random, out, 1)
	}
	if rapid.Bool().Draw(t, "bias") {
		c.Bias = normal(random, out, 1)
	}
	return c, weights, p, random
}

// run returns the result of a convolution.
func run(c *Convolution, src []float32, p Pictures) []float32 {
	r := c.Result(p)
	dst := make([]float32, r.Count*c.Kernels.Out*r.Height*r.Width)
	c.Run(dst, src, p)
	return dst
}

// closeTo requires numbers as near as sums of that many products of normal numbers
// come, of which the errors of a patch reach all its numbers.
func closeTo(t *rapid.T, got []float32, want []float64, in int) {
	t.Helper()
	for i, v := range want {
		if math.Abs(float64(got[i])-v) > 1e-4*math.Sqrt(float64(in)) {
			t.Fatalf("number %d is %g, want %g", i, got[i], v)
		}
	}
}

func TestConvolutionsAreThoseOfTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, weights, p, random := drawn(t)
		src := normal(random, p.Count*c.Kernels.In*p.Height*p.Width, 1)
		closeTo(t, run(c, src, p), direct(c, weights, src, p), c.Kernels.In)
	})
}

func TestConvolutionsAreLinear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, p, random := drawn(t)
		c.Rectify, c.Bias = false, nil
		x, y := normal(random, p.Count*c.Kernels.In*p.Height*p.Width, 1), normal(random, p.Count*c.Kernels.In*p.Height*p.Width, 1)
		sum := make([]float32, len(x))
		for i := range sum {
			sum[i] = x[i] - 2*y[i]
		}
		ofX, ofY := run(c, x, p), run(c, y, p)
		want := make([]float64, len(ofX))
		for i := range want {
			want[i] = float64(ofX[i]) - 2*float64(ofY[i])
		}
		closeTo(t, run(c, sum, p), want, c.Kernels.In)
	})
}

// What moves in a picture moves in the result, over the edges of patches.
func TestConvolutionsMoveWithThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, p, random := drawn(t)
		p.Count = 1
		c.Pads = Pads{}
		down, right := rapid.IntRange(0, 6).Draw(t, "down"), rapid.IntRange(0, 6).Draw(t, "right")
		src := normal(random, c.Kernels.In*p.Height*p.Width, 1)
		large := Pictures{1, p.Height + down, p.Width + right}
		moved := normal(random, c.Kernels.In*large.Height*large.Width, 1)
		for row := range c.Kernels.In * p.Height {
			channel, y := row/p.Height, row%p.Height
			copy(moved[(channel*large.Height+y+down)*large.Width+right:], src[row*p.Width:][:p.Width])
		}
		small, big := c.Result(p), c.Result(large)
		got, want := make([]float32, 0, 100), make([]float64, 0, 100)
		inLarge := run(c, moved, large)
		for i, v := range run(c, src, p) {
			channel, y, x := i/(small.Height*small.Width), i/small.Width%small.Height, i%small.Width
			got = append(got, inLarge[(channel*big.Height+y+down)*big.Width+x+right])
			want = append(want, float64(v))
		}
		closeTo(t, got, want, c.Kernels.In)
	})
}

// A picture gives the same bits alone and among others, on one goroutine and
// beside others.
func TestBitsDependOnThePictureAlone(t *testing.T) {
	for _, size := range []Pictures{{8, 7, 7}, {8, 14, 14}, {8, 3, 5}, {8, 33, 61}, {8, 1, 1}} {
		random := rand.New(rand.NewPCG(2, uint64(size.Width)))
		const out, in = 13, 17
		c := &Convolution{Kernels: Transform(normal(random, out*in*9, 1), out, in), Bias: normal(random, out, 1), Rectify: true, Pads: Pads{1, 1, 1, 1}}
		src := normal(random, size.Count*in*size.Height*size.Width, 1)
		together := run(c, src, size)
		var group sync.WaitGroup
		for i := range size.Count {
			group.Go(func() {
				alone := run(c, src[i*len(src)/size.Count:][:len(src)/size.Count], Pictures{1, size.Height, size.Width})
				if !slices.Equal(alone, together[i*len(alone):][:len(alone)]) {
					t.Errorf("%d × %d: picture %d has other bits alone", size.Height, size.Width, i)
				}
			})
		}
		group.Wait()
	}
}

// spoiled reports whether a number at x sees NaN at bad, or shares with it the
// middle of a patch: what a pad makes of a place in the picture is counted in.
func spoiled(x, bad int) bool {
	return x <= bad && bad <= x+2 || x/4*4 < bad && bad < x/4*4+5
}

func TestNaNSpoilsItsPatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, weights, p, random := drawn(t)
		c.Scale, c.Bias = nil, nil
		in := c.Kernels.In
		src := normal(random, p.Count*in*p.Height*p.Width, 1)
		bad := rapid.IntRange(0, len(src)-1).Draw(t, "bad")
		want := direct(c, weights, src, p)
		value := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}).Draw(t, "value")
		src[bad] = float32(value)
		got, r := run(c, src, p), c.Result(p)
		picture, top, left := bad/(in*p.Height*p.Width), bad/p.Width%p.Height+c.Pads[0], bad%p.Width+c.Pads[1]
		for i, v := range got {
			where, y, x := i/(c.Kernels.Out*r.Height*r.Width), i/r.Width%r.Height, i%r.Width
			switch inside := where == picture && spoiled(y, top) && spoiled(x, left); {
			case inside && v != v, inside && !math.IsNaN(value):
			case inside || math.Abs(float64(v)-want[i]) > 1e-4*math.Sqrt(float64(in)):
				t.Fatalf("number %d of picture %d at (%d, %d) is %g, of a NaN at (%d, %d) of picture %d", i, where, y, x, v, top, left, picture)
			}
		}
	})
}

func TestNaNOfAKernelSpoilsItsChannel(t *testing.T) {
	const out, in = 8, 3
	random := rand.New(rand.NewPCG(3, 3))
	weights := normal(random, out*in*9, 1)
	weights[(5*in+1)*9+4] = float32(math.NaN())
	p := Pictures{2, 9, 9}
	c := &Convolution{Kernels: Transform(weights, out, in), Rectify: true}
	for i, v := range run(c, normal(random, p.Count*in*p.Height*p.Width, 1), p) {
		if isNaN := v != v; isNaN != (i/49%out == 5) {
			t.Fatalf("number %d is %g", i, v)
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	p := Pictures{2, 5, 6}
	full := func() (c *Convolution, dst, src []float32) {
		return &Convolution{Kernels: Transform(make([]float32, 4*3*9), 4, 3)}, make([]float32, 2*4*3*4), make([]float32, 2*3*5*6)
	}
	for name, call := range map[string]func(){
		"weights":  func() { Transform(make([]float32, 26), 1, 3) },
		"channels": func() { Transform(nil, 0, 3) },
		"dst":      func() { c, dst, src := full(); c.Run(dst[1:], src, p) },
		"src":      func() { c, dst, src := full(); c.Run(dst, src[1:], p) },
		"scale":    func() { c, dst, src := full(); c.Scale = make([]float32, 3); c.Run(dst, src, p) },
		"bias":     func() { c, dst, src := full(); c.Bias = make([]float32, 5); c.Run(dst, src, p) },
		"pads":     func() { c, dst, src := full(); c.Pads = Pads{2}; c.Run(append(dst, make([]float32, 64)...), src, p) },
		"count":    func() { c, _, _ := full(); c.Run(nil, nil, Pictures{-1, 0, 0}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

// Pictures too small for a kernel, and none at all, have an empty result.
func TestEmptyResults(t *testing.T) {
	c := &Convolution{Kernels: Transform(make([]float32, 4*3*9), 4, 3)}
	for _, p := range []Pictures{{0, 5, 5}, {2, 2, 5}, {2, 1, 1}, {2, 0, 0}} {
		if got := run(c, make([]float32, p.Count*3*p.Height*p.Width), p); len(got) != 0 {
			t.Errorf("%v: %d numbers", p, len(got))
		}
	}
}

// The same as PyTorch computes in float64; rows of JSON are flat arrays.
func TestConvolutionsMatchPyTorch(t *testing.T) {
	var reference struct {
		Cases []struct {
			Source, Kernels     []int
			Pads                Pads
			Scale, Bias, Result []float64
			Rectify             bool
		}
	}
	realtest.Reference(t, "pytorch.json", &reference)
	for i, r := range reference.Cases {
		weights := formula(r.Kernels[0]*r.Kernels[1]*9, 1.1)
		c := &Convolution{
			Kernels: Transform(weights, r.Kernels[0], r.Kernels[1]), Pads: r.Pads, Rectify: r.Rectify,
			Scale: short(r.Scale), Bias: short(r.Bias),
		}
		p := Pictures{r.Source[0], r.Source[2], r.Source[3]}
		got := run(c, formula(p.Count*c.Kernels.In*p.Height*p.Width, 0.7), p)
		if len(got) != len(r.Result) {
			t.Fatalf("case %d: %d numbers, want %d", i, len(got), len(r.Result))
		}
		if apart := distance(got, r.Result); apart > 1e-6 { // float32, with the errors of Run
			t.Errorf("case %d: %.2g of the norm apart", i, apart)
		}
	}
}

// formula is what convolve.py convolves: sin(rate·i²) rounded to multiples of
// 1/1024, so that float32 holds it exactly.
func formula(n int, rate float64) []float32 {
	numbers := make([]float32, n)
	for i := range numbers {
		numbers[i] = float32(math.Round(1024*math.Sin(rate*float64(i%1000)*float64(i%1000))) / 1024)
	}
	return numbers
}

func short(long []float64) []float32 {
	if long == nil {
		return nil
	}
	numbers := make([]float32, len(long))
	for i, v := range long {
		numbers[i] = float32(v)
	}
	return numbers
}

// Weights and numbers as a network has them: the sums are as exact as Run says.
func TestAccuracy(t *testing.T) {
	for _, in := range []int{1, 3, 16, 64, 256, 512} {
		const out = 8
		random := rand.New(rand.NewPCG(1, uint64(in)))
		p := Pictures{Count: 1, Height: 14, Width: 14}
		weights := normal(random, out*in*9, math.Sqrt(2/float64(9*in)))
		src := normal(random, in*p.Height*p.Width, 1)
		for i, v := range src {
			src[i] = max(v, 0)
		}
		c := &Convolution{Kernels: Transform(weights, out, in), Pads: Pads{1, 1, 1, 1}}
		got := make([]float32, out*p.Height*p.Width)
		c.Run(got, src, p)
		apart := distance(got, direct(c, weights, src, p))
		t.Logf("%3d channels: %.2g of the norm", in, apart)
		if apart > 2e-6 {
			t.Errorf("%d channels: %.2g of the norm", in, apart)
		}
	}
}

func TestPays(t *testing.T) {
	for _, c := range []struct {
		out, in, height, width int
		pays                   bool
	}{
		{64, 64, 224, 224, true},
		{512, 512, 7, 7, true},
		{96, 48, 28, 28, true},
		{128, 32, 28, 28, true},
		{64, 3, 224, 224, false},
		{32, 32, 112, 112, false},
		{512, 16, 28, 28, false},
		{512, 512, 4, 4, false},
	} {
		if got := Pays(c.out, c.in, c.height, c.width); got != (c.pays && gemm.Fast()) {
			t.Errorf("%v: %t", c, got)
		}
	}
}
