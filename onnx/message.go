package onnx

import (
	"cmp"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// The tables of onnx.proto, one per message. Order and numbers are the format's.

func (m *Model) rest() *[]byte     { return &m.unknown }
func (g *Graph) rest() *[]byte     { return &g.unknown }
func (n *Node) rest() *[]byte      { return &n.unknown }
func (a *Attribute) rest() *[]byte { return &a.unknown }
func (v *ValueInfo) rest() *[]byte { return &v.unknown }

func (m *Model) fields() []field {
	return []field{
		integer(1, "ir_version", &m.IRVersion),
		text(2, "producer_name", &m.Producer),
		text(3, "producer_version", &m.ProducerVersion),
		one(7, "graph", &m.Graph),
		listed(8, "opset_import", &m.Opsets),
		m.metadata(),
	}
}

func (s *Opset) rest() *[]byte { return new([]byte) }

func (s *Opset) fields() []field {
	return []field{
		text(1, "domain", &s.Domain),
		integer(2, "version", &s.Version),
	}
}

// An entry is a key with its value.
type entry struct{ key, value string }

func (e *entry) rest() *[]byte { return new([]byte) }

func (e *entry) fields() []field {
	return []field{text(1, "key", &e.key), text(2, "value", &e.value)}
}

// metadata is the line of the model's table for its key-value pairs.
func (m *Model) metadata() field {
	const number = 14
	return field{
		number: number, name: "metadata_props",
		read: func(d *decoder, v value) error {
			var e entry
			err := d.inner(&e, v)
			if m.Metadata == nil {
				m.Metadata = map[string]string{}
			}
			m.Metadata[e.key] = e.value
			return err
		},
		write: func(o *output) {
			for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
				o.message(number, &entry{key, m.Metadata[key]})
			}
		},
	}
}

func (g *Graph) fields() []field {
	return []field{
		many(1, "node", &g.Nodes),
		text(2, "name", &g.Name),
		many(5, "initializer", &g.Initializers),
		many(11, "input", &g.Inputs),
		many(12, "output", &g.Outputs),
		many(13, "value_info", &g.Values),
	}
}

func (n *Node) fields() []field {
	return []field{
		texts(1, "input", &n.Inputs),
		texts(2, "output", &n.Outputs),
		text(3, "name", &n.Name),
		text(4, "op_type", &n.Op),
		many(5, "attribute", &n.Attributes),
		text(7, "domain", &n.Domain),
	}
}

func (a *Attribute) fields() []field {
	var seen AttributeType // which decides where the type is not written, as in the oldest files
	holds := func(t AttributeType, f field) field {
		read := f.read
		f.read = func(d *decoder, v value) error {
			seen = t
			return read(d, v)
		}
		return f
	}
	return []field{
		text(1, "name", &a.Name),
		holds(FloatAttribute, a.always(float(2, "f", &a.Float), FloatAttribute, func(o *output) { o.fixed32(2, 0) })),
		holds(IntAttribute, a.always(integer(3, "i", &a.Int), IntAttribute, func(o *output) { o.varint(3, 0) })),
		holds(StringAttribute, a.always(text(4, "s", &a.String), StringAttribute, func(o *output) { o.bytes(4, nil) })),
		holds(TensorAttribute, one(5, "t", &a.Tensor)),
		holds(GraphAttribute, one(6, "g", &a.Graph)),
		holds(FloatsAttribute, floats(7, "floats", &a.Floats)),
		holds(IntsAttribute, integers(8, "ints", &a.Ints)),
		holds(StringsAttribute, texts(9, "strings", &a.Strings)),
		holds(TensorsAttribute, many(10, "tensors", &a.Tensors)),
		holds(GraphsAttribute, many(11, "graphs", &a.Graphs)),
		integer(20, "type", &a.Type),
		atEnd(func(*decoder, int) error {
			a.Type = cmp.Or(a.Type, seen)
			return nil
		}),
	}
}

// always makes the line f write a zero too when it is the one that counts:
// checkers want to see exactly one value in an attribute.
func (a *Attribute) always(f field, t AttributeType, zero func(o *output)) field {
	write := f.write
	f.write = func(o *output) {
		before := o.size
		if write(o); o.size == before && a.Type == t {
			zero(o)
		}
	}
	return f
}

func (v *ValueInfo) fields() []field {
	present := func() bool { return v.Type != 0 || v.Shape != nil || len(v.otherType) > 0 }
	return []field{
		text(1, "name", &v.Name),
		part(2, "type", (*typeProto)(v), present),
	}
}

// typeProto is a ValueInfo, seen as the message that tells its type; types
// that are not tensors are kept as they are.
type typeProto ValueInfo

func (t *typeProto) rest() *[]byte { return &t.otherType }

func (t *typeProto) fields() []field {
	present := func() bool { return t.Type != 0 || t.Shape != nil }
	return []field{part(1, "tensor_type", (*tensorTypeProto)(t), present)}
}

// tensorTypeProto is a ValueInfo, seen as the message inside its type.
type tensorTypeProto ValueInfo

func (t *tensorTypeProto) rest() *[]byte { return new([]byte) }

func (t *tensorTypeProto) fields() []field {
	present := func() bool { return t.Shape != nil }
	return []field{
		integer(1, "elem_type", &t.Type),
		part(2, "shape", (*shapeProto)(t), present),
	}
}

// shapeProto is a ValueInfo, seen as the message that tells its shape.
type shapeProto ValueInfo

func (s *shapeProto) rest() *[]byte { return new([]byte) }

func (s *shapeProto) fields() []field {
	dims := field{
		number: 1, name: "dim",
		read: func(d *decoder, v value) error {
			dim := Dimension{Value: -1}
			err := d.inner(&dim, v)
			s.Shape = append(s.Shape, dim)
			return err
		},
		write: func(o *output) {
			for i := range s.Shape {
				o.message(1, &s.Shape[i])
			}
		},
	}
	return []field{dims, atEnd(func(*decoder, int) error {
		if s.Shape == nil {
			s.Shape = []Dimension{}
		}
		return nil
	})}
}

func (d *Dimension) rest() *[]byte { return new([]byte) }

func (d *Dimension) fields() []field {
	return []field{
		{
			number: 1, name: "dim_value",
			read: func(r *decoder, v value) error {
				*d = Dimension{Value: max(int64(v.number), -1)}
				return r.expect(v, protowire.VarintType)
			},
			write: func(o *output) {
				if d.Parameter == "" && d.Value >= 0 {
					o.varint(1, uint64(d.Value))
				}
			},
		},
		{
			number: 2, name: "dim_param",
			read: func(r *decoder, v value) error {
				*d = Dimension{Value: -1, Parameter: string(r.bytes(v))}
				return r.expect(v, protowire.BytesType)
			},
			write: func(o *output) {
				if d.Parameter != "" {
					o.bytes(2, []byte(d.Parameter))
				}
			},
		},
	}
}
