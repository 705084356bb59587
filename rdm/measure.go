package rdm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/nearest"
)

// A Measure is a way to tell how different two response patterns are. All
// measures here are functions of the products of patterns, prepared in one way
// or another, so that the work is matrix multiplication.
type Measure struct {
	Name       string
	Definition Definition
	NeedsNoise bool // is undefined without a covariance of the noise
	NeedsFolds bool // is cross-validated: needs conditions that were measured twice or more

	centers    bool                             // the mean of a pattern is subtracted before multiplying
	ofChannels bool                             // is over channels as they are, even where they stand for units
	angle      func(aa, bb, ab float64) float64 // the dissimilarity from the products of two patterns; nil if it is a sum over channels
	root       bool                             // the square root of the sum is taken
	counts     bool                             // responses are counts, with the noise of Poisson
	inErrors   bool                             // the sum is divided by its standard error
	symmetric  bool                             // exchanging training and test changes nothing
}

// The prior of counts: a weight of 0.1 observations of 1.
const (
	priorCount  = 1.0
	priorWeight = 0.1
)

// CorrelationOfScores is the name of the correlation over channels as they are.
const CorrelationOfScores = "correlation of scores"

// perChannel ends the names of measures that are divided by the number of channels.
const perChannel = " per channel"

// Measures lists every dissimilarity measure, in the order that help shows. A
// name that ends in "per channel" says that the sum over channels is divided by
// their number; without it, the sum is not.
var Measures = slices.Concat([]Measure{
	{
		Name: "correlation",
		Definition: Definition{
			Measure: "correlation", Kind: Distance,
			Text: "1 − Pearson correlation of the two patterns over channels; never clipped; NaN if a pattern is constant",
		},
		centers: true,
		angle:   oneMinusCosine,
	},
	{
		Name: "cosine",
		Definition: Definition{
			Measure: "cosine", Kind: Distance,
			Text: "1 − cosine of the angle between the two patterns; never clipped; NaN if a pattern is 0",
		},
		angle: oneMinusCosine,
	},
	{
		Name: CorrelationOfScores,
		Definition: Definition{
			Measure: CorrelationOfScores, Kind: Distance,
			Text: "1 − Pearson correlation of the two patterns over channels as they are, even where these are scores of principal components: then it is not the correlation over units, and depends on the signs of the components and on their number",
		},
		centers: true, ofChannels: true,
		angle: oneMinusCosine,
	},
}, overChannels(
	sum{Measure{Name: "euclidean", root: true}, "square root of the summed squared differences over channels"},
	sum{Measure{Name: "squared euclidean"}, "squared differences summed over channels"},
	sum{Measure{Name: "mahalanobis", root: true, NeedsNoise: true}, "square root of (x − y) Σ⁻¹ (x − y)ᵀ, Σ the covariance of the noise"},
	sum{Measure{Name: "squared mahalanobis", NeedsNoise: true}, "(x − y) Σ⁻¹ (x − y)ᵀ, Σ the covariance of the noise"},
	sum{Measure{Name: "crossnobis", NeedsFolds: true, symmetric: true}, "(x − y) Σ⁻¹ (x′ − y′)ᵀ, x and y from folds for training, x′ and y′ from the fold for test, averaged over the choices of that fold; Σ the covariance of the noise, 1 without one; never clipped: its mean is 0 where responses are equal"},
	sum{Measure{Name: "poisson", counts: true}, "Σ (x − y)(ln x − ln y) over channels, the symmetric Kullback-Leibler divergence of Poisson variables; x and y mean counts with a prior, (count + 0.1) / 1.1"},
	sum{Measure{Name: "cross-validated poisson", counts: true, NeedsFolds: true}, "Σ (x − y)(ln x′ − ln y′) over channels, x and y from folds for training, x′ and y′ from the fold for test, averaged over the choices of that fold; all of them mean counts with a prior, (count + 0.1) / 1.1; never clipped"},
), []Measure{{
	Name: "linear discriminant t",
	Definition: Definition{
		Measure: "linear discriminant t", Kind: Decision, Signed: true,
		Text: "t of the difference of the two conditions in the fold for test, along the linear discriminant (x − y) Σ⁻¹ of the folds for training, averaged over the choices of the fold; its standard error from the covariance of the noise and the numbers of observations; never clipped",
	},
	NeedsFolds: true, NeedsNoise: true, inErrors: true,
}})

// A sum is a measure that sums over channels, with the text of its definition.
type sum struct {
	Measure
	text string
}

// overChannels completes measures that are sums, and lists each with and without
// division by the number of channels.
func overChannels(sums ...sum) []Measure {
	var all []Measure
	for _, s := range sums {
		m, divided := s.Measure, s.Measure
		kind := SquaredDistance
		if m.root || m.counts {
			kind = Distance
		}
		divided.Name += perChannel
		m.Definition = Definition{
			Measure: m.Name, Kind: kind, Signed: m.NeedsFolds,
			Text: s.text + "; not divided by the number of channels",
		}
		divided.Definition = Definition{
			Measure: divided.Name, Kind: kind, Signed: m.NeedsFolds, PerChannel: true,
			Text: s.text + "; the sum divided by the number of channels",
		}
		all = append(all, m, divided)
	}
	return all
}

func oneMinusCosine(aa, bb, ab float64) float64 { return 1 - ab/(math.Sqrt(aa)*math.Sqrt(bb)) }

// finish makes the dissimilarity of a sum over some of the channels. It stands
// for the sum over all, unless it is divided by their number.
func (m Measure) finish(total float64, some, all int) float64 {
	switch {
	case m.inErrors:
		return total
	case m.Definition.PerChannel:
		total /= float64(some)
	case some != all:
		total *= float64(all) / float64(some)
	}
	if m.root {
		return math.Sqrt(total)
	}
	return total
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
