package rsa

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// A SplitHalfCeiling tells how reliable the RDM of each single subject is, from
// repetitions, sessions or runs of the same conditions: how alike are the RDMs of
// two halves of them, and how alike could a perfect model and all of them be? The
// zero SplitHalfCeiling is the recommended one.
type SplitHalfCeiling struct {
	Comparator compare.Comparator // zero means spearman
	Splits     int                // random halvings; 0 means inference.DefaultSplits; where there are no more, all are taken
	Seed       uint64
}

// Repeated is one subject who was measured several times.
type Repeated struct {
	Name        string
	Repetitions int
	// RDVs makes the RDMs of some of the repetitions: times × pairs, one time where
	// there is no time. It is called from several goroutines.
	RDVs func(ctx context.Context, chosen []int) ([][]float64, error)
}

// RepeatedRDMs is a subject who has an RDM for every repetition: that of several is
// their mean, each pair over those that define it.
//
//	shapes   rdvs: repetitions × times × pairs
func RepeatedRDMs(name string, rdvs [][][]float64) Repeated {
	return Repeated{name, len(rdvs), func(_ context.Context, chosen []int) ([][]float64, error) {
		means := make([][]float64, len(rdvs[0]))
		for t := range means {
			some := make([][]float64, len(chosen))
			for i, k := range chosen {
				some[i] = rdvs[k][t]
			}
			means[t] = compare.Raw(some).Mean()
		}
		return means, nil
	}}
}

// SpearmanBrown is the correction of split-half scores for halves being shorter
// than the whole.
const SpearmanBrown = "Spearman-Brown"

// Correlations lists the comparators whose scores can be corrected by
// [SpearmanBrown]: those whose square is a share of variance.
var Correlations = []string{"pearson", "spearman", "whitened-pearson"}

// A SplitHalfResult is what a SplitHalfCeiling found. What is undefined is NaN,
// null in JSON.
type SplitHalfResult struct {
	Comparator string           `json:"comparator"`
	Splits     int              `json:"splits"` // of the subject that has most
	Correction string           `json:"correction"`
	Seed       uint64           `json:"seed"`
	Times      []float64        `json:"times,omitempty"`
	Subjects   []SubjectCeiling `json:"subjects"`
	Mean       SubjectCeiling   `json:"mean"` // over subjects; repetitions and splits are all of theirs
	Warnings   []string         `json:"warnings,omitempty"`
}

// A SubjectCeiling says how reliable the RDM of a subject is.
type SubjectCeiling struct {
	Name        string `json:"name,omitempty"`
	Repetitions int    `json:"repetitions"`
	Splits      int    `json:"splits"`
	Exact       bool   `json:"exact"`       // all halvings were tried
	Halves      Series `json:"halves"`      // mean score of one half with the other
	Reliability Series `json:"reliability"` // of all repetitions: what as many again would score with them; NaN without a correction
	Ceiling     Series `json:"ceiling"`     // its root: what the subject's true RDM would score with all repetitions
}

// Run halves the repetitions of every subject many times.
//
// Where their number n is odd, each halving leaves one out. The mean score r of
// halves of h repetitions is corrected as that of correlations,
//
//	reliability = k r / (1 + (k-1) r)   with k = n/h
//
// which takes repetitions to be equally good, their noise to be independent, and
// for spearman that ranks behave as values do. The reliability bounds r² of any
// model, so that the ceiling is its root. Other comparators are not corrected.
//
//	NaN      a halving without a score is left out; a reliability beyond ±1 is
//	         NaN, and so is the root of one below 0, both counted in the warnings
//	errors   no subject; one with fewer than two repetitions; RDMs of other times;
//	         those of RDVs; fewer than one split
//	cost     two RDMs and a comparison per subject, halving and time; in parallel
//	random   halving i of a subject depends on the seed, the subject's place and i
//	         alone
//	source   Spearman (1910), doi:10.1111/j.2044-8295.1910.tb00206.x; Brown (1910),
//	         doi:10.1111/j.2044-8295.1910.tb00207.x; agrees with numpy
func (c SplitHalfCeiling) Run(ctx context.Context, subjects []Repeated, times []float64, b work.Budget) (*SplitHalfResult, error) {
	if err := c.fill(subjects); err != nil {
		return nil, err
	}
	r := &SplitHalfResult{Comparator: c.Comparator.Name, Correction: None, Seed: c.Seed, Times: times}
	if slices.Contains(Correlations, c.Comparator.Name) {
		r.Correction = SpearmanBrown
	}
	for s, subject := range subjects {
		halvings, exact := c.halvings(s, subject.Repetitions)
		halves, err := c.score(ctx, b, subject, halvings, max(1, len(times)))
		if err != nil {
			return nil, fmt.Errorf("subject %q: %w", subject.Name, err)
		}
		k := float64(subject.Repetitions) / float64(subject.Repetitions/2)
		one := SubjectCeiling{Name: subject.Name, Repetitions: subject.Repetitions, Splits: len(halvings), Exact: exact}
		one.Halves = Series{numbers(halves), times == nil}
		one.Reliability, one.Ceiling = r.corrected(halves, k)
		r.Subjects, r.Splits = append(r.Subjects, one), max(r.Splits, one.Splits)
	}
	r.average()
	return r, nil
}

