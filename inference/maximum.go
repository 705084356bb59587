package inference

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/seed"
)

// Maxima returns the null of the largest statistic of every group of tests, as
// of a model's score over all layers, or over all times: what is largest of
// many is large by chance as well, so that it is held against the largest of
// every draw. The tail says what counts as largest; on both tails it is what
// is farthest from zero. Places tells which test it is as observed.
//
// For the maximum of a displayed score take a statistic in the unit of the
// score: [Mean] for sign flips.
//
//	shapes   groups: tests each, see Groups; places: groups
//	NaN      tests that are NaN are left out; a group of them is NaN, its place -1
//	errors   a group without tests, or with one that does not exist
func (n *Null) Maxima(groups [][]int) (maxima *Null, places []int, err error) {
	for g, group := range groups {
		if len(group) == 0 || slices.Min(group) < 0 || slices.Max(group) >= len(n.Observed) {
			return nil, nil, fmt.Errorf("group %d is %v: it must name some of the tests 0 to %d", g+1, group, len(n.Observed)-1)
		}
	}
	maxima = n.derive(len(groups), func() func(dst, statistic []float64) {
		return func(dst, statistic []float64) {
			for g, group := range groups {
				dst[g] = math.NaN()
				if k := n.place(statistic, group); k >= 0 {
					dst[g] = statistic[k]
				}
			}
		}
	})
	for _, group := range groups {
		places = append(places, n.place(n.Observed, group))
		if n.scale != nil {
			maxima.scale = append(maxima.scale, slices.Max(pick(n.scale, group)))
		}
	}
	return maxima, places, nil
}

// place returns the first test of a group at which the statistic is largest, of
// those that are defined as observed; -1 if there is none.
func (n *Null) place(statistic []float64, group []int) int {
	place := -1
	for _, k := range group {
		x := n.tail.against(statistic[k])
		if math.IsNaN(x) || math.IsNaN(n.Observed[k]) {
			continue
		}
		if place < 0 || x > n.tail.against(statistic[place]) {
			place = k
		}
	}
	return place
}

func pick(values []float64, places []int) []float64 {
	picked := make([]float64, len(places))
	for i, k := range places {
		picked[i] = values[k]
	}
	return picked
}

// Groups lists the tests that differ in the given axes alone: what a maximum
// over those axes is taken of. The tests of shape models × layers × times are
// numbered with times running fastest; Groups(shape, 1) has a group of layers
// for every model and time, Groups(shape, 1, 2) one for every model.
//
//	errors   panics if an axis does not exist
func Groups(shape []int, over ...int) [][]int {
	var groups [][]int
	number := map[int]int{} // of the group, by its first test
	total := 1
	for _, size := range shape {
		total *= size
	}
	for k := range total {
		first := k
		for _, axis := range over {
			stride := 1
			for _, size := range shape[axis+1:] {
				stride *= size
			}
			first -= k / stride % shape[axis] * stride
		}
		if first == k {
			number[k] = len(groups)
			groups = append(groups, nil)
		}
		groups[number[first]] = append(groups[number[first]], k)
	}
	return groups
}

// A SplitHalf scores a choice on other subjects than those who made it. The
// zero SplitHalf is the recommended one.
type SplitHalf struct {
	Splits int // random halvings of the subjects; 0 means DefaultSplits
	Tail   Tail
	Seed   uint64
}

// DefaultSplits leaves little of the randomness of halving: its share falls
// with the number of splits.
const DefaultSplits = 200

// A HeldOut is the score of what half the subjects chose, in the others. It is
// no larger by chance than any other mean score, unlike the largest of all.
type HeldOut struct {
	Score     float64   // mean over both halves of all splits
	Chosen    []float64 // per test of the group, the share of halves that chose it
	Undefined int       // halves that could not choose, or whose choice has no score in the others
}

// Maximum halves the subjects many times, lets either half choose the test of
// largest mean score, and averages the mean scores of the other half there.
//
//	shapes   scores: subjects × tests; group: the tests to choose from
//	NaN      a subject without a score is left out of that test; Score is NaN
//	         when all halves are undefined
//	errors   fewer than four subjects; subjects with different numbers of
//	         tests; options out of range; a group as for Null.Maxima
//	cost     splits × subjects × tests of the group
//	random   split i depends on the seed and i alone
func (o SplitHalf) Maximum(scores [][]float64, group []int) (*HeldOut, error) {
	o.Splits = cmp.Or(o.Splits, DefaultSplits)
	if err := o.check(scores, group); err != nil {
		return nil, err
	}
	result := &HeldOut{Chosen: make([]float64, len(group))}
	sum, defined := 0.0, 0
	for split := range o.Splits {
		order := seed.Stream(o.Seed, "split half", split).Perm(len(scores))
		first, second := order[:len(order)/2], order[len(order)/2:]
		for _, halves := range [][2][]int{{first, second}, {second, first}} {
			choice := o.choose(means(scores, halves[0], group))
			if choice < 0 {
				continue
			}
			result.Chosen[choice] += 1 / float64(2*o.Splits)
			if score := means(scores, halves[1], group[choice:choice+1])[0]; !math.IsNaN(score) {
				sum += score
				defined++
			}
		}
	}
	result.Score, result.Undefined = sum/float64(defined), 2*o.Splits-defined // 0/0 is NaN
	return result, nil
}

func (o SplitHalf) check(scores [][]float64, group []int) error {
	switch {
	case o.Splits < 0:
		return fmt.Errorf("%d random halvings: it needs 1 or more", o.Splits)
	case len(scores) < 4:
		return fmt.Errorf("halves of %d subjects: four or more are needed", len(scores))
	case len(group) == 0 || slices.Min(group) < 0 || slices.Max(group) >= len(scores[0]):
		return fmt.Errorf("the group is %v: it must name some of the tests 0 to %d", group, len(scores[0])-1)
	}
	if _, err := columns(scores); err != nil {
		return err
	}
	return o.Tail.check()
}

// choose returns the place of the largest mean, -1 if all are NaN.
func (o SplitHalf) choose(means []float64) int {
	choice := -1
	for i, x := range means {
		if !math.IsNaN(x) && (choice < 0 || o.Tail.against(x) > o.Tail.against(means[choice])) {
			choice = i
		}
	}
	return choice
}

// means averages over subjects who have a score.
func means(scores [][]float64, subjects, tests []int) []float64 {
	result := make([]float64, len(tests))
	for i, k := range tests {
		count := 0
		for _, s := range subjects {
			if x := scores[s][k]; !math.IsNaN(x) {
				result[i] += x
				count++
			}
		}
		result[i] /= float64(count)
	}
	return result
}
