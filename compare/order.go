package compare

import (
	"math"
	"slices"
	"sync"
)

// ascending returns the indices of the numbers in x that are not NaN, by value,
// and by index where values are the same, in the memory of dst.
func ascending(dst []int32, x []float64) []int32 {
	const many = 300 // from where on parts are faster
	if len(x) < many {
		return byComparing(dst, x)
	}
	return byParts(dst, x)
}

func byComparing(dst []int32, x []float64) []int32 {
	order := defined(dst, x)
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
func byParts(dst []int32, x []float64) []int32 {
	least, most := extent(x)
	scale := (parts - 1) / (most - least)
	if !(scale > 0) || math.IsInf(scale, 1) { // infinite values, a constant, or nothing
		return byDigits(dst, x)
	}
	w := partsWorks.Get().(*partsWork)
	defer partsWorks.Put(w)
	w.divide(x, least, scale)
	w.sort()
	order := slices.Grow(dst[:0], len(w.from))[:len(w.from)]
	if !w.inserted(x, order) {
		return byDigits(order, x)
	}
	return order
}

// extent returns the least and the largest number. The functions of that name take
// longer, for NaN and -0.
func extent(x []float64) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, value := range x {
		if value < least {
			least = value
		}
		if value > most {
			most = value
		}
	}
	return least, most
}

// divide fills from with the parts of the numbers that are not NaN, and counts
// their digits.
func (w *partsWork) divide(x []float64, least, scale float64) {
	w.from, w.to = slices.Grow(w.from[:0], len(x))[:len(x)], slices.Grow(w.to[:0], len(x))
	w.counts = [2][2048]int32{}
	low, high, n := &w.counts[0], &w.counts[1], 0
	for p, value := range x {
		if math.IsNaN(value) {
			continue
		}
		part := uint64(int64((value - least) * scale))
		w.from[n] = part<<32 | uint64(p)
		low[part&0x7ff]++
		high[part>>11&0x7ff]++
		n++
	}
	w.from, w.to = w.from[:n], w.to[:n]
}

// sort sorts from by both digits of its parts.
func (w *partsWork) sort() {
	for digit := range w.counts {
		place, sum := &w.counts[digit], int32(0)
		for value, count := range place {
			place[value] = sum
			sum += count
		}
		shift, to := 32+11*digit, w.to
		for _, packed := range w.from {
			value := packed >> shift & 0x7ff
			at := place[value]
			to[at], place[value] = packed, at+1
		}
		w.from, w.to = to, w.from
	}
}

// inserted fills order with the indices by their parts, those that share one by
// their numbers. It gives up, and reports false, when that takes more than a few
// moves each.
func (w *partsWork) inserted(x []float64, order []int32) bool {
	moves, before := 0, ^uint64(0)
	for k, packed := range w.from {
		order[k] = int32(packed)
		if part := packed >> 32; part != before {
			before = part
		} else if moves += insert(x, order[:k+1]); moves > 4*len(order) {
			return false
		}
	}
	return true
}

// insert moves the last index before those of larger numbers, and returns how
// many these are.
func insert(x []float64, order []int32) (moves int) {
	last := len(order) - 1
	p, at := order[last], last
	for ; at > 0 && x[order[at-1]] > x[p]; at-- {
		order[at] = order[at-1]
	}
	order[at] = p
	return last - at
}

// A keyed index has a key that is larger where the number is.
type keyed struct {
	key   uint64
	index int32
}

// byDigits sorts by 11 bits of the keys after the others, from the lowest on: the
// order of equal ones stays. A digit that all have in common is left out.
func byDigits(dst []int32, x []float64) []int32 {
	order := defined(dst, x)
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
