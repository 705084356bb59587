package rsa

import (
	"context"
	"math"
	"slices"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// bootstrap finds intervals for the mean score of every model at every time,
// and for the score and the time of its peak, which is looked for anew in
// every draw. It returns nil when none are asked for.
func (a *analysis) bootstrap(ctx context.Context, b work.Budget, scores *table) (*inference.Intervals, error) {
	if a.BootstrapOver == None {
		return nil, nil
	}
	intervals, err := a.intervals(ctx, b, scores)
	if err != nil {
		return nil, err
	}
	if undefined := slices.Max(intervals.Undefined); undefined > 0 {
		a.warn("some scores are undefined in up to %d of %d bootstrap draws; those draws are left out of their intervals", undefined, intervals.Draws)
	}
	return intervals, nil
}

// intervals draws anew, unless the test did.
func (a *analysis) intervals(ctx context.Context, b work.Budget, scores *table) (*inference.Intervals, error) {
	o := inference.Bootstrap{Draws: a.BootstrapDraws, Level: a.Interval, Over: a.over, Seed: a.Seed}
	if a.BootstrapOver != Dual {
		drawn, err := a.distribution(ctx, b, o, a.withPeaks(scores))
		if err != nil {
			return nil, err
		}
		found := drawn.Intervals(a.Interval)
		if a.subjects.course() {
			a.reachOfPeaks(found, drawn, 0, scores.overSubjects())
		}
		return found, nil
	}
	if a.duals == nil {
		var err error
		if a.duals, err = a.dualDraws(ctx, b, o, a.withPeaks(scores)); err != nil {
			return nil, err
		}
	}
	return a.dualIntervals(scores), nil
}

// withPeaks asks for models × times mean scores and then, where there is a course,
// for the score and the time of each model's peak.
func (a *analysis) withPeaks(scores *table) drawing {
	d := a.means(scores)
	if a.subjects.course() {
		d.size.Statistics += 2 * scores.models
		d.more = a.peaks
	}
	return d
}

// reachOfPeaks replaces the interval of the score of every peak by one that holds
// wherever in the window it is. The largest of many scores is above the truth, and
// in draws as far above the largest of the data: their percentiles would be of the
// highest of many times or channels, whatever any of them is. Statistics begin at
// first: models × times, and behind them score and time of each peak.
func (a *analysis) reachOfPeaks(found *inference.Intervals, drawn *inference.Distribution, first int, mean []float64) {
	from, to := slices.Index(a.window, true), a.times
	for !a.window[to-1] {
		to--
	}
	freedom := math.Inf(1)
	if a.over == inference.Subjects {
		freedom = float64(len(a.subjects.RDVs) - 1)
	}
	for m := range len(mean) / a.times {
		course := mean[m*a.times : (m+1)*a.times]
		score, index := peak(course, a.window)
		if index < 0 {
			continue
		}
		reach := drawn.Simultaneous(first+m*a.times+from, course[from:to], a.Interval, freedom)[index-from]
		at := first + len(mean) + 2*m
		found.Low[at], found.High[at] = score-reach, min(score+reach, 1)
	}
}

// means asks for models × times mean scores.
func (a *analysis) means(scores *table) drawing {
	return drawing{scores: scores, size: inference.Size{Subjects: scores.subjects, Conditions: a.conditions, Statistics: scores.models * scores.times}}
}

// dualIntervals makes intervals of the draws of the dual bootstrap. That of the
// time of a peak stays among the times.
func (a *analysis) dualIntervals(scores *table) *inference.Intervals {
	estimates := scores.overSubjects()
	if !a.subjects.course() {
		return a.duals.Intervals(estimates, a.Interval)
	}
	means := len(estimates)
	estimates = append(estimates, make([]float64, 2*len(a.models))...)
	a.peaks(estimates[means:], estimates[:means])
	found, ofTimes := a.duals.Intervals(estimates, a.Interval), a.duals.Percentiles(estimates, a.Interval)
	for k := means + 1; k < len(estimates); k += 2 {
		found.Low[k], found.High[k] = ofTimes.Low[k], ofTimes.High[k]
	}
	return found
}

// drawn returns the function that finds the mean scores of a draw. Those of all
// conditions are known already.
func (a *analysis) drawn(scores *table) func(dst []float64, draw inference.Draw) error {
	pool := a.scratches()
	return func(dst []float64, draw inference.Draw) error {
		if !slices.ContainsFunc(draw.Conditions, func(count int) bool { return count != 1 }) {
			scores.mean(dst, draw.Subjects)
			return nil
		}
		s := pool.Get().(*scratch)
		defer pool.Put(s)
		a.resample(s, draw)
		s.scores.mean(dst, draw.Subjects)
		return nil
	}
}

// resample compares all models with the drawn subjects over the drawn
// conditions. Of fewer than three different ones no score is defined: all RDMs
// of two conditions look alike.
func (a *analysis) resample(s *scratch, draw inference.Draw) {
	if different(draw.Conditions) < 3 {
		for k := range s.scores.values {
			s.scores.values[k] = math.NaN()
		}
		return
	}
	s.resample.SetCounts(draw.Conditions)
	for m, model := range a.models {
		a.Comparator.Resample(&s.models[m], model, &s.resample)
	}
	for i, subject := range draw.Subjects {
		if i > 0 && subject == draw.Subjects[i-1] {
			continue // it was drawn before
		}
		for time := range a.times {
			a.Comparator.Resample(&s.brain, a.brain[subject][time], &s.resample)
			for m := range s.models {
				s.scores.course(m, subject)[time] = a.Comparator.Compare(&s.models[m], &s.brain)
			}
		}
	}
}

// different counts the conditions that were drawn.
func different(counts []int) int {
	n := 0
	for _, count := range counts {
		n += min(count, 1)
	}
	return n
}

// peaks fills dst with the peak score and the peak time of every model.
func (a *analysis) peaks(dst, courses []float64) {
	for m := range a.models {
		score, index := peak(courses[m*a.times:(m+1)*a.times], a.window)
		dst[2*m], dst[2*m+1] = score, a.time(index)
	}
}

// time returns the seconds of a point, NaN when there is none. Of channels without
// times it is the index, so that draws have something to be at.
func (a *analysis) time(index int) float64 {
	switch {
	case index < 0:
		return math.NaN()
	case a.subjects.Times == nil:
		return float64(index)
	}
	_, seconds := a.subjects.place(index)
	return seconds
}
