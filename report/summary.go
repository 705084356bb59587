package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/rsa"
)

// summarize says in sentences what was found under the first comparator.
func summarize(evaluations []*rsa.Result) []string {
	if len(evaluations) == 0 {
		return []string{"This folder holds dissimilarity matrices and no scores."}
	}
	e := evaluations[0]
	models := make([]Model, len(e.Models))
	for i, m := range e.Models {
		models[i] = newModel(m)
	}
	var sentences []string
	if e.Times != nil {
		sentences = append(sentences, latencies(e, models)...)
	}
	sentences = append(sentences, best(e, models)...)
	if e.Test != rsa.None {
		sentences = append(sentences, significance(e, models))
	}
	return append(sentences, basis(e))
}

// latencies names the layers in the order of their peaks: all of them when they
// are few, else the first and the last. Only layers that pass the test count.
func latencies(e *rsa.Result, models []Model) []string {
	passed := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return m.Peak == nil || !passes(m, e) })
	slices.SortStableFunc(passed, func(a, b Model) int { return cmp.Compare(a.Peak.Time, b.Peak.Time) })
	switch {
	case len(passed) == 0:
		return nil
	case len(passed) > 4:
		first, last := passed[0], passed[len(passed)-1]
		return []string{fmt.Sprintf("Of the layers that pass the test, %s peaks first, at %s, and %s last, at %s.",
			first.Name, latency(first.Peak), last.Name, latency(last.Peak))}
	}
	words := make([]string, len(passed))
	for i, m := range passed {
		words[i] = m.Name + " at " + latency(m.Peak)
	}
	if len(passed) == 1 {
		return []string{passed[0].Name + " peaks at " + latency(passed[0].Peak) + "."}
	}
	return []string{"In the order of their peaks: " + and(words) + "."}
}

// passes reports whether the corrected p value is at most the level.
func passes(m Model, e *rsa.Result) bool { return float64(m.Corrected) <= e.Level }

// best names the model with the highest score.
func best(e *rsa.Result, models []Model) []string {
	defined := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return math.IsNaN(float64(m.Score)) })
	if len(defined) == 0 {
		return []string{"No score is defined."}
	}
	top := slices.MaxFunc(defined, func(a, b Model) int { return cmp.Compare(a.Score, b.Score) })
	text := fmt.Sprintf("The highest score is that of %s, %s", top.Name, scoreWithInterval(e.Comparator, top))
	if len(models) == 1 {
		text = fmt.Sprintf("%s scores %s", top.Name, scoreWithInterval(e.Comparator, top))
	}
	if top.Interval != nil {
		text += " (" + percent(e.Interval) + " interval)"
	}
	return []string{text + "."}
}

// significance counts the models that pass the test.
func significance(e *rsa.Result, models []Model) string {
	passed := 0
	for _, m := range models {
		if passes(m, e) {
			passed++
		}
	}
	count := fmt.Sprintf("%d of %s", passed, plural(len(models), "model"))
	return fmt.Sprintf("%s pass the test at p ≤ %g (%s, %s; %s).", count, e.Level, e.Test, tail(e.Tail), correctionWords(e))
}

// basis says what the scores rest on.
func basis(e *rsa.Result) string {
	who := plural(e.Subjects, "subject")
	if e.Subjects <= 1 {
		who = "One brain RDM"
		if e.Times != nil {
			who += " per time"
		}
	}
	return fmt.Sprintf("%s, %s matched by %s, %s.", who, plural(e.Conditions, "condition"), e.Matched, plural(e.Pairs, "pair"))
}

// tail says which side a test looks at.
func tail(name string) string {
	switch name {
	case "greater":
		return "one-sided, greater than zero"
	case "less":
		return "one-sided, less than zero"
	case "two-sided", "both":
		return "two-sided"
	}
	return name
}
