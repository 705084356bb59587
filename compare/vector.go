package compare

import (
	"fmt"
	"math"
	"slices"
)

// A Vector is an RDV made ready for one comparator by [Comparator.Prepare].
// It is read only, so that several goroutines may compare it.
type Vector struct {
	of      string    // name of the comparator
	values  []float64 // per pair; NaN where missing
	weight  []int32   // per pair, how often it stands, at least 1
	once    bool      // every pair stands once
	missing int       // pairs that are NaN
	order   []int32   // pairs that are not missing, by ascending value; nil when the comparator has no use for it
	at      layout    // the conditions of the pairs; empty when the comparator has no use for it

	standard []float64 // such that the product of two vectors is the score: per pair, and whitened per condition too
	level    []int32   // tau: per pair, how many different values are smaller; empty where unit is not
	levels   int       // tau: number of different values
	distinct bool      // tau: no two values are the same; false where nobody looked
	unit     []uint32  // tau: per pair, 256 times the first of its units, and how many it has; empty when blocks cannot count them
	heaviest int64     // tau: largest weight of eight levels, from one whose number divides by eight
	total    int64     // pairs that are not missing, by weight
	tied     int64     // tau: pairs of pairs with equal values
	points   points    // bures
	gram     gram      // riemannian
	products weights   // memory of Resample
}

// Len returns the number of pairs, missing ones included.
func (v *Vector) Len() int { return len(v.values) }

// Missing returns the number of pairs that are NaN.
func (v *Vector) Missing() int { return v.missing }

func newVector(x []float64) *Vector {
	v := &Vector{values: slices.Clone(x), weight: slices.Repeat([]int32{1}, len(x)), once: true}
	v.count()
	return v
}

// count sets the numbers of pairs from values and weights.
func (v *Vector) count() {
	v.missing, v.total = 0, 0
	for p, x := range v.values {
		if x != x { // math.IsNaN, in the innermost loop of a bootstrap
			v.missing++
		} else {
			v.total += int64(v.weight[p])
		}
	}
}

func (v *Vector) sort() { v.order = ascending(v.order, v.values) }

// defined returns the indices of the numbers in x that are not NaN, in the memory
// of dst.
func defined(dst []int32, x []float64) []int32 {
	dst = slices.Grow(dst[:0], len(x))[:len(x)]
	n := 0
	for p, value := range x {
		dst[n] = int32(p)
		if value == value { // not NaN
			n++
		}
	}
	return dst[:n]
}

func countDefined(x []float64) (count int) {
	if !hasNaN(x) {
		return len(x)
	}
	for _, value := range x {
		if !math.IsNaN(value) {
			count++
		}
	}
	return count
}

// sameValue returns the end of the run of equal values that begins at order[from].
func sameValue(x []float64, order []int32, from int) int {
	to := from + 1
	for to < len(order) && x[order[to]] == x[order[from]] {
		to++
	}
	return to
}

// A Resample says how often each pair stands. The zero Resample is empty; Set
// fills it, reusing its memory.
type Resample struct {
	pairs  int     // of the vectors it applies to
	kept   []int32 // pairs of weight 1 or more
	place  []int32 // per pair, its index in kept, or -1
	weight []int32 // per kept pair
	n      int32   // of kept so far
	copies []int32 // per condition, how often it stands; empty when only pairs were given
	weights
}

// Set makes pair p stand weight[p] times. For comparators that look at
// conditions, a pair may stand once or not at all: only conditions can have
// copies, see SetCounts.
//
// It panics on weights that are not integers of 0 or more, or so large that
// their sum does not fit 31 bits.
//
//	shapes   weight: pairs
func (r *Resample) Set(weight []float64) {
	r.reset(len(weight))
	sum := 0.0
	for p, w := range weight {
		if w < 0 || w != math.Trunc(w) {
			panic(fmt.Sprintf("compare: weight %g of pair %d is not a count", w, p))
		}
		sum += w
		r.add(int32(p), int32(w))
	}
	if !(sum <= math.MaxInt32) {
		panic(fmt.Sprintf("compare: the weights of %d pairs sum to %g", len(weight), sum))
	}
	r.finish()
}

// SetCounts makes condition i stand counts[i] times, as a bootstrap over
// conditions does: the pair of i and j stands counts[i]·counts[j] times. The
// pairs of a condition with copies of itself are no pairs and are left out, but
// for bures they are points in the same place.
//
//	shapes   counts: conditions, each 0 or more
//	source   verified against a resampled RDM with its duplicate pairs removed
func (r *Resample) SetCounts(counts []int) {
	n := len(counts)
	r.reset(n * (n - 1) / 2)
	p := int32(0)
	for i, a := range counts {
		r.copies = append(r.copies, int32(a))
		for _, b := range counts[i+1:] {
			r.add(p, int32(a*b))
			p++
		}
	}
	r.finish()
}

// only keeps the pairs that are missing in neither a nor b, once each: their
// own weights are multiplied in by Resample.
func (r *Resample) only(a, b *Vector) {
	r.reset(a.Len())
	for p, x := range a.values {
		w := int32(1)
		if math.IsNaN(x) || math.IsNaN(b.values[p]) {
			w = 0
		}
		r.add(int32(p), w)
	}
	r.finish()
}

