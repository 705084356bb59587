// Package rsa compares model RDMs with the RDMs of subjects: how alike they
// are, how alike they could be, whether that could be chance, and when it is
// greatest.
//
//	tau, err := compare.ByName("kendall-tau-b")
//	evaluation := rsa.Evaluation{Comparator: tau, Seed: 1}
//	result, err := evaluation.Run(ctx, models, subjects, budget)
//
// RDMs come as RDVs of the same conditions in the same order, that of
// canonical labels; to bring them there is the duty of the caller. Nothing is
// left out in silence: what could not be computed is NaN, null in JSON, and
// said in the warnings of the result.
package rsa

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/unit"
	"github.com/isocortex/isocortex/work"
)

// An Evaluation says how models are compared with subjects. The zero
// Evaluation is the recommended one; a field of "" or "automatic" is chosen
// from the data as said here, and the result tells what was chosen.
type Evaluation struct {
	Comparator compare.Comparator // zero means spearman

	Test       string  // one of Tests; automatic: that of inference.Recommended if chance is 0, else label permutation
	Tail       string  // one of inference.Tails; "" means greater
	Draws      int     // of the test; 0 means inference.DefaultDraws
	Correction string  // one of Corrections, over all models and times; automatic: max statistic where the test draws, else fdr
	Level      float64 // α; 0 means 0.05

	BootstrapOver  string  // one of Bootstraps, or none; automatic: dual for that test, else subjects with EnoughSubjects, else conditions
	BootstrapDraws int     // 0 means inference.DefaultBootstrapDraws
	Interval       float64 // share of draws inside an interval; 0 means 0.95

	Pool   string    // one of Pools, for the noise ceiling; "" means comparator
	Window unit.Span // s, where peaks are looked for, ends included; zero means everywhere
	Seed   uint64

	Multiplier engine.Multiplier // of many draws at once; nil: one by one, for pearson and cosine at half the pace
}

// How the RDMs of a group are pooled for the noise ceiling.
const (
	PoolComparator = "comparator" // as the comparator requires, so that no RDM scores higher, or hardly
	PoolRawMean    = "raw-mean"   // mean of RDMs as they are: no upper bound, but what is often published
)

// Pools lists what Evaluation.Pool can be.
var Pools = []string{PoolComparator, PoolRawMean}

// The tests.
const (
	SignFlip         = "sign flip"         // of scores over subjects: would new subjects show it too?
	LabelPermutation = "label permutation" // of conditions: do these RDMs have anything in common?
	DualBootstrap    = "dual bootstrap"    // of subjects and conditions: would others of both show it too?
	Student          = "t"                 // of scores over subjects, normal ones
	Wilcoxon         = "Wilcoxon"          // of ranks of scores over subjects
	None             = "none"
	Automatic        = "automatic"
)

// Tests lists what Evaluation.Test can be.
var Tests = []string{Automatic, SignFlip, LabelPermutation, DualBootstrap, Student, Wilcoxon, None}

// MaxStatistic is the correction by the largest statistic of each draw.
const MaxStatistic = "max statistic"

// Corrections lists what Evaluation.Correction can be; those by neighboring times
// need times and draws, see ClusterMass and TFCE. The names of
// inference.Corrections are understood as well.
var Corrections = []string{Automatic, MaxStatistic, ClusterMass, TFCE, "fdr", "bonferroni", "holm", "benjamini-yekutieli", None}

// Dual draws subjects, conditions, and both.
const Dual = "dual"

// Bootstraps lists what Evaluation.BootstrapOver can be, beside none. Intervals of
// dual are those of [inference.Dual.Intervals], of times those of its Percentiles;
// the others are percentiles of draws, those of the scores of peaks
// [inference.Distribution.Simultaneous].
var Bootstraps = slices.Concat([]string{Automatic}, inference.Overs, []string{Dual})

// EnoughSubjects is the least number of subjects that an interval over subjects
// is made for by itself. For tests see [inference.Recommended].
const EnoughSubjects = 6

// A Model is an RDM that a candidate explanation predicts.
type Model struct {
	Name    string
	Network string    // whose layer it is, or ""
	RDV     []float64 // pairs
}

