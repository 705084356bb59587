package hdf5

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync"

	"github.com/klauspost/compress/zlib"

	"github.com/isocortex/isocortex/format/inflate"
)

// The filters that chunks pass through on their way to the file.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
)

// filterNames are those that other programs write, for errors.
var filterNames = map[int]string{
	4: "szip", 5: "nbit", 6: "scale-offset", 32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle", 32015: "Zstandard",
}

// A filter is one step of the way of a chunk to the file.
type filter struct {
	id      int
	element int // of shuffle: bytes
}

// readFilters reads the filters in the order in which they were applied.
func (d *Dataset) readFilters() error {
	m := d.header.find(kindFilters)
	if m == nil {
		return nil
	}
	c := d.f.content("filter pipeline", m)
	version := c.version(1, 2)
	n := c.small(1)
	if version == 1 {
		c.skip(6)
	}
	for range n {
		d.filters = append(d.filters, c.filter(version))
	}
	return c.err
}

func (c *cursor) filter(version int) filter {
	f := filter{id: c.small(2)}
	name := 0
	if version == 1 || f.id >= 256 {
		name = c.small(2)
	}
	c.skip(2) // flags
	values := c.small(2)
	if version == 1 {
		name = (name + 7) / 8 * 8
	}
	c.skip(int64(name))
	for i := range values {
		if v := int(c.uint(4)); i == 0 && f.id == filterShuffle {
			f.element = v
		}
	}
	if version == 1 && values%2 == 1 {
		c.skip(4)
	}
	switch f.id {
	case filterDeflate, filterShuffle, filterFletcher:
	default:
		c.unsupported("filter %d %s; this program reads gzip, shuffle and fletcher32: "+
			"save the file again with one of these, for instance with h5repack -f GZIP=4", f.id, filterNames[f.id])
	}
	return f
}

// unfiltered undoes the filters of one chunk, except those that mask says it
// was spared; the result has size bytes.
func (d *Dataset) unfiltered(k chunk, size int) ([]byte, error) {
	c := d.f.cursor("chunk", k.address, k.stored)
	raw := c.take(k.stored)
	for i := len(d.filters) - 1; i >= 0 && c.err == nil; i-- {
		if k.mask>>i&1 != 0 {
			continue
		}
		switch f := d.filters[i]; f.id {
		case filterDeflate:
			raw = c.inflated(raw, size, size+4*len(d.filters)) // a checksum may follow what is compressed
		case filterShuffle:
			raw = unshuffled(raw, f.element)
		case filterFletcher:
			raw = c.checked(raw)
		}
	}
	if c.err == nil && len(raw) != size {
		c.malformed("%d bytes; its shape needs %d", len(raw), size)
	}
	return raw, c.err
}

// checked verifies the checksum behind raw and takes it off.
func (c *cursor) checked(raw []byte) []byte {
	n := len(raw) - 4
	if n < 0 {
		c.malformed("%d bytes cannot hold a checksum", len(raw))
		return nil
	}
	if stored, sum := binary.LittleEndian.Uint32(raw[n:]), fletcher32(raw[:n]); stored != sum {
		c.malformed("its checksum is %08x, its bytes give %08x", stored, sum)
	}
	return raw[:n]
}

// inflaters keeps the tables of ended streams for new ones.
var inflaters sync.Pool

// inflaters of known lengths keep their tables for other chunks.
var exactInflaters = sync.Pool{New: func() any { return new(inflate.Inflater) }}

// inflated returns the content of a zlib stream, which should have size bytes and
// has at most limit.
func (c *cursor) inflated(raw []byte, size, limit int) []byte {
	if out, ok := inflatedTo(raw, size); ok {
		return out
	}
	r, broken := inflater(raw)
	if broken != nil {
		c.malformed("gzip: %w", broken)
		return nil
	}
	defer inflaters.Put(r)
	limit = min(limit, inflate.Most*len(raw))
	out := make([]byte, limit+1)
	n, err := 0, error(nil)
	for err == nil && n <= limit {
		var m int
		m, err = r.Read(out[n:])
		n += m
	}
	switch err {
	case io.EOF:
	case nil:
		c.malformed("gzip: more than %d bytes", limit)
	default:
		c.malformed("gzip: %w", err)
	}
	return out[:n]
}

// inflatedTo returns the content of a zlib stream of just size bytes; ok is false
// where it has more or fewer, or is damaged.
func inflatedTo(raw []byte, size int) (out []byte, ok bool) {
	if size > inflate.Most*len(raw) {
		return nil, false
	}
	z := exactInflaters.Get().(*inflate.Inflater)
	defer exactInflaters.Put(z)
	packed := append(make([]byte, 0, len(raw)+inflate.Slack), raw...)
	out = make([]byte, size+inflate.Slack)
	ok = z.Zlib(out, packed[:cap(packed)])
	return out[:size:size], ok
}

func inflater(raw []byte) (io.ReadCloser, error) {
	if r, ok := inflaters.Get().(io.ReadCloser); ok {
		return r, r.(zlib.Resetter).Reset(bytes.NewReader(raw), nil)
	}
	return zlib.NewReader(bytes.NewReader(raw))
}

// unshuffled puts the bytes of elements together again: all first bytes, then
// all second bytes, ... become element after element.
func unshuffled(raw []byte, element int) []byte {
	if element < 2 || len(raw) < element {
		return raw
	}
	n := len(raw) / element
	out := make([]byte, len(raw))
	for b := range element {
		plane := raw[b*n : (b+1)*n]
		for i, v := range plane {
			out[i*element+b] = v
		}
	}
	copy(out[n*element:], raw[n*element:])
	return out
}