func (r *Resample) reset(pairs int) {
	r.kept = slices.Grow(r.kept[:0], pairs)[:pairs]
	r.place = slices.Grow(r.place[:0], pairs)[:pairs]
	r.weight = slices.Grow(r.weight[:0], pairs)[:pairs]
	r.n, r.copies = 0, r.copies[:0]
}

// add gives a pair its weight. Which are kept is random, so no branch asks.
func (r *Resample) add(pair, weight int32) {
	keep := min(weight, 1)
	r.kept[r.n], r.weight[r.n] = pair, weight
	r.place[pair] = (r.n+1)*keep - 1
	r.n += keep
}

// finish says what follows once every pair has its weight.
func (r *Resample) finish() {
	r.pairs, r.kept, r.weight = len(r.place), r.kept[:r.n], r.weight[:r.n]
	r.weights.reset()
	for _, w := range r.weight {
		r.weights.add(w)
	}
}

func (w *weights) reset() { w.count, w.root, w.sum = w.count[:0], w.root[:0], 0 }

func (w *weights) add(weight int32) {
	w.sum += float64(weight)
	w.count = append(w.count, float64(weight))
	w.root = append(w.root, math.Sqrt(float64(weight)))
}

// Resample makes dst the vector v in which pairs stand as often as r says.
//
// The memory of dst is reused. Vectors under the same r can be compared with
// each other; one resampled vector can be resampled again.
//
//	cost     O(m), no sorting
func (c Comparator) Resample(dst, v *Vector, r *Resample) {
	if v.of != c.Name || v.Len() != r.pairs {
		panic(fmt.Sprintf("compare: %s resamples %d pairs of a vector of %d %s pairs", c.Name, r.pairs, v.Len(), v.of))
	}
	kept := len(r.kept)
	dst.values = slices.Grow(dst.values[:0], kept)[:kept]
	for k, p := range r.kept {
		dst.values[k] = v.values[p]
	}
	dst.weight = append(dst.weight[:0], r.weight...)
	if c.Whole {
		dst.at.resample(&v.at, r)
	}
	w := r.weights
	if !v.once {
		w = dst.multiply(v, r)
	}
	dst.order, dst.distinct = r.placed(dst.order, v.order), v.distinct
	if dst.once = false; v.missing > 0 || !v.once {
		dst.count()
	} else {
		dst.missing, dst.total = 0, int64(r.sum)
	}
	c.finish(dst, w)
}

// placed returns the new places of the pairs that are kept, in their order, in
// the memory of dst. Which are kept is random, so no branch asks.
func (r *Resample) placed(dst, order []int32) []int32 {
	dst = slices.Grow(dst[:0], len(order))[:len(order)]
	n := 0
	for _, p := range order {
		to := r.place[p]
		dst[n] = to
		n += int(^to>>31) & 1 // 0 for -1, else 1
	}
	return dst[:n]
}

// multiply makes weights the products of those of r and of v.
func (dst *Vector) multiply(v *Vector, r *Resample) weights {
	dst.products.reset()
	for k, p := range r.kept {
		dst.weight[k] *= v.weight[p]
		dst.products.add(dst.weight[k])
	}
	return dst.products
}

// Permute makes dst the vector v in which pair p has taken the place to[p].
//
// The memory of dst is reused. For comparators that look at conditions, v must
// have no copies of them.
//
//	shapes   to: pairs, a permutation; see [PairsMoved]
//	cost     O(m), no sorting; for bures that of Prepare
func (c Comparator) Permute(dst, v *Vector, to []int32) {
	if v.of != c.Name || v.Len() != len(to) {
		panic(fmt.Sprintf("compare: %s moves %d pairs of a vector of %d %s pairs", c.Name, len(to), v.Len(), v.of))
	}
	dst.of, dst.once = v.of, v.once
	dst.missing, dst.levels, dst.total, dst.tied = v.missing, v.levels, v.total, v.tied
	dst.distinct, dst.heaviest = v.distinct, v.heaviest
	dst.values, dst.weight = moved(dst.values, v.values, to), moved(dst.weight, v.weight, to)
	if c.Whole {
		dst.order = dst.order[:0]
		dst.at.set(&v.at)
		c.finish(dst, weights{})
		return
	}
	dst.standard, dst.level = moved(dst.standard, v.standard, to), moved(dst.level, v.level, to)
	dst.unit = moved(dst.unit, v.unit, to)
	dst.order = dst.order[:0]
	for _, p := range v.order {
		dst.order = append(dst.order, to[p])
	}
}

// moved returns x, which may be empty, with its elements at their new places.
func moved[T any](dst, x []T, to []int32) []T {
	dst = slices.Grow(dst[:0], len(x))[:len(x)]
	for p := range x {
		dst[to[p]] = x[p]
	}
	return dst
}

// PairsMoved says where pairs go when condition i takes the place of condition
// permutation[i]. It reuses the memory of dst.
//
//	shapes   permutation: conditions; result: pairs
func PairsMoved(dst []int32, permutation []int) []int32 {
	n := len(permutation)
	dst = dst[:0]
	for i, a := range permutation {
		for _, b := range permutation[i+1:] {
			first, second := min(a, b), max(a, b)
			dst = append(dst, int32(first*(2*n-first-1)/2+second-first-1))
		}
	}
	return dst
}
