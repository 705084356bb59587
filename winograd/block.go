package winograd

import (
	"slices"
	"sync"

	"github.com/isocortex/isocortex/gemm"
)

// How much a block holds at most: patches, numbers of pictures transformed, and
// products. Of large layers the kernels are read once for each block, from
// memory, which forbids small ones; products are gathered while they are in the
// second cache.
const (
	mostPatches  = 96
	mostSpread   = 1 << 21
	mostProducts = 1 << 16
)

// lanes is the number of patches that are transformed at a time.
const lanes = 8

// A block is a number of patches on their way through a convolution, and the
// memory that this takes. Patches are counted through row by row and picture by
// picture, so that blocks of small pictures span several.
type block struct {
	c        *Convolution
	pictures Pictures
	result   Pictures
	grid     grid
	size     int // patches of a block, a multiple of gemm.Width
	group    int // panels of the kernels that are multiplied before their products are gathered

	strips   []strip
	places   []place
	whole    int       // places with four rows and columns of the result, which come first
	from, to []int     // of the places, with some for patches that are not there
	columns  []float32 // patch rows of one channel, transformed in one direction
	pitch    int       // length of a row of columns
	nothing  []float32 // zeros, a row outside a picture
	spreads  []float32 // panels: gemm.Width patches × product × in × gemm.Width
	half     [result * patch * lanes]float32
	cut      [lanes * result * result]float32 // eight patches that do not all fit into the result
	products []float32                        // gemm.Width patches × panel of the group × product × gemm.Height × gemm.Width
}

// A grid is how many patches there are.
type grid struct{ pictures, rows, columns int }

func (g grid) count() int { return g.pictures * g.rows * g.columns }

// at returns picture, row and column of a patch.
func (g grid) at(patch int) (picture, row, column int) {
	return patch / (g.rows * g.columns), patch / g.columns % g.rows, patch % g.columns
}

// A strip is what a block has of one row of patches.
type strip struct {
	picture, row int // row of patches
	x, width     int // columns of the picture that the patches see
	at           int // where x comes to lie in a row of columns
}

// A place is where a patch comes from, in a row of columns, and where it goes to
// in dst, but for the channel. It has that many rows and columns of the result.
type place struct{ from, to, rows, columns int }

func (p place) whole() bool { return p.rows == result && p.columns == result }

var pool = sync.Pool{New: func() any { return new(block) }}

func borrow() *block { return pool.Get().(*block) }

func (b *block) giveBack() {
	b.c = nil
	pool.Put(b)
}

// plan fixes the sizes of blocks.
func (b *block) plan(c *Convolution, p Pictures) {
	b.c, b.pictures, b.result = c, p, c.Result(p)
	b.grid = grid{p.Count, (b.result.Height + result - 1) / result, (b.result.Width + result - 1) / result}
	most := min(mostPatches, mostSpread/(products*c.Kernels.In)) / gemm.Width * gemm.Width
	blocks := (b.grid.count()-1)/max(most, gemm.Width) + 1
	b.size = up((b.grid.count()+blocks-1)/blocks, gemm.Width)
	b.group = min(max(mostProducts/(products*gemm.Height*b.size), 1), c.Kernels.height())
	b.spreads = room(b.spreads, b.size/gemm.Width*products*b.depth())
	b.products = room(b.products, b.size*b.group*products*gemm.Height)
	b.nothing = room(b.nothing, min(p.Width, b.size*result+2))
	clear(b.nothing)
}

// depth is the length of a panel of spreads. The numbers between panels keep
// them from lying in the same lines of the cache.
func (b *block) depth() int { return (b.c.Kernels.In + 1) * gemm.Width }

// up returns the next multiple.
func up(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }

// room returns a slice of n numbers, the old one if it is long enough.
func room(old []float32, n int) []float32 {
	if cap(old) < n {
		return make([]float32, n)
	}
	return old[:n]
}

// place makes the patches from first those of the block.
func (b *block) place(first int) {
	count := min(b.size, b.grid.count()-first)
	b.strips, b.places = b.strips[:0], b.places[:0]
	b.pitch = up(patch, lanes) // of zeros, for patches that are not there
	for n := 0; n < count; {
		picture, row, column := b.grid.at(first + n)
		patches := min(b.grid.columns-column, count-n)
		b.lay(picture, row, column, patches)
		n += patches
	}
	b.sort()
	b.columns = room(b.columns, patch*b.pitch)
	clear(b.columns)
}

