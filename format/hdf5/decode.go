package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/half"
)

// littleEndian says whether values lie in memory as in most files.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// A decoder turns the bytes of elements into values.
type decoder struct {
	f     *File
	heap  globalHeap
	taken int64 // bytes of values of varying length so far
}

func (f *File) decoder() *decoder {
	return &decoder{f: f, heap: globalHeap{f: f, collections: map[int64]map[int]heapSegment{}}}
}

func (d *decoder) unsupported(t *Type, format string, args ...any) error {
	return file.Unsupported(d.f.path, -1, "datatype "+t.String(), format, args...)
}

func (d *decoder) malformed(t *Type, format string, args ...any) error {
	return file.Malformed(d.f.path, -1, "data of type "+t.String(), format, args...)
}

// array returns the elements of raw, which has those of the whole shape.
func (d *decoder) array(t *Type, shape []int, raw []byte) (Array, error) {
	shape = slices.Clone(shape)
	for t.Class == ClassArray {
		shape = append(shape, t.Shape...)
		t = t.Element
	}
	data, err := d.values(t, shape, raw)
	return Array{Shape: shape, Data: data}, err
}

// values returns the elements of raw, of any type but arrays.
func (d *decoder) values(t *Type, shape []int, raw []byte) (any, error) {
	n := len(raw) / t.Size
	if data, to := t.plain(n); data != nil {
		copy(to, raw)
		t.toNative(to)
		return data, nil
	}
	switch t.Class {
	case ClassInteger, ClassBits:
		return d.odd(t, raw)
	case ClassFloat:
		return d.halves(t, raw)
	case ClassString:
		return each(t, raw, func(b []byte) (string, error) { return d.text(t, b) })
	case ClassCompound:
		return d.compound(t, shape, raw)
	case ClassEnum:
		if !t.boolean() {
			return d.values(t.Element, shape, raw)
		}
		return each(t, raw, func(b []byte) (bool, error) { return d.truth(t, b) })
	case ClassReference:
		if t.region || t.Size > 8 {
			return nil, d.unsupported(t, "references to regions, or of the newest kind")
		}
		return each(t, raw, func(b []byte) (Reference, error) { return Reference(little(b)), nil })
	case ClassSequence:
		return each(t, raw, func(b []byte) (Array, error) { return d.sequence(t, b) })
	}
	return nil, d.unsupported(t, "values of class %s", t.Class)
}

