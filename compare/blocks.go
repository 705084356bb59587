package compare

import (
	"math/bits"
	"slices"
)

// blocks counts weights below a level, as counter does, where no two values are
// the same but those of copies, and weights are not too large: as in a label
// permutation or a bootstrap of RDMs without ties. A pair of weight w has w units
// side by side, in order, and a unit is one bit: 64 of them, a block, are counted
// by the machine's own instruction. What earlier blocks have is the sum of lanes,
// as in lanes: a node is seven blocks, with lanes of 9 bits and room for an eighth
// block that is left empty, and above it are two times four branches.
type blocks struct {
	seen   [maxUnits / 64]uint64   // one bit per unit
	nodes1 [maxUnits / 512]uint64  // per block of a node: units seen in those before it
	nodes2 [maxUnits / 2048]uint64 // per node of four
}

const (
	maxUnits  = 8192 // with those of the blocks that are empty
	maxCopies = 63   // of a pair

	nineBits = 0x40201008040200 // 1 in all lanes of nine bits but the first
)

// placeUnits gives every pair its units, none of them beyond its block, and counts
// those of one value, in place of levels. It reports false, and gives none, where
// they are too many.
func (v *Vector) placeUnits() bool {
	unit, weight := slices.Grow(v.unit[:0], len(v.values))[:len(v.values)], v.weight[:len(v.values)]
	next, tied := uint32(0), uint32(0)
	for _, p := range v.order {
		w := uint32(weight[p])
		if next%64+w > 64 {
			next = (next + 63) &^ 63
		}
		if next%512 >= 448 {
			next = (next + 511) &^ 511
		}
		if w > maxCopies || next+w > maxUnits {
			v.unit = v.unit[:0]
			return false
		}
		unit[p] = next<<8 | w
		next += w
		tied += w * (w - 1) / 2
	}
	v.unit, v.level, v.tied = unit, v.level[:0], int64(tied)
	return true
}

// concordance counts the concordant pairs of pairs. At each node it reads what is
// below a unit, then adds the weight to the lanes above; remainders tell the
// compiler that an index is in range.
func (k *blocks) concordance(a, b *Vector) int64 {
	clear(k.seen[:])
	clear(k.nodes1[:])
	clear(k.nodes2[:])
	concordant, root, unit := uint64(0), uint64(0), b.unit
	for _, p := range a.order {
		visit := unit[p]
		w, at := uint64(visit&0xff), visit>>8
		bit := uint64(1) << (at & 63)
		seen := &k.seen[at/64%(maxUnits/64)]
		below := uint64(bits.OnesCount64(*seen & (bit - 1)))
		*seen |= bit<<(w&63) - bit
		node, lane := &k.nodes1[at/512%(maxUnits/512)], at/64%8*9
		below += *node >> lane & 0x1ff
		*node += w * nineBits << lane
		all := w * fourLanes
		node, lane = &k.nodes2[at/2048%(maxUnits/2048)], at/32&48
		below += *node >> lane & 0xffff
		*node += all << lane
		lane = at / 128 & 48
		below += root >> lane & 0xffff
		root += all << lane
		concordant += w * below
	}
	return int64(concordant)
}