// sort brings whole places to the front: only eight of them go straight to dst.
func (b *block) sort() {
	b.from, b.to, b.whole = b.from[:0], b.to[:0], 0
	slices.SortStableFunc(b.places, func(x, y place) int {
		switch {
		case x.whole() == y.whole():
			return 0
		case x.whole():
			return -1
		}
		return 1
	})
	for _, p := range b.places {
		b.from, b.to = append(b.from, p.from), append(b.to, p.to)
		if p.whole() {
			b.whole++
		}
	}
	for len(b.from) < up(len(b.places), gemm.Width) {
		b.from = append(b.from, 0)
	}
}

// lay places a strip behind those that are there.
func (b *block) lay(picture, row, column, patches int) {
	left := column*result - b.c.Pads[1] // may be outside
	x := max(left, 0)
	width := max(min(left+patches*result+2, b.pictures.Width)-x, 0)
	at := b.pitch + x - left
	for i := range patches {
		y, x := row*result, (column+i)*result
		b.places = append(b.places, place{
			from: b.pitch + i*result, to: (picture*b.c.Kernels.Out*b.result.Height+y)*b.result.Width + x,
			rows: min(result, b.result.Height-y), columns: min(result, b.result.Width-x),
		})
	}
	b.pitch += max(x-left+up(width, lanes), up((patches+1)*result, lanes))
	b.strips = append(b.strips, strip{picture: picture, row: row, x: x, width: width, at: at})
}

// spread transforms the pictures into panels.
func (b *block) spread(src []float32) {
	plane := b.pictures.Height * b.pictures.Width
	for channel := range b.c.Kernels.In {
		for _, s := range b.strips {
			b.spreadColumns(src[(s.picture*b.c.Kernels.In+channel)*plane:][:plane], s)
		}
		for n := 0; n < len(b.from); n += lanes {
			at := (n/gemm.Width*products)*b.depth() + channel*gemm.Width + n%gemm.Width
			spreadRows(&rows{
				dst: b.spreads[at:], stride: b.depth(),
				src: b.columns, pitch: b.pitch, from: (*[lanes]int)(b.from[n:]),
			})
		}
	}
}

// spreadColumns transforms the columns of a strip of one channel.
func (b *block) spreadColumns(plane []float32, s strip) {
	var lines [patch][]float32
	for i := range lines {
		lines[i] = b.nothing[:s.width]
		if y := s.row*result + i - b.c.Pads[0]; y >= 0 && y < b.pictures.Height {
			lines[i] = plane[y*b.pictures.Width+s.x:][:s.width]
		}
	}
	spreadColumns(b.columns[s.at:], b.pitch, &lines, len(plane))
}

// multiply multiplies the panels with those of the kernels, and makes patches of
// dst of the products.
func (b *block) multiply(dst []float32) {
	k := b.c.Kernels
	for first := 0; first < k.height(); first += b.group {
		group := min(b.group, k.height()-first)
		for product := range products {
			for panel := range group {
				left := k.panel(product, first+panel)
				for n := range len(b.from) / gemm.Width {
					right := b.spreads[(n*products+product)*b.depth():]
					gemm.Tile(b.tile(n, panel)[product*gemm.Height*gemm.Width:], gemm.Width, left, right, k.In)
				}
			}
		}
		for panel := range group {
			b.gather(dst, first, panel)
		}
	}
}

// tile returns the products of gemm.Width patches and a panel of the group.
func (b *block) tile(n, panel int) []float32 {
	const size = products * gemm.Height * gemm.Width
	return b.products[(n*b.group+panel)*size:][:size]
}

// gather makes patches of dst of the products of a panel.
func (b *block) gather(dst []float32, first, panel int) {
	channels := (first + panel) * gemm.Height
	for r := range min(gemm.Height, b.c.Kernels.Out-channels) {
		p := patches{half: &b.half, finish: b.c.after(channels + r)}
		at := (channels + r) * b.result.Height * b.result.Width
		for n := 0; n < len(b.places); n += lanes {
			p.src = b.tile(n/gemm.Width, panel)[r*gemm.Width+n%gemm.Width:]
			b.finish(dst[at:], n, &p)
		}
	}
}

// finish makes patches n to n + lanes of dst, which begins with the channel of
// the first picture.
func (b *block) finish(dst []float32, n int, p *patches) {
	if n+lanes <= b.whole {
		p.dst, p.pitch, p.to = dst, b.result.Width, (*[lanes]int)(b.to[n:])
		gatherPatches(p)
		return
	}
	p.dst, p.pitch, p.to = b.cut[:], result, &beside
	gatherPatches(p)
	for lane, place := range b.places[n:min(n+lanes, len(b.places))] {
		for y := range place.rows {
			from, to := b.cut[(lane*result+y)*result:], dst[place.to+y*b.result.Width:]
			for x := range place.columns { // too few for copy
				to[x] = from[x]
			}
		}
	}
}

// beside is where eight patches lie without gaps.
var beside = [lanes]int{0, 16, 32, 48, 64, 80, 96, 112}
