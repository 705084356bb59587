package rsa

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// A Difference is that between the scores of two models. With times it is taken
// where the mean course of both is highest inside the window: their sum, by
// which the time is chosen, says nothing about their difference.
type Difference struct {
	A          string  `json:"a"` // the model, behind its network if it has one
	B          string  `json:"b"`
	Difference Number  `json:"difference"`        // score of a less that of b
	Time       *Number `json:"time,omitempty"`    // seconds from stimulus onset
	Channel    string  `json:"channel,omitempty"` // at which they are compared
	P          Number  `json:"p"`
	Corrected  Number  `json:"p_corrected"` // over all pairs
}

// A Shortfall is the score of a model less the lower noise ceiling; with times,
// at the peak of the model, whose choice makes the score too high, not too low.
type Shortfall struct {
	Difference Number `json:"difference"`
	P          Number `json:"p"`
	Corrected  Number `json:"p_corrected"` // over all models
}

// A DifferenceTest says how differences between models, and of models to the
// noise ceiling, were tested: always two-sided, corrected as the scores are.
type DifferenceTest struct {
	Test          string `json:"test"` // one of Tests, or ConditionBootstrap
	Reason        string `json:"test_reason"`
	Tail          string `json:"tail"`
	Correction    string `json:"correction"` // over all pairs, and over all models
	GeneralizesTo string `json:"generalises_to"`
}

