package stimulus

import (
	"encoding/binary"
	"fmt"
)

// A directory is a list of fields of a TIFF file, or of EXIF data.
type directory struct {
	source
	order   binary.ByteOrder
	entries map[uint16]entry
	next    uint32 // where the directory of the next picture begins; 0 when there is none
	err     error  // the first that reading a field met
}

// An entry says where the values of a field stand.
type entry struct {
	kind   uint16
	count  uint32
	offset int64
}

// kindSizes gives the bytes of a value of every kind of number that is read.
var kindSizes = map[uint16]int64{1: 1, 3: 2, 4: 4} // byte, short, long

// readDirectory reads the first directory of TIFF data.
//
//	source   TIFF 6.0 (1992), section 2
func readDirectory(s source) (*directory, error) {
	start, err := s.part(0, 8, "TIFF header")
	if err != nil {
		return nil, err
	}
	d := &directory{source: s, order: binary.LittleEndian, entries: map[uint16]entry{}}
	if start[0] == 'M' {
		d.order = binary.BigEndian
	}
	at := int64(d.order.Uint32(start[4:]))
	count, err := s.part(at, 2, "TIFF directory")
	if err != nil {
		return nil, err
	}
	length := 12 * int64(d.order.Uint16(count))
	body, err := s.part(at+2, length+4, "TIFF directory")
	if err != nil {
		return nil, err
	}
	for i := int64(0); i < length; i += 12 {
		d.add(body[i:i+12], at+2+i)
	}
	d.next = d.order.Uint32(body[length:])
	return d, nil
}

// add takes an entry that stands at offset. Up to four bytes of values stand in
// the entry, more elsewhere.
func (d *directory) add(body []byte, offset int64) {
	e := entry{kind: d.order.Uint16(body[2:]), count: d.order.Uint32(body[4:]), offset: offset + 8}
	if kindSizes[e.kind]*int64(e.count) > 4 {
		e.offset = int64(d.order.Uint32(body[8:]))
	}
	d.entries[d.order.Uint16(body)] = e
}

// numbers returns the values of a field, or the first of many; none when it is
// missing.
func (d *directory) numbers(tag uint16, most int64) []uint32 {
	e, ok := d.entries[tag]
	if !ok || d.err != nil {
		return nil
	}
	field := fmt.Sprintf("TIFF field %d", tag)
	size := kindSizes[e.kind]
	if size == 0 {
		d.err = d.malformed(e.offset-8, field, "values of kind %d, want whole numbers", e.kind)
		return nil
	}
	raw, err := d.part(e.offset, size*int64(e.count), field)
	if err != nil {
		d.err = err
		return nil
	}
	values := make([]uint32, min(int64(e.count), most))
	for i := range values {
		switch size {
		case 1:
			values[i] = uint32(raw[i])
		case 2:
			values[i] = uint32(d.order.Uint16(raw[2*i:]))
		default:
			values[i] = d.order.Uint32(raw[4*i:])
		}
	}
	return values
}

// number returns the first value of a field, or what stands for a missing one.
func (d *directory) number(tag uint16, missing uint32) uint32 {
	if values := d.numbers(tag, 1); len(values) > 0 {
		return values[0]
	}
	return missing
}

// orientation returns what the directory says of it; 0 when nothing sensible.
func (d *directory) orientation() Orientation {
	values := d.numbers(tagOrientation, 1)
	if len(values) == 0 || values[0] > 8 {
		return 0
	}
	return Orientation(values[0])
}
