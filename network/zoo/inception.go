package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// inceptionResNet is the network of FaceNet in the form of facenet-pytorch. Its
// output is the embedding of a face, of length 1, and the logits where the
// weights have them, for any number of people.
var inceptionResNet = network.Architecture{
	Name: "inception-resnet-v1", Title: "Inception-ResNet-v1 (FaceNet)",
	Source:        "Szegedy et al. (2017), https://arxiv.org/abs/1602.07261; Schroff, Kalenichenko and Philbin (2015), https://doi.org/10.1109/CVPR.2015.7298682",
	Preprocessing: "facenet", Input: [3]int{3, 160, 160},
	Standard: []string{
		"conv2d_2b.relu", "conv2d_4b.relu", "repeat_1.4.relu", "mixed_6a.concat", "repeat_2.9.relu",
		"mixed_7a.concat", "repeat_3.4.relu", "block8.sum", "embedding",
	},
	Checkpoints: []network.Checkpoint{
		rounded(faceNet("20180402-114759-vggface2.pt", "8631 people of VGGFace2"), "107 MB"),
		rounded(faceNet("20180408-102900-casia-webface.pt", "10575 people of CASIA-WebFace"), "111 MB"),
	},
	Draw: func(d *network.Drawing) {
		x := stem(d, d.Image(3, 0, 0))
		x = repeat(d, x, "repeat_1", 5, block35)
		x = mixed6a.draw(d, x)
		x = repeat(d, x, "repeat_2", 10, block17)
		x = mixed7a.draw(d, x)
		x = repeat(d, x, "repeat_3", 5, block8)
		last := block8
		last.name, last.scale = "block8", 1
		embed(d, last.sum(d, x))
	},
}

// faceNet describes a file of weights of facenet-pytorch.
func faceNet(file, trained string) network.Checkpoint {
	return network.Checkpoint{
		File: file, URL: "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/" + file,
		License: "MIT (facenet-pytorch, after the weights of davidsandberg/facenet)", Trained: trained,
	}
}

// unit draws a convolution, its normalization and its nonlinearity.
func unit(d *network.Drawing, x onnx.Value, c conv) onnx.Value {
	name := c.module
	c.layer, c.module = name+".conv", name+".conv"
	n := norm{layer: name + ".bn", module: name + ".bn", channels: c.to, epsilon: 1e-3}
	return rectify(d, name+".relu", n.draw(d, c.draw(d, x)))
}

// stem draws what comes before the blocks.
func stem(d *network.Drawing, x onnx.Value) onnx.Value {
	x = unit(d, x, conv{module: "conv2d_1a", from: 3, to: 32, kernel: square(3, 2, 0)})
	x = unit(d, x, conv{module: "conv2d_2a", from: 32, to: 32, kernel: square(3, 1, 0)})
	x = unit(d, x, conv{module: "conv2d_2b", from: 32, to: 64, kernel: square(3, 1, 1)})
	x = d.Layer("maxpool_3a").MaxPool(x, square(3, 2, 0).pool())
	x = unit(d, x, conv{module: "conv2d_3b", from: 64, to: 80, kernel: square(1, 1, 0)})
	x = unit(d, x, conv{module: "conv2d_4a", from: 80, to: 192, kernel: square(3, 1, 0)})
	return unit(d, x, conv{module: "conv2d_4b", from: 192, to: 256, kernel: square(3, 2, 0)})
}

// A step is a convolution of a branch: how many channels it gives, and how.
type step struct {
	to int
	kernel
}

// An inception is a block of branches that see the same and are put one behind
// the other.
type inception struct {
	name     string
	from     int // channels
	branches [][]step
	pooled   bool    // whether a pooling is the last branch
	scale    float32 // of what a residual block adds
}

var (
	point = square(1, 1, 0)
	wide  = square(3, 1, 1)
	half  = square(3, 2, 0)

	block35 = inception{from: 256, scale: 0.17, branches: [][]step{{{32, point}}, {{32, point}, {32, wide}}, {{32, point}, {32, wide}, {32, wide}}}}
	block17 = inception{from: 896, scale: 0.10, branches: [][]step{{{128, point}}, {{128, point}, {128, flat(7)}, {128, tall(7)}}}}
	block8  = inception{from: 1792, scale: 0.20, branches: [][]step{{{192, point}}, {{192, point}, {192, flat(3)}, {192, tall(3)}}}}
	mixed6a = inception{name: "mixed_6a", from: 256, pooled: true, branches: [][]step{{{384, half}}, {{192, point}, {192, wide}, {256, half}}}}
	mixed7a = inception{name: "mixed_7a", from: 896, pooled: true, branches: [][]step{
		{{256, point}, {384, half}}, {{256, point}, {256, half}}, {{256, point}, {256, wide}, {256, half}},
	}}
)

// flat is a kernel as wide as given, of height 1.
func flat(width int) kernel {
	return kernel{side: [2]int{1, width}, pad: [2]int{0, width / 2}}
}

// tall is a kernel as high as given, of width 1.
func tall(height int) kernel {
	return kernel{side: [2]int{height, 1}, pad: [2]int{height / 2, 0}}
}

// repeat draws the same block several times, each behind its nonlinearity.
func repeat(d *network.Drawing, x onnx.Value, name string, times int, b inception) onnx.Value {
	for i := range times {
		b.name = fmt.Sprintf("%s.%d", name, i)
		x = rectify(d, b.name+".relu", b.sum(d, x))
	}
	return x
}

// draw draws the branches, one behind the other.
func (b inception) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	var ends []onnx.Value
	for i, steps := range b.branches {
		module := fmt.Sprintf("%s.branch%d", b.name, i)
		end, from := x, b.from
		for j, s := range steps {
			c := conv{module: module, from: from, to: s.to, kernel: s.kernel}
			if len(steps) > 1 {
				c.module = fmt.Sprintf("%s.%d", module, j)
			}
			end, from = unit(d, end, c), s.to
		}
		ends = append(ends, end)
	}
	if b.pooled {
		pool := d.Layer(fmt.Sprintf("%s.branch%d", b.name, len(b.branches)))
		ends = append(ends, pool.MaxPool(x, half.pool()))
	}
	return d.Layer(b.name+".concat").Concat(1, ends...)
}

// sum draws the branches and adds them, scaled, to what the block was given.
func (b inception) sum(d *network.Drawing, x onnx.Value) onnx.Value {
	joined := 0
	for _, steps := range b.branches {
		joined += steps[len(steps)-1].to
	}
	name := b.name + ".conv2d"
	y := conv{layer: name, module: name, from: joined, to: b.from, kernel: point}.drawBiased(d, b.draw(d, x))
	if b.scale != 1 {
		y = d.Mul(y, d.Scalar(b.scale))
	}
	return d.Layer(b.name+".sum").Add(y, x)
}

// embed draws the end of the network.
func embed(d *network.Drawing, x onnx.Value) {
	const size = 512
	x = d.Flatten(d.Layer("avgpool_1a").GlobalAveragePool(x), 1)
	w := d.Parameter("last_linear.weight", size, 1792)
	x = d.Layer("last_linear").Gemm(x, w, "", onnx.GemmOptions{TransposeY: true})
	x = norm{layer: "last_bn", module: "last_bn", channels: size, epsilon: 1e-3}.draw(d, x)
	d.Output(d.Layer("embedding").Node("LpNormalization", []onnx.Value{x}, onnx.NewAttribute("axis", 1), onnx.NewAttribute("p", 2)), "")
	if d.Has("logits.weight") {
		d.Output(linear{"logits", "logits", size, d.Length("logits.weight", 0, 8631)}.draw(d, x), "")
	}
}
