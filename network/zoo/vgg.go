package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
)

// The layers of VGG that the field compares: the ends of its blocks, and the
// fully connected layers behind their nonlinearities.
var vggStandard = []string{"pool1", "pool2", "pool3", "pool4", "pool5", "relu6", "relu7"}

const vggSource = "Simonyan and Zisserman (2015), https://arxiv.org/abs/1409.1556"

// vggLicense is what the authors say of their weights, which Keras and MatConvNet
// have from them.
const vggLicense = "CC-BY-4.0 (Visual Geometry Group, Oxford)"

var vgg16 = network.Architecture{
	Name: "vgg16", Title: "VGG-16", Source: vggSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: vggStandard,
	Checkpoints: []network.Checkpoint{
		torchvision("vgg16-397923af.pth", 553_433_881),
		keras("vgg16", "vgg16_weights_tf_dim_ordering_tf_kernels.h5", vggLicense),
		matConvNet("imagenet-vgg-verydeep-16.mat", vggLicense),
	},
	Ports: []network.Port{
		{Program: network.Keras, Modules: vggPort("block%d_conv%d", "fc1", "fc2", "predictions"), Preprocessing: "keras-vgg"},
		{Program: network.MatConvNet, Modules: vggPort("conv%d_%d", "fc6", "fc7", "fc8"), Preprocessing: "matconvnet-224"},
	},
	Draw: func(d *network.Drawing) { vgg{step: 2}.draw(d) },
}

var vgg16BN = network.Architecture{
	Name: "vgg16-bn", Title: "VGG-16 with batch normalization", Source: vggSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: vggStandard,
	Checkpoints: []network.Checkpoint{torchvision("vgg16_bn-6c64b313.pth", 553_507_836)},
	Draw:        func(d *network.Drawing) { vgg{step: 3}.draw(d) },
}

// The convolutions in each of the five blocks of VGG-16.
var vggBlocks = []int{2, 2, 3, 3, 3}

// vggPort pairs the names that a program gives to convolutions, by block and
// place, and to fully connected layers, with those of the modules.
func vggPort(conv string, connected ...string) map[string]string {
	modules, number := map[string]string{}, 0
	for block, count := range vggBlocks {
		for i := range count {
			modules[fmt.Sprintf(conv, block+1, i+1)] = fmt.Sprintf("features.%d", number)
			number += 2
		}
		number++
	}
	for i, name := range connected {
		modules[name] = fmt.Sprintf("classifier.%d", 3*i)
	}
	return modules
}

// A vgg is the network with 16 layers that have weights. Its modules are numbered:
// a convolution, its normalization if it has one, its nonlinearity, ...
type vgg struct {
	step int // numbers that a convolution and what belongs to it take
}

func (v vgg) draw(d *network.Drawing) {
	from := 3
	if d.Length("features.0.weight", 1, from) == 1 {
		from = 1 // trained on gray pictures
	}
	x, number := d.Image(from, 224, 224), 0
	for block, count := range vggBlocks {
		to := min(64<<block, 512)
		for i := range count {
			place := fmt.Sprintf("%d_%d", block+1, i+1)
			module := func(n int) string { return fmt.Sprintf("features.%d", n) }
			x = conv{layer: "conv" + place, module: module(number), from: from, to: to, kernel: square(3, 1, 1)}.drawBiased(d, x)
			if v.step == 3 {
				x = norm{layer: "bn" + place, module: module(number + 1), channels: to}.draw(d, x)
			}
			x = rectify(d, "relu"+place, x)
			number, from = number+v.step, to
		}
		x = d.Layer(fmt.Sprintf("pool%d", block+1)).MaxPool(x, square(2, 2, 0).pool())
		number++
	}
	c := classifier{from: 512 * 7 * 7, modules: [3]string{"classifier.0", "classifier.3", "classifier.6"}}
	if !c.given(d) {
		d.Lacks("relu6", "relu7")
		d.Output(x, "")
		return
	}
	d.Output(c.draw(d, x), "")
}
