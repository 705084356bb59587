package mat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zlib"

	"github.com/isocortex/isocortex/format/inflate"
)

const (
	headerV5    = 128 // bytes before the first variable
	longestName = 1 << 10
	headOfArray = 8 << 10 // inflated bytes that hold the header of any variable
)

// How an element of a version 5 file is stored: the types of the format.
const (
	miINT8       = 1
	miUINT8      = 2
	miINT16      = 3
	miUINT16     = 4
	miINT32      = 5
	miUINT32     = 6
	miSINGLE     = 7
	miDOUBLE     = 9
	miINT64      = 12
	miUINT64     = 13
	miMATRIX     = 14
	miCOMPRESSED = 15
	miUTF8       = 16
	miUTF16      = 17
	miUTF32      = 18
)

// The classes of arrays of a version 5 file that are told apart here, and the
// flags beside them.
const (
	mxCELL     = 1
	mxSTRUCT   = 2
	mxOBJECT   = 3
	mxCHAR     = 4
	mxSPARSE   = 5
	mxFUNCTION = 16
	mxOPAQUE   = 17

	flagLogical = 0x02
	flagComplex = 0x08
)

// classesV5 names the classes by their number.
var classesV5 = map[byte]Class{
	mxCELL: Cell, mxSTRUCT: Struct, mxCHAR: Char, mxSPARSE: Double, 6: Double, 7: Single, 8: Int8, 9: Uint8,
	10: Int16, 11: Uint16, 12: Int32, 13: Uint32, 14: Int64, 15: Uint64, mxFUNCTION: FunctionHandle,
}

// A region is a stretch of bytes that holds data elements one after the other.
type region struct {
	place
	data  []byte
	order binary.ByteOrder
}

// An element is what one tag announces.
type element struct {
	region
	kind uint32
}

// next cuts the first element off r; field says what should be there.
func (r *region) next(field string) (element, error) {
	if len(r.data) < 8 {
		return element{}, r.malformed(field, "%d bytes are left where 8 announce an element", len(r.data))
	}
	kind, size, start := r.order.Uint32(r.data), int64(r.order.Uint32(r.data[4:])), 8
	if small := kind >> 16; small != 0 { // up to 4 bytes stand in the tag itself
		kind, size, start = kind&0xffff, int64(small), 4
	}
	if left := len(r.data) - start; size > int64(left) || start == 4 && size > 4 {
		return element{}, r.malformed(field, "%d bytes announced, %d left", size, left)
	}
	end := start + int(size)
	e := element{region{r.plus(start), r.data[start:end], r.order}, kind}
	if kind != miCOMPRESSED {
		end = min((end+7)&^7, len(r.data))
	}
	r.place, r.data = r.plus(end), r.data[end:]
	return e, nil
}

// listV5 finds the variables of a version 5 file.
func listV5(path string, data []byte) ([]variable, error) {
	top := region{place{path, headerV5}, data[headerV5:], order(data[126])}
	var all []variable
	for len(top.data) > 0 {
		e, err := top.next("variable")
		if err != nil {
			return nil, err
		}
		head, open := e.region, func() (region, error) { return e.region, nil }
		switch e.kind {
		case miMATRIX:
		case miCOMPRESSED:
			open = e.inflate
			if head, err = e.inflateHead(); err != nil {
				return nil, err
			}
		default:
			return nil, e.malformed("variable", "an element of type %d is no array", e.kind)
		}
		h, err := readHeader(head)
		if err != nil {
			return nil, err
		}
		if h.name == "" { // what MATLAB keeps about objects
			continue
		}
		v := variable{Info: Info{h.name, h.class, seen(h.shape)}, open: func() (*node, error) {
			body, err := open()
			if err != nil {
				return nil, err
			}
			return nodeV5(body, h.name)
		}}
		if h.code == mxSTRUCT {
			v.fields, _ = readFields(&h.rest) // if they are more than the head holds, they are found in the whole
		}
		all = append(all, v)
	}
	return all, nil
}

