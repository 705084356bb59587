package compare

import (
	"iter"
	"math"
	"slices"

	"github.com/isocortex/isocortex/seed"
)

// meanOfOrders returns the chance of a score that has no formula for it: the
// mean over orders of the conditions of one side.
func meanOfOrders(prepare func(v *Vector, w weights), score func(a, b *Vector, s *scratch) float64) func(a, b *Vector) float64 {
	return func(a, b *Vector) float64 {
		conditions, _, complete := a.at.present()
		if !complete || len(a.at.copies) > 0 {
			return math.NaN()
		}
		c := Comparator{Name: a.of, Whole: true, prepare: prepare}
		var moved Vector
		var to []int32
		sum, count := 0.0, 0.0
		for order := range orders(len(conditions)) {
			to = PairsMoved(to, order)
			c.Permute(&moved, a, to)
			sum += score(&moved, b, nil)
			count++
		}
		return sum / count
	}
}

// orders yields all orders of up to five things, and 120 orders of more.
func orders(n int) iter.Seq[[]int] {
	const most = 120
	return func(yield func([]int) bool) {
		random := seed.Stream(0, "chance")
		count := most
		if n <= 5 {
			count = int(math.Round(math.Gamma(float64(n) + 1)))
		}
		for k := range count {
			order := arrangement(n, k)
			if n > 5 {
				order = random.Perm(n)
			}
			if !yield(order) {
				return
			}
		}
	}
}

// arrangement returns the k-th order of n things: the digits of k, of bases
// n, n-1 …, say which of the things that are left comes next.
func arrangement(n, k int) []int {
	left := make([]int, n)
	for i := range left {
		left[i] = i
	}
	var order []int
	for len(left) > 0 {
		next := k % len(left)
		k /= len(left)
		order = append(order, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return order
}
