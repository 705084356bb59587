package inference

import (
	"cmp"
	"math"
	"slices"

	"github.com/isocortex/isocortex/nearest"
)

// A Correction adjusts p values for their number. The maximum statistic, which
// needs the draws, is no Correction: see [Result].
type Correction struct {
	Name       string
	Short      string // another name for it, or ""
	Definition string // what an adjusted value below α promises, for people

	// factor multiplies the p value of the given rank from 1, of tests in all.
	factor func(rank, tests int) float64
	// fromLargest makes adjusted values monotone downward from the largest p,
	// otherwise upward from the smallest.
	fromLargest bool
}

// Corrections lists every correction, in the order that help shows.
var Corrections = []Correction{
	{
		Name:       "bonferroni",
		Definition: "p · m: the chance of any false discovery is below α, however the tests depend on each other",
		factor:     func(_, tests int) float64 { return float64(tests) },
	},
	{
		Name:       "holm",
		Definition: "Bonferroni, stepwise: the chance of any false discovery is below α, however the tests depend on each other",
		factor:     func(rank, tests int) float64 { return float64(tests - rank + 1) },
	},
	{
		Name: "benjamini-hochberg", Short: "fdr",
		Definition:  "p · m/rank: the expected share of false discoveries is below α, for independent or positively dependent tests",
		factor:      func(rank, tests int) float64 { return float64(tests) / float64(rank) },
		fromLargest: true,
	},
	{
		Name:       "benjamini-yekutieli",
		Definition: "p · m/rank · Σ1/i: the expected share of false discoveries is below α, however the tests depend on each other",
		factor: func(rank, tests int) float64 {
			return float64(tests) / float64(rank) * harmonic(tests)
		},
		fromLargest: true,
	},
}

// CorrectionByName returns the correction of that name or short name.
//
//	errors   an unknown name; the error says which names are close and lists all
func CorrectionByName(name string) (Correction, error) {
	return nearest.In(Corrections, "correction", name, func(c Correction) []string { return []string{c.Name, c.Short} })
}

// Adjust returns p values that can be held against α as if there were one test.
//
//	shapes   p: tests; result: tests, in the same order, at most 1
//	NaN      a p value of NaN stays NaN and does not count as a test
//	cost     O(m log m)
//	source   Holm (1979); Benjamini & Hochberg (1995); Benjamini & Yekutieli
//	         (2001), doi:10.1214/aos/1013699998; agrees with statsmodels
func (c Correction) Adjust(p []float64) []float64 {
	order := ascending(p)
	adjusted := slices.Clone(p)
	for i, k := range order {
		adjusted[k] = min(1, p[k]*c.factor(i+1, len(order)))
	}
	if c.fromLargest {
		for i := len(order) - 2; i >= 0; i-- {
			adjusted[order[i]] = min(adjusted[order[i]], adjusted[order[i+1]])
		}
		return adjusted
	}
	for i := 1; i < len(order); i++ {
		adjusted[order[i]] = max(adjusted[order[i]], adjusted[order[i-1]])
	}
	return adjusted
}

// ascending returns the places of the numbers in p that are not NaN, by value.
func ascending(p []float64) []int {
	var order []int
	for k, value := range p {
		if !math.IsNaN(value) {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}

// harmonic returns 1 + 1/2 + … + 1/n.
func harmonic(n int) float64 {
	sum := 0.0
	for i := n; i > 0; i-- {
		sum += 1 / float64(i)
	}
	return sum
}
