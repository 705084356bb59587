// Package winograd computes convolutions with 3 × 3 kernels by Winograd's
// minimal filtering F(4×4, 3×3): 36 products give the 16 numbers of a patch of
// 4 × 4 for which the definition takes 144.
//
//	kernels := winograd.Transform(weights, 64, 32) // once
//	c := winograd.Convolution{Kernels: kernels, Bias: bias, Rectify: true, Pads: winograd.Pads{1, 1, 1, 1}}
//	c.Run(dst, src, winograd.Pictures{Count: 8, Height: 56, Width: 56})
//
// A patch of a result comes from a patch of 6 × 6 of the picture, Y = Aᵀ[(G g
// Gᵀ) ⊙ (Bᵀ d B)]A: G transforms the kernels, B the pictures, A the products.
// For each of the 36 places of ⊙ the sums over channels are one matrix product,
// out × in by in × patches, which package gemm computes. The matrices come from
// the polynomials with the roots 0, ±11/16, ±3/2 and infinity; those of the usual
// 0, ±1, ±2 leave more than twice the error.
//
//	source   Winograd (1980), doi:10.1137/1.9781611970364; Lavin & Gray (2016),
//	         doi:10.1109/CVPR.2016.435
package winograd

import (
	"fmt"

	"github.com/isocortex/isocortex/gemm"
)

// Pads are the rows and columns of zeros around a picture, each 0 or 1, in the
// order of ONNX: top, left, bottom, right.
type Pads [4]int

// Pictures are the sizes of what a convolution goes over.
type Pictures struct{ Count, Height, Width int }

// A Convolution slides 3 × 3 kernels over pictures with a stride of 1.
type Convolution struct {
	Kernels *Kernels
	Scale   []float32 // a factor for each channel of the result; nil: 1
	Bias    []float32 // what is added to the channel then; nil: 0
	Rectify bool      // negative numbers become 0 in the end
	Pads    Pads
}

// Result returns the sizes of what Run gives.
func (c *Convolution) Result(p Pictures) Pictures {
	return Pictures{p.Count, max(p.Height+c.Pads[0]+c.Pads[2]-2, 0), max(p.Width+c.Pads[1]+c.Pads[3]-2, 0)}
}

// Run sets dst to scale · sum + bias of every channel, rectified where that is
// asked for; sum is the convolution of src, which turns no kernel around.
//
//	shapes   src: count × in × height × width; dst: count × out × the height ×
//	         width of Result
//	NaN      the result is made of patches of 4 × 4, from its top left corner.
//	         A NaN of src makes NaN of the numbers that see it, as in the
//	         definition, and of the whole patch that it lies in the middle of:
//	         up to 3 rows and columns away. An infinity makes infinities or NaN
//	         there, and one of a kernel in its whole channel. Rectified NaN is NaN
//	errors   lengths that do not fit the sizes, and pads other than 0 and 1, panic
//	cost     72·in·out operations for a patch of the result, where the definition
//	         has 288, and some 300·(in + out) for transformations. It runs on the
//	         calling goroutine, which borrows up to 9 MB from a pool (2.3 kB for
//	         each channel if there are more than 3,600)
//	accuracy the norm of the error is 3e-7 of that of the result with few
//	         channels, 1.7e-6 with 512
//
// The bits of a result depend on its own picture and on nothing else. Several
// goroutines may run a Convolution at a time.
func (c *Convolution) Run(dst, src []float32, p Pictures) {
	c.check(dst, src, p)
	if len(dst) == 0 {
		return
	}
	w := borrow()
	defer w.giveBack()
	w.plan(c, p)
	for first := 0; first < w.grid.count(); first += w.size {
		w.place(first)
		w.spread(src)
		w.multiply(dst)
	}
}

