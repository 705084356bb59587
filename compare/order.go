package compare

import (
	"math"
	"slices"
	"sync"
)

// ascending returns the indices of the numbers in x that are not NaN, by value,
// and by index where values are the same.
func ascending(x []float64) []int32 {
	const many = 300 // from where on parts are faster
	order := defined(x)
	if len(order) < many {
		return byComparing(x, order)
	}
	return byParts(x, order)
}

func byComparing(x []float64, order []int32) []int32 {
	slices.SortFunc(order, func(p, q int32) int {
		switch {
		case x[p] < x[q]:
			return -1
		case x[p] > x[q]:
			return 1
		}
		return int(p - q)
	})
	return order
}

// parts is how many equal parts byParts makes of the range of the numbers: two
// digits of 11 bits.
const parts = 1 << 22

// partsWork is the memory of byParts, reused by the next.
type partsWork struct {
	from, to []uint64 // the part, and below it the index
	counts   [2][2048]int32
}

var partsWorks = sync.Pool{New: func() any { return new(partsWork) }}

// byParts sorts by the part of the range that numbers are in, and then the few
// that share a part by their values. Where most share a few, as beside an outlier,
// it is byDigits that sorts.
func byParts(x []float64, order []int32) []int32 {
	least, most := extent(x, order)
	scale := (parts - 1) / (most - least)
	if !(scale > 0) || math.IsInf(scale, 1) { // infinite values, or a constant
		return byDigits(x, order)
	}
	w := partsWorks.Get().(*partsWork)
	defer partsWorks.Put(w)
	w.from, w.to = slices.Grow(w.from[:0], len(order))[:len(order)], slices.Grow(w.to[:0], len(order))[:len(order)]
	w.counts = [2][2048]int32{}
	for k, p := range order {
		part := uint64((x[p] - least) * scale)
		w.from[k] = part<<32 | uint64(p)
		w.counts[0][part&0x7ff]++
		w.counts[1][part>>11&0x7ff]++
	}
	w.sort()
	for k, packed := range w.from {
		order[k] = int32(packed)
	}
	if !inserted(x, order) {
		slices.Sort(order)
		return byDigits(x, order)
	}
	return order
}

func extent(x []float64, order []int32) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, p := range order {
		least, most = min(least, x[p]), max(most, x[p])
	}
	return least, most
}

// sort sorts from by both digits of its parts.
func (w *partsWork) sort() {
	for digit := range w.counts {
		place, sum := &w.counts[digit], int32(0)
		for value, count := range place {
			place[value] = sum
			sum += count
		}
		shift := 32 + 11*digit
		for _, packed := range w.from {
			at := &place[packed>>shift&0x7ff]
			w.to[*at] = packed
			*at++
		}
		w.from, w.to = w.to, w.from
	}
}

// inserted moves each index before those of larger numbers. It gives up, and
// reports false, when that takes more than a few moves each.
func inserted(x []float64, order []int32) bool {
	moves, before := 0, math.Inf(-1)
	for k, p := range order {
		value := x[p]
		if value >= before {
			before = value
			continue
		}
		at := k
		for ; at > 0 && x[order[at-1]] > value; at-- {
			order[at] = order[at-1]
		}
		order[at] = p
		if moves += k - at; moves > 4*len(order) {
			return false
		}
	}
	return true
}

// A keyed index has a key that is larger where the number is.
type keyed struct {
	key   uint64
	index int32
}

// byDigits sorts by 11 bits of the keys after the others, from the lowest on: the
// order of equal ones stays. A digit that all have in common is left out.
func byDigits(x []float64, order []int32) []int32 {
	from, to := make([]keyed, len(order)), make([]keyed, len(order))
	var counts [6][2048]int32
	for k, p := range order {
		key := keyOf(x[p])
		from[k] = keyed{key, p}
		for digit := range counts {
			counts[digit][key>>(11*digit)&0x7ff]++
		}
	}
	for digit := range counts {
		place, sum := &counts[digit], int32(0)
		if slices.Contains(place[:], int32(len(order))) {
			continue
		}
		for value, count := range place {
			place[value] = sum
			sum += count
		}
		for _, k := range from {
			at := &place[k.key>>(11*digit)&0x7ff]
			to[*at] = k
			*at++
		}
		from, to = to, from
	}
	for k := range order {
		order[k] = from[k].index
	}
	return order
}

// keyOf returns the bits of x such that they are in the order of the numbers: those
// of negative numbers are turned over.
func keyOf(x float64) uint64 {
	if x == 0 {
		return 1 << 63 // -0 is no smaller
	}
	if b := math.Float64bits(x); b>>63 == 0 {
		return b | 1<<63
	} else {
		return ^b
	}
}
