package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/isocortex/isocortex/file"
)

// A message is a struct that lists its fields once, for reading and writing.
type message interface {
	fields() []field
	rest() *[]byte // where fields that are not listed are kept, as they were read
}

// A field is one line of a message's table: its number and name in onnx.proto,
// how to read one occurrence, how to write all of it.
type field struct {
	number protowire.Number
	name   string
	read   func(d *decoder, v value) error
	write  func(o *output)
	finish func(d *decoder, end int) error // instead of all else: what to do once the message is read
}

// maxDepth bounds how deep messages may nest, as protobuf itself does.
const maxDepth = 100

// A decoder reads one file.
type decoder struct {
	path     string
	data     []byte
	depth    int  // of the message being read; the model is at depth 1
	external bool // data is the file at path: large weights stay in it
}

// A value is one field of a message as it stands in the file, tag and all in
// data[start:to]: a number, or the bytes data[from:to].
type value struct {
	field           protowire.Number
	wire            protowire.Type
	number          uint64
	start, from, to int
}

func (d *decoder) bytes(v value) []byte { return d.data[v.from:v.to] }

// malformed locates a defect at byte offset of the file.
func (d *decoder) malformed(offset int, name, format string, args ...any) error {
	return file.Malformed(d.path, int64(offset), name, format, args...)
}

// message reads data[from:to] into m.
func (d *decoder) message(m message, from, to int) error {
	if d.depth++; d.depth > maxDepth {
		return d.malformed(from, "message", "messages nest deeper than %d", maxDepth)
	}
	defer func() { d.depth-- }()
	table := m.fields()
	for at := from; at < to; {
		v, err := d.next(at, to)
		if err != nil {
			return err
		}
		if err := d.field(table, v, m.rest()); err != nil {
			return err
		}
		at = v.to
	}
	for _, f := range table {
		if f.finish != nil {
			return f.finish(d, to)
		}
	}
	return nil
}

// field hands v to the line of the table that has its number; without one, it
// is kept in rest.
func (d *decoder) field(table []field, v value, rest *[]byte) error {
	for _, f := range table {
		if f.number != v.field {
			continue
		}
		err := f.read(d, v)
		if parse, ok := err.(*file.ParseError); ok && parse.Field != "" {
			parse.Field = f.name + "." + parse.Field
		} else if ok {
			parse.Field = f.name
		}
		return err
	}
	*rest = append(*rest, d.data[v.start:v.to]...)
	return nil
}

// next reads the field that starts at byte at of a message that ends at to.
func (d *decoder) next(at, to int) (value, error) {
	number, wire, n := protowire.ConsumeTag(d.data[at:to])
	if n < 0 {
		return value{}, d.malformed(at, "tag", "%w", protowire.ParseError(n))
	}
	v := value{field: number, wire: wire, start: at, from: at + n}
	data := d.data[v.from:to]
	switch wire {
	case protowire.VarintType, protowire.Fixed32Type, protowire.Fixed64Type:
		v.number, n = consume(data, wire)
	case protowire.BytesType:
		var content []byte
		content, n = protowire.ConsumeBytes(data)
		v.from += n - len(content)
	default:
		n = protowire.ConsumeFieldValue(number, wire, data)
	}
	if n < 0 {
		return value{}, d.malformed(at, "value", "field %d: %w", number, protowire.ParseError(n))
	}
	v.to = to - len(data) + n
	return v, nil
}

// expect checks that v came in the wire type that its field has.
func (d *decoder) expect(v value, want protowire.Type) error {
	if v.wire != want {
		return d.malformed(v.from, "", "wire type %d where %d belongs", v.wire, want)
	}
	return nil
}

// scalars reads v as one number of the given wire type, or as several packed
// ones, in which old and new writers differ.
func (d *decoder) scalars(v value, want protowire.Type, each func(uint64)) error {
	if v.wire != protowire.BytesType {
		if err := d.expect(v, want); err != nil {
			return err
		}
		each(v.number)
		return nil
	}
	for at := v.from; at < v.to; {
		number, n := consume(d.data[at:v.to], want)
		if n < 0 {
			return d.malformed(at, "", "%w", protowire.ParseError(n))
		}
		each(number)
		at += n
	}
	return nil
}

// consume reads one number of the given wire type.
func consume(data []byte, wire protowire.Type) (uint64, int) {
	switch wire {
	case protowire.Fixed32Type:
		bits, n := protowire.ConsumeFixed32(data)
		return uint64(bits), n
	case protowire.Fixed64Type:
		return protowire.ConsumeFixed64(data)
	default:
		return protowire.ConsumeVarint(data)
	}
}

// An output is bytes in the making: pieces to be written one after the other,
// so that weights are not copied when a message is put into another.
type output struct {
	pieces [][]byte
	size   int64
	placed map[*Tensor]placement // tensors whose numbers are written elsewhere than they are
}

// A placement says where the numbers of a tensor go: into the message, or into
// a file beside it.
type placement struct {
	data     []byte
	external *External
}

// place returns where the numbers of t go.
func (o *output) place(t *Tensor) placement {
	if p, ok := o.placed[t]; ok {
		return p
	}
	return placement{t.Data, t.External}
}

// longPiece is the length from which bytes become a piece of their own.
const longPiece = 4 << 10

