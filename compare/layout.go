package compare

import (
	"fmt"
	"math"
	"slices"
)

// A layout says which conditions the pairs of a vector belong to.
type layout struct {
	conditions    int     // of the RDM, those without pairs included
	first, second []int32 // per pair
	copies        []int32 // per condition, how often it stands; empty when each stands once
}

// conditionsOf inverts m = n(n-1)/2; it reports whether there is such an n.
func conditionsOf(pairs int) (n int, ok bool) {
	n = int(math.Round((1 + math.Sqrt(1+8*float64(pairs))) / 2))
	return n, n*(n-1)/2 == pairs
}

func newLayout(pairs int) (l layout) {
	n, ok := conditionsOf(pairs)
	if !ok {
		panic(fmt.Sprintf("compare: %d pairs are not those of n conditions", pairs))
	}
	l.conditions, l.first, l.second = n, make([]int32, 0, pairs), make([]int32, 0, pairs)
	for i := range n {
		for j := i + 1; j < n; j++ {
			l.first, l.second = append(l.first, int32(i)), append(l.second, int32(j))
		}
	}
	return l
}

// set makes dst a copy of l in memory of its own.
func (dst *layout) set(l *layout) {
	if len(l.copies) > 0 {
		panic("compare: conditions that have copies cannot change places")
	}
	dst.conditions, dst.copies = l.conditions, dst.copies[:0]
	dst.first, dst.second = append(dst.first[:0], l.first...), append(dst.second[:0], l.second...)
}

// resample makes dst the layout of the pairs of l that r keeps.
func (dst *layout) resample(l *layout, r *Resample) {
	if len(r.copies) == 0 && slices.ContainsFunc(r.weight, func(w int32) bool { return w > 1 }) {
		panic("compare: a comparator that looks at conditions knows no copies of single pairs")
	}
	dst.conditions = l.conditions
	dst.first, dst.second = gather(dst.first, l.first, r.kept), gather(dst.second, l.second, r.kept)
	switch {
	case len(r.copies) == 0:
		dst.copies = append(dst.copies[:0], l.copies...)
	case len(l.copies) == 0 && len(r.copies) == l.conditions:
		dst.copies = append(dst.copies[:0], r.copies...)
	default:
		panic(fmt.Sprintf("compare: copies of %d conditions are drawn from %d, of which there are copies already", len(r.copies), l.conditions))
	}
}

func gather[T any, I int | int32](dst, x []T, places []I) []T {
	dst = slices.Grow(dst[:0], len(places))[:len(places)]
	for k, p := range places {
		dst[k] = x[p]
	}
	return dst
}

// times returns how often condition i stands.
func (l *layout) times(i int32) float64 {
	if len(l.copies) == 0 {
		return 1
	}
	return float64(l.copies[i])
}

// present returns the conditions that have pairs, per condition its place among
// them or -1, and whether they have all pairs of each other.
func (l *layout) present() (conditions, place []int32, complete bool) {
	place = slices.Repeat([]int32{-1}, l.conditions)
	for p := range l.first {
		place[l.first[p]], place[l.second[p]] = 0, 0
	}
	for i := range place {
		if place[i] == 0 {
			place[i] = int32(len(conditions))
			conditions = append(conditions, int32(i))
		}
	}
	k := len(conditions)
	return conditions, place, len(l.first) == k*(k-1)/2
}
