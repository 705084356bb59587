package rsa

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/inference"
)

// findings is everything that was computed.
type findings struct {
	scores    *table
	ceiling   *NoiseCeiling
	lower     *table // 1 × subjects × times, the lower noise ceiling; nil for one RDM
	chance    *inference.Result
	intervals *inference.Intervals // nil when none were asked for
	mean      []float64            // models × times
	fixed     *table               // models × 1 × channels, with the mean RDM; nil for none

	contrasts    *contrasts        // nil when no differences were tested
	pairs, below *inference.Result // nil for none
}

// result says what was asked and what was found.
func (a *analysis) result(f findings) *Result {
	r := &Result{
		Brain: a.subjects.Brain, Extent: a.subjects.Extent, Comparator: a.Comparator.Name, Pool: a.Pool, Matched: a.subjects.Matched,
		Conditions: a.conditions, Labels: a.subjects.Labels, Pairs: a.pairs(),
		Subjects: f.scores.subjects, SubjectNames: a.subjects.Names, Averaged: a.subjects.Averaged,
		Test: a.Test, Tail: a.Tail, Draws: f.chance.Draws, Correction: a.Correction, TestReason: a.reason, GeneralizesTo: generalizesTo[a.Test],
		Seed: a.Seed, Level: a.Level,
		Interval: a.Interval, BootstrapOver: a.BootstrapOver, IntervalOf: intervalOf[a.BootstrapOver],
		NoiseCeiling: f.ceiling, Times: a.subjects.Times, Channels: a.subjects.Channels, Neighbors: a.subjects.Neighbors, Warnings: a.warnings,
	}
	switch {
	case f.ceiling == nil:
		r.NoiseCeilingReason = oneRDM
	case !slices.ContainsFunc(f.ceiling.Lower.Values, Number.defined):
		r.NoiseCeiling, r.NoiseCeilingReason = nil, fmt.Sprintf(alone, a.Comparator.Name, a.Comparator.Needs)
	}
	if f.intervals != nil {
		r.BootstrapDraws = f.intervals.Draws
	}
	for m, model := range a.given {
		result := ModelResult{Name: model.Name, Network: model.Network}
		if !a.subjects.course() {
			result.single(a.course(m, f), f.intervals != nil)
		} else {
			result.Course, result.Peak = a.course(m, f), a.peak(m, f)
			result.Score = result.Peak.Score
		}
		r.Models = append(r.Models, result)
	}
	f.addDifferences(r)
	a.addMaxima(r, f)
	return r
}

// addDifferences gathers what was found for pairs of models, and for each model
// and the noise ceiling.
func (f findings) addDifferences(r *Result) {
	if f.pairs == nil && f.below == nil {
		return
	}
	c := f.contrasts
	r.DifferenceTest = &c.test
	values := c.observed()
	if f.pairs != nil {
		for i, p := range c.pairs {
			d := Difference{A: r.Models[p.a].FullName(), B: r.Models[p.b].FullName(), Difference: Number(values[i]), P: Number(f.pairs.P[i]), Corrected: Number(f.pairs.Corrected[i])}
			if p.time >= 0 {
				channel, seconds := c.subjects.place(c.points[p.time])
				d.Channel, d.Time = channel, present(seconds)
			}
			r.Differences = append(r.Differences, d)
		}
	}
	if f.below != nil && r.NoiseCeiling != nil {
		for m := range r.Models {
			r.Models[m].BelowCeiling = &Shortfall{Number(values[len(c.pairs)+m]), Number(f.below.P[m]), Number(f.below.Corrected[m])}
		}
	}
}

// FullName is the name of a model behind that of its network, where that says
// more.
func (r *ModelResult) FullName() string {
	if r.Network == "" || r.Network == r.Name {
		return r.Name
	}
	return r.Network + " " + r.Name
}

// course gathers what was found for a model over time.
func (a *analysis) course(model int, f findings) *Course {
	from, to := model*a.times, (model+1)*a.times
	c := &Course{
		Score: numbers(f.mean[from:to]), P: numbers(f.chance.P[from:to]), Corrected: numbers(f.chance.Corrected[from:to]),
		Low: undefined(a.times), High: undefined(a.times),
	}
	if f.intervals != nil {
		c.Low, c.High = numbers(f.intervals.Low[from:to]), numbers(f.intervals.High[from:to])
	}
	if f.fixed != nil {
		c.Fixed = numbers(f.fixed.course(model, 0))
	}
	for s := range f.scores.subjects {
		c.Scores = append(c.Scores, numbers(f.scores.course(model, s)))
	}
	return c
}

// peak gathers what was found for the peak of a model.
func (a *analysis) peak(model int, f findings) *PeakResult {
	score, index := peak(f.mean[model*a.times:(model+1)*a.times], a.window)
	p := &PeakResult{Score: Number(score), Time: Number(math.NaN()), Index: index}
	if index >= 0 {
		channel, seconds := a.subjects.place(index)
		p.Channel, p.Time = channel, Number(seconds)
	}
	if f.intervals != nil {
		at := len(f.mean) + 2*model // behind the courses come score and time of each peak
		p.ScoreCI = interval(f.intervals, at)
		if a.subjects.Times != nil {
			p.TimeCI = interval(f.intervals, at+1)
		}
	}
	return p
}

// single takes over a course of one time that is none.
func (r *ModelResult) single(c *Course, hasInterval bool) {
	r.Score, r.P, r.Corrected = c.Score[0], &c.P[0], &c.Corrected[0]
	for _, subject := range c.Scores {
		r.Scores = append(r.Scores, subject[0])
	}
	if hasInterval {
		r.CI = &[2]Number{c.Low[0], c.High[0]}
	}
}

func interval(i *inference.Intervals, statistic int) *[2]Number {
	return &[2]Number{Number(i.Low[statistic]), Number(i.High[statistic])}
}

func numbers(x []float64) []Number {
	result := make([]Number, len(x))
	for i, value := range x {
		result[i] = Number(value)
	}
	return result
}

func undefined(times int) []Number {
	result := make([]Number, times)
	for t := range result {
		result[t] = Number(math.NaN())
	}
	return result
}
