package zoo

import (
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// The layers of both forms of AlexNet that the field compares, behind their
// nonlinearities.
var alexNetStandard = []string{"relu1", "relu2", "relu3", "relu4", "relu5", "relu6", "relu7"}

// alexNet is the form that torchvision has, with fewer channels and no groups.
var alexNet = network.Architecture{
	Name: "alexnet", Title: "AlexNet, as in torchvision",
	Source:        "Krizhevsky (2014), https://arxiv.org/abs/1404.5997",
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: alexNetStandard,
	Checkpoints: []network.Checkpoint{
		torchvision("alexnet-owt-7be5be79.pth", 244_408_911),
		torchvision("alexnet-owt-4df8aa71.pth", 244_418_560),
	},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 224, 224)
		pooled := square(3, 2, 0)
		for i, c := range []conv{
			{from: 3, to: 64, kernel: square(11, 4, 2), module: "features.0"},
			{from: 64, to: 192, kernel: square(5, 1, 2), module: "features.3"},
			{from: 192, to: 384, kernel: square(3, 1, 1), module: "features.6"},
			{from: 384, to: 256, kernel: square(3, 1, 1), module: "features.8"},
			{from: 256, to: 256, kernel: square(3, 1, 1), module: "features.10"},
		} {
			c.layer = fmt.Sprintf("conv%d", i+1)
			x = rectify(d, fmt.Sprintf("relu%d", i+1), c.drawBiased(d, x))
			if i != 2 && i != 3 {
				x = d.Layer(fmt.Sprintf("pool%d", i+1)).MaxPool(x, pooled.pool())
			}
		}
		d.Output(classifier{from: 256 * 6 * 6, modules: [3]string{"classifier.1", "classifier.4", "classifier.6"}}.draw(d, x), "")
	},
}

// alexNetOriginal is the network of the paper, with two groups of channels and
// responses normalized over neighbors; its parameters are named after its layers.
var alexNetOriginal = network.Architecture{
	Name: "alexnet-original", Title: "AlexNet, as published",
	Source:        "Krizhevsky, Sutskever and Hinton (2012), https://doi.org/10.1145/3065386",
	Preprocessing: "caffe-227", Input: [3]int{3, 227, 227}, Standard: alexNetStandard,
	Checkpoints: []network.Checkpoint{matConvNet("imagenet-caffe-alex.mat", "unrestricted (BVLC, whose weights these are)")},
	// The modules of MatConvNet have the names that they have here. It divides what
	// it sums over neighbors by their number beforehand, 1e-4/5, as ONNX does itself.
	Ports: []network.Port{{Program: network.MatConvNet, Preprocessing: "matconvnet-227"}},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 227, 227)
		pooled := square(3, 2, 0)
		for i, c := range []conv{
			{from: 3, to: 96, kernel: square(11, 4, 0)},
			{from: 96, to: 256, kernel: square(5, 1, 2), groups: 2},
			{from: 256, to: 384, kernel: square(3, 1, 1)},
			{from: 384, to: 384, kernel: square(3, 1, 1), groups: 2},
			{from: 384, to: 256, kernel: square(3, 1, 1), groups: 2},
		} {
			c.layer = fmt.Sprintf("conv%d", i+1)
			c.module = c.layer
			x = rectify(d, fmt.Sprintf("relu%d", i+1), c.drawBiased(d, x))
			if i < 2 {
				x = d.Layer(fmt.Sprintf("norm%d", i+1)).Node("LRN", []onnx.Value{x}, onnx.NewAttribute("size", 5),
					onnx.NewAttribute("alpha", float32(1e-4)), onnx.NewAttribute("beta", float32(.75)), onnx.NewAttribute("bias", float32(1)))
			}
			if i != 2 && i != 3 {
				x = d.Layer(fmt.Sprintf("pool%d", i+1)).MaxPool(x, pooled.pool())
			}
		}
		d.Output(classifier{from: 256 * 6 * 6, modules: [3]string{"fc6", "fc7", "fc8"}}.draw(d, x), "")
	},
}

// A classifier is the three fully connected layers that end AlexNet and VGG.
// Where they drop units in training, they do nothing.
type classifier struct {
	from    int // units of a picture
	modules [3]string
}

// given reports whether the weights hold the classifier, or a part of it. Files for
// reading responses to the convolutions leave it out, as those of Keras called notop.
func (c classifier) given(d *network.Drawing) bool {
	return slices.ContainsFunc(c.modules[:], func(module string) bool { return d.Has(module + ".weight") })
}

func (c classifier) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	classes := d.Length(c.modules[2]+".weight", 0, 1000)
	x = d.Flatten(x, 1)
	x = rectify(d, "relu6", linear{"fc6", c.modules[0], c.from, 4096}.draw(d, x))
	x = rectify(d, "relu7", linear{"fc7", c.modules[1], 4096, 4096}.draw(d, x))
	return linear{"fc8", c.modules[2], 4096, classes}.draw(d, x)
}