// Higher lists the pairs of models of which the first scores higher than the
// second by the corrected test of their difference, as places in Models, in their
// order. It is nil where differences were not tested.
func (r *Result) Higher() (pairs [][2]int) {
	place := make(map[string]int, len(r.Models))
	for i, m := range r.Models {
		place[m.FullName()] = i
	}
	for _, d := range r.Differences {
		a, known := place[d.A]
		b, both := place[d.B]
		switch {
		case !known || !both || !(float64(d.Corrected) <= r.Level):
		case d.Difference > 0:
			pairs = append(pairs, [2]int{a, b})
		case d.Difference < 0:
			pairs = append(pairs, [2]int{b, a})
		}
	}
	slices.SortFunc(pairs, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	return pairs
}

// FallsShort reports whether a model of the result lies below the lower noise
// ceiling by the corrected test.
func (r *Result) FallsShort(model int) bool {
	s := r.Models[model].BelowCeiling
	return s != nil && float64(s.Corrected) <= r.Level && s.Difference < 0
}

// ConditionBootstrap is the test of differences where there are too few
// subjects: would other conditions show it in these subjects too?
const ConditionBootstrap = "bootstrap of conditions"

// mostPaired is the largest number of models that are compared in pairs: the
// draws of so many pairs fill about 100 MB.
const mostPaired = 100

// contrasts are the differences that are tested, over the times at which they
// are, and no others.
type contrasts struct {
	*analysis
	points []int // of the whole analysis, that its times are
	test   DifferenceTest
	scores *table // models × subjects × chosen times
	lower  *table // 1 × subjects × chosen times: the lower noise ceiling; nil for none
	pairs  []pair
	peaks  []int // per model, which of the times; -1 where there is none
}

// A pair is two models and at which of the times they are compared, -1 for none.
type pair struct{ a, b, time int }

// contrast tests the differences between models and to the noise ceiling. It
// returns nil when nothing is tested, or nothing can be compared.
//
// Over subjects, what is tested are differences of scores of the same subject;
// the ceiling of a subject is how well the others predict it. In a bootstrap
// scores and ceiling are drawn together.
//
//	cost     of a bootstrap, per time and draw: a score for every model and
//	         subject, and a pooled RDM for every subject
//	source   Nili et al. (2014), doi:10.1371/journal.pcbi.1003553; Schütt,
//	         Kipnis, Diedrichsen & Kriegeskorte (2023), doi:10.7554/eLife.82566
func (a *analysis) contrast(ctx context.Context, b work.Budget, f *findings) error {
	if a.Test == None || len(a.given) < 2 && f.lower == nil {
		return nil
	}
	if len(a.given) > mostPaired {
		a.warn("differences between %d models were not tested: compare %d or fewer at once", len(a.given), mostPaired)
	}
	if a.differenceTest().Test == None {
		a.warn("no differences are tested: %s has no bootstrap over conditions, and %d subjects are too few to be drawn", a.Comparator.Name, len(a.subjects.RDVs))
		return nil
	}
	f.contrasts = a.contrasts(f)
	var err error
	f.pairs, f.below, err = f.contrasts.run(ctx, b)
	return err
}

// contrasts chooses test and times.
func (a *analysis) contrasts(f *findings) *contrasts {
	c := &contrasts{test: a.differenceTest(), peaks: make([]int, len(a.given))}
	var times []int
	for m := range a.given {
		_, c.peaks[m] = peak(f.mean[m*a.times:(m+1)*a.times], a.window)
		times = append(times, c.peaks[m])
	}
	for x := range a.given {
		for y := x + 1; y < len(a.given) && len(a.given) <= mostPaired; y++ {
			p := pair{x, y, a.peakOfBoth(f.mean, x, y)}
			c.pairs, times = append(c.pairs, p), append(times, p.time)
		}
	}
	slices.Sort(times)
	times = slices.DeleteFunc(slices.Compact(times), func(t int) bool { return t < 0 })
	for m, t := range c.peaks {
		c.peaks[m] = slices.Index(times, t)
	}
	for i, p := range c.pairs {
		c.pairs[i].time = slices.Index(times, p.time)
	}
	c.analysis, c.points, c.scores = a.at(times), times, f.scores.at(times)
	if f.lower != nil {
		c.lower = f.lower.at(times)
	}
	return c
}

// peakOfBoth is where the mean course of two models is highest.
func (a *analysis) peakOfBoth(mean []float64, x, y int) int {
	both := make([]float64, a.times)
	for t := range both {
		both[t] = mean[x*a.times+t] + mean[y*a.times+t]
	}
	_, index := peak(both, a.window)
	return index
}

// differenceTest is the test of the scores, where it can test differences.
func (a *analysis) differenceTest() DifferenceTest {
	d := DifferenceTest{Test: a.Test, Tail: inference.TwoSided.String(), Correction: a.Correction, Reason: "it is the test of the scores"}
	if a.Test == LabelPermutation {
		d.Test, d.Reason = a.notPermuted()
	}
	if joins(d.Correction) {
		d.Correction = MaxStatistic // differences are of single times
	}
	d.GeneralizesTo = generalizesTo[d.Test]
	return d
}

// notPermuted is the test of differences where that of scores permutes labels.
func (a *analysis) notPermuted() (test, reason string) {
	const why = "permuted labels cannot test differences: two models may have something in common with the brain and still differ"
	few := len(a.subjects.RDVs) < inference.EnoughSubjects
	switch {
	case a.Comparator.Once && few:
		return None, why
	case a.Comparator.Once:
		return SignFlip, fmt.Sprintf("%s; %s has no bootstrap over conditions", why, a.Comparator.Name)
	case few:
		return ConditionBootstrap, fmt.Sprintf("%s; fewer than %d subjects are too few to be drawn anew", why, inference.EnoughSubjects)
	}
	return DualBootstrap, why
}

// at is the analysis of some of the times.
func (a *analysis) at(times []int) *analysis {
	some := *a
	some.times, some.brain, some.subjects.RDVs = len(times), nil, make([][][]float64, len(a.subjects.RDVs))
	for s, course := range a.subjects.RDVs {
		if course == nil {
			continue // it was not kept
		}
		for _, t := range times {
			some.subjects.RDVs[s] = append(some.subjects.RDVs[s], course[t])
		}
	}
	return &some
}

// at keeps some of the times.
func (t *table) at(times []int) *table {
	some := newTable(t.models, t.subjects, len(times))
	for m := range t.models {
		for s := range t.subjects {
			for i, time := range times {
				some.course(m, s)[i] = t.course(m, s)[time]
			}
		}
	}
	return some
}

// fill finds all differences, first of pairs, then to the ceiling.
//
//	shapes   scores: models × times; lower: times, nil for none
func (c *contrasts) fill(dst, scores, lower []float64) {
	score := func(model, time int) float64 {
		if time < 0 {
			return math.NaN()
		}
		return scores[model*c.times+time]
	}
	for i, p := range c.pairs {
		dst[i] = score(p.a, p.time) - score(p.b, p.time)
	}
	if lower == nil {
		return
	}
	for m, time := range c.peaks {
		dst[len(c.pairs)+m] = score(m, time) - lower[max(time, 0)]
	}
}

// tests is the number of differences.
func (c *contrasts) tests() int {
	if c.lower == nil {
		return len(c.pairs)
	}
	return len(c.pairs) + len(c.peaks)
}

// run tests pairs and models, each corrected by themselves.
func (c *contrasts) run(ctx context.Context, b work.Budget) (pairs, models *inference.Result, err error) {
	if c.times == 0 {
		return nil, nil, nil // no score is defined
	}
	if c.test.Test == DualBootstrap || c.test.Test == ConditionBootstrap {
		return c.drawAnew(ctx, b)
	}
	rows := c.bySubject()
	if pairs, err = c.family(ctx, b, rows, 0, len(c.pairs)); err != nil {
		return nil, nil, err
	}
	models, err = c.family(ctx, b, rows, len(c.pairs), c.tests())
	return pairs, models, err
}

// bySubject returns the differences of every subject.
//
//	shapes   result: subjects × tests
func (c *contrasts) bySubject() [][]float64 {
	rows := make([][]float64, c.scores.subjects)
	for s := range rows {
		var scores, lower []float64
		for m := range c.peaks {
			scores = append(scores, c.scores.course(m, s)...)
		}
		if c.lower != nil {
			lower = c.lower.course(0, s)
		}
		rows[s] = make([]float64, c.tests())
		c.fill(rows[s], scores, lower)
	}
	return rows
}

// family tests some of the differences over subjects; nil when there are none.
func (c *contrasts) family(ctx context.Context, b work.Budget, rows [][]float64, from, to int) (*inference.Result, error) {
	if from == to {
		return nil, nil
	}
	some := make([][]float64, len(rows))
	for s, row := range rows {
		some[s] = row[from:to]
	}
	found, err := c.overSubjects(ctx, b, some, inference.TwoSided)
	if err != nil {
		return nil, err
	}
	c.correct(found)
	return found, nil
}

// drawAnew tests all differences by how much they vary in a bootstrap.
func (c *contrasts) drawAnew(ctx context.Context, b work.Budget) (pairs, models *inference.Result, err error) {
	if err := c.prepareBrain(ctx, b); err != nil {
		return nil, nil, err
	}
	size := inference.Size{Subjects: c.scores.subjects, Conditions: c.conditions, Statistics: c.tests()}
	drawn, variance, freedom, err := c.variances(ctx, b, size)
	if err != nil {
		return nil, nil, err
	}
	tested, err := inference.VarianceTest(c.observed(), variance, freedom, inference.TwoSided)
	if err != nil {
		return nil, nil, err
	}
	family := func(from, to int) *inference.Result {
		if from == to {
			return nil
		}
		some := make([]int, to-from)
		for i := range some {
			some[i] = from + i
		}
		found := &inference.Result{P: tested.P[from:to], Corrected: drawn.MaxStatistic(tested.P, some, inference.TwoSided)}
		c.correct(found)
		return found
	}
	return family(0, len(c.pairs)), family(len(c.pairs), c.tests()), nil
}

// observed returns all differences of mean scores.
func (c *contrasts) observed() []float64 {
	observed := make([]float64, c.tests())
	c.fill(observed, c.scores.overSubjects(), c.lower.overSubjects())
	return observed
}

// overSubjects is the mean of a table, nil of none.
//
//	shapes   result: models × times
func (t *table) overSubjects() []float64 {
	if t == nil {
		return nil
	}
	return t.mean(make([]float64, t.models*t.times), t.everyone())
}

// variances draws anew, and returns the variance of every difference.
func (c *contrasts) variances(ctx context.Context, b work.Budget, size inference.Size) (drawn *inference.Distribution, variance []float64, freedom float64, err error) {
	o := inference.Bootstrap{Draws: c.BootstrapDraws, Over: inference.Conditions, Seed: c.Seed}
	if c.test.Test == DualBootstrap {
		found, err := o.Dual(ctx, b, size, c.statistic())
		if err != nil {
			return nil, nil, 0, err
		}
		return found.Both, found.Variance, found.Freedom, nil
	}
	drawn, err = o.Distribution(ctx, b, size, c.statistic())
	if err != nil {
		return nil, nil, 0, err
	}
	for _, v := range drawn.Variances() {
		variance = append(variance, inference.Corrected(v, c.conditions))
	}
	return drawn, variance, inference.FreedomOf(inference.Conditions, size), nil
}

// statistic returns the function that finds all differences of a draw.
func (c *contrasts) statistic() func(dst []float64, draw inference.Draw) error {
	means := c.drawn(c.scores)
	var ceiling *drawnCeiling
	if c.lower != nil {
		ceiling = c.drawsOfCeiling()
	}
	return func(dst []float64, draw inference.Draw) error {
		scores := make([]float64, len(c.peaks)*c.times)
		if err := means(scores, draw); err != nil {
			return err
		}
		var lower []float64
		if c.lower != nil {
			lower = make([]float64, c.times)
			ceiling.fill(lower, draw)
		}
		c.fill(dst, scores, lower)
		return nil
	}
}
