package embedding

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/nearest"
)

// A Scaling is a way to make a map, by name.
type Scaling string

// The scalings.
const (
	Recommended       Scaling = ""           // classical; with missing pairs metric, and of numbers below zero non-metric
	ClassicalScaling  Scaling = "classical"  // Classical
	RatioScaling      Scaling = "metric"     // SMACOF of Ratio
	OrdinalScaling    Scaling = "non-metric" // SMACOF of Ordinal
	arrangingRestarts         = 8            // of SMACOF, when one map is asked for by name
)

// Scalings lists the scalings that have a name, in the order that help shows.
var Scalings = []string{string(ClassicalScaling), string(RatioScaling), string(OrdinalScaling)}

// An Arrangement is a map on paper, and what it was made from.
type Arrangement struct {
	Configuration
	Scaling  Scaling   // that made it
	RDV      []float64 // what the distances are to be like: not squared; NaN where a pair is missing
	Stress1  float64   // of the distances, for dissimilarities; for OrdinalScaling, for disparities
	Warnings []string  // reasons to distrust it
}

// Arrange makes a map of two dimensions.
//
// Squared distances are shown by their roots; the square root of a number below
// zero is taken of its size, and keeps its sign.
//
//	shapes   rdv: pairs; result: conditions × 2
//	NaN      a missing pair has no say
//	errors   those of Classical and SMACOF; an unknown scaling
//	cost     that of Classical, or of nine runs of SMACOF where it is asked for
func Arrange(ctx context.Context, rdv []float64, kind Kind, by Scaling) (*Arrangement, error) {
	a := &Arrangement{Scaling: by, RDV: rooted(rdv, kind)}
	restarts := arrangingRestarts
	if by == Recommended {
		a.Scaling, restarts = recommended(rdv), 0
	}
	smacof := SMACOF{Restarts: restarts}
	switch a.Scaling {
	case ClassicalScaling:
		found, err := Classical{Kind: kind}.Fit(rdv)
		if err != nil {
			return nil, err
		}
		a.Configuration, a.Warnings = found.Configuration, found.Warnings
		a.Stress1 = Stress1(found.Distances(), a.RDV)
		return a, nil
	case RatioScaling:
	case OrdinalScaling:
		smacof.Level = Ordinal
	default:
		return nil, fmt.Errorf("unknown scaling %q: there are %s%s", by, strings.Join(Scalings, ", "), nearest.Hint(string(by), Scalings))
	}
	found, err := smacof.Fit(ctx, a.RDV)
	if err != nil {
		return nil, err
	}
	a.Configuration, a.Stress1 = found.Configuration, found.Stress1
	return a, nil
}

// rooted takes the roots of squared distances.
func rooted(rdv []float64, kind Kind) []float64 {
	rdv = slices.Clone(rdv)
	for p, d := range rdv {
		if kind == SquaredDistances {
			rdv[p] = math.Copysign(math.Sqrt(math.Abs(d)), d)
		}
	}
	return rdv
}

// recommended is the scaling that these dissimilarities allow.
func recommended(rdv []float64) Scaling {
	switch {
	case !slices.ContainsFunc(rdv, math.IsNaN):
		return ClassicalScaling
	case slices.ContainsFunc(rdv, func(d float64) bool { return d < 0 }):
		return OrdinalScaling
	}
	return RatioScaling
}
