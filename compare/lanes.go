package compare

// lanes counts weights below a level, as counter does, where they are not too
// large and levels not too many: as in a bootstrap of a few hundred conditions. It
// too is a tree, but of eight branches at the leaves and four above, and a node is
// one word: per branch a lane with the weight of the branches before it, so that
// one addition brings all of them up to date. It takes half the time of counter.
type lanes struct {
	leaves [maxLevels / 8]uint64 // lanes of 8 bits, all others of 16
	nodes1 [maxLevels / 32]uint64
	nodes2 [maxLevels / 128]uint64
	nodes3 [maxLevels / 512]uint64
	nodes4 [maxLevels / 2048]uint64
}

const (
	maxLevels = 8192
	maxTotal  = 1<<16 - 1 // weight of all levels
	maxLeaf   = 1<<8 - 1  // weight of eight levels that share a leaf

	eightLanes = 0x0101010101010100 // 1 in all lanes but the first
	fourLanes  = 0x0001000100010000
)

// serve reports whether lanes are wide enough for the levels of b.
func (*lanes) serve(b *Vector) bool {
	return b.levels <= maxLevels && b.total <= maxTotal && b.heaviest <= maxLeaf
}

func (c *lanes) reset(levels int) {
	clear(c.leaves[:(levels+7)/8])
	clear(c.nodes1[:(levels+31)/32])
	clear(c.nodes2[:(levels+127)/128])
	clear(c.nodes3[:(levels+511)/512])
	clear(c.nodes4[:(levels+2047)/2048])
}

// concordance counts the concordant pairs of pairs, when a has no ties but of
// copies. At each node it reads what is below the level, then adds the weight to
// the lanes above; remainders tell the compiler that an index is in range.
func (c *lanes) concordance(a, b *Vector) int64 {
	c.reset(b.levels)
	concordant, root := uint64(0), uint64(0)
	for _, p := range a.order {
		weight, l := uint64(a.weight[p]), uint(b.level[p])
		at, lane := l/8%(maxLevels/8), l*8&56
		below := c.leaves[at] >> lane & 0xff
		c.leaves[at] += weight * eightLanes << lane
		w := weight * fourLanes
		at, lane = l/32%(maxLevels/32), l*2&48
		below += c.nodes1[at] >> lane & 0xffff
		c.nodes1[at] += w << lane
		at, lane = l/128%(maxLevels/128), l/2&48
		below += c.nodes2[at] >> lane & 0xffff
		c.nodes2[at] += w << lane
		at, lane = l/512%(maxLevels/512), l/8&48
		below += c.nodes3[at] >> lane & 0xffff
		c.nodes3[at] += w << lane
		at, lane = l/2048%(maxLevels/2048), l/32&48
		below += c.nodes4[at] >> lane & 0xffff
		c.nodes4[at] += w << lane
		lane = l / 128 & 48
		below += root >> lane & 0xffff
		root += w << lane
		concordant += weight * below
	}
	return int64(concordant)
}
