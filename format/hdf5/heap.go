package hdf5

import "math/bits"

// A heapSegment is where bytes of a heap lie.
type heapSegment struct {
	at, size int64
}

// A localHeap holds the names of an old group.
type localHeap struct {
	heapSegment
	taken int64 // bytes of names so far
}

// openLocalHeap reads the header of a local heap.
func (f *File) openLocalHeap(address int64) (*localHeap, error) {
	c := f.cursor("local heap", address, -1)
	c.signature("HEAP")
	c.version(0)
	c.skip(3)
	size := c.length()
	c.skip(int64(f.lengths)) // free list
	h := &localHeap{heapSegment: heapSegment{c.address(), size}}
	if c.err == nil {
		c.err = f.cursor("local heap", h.at, h.size).err
	}
	return h, c.err
}

// text returns the text at an offset of the heap; c is told when there is none.
func (h *localHeap) text(c *cursor, offset int64) string {
	if offset < 0 || offset > h.size {
		c.malformed("a name at byte %d of a heap of %d", offset, h.size)
		return ""
	}
	inner := c.f.cursor("local heap", h.at+offset, h.size-offset)
	text := inner.text()
	if c.err == nil {
		c.err = inner.err
	}
	if h.taken += int64(len(text)); h.taken > int64(len(c.f.data)) {
		c.malformed("more bytes of names than the file has")
	}
	return text
}

// A globalHeap finds values of varying length, which lie in collections.
type globalHeap struct {
	f           *File
	collections map[int64]map[int]heapSegment
}

// find returns the content of one object of the collection at address.
func (h *globalHeap) find(address int64, index int) (heapSegment, error) {
	if objects, ok := h.collections[address]; ok {
		return objects[index], nil
	}
	c := h.f.cursor("global heap", address, -1)
	c.signature("GCOL")
	c.version(1)
	c.skip(3)
	size := c.length()
	if c.err != nil {
		return heapSegment{}, c.err
	}
	objects := map[int]heapSegment{}
	whole := h.f.cursor("global heap", address, size)
	const prefix = 16 // bytes before the first object, and of the header of each, narrow lengths filled up
	whole.skip(prefix)
	for whole.left() >= prefix {
		from := whole.at
		id := whole.small(2)
		whole.skip(2 + 4) // references, reserved
		n := whole.length()
		if id == 0 {
			break // what follows is free
		}
		whole.skip(from + prefix - whole.at)
		objects[id] = heapSegment{whole.at, n}
		whole.skip(n)
		whole.skip(min((8-n%8)%8, whole.left()))
	}
	h.collections[address] = objects
	return objects[index], whole.err
}

// A fractalHeap holds links or attributes in blocks that double in size.
type fractalHeap struct {
	f          *File
	width      int   // blocks in a row
	start      int64 // bytes of the smallest block
	most       int64 // bytes of the largest block that holds objects itself
	offsetSize int   // bytes of a place in the heap
	lengthSize int   // bytes of the length of an object
	root       int64
	rows       int // of the root; 0 when it holds objects itself
	idLength   int64
	huge       int64 // tree of the objects that fit no block
	taken      int64 // bytes of objects so far
}

// fractalHeap reads the header of a fractal heap.
//
//	source   HDF5 File Format Specification 3.0, section III.G
func (f *File) fractalHeap(address int64) (*fractalHeap, error) {
	c := f.cursor("fractal heap", address, -1)
	c.signature("FRHP")
	c.version(0)
	h := &fractalHeap{f: f, idLength: c.size(2)}
	filters := c.small(2)
	c.skip(1)
	object := c.size(4) // bytes of the largest object in a block
	c.length()
	h.huge = c.address()
	c.skip(int64(f.lengths + f.offsets + 8*f.lengths)) // free space and statistics
	h.width = c.small(2)
	h.start, h.most = c.length(), c.length()
	heapBits := c.small(2)
	c.skip(2)
	h.root, h.rows = c.address(), c.small(2)
	if filters > 0 {
		c.unsupported("heaps with filters")
	}
	c.checksum(address)
	h.offsetSize = (heapBits + 7) / 8
	h.lengthSize = bytesFor(uint64(min(h.most, object)))
	if c.err == nil && (bits.OnesCount64(uint64(h.start)) != 1 || bits.OnesCount64(uint64(h.most)) != 1 ||
		h.most < h.start || h.most > 1<<40 || bits.OnesCount(uint(h.width)) != 1 || h.offsetSize > 8 || h.rows > 64) {
		c.malformed("blocks of %d to %d bytes, %d in a row, %d rows, %d bits", h.start, h.most, h.width, h.rows, heapBits)
	}
	return h, c.err
}

