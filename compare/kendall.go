package compare

import (
	"math"
	"math/bits"
	"slices"
)

// rankDensely prepares a vector for Kendall's tau.
func rankDensely(v *Vector, _ weights) {
	if v.distinct {
		v.rankDistinct()
		return
	}
	v.unit, v.level = v.unit[:0], slices.Grow(v.level[:0], len(v.values))[:len(v.values)]
	v.levels, v.tied, v.heaviest = 0, 0, 0
	leaf := int64(0) // weight of the levels that share a leaf of lanes
	for from := 0; from < len(v.order); {
		to := sameValue(v.values, v.order, from)
		weight := int64(0)
		for _, p := range v.order[from:to] {
			v.level[p] = int32(v.levels)
			weight += int64(v.weight[p])
		}
		if v.levels%8 == 0 {
			leaf = 0
		}
		leaf += weight
		v.heaviest = max(v.heaviest, leaf)
		v.tied += weight * (weight - 1) / 2
		v.levels++
		from = to
	}
	if v.distinct = v.levels == len(v.order); v.distinct {
		v.placeUnits()
	}
}

// rankDistinct is rankDensely where it is known that no two values are the same,
// as those of a vector of which this one is resampled: no value is looked at.
func (v *Vector) rankDistinct() {
	v.levels = len(v.order)
	if !v.placeUnits() {
		v.placeLevels()
	}
}

func (v *Vector) placeLevels() {
	v.level = slices.Grow(v.level[:0], len(v.values))[:len(v.values)]
	v.tied, v.heaviest = 0, 0
	leaf := int64(0)
	for k, p := range v.order {
		v.level[p] = int32(k)
		weight := int64(v.weight[p])
		if k%8 == 0 {
			leaf = 0
		}
		leaf += weight
		v.heaviest = max(v.heaviest, leaf)
		v.tied += weight * (weight - 1) / 2
	}
}

func tauA(a, b *Vector, s *scratch) float64 {
	return float64(excess(a, b, s)) / float64(a.total*(a.total-1)/2)
}

func tauB(a, b *Vector, s *scratch) float64 {
	if a.levels < 2 || b.levels < 2 {
		return math.NaN()
	}
	all := a.total * (a.total - 1) / 2
	return float64(excess(a, b, s)) / math.Sqrt(float64(all-a.tied)*float64(all-b.tied))
}

// excess returns the number of concordant minus that of discordant pairs of
// pairs, which is exact.
//
// The pairs are visited in the order of one side. A pair is concordant with
// those before it, of a smaller value there, that are below it on the other
// side too. What is neither concordant nor tied on either side is discordant.
//
//	source   Knight (1966), doi:10.1080/01621459.1966.10480879, with a tree of
//	         counts in place of his merge sort
func excess(a, b *Vector, s *scratch) int64 {
	if a.levels < b.levels {
		a, b = b, a // the tree is over the levels of b
	}
	concordant, tiedInBoth := concordance(a, b, s)
	all := a.total * (a.total - 1) / 2
	return 2*concordant - (all - a.tied - b.tied + tiedInBoth)
}

// concordance counts the pairs of pairs that are concordant, and those that
// are equal on both sides.
func concordance(a, b *Vector, s *scratch) (concordant, tiedInBoth int64) {
	if a.distinct && len(b.unit) > 0 {
		return s.blocks.concordance(a, b), a.tied
	}
	onlyCopies := a.levels == len(a.order) // what is tied in a are copies, and those are tied in b
	if onlyCopies && s.lanes.serve(b) {
		return s.lanes.concordance(a, b), a.tied
	}
	s.tree.reset(b.levels)
	if onlyCopies {
		for _, p := range a.order {
			w := int64(a.weight[p])
			concordant += w * s.tree.add(b.level[p], w)
		}
		return concordant, a.tied
	}
	s.at = slices.Grow(s.at[:0], b.levels)[:b.levels]
	clear(s.at)
	for from := 0; from < len(a.order); {
		p := a.order[from]
		to := from + 1
		for to < len(a.order) && a.level[a.order[to]] == a.level[p] {
			to++
		}
		if to == from+1 {
			w := int64(a.weight[p])
			concordant += w * s.tree.add(b.level[p], w)
			tiedInBoth += w * (w - 1) / 2
		} else {
			below, equal := s.tieGroup(a, b, a.order[from:to])
			concordant += below
			tiedInBoth += equal
		}
		from = to
	}
	return concordant, tiedInBoth
}

// tieGroup counts pairs that are equal in a: none of them is concordant with
// another, so all are looked up before any is added.
func (s *scratch) tieGroup(a, b *Vector, group []int32) (concordant, tiedInBoth int64) {
	for _, p := range group {
		concordant += int64(a.weight[p]) * s.tree.add(b.level[p], 0)
	}
	for _, p := range group {
		w, level := int64(a.weight[p]), b.level[p]
		s.tree.add(level, w)
		tiedInBoth += w*s.at[level] + w*(w-1)/2
		s.at[level] += w
	}
	for _, p := range group {
		s.at[b.level[p]] = 0
	}
	return concordant, tiedInBoth
}

// A counter adds weights to levels and sums those below a level. It is a
// binary tree whose nodes hold the weight of their left half, so that both
// take one walk without a branch from the leaf to the root.
type counter struct {
	depth int
	left  []int64 // per node; the root is 1, the children of i are 2i and 2i+1
}

func (c *counter) reset(levels int) {
	c.depth = bits.Len(uint(max(levels-1, 0)))
	size := 1 << c.depth
	c.left = slices.Grow(c.left[:0], size)[:size]
	clear(c.left)
}

// add returns the weight added so far to levels below this one, then adds
// weight to it.
func (c *counter) add(level int32, weight int64) int64 {
	left, below := c.left, int64(0)
	// Level 0 would be the node 1<<depth, in the row below the last.
	for node := uint(level) + uint(1)<<c.depth; node > 1; {
		right := int64(node & 1)
		node >>= 1
		below += left[node] & -right
		left[node] += weight & (right - 1)
	}
	return below
}
