package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
)

// The layers of VGG that the field compares: the ends of its blocks, and the
// fully connected layers behind their nonlinearities.
var vggStandard = []string{"pool1", "pool2", "pool3", "pool4", "pool5", "relu6", "relu7"}

const vggSource = "Simonyan and Zisserman (2015), https://arxiv.org/abs/1409.1556"

var vgg16 = network.Architecture{
	Name: "vgg16", Title: "VGG-16", Source: vggSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: vggStandard,
	Checkpoints: []network.Checkpoint{torchvision("vgg16-397923af.pth", 553_433_881)},
	Draw:        func(d *network.Drawing) { vgg{step: 2}.draw(d) },
}

var vgg16BN = network.Architecture{
	Name: "vgg16-bn", Title: "VGG-16 with batch normalization", Source: vggSource,
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224}, Standard: vggStandard,
	Checkpoints: []network.Checkpoint{torchvision("vgg16_bn-6c64b313.pth", 553_507_836)},
	Draw:        func(d *network.Drawing) { vgg{step: 3}.draw(d) },
}

// A vgg is the network with 16 layers that have weights. Its modules are numbered:
// a convolution, its normalization if it has one, its nonlinearity, ...
type vgg struct {
	step int // numbers that a convolution and what belongs to it take
}

func (v vgg) draw(d *network.Drawing) {
	x := d.Image(3, 224, 224)
	number, from := 0, 3
	for block, count := range []int{2, 2, 3, 3, 3} {
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
	d.Output(classifier{from: 512 * 7 * 7, modules: [3]string{"classifier.0", "classifier.3", "classifier.6"}}.draw(d, x), "")
}