// Subjects holds the RDMs that were measured: one subject may be a single
// person or the mean of a group.
type Subjects struct {
	Brain    string        // what they are RDMs of, for the result; "" when it has no name
	Names    []string      // one per subject; nil when they have none
	Labels   []string      // of the conditions, in the order of all RDMs; nil when they have none
	Matched  string        // how conditions were matched, "label" or "position", for the result
	Extent   string        // what each of their RDMs spans, such as a channel and its neighbors, for the result; "" for all there is
	Averaged string        // what RDMs of one subject were averaged over, such as "session", for the result
	Times    []float64     // seconds from stimulus onset, ascending; nil when there is no time
	Channels []string      // names of what was measured apart, such as sensors; nil when there is nothing
	RDVs     [][][]float64 // subjects × times, or channels, or channels × times, × pairs; one when both are nil

	Neighbors *Neighbors // which channels are side by side; nil when nobody knows

	// At makes the RDVs of all subjects at a point, those that RDVs would hold there, in
	// place of RDVs that would not fit into memory. Names tells how many subjects there are.
	At func(ctx context.Context, point int) ([][]float64, error)
}

// course reports whether there is an RDM at every one of several times, channels, or channels and times.
func (s Subjects) course() bool { return s.Times != nil || s.Channels != nil }

// points is the number of RDMs that a subject has.
func (s Subjects) points() int { return max(1, len(s.Times)) * max(1, len(s.Channels)) }

// place says where and when a point is, of which the times of one channel come one
// after the other: "" without channels, NaN without times.
func (s Subjects) place(point int) (channel string, seconds float64) {
	times := max(1, len(s.Times))
	if s.Channels != nil {
		channel = s.Channels[point/times]
	}
	if s.Times == nil {
		return channel, math.NaN()
	}
	return channel, s.Times[point%times]
}

// Run compares every model with every subject at every time.
//
//	shapes   models: RDVs of n(n-1)/2 pairs, n ≥ 3 conditions, as subjects
//	NaN      pairs that are NaN on either side are left out of that comparison;
//	         scores that are undefined are left out of means, tests and
//	         intervals, and counted in the warnings
//	errors   RDVs that do not fit each other, options out of range: all that is
//	         wrong at once
//	cost     see [Evaluation.Cost]; in parallel. A test or interval over
//	         conditions holds all RDMs prepared, about 20 bytes per pair
//	random   everything drawn depends on the seed alone, so that any number of
//	         threads gives the same bits
//	source   Kriegeskorte, Mur & Bandettini (2008), doi:10.3389/neuro.06.004.2008;
//	         Nili et al. (2014), doi:10.1371/journal.pcbi.1003553
func (e Evaluation) Run(ctx context.Context, models []Model, subjects Subjects, b work.Budget) (*Result, error) {
	a, err := e.analysis(models, subjects)
	if err != nil {
		return nil, err
	}
	if err := a.prepare(ctx, b); err != nil {
		return nil, err
	}
	var f findings
	if subjects.At != nil {
		err = a.scan(ctx, b, &f)
	} else {
		err = a.look(ctx, b, &f)
	}
	if err != nil {
		return nil, err
	}
	f.mean = f.scores.mean(make([]float64, f.scores.models*a.times), f.scores.everyone())
	if f.chance, err = a.test(ctx, b, f.scores); err != nil {
		return nil, err
	}
	if err = a.contrast(ctx, b, &f); err != nil {
		return nil, err
	}
	if f.intervals, err = a.bootstrap(ctx, b, f.scores); err != nil {
		return nil, err
	}
	return a.result(f), nil
}

// Cost returns how many comparisons of two RDVs an evaluation makes, so that
// its time can be told before it begins, without the differences between models,
// which are found at some of the times alone. With 49 conditions a comparison takes
// one core some 5 µs for a Kendall's tau, 0.5 ms for those of Bures, 10 ms for that
// of Riemann, and 0.2 µs for the others; with 92 conditions three times that, for
// those of Bures and Riemann five times.
//
//	errors   options out of range
//	cost     none
func (e Evaluation) Cost(models, subjects, conditions, times int) (comparisons int, err error) {
	o, err := e.resolve(inference.Size{Subjects: subjects, Conditions: conditions})
	if err != nil {
		return 0, err
	}
	tables := 1
	if o.Test == LabelPermutation {
		tables += o.Draws + 1
	}
	switch {
	case o.BootstrapOver == Dual:
		tables += 2 * o.BootstrapDraws // for the test as well
	case o.BootstrapOver != None && o.over != inference.Subjects:
		tables += o.BootstrapDraws
	}
	if o.Test == DualBootstrap && o.BootstrapOver != Dual {
		tables += 2 * o.BootstrapDraws
	}
	comparisons = tables * models * subjects * max(times, 1)
	if subjects > 1 {
		comparisons += 2 * subjects * max(times, 1) // noise ceilings
	}
	return comparisons, nil
}

