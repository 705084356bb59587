package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The versions of what a Builder makes.
const (
	BuilderOpset     = 17
	BuilderIRVersion = 8
)

// A Value is the name of a value in a graph that is being built; "" is one that
// is left out.
type Value string

// A Builder puts a graph together, node by node.
//
// What is wrong on the way is remembered, and returned by Model all at once.
// Nodes are named after their operator and a number unless As names them; a
// node's output has the name of the node.
type Builder struct {
	graph   *Graph
	types   map[Value]ElementType
	renamed map[Value]Value
	counts  map[string]int // nodes so far, by operator
	next    string         // name for the next node, "" for one that is made up
	errs    []error
}

// NewBuilder returns an empty graph with the given name.
func NewBuilder(name string) *Builder {
	return &Builder{
		graph:   &Graph{Name: name},
		types:   map[Value]ElementType{},
		renamed: map[Value]Value{},
		counts:  map[string]int{},
	}
}

// As names the next node, and its first output.
//
//	h := g.As("layer1.conv").Conv(x, w, "", onnx.ConvOptions{})
//
// Go calls As before it computes the arguments of what follows, so those may not
// add nodes themselves: Model then reports the name that was lost.
func (b *Builder) As(name string) *Builder {
	if b.next != "" {
		b.note("node "+b.next, errors.New("the name was given, and another before any node took it"))
	}
	b.next = name
	return b
}

// Input adds an input. Each axis is an int, or a string that names a length
// chosen at run time; no axes make a single number.
func (b *Builder) Input(name string, t ElementType, shape ...any) Value {
	dimensions, err := dimensions(shape)
	b.note("input "+name, err)
	b.graph.Inputs = append(b.graph.Inputs, &ValueInfo{Name: name, Type: t, Shape: dimensions})
	b.types[Value(name)] = t
	return Value(name)
}

// Output makes v an output with the given name; "" keeps the name it has. The
// shape is as for Input; without one it is left open.
func (b *Builder) Output(v Value, name string, shape ...any) {
	v = b.resolve(v)
	if name != "" && name != string(v) {
		v = b.rename(v, Value(name))
	}
	info := &ValueInfo{Name: string(v), Type: b.types[v]}
	if len(shape) > 0 {
		var err error
		info.Shape, err = dimensions(shape)
		b.note("output "+name, err)
	}
	b.graph.Outputs = append(b.graph.Outputs, info)
}

// rename gives a node's output another name, wherever it is used; a value that
// is no node's is passed through an Identity node.
func (b *Builder) rename(v, name Value) Value {
	producer := slices.IndexFunc(b.graph.Nodes, func(n *Node) bool { return slices.Contains(n.Outputs, string(v)) })
	used := func(o *ValueInfo) bool { return o.Name == string(v) }
	if producer < 0 || slices.ContainsFunc(b.graph.Outputs, used) {
		return b.As(string(name)).Node("Identity", []Value{v})
	}
	for _, n := range b.graph.Nodes[producer:] {
		replace(n.Inputs, string(v), string(name))
		replace(n.Outputs, string(v), string(name))
	}
	b.renamed[v], b.types[name] = name, b.types[v]
	return name
}

func replace(list []string, old, name string) {
	for i := range list {
		if list[i] == old {
			list[i] = name
		}
	}
}

// resolve follows v through renaming.
func (b *Builder) resolve(v Value) Value {
	for b.renamed[v] != "" {
		v = b.renamed[v]
	}
	return v
}

// Weights adds an initializer of float32 numbers, row-major.
func (b *Builder) Weights(name string, values []float32, shape ...int) Value {
	return b.Constant(name, values, shape...)
}

// Constant adds an initializer. The values are those that NewTensor takes; a
// name of "" is made up.
func (b *Builder) Constant(name string, values any, shape ...int) Value {
	if name == "" {
		name = b.count("Constant")
	}
	t, err := NewTensor(name, values, shape...)
	if err != nil {
		b.note("initializer "+name, err)
		t = &Tensor{Name: name, Type: Float32, Shape: []int64{0}}
	}
	return b.Tensor(t)
}

// Scalar adds a single float32 number.
func (b *Builder) Scalar(value float32) Value { return b.Constant("", []float32{value}) }

// Tensor adds t as an initializer, such as one whose numbers are in a file.
func (b *Builder) Tensor(t *Tensor) Value {
	b.graph.Initializers = append(b.graph.Initializers, t)
	b.types[Value(t.Name)] = t.Type
	return Value(t.Name)
}

// Node adds a node with one output, which it returns.
//
//	y := g.Node("Clip", []onnx.Value{x, low, high})
//	y := g.Node("Elu", []onnx.Value{x}, onnx.NewAttribute("alpha", float32(1)))
func (b *Builder) Node(op string, inputs []Value, attributes ...*Attribute) Value {
	return b.Nodes(op, 1, inputs, attributes...)[0]
}

