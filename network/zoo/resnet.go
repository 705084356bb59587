package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

const resNetSource = "He, Zhang, Ren and Sun (2016), https://doi.org/10.1109/CVPR.2016.90"

var resNet18 = network.Architecture{
	Name: "resnet18", Title: "ResNet-18", Source: resNetSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: resNetStandard([4]int{2, 2, 2, 2}),
	Checkpoints: []network.Checkpoint{torchvision("resnet18-f37072fd.pth", 46_830_571), torchvision("resnet18-5c106cde.pth", 46_827_520)},
	Draw:        func(d *network.Drawing) { resNet{[4]int{2, 2, 2, 2}, 1, basic}.draw(d) },
}

var resNet50 = network.Architecture{
	Name: "resnet50", Title: "ResNet-50", Source: resNetSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: resNetStandard([4]int{3, 4, 6, 3}),
	Checkpoints: []network.Checkpoint{torchvision("resnet50-0676ba61.pth", 102_530_333), torchvision("resnet50-19c8e357.pth", 102_502_400)},
	Draw:        func(d *network.Drawing) { resNet{[4]int{3, 4, 6, 3}, 4, bottleneck}.draw(d) },
}

// resNetStandard names the first convolution and the sums of all blocks, which
// are before the nonlinearity.
func resNetStandard(blocks [4]int) []string {
	layers := []string{"conv1"}
	for stage, count := range blocks {
		for block := range count {
			layers = append(layers, fmt.Sprintf("layer%d.%d.sum", stage+1, block))
		}
	}
	return layers
}

// A resNet is a network of four stages of blocks.
type resNet struct {
	blocks [4]int
	widen  int // channels that a block gives, by channels that it works with
	block  func(d *network.Drawing, x onnx.Value, b residual) onnx.Value
}

// A residual is the place and size of a block that adds what it computes to what
// it was given.
type residual struct {
	name            string
	from, width, to int // channels: given, worked with, given on
	stride          int
}

func (r resNet) draw(d *network.Drawing) {
	x := d.Image(3, 0, 0)
	x = conv{layer: "conv1", module: "conv1", from: 3, to: 64, kernel: square(7, 2, 3)}.draw(d, x)
	x = rectify(d, "relu", norm{layer: "bn1", module: "bn1", channels: 64}.draw(d, x))
	x = d.Layer("maxpool").MaxPool(x, square(3, 2, 1).pool())
	from := 64
	for stage, count := range r.blocks {
		b := residual{width: 64 << stage, to: r.widen * 64 << stage, stride: min(stage, 1) + 1}
		for i := range count {
			b.name, b.from = fmt.Sprintf("layer%d.%d", stage+1, i), from
			shortcut, way := b.shortcut(d, x), r.block(d, x, b)
			x = rectify(d, b.name+".relu", d.Layer(b.name+".sum").Add(way, shortcut))
			from, b.stride = b.to, 1
		}
	}
	x = d.Flatten(d.Layer("avgpool").GlobalAveragePool(x), 1)
	d.Output(linear{"fc", "fc", from, d.Length("fc.weight", 0, 1000)}.draw(d, x), "")
}

// shortcut is what a block adds to: what it was given, in the size of what it
// gives.
func (b residual) shortcut(d *network.Drawing, x onnx.Value) onnx.Value {
	if b.from == b.to && b.stride == 1 {
		return x
	}
	return b.normed(d, x, part{layer: "downsample", conv: "downsample.0", norm: "downsample.1", from: b.from, to: b.to, kernel: square(1, b.stride, 0)})
}

// A part is a convolution and its normalization inside a block.
type part struct {
	layer      string // of the normalization; that of the convolution has .conv behind it
	conv, norm string // modules inside the block
	from, to   int
	kernel
}

// numbered is the part whose modules have the number n.
func numbered(n, from, to int, k kernel) part {
	return part{layer: fmt.Sprintf("bn%d", n), conv: fmt.Sprintf("conv%d", n), norm: fmt.Sprintf("bn%d", n), from: from, to: to, kernel: k}
}

// normed draws a convolution and its normalization.
func (b residual) normed(d *network.Drawing, x onnx.Value, p part) onnx.Value {
	layer := p.conv
	if p.layer == "downsample" {
		layer = "downsample.conv"
	}
	x = conv{layer: b.name + "." + layer, module: b.name + "." + p.conv, from: p.from, to: p.to, kernel: p.kernel}.draw(d, x)
	return norm{layer: b.name + "." + p.layer, module: b.name + "." + p.norm, channels: p.to}.draw(d, x)
}

// basic is a block of two convolutions.
func basic(d *network.Drawing, x onnx.Value, b residual) onnx.Value {
	x = b.normed(d, x, numbered(1, b.from, b.width, square(3, b.stride, 1)))
	x = rectify(d, b.name+".relu1", x)
	return b.normed(d, x, numbered(2, b.width, b.to, square(3, 1, 1)))
}

// bottleneck is a block of three convolutions, the middle one of which is large
// and takes the stride.
func bottleneck(d *network.Drawing, x onnx.Value, b residual) onnx.Value {
	x = b.normed(d, x, numbered(1, b.from, b.width, square(1, 1, 0)))
	x = rectify(d, b.name+".relu1", x)
	x = b.normed(d, x, numbered(2, b.width, b.width, square(3, b.stride, 1)))
	x = rectify(d, b.name+".relu2", x)
	return b.normed(d, x, numbered(3, b.width, b.to, square(1, 1, 0)))
}
