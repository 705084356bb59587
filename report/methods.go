package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
)

// methods writes the Methods section from what was carried out.
func (r *reader) methods() []Section {
	var sections []Section
	for _, brain := range r.page.Brains {
		if brain.Mean != nil {
			sections = append(sections, Section{capital(brain.Name), brainMethods(len(r.page.Stimuli), *brain.Mean)})
		}
	}
	for _, network := range r.page.Models {
		sections = append(sections, Section{network.Name, networkMethods(network)})
	}
	sections = append(sections, r.told("Comparison", comparisonMethods)...)
	sections = append(sections, r.told("Inference", inferenceMethods)...)
	sections = append(sections, r.told("Noise ceiling", ceilingMethods)...)
	return slices.Concat(sections, r.mixtureMethods(), r.anewMethods(), r.fusionMethods())
}

// told writes a paragraph for every evaluation; what holds for several brains
// stands once, and names them where it does not hold for all.
func (r *reader) told(heading string, text func(*rsa.Result) string) []Section {
	var sections []Section
	var brains [][]string
	for _, e := range r.evaluations {
		told, name := text(e.Result), r.page.Brains[e.brain].Name
		k := slices.IndexFunc(sections, func(s Section) bool { return s.Text == told })
		if k < 0 {
			k = len(sections)
			sections, brains = append(sections, Section{heading, told}), append(brains, nil)
		}
		if !slices.Contains(brains[k], name) {
			brains[k] = append(brains[k], name)
		}
	}
	for k := range sections {
		if len(sections) > 1 && len(r.page.Brains) > 1 {
			sections[k].Heading += ", " + and(brains[k])
		}
	}
	return sections
}

func brainMethods(conditions int, s Stack) string {
	text := fmt.Sprintf("Dissimilarities of %s were given by the measure %s", plural(conditions, "condition"), definition(s))
	if n := len(s.Times); n > 1 {
		text += fmt.Sprintf(", at %d times from %s to %s of stimulus onset", n, milliseconds(s.Times[0]), milliseconds(s.Times[n-1]))
	}
	if s.Note != "" {
		text += "; the figure shows the " + s.Note
	}
	text += "."
	if s.Prepared != "" {
		text += " From the recordings: " + s.Prepared + "."
	}
	return text
}

func networkMethods(s Stack) string {
	return fmt.Sprintf("Responses of %s (%s) were compared by the measure %s.", plural(len(s.Names), "layer"), strings.Join(s.Names, ", "), definition(s)) + preparationMethods(s) + reductionMethods(s)
}

// preparationMethods says what became of pictures before the network saw them.
func preparationMethods(s Stack) string {
	if s.Prepared == "" {
		return ""
	}
	return " Its input: " + s.Prepared + "."
}

// reductionMethods says how layers were made shorter before they were compared;
// what holds for several stands once.
func reductionMethods(s Stack) string {
	if s.Reduced == nil {
		return ""
	}
	var ways []string
	layers := map[string][]string{}
	for i, way := range s.Reduced {
		if layers[way] == nil {
			ways = append(ways, way)
		}
		layers[way] = append(layers[way], s.Names[i])
	}
	for i, way := range ways {
		ways[i] = and(layers[way]) + " by " + way
	}
	return " Layers were made shorter as they came out of the network: " + strings.Join(ways, "; ") + "."
}

// definition is a measure's name with its formula.
func definition(s Stack) string {
	if s.Definition == "" {
		return s.Measure
	}
	return s.Measure + ": " + s.Definition
}

func comparisonMethods(e *rsa.Result) string {
	text := fmt.Sprintf("Model and brain RDMs were compared over %s of %s, matched by %s, with %s", plural(e.Pairs, "pair"), plural(e.Conditions, "condition"), e.Matched, symbol(e.Comparator))
	if c, err := compare.ByName(e.Comparator); err == nil {
		text += ": " + c.Definition
	}
	if e.Averaged != "" {
		text += ". RDMs of the same subject were averaged over " + e.Averaged + "s first"
	}
	if e.Subjects > 1 {
		return text + fmt.Sprintf(". A score is the mean over %s of the score of each.", plural(e.Subjects, "subject"))
	}
	return text + ". There is one brain RDM, and a score is that of this RDM."
}

