package compare

import (
	"math"
	"slices"
)

// ascending returns the indices of the numbers in x that are not NaN, by value,
// and by index where values are the same.
func ascending(x []float64) []int32 {
	const many = 1000 // from where on digits are faster
	order := defined(x)
	if len(order) < many {
		return byComparing(x, order)
	}
	return byDigits(x, order)
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
