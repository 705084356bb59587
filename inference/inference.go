// Package inference asks whether a result could be chance, and how far it
// would move if it were measured again.
//
// A [Test] draws what chance would do: a [Null]. The Null gives p values for
// many statistics at once, corrected over all of them: of each alone, of
// clusters of neighbors, of the largest of a group. A [Bootstrap] gives their
// intervals and variances. All draw at random, each draw from its own stream of
// [seed.Stream], so that the same seed gives the same bits on any number of
// threads.
//
//	test := inference.Test{Seed: 1}
//	null, err := test.SignFlips(scores, inference.StudentT) // subjects × tests
//	result, err := null.Test(ctx, budget) // result.P, result.Corrected
//	found, err := null.Clusters(ctx, budget, inference.Clusters{Adjacency: inference.Line(times)})
//
// [StudentTest] and [SignedRankTest] need no draws.
//
// A statistic that is NaN has a p value of NaN and counts as no test: it
// changes nothing for the others.
package inference

import (
	"cmp"
	"fmt"
	"math"
)

// A Tail says which results speak against chance.
type Tail int

// The tails.
const (
	Greater  Tail = iota // large ones
	Less                 // small ones
	TwoSided             // both
)

// Tails lists the name of every tail, by its value.
var Tails = []string{"greater", "less", "two-sided"}

// String returns the name of the tail.
func (t Tail) String() string { return Tails[t] }

// check returns an error for a tail that does not exist.
func (t Tail) check() error {
	if t < Greater || t > TwoSided {
		return fmt.Errorf("no tail has the number %d: use one of %v", t, Tails)
	}
	return nil
}

// against turns a statistic so that large values speak against chance.
func (t Tail) against(statistic float64) float64 {
	switch t {
	case Less:
		return -statistic
	case TwoSided:
		return math.Abs(statistic)
	}
	return statistic
}

// A Test finds p values by drawing what chance would do. The zero Test is the
// recommended one.
type Test struct {
	Draws int // random draws; 0 means DefaultDraws
	Tail  Tail
	Seed  uint64
}

// DefaultDraws gives a smallest attainable p value of 1/10001.
const DefaultDraws = 10_000

// draws returns how many draws to make out of all arrangements, and whether
// to try every one of them.
func (t Test) draws(arrangements float64) (draws int, exact bool, err error) {
	if t.Draws < 0 {
		return 0, false, fmt.Errorf("a test of %d draws: it needs 1 or more", t.Draws)
	}
	if err := t.Tail.check(); err != nil {
		return 0, false, err
	}
	draws = cmp.Or(t.Draws, DefaultDraws)
	if arrangements <= float64(draws) {
		return int(arrangements), true, nil
	}
	return draws, false, nil
}
