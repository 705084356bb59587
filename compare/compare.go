// Package compare says how alike two representations are.
//
// What is compared are RDVs: the upper triangles of two RDMs of the same
// conditions, row by row, (0,1) (0,2) … (1,2) …. A [Comparator] takes two of
// them to one number:
//
//	tau, err := compare.ByName("kendall-tau-b")
//	score, err := tau.Score(model, brain) // score.Value, score.Pairs
//
// A pair that is NaN on either side is left out, and the number of pairs used
// is reported. Work that compares the same RDVs again and again sorts and
// standardizes each of them once, as a [Vector], and resamples the conditions
// of a bootstrap by weighting pairs instead of copying them, as a [Resample].
package compare

import (
	"fmt"
	"math"
	"sync"

	"github.com/isocortex/isocortex/nearest"
)

// A Comparator is one way to say how alike two RDVs are.
type Comparator struct {
	Name       string // as it is written in a study, such as "kendall-tau-b"
	Short      string // another name for it, or ""
	Symbol     string // as it stands on the axis of a figure: name and letter
	Definition string // the formula, for people
	Pooling    string // how [Comparator.Pool] makes a group RDV, for people
	Needs      string // what every RDV must have for a score to be defined, for people
	Exact      bool   // no RDV has a higher mean score with the group than its pool: else a model may exceed the upper noise ceiling
	Directed   bool   // the first RDV is the model: the two cannot change places
	Once       bool   // conditions cannot have copies: of bootstrap draws over conditions the score is undefined
	Whole      bool   // it looks at the conditions of pairs: RDVs must be those of n conditions, and only conditions can have copies

	sorts   bool                                   // it looks at the order of the values, and the scale of its groups is that of ranks
	prepare func(v *Vector, w weights)             // what is computed once per vector; no pair of v is missing
	score   func(a, b *Vector, s *scratch) float64 // of vectors over the same two or more pairs, none missing
	chance  func(a, b *Vector) float64             // nil where chance is 0
	ofSums  func(s sums) (r float64, sure bool)    // the same of weighted sums of standard, for Draws; nil where it is no such thing
	pool    func(m member)                         // brings what a subject defines to the scale of the group; nil for one that sorts
}

// ByName returns the comparator of that name or short name.
//
//	errors   an unknown name; the error says which names are close and lists all
func ByName(name string) (Comparator, error) {
	return nearest.In(Comparators, "comparator", name, func(c Comparator) []string { return []string{c.Name, c.Short} })
}

// A Score is how alike two RDVs are.
type Score struct {
	Value float64 // NaN when it is undefined
	Pairs int     // pairs that are defined on both sides
}

// Score compares the RDVs x and y.
//
//	shapes   x, y: pairs
//	NaN      pairs that are NaN in x or y are left out; the value is NaN with
//	         fewer than two pairs left, where the definition says so, and for
//	         pearson and cosine of an infinite value
//	errors   x and y of different lengths; lengths that are not n(n-1)/2, for
//	         the comparators that look at conditions
//	cost     O(m log m) for m pairs; O(m) for pearson, cosine and, where no pair
//	         is missing, those that whiten; else and for bures O(n³)
//	source   Pearson (1895); Spearman (1904); Kendall (1945),
//	         doi:10.1093/biomet/33.3.239; agrees with scipy.stats
func (c Comparator) Score(x, y []float64) (Score, error) {
	if len(x) != len(y) {
		return Score{}, fmt.Errorf("RDVs of %d and %d pairs cannot be compared: both must be of the same conditions", len(x), len(y))
	}
	if _, ok := conditionsOf(len(x)); c.Whole && !ok {
		return Score{}, fmt.Errorf("RDVs of %d pairs are not those of n conditions, n(n-1)/2, which %s compares", len(x), c.Name)
	}
	pairs := 0
	for p := range x {
		if !math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
			pairs++
		}
	}
	a, b := c.Prepare(x), c.Prepare(y)
	return Score{c.Compare(a, b), pairs}, nil
}