// each makes values one by one from their bytes.
func each[T any](t *Type, raw []byte, value func([]byte) (T, error)) ([]T, error) {
	values := make([]T, len(raw)/t.Size)
	for i := range values {
		var err error
		if values[i], err = value(raw[i*t.Size : (i+1)*t.Size]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// toNative turns the bytes of plain numbers round where memory needs that.
func (t *Type) toNative(raw []byte) {
	if t.Class == ClassEnum {
		t = t.Element
	}
	if t.Size == 1 || t.BigEndian != littleEndian {
		return
	}
	for from := 0; from < len(raw); from += t.Size {
		slices.Reverse(raw[from : from+t.Size])
	}
}

// little returns the little-endian number that b holds, of at most 8 bytes.
func little(b []byte) uint64 {
	var word [8]byte
	copy(word[:], b)
	return binary.LittleEndian.Uint64(word[:])
}

// integer returns one integer of at most 8 bytes of any width, with its sign.
func (t *Type) integer(b []byte) uint64 {
	if t.BigEndian {
		b = slices.Clone(b)
		slices.Reverse(b)
	}
	unused := 64 - t.bits
	v := little(b) >> t.offset << unused
	if t.Signed {
		return uint64(int64(v) >> unused)
	}
	return v >> unused
}

// odd returns integers of a width that Go has no type of, in the next wider one.
func (d *decoder) odd(t *Type, raw []byte) (any, error) {
	if t.Size > 8 {
		return nil, d.unsupported(t, "integers of %d bytes", t.Size)
	}
	switch {
	case t.bits <= 8 && t.Signed:
		return integers[int8](t, raw)
	case t.bits <= 8:
		return integers[uint8](t, raw)
	case t.bits <= 16 && t.Signed:
		return integers[int16](t, raw)
	case t.bits <= 16:
		return integers[uint16](t, raw)
	case t.bits <= 32 && t.Signed:
		return integers[int32](t, raw)
	case t.bits <= 32:
		return integers[uint32](t, raw)
	case t.Signed:
		return integers[int64](t, raw)
	}
	return integers[uint64](t, raw)
}

func integers[T number](t *Type, raw []byte) ([]T, error) {
	return each(t, raw, func(b []byte) (T, error) { return T(t.integer(b)), nil })
}

func (d *decoder) halves(t *Type, raw []byte) (any, error) {
	if !t.ieee() {
		return nil, d.unsupported(t, "floats of %d bytes with %d bits of exponent and a bias of %d", t.Size, t.exponents, t.bias)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t.BigEndian {
		order = binary.BigEndian
	}
	return each(t, raw, func(b []byte) (float32, error) { return half.Float32(order.Uint16(b)), nil })
}

func (d *decoder) truth(t *Type, b []byte) (bool, error) {
	v := t.Element.integer(b)
	if v > 1 {
		return false, d.malformed(t, "%d is neither FALSE nor TRUE", int64(v))
	}
	return v == 1, nil
}

// Paddings of strings.
const (
	zeroEnds = iota
	zeroFills
	spaceFills
)

// text returns one string.
func (d *decoder) text(t *Type, b []byte) (string, error) {
	if t.Variable {
		var err error
		if b, err = d.elsewhere(t, b, 1); err != nil {
			return "", err
		}
	}
	switch end := bytes.IndexByte(b, 0); {
	case t.padding == zeroEnds && end >= 0:
		b = b[:end]
	case t.padding == spaceFills:
		b = bytes.TrimRight(b, " ")
	default:
		b = bytes.TrimRight(b, "\x00")
	}
	if !utf8.Valid(b) {
		return "", d.unsupported(t, "the bytes %q are not UTF-8", b)
	}
	return string(b), nil
}

// elsewhere returns the bytes of a value of varying length, which b tells the
// place of; element is the size of what it is a sequence of.
func (d *decoder) elsewhere(t *Type, b []byte, element int) ([]byte, error) {
	if want := 4 + d.f.offsets + 4; len(b) != want {
		return nil, d.malformed(t, "%d bytes of place and length in place of %d", len(b), want)
	}
	n, address, index := int64(little(b[:4])), little(b[4:len(b)-4]), int(little(b[len(b)-4:]))
	if n == 0 || address == 0 {
		return nil, nil
	}
	if address > uint64(len(d.f.data)) {
		return nil, d.malformed(t, "it lies at address %d, outside the file", address)
	}
	s, err := d.heap.find(int64(address), index)
	if err != nil {
		return nil, err
	}
	size := n * int64(element) // both have 32 bits
	if size < 0 || size > s.size {
		return nil, d.malformed(t, "%d elements of %d bytes in %d bytes", n, element, s.size)
	}
	if d.taken += size; d.taken > int64(len(d.f.data)) {
		return nil, d.malformed(t, "more bytes than the file has")
	}
	c := d.f.cursor("global heap", s.at, s.size)
	return c.take(size), c.err
}

func (d *decoder) sequence(t *Type, b []byte) (Array, error) {
	raw, err := d.elsewhere(t, b, t.Element.Size)
	if err != nil {
		return Array{}, err
	}
	return d.array(t.Element, []int{len(raw) / t.Element.Size}, raw)
}

// compound returns records member by member.
func (d *decoder) compound(t *Type, shape []int, raw []byte) (any, error) {
	n := len(raw) / t.Size
	records := make(Compound, len(t.Members))
	for i, m := range t.Members {
		size := m.Type.Size
		column := make([]byte, 0, n*size)
		for from := m.Offset; from < len(raw); from += t.Size {
			column = append(column, raw[from:from+size]...)
		}
		array, err := d.array(m.Type, shape, column)
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", m.Name, err)
		}
		records[i] = Field{m.Name, array}
	}
	return records, nil
}
