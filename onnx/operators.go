package onnx

// The operators that networks are made of. Each adds one node and returns its
// output; options that are zero are the defaults of the format. What an
// operator computes: https://onnx.ai/onnx/operators/

// ConvOptions are the options of a convolution; each list has one number per
// spatial axis, Pads two: all beginnings, then all ends.
type ConvOptions struct {
	Strides, Pads, Dilations []int // empty: 1, 0, 1
	Groups                   int   // 0 means 1
}

// Conv convolves x with the kernels w.
//
//	shapes   x: images × channels × height × width; w: kernels × channels per
//	         group × height × width; bias: kernels, or ""
func (b *Builder) Conv(x, w, bias Value, o ConvOptions) Value {
	return b.Node("Conv", present(x, w, bias),
		intsUnlessEmpty("strides", o.Strides), intsUnlessEmpty("pads", o.Pads),
		intsUnlessEmpty("dilations", o.Dilations), intUnlessZero("group", o.Groups))
}

// PoolOptions are the options of a pooling; the lists are as in ConvOptions.
type PoolOptions struct {
	Kernel        []int // height and width of the windows; required
	Strides, Pads []int
	Ceil          bool // count windows that lie partly outside
	CountPads     bool // AveragePool: padding counts as zeros
}

func (o PoolOptions) attributes() []*Attribute {
	return []*Attribute{
		NewAttribute("kernel_shape", o.Kernel), intsUnlessEmpty("strides", o.Strides), intsUnlessEmpty("pads", o.Pads),
		intUnlessZero("ceil_mode", one01(o.Ceil)),
	}
}

// MaxPool takes the largest number of every window.
func (b *Builder) MaxPool(x Value, o PoolOptions) Value {
	return b.Node("MaxPool", []Value{x}, o.attributes()...)
}

// AveragePool takes the mean of every window.
func (b *Builder) AveragePool(x Value, o PoolOptions) Value {
	return b.Node("AveragePool", []Value{x}, append(o.attributes(), intUnlessZero("count_include_pad", one01(o.CountPads)))...)
}

// GlobalAveragePool takes the mean of every channel: all spatial axes have length 1.
func (b *Builder) GlobalAveragePool(x Value) Value { return b.Node("GlobalAveragePool", []Value{x}) }

// Relu is max(x, 0).
func (b *Builder) Relu(x Value) Value { return b.Node("Relu", []Value{x}) }

// LeakyRelu is x where it is positive, slope · x elsewhere.
func (b *Builder) LeakyRelu(x Value, slope float32) Value {
	return b.Node("LeakyRelu", []Value{x}, NewAttribute("alpha", slope))
}

// Sigmoid is 1 / (1 + exp(-x)).
func (b *Builder) Sigmoid(x Value) Value { return b.Node("Sigmoid", []Value{x}) }

// Tanh is the hyperbolic tangent.
func (b *Builder) Tanh(x Value) Value { return b.Node("Tanh", []Value{x}) }

// Abs is the absolute value.
func (b *Builder) Abs(x Value) Value { return b.Node("Abs", []Value{x}) }

// Sqrt is the square root; NaN where x is negative.
func (b *Builder) Sqrt(x Value) Value { return b.Node("Sqrt", []Value{x}) }

// Softmax is exp(x) divided by its sum along an axis.
func (b *Builder) Softmax(x Value, axis int) Value {
	return b.Node("Softmax", []Value{x}, NewAttribute("axis", axis))
}

// Add is x + y; as all that take two, it stretches axes of length 1.
func (b *Builder) Add(x, y Value) Value { return b.Node("Add", []Value{x, y}) }

// Sub is x - y.
func (b *Builder) Sub(x, y Value) Value { return b.Node("Sub", []Value{x, y}) }

// Mul is x · y, element by element.
func (b *Builder) Mul(x, y Value) Value { return b.Node("Mul", []Value{x, y}) }

// Div is x / y.
func (b *Builder) Div(x, y Value) Value { return b.Node("Div", []Value{x, y}) }

// Pow is x to the power of y.
func (b *Builder) Pow(x, y Value) Value { return b.Node("Pow", []Value{x, y}) }

// MatMul is the matrix product of the last two axes.
func (b *Builder) MatMul(x, y Value) Value { return b.Node("MatMul", []Value{x, y}) }

// GemmOptions are the options of Gemm.
type GemmOptions struct {
	Alpha, Beta            float32 // factors of the product and of the bias; 0 means 1
	TransposeX, TransposeY bool
}

// Gemm is alpha · x · y + beta · bias of two matrices; bias may be "".
//
//	shapes   x: m × k; y: k × n; bias: n, or m × n; result: m × n
func (b *Builder) Gemm(x, y, bias Value, o GemmOptions) Value {
	return b.Node("Gemm", present(x, y, bias),
		floatUnlessZero("alpha", o.Alpha), floatUnlessZero("beta", o.Beta),
		intUnlessZero("transA", one01(o.TransposeX)), intUnlessZero("transB", one01(o.TransposeY)))
}

// Flatten makes a matrix: the axes before axis are its rows.
func (b *Builder) Flatten(x Value, axis int) Value {
	return b.Node("Flatten", []Value{x}, NewAttribute("axis", axis))
}

// Reshape gives x another shape; one axis may be -1, and 0 keeps the length of
// the same axis of x.
func (b *Builder) Reshape(x Value, shape ...int) Value {
	return b.Node("Reshape", []Value{x, b.Constant("", int64s(shape), len(shape))})
}

// Transpose reorders axes: axis i of the result is axis order[i] of x. Without
// an order it reverses them.
func (b *Builder) Transpose(x Value, order ...int) Value {
	return b.Node("Transpose", []Value{x}, intsUnlessEmpty("perm", order))
}

// Concat puts values one after the other along an axis.
func (b *Builder) Concat(axis int, values ...Value) Value {
	return b.Node("Concat", values, NewAttribute("axis", axis))
}

// ReduceMean takes the mean over axes, which then have length 1; without axes,
// over all.
func (b *Builder) ReduceMean(x Value, axes ...int) Value {
	return b.Node("ReduceMean", []Value{x}, intsUnlessEmpty("axes", axes))
}

// BatchNormalizationOptions are the parameters of a BatchNormalization, each
// with one number per channel.
type BatchNormalizationOptions struct {
	Scale, Bias, Mean, Variance Value
	Epsilon                     float32 // 0 means 1e-5
}

// BatchNormalization is (x - mean) / sqrt(variance + epsilon) · scale + bias,
// per channel.
func (b *Builder) BatchNormalization(x Value, o BatchNormalizationOptions) Value {
	return b.Node("BatchNormalization", []Value{x, o.Scale, o.Bias, o.Mean, o.Variance}, floatUnlessZero("epsilon", o.Epsilon))
}

// present drops the values that are left out at the end.
func present(values ...Value) []Value {
	for len(values) > 0 && values[len(values)-1] == "" {
		values = values[:len(values)-1]
	}
	return values
}

func intsUnlessEmpty(name string, list []int) *Attribute {
	if len(list) == 0 {
		return nil
	}
	return NewAttribute(name, list)
}

func intUnlessZero(name string, n int) *Attribute {
	if n == 0 {
		return nil
	}
	return NewAttribute(name, n)
}

func floatUnlessZero(name string, f float32) *Attribute {
	if f == 0 {
		return nil
	}
	return NewAttribute(name, f)
}

// one01 is 1 for true, as the format writes choices.
func one01(choice bool) int {
	if choice {
		return 1
	}
	return 0
}
