package hdf5

import "math/bits"

// extensible is the shape of an extensible array: blocks of entries, each group
// of them larger than the last. The blocks of the first groups hang on the index
// block, those of a later group on a super block of its own.
type extensible struct {
	*arrayIndex
	first       int64 // entries in the index block itself
	block       int64 // entries in the smallest block
	page        int64 // entries in a page of a large block
	direct      int   // groups without super block
	groups      int
	offsetWidth int64 // bytes of the place of a block in the array
}

// readExtensible adds the chunks of an extensible array.
//
//	source   HDF5 File Format Specification 3.0, section VII.E
func (a *arrayIndex) readExtensible() error {
	address := a.d.storage.address
	c := a.d.f.cursor("extensible array", address, -1)
	a.open(c, "EAHD")
	most, first, block, pointers, pageBits := c.small(1), c.small(1), c.small(1), c.small(1), c.small(1)
	c.skip(6 * int64(c.f.lengths)) // statistics
	index := c.address()
	c.checksum(address)
	if c.err == nil && (most > 62 || pageBits > 62 || bits.OnesCount(uint(block)) != 1 || bits.OnesCount(uint(pointers)) != 1) {
		c.malformed("%d bits, blocks of %d, %d pointers, %d bits of pages", most, block, pointers, pageBits)
	}
	if c.err != nil || index == undefined {
		return c.err
	}
	e := extensible{
		arrayIndex: a, first: int64(first), block: int64(block), page: 1 << pageBits,
		direct: 2 * (bits.Len(uint(pointers)) - 1), groups: 1 + most - (bits.Len(uint(block)) - 1), offsetWidth: int64(most+7) / 8,
	}
	return e.readIndex(index)
}

// blocks returns how many blocks there are in a group, and the entries of each.
func (e *extensible) blocks(group int) (blocks, entries int64) {
	return 1 << (group / 2), e.block << ((group + 1) / 2)
}

func (e *extensible) readIndex(address int64) error {
	c := e.d.f.cursor("extensible array index", address, -1)
	c.signature("EAIB")
	c.skip(1 + 1 + int64(c.f.offsets)) // version, kind, header
	e.entries(c, e.first)
	for group := range e.groups {
		if group >= e.direct {
			e.readSuper(c, group)
			continue
		}
		blocks, entries := e.blocks(group)
		for range blocks {
			e.readBlock(c, c.address(), entries, bitmap{})
		}
	}
	c.checksum(address)
	return c.err
}

// readSuper reads the super block whose address is next in the index.
func (e *extensible) readSuper(index *cursor, group int) {
	blocks, entries := e.blocks(group)
	address := index.address()
	if index.err != nil || address == undefined {
		e.next += int(blocks * entries)
		return
	}
	c := e.d.f.cursor("extensible array super block", address, -1)
	c.signature("EASB")
	c.skip(1 + 1 + int64(c.f.offsets) + e.offsetWidth)
	var written bitmap
	pages := entries / e.page
	if entries > e.page {
		written.bytes = c.take(blocks * ((pages + 7) / 8)) // of the bits, the last are unused
	}
	for range blocks {
		if e.readBlock(c, c.address(), entries, written); c.err != nil {
			break
		}
		written.first += pages
	}
	c.checksum(address)
	index.err = c.err
}

// readBlock reads a block of entries. What goes wrong is left with its parent.
func (e *extensible) readBlock(parent *cursor, address, entries int64, written bitmap) {
	if parent.err != nil || address == undefined {
		e.next += int(entries)
		return
	}
	c := e.d.f.cursor("extensible array block", address, -1)
	c.signature("EADB")
	c.skip(1 + 1 + int64(c.f.offsets) + e.offsetWidth)
	if entries > e.page {
		c.checksum(address)
		e.pages(c, written, entries, e.page)
	} else {
		e.entries(c, entries)
		c.checksum(address)
	}
	parent.err = c.err
}
