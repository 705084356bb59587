package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// resNet50Keras is the form that Keras has: as published, with the stride of a
// stage in its first convolution, of one pixel, where torchvision has it in the one
// of three; with biases, and another epsilon. Its layers have the names of
// resnet50, its parameters those of Keras.
var resNet50Keras = network.Architecture{
	Name: "resnet50-keras", Title: "ResNet-50, as in Keras", Source: resNetSource,
	Preprocessing: "keras-vgg", Input: [3]int{3, 224, 224}, Standard: resNetStandard([4]int{3, 4, 6, 3}),
	Checkpoints: []network.Checkpoint{keras("resnet", "resnet50_weights_tf_dim_ordering_tf_kernels.h5", "MIT (Kaiming He, whose weights these are)")},
	Ports:       []network.Port{{Program: network.Keras, Preprocessing: "keras-vgg"}},
	Draw:        drawResNetKeras,
}

func drawResNetKeras(d *network.Drawing) {
	x := d.Image(3, 0, 0)
	x = unitKeras{module: "conv1", conv: "conv1", norm: "bn1", from: 3, to: 64, kernel: square(7, 2, 3)}.draw(d, x)
	x = rectify(d, "relu", x)
	x = d.Layer("maxpool").MaxPool(x, square(3, 2, 1).pool())
	from := 64
	for stage, count := range []int{3, 4, 6, 3} {
		for i := range count {
			b := blockKeras{
				module: fmt.Sprintf("conv%d_block%d", stage+2, i+1), layer: fmt.Sprintf("layer%d.%d", stage+1, i),
				from: from, width: 64 << stage, stride: 1,
			}
			if i == 0 {
				b.stride = min(stage, 1) + 1
			}
			x, from = b.draw(d, x), 4*b.width
		}
	}
	x = d.Layer("avgpool").GlobalAveragePool(x)
	if !d.Has("predictions.weight") { // as in files called notop
		d.Output(x, "")
		return
	}
	x = d.Flatten(x, 1)
	d.Output(linear{"fc", "predictions", from, d.Length("predictions.weight", 0, 1000)}.draw(d, x), "")
}

// A blockKeras adds what three convolutions compute to what it was given.
type blockKeras struct {
	module, layer string // that modules and layers inside begin with
	from, width   int    // channels: given, worked with; four times as many are given on
	stride        int
}

// draw asks for the shortcut between the second convolution and the third, where
// Keras counts it.
func (b blockKeras) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	shortcut, way := x, b.unit(1, b.from, square(1, b.stride, 0)).draw(d, x)
	way = rectify(d, b.layer+".relu1", way)
	way = b.unit(2, b.width, square(3, 1, 1)).draw(d, way)
	way = rectify(d, b.layer+".relu2", way)
	if b.from != 4*b.width {
		u := unitKeras{module: b.module + "_0", conv: b.layer + ".downsample.conv", norm: b.layer + ".downsample"}
		u.from, u.to, u.kernel = b.from, 4*b.width, square(1, b.stride, 0)
		shortcut = u.draw(d, x)
	}
	last := b.unit(3, b.width, square(1, 1, 0))
	last.to *= 4
	way = last.draw(d, way)
	way = d.Layer(b.layer+".sum").Add(way, shortcut)
	return rectify(d, b.layer+".relu", way)
}

// unit is the convolution of a number, and its normalization.
func (b blockKeras) unit(number, from int, k kernel) unitKeras {
	return unitKeras{
		module: fmt.Sprintf("%s_%d", b.module, number), conv: fmt.Sprintf("%s.conv%d", b.layer, number), norm: fmt.Sprintf("%s.bn%d", b.layer, number),
		from: from, to: b.width, kernel: k,
	}
}

// A unitKeras is a convolution with a bias, and its normalization.
type unitKeras struct {
	module, conv, norm string // what the modules begin with; layers
	from, to           int    // channels
	kernel
}

func (u unitKeras) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	x = conv{layer: u.conv, module: u.module + "_conv", from: u.from, to: u.to, kernel: u.kernel}.drawBiased(d, x)
	return norm{layer: u.norm, module: u.module + "_bn", channels: u.to, epsilon: 1.001e-5}.draw(d, x)
}