func inferenceMethods(e *rsa.Result) string {
	text := "Nothing was tested."
	if e.Test != rsa.None {
		text = "Test: " + e.Test + ", " + tail(e.Tail)
		if e.Draws > 0 {
			text += ", " + plural(e.Draws, "draw")
		}
		text += fmt.Sprintf("; %s. Results generalize to %s.", correctionWords(e), cmp.Or(populations[e.GeneralizesTo], e.GeneralizesTo))
	}
	if e.BootstrapOver != rsa.None && e.BootstrapDraws > 0 {
		text += " " + intervalMethods(e)
	}
	if d := e.DifferenceTest; d != nil {
		text += fmt.Sprintf(" Differences between models, and to the lower noise ceiling: %s, %s, %s; they generalize to %s.", d.Test, d.Tail, corrected(d.Correction), populations[d.GeneralizesTo])
	}
	if e.Best != nil && e.Best.P != nil {
		text += fmt.Sprintf(" The highest score of all has p = %.2g against the highest of every draw.", *e.Best.P)
	}
	if e.Times != nil {
		text += " A peak is the largest mean score inside the window; the interval of its latency comes from the same draws."
	}
	if e.Channels != nil {
		text += " A score without a channel is that of the channel where the mean is largest; being the largest of all it flatters, and its corrected p value allows for that."
	}
	if e.Channels != nil && e.Subjects > 1 {
		text += " Scores with the mean RDM of the subjects, where they are shown, are a fixed effect: they speak of these subjects, and were not tested."
	}
	return text + fmt.Sprintf(" Seed %d.", e.Seed)
}

// intervalMethods says how intervals were made, and of whom they speak.
func intervalMethods(e *rsa.Result) string {
	draws, percentiles := plural(e.BootstrapDraws, "bootstrap draw"), "percentile intervals"
	if e.BootstrapOver == rsa.Dual {
		percentiles, draws = "intervals of Student's t, those of latencies percentile intervals, by the dual bootstrap", draws+" each"
	}
	text := fmt.Sprintf("Intervals are %s %s of %s of %s", percent(e.Interval), percentiles, draws, over(e))
	if e.BootstrapOver != rsa.Dual && (e.Times != nil || e.Channels != nil) {
		text += ", those of the score of a peak as wide as it takes to hold wherever the peak is"
	}
	if to := populations[e.IntervalOf]; to != "" {
		text += "; they generalize to " + to
	}
	return text + "."
}

// corrected says how p values of a family were corrected.
func corrected(correction string) string {
	if correction == rsa.None {
		return "not corrected"
	}
	return "corrected by " + correction
}

// populations tell whom a test speaks of; earlier results say it in words.
var populations = map[string]string{
	rsa.ToSubjects: "new subjects, of these stimuli",
	rsa.ToStimuli:  "new stimuli, in these subjects",
	rsa.ToBoth:     "new subjects and new stimuli",
}

// over says what a bootstrap drew.
func over(e *rsa.Result) string {
	if e.BootstrapOver == "both" || e.BootstrapOver == rsa.Dual {
		return "subjects and conditions"
	}
	return e.BootstrapOver
}

func ceilingMethods(e *rsa.Result) string {
	if e.NoiseCeiling == nil {
		return "There is none: " + strings.TrimSuffix(e.NoiseCeilingReason, ".") + "."
	}
	pooled := "pooled as " + symbol(e.Comparator) + " requires"
	if e.Pool == rsa.PoolRawMean {
		pooled = "the plain mean of the RDMs as they are, against which the upper bound is none in the strict sense"
	}
	return fmt.Sprintf("Upper: mean score of each subject's RDM with the RDM of the whole group. Lower: with the RDM of the group without that subject (%s). "+
		"The group RDM is %s.%s Nothing was divided by the ceiling.", e.NoiseCeiling.Kind, pooled, boundWords[e.NoiseCeiling.Bound])
}

// boundWords say what the upper ceiling is to a model; results of before it was
// told say nothing.
var boundWords = map[string]string{
	rsa.Exact:       " The upper bound is exact: no RDM has a higher mean score.",
	rsa.Approximate: " The upper bound is approximate: a model may exceed it.",
}

func milliseconds(n Number) string {
	return strings.ReplaceAll(fmt.Sprintf("%.0f ms", float64(n)*1000), "-", "−")
}
