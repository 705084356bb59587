package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// summarize says in sentences what was found under the first comparator.
func summarize(evaluations []evaluation) []string {
	if len(evaluations) == 0 {
		return []string{"This folder holds dissimilarity matrices and no scores."}
	}
	e := evaluations[0]
	models := make([]Model, len(e.Models))
	for i, m := range e.Models {
		models[i] = m.model()
	}
	var sentences []string
	if e.Times != nil {
		sentences = append(sentences, latencies(e, models)...)
	}
	sentences = append(sentences, best(e, models)...)
	return append(sentences, significance(e, models), basis(e))
}

// latencies names the layers in the order of their peaks: all of them when they
// are few, else the first and the last. Only layers that pass the test count.
func latencies(e evaluation, models []Model) []string {
	passed := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return m.Peak == nil || !(float64(m.Corrected) <= e.Level) })
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
	verb := " peaks at "
	if len(passed) == 1 {
		return []string{passed[0].Name + verb + latency(passed[0].Peak) + "."}
	}
	return []string{"In the order of their peaks: " + and(words) + "."}
}

// best names the model with the highest score.
func best(e evaluation, models []Model) []string {
	defined := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return math.IsNaN(float64(m.Score)) })
	if len(defined) == 0 {
		return []string{"No score is defined."}
	}
	top := slices.MaxFunc(defined, func(a, b Model) int { return cmp.Compare(a.Score, b.Score) })
	text := fmt.Sprintf("The highest score is that of %s, %s", top.Name, scoreWithInterval(e.Comparator, top))
	if len(models) == 1 {
		text = fmt.Sprintf("%s scores %s", top.Name, scoreWithInterval(e.Comparator, top))
	}
	return []string{text + " (" + percent(e.Interval) + " interval)."}
}

// significance counts the models that pass the test.
func significance(e evaluation, models []Model) string {
	passed := 0
	for _, m := range models {
		if float64(m.Corrected) <= e.Level {
			passed++
		}
	}
	count := fmt.Sprintf("%d of %s", passed, plural(len(models), "model"))
	return fmt.Sprintf("%s pass the test at p ≤ %g (%s, %s; %s).", count, e.Level, e.Test, tail(e.Tail), correctionWords(e))
}

// basis says what the scores rest on.
func basis(e evaluation) string {
	who := plural(e.Subjects, "subject")
	if e.Subjects <= 1 {
		who = "One brain RDM per comparison"
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
