package onnx

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/isocortex/isocortex/file"
)

// stayInFile is the length, in bytes, from which the numbers of an initializer
// stay in the file that Open reads.
const stayInFile = 1024

// The lines of the tensor's table that hold numbers.
const (
	floatData  protowire.Number = 4
	int32Data  protowire.Number = 5
	int64Data  protowire.Number = 7
	rawData    protowire.Number = 9
	doubleData protowire.Number = 10
	uint64Data protowire.Number = 11
)

// holds lists the element types that each line may hold, by name.
var holds = map[protowire.Number][]ElementType{
	floatData:  {Float32, Complex64},
	int32Data:  {Int32, Int16, Int8, Uint16, Uint8, Bool, Float16, BFloat16},
	int64Data:  {Int64},
	doubleData: {Float64, Complex128},
	uint64Data: {Uint32, Uint64},
}

func (t *Tensor) rest() *[]byte { return &t.unknown }

func (t *Tensor) fields() []field {
	r := &tensorReader{t: t, at: -1}
	return []field{
		integers(1, "dims", &t.Shape),
		integer(2, "data_type", &t.Type),
		r.numbers(floatData, "float_data", protowire.Fixed32Type),
		r.numbers(int32Data, "int32_data", protowire.VarintType),
		texts(6, "string_data", &t.Strings),
		r.numbers(int64Data, "int64_data", protowire.VarintType),
		text(8, "name", &t.Name),
		r.raw(),
		r.numbers(doubleData, "double_data", protowire.Fixed64Type),
		r.numbers(uint64Data, "uint64_data", protowire.VarintType),
		r.external(),
		r.location(),
		atEnd(r.finish),
	}
}

// A tensorReader holds what is known of a tensor while its fields are read.
type tensorReader struct {
	t       *Tensor
	source  protowire.Number // the line that the numbers came in; 0 before any
	at      int              // where t.Data is in the file; -1 when it is not there as one piece
	words   []uint64         // numbers of variable length, until the type is known
	entries []entry
	outside bool // the numbers are said to be in another file
}

// from notes the line that numbers come in; there must be only one.
func (r *tensorReader) from(d *decoder, number protowire.Number, v value) error {
	if r.source != 0 && r.source != number {
		return d.malformed(v.from, "", "the numbers of a tensor come in field %d already", r.source)
	}
	r.source = number
	return nil
}

// numbers is a line that holds numbers of the given wire type, packed or one
// by one. Tensors are written as raw_data, so it writes nothing.
func (r *tensorReader) numbers(number protowire.Number, name string, wire protowire.Type) field {
	return field{number: number, name: name, read: func(d *decoder, v value) error {
		if err := r.from(d, number, v); err != nil {
			return err
		}
		if wire == protowire.VarintType {
			return d.scalars(v, wire, func(word uint64) { r.words = append(r.words, word) })
		}
		return r.fixed(d, v, wire)
	}}
}

// fixed adds numbers of fixed length, one or several packed: they stand in the
// file as memory holds them and are not touched.
func (r *tensorReader) fixed(d *decoder, v value, wire protowire.Type) error {
	data, width := d.bytes(v), 4
	if wire == protowire.Fixed64Type {
		width = 8
	}
	if v.wire != protowire.BytesType && v.wire != wire {
		return d.expect(v, wire)
	}
	if len(data)%width != 0 {
		return d.malformed(v.from, "", "%d bytes are not a multiple of %d", len(data), width)
	}
	if len(r.t.Data) == 0 {
		r.t.Data, r.at = slices.Clip(data), v.from
	} else {
		r.t.Data, r.at = append(r.t.Data, data...), -1
	}
	return nil
}

func (r *tensorReader) raw() field {
	return field{
		number: rawData, name: "raw_data",
		read: func(d *decoder, v value) error {
			if err := r.from(d, rawData, v); err != nil {
				return err
			}
			r.t.Data, r.at = slices.Clip(d.bytes(v)), v.from
			return d.expect(v, protowire.BytesType)
		},
		write: func(o *output) {
			if data := o.place(r.t).data; len(data) > 0 {
				o.bytes(rawData, data)
			}
		},
	}
}