// object returns a cursor over the object whose heap ID is next in c. Objects
// never take more than the file, so that one that is named again and again comes
// to an end.
func (h *fractalHeap) object(c *cursor, structure string) *cursor {
	o := h.find(c, structure)
	if h.taken += o.left(); h.taken > int64(len(h.f.data)) {
		o.malformed("more bytes of objects than the file has")
	}
	return o
}

func (h *fractalHeap) find(c *cursor, structure string) *cursor {
	id := c.cursorOver(h.idLength)
	kind := id.small(1) >> 4 & 3
	switch {
	case c.err != nil:
		id.err = c.err
		return id
	case kind == 0:
		offset, length := id.size(h.offsetSize), id.size(h.lengthSize)
		at, err := h.locate(offset)
		if id.err = err; err != nil {
			return id
		}
		return h.f.cursor(structure, at, length)
	case kind == 1 && h.idLength < int64(1+h.f.offsets+h.f.lengths):
		return h.hugeObject(id, structure)
	case kind == 1:
		at, length := id.address(), id.length()
		return h.f.cursor(structure, at, length)
	}
	id.unsupported("heap objects of kind %d", kind)
	return id
}

// hugeObject finds an object that fits no block by its number.
func (h *fractalHeap) hugeObject(id *cursor, structure string) *cursor {
	number := id.size(int(min(8, h.idLength-1)))
	found := id
	err := h.f.tree2(h.huge, func(record *cursor, _ int) error {
		at, length := record.address(), record.length()
		if record.length() == number && record.err == nil {
			found = h.f.cursor(structure, at, length)
		}
		return record.err
	})
	if err == nil && found == id {
		id.malformed("no object of number %d", number)
		err = id.err
	}
	if err != nil {
		found.err = err
	}
	return found
}

// locate returns the address of a place in the heap: it goes down from the root
// to the block that the place is in.
func (h *fractalHeap) locate(offset int64) (int64, error) {
	address, rows, from := h.root, h.rows, int64(0)
	for rows > 0 {
		c := h.f.cursor("fractal heap indirect block", address, -1)
		c.signature("FHIB")
		c.skip(1 + int64(h.f.offsets+h.offsetSize)) // version, header, place
		row, column := h.row(offset - from)
		if c.err == nil && (row >= rows || row > 62) {
			c.malformed("the place %d is beyond its %d rows", offset, rows)
		}
		c.skip(int64(row*h.width+column) * int64(h.f.offsets))
		if address = c.address(); c.err != nil {
			return 0, c.err
		}
		rowAt, size := h.rowAt(row)
		from += rowAt + int64(column)*size
		if rows = 0; size > h.most {
			rows = bits.Len64(uint64(size)) - bits.Len64(uint64(h.start)*uint64(h.width)) + 1
		}
	}
	c := h.f.cursor("fractal heap direct block", address, -1)
	c.signature("FHDB")
	return address + offset - from, c.err
}

// row returns the row and column of the block that holds a place, counted from
// the start of an indirect block.
func (h *fractalHeap) row(place int64) (row, column int) {
	first := h.start * int64(h.width)
	if place >= first {
		row = bits.Len64(uint64(place / first))
	}
	at, size := h.rowAt(row)
	return row, int((place - at) / size)
}

// rowAt returns where a row begins, and the size of its blocks.
func (h *fractalHeap) rowAt(row int) (at, size int64) {
	if row == 0 {
		return 0, h.start
	}
	return h.start * int64(h.width) << (row - 1), h.start << (row - 1)
}
