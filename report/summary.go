package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/rsa"
)

// summary says in sentences what was found: in the one brain, or in each of
// several, under the first comparator.
func (r *reader) summary() []string {
	shown := r.firsts()
	switch len(shown) {
	case 0:
		return []string{"This folder holds dissimilarity matrices and no scores."}
	case 1:
		return slices.Concat(summarize(shown[0].Result), r.summarizeTypes(shown[0]))
	}
	sentences := make([]string, len(shown))
	for i, e := range shown {
		sentences[i] = brief(r.page.Brains[e.brain].Name, e.Result)
	}
	return sentences
}

// firsts returns the first evaluation of every brain that has one.
func (r *reader) firsts() []evaluation {
	return slices.CompactFunc(slices.Clone(r.evaluations), func(a, b evaluation) bool { return a.brain == b.brain })
}

// brief says in a sentence what was found in one of several brains.
func brief(brain string, e *rsa.Result) string {
	top, found := highest(inWords(e))
	if !found {
		return capital(brain) + ": no score is defined."
	}
	text := fmt.Sprintf("%s: %s scores highest, %s", capital(brain), top.Name, scoreWithInterval(e.Comparator, top))
	if e.Test != rsa.None {
		text += fmt.Sprintf("; %s at p ≤ %g", passing(e, newModels(e)), e.Level)
	}
	return text + "."
}

// summarize says what was found in the only brain.
func summarize(e *rsa.Result) []string {
	models := inWords(e)
	var sentences []string
	if e.Times != nil {
		sentences = append(sentences, latencies(e, models)...)
	}
	sentences = append(sentences, best(e, models))
	if e.Test != rsa.None {
		sentences = append(sentences, fmt.Sprintf("%s at p ≤ %g (%s, %s; %s).", passing(e, models), e.Level, e.Test, tail(e.Tail), correctionWords(e)))
	}
	return append(sentences, basis(e))
}

func newModels(e *rsa.Result) []Model {
	models := make([]Model, len(e.Models))
	for i, m := range e.Models {
		models[i] = newModel(m)
	}
	return models
}

// inWords are the models as sentences call them: those whose name another has too,
// by that of their network as well.
func inWords(e *rsa.Result) []Model {
	count := map[string]int{}
	for _, m := range e.Models {
		count[m.Name]++
	}
	models := newModels(e)
	for i, m := range e.Models {
		if count[m.Name] > 1 {
			models[i].Name = m.FullName()
		}
	}
	return models
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
func best(e *rsa.Result, models []Model) string {
	top, found := highest(models)
	if !found {
		return "No score is defined."
	}
	text := fmt.Sprintf("The highest score is that of %s, %s", top.Name, scoreWithInterval(e.Comparator, top))
	if len(models) == 1 {
		text = fmt.Sprintf("%s scores %s", top.Name, scoreWithInterval(e.Comparator, top))
	}
	if top.Interval != nil {
		text += " (" + percent(e.Interval) + " interval)"
	}
	if e.Best != nil && e.Best.HeldOut != nil {
		text += fmt.Sprintf("; chosen by half of the subjects, the highest score is %.2f in the others", *e.Best.HeldOut)
	}
	return text + "."
}

// highest returns the model with the highest score, if any is defined.
func highest(models []Model) (top Model, found bool) {
	for _, m := range models {
		if !math.IsNaN(float64(m.Score)) && (!found || m.Score > top.Score) {
			top, found = m, true
		}
	}
	return top, found
}

// passing counts the models that pass the test.
func passing(e *rsa.Result, models []Model) string {
	passed := 0
	for _, m := range models {
		if passes(m, e) {
			passed++
		}
	}
	return fmt.Sprintf("%d of %s pass the test", passed, plural(len(models), "model"))
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