// Prepare does once what every comparison of the RDV x needs: it sorts, ranks
// standardizes or whitens. The vector keeps no reference to x. It panics where
// the number of pairs would be an error for Score.
//
//	shapes   x: pairs
//	cost     O(m log m); O(m) for pearson, cosine and, where no pair is missing,
//	         those that whiten; O(n³) for bures
func (c Comparator) Prepare(x []float64) *Vector {
	v := newVector(x)
	if c.Whole {
		v.at = newLayout(len(x))
	}
	if c.sorts {
		v.sort()
	}
	c.finish(v, weights{})
	return v
}

func (c Comparator) finish(v *Vector, w weights) {
	v.of = c.Name
	if v.missing == 0 {
		c.prepare(v, w)
	}
}

// Compare returns the value of [Comparator.Score] for two prepared vectors.
//
// It is symmetric to the bit unless the comparator is Directed, and safe to
// call from several goroutines. It panics on vectors of another comparator or
// of different pairs.
//
//	cost     O(m); tau O(m log k) with k the fewer levels of either side; bures
//	         O(n³), riemannian 70 times that. Where pairs are missing that of
//	         Prepare comes on top, without sorting
func (c Comparator) Compare(a, b *Vector) float64 {
	if a.of != c.Name || b.of != c.Name || a.Len() != b.Len() {
		panic(fmt.Sprintf("compare: %s of vectors of %d %s and %d %s pairs", c.Name, a.Len(), a.of, b.Len(), b.of))
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	a, b = c.sharedPairs(a, b, s)
	if a.total < 2 {
		return math.NaN()
	}
	return c.score(a, b, s)
}

// sharedPairs keeps the pairs that neither a nor b lacks.
func (c Comparator) sharedPairs(a, b *Vector, s *scratch) (x, y *Vector) {
	if a.missing == 0 && b.missing == 0 {
		return a, b
	}
	s.both.only(a, b)
	c.Resample(&s.a, a, &s.both)
	c.Resample(&s.b, b, &s.both)
	return &s.a, &s.b
}

// ZeroIsChance reports whether the score of RDMs that have nothing in common is
// 0 on average. Of cosine it is not: distances are positive, and so is it.
func (c Comparator) ZeroIsChance() bool { return c.chance == nil }

// Chance returns the mean score of a and b over all permutations of the pairs
// that both define, which is also that over permutations of conditions where
// none is missing.
//
// Those that look at conditions know permutations of conditions only:
// whitened-cosine returns the mean over them, or, where pairs are missing, what
// of the score is the likeness of both sides to a constant RDM. The others have
// no formula: it is the mean over all permutations of up to five conditions, and
// of more over 120 that are always the same.
//
//	NaN      where the score is
//	cost     O(m); bures and riemannian that of 120 comparisons
func (c Comparator) Chance(a, b *Vector) float64 {
	if c.ZeroIsChance() {
		return 0
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	a, b = c.sharedPairs(a, b, s)
	if a.total < 2 {
		return math.NaN()
	}
	return c.chance(a, b)
}

// Weighted returns the score of a and b when pair p stands weight[p] times.
//
// The same as Compare of both vectors resampled; to compare many vectors under
// the same weights, resample each of them once. See [Resample.Set].
//
//	shapes   a, b, weight: pairs; weights are integers, 0 or more
//	NaN      as for Score of the expanded RDVs
//	cost     O(m) and that of Compare for the pairs that remain
func (c Comparator) Weighted(a, b *Vector, weight []float64) float64 {
	var r Resample
	r.Set(weight)
	var x, y Vector
	c.Resample(&x, a, &r)
	c.Resample(&y, b, &r)
	return c.Compare(&x, &y)
}

// scratch is the memory of one comparison, reused by the next.
type scratch struct {
	tree   counter
	lanes  lanes
	blocks blocks
	at     []int64   // weight so far, by level
	point  []float64 // whitened
	both   Resample
	a, b   Vector
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