// Nodes adds a node with several outputs, at least one.
func (b *Builder) Nodes(op string, outputs int, inputs []Value, attributes ...*Attribute) []Value {
	name := b.next
	if b.next = ""; name == "" {
		name = b.count(op)
	}
	n := &Node{Name: name, Op: op, Attributes: slices.DeleteFunc(attributes, func(a *Attribute) bool { return a == nil })}
	for _, v := range inputs {
		n.Inputs = append(n.Inputs, string(b.resolve(v)))
	}
	result := n.resultType(0, func(value string) ElementType { return b.types[Value(value)] })
	values := make([]Value, outputs)
	for i := range values {
		values[i] = Value(name)
		if i > 0 {
			values[i] = Value(fmt.Sprintf("%s.%d", name, i))
		}
		n.Outputs = append(n.Outputs, string(values[i]))
		b.types[values[i]] = result
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	return values
}

// count makes up a name from what it is for.
func (b *Builder) count(op string) string {
	b.counts[op]++
	return fmt.Sprintf("%s_%d", op, b.counts[op])
}

// note remembers an error about something.
func (b *Builder) note(about string, err error) {
	if err != nil {
		b.errs = append(b.errs, fmt.Errorf("%s: %w", about, err))
	}
}

// Model returns the network.
//
//	errors   everything that was wrong on the way and all that Check finds, with
//	         the names of the nodes
func (b *Builder) Model() (*Model, error) {
	m := &Model{
		IRVersion: BuilderIRVersion,
		Producer:  "isocortex",
		Opsets:    []Opset{{Version: BuilderOpset}},
		Graph:     b.graph,
	}
	if err := errors.Join(append(b.errs, m.Check())...); err != nil {
		return nil, err
	}
	return m, nil
}

// dimensions reads the axes that people write: an int or a name each.
func dimensions(shape []any) ([]Dimension, error) {
	dimensions := make([]Dimension, len(shape))
	for i, axis := range shape {
		switch length := axis.(type) {
		case int:
			dimensions[i] = Dimension{Value: int64(length)}
		case string:
			dimensions[i] = Dimension{Value: -1, Parameter: length}
		default:
			return nil, fmt.Errorf("axis %d is a %T: write an int or the name of a length", i, axis)
		}
	}
	return dimensions, nil
}

// NewTensor returns a tensor with the given values, row-major; a single number
// has no shape.
//
//	values   []float32, []float64, []int64, []int32, []uint8 or []bool
//	errors   other values; a shape that has not as many elements as values
func NewTensor(name string, values any, shape ...int) (*Tensor, error) {
	t := &Tensor{Name: name, Shape: make([]int64, len(shape))}
	for i, n := range shape {
		t.Shape[i] = int64(n)
	}
	switch values.(type) {
	case []float32:
		t.Type = Float32
	case []float64:
		t.Type = Float64
	case []int64:
		t.Type = Int64
	case []int32:
		t.Type = Int32
	case []uint8:
		t.Type = Uint8
	case []bool:
		t.Type = Bool
	default:
		return nil, fmt.Errorf("values of type %T cannot be put into a tensor", values)
	}
	t.Data = make([]byte, 0, binary.Size(values))
	t.Data, _ = binary.Append(t.Data, binary.LittleEndian, values)
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// NewAttribute returns an attribute whose type is that of the value.
//
// The value is an int, int64, float32, string, []int, []int64, []float32,
// []string, *Tensor or *Graph; another is a mistake in the program, and panics.
func NewAttribute(name string, value any) *Attribute {
	a := &Attribute{Name: name}
	switch v := value.(type) {
	case int:
		a.Type, a.Int = IntAttribute, int64(v)
	case int64:
		a.Type, a.Int = IntAttribute, v
	case float32:
		a.Type, a.Float = FloatAttribute, v
	case string:
		a.Type, a.String = StringAttribute, v
	case []int:
		a.Type, a.Ints = IntsAttribute, int64s(v)
	case []int64:
		a.Type, a.Ints = IntsAttribute, v
	case []float32:
		a.Type, a.Floats = FloatsAttribute, v
	case []string:
		a.Type, a.Strings = StringsAttribute, v
	case *Tensor:
		a.Type, a.Tensor = TensorAttribute, v
	case *Graph:
		a.Type, a.Graph = GraphAttribute, v
	default:
		panic(fmt.Sprintf("onnx: an attribute cannot be a %T", value))
	}
	return a
}

func int64s(list []int) []int64 {
	wide := make([]int64, len(list))
	for i, n := range list {
		wide[i] = int64(n)
	}
	return wide
}
