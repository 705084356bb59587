package decoding

import (
	"fmt"
	"strings"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/rdm"
)

// A Measure says how well a classifier tells two conditions apart. The zero
// Measure is none.
type Measure struct {
	Name       string         // "lda accuracy"
	Definition rdm.Definition // of the RDMs, but for what options add

	train trainer                  // makes the classifiers of a split
	told  func(outcome) float64    // the dissimilarity of a pair
	fits  func(s Shrinkage) string // what the classifier is, in words
}

// Measures lists every measure, in the order that help shows.
var Measures = measures()

// An output is what is told of a classifier.
type output struct {
	name, text string
	kind       rdm.Kind
	chance     float64
	told       func(outcome) float64
}

// measures joins every classifier with every output.
func measures() []Measure {
	var all []Measure
	for _, c := range kinds {
		for _, o := range outputs {
			name := c.name + " " + o.name
			definition := rdm.Definition{Measure: name, Text: o.text, Kind: o.kind, Chance: o.chance, Signed: true}
			all = append(all, Measure{name, definition, c.train, o.told, c.fits})
		}
	}
	return all
}

// outputs are the numbers that a classifier can come to.
var outputs = []output{
	{"accuracy", "share of the test trials that are told right, a decision of 0 counting half; the mean of that of both conditions", rdm.Accuracy, 0.5, outcome.accuracy},
	{"decision value", "decision value of the test trials towards their own condition, the mean of that of both", rdm.Decision, 0, outcome.decision},
	{"d-prime", "d′ = z(hits) − z(false alarms) of the test trials, z the quantile of the normal distribution, both shares (k + ½)/(n + 1)", rdm.Decision, 0, outcome.sensitivity},
}

// MeasureByName returns the measure of that name; the error for an unknown name
// says which are near.
func MeasureByName(name string) (Measure, error) {
	for _, m := range Measures {
		if m.Name == name {
			return m, nil
		}
	}
	return Measure{}, fmt.Errorf("unknown measure %q: choose one of %s%s", name, strings.Join(MeasureNames(), ", "), nearest.Hint(name, MeasureNames()))
}

// MeasureNames lists the names of all measures.
func MeasureNames() []string {
	names := make([]string, len(Measures))
	for i, m := range Measures {
		names[i] = m.Name
	}
	return names
}
