package inference

import (
	"context"
	"iter"
	"math"
	"sync"

	"github.com/isocortex/isocortex/work"
)

// A Null is what chance does to the statistics of a number of tests, beside
// what was observed. [Test.SignFlips] and [Test.LabelPermutations] make one.
//
// It holds no draws: every question asked of it draws them again, the same.
type Null struct {
	Observed []float64 // statistic per test; not to be changed
	Draws    int       // draws, or all arrangements when Exact
	Exact    bool      // every arrangement is tried once, the observed one first

	task    string // for people
	tail    Tail
	scale   []float64       // per test, the size of what is summed and may cancel to 0; nil when statistics have no known scale
	freedom []float64       // degrees of freedom per test when the statistic is Student's t, infinite for a normal z
	begin   func() arranger // called once per shard
}

// An arranger fills statistic with what draw number index gives. It may use
// memory of its own from draw to draw: one goroutine calls it.
type arranger func(index int, statistic []float64) error

// A Result is what a Test found.
type Result struct {
	Statistic []float64 // per test, as observed
	P         []float64 // per test, of that test alone
	Corrected []float64 // per test, corrected over all tests by the maximum statistic
	Draws     int       // draws, or all arrangements when the test is exact
	Exact     bool      // every arrangement was tried once
}

// Test returns the p value of every test.
//
//	p = (b+1)/(m+1)
//
// where b of m random draws speak as much against chance as the observed
// statistic does; the observed arrangement counts as one more, since random
// draws are never all that chance can do. When all arrangements were tried,
// the observed one is among them, and p = b/m.
//
//	shapes   result: tests
//	NaN      a test that is NaN as observed has p = NaN and is no test; a draw
//	         that is NaN does not reach the observed value
//	errors   those of the statistic; that of ctx
//	cost     all draws, in parallel; memory tests × threads
//	source   Phipson & Smyth (2010), doi:10.2202/1544-6115.1585; Nichols &
//	         Holmes (2002), doi:10.1002/hbm.1058, single-step maximum
func (n *Null) Test(ctx context.Context, b work.Budget) (*Result, error) {
	tests := len(n.Observed)
	alone, most := make([]int, tests), make([]int, tests)
	var mutex sync.Mutex
	err := n.each(ctx, b, func(draws iter.Seq2[int, []float64]) {
		c := newCounts(n)
		for _, statistic := range draws {
			c.add(statistic)
		}
		mutex.Lock()
		defer mutex.Unlock()
		for k := range alone { // whole numbers: the order of the shards does not matter
			alone[k] += c.alone[k]
			most[k] += c.most[k]
		}
	})
	if err != nil {
		return nil, err
	}
	return &Result{n.Observed, n.shares(alone), n.shares(most), n.Draws, n.Exact}, nil
}

// Distribution returns the statistics of all draws, to be shown beside the
// observed ones: of [Null.Maxima], what the largest of many comes to by chance.
//
//	shapes   result: draws × tests
//	errors   those of the statistic; that of ctx
//	cost     all draws, in parallel; memory draws × tests
func (n *Null) Distribution(ctx context.Context, b work.Budget) (*Distribution, error) {
	d := &Distribution{Values: make([]float64, n.Draws*len(n.Observed)), Statistics: len(n.Observed), Draws: n.Draws}
	err := n.each(ctx, b, func(draws iter.Seq2[int, []float64]) {
		for index, statistic := range draws {
			copy(d.draw(index), statistic)
		}
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// shard is the number of draws whose counts are collected before they are
// added to those of all.
const shard = 16

// each gives visit the statistics of the draws, a shard at a time, in parallel.
// Visit must not keep them beyond its turn of the loop.
func (n *Null) each(ctx context.Context, b work.Budget, visit func(draws iter.Seq2[int, []float64])) error {
	shards := work.Shards(n.Draws, shard)
	return b.Each(ctx, n.task, len(shards), func(i int) error {
		var failed error
		arrange, statistic := n.begin(), make([]float64, len(n.Observed))
		visit(func(yield func(int, []float64) bool) {
			for index := shards[i].From; index < shards[i].To; index++ {
				if failed = arrange(index, statistic); failed != nil || !yield(index, statistic) {
					return
				}
			}
		})
		return failed
	})
}

// derive returns the null of other statistics, found from those of n. The
// function begin returns one that does so, with memory of its own.
func (n *Null) derive(tests int, begin func() func(dst, statistic []float64)) *Null {
	derived := *n
	derived.Observed, derived.freedom, derived.scale = make([]float64, tests), nil, nil
	begin()(derived.Observed, n.Observed)
	derived.begin = func() arranger {
		arrange, change, statistic := n.begin(), begin(), make([]float64, len(n.Observed))
		return func(index int, dst []float64) error {
			if err := arrange(index, statistic); err != nil {
				return err
			}
			change(dst, statistic)
			return nil
		}
	}
	return &derived
}

// share returns the p value of a statistic that count draws have reached.
func (n *Null) share(count int) float64 {
	observed := 1
	if n.Exact {
		observed = 0 // it is among the arrangements
	}
	return float64(count+observed) / float64(n.Draws+observed)
}

func (n *Null) shares(counts []int) []float64 {
	p := make([]float64, len(counts))
	for k, count := range counts {
		p[k] = n.share(count)
		if math.IsNaN(n.Observed[k]) {
			p[k] = math.NaN()
		}
	}
	return p
}

// rounding is how much a statistic may fall short of the observed one, as a
// share of it, and still count as equal: arrangements that are equal on paper
// are summed in different orders.
const rounding = 1e-10

// reach returns what a draw must be at least to speak as much against chance
// as observed, turned by the tail. NaN is never reached.
func (t Tail) reach(observed, scale float64) float64 {
	reach := t.against(observed)
	if !math.IsInf(observed, 0) {
		reach -= rounding * max(math.Abs(observed), scale)
	}
	return reach
}

// counts says in how many draws each statistic, and the largest of all, reached
// the observed value.
type counts struct {
	tail        Tail
	reach       []float64
	alone, most []int
}

func newCounts(n *Null) *counts {
	tests := len(n.Observed)
	c := &counts{n.tail, make([]float64, tests), make([]int, tests), make([]int, tests)}
	for k, observed := range n.Observed {
		scale := 0.0
		if n.scale != nil {
			scale = n.scale[k]
		}
		c.reach[k] = n.tail.reach(observed, scale)
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
