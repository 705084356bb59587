package inference

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// ExactRanks is the largest number of scores other than zero for which
// SignedRankTest counts all patterns of signs: up to here the counts are exact.
const ExactRanks = 50

// SignedRankTest asks, for each test, whether the scores of subjects are
// symmetric about zero: the test of Wilcoxon. For pairs of scores take their
// [Differences].
//
// The statistic is the sum of the ranks of positive scores. Scores of zero are
// left out, as Wilcoxon did; scores of the same size share their mean rank.
// With up to ExactRanks others p is exact, ties or not: the share of all
// patterns of signs that reach the sum. With more it is that of the normal
// distribution of the same mean and variance, ties allowed for, with half a
// rank of continuity correction. Of both tails p is twice the smaller, at most 1.
//
//	shapes   scores: subjects × tests; result: tests
//	NaN      a subject without a score is left out of that test; a test without
//	         scores is NaN. Scores that are all 0 give p = 1
//	errors   no subject; subjects with different numbers of tests; an unknown tail
//	cost     O(n³) per test of n subjects while exact, O(n log n) beyond
//	source   Wilcoxon (1945), doi:10.2307/3001968; agrees with
//	         scipy.stats.wilcoxon where there are no ties
func SignedRankTest(scores [][]float64, tail Tail) (*Analytic, error) {
	if err := tail.check(); err != nil {
		return nil, err
	}
	r := &Analytic{}
	err := eachTest(scores, func(x []float64) {
		w, p := math.NaN(), math.NaN()
		if len(x) > 0 {
			ranks := doubleRanks(x)
			reached := ranks.exact
			if len(ranks.all) > ExactRanks {
				reached = ranks.normal
			}
			// The sum is distributed symmetrically: what reaches down to it
			// is as likely as what reaches up to its mirror.
			w = float64(ranks.positive) / 2
			p = tail.ofTwo(reached(ranks.positive), reached(ranks.total-ranks.positive))
		}
		r.Statistic, r.P = append(r.Statistic, w), append(r.P, p)
	})
	return r, err
}

// ofTwo returns the p value of a tail, given those of both.
func (t Tail) ofTwo(above, below float64) float64 {
	switch t {
	case Greater:
		return above
	case Less:
		return below
	}
	return min(1, 2*min(above, below))
}

// signedRanks holds twice the ranks, which are whole numbers even when ranks
// are shared.
type signedRanks struct {
	all             []int // of scores other than zero, by size
	positive, total int   // sums
}

// doubleRanks ranks the scores by size, in place.
func doubleRanks(x []float64) signedRanks {
	x = slices.DeleteFunc(x, func(score float64) bool { return score == 0 })
	slices.SortFunc(x, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	var r signedRanks
	for from := 0; from < len(x); {
		to := from + 1
		for to < len(x) && math.Abs(x[to]) == math.Abs(x[from]) {
			to++
		}
		rank := from + 1 + to // twice the mean of from+1 … to
		for _, score := range x[from:to] {
			r.all = append(r.all, rank)
			r.total += rank
			if score > 0 {
				r.positive += rank
			}
		}
		from = to
	}
	return r
}

// exact returns the share of all patterns of signs whose sum is at least sum.
func (r signedRanks) exact(sum int) float64 {
	patterns := make([]float64, r.total+1) // by their sum
	patterns[0] = 1
	largest := 0
	for _, rank := range r.all {
		for s := largest; s >= 0; s-- {
			patterns[s+rank] += patterns[s]
		}
		largest += rank
	}
	reached := 0.0
	for _, count := range patterns[sum:] {
		reached += count
	}
	return math.Ldexp(reached, -len(r.all))
}

// normal returns about the same, for many ranks.
func (r signedRanks) normal(sum int) float64 {
	squares := 0.0
	for _, rank := range r.all {
		squares += float64(rank) * float64(rank)
	}
	z := (float64(sum) - 1 - float64(r.total)/2) / (math.Sqrt(squares) / 2)
	return distuv.UnitNormal.Survival(z)
}
