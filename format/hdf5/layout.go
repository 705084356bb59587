package hdf5

import (
	"context"

	"github.com/isocortex/isocortex/work"
)

// storage says where the bytes of a dataset lie.
type storage struct {
	class   int
	address int64 // of the bytes or of the index of chunks; undefined when nothing was written
	size    int64 // of what lies in one piece
	chunk   []int // elements along each axis
	element int   // bytes, as the layout states them
	index   chunkIndex
}

// Classes of storage.
const (
	compact = iota
	contiguous
	chunked
)

func (d *Dataset) readLayout() error {
	c, err := d.required("data layout", kindLayout)
	if err != nil {
		return err
	}
	if d.header.find(kindExternal) != nil {
		c.unsupported("the data of %s lie in other files", d.name)
	}
	version := c.version(1, 2, 3, 4)
	if version < 3 {
		c.oldLayout(&d.storage, int64(d.bytes))
	} else {
		c.layout(&d.storage, version)
	}
	if c.err != nil {
		return c.err
	}
	return d.checkLayout(c)
}

// checkLayout compares the layout with shape and type.
func (d *Dataset) checkLayout(c *cursor) error {
	s := &d.storage
	if s.class != chunked {
		if held := s.size; s.address != undefined && held < int64(d.bytes) {
			c.malformed("%d bytes cannot hold %s: shape %v of %d bytes each", held, d.name, d.space.shape, d.typ.Size)
		}
		return c.err
	}
	n, ok := product(s.chunk, d.typ.Size)
	if len(s.chunk) != len(d.space.shape) || s.element != d.typ.Size || !ok || n == 0 {
		c.malformed("chunks of shape %v of %d bytes each, in an array of shape %v of %d bytes", s.chunk, s.element, d.space.shape, d.typ.Size)
	}
	return c.err
}

// oldLayout reads versions 1 and 2, which do not state the size of data in one
// piece: it is that of the array.
func (c *cursor) oldLayout(s *storage, bytes int64) {
	axes := c.small(1)
	s.class = c.small(1)
	c.skip(5)
	if s.class != compact {
		s.address, s.size = c.address(), bytes
	}
	lengths := c.lengthsOf(axes, 4)
	switch s.class {
	case compact:
		s.size = c.size(4)
		s.address = c.at
		c.skip(s.size)
	case contiguous:
	case chunked:
		s.setChunk(c, lengths)
	default:
		c.unsupported("storage class %d", s.class)
	}
}

// layout reads versions 3 and 4.
func (c *cursor) layout(s *storage, version int) {
	s.class = c.small(1)
	switch {
	case c.err != nil:
	case s.class == compact:
		s.size = c.size(2)
		s.address = c.at
		c.skip(s.size)
	case s.class == contiguous:
		s.address, s.size = c.address(), c.length()
	case s.class == chunked && version == 3:
		axes := c.small(1)
		s.address = c.address()
		s.setChunk(c, c.lengthsOf(axes, 4))
	case s.class == chunked:
		c.newChunks(s)
	case s.class == 3:
		c.unsupported("virtual data: parts of other files; open those")
	default:
		c.unsupported("storage class %d", s.class)
	}
}

// newChunks reads the chunks of version 4, which name their index.
func (c *cursor) newChunks(s *storage) {
	flags, axes, width := c.small(1), c.small(1), c.small(1)
	if width < 1 || width > 8 {
		c.malformed("lengths of %d bytes", width)
		return
	}
	s.setChunk(c, c.lengthsOf(axes, width))
	s.index.kind = c.small(1)
	switch s.index.kind {
	case singleChunk:
		if flags&2 != 0 {
			s.index.stored, s.index.mask = c.length(), uint32(c.uint(4))
		}
	case implicitChunks:
	case fixedArray:
		c.skip(1)
	case extensibleArray:
		c.skip(5)
	case chunkTree:
		c.skip(6)
	default:
		c.unsupported("chunk index %d", s.index.kind)
	}
	s.index.wholeEdges = flags&1 != 0
	s.address = c.address()
}

// lengthsOf reads the lengths of axes, width bytes each.
func (c *cursor) lengthsOf(axes, width int) []int {
	if axes > mostAxes+1 {
		c.malformed("%d axes; the most are %d", axes, mostAxes)
		return nil
	}
	lengths := make([]int, axes)
	for i := range lengths {
		lengths[i] = int(c.size(width))
	}
	return lengths
}

// setChunk takes lengths apart: the last is the size of an element.
func (s *storage) setChunk(c *cursor, lengths []int) {
	if len(lengths) == 0 {
		c.malformed("chunks without axes")
		return
	}
	s.chunk, s.element = lengths[:len(lengths)-1], lengths[len(lengths)-1]
}

// mostFill is how many bytes this package makes up where a file holds none.
const mostFill = 256 << 20

// stored lists the chunks of chunked data, after comparing what is to be read
// with what the file holds of it.
func (d *Dataset) stored() ([]chunk, error) {
	var chunks []chunk
	held := d.bytes
	switch {
	case d.storage.address == undefined:
		held = 0
	case d.storage.class == chunked:
		var err error
		if chunks, err = d.chunks(); err != nil {
			return nil, err
		}
		held = len(chunks) * d.chunkBytes()
	}
	if d.bytes-held > mostFill {
		return nil, d.malformed("dataspace", "shape %v of %d bytes each: of these the file holds %d bytes, and the rest is too much to make up",
			d.space.shape, d.typ.Size, held)
	}
	return chunks, nil
}

// readBytes reads all elements into raw, as the file has them.
func (d *Dataset) readBytes(ctx context.Context, budget work.Budget, chunks []chunk, raw []byte) error {
	s := d.storage
	switch {
	case len(raw) == 0:
		return nil
	case s.address == undefined:
		fillWith(raw, d.fill)
		return nil
	case s.class == chunked:
		return d.readChunks(ctx, budget, chunks, raw)
	}
	c := d.f.cursor("raw data", s.address, s.size)
	copy(raw, c.take(int64(len(raw))))
	return c.err
}

// fillWith repeats the bytes of one element.
func fillWith(raw, element []byte) {
	if len(element) == 0 {
		return
	}
	for done := copy(raw, element); done < len(raw); {
		done += copy(raw[done:], raw[:done])
	}
}
