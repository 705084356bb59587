// Package inference asks whether a result could be chance, and how far it
// would move if it were measured again.
//
// A [Test] gives p values for many statistics at once, corrected over all of
// them. A [Bootstrap] gives their intervals. Both draw at random, each draw
// from its own stream of [seed.Stream], so that the same seed gives the same
// bits on any number of threads.
//
//	test := inference.Test{Seed: 1}
//	result, err := test.SignFlip(ctx, budget, scores) // subjects × tests
//	// result.P, result.Corrected
//
// A statistic that is NaN has a p value of NaN and counts as no test: it
// changes nothing for the others.
package inference

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/isocortex/isocortex/work"
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

// A Result is what a Test found.
type Result struct {
	Statistic []float64 // per test, as observed
	P         []float64 // per test, of that test alone
	Corrected []float64 // per test, corrected over all tests by the maximum statistic
	Draws     int       // draws, or all arrangements when the test is exact
	Exact     bool      // every arrangement was tried once

	scale float64 // of sums that may cancel to 0; 0 when statistics have no known scale
}

// draws returns how many draws to make out of all arrangements, and whether
// to try every one of them.
func (t Test) draws(arrangements float64) (draws int, exact bool, err error) {
	if t.Draws < 0 || t.Tail < Greater || t.Tail > TwoSided {
		return 0, false, fmt.Errorf("a test of %d draws with tail %d: draws must be 1 or more and the tail one of %v", t.Draws, t.Tail, Tails)
	}
	draws = cmp.Or(t.Draws, DefaultDraws)
	if arrangements <= float64(draws) {
		return int(arrangements), true, nil
	}
	return draws, false, nil
}

// rounding is how much a statistic may fall short of the observed one, as a
// share of it, and still count as equal: arrangements that are equal on paper
// are summed in different orders.
const rounding = 1e-10

// shard is the number of draws whose counts are collected before they are
// added to those of all.
const shard = 16

// count fills P and Corrected: the share of draws that speak as much against
// chance as the observed statistics do. A random draw is never all that chance
// can do, so the observed arrangement counts as one more.
//
//	source   Phipson & Smyth (2010), doi:10.2202/1544-6115.1585; Nichols &
//	         Holmes (2002), doi:10.1002/hbm.1058, single-step maximum
func (r *Result) count(ctx context.Context, b work.Budget, task string, tail Tail, draw func(index int, statistic []float64) error) error {
	alone, most := make([]int, len(r.Statistic)), make([]int, len(r.Statistic))
	var mutex sync.Mutex
	shards := work.Shards(r.Draws, shard)
	err := b.Each(ctx, task, len(shards), func(i int) error {
		c := newCounts(r, tail)
		statistic := make([]float64, len(r.Statistic))
		for index := shards[i].From; index < shards[i].To; index++ {
			if err := draw(index, statistic); err != nil {
				return err
			}
			c.add(statistic)
		}
		mutex.Lock()
		defer mutex.Unlock()
		for k := range alone { // whole numbers: the order of the shards does not matter
			alone[k] += c.alone[k]
			most[k] += c.most[k]
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.P, r.Corrected = r.shares(alone), r.shares(most)
	return nil
}

func (r *Result) shares(counts []int) []float64 {
	observed := 1
	if r.Exact {
		observed = 0 // it is among the arrangements
	}
	p := make([]float64, len(counts))
	for k, n := range counts {
		p[k] = float64(n+observed) / float64(r.Draws+observed)
		if math.IsNaN(r.Statistic[k]) {
			p[k] = math.NaN()
		}
	}
	return p
}

// counts says in how many draws each statistic, and the largest of all, reached
// the observed value.
type counts struct {
	tail        Tail
	reach       []float64 // value to be reached; NaN never is
	alone, most []int
}

func newCounts(r *Result, tail Tail) *counts {
	tests := len(r.Statistic)
	c := &counts{tail, make([]float64, tests), make([]int, tests), make([]int, tests)}
	for k, observed := range r.Statistic {
		c.reach[k] = tail.against(observed)
		if !math.IsInf(observed, 0) {
			c.reach[k] -= rounding * max(math.Abs(observed), r.scale)
		}
	}
	return c
}

func (c *counts) add(statistic []float64) {
	largest := math.Inf(-1)
	for k, value := range statistic {
		value = c.tail.against(value)
		if value >= c.reach[k] {
			c.alone[k]++
		}
		if value > largest && !math.IsNaN(c.reach[k]) {
			largest = value
		}
	}
	for k, reach := range c.reach {
		if largest >= reach {
			c.most[k]++
		}
	}
}