// analysis is an evaluation of given data, with every option resolved.
type analysis struct {
	options
	given      []Model
	subjects   Subjects
	conditions int
	times      int
	window     []bool // per time, whether a peak may be there
	warnings   []string
	maxima     []float64       // p values of the largest score of every one of groups; nil when the test draws none
	duals      *inference.Dual // draws of the test that intervals are made from as well; nil when there are none

	models []*compare.Vector
	brain  [][]*compare.Vector // subjects × times; nil when no draw needs them again

	fewest int // pairs that any comparison rested on, of RDMs that were made one at a time
}

// look compares RDMs that are there.
func (a *analysis) look(ctx context.Context, b work.Budget, f *findings) (err error) {
	if f.scores, err = a.score(ctx, b); err != nil {
		return err
	}
	if f.fixed, err = a.ofMean(ctx, b); err != nil {
		return err
	}
	f.ceiling, f.lower, err = a.ceiling(ctx, b)
	return err
}

// prepare sorts and standardizes every RDV that is compared many times.
func (a *analysis) prepare(ctx context.Context, b work.Budget) error {
	a.models = make([]*compare.Vector, len(a.given))
	for m, model := range a.given {
		a.models[m] = a.Comparator.Prepare(model.RDV)
	}
	again := a.Test == LabelPermutation || a.Test == DualBootstrap || (a.BootstrapOver != None && a.over != inference.Subjects)
	if !again {
		return nil
	}
	return a.prepareBrain(ctx, b)
}

// prepareBrain prepares the RDVs of subjects.
func (a *analysis) prepareBrain(ctx context.Context, b work.Budget) error {
	brain := make([][]*compare.Vector, len(a.subjects.RDVs))
	for s := range brain {
		brain[s] = make([]*compare.Vector, a.times)
	}
	err := b.Each(ctx, "prepare RDMs", len(brain)*a.times, func(i int) error {
		s, t := i/a.times, i%a.times
		brain[s][t] = a.vector(s, t)
		return nil
	})
	a.brain = brain
	return err
}

// vector returns the prepared RDV of a subject at a time.
func (a *analysis) vector(subject, time int) *compare.Vector {
	if a.brain != nil {
		return a.brain[subject][time]
	}
	return a.Comparator.Prepare(a.subjects.RDVs[subject][time])
}

// score compares all models with all subjects at all times.
func (a *analysis) score(ctx context.Context, b work.Budget) (*table, error) {
	scores := newTable(len(a.models), len(a.subjects.RDVs), a.times)
	err := b.Each(ctx, "compare", scores.subjects*a.times, func(i int) error {
		s, t := i/a.times, i%a.times
		brain := a.vector(s, t)
		for m, model := range a.models {
			scores.course(m, s)[t] = a.Comparator.Compare(model, brain)
		}
		return nil
	})
	a.warnUndefined(scores)
	return scores, err
}

func (a *analysis) warnUndefined(scores *table) {
	if undefined := scores.undefined(); undefined > 0 {
		a.warn("%d of %d scores are undefined, because an RDM lacks what %s needs, %s; they are left out", undefined, len(scores.values), a.Comparator.Name, a.Comparator.Needs)
	}
}

func (a *analysis) warn(format string, args ...any) {
	a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
}

// pairs returns the fewest pairs that any comparison rests on.
func (a *analysis) pairs() int {
	if a.subjects.At != nil {
		return a.fewest
	}
	lacking, fewest := a.lacking()
	for _, course := range a.subjects.RDVs {
		for _, brain := range course {
			fewest = min(fewest, a.pairsOf(brain, lacking))
		}
	}
	return fewest
}

// lacking returns the models of which pairs are NaN, and the fewest that one has.
func (a *analysis) lacking() (models []Model, fewest int) {
	fewest = len(a.given[0].RDV)
	for _, model := range a.given {
		if n := defined(model.RDV, model.RDV); n < len(model.RDV) {
			models, fewest = append(models, model), min(fewest, n)
		}
	}
	return models, fewest
}

// pairsOf returns the fewest pairs that a comparison with an RDM of the brain rests
// on, given the models that lack some.
func (a *analysis) pairsOf(brain []float64, lacking []Model) int {
	fewest := len(brain)
	n := defined(brain, brain)
	if n == fewest {
		return fewest // the others have what the models have
	}
	if len(lacking) < len(a.given) {
		fewest = n
	}
	for _, model := range lacking {
		fewest = min(fewest, defined(model.RDV, brain))
	}
	return fewest
}

// defined counts the pairs that are NaN on neither side.
func defined(x, y []float64) int {
	n := 0
	for p := range x {
		if !math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
			n++
		}
	}
	return n
}
