package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

var squeezeNet = network.Architecture{
	Name: "squeezenet1_1", Title: "SqueezeNet 1.1",
	Source:        "Iandola et al. (2016), https://arxiv.org/abs/1602.07360",
	Preprocessing: "torchvision", Input: [3]int{3, 224, 224},
	Standard:    []string{"relu1", "fire2.concat", "fire3.concat", "fire4.concat", "fire5.concat", "fire6.concat", "fire7.concat", "fire8.concat", "fire9.concat"},
	Checkpoints: []network.Checkpoint{rounded(torchvision("squeezenet1_1-b8a52dc0.pth", 0), "4.7 MiB"), torchvision("squeezenet1_1-f364aa15.pth", 0)},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 0, 0)
		x = conv{layer: "conv1", module: "features.0", from: 3, to: 64, kernel: square(3, 2, 0)}.drawBiased(d, x)
		x = rectify(d, "relu1", x)
		from := 64
		for _, f := range []fire{
			{2, 3, 16, 128},
			{3, 4, 16, 128},
			{4, 6, 32, 256},
			{5, 7, 32, 256},
			{6, 9, 48, 384},
			{7, 10, 48, 384},
			{8, 11, 64, 512},
			{9, 12, 64, 512},
		} {
			if f.number == 2 || f.number == 4 || f.number == 6 {
				pool := onnx.PoolOptions{Kernel: []int{3, 3}, Strides: []int{2, 2}, Ceil: true}
				x = d.Layer(fmt.Sprintf("pool%d", f.number-1)).MaxPool(x, pool)
			}
			x = f.draw(d, x, from)
			from = f.to
		}
		classes := d.Length("classifier.1.weight", 0, 1000)
		x = conv{layer: "conv10", module: "classifier.1", from: from, to: classes, kernel: square(1, 1, 0)}.drawBiased(d, x)
		x = rectify(d, "relu10", x)
		x = d.Layer("avgpool10").GlobalAveragePool(x)
		d.Output(d.Layer("logits").Flatten(x, 1), "")
	},
}

// A fire is a module that squeezes its channels and expands them in two ways.
type fire struct {
	number, module int // of the module, and of it among the features
	squeezed, to   int // channels
}

func (f fire) draw(d *network.Drawing, x onnx.Value, from int) onnx.Value {
	name := fmt.Sprintf("fire%d.", f.number)
	half := f.to / 2
	branch := func(part string, x onnx.Value, c conv) onnx.Value {
		c.layer, c.module = name+part, fmt.Sprintf("features.%d.%s", f.module, part)
		return rectify(d, name+part+".relu", c.drawBiased(d, x))
	}
	x = branch("squeeze", x, conv{from: from, to: f.squeezed, kernel: square(1, 1, 0)})
	small := branch("expand1x1", x, conv{from: f.squeezed, to: half, kernel: square(1, 1, 0)})
	large := branch("expand3x3", x, conv{from: f.squeezed, to: half, kernel: square(3, 1, 1)})
	return d.Layer(name+"concat").Concat(1, small, large)
}
