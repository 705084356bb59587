package custom

import (
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// A kind of layer: the keys that it takes, with "!" those that it needs, and how
// it is drawn.
type kind struct {
	name string
	keys []string
	draw func(w *walk, x place, l layer) place
}

// kinds lists the kinds of layers.
func kinds() []kind {
	window := []string{"kernel!", "stride", "pad"}
	return []kind{
		{"conv", []string{"to!", "kernel!", "stride", "pad", "groups", "bias"}, (*walk).conv},
		{"fc", []string{"to!", "bias"}, (*walk).fc},
		{"norm", nil, (*walk).norm},
		{"lrn", []string{"size!"}, (*walk).lrn},
		{"relu", nil, single("Relu")},
		{"tanh", nil, single("Tanh")},
		{"sigmoid", nil, single("Sigmoid")},
		{"maxpool", window, (*walk).maxPool},
		{"avgpool", []string{"kernel", "stride"}, (*walk).averagePool},
		{"add", []string{"with!"}, (*walk).add},
		{"block", []string{"times", "layers!"}, (*walk).block},
	}
}

func kindNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// A place is a value with its size; height and width are 0 where pictures may
// have any, and both 1 behind fully connected layers.
type place struct {
	value                   onnx.Value
	channels, height, width int
	flat                    bool // observations × units, no pictures any more
}

func (p place) String() string {
	if p.flat {
		return fmt.Sprintf("%d units", p.channels)
	}
	return fmt.Sprintf("%d channels of %d × %d", p.channels, p.height, p.width)
}

// alike reports whether places have the same size.
func (p place) alike(o place) bool {
	p.value = o.value
	return p == o
}

// A walk draws layers one after the other.
type walk struct {
	*parser
	*network.Drawing
	scope
	named    map[string]place
	shapes   map[string][]int // of parameters
	elements float64          // of parameters
}

// A scope is where a walk is: in no block, or at a step of one.
type scope struct {
	prefix, suffix string // of names of layers
	input, before  place  // what the block was given, and this step of it
}

// Limits of a network: nodes, and numbers in all its weights.
const (
	maxLayers   = 20_000
	maxElements = 1 << 31
)

// draw draws the network and returns what is wrong with it.
func (d *description) draw(g *network.Drawing) []error {
	w := &walk{parser: &parser{path: d.path}, Drawing: g, named: map[string]place{}, shapes: map[string][]int{}}
	x := place{value: g.Image(d.input[0], d.input[1], d.input[2]), channels: d.input[0], height: d.input[1], width: d.input[2]}
	if x = w.all(x, d.layers); len(w.wrong) == 0 {
		g.Output(x.value, "")
	}
	return w.wrong
}

// all draws layers until one is wrong.
func (w *walk) all(x place, layers []layer) place {
	for _, l := range layers {
		name := w.prefix + l.name + w.suffix
		if _, twice := w.named[name]; twice {
			w.complain(l.at, "two layers are called %q", name)
		} else if len(w.named) >= maxLayers {
			w.complain(l.at, "the network has more than %d layers", maxLayers)
		}
		if len(w.wrong) > 0 {
			return x
		}
		w.named[name] = place{}
		x = l.kind.draw(w, x, l)
		w.named[name] = x
		if len(w.wrong) > 0 {
			return x
		}
	}
	return x
}

// block draws its layers, at every step again.
func (w *walk) block(x place, l layer) place {
	outer := w.scope
	defer func() { w.scope = outer }()
	w.scope = scope{prefix: outer.prefix + l.name + ".", suffix: outer.suffix, input: x}
	for step := range max(l.numbers["times"], 1) {
		if l.numbers["times"] > 0 {
			w.suffix = fmt.Sprintf("%s@t%d", outer.suffix, step)
		}
		w.before = x
		if x = w.all(x, l.layers); len(w.wrong) > 0 {
			return x
		}
	}
	return x
}

// layer names the next node.
func (w *walk) layer(l layer) *onnx.Builder { return w.Layer(w.prefix + l.name + w.suffix) }

// parameter asks for an array of a layer, which all steps of a block share.
func (w *walk) parameter(l layer, part string, shape ...int) onnx.Value {
	name := w.prefix + l.name + "." + part
	before, there := w.shapes[name]
	if there && !slices.Equal(before, shape) {
		w.complain(l.at, "%s of step %s would need the shape %v, and has %v: a block that is repeated must give what it takes", name, w.suffix, shape, before)
		return w.Parameter(name, before...)
	}
	if !there {
		count := 1.0
		for _, length := range shape {
			count *= float64(length)
		}
		w.elements += count
		w.shapes[name] = shape
	}
	if w.elements > maxElements {
		w.complain(l.at, "the weights would be more than %d numbers", maxElements)
	}
	return w.Parameter(name, shape...)
}

// biased asks for the bias of a layer, if it has one.
func (w *walk) biased(l layer) onnx.Value {
	if l.bias == "none" {
		return ""
	}
	return w.parameter(l, "bias", l.numbers["to"])
}

// single draws a function of single responses.
func single(op string) func(w *walk, x place, l layer) place {
	return func(w *walk, x place, l layer) place {
		x.value = w.layer(l).Node(op, []onnx.Value{x.value})
		return x
	}
}

// slide is the size of what a window gives that slides over x.
func (w *walk) slide(x place, l layer) place {
	if x.flat {
		w.complain(l.at, "%s %q slides over pictures, and is given %v", l.kind.name, l.name, x)
	}
	kernel, stride, pad := l.numbers["kernel"], l.numbers["stride"], l.numbers["pad"]
	for _, side := range []*int{&x.height, &x.width} {
		if *side == 0 {
			continue
		}
		if *side+2*pad < kernel {
			w.complain(l.at, "%s %q has a kernel of %d, and is given %v", l.kind.name, l.name, kernel, x)
			return x
		}
		*side = (*side+2*pad-kernel)/stride + 1
	}
	return x
}

// windows are kernel, strides and pads as nodes take them.
func windows(l layer) onnx.PoolOptions {
	o := onnx.PoolOptions{Kernel: []int{l.numbers["kernel"], l.numbers["kernel"]}}
	if stride := l.numbers["stride"]; stride > 1 {
		o.Strides = []int{stride, stride}
	}
	if pad := l.numbers["pad"]; pad > 0 {
		o.Pads = []int{pad, pad, pad, pad}
	}
	return o
}

func (w *walk) conv(x place, l layer) place {
	given, to, groups, kernel := x.channels, l.numbers["to"], max(l.numbers["groups"], 1), l.numbers["kernel"]
	if x = w.slide(x, l); given%groups != 0 || to%groups != 0 {
		w.complain(l.at, "conv %q cannot part %d channels into %d in %d groups", l.name, given, to, groups)
	}
	if len(w.wrong) > 0 {
		return x
	}
	weight, bias, o := w.parameter(l, "weight", to, given/groups, kernel, kernel), w.biased(l), windows(l)
	x.value = w.layer(l).Conv(x.value, weight, bias, onnx.ConvOptions{Strides: o.Strides, Pads: o.Pads, Groups: l.numbers["groups"]})
	x.channels = to
	return x
}

func (w *walk) fc(x place, l layer) place {
	if x.height == 0 {
		w.complain(l.at, "fc %q needs to know the size of pictures: give the input height and width, or put an avgpool without kernel before it", l.name)
		return x
	}
	if !x.flat {
		x.value = w.Flatten(x.value, 1)
	}
	from, to := x.channels*x.height*x.width, l.numbers["to"]
	weight, bias := w.parameter(l, "weight", to, from), w.biased(l)
	y := w.layer(l).Gemm(x.value, weight, bias, onnx.GemmOptions{TransposeY: true})
	return place{y, to, 1, 1, true}
}

func (w *walk) norm(x place, l layer) place {
	p := func(part string) onnx.Value { return w.parameter(l, part, x.channels) }
	o := onnx.BatchNormalizationOptions{Scale: p("weight"), Bias: p("bias"), Mean: p("running_mean"), Variance: p("running_var")}
	x.value = w.layer(l).BatchNormalization(x.value, o)
	return x
}

// lrn normalizes over neighboring channels with the numbers of the first AlexNet.
//
//	source   Krizhevsky, Sutskever and Hinton (2012), https://doi.org/10.1145/3065386
func (w *walk) lrn(x place, l layer) place {
	x.value = w.layer(l).Node("LRN", []onnx.Value{x.value}, onnx.NewAttribute("size", l.numbers["size"]),
		onnx.NewAttribute("alpha", float32(1e-4)), onnx.NewAttribute("beta", float32(.75)), onnx.NewAttribute("bias", float32(1)))
	return x
}

func (w *walk) maxPool(x place, l layer) place {
	if 2*l.numbers["pad"] > l.numbers["kernel"] {
		w.complain(l.at, "maxpool %q is padded by more than half its kernel", l.name)
	}
	y := w.slide(x, l)
	y.value = w.layer(l).MaxPool(x.value, windows(l))
	return y
}

// averagePool takes the mean of windows, or without kernel of every channel.
func (w *walk) averagePool(x place, l layer) place {
	if l.numbers["kernel"] > 0 {
		y := w.slide(x, l)
		y.value = w.layer(l).AveragePool(x.value, windows(l))
		return y
	}
	if x.flat || l.numbers["stride"] > 1 {
		w.complain(l.at, "avgpool %q without kernel is over whole pictures: it has no stride, and comes before fc", l.name)
	}
	return place{w.layer(l).GlobalAveragePool(x.value), x.channels, 1, 1, false}
}

func (w *walk) add(x place, l layer) place {
	other, there := w.other(l.with)
	switch {
	case !there:
		w.complain(l.at, "add %q is with %q, which is no layer before it", l.name, l.with)
	case !x.alike(other):
		w.complain(l.at, "add %q cannot add %v to %v", l.name, other, x)
	default:
		x.value = w.layer(l).Add(x.value, other.value)
	}
	return x
}

// other finds what a layer is put together with.
func (w *walk) other(name string) (place, bool) {
	if w.prefix != "" && name == "input" {
		return w.input, true
	}
	if w.prefix != "" && name == "before" {
		return w.before, true
	}
	for _, full := range []string{w.prefix + name + w.suffix, name} {
		if p := w.named[full]; p.value != "" {
			return p, true
		}
	}
	return place{}, false
}
