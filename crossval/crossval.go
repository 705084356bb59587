// Package crossval divides observations into folds, so that what is fitted to
// some of them is scored on others.
//
//	folds := crossval.Folds{Count: crossval.ForConditions(92), Seed: 1}
//	splits, err := folds.Splits(92)
//	// splits[0].Train, splits[0].Test: places in 0..91
//
// A split holds places, not data: what an observation is, a condition, a
// subject or a trial, is the caller's to say. The same seed gives the same
// folds.
package crossval

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/isocortex/isocortex/seed"
)

// A Split divides places into those that a fit may see and those that judge it.
type Split struct {
	Train, Test []int // ascending
}

// Folds says how observations are divided. Each is in the test set of exactly
// one fold.
type Folds struct {
	Count  int // 2 or more, or LeaveOneOut
	Seed   uint64
	Groups []string // per observation; those of one group share a fold; nil when each is its own
	Strata []string // per observation; each fold gets its share of every stratum; nil when there are none
}

// LeaveOneOut makes every observation, or every group, a fold of its own.
const LeaveOneOut = -1

// Splits returns one split per fold.
//
// Observations are shuffled within their stratum and dealt to the folds in
// turn, so that folds differ by at most one observation, and by at most one of
// each stratum. With groups, it is groups that are dealt.
//
//	shapes   result: folds; n observations in all
//	errors   fewer observations, or groups, than folds; groups or strata that
//	         are not n; a group in two strata
//	cost     O(n log n)
//	random   the seed decides which observation is in which fold, except where
//	         one is left out
func (f Folds) Splits(n int) ([]Split, error) {
	items, err := f.items(n)
	if err != nil {
		return nil, err
	}
	count := f.Count
	if count == LeaveOneOut {
		count = len(items)
	} else {
		f.shuffle(items)
	}
	if count < 2 || count > len(items) {
		return nil, fmt.Errorf("%d folds of %d observations in %d groups: use 2 folds or more, and no more than there are groups", f.Count, n, len(items))
	}
	fold := make([]int, n)
	for i, item := range items {
		for _, place := range item.places {
			fold[place] = i % count
		}
	}
	return splits(fold, count), nil
}

// item is what stays together: a group, or a single observation.
type item struct {
	places  []int
	stratum string
}

// items returns the groups in the order in which they first appear.
func (f Folds) items(n int) ([]item, error) {
	if f.Groups != nil && len(f.Groups) != n || f.Strata != nil && len(f.Strata) != n {
		return nil, fmt.Errorf("%d groups and %d strata are named for %d observations: name each, or none", len(f.Groups), len(f.Strata), n)
	}
	var items []item
	known := map[string]int{}
	for place := range n {
		stratum := ""
		if f.Strata != nil {
			stratum = f.Strata[place]
		}
		if f.Groups == nil {
			items = append(items, item{[]int{place}, stratum})
			continue
		}
		k, seen := known[f.Groups[place]]
		if !seen {
			k, known[f.Groups[place]] = len(items), len(items)
			items = append(items, item{nil, stratum})
		}
		if items[k].stratum != stratum {
			return nil, fmt.Errorf("group %q is in strata %q and %q: a group is never split, so it has one stratum", f.Groups[place], items[k].stratum, stratum)
		}
		items[k].places = append(items[k].places, place)
	}
	return items, nil
}

func (f Folds) shuffle(items []item) {
	seed.Stream(f.Seed, "folds").Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.stratum, b.stratum) })
}

// splits turns the fold of each place into training and test sets.
func splits(fold []int, count int) []Split {
	result := make([]Split, count)
	for place, own := range fold {
		for k := range result {
			if k == own {
				result[k].Test = append(result[k].Test, place)
			} else {
				result[k].Train = append(result[k].Train, place)
			}
		}
	}
	return result
}

// Whole returns the single split in which all n observations are training and
// test alike: no cross-validation over them.
func Whole(n int) []Split {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return []Split{{Train: all, Test: all}}
}

// FewestConditions is the least number of conditions over which RDMs are
// cross-validated: with fewer, a test fold has less than six pairs.
const FewestConditions = 9

// ErrTooFew says that there are fewer than FewestConditions.
var ErrTooFew = errors.New("too few conditions to hold some out: use nine or more")

// ForConditions returns how many folds over n conditions suit RDMs: 2, 3, 4 or
// 5 below 12, 24, 40 and from there on. Test sets have to be large enough for
// pairs among them.
//
//	source   Schütt et al. (2023), doi:10.7554/eLife.82566
func ForConditions(n int) int { return rule(n, 12, 24, 40) }

// ForSubjects returns how many folds over n subjects suit RDMs: 2, 3, 4 or 5
// below 6, 12, 20 and from there on.
//
//	source   as [ForConditions]
func ForSubjects(n int) int { return rule(n, 6, 12, 20) }

func rule(n int, limits ...int) int {
	folds := 2
	for _, limit := range limits {
		if n >= limit {
			folds++
		}
	}
	return folds
}

// A Block is a fold over two axes at once: fitted to the training conditions of
// the training subjects, scored on the test conditions of the test subjects.
type Block struct {
	Conditions, Subjects Split
}

// Cross joins every split of conditions with every split of subjects, subjects
// outermost.
func Cross(conditions, subjects []Split) []Block {
	var blocks []Block
	for _, s := range subjects {
		for _, c := range conditions {
			blocks = append(blocks, Block{c, s})
		}
	}
	return blocks
}