// order returns the byte order that the last letter but one of the header names.
func order(mark byte) binary.ByteOrder {
	if mark == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// inflateHead inflates as much of a compressed variable as its header needs.
// Whatever is wrong behind that shows when the variable is read.
func (e element) inflateHead() (region, error) {
	r, err := e.inflater()
	if err != nil {
		return region{}, err
	}
	head := make([]byte, headOfArray)
	n, err := io.ReadFull(r, head)
	if n < 8 {
		return region{}, e.malformed("compressed variable", "%w", err)
	}
	return e.array(head[8:n]), nil
}

// inflate inflates a whole compressed variable.
func (e element) inflate() (region, error) {
	r, err := e.inflater()
	if err != nil {
		return region{}, err
	}
	tag := make([]byte, 8)
	if _, err := io.ReadFull(r, tag); err != nil {
		return region{}, e.malformed("compressed variable", "%w", err)
	}
	kind, size := e.order.Uint32(tag), int64(e.order.Uint32(tag[4:]))
	if kind != miMATRIX || size > inflate.Most*int64(len(e.data)) {
		return region{}, e.malformed("compressed variable", "type %d of %d bytes cannot be in %d compressed bytes", kind, size, len(e.data))
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return region{}, e.malformed("compressed variable", "%w", err)
	}
	switch n, err := io.ReadFull(r, tag[:1]); { // reading to the end verifies the checksum
	case n > 0:
		return region{}, e.malformed("compressed variable", "more than the %d bytes announced", size)
	case !errors.Is(err, io.EOF):
		return region{}, e.malformed("compressed variable", "%w", err)
	}
	return e.array(body), nil
}

func (e element) inflater() (io.Reader, error) {
	r, err := zlib.NewReader(bytes.NewReader(e.data))
	if err != nil {
		return nil, e.malformed("compressed variable", "%w", err)
	}
	return r, nil
}

// array returns the region of an inflated array. Its places are counted in the
// inflated bytes, behind the tag.
func (e element) array(body []byte) region {
	return region{place{fmt.Sprintf("%s, inflated from byte %d", e.path, e.offset), 8}, body, e.order}
}

// header is the first part of an array.
type header struct {
	code, flags byte
	class       Class
	shape       []int
	name        string
	rest        region // what follows
}

// readHeader reads the header of the array in r.
func readHeader(r region) (header, error) {
	flags, err := r.next("array flags")
	if err != nil {
		return header{}, err
	}
	if flags.kind != miUINT32 || len(flags.data) != 8 {
		return header{}, flags.malformed("array flags", "type %d of %d bytes, want %d of 8", flags.kind, len(flags.data), miUINT32)
	}
	word := flags.order.Uint32(flags.data)
	h := header{code: byte(word), flags: byte(word >> 8)}
	known := false
	if h.class, known = classesV5[h.code]; !known && h.code != mxOBJECT && h.code != mxOPAQUE {
		return header{}, flags.unsupported("array flags", "class %d", h.code)
	}
	if h.flags&flagLogical != 0 && h.class.holdsNumbers() {
		h.class = Logical
	}
	if h.code != mxOPAQUE { // which has no shape
		if h.shape, err = readShape(&r); err != nil {
			return header{}, err
		}
	}
	if h.name, err = readName(&r, "array name"); err != nil {
		return header{}, err
	}
	if err := h.readObjectClass(&r); err != nil {
		return header{}, err
	}
	h.rest = r
	return h, nil
}

// readObjectClass reads the name of the class of an object, which MATLAB's
// older classes have by itself and its newer ones behind the name of a system.
func (h *header) readObjectClass(r *region) error {
	var names int
	switch h.code {
	case mxOBJECT:
		names = 1
	case mxOPAQUE:
		names = 2
	}
	for range names {
		name, err := readName(r, "class name")
		if err != nil {
			return err
		}
		h.class = Class(name)
	}
	if names > 0 && h.class.readable() {
		return r.malformed("class name", "an object cannot be of the class %s", h.class)
	}
	return nil
}

// readShape reads the dimensions of an array.
func readShape(r *region) ([]int, error) {
	e, err := r.next("dimensions")
	if err != nil {
		return nil, err
	}
	axes := len(e.data) / 4
	switch {
	case e.kind != miINT32 && e.kind != miUINT32 || len(e.data)%4 != 0 || axes < 2:
		return nil, e.malformed("dimensions", "type %d of %d bytes, want two numbers of type %d or more", e.kind, len(e.data), miINT32)
	case axes > mostAxes:
		return nil, e.unsupported("dimensions", "%d axes; at most %d", axes, mostAxes)
	}
	shape := make([]int, axes)
	for axis := range shape {
		shape[axis] = int(int32(e.order.Uint32(e.data[4*axis:])))
	}
	if _, ok := count(shape); !ok {
		return nil, e.malformed("dimensions", "no array has the shape %v", shape)
	}
	return shape, nil
}

// readName reads a name: letters of one byte.
func readName(r *region, field string) (string, error) {
	e, err := r.next(field)
	if err != nil {
		return "", err
	}
	if e.kind != miINT8 && e.kind != miUINT8 && e.kind != miUTF8 || len(e.data) > longestName {
		return "", e.malformed(field, "type %d of %d bytes is no name", e.kind, len(e.data))
	}
	name, _, _ := strings.Cut(string(e.data), "\x00")
	return name, nil
}
