package engine

import (
	"math"
	"slices"

	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/winograd"
)

// Convolutions say what computes the 3 × 3 convolutions of a session.
type Convolutions int

const (
	// Fastest is package winograd where it is faster than the library, on a processor
	// for which gemm.Fast. Numbers agree with those of the library to about 1e-6 of the
	// norm of a layer, bits do not. Each picture of a batch is computed on one thread: for
	// single pictures on many threads Direct is faster.
	Fastest Convolutions = iota
	// Direct leaves every convolution to the library.
	Direct
)

// convolved returns the model with the convolutions that are faster in Go as nodes
// that are computed so, together with the batch normalization and the rectifier
// that follow, and the layers that compute them. A value in between that
// something else uses, or that is an output, ends what is taken together.
//
//	cost     four times the memory of their weights, a gigabyte at most
func convolved(m *onnx.Model, o Options) (*onnx.Model, []*layer, error) {
	if o.Convolutions == Direct || o.Device != (Device{}) || !gemm.Fast() {
		return m, nil, nil
	}
	c, err := newConvolver(m)
	if err != nil {
		return nil, nil, err
	}
	defer c.model.Close()
	graph := *m.Graph
	graph.Nodes = nil
	for _, n := range m.Graph.Nodes {
		if c.taken[n] {
			continue
		}
		if replaced := c.replace(n); replaced != nil {
			n = replaced
		}
		graph.Nodes = append(graph.Nodes, n)
	}
	if len(c.layers) == 0 {
		return m, nil, nil
	}
	c.strip(&graph)
	changed, err := shell(m)
	if err != nil {
		return nil, nil, err
	}
	changed.Graph = &graph
	changed.Opsets = append(slices.Clone(m.Opsets), onnx.Opset{Domain: goDomain, Version: goVersion})
	return changed, c.layers, nil
}

// A convolver finds convolutions in a graph.
type convolver struct {
	model     *onnx.Model             // to read weights from
	constants map[string]*onnx.Tensor // the initializers by name
	users     map[string][]*onnx.Node // of every value; nil stands for an output of the graph
	shapes    map[string][]int64      // of the values, as far as they are known beforehand
	kernels   map[*onnx.Tensor]*winograd.Kernels
	bytes     int64               // that the kernels take
	pending   []func()            // prepare the next layer
	taken     map[*onnx.Node]bool // became part of a layer
	layers    []*layer
}

func newConvolver(m *onnx.Model) (*convolver, error) {
	model, err := shell(m) // files that it opens are closed with it
	if err != nil {
		return nil, err
	}
	c := &convolver{
		model:     model,
		constants: map[string]*onnx.Tensor{},
		users:     map[string][]*onnx.Node{},
		shapes:    m.Shapes(pictures(m)),
		kernels:   map[*onnx.Tensor]*winograd.Kernels{},
		taken:     map[*onnx.Node]bool{},
	}
	for _, t := range m.Graph.Initializers {
		c.constants[t.Name] = t
	}
	for _, n := range m.Graph.Nodes {
		for _, value := range n.Needs() {
			c.users[value] = append(c.users[value], n)
		}
	}
	for _, output := range m.Graph.Outputs {
		c.users[output.Name] = append(c.users[output.Name], nil)
	}
	return c, nil
}

// pictures are the shapes of the inputs for one picture, where that settles them.
func pictures(m *onnx.Model) map[string][]int64 {
	shapes := map[string][]int64{}
	for _, input := range m.FreeInputs() {
		sizes := input.Sizes()
		if len(sizes) > 0 && sizes[0] < 0 {
			sizes[0] = 1
		}
		if !slices.ContainsFunc(sizes, func(n int64) bool { return n < 0 }) {
			shapes[input.Name] = sizes
		}
	}
	return shapes
}

// replace returns the node to have in place of a convolution and of what follows
// it, nil when there is none. The numbers of weights are read only for those that
// are replaced.
func (c *convolver) replace(n *onnx.Node) *onnx.Node {
	pads, ok := plainConvolution(n)
	if !ok || !c.pays(n) {
		return nil
	}
	layer := &winograd.Convolution{Pads: pads}
	layer.Kernels = c.transformed(n.Inputs[1])
	if layer.Kernels == nil {
		return nil
	}
	if len(n.Inputs) > 2 && n.Inputs[2] != "" {
		if layer.Bias = c.numbers(n.Inputs[2], layer.Kernels.Out); layer.Bias == nil {
			return nil
		}
	}
	last := n
	if next := c.next(last, "BatchNormalization"); next != nil && c.normalize(layer, next) {
		last = c.take(next)
	}
	if next := c.next(last, "Relu"); next != nil {
		layer.Rectify, last = true, c.take(next)
	}
	return c.add(layer, n, last.Outputs[0])
}

// add makes a layer of the convolution, and the node that it computes.
func (c *convolver) add(w *winograd.Convolution, n *onnx.Node, output string) *onnx.Node {
	pending := c.pending
	c.pending = nil
	c.layers = append(c.layers, &layer{
		prepare: func() {
			for _, f := range pending {
				f()
			}
		},
		in: w.Kernels.In, out: w.Kernels.Out,
		grow: [2]int{w.Pads[0] + w.Pads[2] - 2, w.Pads[1] + w.Pads[3] - 2},
		run:  w.Run,
	})
	replaced := node(len(c.layers)-1, n.Inputs[0], output)
	replaced.Name = n.Name
	return replaced
}

