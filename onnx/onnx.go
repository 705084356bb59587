// Package onnx reads and writes networks in the Open Neural Network Exchange
// format, and builds them in Go.
//
// A network is a graph of named values: nodes compute values from values,
// initializers are values that stand in the file (the weights).
//
//	model, err := onnx.Open("squeezenet.onnx")
//	tapped, err := model.Tap("fire2/concat", "pool10")  // a network whose outputs are two layers
//
// or, made by hand:
//
//	g := onnx.NewBuilder("net")
//	x := g.Input("image", onnx.Float32, "n", 3, 224, 224)
//	w := g.Weights("conv1.weight", weights, 64, 3, 3, 3)
//	y := g.Relu(g.Conv(x, w, "", onnx.ConvOptions{Pads: []int{1, 1, 1, 1}}))
//	g.Output(y, "features")
//	model, err := g.Model()
//
// Large weights stay in their file: [Open] turns them into (file, offset,
// length), so that a network of any size opens in milliseconds.
//
//	source   onnx.proto of ONNX 1.16, https://onnx.ai/onnx/repo-docs/IR.html
package onnx

import (
	"fmt"
	"math"
)

// A Model is a network with what a runtime needs to know about it.
//
// What this package does not model (model-local functions, training
// information, documentation strings, ...) is kept as it was read, and written
// again; only marks on the axes of a value and checksums of other files are
// dropped.
type Model struct {
	IRVersion       int64 // version of the file format
	Producer        string
	ProducerVersion string
	Opsets          []Opset // versions of the operators
	Graph           *Graph
	Metadata        map[string]string
	Folder          string // where the files named by External.Location are; "" is the working folder

	files   files
	unknown []byte
}

// An Opset names the version of one set of operators; Domain "" is ONNX itself.
type Opset struct {
	Domain  string
	Version int64
}

// A Graph computes its Outputs from its Inputs.
type Graph struct {
	Name         string
	Nodes        []*Node // every node after those whose outputs it needs
	Initializers []*Tensor
	Inputs       []*ValueInfo // in old files the initializers are listed here too
	Outputs      []*ValueInfo
	Values       []*ValueInfo // what is known about other values; may be empty

	unknown []byte
}

// A Node is one operation.
type Node struct {
	Name            string // may be empty
	Op, Domain      string
	Inputs, Outputs []string // names of values; "" stands for an optional one left out
	Attributes      []*Attribute

	unknown []byte
}

// An Attribute is a constant parameter of a node. Type says which field counts.
type Attribute struct {
	Name    string
	Type    AttributeType
	Float   float32
	Int     int64
	String  string
	Tensor  *Tensor
	Graph   *Graph
	Floats  []float32
	Ints    []int64
	Strings []string
	Tensors []*Tensor
	Graphs  []*Graph

	unknown []byte
}

// An AttributeType says what an Attribute holds.
type AttributeType int32

// The kinds of attribute that nodes of ordinary networks have.
const (
	FloatAttribute   AttributeType = 1
	IntAttribute     AttributeType = 2
	StringAttribute  AttributeType = 3
	TensorAttribute  AttributeType = 4
	GraphAttribute   AttributeType = 5
	FloatsAttribute  AttributeType = 6
	IntsAttribute    AttributeType = 7
	StringsAttribute AttributeType = 8
	TensorsAttribute AttributeType = 9
	GraphsAttribute  AttributeType = 10
)

// A Tensor is an array of numbers with a name: an initializer or an attribute.
// Its numbers are in Data, in Strings, or in a file.
type Tensor struct {
	Name     string
	Type     ElementType
	Shape    []int64   // row-major; empty for a single number
	Data     []byte    // little-endian; not to be written to, it may view what was decoded
	Strings  []string  // the elements when Type is String
	External *External // where the numbers are when they are not here

	unknown []byte
}

// An External says where in a file the numbers of a tensor are.
type External struct {
	Location       string // file, relative to Model.Folder, with slashes
	Offset, Length int64  // bytes
}

// A ValueInfo tells the type and shape of a value.
type ValueInfo struct {
	Name  string
	Type  ElementType
	Shape []Dimension // nil when not even the number of axes is known; empty for a single number

	otherType []byte // types that are not tensors
	unknown   []byte
}

// A Dimension is the length of one axis: a number, a name that stands for a
// number chosen at run time, or neither.
type Dimension struct {
	Value     int64  // -1 when not fixed
	Parameter string // "" when unnamed; when named, Value does not count
}

// Size returns the length of the axis, -1 when it is not fixed.
func (d Dimension) Size() int64 {
	if d.Parameter != "" {
		return -1
	}
	return d.Value
}

// Sizes returns the lengths of the axes of v, -1 for those that are not fixed;
// nil when the number of axes is not known.
func (v *ValueInfo) Sizes() []int64 {
	if v.Shape == nil {
		return nil
	}
	sizes := make([]int64, len(v.Shape))
	for i, d := range v.Shape {
		sizes[i] = d.Size()
	}
	return sizes
}

// An ElementType is the type of the numbers of a tensor.
type ElementType int32

// The element types, with their numbers in the format.
const (
	Undefined  ElementType = 0
	Float32    ElementType = 1
	Uint8      ElementType = 2
	Int8       ElementType = 3
	Uint16     ElementType = 4
	Int16      ElementType = 5
	Int32      ElementType = 6
	Int64      ElementType = 7
	String     ElementType = 8
	Bool       ElementType = 9
	Float16    ElementType = 10
	Float64    ElementType = 11
	Uint32     ElementType = 12
	Uint64     ElementType = 13
	Complex64  ElementType = 14
	Complex128 ElementType = 15
	BFloat16   ElementType = 16
)

// elements gives the name and the bytes of every element type.
var elements = []struct {
	name  string
	bytes int64 // 0: not of one size
}{
	{"undefined", 0},
	{"float32", 4},
	{"uint8", 1},
	{"int8", 1},
	{"uint16", 2},
	{"int16", 2},
	{"int32", 4},
	{"int64", 8},
	{"string", 0},
	{"bool", 1},
	{"float16", 2},
	{"float64", 8},
	{"uint32", 4},
	{"uint64", 8},
	{"complex64", 8},
	{"complex128", 16},
	{"bfloat16", 2},
}

// String names the type as NumPy does.
func (t ElementType) String() string {
	if t < 0 || int(t) >= len(elements) {
		return fmt.Sprintf("element type %d", int32(t))
	}
	return elements[t].name
}

// Size returns the bytes of one element; 0 for strings and for types that this
// package does not know.
func (t ElementType) Size() int64 {
	if t < 0 || int(t) >= len(elements) {
		return 0
	}
	return elements[t].bytes
}

// Elements returns how many numbers t has by its shape.
//
//	errors   a negative axis, or more elements than an int64 can count
func (t *Tensor) Elements() (int64, error) {
	count := int64(1)
	for _, n := range t.Shape {
		if n < 0 {
			return 0, fmt.Errorf("shape %v has a negative axis", t.Shape)
		}
		if n > 0 && count > math.MaxInt64/16/n {
			return 0, fmt.Errorf("shape %v is too large", t.Shape)
		}
		count *= n
	}
	return count, nil
}