func (r *tensorReader) external() field {
	const number = 13
	return field{
		number: number, name: "external_data",
		read: func(d *decoder, v value) error {
			var e entry
			err := d.inner(&e, v)
			r.entries = append(r.entries, e)
			return err
		},
		write: func(o *output) {
			e := o.place(r.t).external
			if e == nil {
				return
			}
			o.message(number, &entry{"location", e.Location})
			o.message(number, &entry{"offset", strconv.FormatInt(e.Offset, 10)})
			o.message(number, &entry{"length", strconv.FormatInt(e.Length, 10)})
		},
	}
}

func (r *tensorReader) location() field {
	const number = 14
	return field{
		number: number, name: "data_location",
		read: func(d *decoder, v value) error {
			r.outside = v.number == 1
			return d.expect(v, protowire.VarintType)
		},
		write: func(o *output) {
			if o.place(r.t).external != nil {
				o.varint(number, 1)
			}
		},
	}
}

// finish settles where the numbers are, once the type and shape are known.
func (r *tensorReader) finish(d *decoder, end int) error {
	if types, limited := holds[r.source]; limited && !slices.Contains(types, r.t.Type) {
		if r.t.Type > BFloat16 {
			return file.Unsupported(d.path, int64(end), "data_type", "%v", r.t.Type)
		}
		return d.malformed(end, "data_type", "numbers of type %v in field %d", r.t.Type, r.source)
	}
	r.pack()
	switch {
	case r.outside:
		return r.locate(d, end)
	case !d.external:
	case d.depth == initializerDepth && r.at >= 0 && len(r.t.Data) >= stayInFile:
		r.t.External = &External{filepath.Base(d.path), int64(r.at), int64(len(r.t.Data))}
		r.t.Data = nil
	default:
		r.t.Data = bytes.Clone(r.t.Data)
	}
	return nil
}

// initializerDepth is how deep an initializer of the model's graph stands;
// tensors of attributes are deeper.
const initializerDepth = 3

// pack turns numbers of variable length into those that memory holds.
func (r *tensorReader) pack() {
	if len(r.words) == 0 {
		return
	}
	size := int(r.t.Type.Size())
	r.t.Data = make([]byte, 0, size*len(r.words))
	for _, word := range r.words {
		r.t.Data = append(r.t.Data, binary.LittleEndian.AppendUint64(nil, word)[:size]...)
	}
}

// locate reads where in another file the numbers are, and sees that the file
// has them.
func (r *tensorReader) locate(d *decoder, end int) error {
	const name = "external_data"
	if r.source != 0 {
		return d.malformed(end, name, "the numbers of a tensor are both here and in another file")
	}
	elements, err := r.t.Elements()
	if err != nil {
		return d.malformed(end, "dims", "%w", err)
	}
	e := &External{Length: elements * r.t.Type.Size()}
	for _, entry := range r.entries {
		var err error
		switch entry.key {
		case "location":
			e.Location = entry.value
		case "offset":
			e.Offset, err = strconv.ParseInt(entry.value, 10, 64)
		case "length":
			e.Length, err = strconv.ParseInt(entry.value, 10, 64)
		}
		if err != nil || e.Offset < 0 || e.Length < 0 {
			return d.malformed(end, name, "%s %q is not a number of bytes", entry.key, entry.value)
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(e.Location)) {
		return d.malformed(end, name, "location %q does not stay in the folder of the model", e.Location)
	}
	r.t.External = e
	return d.present(e, end)
}

// present sees that the bytes of e are in its file, when there is a folder to
// look in.
func (d *decoder) present(e *External, end int) error {
	if !d.external {
		return nil
	}
	path := filepath.Join(filepath.Dir(d.path), filepath.FromSlash(e.Location))
	info, err := os.Stat(path)
	if err != nil {
		return &file.ParseError{Path: d.path, Offset: int64(end), Field: "external_data", Err: err}
	}
	if e.Offset > info.Size() || e.Length > info.Size()-e.Offset {
		return d.malformed(end, "external_data", "%s has %d bytes, too few for %d at byte %d",
			path, info.Size(), e.Length, e.Offset)
	}
	return nil
}
