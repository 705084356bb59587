package zoo

import (
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// A kernel is what convolutions and poolings slide over pictures; heights come
// before widths.
type kernel struct {
	side, pad [2]int
	stride    int // 0 means 1
}

// square is a kernel as high as wide.
func square(side, stride, pad int) kernel {
	return kernel{side: [2]int{side, side}, stride: stride, pad: [2]int{pad, pad}}
}

func (k kernel) strides() []int {
	if k.stride < 2 {
		return nil
	}
	return []int{k.stride, k.stride}
}

func (k kernel) pads() []int {
	if k.pad == [2]int{} {
		return nil
	}
	return []int{k.pad[0], k.pad[1], k.pad[0], k.pad[1]}
}

// pool is the kernel as poolings take it.
func (k kernel) pool() onnx.PoolOptions {
	return onnx.PoolOptions{Kernel: k.side[:], Strides: k.strides(), Pads: k.pads()}
}

// A conv is a convolution: the layer's name, and that of the module that holds
// its parameters.
type conv struct {
	layer, module string
	from, to      int // channels
	kernel
	groups int // 0 means 1
}

// draw draws the convolution without bias, as before a normalization.
func (c conv) draw(d *network.Drawing, x onnx.Value) onnx.Value { return c.convolve(d, x, "") }

// drawBiased draws the convolution with a bias for every channel.
func (c conv) drawBiased(d *network.Drawing, x onnx.Value) onnx.Value {
	c.weight(d) // is asked for first, as in the checkpoints
	return c.convolve(d, x, d.Parameter(c.module+".bias", c.to))
}

func (c conv) weight(d *network.Drawing) onnx.Value {
	return d.Parameter(c.module+".weight", c.to, c.from/max(c.groups, 1), c.side[0], c.side[1])
}

func (c conv) convolve(d *network.Drawing, x, bias onnx.Value) onnx.Value {
	return d.Layer(c.layer).Conv(x, c.weight(d), bias, onnx.ConvOptions{Strides: c.strides(), Pads: c.pads(), Groups: c.groups})
}

// A linear is a fully connected layer.
type linear struct {
	layer, module string
	from, to      int // units
}

// draw draws the layer with its bias.
func (l linear) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	w := d.Parameter(l.module+".weight", l.to, l.from)
	return d.Layer(l.layer).Gemm(x, w, d.Parameter(l.module+".bias", l.to), onnx.GemmOptions{TransposeY: true})
}

// A norm is a batch normalization by the statistics of training.
type norm struct {
	layer, module string
	channels      int
	epsilon       float32 // 0 means 1e-5
}

func (n norm) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	p := func(name string) onnx.Value { return d.Parameter(n.module+"."+name, n.channels) }
	o := onnx.BatchNormalizationOptions{Scale: p("weight"), Bias: p("bias"), Mean: p("running_mean"), Variance: p("running_var"), Epsilon: n.epsilon}
	return d.Layer(n.layer).BatchNormalization(x, o)
}

// rectify draws the nonlinearity of most networks.
func rectify(d *network.Drawing, layer string, x onnx.Value) onnx.Value {
	return d.Layer(layer).Relu(x)
}
