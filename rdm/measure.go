package rdm

import (
	"fmt"
	"math"
	"strings"

	"github.com/isocortex/isocortex/nearest"
)

// A Measure is a way to tell how different two response patterns are. All
// measures here are functions of the products of patterns, prepared in one way
// or another, so that the work is matrix multiplication.
type Measure struct {
	Name       string
	Definition Definition

	centers bool                               // the mean of a pattern is subtracted before multiplying
	value   func(aa, bb, ab float64) float64   // the dissimilarity from the products of two patterns
	direct  func(p Patterns, i, j int) float64 // the same from the patterns themselves, for pairs so close that value would cancel; nil if it never does
}

// Measures lists every dissimilarity measure, in the order that help shows.
var Measures = []Measure{
	{
		Name: "correlation",
		Definition: Definition{
			Measure: "correlation", Kind: Distance,
			Text: "1 − Pearson correlation of the two patterns over channels; never clipped; NaN if a pattern is constant",
		},
		centers: true,
		value:   func(aa, bb, ab float64) float64 { return 1 - ab/(math.Sqrt(aa)*math.Sqrt(bb)) },
	},
	{
		Name: "euclidean",
		Definition: Definition{
			Measure: "euclidean", Kind: Distance,
			Text: "square root of the summed squared differences over channels; not divided by the number of channels",
		},
		value:  func(aa, bb, ab float64) float64 { return math.Sqrt(aa + bb - 2*ab) },
		direct: euclidean,
	},
}

// euclidean is the distance of rows i and j by its definition.
func euclidean(p Patterns, i, j int) float64 {
	sum := 0.0
	for k := range p.Channels {
		d := p.at(i, k) - p.at(j, k)
		sum += d * d
	}
	return math.Sqrt(sum)
}

// MeasureByName returns the measure of that name; the error for an unknown name
// lists the nearest ones.
func MeasureByName(name string) (Measure, error) {
	names := MeasureNames()
	for i, n := range names {
		if n == name {
			return Measures[i], nil
		}
	}
	if near := nearest.Names(name, names); len(near) > 0 {
		return Measure{}, fmt.Errorf("unknown measure %q: did you mean %q?", name, near[0])
	}
	return Measure{}, fmt.Errorf("unknown measure %q: choose one of %s", name, strings.Join(names, ", "))
}

// MeasureNames lists the names of all measures.
func MeasureNames() []string {
	names := make([]string, len(Measures))
	for i, m := range Measures {
		names[i] = m.Name
	}
	return names
}
