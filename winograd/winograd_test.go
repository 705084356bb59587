package winograd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

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

func TestConvolutionsAreThoseOfTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pad := func(name string) int { return rapid.IntRange(0, 1).Draw(t, name) }
		small := func(name string, most int) int { return rapid.IntRange(1, most).Draw(t, name) }
		p := Pictures{small("pictures", 4), small("height", 21), small("width", 37)}
		out, in := small("out", 20), small("in", 9)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		weights := normal(random, out*in*9, 1)
		c := &Convolution{Kernels: Transform(weights, out, in), Pads: Pads{pad("top"), pad("left"), pad("bottom"), pad("right")}}
		if pad("rectify") == 1 {
			c.Rectify = true
		}
		if pad("normalize") == 1 {
			c.Scale, c.Bias = normal(random, out, 1), normal(random, out, 1)
		}
		src := normal(random, p.Count*in*p.Height*p.Width, 1)
		want := direct(c, weights, src, p)
		got := make([]float32, len(want))
		c.Run(got, src, p)
		for i, v := range want {
			if math.Abs(float64(got[i])-v) > 1e-5*math.Sqrt(float64(in))*20 {
				t.Fatalf("number %d is %g, want %g", i, got[i], v)
			}
		}
	})
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