// check panics about what Run cannot use.
func (c *Convolution) check(dst, src []float32, p Pictures) {
	k, result := c.Kernels, c.Result(p)
	if p.Count < 0 || p.Height < 0 || p.Width < 0 || len(src) != p.Count*k.In*p.Height*p.Width {
		panic(fmt.Sprintf("winograd: %d numbers for %d pictures of %d × %d × %d", len(src), p.Count, k.In, p.Height, p.Width))
	}
	if len(dst) != p.Count*k.Out*result.Height*result.Width {
		panic(fmt.Sprintf("winograd: room for %d numbers, the result is %d × %d × %d × %d", len(dst), p.Count, k.Out, result.Height, result.Width))
	}
	if c.Scale != nil && len(c.Scale) != k.Out || c.Bias != nil && len(c.Bias) != k.Out {
		panic(fmt.Sprintf("winograd: %d factors and %d biases for %d channels", len(c.Scale), len(c.Bias), k.Out))
	}
	for _, n := range c.Pads {
		if n != 0 && n != 1 {
			panic(fmt.Sprintf("winograd: pads %d, want 0 or 1 each", c.Pads))
		}
	}
}

// after returns what becomes of the sums of a channel.
func (c *Convolution) after(channel int) finish {
	f := finish{scale: 1, lowest: negativeInfinity}
	if c.Scale != nil {
		f.scale = c.Scale[channel]
	}
	if c.Bias != nil {
		f.bias = c.Bias[channel]
	}
	if c.Rectify {
		f.lowest = 0
	}
	return f
}

// Kernels are 3 × 3 kernels, transformed.
type Kernels struct {
	Out, In int
	panels  []float32 // product × panel of gemm.Height channels of the result × In × gemm.Height
}

// Transform prepares kernels for convolutions.
//
//	shapes   weights: out × in × 3 × 3
//	errors   another number of weights, or no channels, panic
//	cost     36·out·in numbers of memory, four times the weights
func Transform(weights []float32, out, in int) *Kernels {
	if out < 1 || in < 1 || len(weights) != out*in*9 {
		panic(fmt.Sprintf("winograd: %d weights for %d × %d kernels of 3 × 3", len(weights), out, in))
	}
	k := &Kernels{Out: out, In: in}
	k.panels = make([]float32, products*k.height()*in*gemm.Height)
	for first := 0; first < out; first += gemm.Height {
		for i := 0; i < in; i += together {
			k.fill(weights, first, i)
		}
	}
	return k
}

// height is the number of panels of one product.
func (k *Kernels) height() int { return (k.Out + gemm.Height - 1) / gemm.Height }

// panel returns a panel of one of the products.
func (k *Kernels) panel(product, at int) []float32 {
	size := k.In * gemm.Height
	return k.panels[(product*k.height()+at)*size:][:size]
}

// together is how many channels of a panel are transformed before their numbers are
// written: panels of different products lie so far apart that they would push each
// other out of the first cache.
const together = 8

// fill sets the numbers of a panel, whose first channel of the result is out, from
// channel in on.
func (k *Kernels) fill(weights []float32, out, in int) {
	var numbers [products][together * gemm.Height]float32
	var transformed [products]float32
	channels := min(together, k.In-in)
	for i := range channels {
		for o := range min(gemm.Height, k.Out-out) {
			kernel(&transformed, (*[9]float32)(weights[((out+o)*k.In+in+i)*9:]))
			for product, v := range transformed {
				numbers[product][i*gemm.Height+o] = v
			}
		}
	}
	for product := range numbers {
		copy(k.panel(product, out/gemm.Height)[in*gemm.Height:], numbers[product][:channels*gemm.Height])
	}
}

// Pays reports whether Run is faster here than a direct convolution by the
// engine, for pictures of that height and width. It needs the vectors of the
// processor, and channels enough on both sides that the products outweigh the
// transformations: 48 and 48, or 32 and 96. Results of few patches have to come in
// batches, for patches are multiplied sixteen at a time.
func Pays(out, in, height, width int) bool {
	const channels, numbers = 24, 36
	return gemm.Fast() && out*in >= channels*(out+in) && height*width >= numbers
}
