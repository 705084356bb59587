package hdf5

import (
	"cmp"
	"context"
	"slices"

	"github.com/isocortex/isocortex/format/inflate"
	"github.com/isocortex/isocortex/work"
)

// A chunk is a block of a dataset that lies in one piece.
type chunk struct {
	place           int // in the grid of chunks, row-major
	address, stored int64
	mask            uint32 // filters that it was spared, by bits
}

// chunkBytes returns how many bytes a chunk has, unfiltered. Those at the edges
// are whole, too.
func (d *Dataset) chunkBytes() int {
	n, _ := product(d.storage.chunk, d.typ.Size)
	return n
}

// grid returns how many chunks there are along each axis of that length.
func (d *Dataset) grid(shape []int) []int {
	grid := make([]int, len(shape))
	for axis, n := range shape {
		grid[axis] = (n-1)/d.storage.chunk[axis] + 1
		if n == 0 {
			grid[axis] = 0
		}
	}
	return grid
}

// A chunkList collects the chunks of a dataset from its index.
type chunkList struct {
	d      *Dataset
	grid   []int
	size   int // bytes of a chunk, unfiltered
	stored int64
	chunks []chunk
}

// chunks lists the chunks that the file holds, in the order of the grid.
func (d *Dataset) chunks() ([]chunk, error) {
	l := &chunkList{d: d, grid: d.grid(d.space.shape), size: d.chunkBytes()}
	if d.bytes == 0 {
		return nil, nil
	}
	if err := l.read(); err != nil {
		return nil, err
	}
	slices.SortFunc(l.chunks, func(a, b chunk) int { return cmp.Compare(a.place, b.place) })
	for i := range l.chunks {
		if i > 0 && l.chunks[i].place == l.chunks[i-1].place {
			return nil, d.malformed("chunk index", "chunk %d is there twice", l.chunks[i].place)
		}
	}
	return l.chunks, nil
}

// add keeps the chunk at a place of the grid, unless the dataset does not reach
// there or it was never written. Its size is checked: filters that do not
// compress cannot make it larger, gzip only so much.
func (l *chunkList) add(c *cursor, at []int, k chunk) {
	if k.address == undefined || c.err != nil {
		return
	}
	partial := false
	for axis, i := range at {
		if i < 0 || i >= l.grid[axis] {
			return
		}
		k.place = k.place*l.grid[axis] + i
		partial = partial || (i+1)*l.d.storage.chunk[axis] > l.d.space.shape[axis]
	}
	if partial && l.d.storage.index.wholeEdges {
		k.mask = ^uint32(0)
	}
	if l.stored += k.stored; l.stored > int64(len(l.d.f.data)) {
		c.malformed("the chunks up to this one take %d bytes of a file of %d", l.stored, len(l.d.f.data))
	}
	if most := l.d.expansion(k.mask); int64(l.size) > most*k.stored {
		c.malformed("chunk %v: %d bytes cannot hold %d", at, k.stored, l.size)
	}
	l.chunks = append(l.chunks, k)
}

// expansion returns how many times longer a chunk can be than what is stored.
func (d *Dataset) expansion(mask uint32) int64 {
	for i, f := range d.filters {
		if f.id == filterDeflate && mask>>i&1 == 0 {
			return inflate.Most
		}
	}
	return 1
}

// readChunks reads all chunks into raw, side by side.
func (d *Dataset) readChunks(ctx context.Context, budget work.Budget, chunks []chunk, raw []byte) error {
	grid, size := d.grid(d.space.shape), d.chunkBytes()
	if places, _ := product(grid, 1); len(chunks) < places {
		fillWith(raw, d.fill)
	}
	return budget.Each(ctx, "", len(chunks), func(i int) error {
		values, err := d.unfiltered(chunks[i], size)
		if err != nil {
			return err
		}
		from := make([]int, len(grid))
		for axis, place := len(grid)-1, chunks[i].place; axis >= 0; axis-- {
			from[axis] = place % grid[axis] * d.storage.chunk[axis]
			place /= grid[axis]
		}
		d.place(raw, values, from)
		return nil
	})
}

// place copies a chunk to where it belongs, without what reaches beyond the
// edges: the element at from is its first. It goes down axis by axis; raw and
// values hold what one index of the axes before this one leaves.
func (d *Dataset) place(raw, values []byte, from []int) {
	axis := len(d.space.shape) - len(from)
	if len(from) == 0 {
		copy(raw, values)
		return
	}
	length, chunk := d.space.shape[axis], d.storage.chunk[axis]
	step, stride := len(raw)/length, len(values)/chunk
	raw = raw[from[0]*step:]
	n := min(chunk, length-from[0])
	if len(from) == 1 {
		copy(raw[:n*step], values)
		return
	}
	for i := range n {
		d.place(raw[i*step:(i+1)*step], values[i*stride:(i+1)*stride], from[1:])
	}
}