// fill puts the defaults in the place of zeros, and refuses what has no halves.
func (c *SplitHalfCeiling) fill(subjects []Repeated) error {
	if c.Comparator.Name == "" {
		c.Comparator, _ = compare.ByName("spearman")
	}
	if c.Splits == 0 {
		c.Splits = inference.DefaultSplits
	}
	if c.Splits < 0 {
		return fmt.Errorf("%d splits: halves need 1 or more", c.Splits)
	}
	if len(subjects) == 0 {
		return errors.New("no subject whose repetitions could be halved")
	}
	for _, s := range subjects {
		if s.Repetitions < 2 {
			return fmt.Errorf("subject %q has %d repetitions: two or more can be halved", s.Name, s.Repetitions)
		}
	}
	return nil
}

// halving is the repetitions of two halves.
type halving [2][]int

// halvings lists the halvings of n repetitions: all where there are no more than
// the splits, else random ones.
func (c SplitHalfCeiling) halvings(subject, n int) (all []halving, exact bool) {
	if all = everyHalving(n, c.Splits); all != nil {
		return all, true
	}
	for i := range c.Splits {
		order := seed.Stream(c.Seed, "split half", subject, i).Perm(n)
		h := halving{order[:n/2], order[n/2 : n/2*2]}
		slices.Sort(h[0])
		slices.Sort(h[1])
		all = append(all, h)
	}
	return all, false
}

// everyHalving lists all halvings of n repetitions, each once; nil where they are
// more than most.
func everyHalving(n, most int) (all []halving) {
	const spare = 2
	places := make([]int, n) // half 0, half 1, or spare
	var sizes [3]int
	limits := [3]int{n / 2, n / 2, n % 2}
	var place func(k int) bool
	place = func(k int) bool {
		if k == n {
			var h halving
			for i, half := range places {
				if half != spare {
					h[half] = append(h[half], i)
				}
			}
			all = append(all, h)
			return len(all) <= most
		}
		for half := range sizes {
			firstOfSecond := half == 1 && sizes[0] == 0 // the same halves the other way round
			if sizes[half] == limits[half] || firstOfSecond {
				continue
			}
			places[k] = half
			sizes[half]++
			enough := !place(k + 1)
			sizes[half]--
			if enough {
				return false
			}
		}
		return true
	}
	if !place(0) {
		return nil
	}
	return all
}

// score returns the mean score of halves at every time, over the halvings that
// have one.
func (c SplitHalfCeiling) score(ctx context.Context, b work.Budget, subject Repeated, halvings []halving, times int) ([]float64, error) {
	scores := newTable(1, len(halvings), times)
	err := b.Each(ctx, "split halves", len(halvings), func(i int) error {
		var rdvs [2][][]float64
		for side := range rdvs {
			var err error
			if rdvs[side], err = subject.RDVs(ctx, halvings[i][side]); err != nil {
				return err
			}
			if len(rdvs[side]) != times {
				return fmt.Errorf("RDMs at %d times where there are %d", len(rdvs[side]), times)
			}
		}
		for t := range times {
			score, err := c.Comparator.Score(rdvs[0][t], rdvs[1][t])
			if err != nil {
				return err
			}
			scores.course(0, i)[t] = score.Value
		}
		return nil
	})
	return scores.mean(make([]float64, times), scores.everyone()), err
}

// corrected returns the reliability of k times as many repetitions as halves have,
// and its root.
func (r *SplitHalfResult) corrected(halves []float64, k float64) (reliability, ceiling Series) {
	reliability = Series{undefined(len(halves)), r.Times == nil}
	ceiling = Series{undefined(len(halves)), r.Times == nil}
	if r.Correction == None {
		return reliability, ceiling
	}
	for t, half := range halves {
		if whole := k * half / (1 + (k-1)*half); math.Abs(whole) <= 1 && 1+(k-1)*half > 0 {
			reliability.Values[t], ceiling.Values[t] = Number(whole), Number(math.Sqrt(whole))
		}
	}
	return reliability, ceiling
}

// average makes the mean over subjects, and counts what is undefined.
func (r *SplitHalfResult) average() {
	lost := 0
	for _, what := range []func(*SubjectCeiling) *Series{
		func(s *SubjectCeiling) *Series { return &s.Halves },
		func(s *SubjectCeiling) *Series { return &s.Reliability },
		func(s *SubjectCeiling) *Series { return &s.Ceiling },
	} {
		all := newTable(1, len(r.Subjects), max(1, len(r.Times)))
		for s := range r.Subjects {
			for t, v := range what(&r.Subjects[s]).Values {
				all.course(0, s)[t] = float64(v)
			}
		}
		lost = max(lost, all.undefined())
		*what(&r.Mean) = Series{numbers(all.mean(make([]float64, all.times), all.everyone())), r.Times == nil}
	}
	for _, s := range r.Subjects {
		r.Mean.Repetitions += s.Repetitions
		r.Mean.Splits += s.Splits
	}
	if r.Correction != None && lost > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d ceilings are undefined, because halves score below 0 or not at all; they are left out of means, which are too high without them", lost, len(r.Subjects)*max(1, len(r.Times))))
	}
}
