package hdf5

import "math/bits"

// The indexes of chunks.
const (
	oldTree = iota // B-tree of version 1
	singleChunk
	implicitChunks
	fixedArray
	extensibleArray
	chunkTree // B-tree of version 2
)

// chunkIndex says how chunks are found.
type chunkIndex struct {
	kind       int
	stored     int64 // bytes of a single chunk, 0 if it has none of the filters
	mask       uint32
	wholeEdges bool // chunks that reach beyond the edges have none of the filters
}

// read adds every chunk of the index.
func (l *chunkList) read() error {
	s := l.d.storage
	switch s.index.kind {
	case oldTree:
		return l.readOldTree(s.address)
	case chunkTree:
		return l.readTree(s.address)
	}
	a, err := l.array()
	if err != nil {
		return err
	}
	switch s.index.kind {
	case singleChunk:
		return a.readSingle()
	case implicitChunks:
		return a.readImplicit()
	case fixedArray:
		return a.readFixed()
	}
	return a.readExtensible()
}

// readOldTree adds the chunks of a B-tree of version 1.
func (l *chunkList) readOldTree(address int64) error {
	axes := len(l.grid)
	visit := func(key *cursor, child int64) error {
		k := chunk{stored: key.size(4), mask: uint32(key.uint(4)), address: child}
		at := make([]int, axes)
		for axis := range at {
			from, n := key.size(8), int64(l.d.storage.chunk[axis])
			if from%n != 0 {
				key.malformed("a chunk begins at %d of axis %d, which is no multiple of %d", from, axis, n)
			}
			at[axis] = int(from / n)
		}
		l.add(key, at, k)
		return key.err
	}
	return l.d.f.oldTree(address, tree1{kind: 1, key: 8 + 8*int64(axes+1), visit: visit})
}

// readTree adds the chunks of a B-tree of version 2.
func (l *chunkList) readTree(address int64) error {
	return l.d.f.tree2(address, func(record *cursor, kind int) error {
		k := chunk{address: record.address(), stored: int64(l.size)}
		switch kind {
		case 10:
		case 11:
			k.stored, k.mask = record.size(l.storedWidth()), uint32(record.uint(4))
		default:
			record.malformed("records of kind %d are no chunks", kind)
		}
		at := make([]int, len(l.grid))
		for axis := range at {
			at[axis] = int(record.size(8))
		}
		l.add(record, at, k)
		return record.err
	})
}

// storedWidth returns how many bytes the stored size of a chunk takes.
func (l *chunkList) storedWidth() int {
	return min(8, 1+(bits.Len(uint(l.size))-1+8)/8)
}

// An arrayIndex is an index of chunks by their number.
type arrayIndex struct {
	*chunkList
	grid     []int // chunks along each axis at its greatest length
	growing  int   // the axis without greatest length, which is counted first; 0 if there is none
	width    int64 // bytes of an entry
	filtered bool  // entries hold the stored size, too
	next     int   // number of the next chunk
	read     int64 // entries so far
}

// array prepares reading an index by number.
func (l *chunkList) array() (*arrayIndex, error) {
	a := &arrayIndex{chunkList: l}
	most := make([]int, len(l.grid))
	for axis, n := range l.d.space.most {
		if most[axis] = int(n); n == undefined {
			most[axis], a.growing = l.d.space.shape[axis], axis
		}
	}
	a.grid = l.d.grid(most)
	if _, ok := product(a.grid, 1); !ok {
		return nil, l.d.malformed("dataspace", "too many chunks in the greatest shape %v", most)
	}
	return a, nil
}

// add adds the next chunk by its number.
func (a *arrayIndex) add(c *cursor, k chunk) {
	at, n := make([]int, len(a.grid)), a.next
	for axis := len(at) - 1; axis >= 0; axis-- {
		if axis == a.growing {
			continue
		}
		if a.grid[axis] == 0 {
			return
		}
		at[axis] = n % a.grid[axis]
		n /= a.grid[axis]
	}
	if len(at) > 0 {
		at[a.growing] = n
	}
	a.next++
	a.chunkList.add(c, at, k)
}

// entries adds the next n chunks from their entries.
func (a *arrayIndex) entries(c *cursor, n int64) {
	if n > c.left()/a.width {
		c.malformed("%d entries of %d bytes in %d bytes", n, a.width, c.left())
	}
	if a.read += n; a.read > int64(len(c.f.data)) {
		c.malformed("entries are there more than once")
	}
	for range n {
		if c.err != nil {
			return
		}
		k := chunk{address: c.address(), stored: int64(a.size)}
		if a.filtered {
			k.stored, k.mask = c.size(a.storedWidth()), uint32(c.uint(4))
		}
		a.add(c, k)
	}
}

func (a *arrayIndex) readSingle() error {
	s := a.d.storage
	c := a.d.f.cursor("chunk", s.address, -1)
	k := chunk{address: s.address, stored: int64(a.size)}
	if s.index.stored > 0 {
		k.stored, k.mask = s.index.stored, s.index.mask
	}
	a.add(c, k)
	return c.err
}

// readImplicit adds chunks that lie one behind the other.
func (a *arrayIndex) readImplicit() error {
	c := a.d.f.cursor("chunk", a.d.storage.address, -1)
	n, _ := product(a.grid, 1)
	for range n {
		a.add(c, chunk{address: c.at, stored: int64(a.size)})
		if c.skip(int64(a.size)); c.err != nil {
			break
		}
	}
	return c.err
}

// open reads what the headers of both arrays begin with.
func (a *arrayIndex) open(c *cursor, letters string) {
	c.signature(letters)
	c.version(0)
	a.filtered = c.small(1) == 1
	a.width = int64(c.f.offsets)
	if a.filtered {
		a.width += int64(a.storedWidth()) + 4
	}
	if got := int64(c.small(1)); c.err == nil && got != a.width {
		c.malformed("entries of %d bytes; those of these chunks have %d", got, a.width)
	}
}

// readFixed adds the chunks of a fixed array.
func (a *arrayIndex) readFixed() error {
	address := a.d.storage.address
	c := a.d.f.cursor("fixed array", address, -1)
	a.open(c, "FAHD")
	pageBits := c.small(1)
	n, data := c.length(), c.address()
	c.checksum(address)
	if c.err != nil || data == undefined {
		return c.err
	}
	b := a.d.f.cursor("fixed array block", data, -1)
	b.signature("FADB")
	b.skip(1 + 1 + int64(b.f.offsets)) // version, kind, header
	if pageBits > 62 || n <= 1<<pageBits {
		a.entries(b, n)
		b.checksum(data)
		return b.err
	}
	page := int64(1) << pageBits
	written := b.take(((n-1)/page + 8) / 8)
	b.checksum(data)
	a.pages(b, bitmap{written, 0}, n, page)
	return b.err
}

// A bitmap says which pages of entries were written.
type bitmap struct {
	bytes []byte
	first int64 // bit of the first page
}

func (b bitmap) has(page int64) bool {
	bit := b.first + page
	return b.bytes[bit/8]&(0x80>>(bit%8)) != 0
}

// pages adds the next n chunks from pages of entries.
func (a *arrayIndex) pages(c *cursor, written bitmap, n, page int64) {
	for p := int64(0); p*page < n && c.err == nil; p++ {
		m, from := min(page, n-p*page), c.at
		if !written.has(p) {
			a.next += int(m)
			c.skip(m*a.width + 4)
			continue
		}
		a.entries(c, m)
		c.checksum(from)
	}
}