// take marks a node as part of a layer.
func (c *convolver) take(n *onnx.Node) *onnx.Node {
	c.taken[n] = true
	return n
}

// next returns the node of an operator that follows n, if nothing else uses what n
// computes.
func (c *convolver) next(n *onnx.Node, op string) *onnx.Node {
	users := c.users[n.Outputs[0]]
	if len(users) != 1 || users[0] == nil {
		return nil
	}
	user := users[0]
	if user.Domain != "" || user.Op != op || len(user.Inputs) == 0 || user.Inputs[0] != n.Outputs[0] || !single(user) {
		return nil
	}
	return user
}

// single reports whether a node has one output.
func single(n *onnx.Node) bool {
	return len(n.Outputs) > 0 && n.Outputs[0] != "" && !slices.ContainsFunc(n.Outputs[1:], func(name string) bool { return name != "" })
}

// pays reports whether a convolution has kernels of 3 × 3 and is faster in Go.
func (c *convolver) pays(n *onnx.Node) bool {
	w := c.constants[n.Inputs[1]]
	if w == nil || w.Type != onnx.Float32 || len(w.Shape) != 4 || w.Shape[2] != 3 || w.Shape[3] != 3 {
		return false
	}
	bytes, ok := element.Float32.Bytes(w.Shape)
	if !ok || bytes < 1 || c.kernels[w] == nil && bytes > (mostKernels-c.bytes)/4 {
		return false
	}
	height, width := int64(usual), int64(usual)
	if shape := c.shapes[n.Outputs[0]]; len(shape) == 4 {
		height, width = shape[2], shape[3]
	}
	return winograd.Pays(int(w.Shape[0]), int(w.Shape[1]), int(height), int(width))
}

// mostKernels is how many bytes the transformed weights of a session may take: VGG-16
// has 235 MB. The convolutions that come after are the library's.
const mostKernels = 1 << 30

// usual is the side of the pictures in the middle of a network, where it is not
// known beforehand.
const usual = 28

// transformed returns the kernels of a weight tensor, which are empty until its
// layer is prepared; nil when its numbers are not as many as its shape says.
func (c *convolver) transformed(name string) *winograd.Kernels {
	t := c.constants[name]
	if c.kernels[t] != nil {
		return c.kernels[t]
	}
	out, in := int(t.Shape[0]), int(t.Shape[1])
	weights := c.numbers(name, out*in*9)
	if weights == nil {
		return nil
	}
	kernels := &winograd.Kernels{Out: out, In: in}
	c.kernels[t], c.bytes = kernels, c.bytes+4*4*int64(len(weights))
	c.pending = append(c.pending, func() { *kernels = *winograd.Transform(weights, out, in) })
	return kernels
}

// numbers returns the n numbers of an initializer; nil when it has others, or when
// they cannot be read: the library then says what is wrong.
func (c *convolver) numbers(name string, n int) []float32 {
	t := c.constants[name]
	if t == nil || t.Type != onnx.Float32 {
		return nil
	}
	data, err := c.model.Bytes(t)
	if elements, wrong := t.Elements(); err != nil || wrong != nil || elements != int64(n) || len(data) != 4*n {
		return nil
	}
	values, err := element.Float32.Float32s(data)
	if err != nil {
		return nil
	}
	return values
}

// normalize adds a batch normalization to what becomes of the sums of a
// convolution; it reports false where it cannot.
func (c *convolver) normalize(w *winograd.Convolution, n *onnx.Node) bool {
	epsilon, ok := inference(n)
	if !ok || len(n.Inputs) != 5 {
		return false
	}
	var parameters [4][]float32 // scale, bias, mean, variance
	for i := range parameters {
		if parameters[i] = c.numbers(n.Inputs[i+1], w.Kernels.Out); parameters[i] == nil {
			return false
		}
	}
	scale, bias := make([]float32, w.Kernels.Out), make([]float32, w.Kernels.Out)
	for i := range scale {
		factor := float64(parameters[0][i]) / math.Sqrt(float64(parameters[3][i])+epsilon)
		added := -float64(parameters[2][i])
		if w.Bias != nil {
			added += float64(w.Bias[i])
		}
		scale[i], bias[i] = float32(factor), float32(added*factor+float64(parameters[1][i]))
	}
	w.Scale, w.Bias = scale, bias
	return true
}

// strip leaves out what no node of the graph needs any more.
func (c *convolver) strip(g *onnx.Graph) {
	used := map[string]bool{}
	for _, n := range g.Nodes {
		for _, name := range slices.Concat(n.Needs(), n.Outputs) {
			used[name] = true
		}
	}
	for _, v := range g.Outputs {
		used[v.Name] = true
	}
	g.Initializers = slices.DeleteFunc(slices.Clone(g.Initializers), func(t *onnx.Tensor) bool { return !used[t.Name] })
	g.Inputs = slices.DeleteFunc(slices.Clone(g.Inputs), func(v *onnx.ValueInfo) bool { return c.constants[v.Name] != nil && !used[v.Name] })
	g.Values = slices.DeleteFunc(slices.Clone(g.Values), func(v *onnx.ValueInfo) bool { return !used[v.Name] })
}