// add appends bytes, which the output may keep.
func (o *output) add(b []byte) {
	o.size += int64(len(b))
	last := len(o.pieces) - 1
	if len(b) >= longPiece || last < 0 || len(o.pieces[last]) >= longPiece {
		o.pieces = append(o.pieces, b[:len(b):len(b)])
		return
	}
	o.pieces[last] = append(o.pieces[last], b...)
}

func (o *output) tag(number protowire.Number, wire protowire.Type) {
	o.add(protowire.AppendTag(nil, number, wire))
}

func (o *output) varint(number protowire.Number, v uint64) {
	o.add(protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), v))
}

func (o *output) bytes(number protowire.Number, b []byte) {
	o.tag(number, protowire.BytesType)
	o.add(protowire.AppendVarint(nil, uint64(len(b))))
	if len(b) > 0 {
		o.add(b)
	}
}

// message appends m, with its length before it.
func (o *output) message(number protowire.Number, m message) {
	inner := encode(m, o.placed)
	o.tag(number, protowire.BytesType)
	o.add(protowire.AppendVarint(nil, uint64(inner.size)))
	for _, piece := range inner.pieces {
		o.add(piece)
	}
}

// encode writes the fields of m in the order of its table.
func encode(m message, placed map[*Tensor]placement) *output {
	o := &output{placed: placed}
	for _, f := range m.fields() {
		if f.write != nil {
			f.write(o)
		}
	}
	if rest := *m.rest(); len(rest) > 0 {
		o.add(rest)
	}
	return o
}

// What follows are the kinds of line a table has. Numbers and strings that are
// zero are not written, as the format wants it.

func text(number protowire.Number, name string, s *string) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			*s = string(d.bytes(v))
			return d.expect(v, protowire.BytesType)
		},
		write: func(o *output) {
			if *s != "" {
				o.bytes(number, []byte(*s))
			}
		},
	}
}

func texts(number protowire.Number, name string, list *[]string) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			*list = append(*list, string(d.bytes(v)))
			return d.expect(v, protowire.BytesType)
		},
		write: func(o *output) {
			for _, s := range *list {
				o.bytes(number, []byte(s))
			}
		},
	}
}

func integer[T ~int32 | ~int64](number protowire.Number, name string, i *T) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			*i = T(v.number)
			return d.expect(v, protowire.VarintType)
		},
		write: func(o *output) {
			if *i != 0 {
				o.varint(number, uint64(*i))
			}
		},
	}
}

func integers(number protowire.Number, name string, list *[]int64) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			return d.scalars(v, protowire.VarintType, func(n uint64) { *list = append(*list, int64(n)) })
		},
		write: func(o *output) {
			for _, i := range *list {
				o.varint(number, uint64(i))
			}
		},
	}
}

func float(number protowire.Number, name string, f *float32) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			*f = math.Float32frombits(uint32(v.number))
			return d.expect(v, protowire.Fixed32Type)
		},
		write: func(o *output) {
			if bits := math.Float32bits(*f); bits != 0 {
				o.fixed32(number, bits)
			}
		},
	}
}

func floats(number protowire.Number, name string, list *[]float32) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			return d.scalars(v, protowire.Fixed32Type, func(n uint64) {
				*list = append(*list, math.Float32frombits(uint32(n)))
			})
		},
		write: func(o *output) {
			for _, f := range *list {
				o.fixed32(number, math.Float32bits(f))
			}
		},
	}
}

func (o *output) fixed32(number protowire.Number, bits uint32) {
	o.tag(number, protowire.Fixed32Type)
	o.add(binary.LittleEndian.AppendUint32(nil, bits))
}

// A messagePointer is a pointer to a struct that is a message.
type messagePointer[T any] interface {
	*T
	message
}

// one is a message in a message; one that comes twice is merged.
func one[T any, P messagePointer[T]](number protowire.Number, name string, m **T) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			if *m == nil {
				*m = new(T)
			}
			return d.inner(P(*m), v)
		},
		write: func(o *output) {
			if *m != nil {
				o.message(number, P(*m))
			}
		},
	}
}

// many is a list of messages.
func many[T any, P messagePointer[T]](number protowire.Number, name string, list *[]*T) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			m := new(T)
			*list = append(*list, m)
			return d.inner(P(m), v)
		},
		write: func(o *output) {
			for _, m := range *list {
				o.message(number, P(m))
			}
		},
	}
}

// listed is a list of small messages that are kept by value.
func listed[T any, P messagePointer[T]](number protowire.Number, name string, list *[]T) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error {
			var m T
			err := d.inner(P(&m), v)
			*list = append(*list, m)
			return err
		},
		write: func(o *output) {
			for i := range *list {
				o.message(number, P(&(*list)[i]))
			}
		},
	}
}

// part is a message whose fields belong to the struct of the message around it.
func part(number protowire.Number, name string, m message, present func() bool) field {
	return field{
		number: number, name: name,
		read: func(d *decoder, v value) error { return d.inner(m, v) },
		write: func(o *output) {
			if present() {
				o.message(number, m)
			}
		},
	}
}

// atEnd is what to do once all fields are read.
func atEnd(f func(d *decoder, end int) error) field { return field{finish: f} }

func (d *decoder) inner(m message, v value) error {
	if err := d.expect(v, protowire.BytesType); err != nil {
		return err
	}
	return d.message(m, v.from, v.to)
}
