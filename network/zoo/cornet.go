package zoo

import (
	"fmt"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// cornetS is the recurrent network of Kubilius et al. Its recurrence is unrolled:
// V4.output@t3 is the output of V4 at its fourth step.
var cornetS = network.Architecture{
	Name: "cornet-s", Title: "CORnet-S",
	Source:        "Kubilius, Schrimpf et al. (2019), https://arxiv.org/abs/1909.06161",
	Preprocessing: "cornet", Input: [3]int{3, 224, 224},
	Standard:    []string{"V1.output", "V2.output@t1", "V4.output@t3", "IT.output@t1"},
	Checkpoints: []network.Checkpoint{cornet("cornet_s-1d3f7974.pth")},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 0, 0)
		x = conv{layer: "V1.conv1", module: "V1.conv1", from: 3, to: 64, kernel: square(7, 2, 3)}.draw(d, x)
		x = rectify(d, "V1.relu1", norm{layer: "V1.norm1", module: "V1.norm1", channels: 64}.draw(d, x))
		x = d.Layer("V1.pool").MaxPool(x, square(3, 2, 1).pool())
		x = conv{layer: "V1.conv2", module: "V1.conv2", from: 64, to: 64, kernel: square(3, 1, 1)}.draw(d, x)
		x = rectify(d, "V1.output", norm{layer: "V1.norm2", module: "V1.norm2", channels: 64}.draw(d, x))
		for _, a := range []area{{"V2", 64, 128, 2}, {"V4", 128, 256, 4}, {"IT", 256, 512, 2}} {
			x = a.draw(d, x)
		}
		decode(d, x)
	},
}

// cornetZ is the small network without recurrence of the same authors.
var cornetZ = network.Architecture{
	Name: "cornet-z", Title: "CORnet-Z",
	Source:        "Kubilius, Schrimpf et al. (2018), https://doi.org/10.1101/408385",
	Preprocessing: "cornet", Input: [3]int{3, 224, 224},
	Standard:    []string{"V1.output", "V2.output", "V4.output", "IT.output"},
	Checkpoints: []network.Checkpoint{cornet("cornet_z-5c427c9c.pth")},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 0, 0)
		for _, c := range []conv{
			{layer: "V1", from: 3, to: 64, kernel: square(7, 2, 3)},
			{layer: "V2", from: 64, to: 128, kernel: square(3, 1, 1)},
			{layer: "V4", from: 128, to: 256, kernel: square(3, 1, 1)},
			{layer: "IT", from: 256, to: 512, kernel: square(3, 1, 1)},
		} {
			name := c.layer
			c.layer = name + ".conv"
			c.module = c.layer
			x = rectify(d, name+".relu", c.drawBiased(d, x))
			x = d.Layer(name+".output").MaxPool(x, square(3, 2, 1).pool())
		}
		decode(d, x)
	},
}

// cornet describes a file of weights of CORnet, whose name ends with the
// beginning of its SHA-256.
func cornet(file string) network.Checkpoint {
	c := torchvision(file, 0)
	c.URL = "https://s3.amazonaws.com/cornet-models/" + file
	c.License = "GPL-3.0 (the code; nothing is said of the weights); trained on ImageNet, whose terms are for research"
	return c
}

// decode draws what turns the responses of IT into classes.
func decode(d *network.Drawing, x onnx.Value) {
	x = d.Flatten(d.Layer("decoder.avgpool").GlobalAveragePool(x), 1)
	classes := d.Length("decoder.linear.weight", 0, 1000)
	d.Output(linear{"decoder.linear", "decoder.linear", 512, classes}.draw(d, x), "")
}

// An area is a block of CORnet-S that is passed through several times. Its
// convolutions are the same at every step, its normalizations are not.
type area struct {
	name     string
	from, to int // channels
	steps    int
}

// widened is by how much an area has more channels inside.
const widened = 4

func (a area) draw(d *network.Drawing, x onnx.Value) onnx.Value {
	x = a.conv("conv_input", a.from, a.to, square(1, 1, 0)).draw(d, x)
	skip := a.conv("skip", a.to, a.to, square(1, 2, 0)).draw(d, x)
	skip = norm{layer: a.name + ".norm_skip", module: a.name + ".norm_skip", channels: a.to}.draw(d, skip)
	for step := range a.steps {
		if step > 0 {
			skip = x
		}
		x = a.pass(d, x, skip, step)
	}
	return x
}

// pass draws one step, the first of which halves the side of the pictures.
func (a area) pass(d *network.Drawing, x, skip onnx.Value, step int) onnx.Value {
	inside, stride := widened*a.to, 1
	if step == 0 {
		stride = 2
	}
	for i, c := range []conv{
		a.conv("conv1", a.to, inside, square(1, 1, 0)),
		a.conv("conv2", inside, inside, square(3, stride, 1)),
		a.conv("conv3", inside, a.to, square(1, 1, 0)),
	} {
		c.layer += at(step)
		n := norm{layer: fmt.Sprintf("%s.norm%d", a.name, i+1), channels: c.to}
		n.module = fmt.Sprintf("%s_%d", n.layer, step)
		n.layer += at(step)
		x = n.draw(d, c.draw(d, x))
		if i < 2 {
			x = rectify(d, fmt.Sprintf("%s.relu%d", a.name, i+1)+at(step), x)
		}
	}
	return rectify(d, a.name+".output"+at(step), d.Layer(a.name+".sum"+at(step)).Add(x, skip))
}

// conv is a convolution of the area.
func (a area) conv(part string, from, to int, k kernel) conv {
	name := a.name + "." + part
	return conv{layer: name, module: name, from: from, to: to, kernel: k}
}

// at names a step of a recurrent network, from 0.
func at(step int) string { return fmt.Sprintf("@t%d", step) }
