package network

import (
	"slices"

	"github.com/isocortex/isocortex/onnx"
)

// A Drawing is the graph of an architecture while it is drawn.
//
// Draw names what is a layer by Layer, and asks for what was trained by
// Parameter:
//
//	x := d.Image(3, 224, 224)
//	w := d.Parameter("features.0.weight", 64, 3, 11, 11)
//	x = d.Layer("conv1").Conv(x, w, d.Parameter("features.0.bias", 64), onnx.ConvOptions{Strides: []int{4, 4}})
//	x = d.Layer("relu1").Relu(x)
type Drawing struct {
	*onnx.Builder

	given  map[string]Array // by name; nil for an outline
	asked  []Parameter
	values map[string]onnx.Value // of the parameters asked for
	layers []string

	lacking []string
}

// Image adds the input; a height or width of 0 takes pictures of any size.
func (d *Drawing) Image(channels, height, width int) onnx.Value {
	axis := func(length int, name string) any {
		if length == 0 {
			return name
		}
		return length
	}
	return d.Input("image", onnx.Float32, "n", channels, axis(height, "height"), axis(width, "width"))
}

// Layer names the next node, as onnx.Builder.As does, and lists it among the
// layers of the network; without a name it does neither.
func (d *Drawing) Layer(name string) *onnx.Builder {
	if name == "" {
		return d.Builder
	}
	d.layers = append(d.layers, name)
	return d.As(name)
}

// Parameter asks for a trained array. One that is asked for again is the same.
func (d *Drawing) Parameter(name string, shape ...int) onnx.Value {
	if v, drawn := d.values[name]; drawn {
		return v
	}
	p := Parameter{name, shape}
	d.asked = append(d.asked, p)
	d.values[name] = d.Tensor(p.outline())
	return d.values[name]
}

// Has reports whether the weights hold an optional parameter; an outline has it.
func (d *Drawing) Has(name string) bool {
	_, there := d.given[name]
	return there || d.given == nil
}

// Lacks says that the weights have no part of the network that would hold these
// layers, so that they are no standard ones.
func (d *Drawing) Lacks(layers ...string) { d.lacking = append(d.lacking, layers...) }

// Length returns the length that an axis of a parameter has in the weights, such
// as the number of classes; without it, the usual one.
func (d *Drawing) Length(name string, axis, usual int) int {
	if array := d.given[name]; axis < len(array.Shape) {
		return int(array.Shape[axis])
	}
	return usual
}

// fits reports whether an array has the shape of the parameter. A kernel as large
// as the picture is a matrix that multiplies all of it.
func (p Parameter) fits(shape []int64) bool {
	if len(p.Shape) == 2 && len(shape) == 4 {
		shape = []int64{shape[0], shape[1] * shape[2] * shape[3]}
	}
	return slices.EqualFunc(p.Shape, shape, func(want int, got int64) bool { return int64(want) == got })
}

// outline is a tensor of the right shape that lies in no file.
func (p Parameter) outline() *onnx.Tensor {
	t := &onnx.Tensor{Name: p.Name, Type: onnx.Float32, External: &onnx.External{Location: "weights", Length: 4 * int64(p.Elements())}}
	for _, length := range p.Shape {
		t.Shape = append(t.Shape, int64(length))
	}
	return t
}
