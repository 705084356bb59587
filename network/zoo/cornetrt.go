package zoo

import (
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// cornetRT is the recurrent network of the same authors that runs in biological
// time: at every step each area sees what the one below gave a step before, so
// that a picture needs a step per area to come up. V4.output@t3 is the output of
// V4 at its fourth step. Before a picture has come up to an area, what it gives
// is the same for every picture, and is no layer: V4 begins with @t2.
//
// It takes pictures of 224 x 224 pixels only, as its weights do.
var cornetRT = network.Architecture{
	Name: "cornet-rt", Title: "CORnet-RT",
	Source:        "Kubilius, Schrimpf et al. (2018), https://doi.org/10.1101/408385",
	Preprocessing: "cornet", Input: [3]int{3, 224, 224},
	Standard:    []string{"V1.output@t4", "V2.output@t4", "V4.output@t4", "IT.output@t4"},
	Checkpoints: []network.Checkpoint{cornet("cornet_rt-933c001c.pth")},
	Draw: func(d *network.Drawing) {
		image := d.Image(3, 224, 224)
		areas := []loop{
			{name: "V1", from: 3, to: 64, kernel: square(7, 4, 3), side: 56},
			{name: "V2", from: 64, to: 128, kernel: square(3, 2, 1), side: 28, first: 1},
			{name: "V4", from: 128, to: 256, kernel: square(3, 2, 1), side: 14, first: 2},
			{name: "IT", from: 256, to: 512, kernel: square(3, 2, 1), side: 7, first: 3},
		}
		seen := areas[0].enter(d, image, "")
		own := []onnx.Value{areas[0].turn(d, seen, 0)}
		for _, a := range areas[1:] {
			own = append(own, a.rest(d))
		}
		for step := 1; step < cornetSteps; step++ {
			before := own
			own = []onnx.Value{areas[0].turn(d, areas[0].add(d, seen, before[0], step), step)}
			for i, a := range areas[1:] {
				entered := a.enter(d, before[i], a.at(step))
				own = append(own, a.turn(d, a.add(d, entered, before[i+1], step), step))
			}
		}
		decode(d, own[len(own)-1])
	},
}

// cornetSteps is how many steps the public weights were trained for.
const cornetSteps = 5

// groupsOfNorm is the number of groups of channels that are normalized together.
const groupsOfNorm = 32

// A loop is an area of CORnet-RT: what enters is added to what the area gave a
// step before.
type loop struct {
	name     string
	from, to int // channels
	kernel       // of what enters
	side     int // of the area's pictures
	first    int // step at which a picture has come up to the area
}

// unheard ends the names of what no picture has come up to.
const unheard = "-"

// at names a step of the area.
func (l loop) at(step int) string {
	if step < l.first {
		return unheard
	}
	return at(step)
}

// layer names a part of the area at a step; "" before a picture has come up.
func (l loop) layer(part, at string) string {
	if at == unheard {
		return ""
	}
	return l.name + "." + part + at
}

// enter draws what becomes of the output of the area below.
func (l loop) enter(d *network.Drawing, x onnx.Value, at string) onnx.Value {
	module := l.name + ".conv_input"
	x = conv{layer: l.layer("conv_input", at), module: module, from: l.from, to: l.to, kernel: l.kernel}.drawBiased(d, x)
	return rectify(d, l.layer("relu_input", at), l.normalize(d, x, "norm_input", at))
}

// add draws the sum of what enters and of what the area gave a step before.
func (l loop) add(d *network.Drawing, x, own onnx.Value, step int) onnx.Value {
	return d.Layer(l.layer("sum", l.at(step))).Add(x, own)
}

// turn draws one step of the area.
func (l loop) turn(d *network.Drawing, x onnx.Value, step int) onnx.Value {
	at := l.at(step)
	x = conv{layer: l.layer("conv1", at), module: l.name + ".conv1", from: l.to, to: l.to, kernel: square(3, 1, 1)}.draw(d, x)
	return rectify(d, l.layer("output", at), l.normalize(d, x, "norm1", at))
}

// rest draws the output of the area before anything has entered it: of the
// normalization of zeros the bias is left.
func (l loop) rest(d *network.Drawing) onnx.Value {
	bias := rectify(d, "", l.perChannel(d, "norm1.bias"))
	return d.Node("Expand", []onnx.Value{bias, d.Constant("", []int64{1, int64(l.to), int64(l.side), int64(l.side)}, 4)})
}

// normalize draws the normalization of groups of channels.
//
//	source   Wu and He (2018), https://arxiv.org/abs/1803.08494
func (l loop) normalize(d *network.Drawing, x onnx.Value, part, at string) onnx.Value {
	scale, shift := make([]float32, groupsOfNorm), make([]float32, groupsOfNorm)
	for i := range scale {
		scale[i] = 1
	}
	inputs := []onnx.Value{d.Reshape(x, 0, groupsOfNorm, -1), d.Constant("", scale, groupsOfNorm), d.Constant("", shift, groupsOfNorm)}
	x = d.Reshape(d.Node("InstanceNormalization", inputs, onnx.NewAttribute("epsilon", float32(1e-5))), -1, l.to, l.side, l.side)
	x = d.Mul(x, l.perChannel(d, part+".weight"))
	bias := l.perChannel(d, part+".bias")
	return d.Layer(l.layer(part, at)).Add(x, bias)
}

// perChannel is a parameter with a number per channel, as it goes with pictures.
func (l loop) perChannel(d *network.Drawing, name string) onnx.Value {
	return d.Reshape(d.Parameter(l.name+"."+name, l.to), 1, l.to, 1, 1)
}
