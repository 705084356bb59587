package rsa

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/nearest"
)

// A FlexibleModel predicts an RDM as a mixture of components: RDMs of layers,
// say, or of features. In what proportion is fitted to measured RDMs, so that a
// flexible model has to be scored on conditions and subjects that it has not
// seen, as [CrossValidation] does.
type FlexibleModel struct {
	Name       string
	Kind       string // one of ModelKinds; "" means weighted
	Components []Model

	Regression string  // of a weighted model, one of Regressions; "" means non-negative
	Penalty    float64 // λ ≥ 0 on the weights of a ridge or non-negative regression
	Scaling    string  // of the components that a penalty is on, one of Scalings; "" means standardized
}

// A ModelKind is one way to mix components.
type ModelKind struct {
	Name       string
	Definition string // for people
	fewest     int    // components
	fit        func(t *training) ([]float64, error)
}

// Names of kinds that the text of others mentions.
const weighted = "weighted"

// ModelKinds lists every kind of flexible model, in the order that help shows.
var ModelKinds = []ModelKind{
	{"fixed", "the one component, as it is", 1, (*training).fixed},
	{"select", "the component of the highest mean score on the training RDMs", 1, (*training).choose},
	{weighted, "the sum of components whose weights fit the pooled training RDM by least squares", 1, (*training).weigh},
	{"interpolate", "the best point on the way from each component to the next", 2, (*training).interpolate},
}

// ModelKindByName returns the kind of that name.
//
//	errors   an unknown name; the error says which names are close and lists all
func ModelKindByName(name string) (ModelKind, error) {
	return nearest.In(ModelKinds, "kind of model", name, func(k ModelKind) []string { return []string{k.Name} })
}

// How the weights of a weighted model are found.
const (
	NonNegative  = "non-negative" // least squares with weights of 0 or more
	LeastSquares = "ols"          // least squares
	RidgePenalty = "ridge"        // least squares with a penalty on the weights
)

// Regressions lists what FlexibleModel.Regression can be.
var Regressions = []string{NonNegative, LeastSquares, RidgePenalty}

// What components a penalty is on.
const (
	StandardizedComponents = "standardized" // scaled to one size over the training pairs, so that it treats them alike
	ComponentsAsGiven      = "as given"     // as rsatoolbox has it
)

// Scalings lists what FlexibleModel.Scaling can be.
var Scalings = []string{StandardizedComponents, ComponentsAsGiven}

// Fit returns the weights of the components with which the model fits measured
// RDMs best.
//
// Of a weighted model they fit the pooled RDM by least squares, with a free
// intercept where the comparator disregards the mean, through the origin for
// cosines, and in the whitened space for whitened comparators. They are in the
// units of the components as given, scaled to a 2-norm of 1, as scores do not
// depend on their size. Those of an interpolated model sum to 1.
//
//	shapes   rdvs: RDMs × pairs, one or more; result: components
//	NaN      pairs that are NaN in a component or in all RDMs are left out;
//	         weights are NaN where no two pairs are left, or no score is
//	         defined; all 0 where no component helps
//	errors   options out of range; RDVs that do not fit each other; a weighted
//	         model under a comparator without least squares; components that
//	         are linearly dependent, without a penalty or a bound
//	cost     weighted: that of [compare.Comparator.Pool], and O(pairs ·
//	         components²); interpolate: some thirty comparisons with each RDM
//	         for each two neighbors
//	source   Schütt et al. (2023), doi:10.7554/eLife.82566; agrees with
//	         rsatoolbox
func (m FlexibleModel) Fit(c compare.Comparator, rdvs [][]float64) ([]float64, error) {
	if len(rdvs) == 0 {
		return nil, fmt.Errorf("model %q: no RDMs to fit", m.Name)
	}
	if err := m.check(len(rdvs[0])); err != nil {
		return nil, err
	}
	return newMeasurements(c, rdvs, nil).weights(m)
}

// Predict returns the RDV of the mixture with the given weights. That it has no
// intercept does not matter to the scores of models that were fitted with one.
//
//	shapes   weights: components; result: pairs
//	NaN      a pair that is NaN in a component of a weight other than 0
func (m FlexibleModel) Predict(weights []float64) []float64 {
	predicted := make([]float64, len(m.Components[0].RDV))
	for k, component := range m.Components {
		if weights[k] != 0 {
			floats.AddScaled(predicted, weights[k], component.RDV)
		}
	}
	return predicted
}

// check reports what is wrong with the model, for RDVs of that many pairs.
func (m FlexibleModel) check(pairs int) error {
	kind, err := ModelKindByName(cmp.Or(m.Kind, weighted))
	if err != nil {
		return fmt.Errorf("model %q: %w", m.Name, err)
	}
	regression, scaling := cmp.Or(m.Regression, NonNegative), cmp.Or(m.Scaling, StandardizedComponents)
	switch {
	case len(m.Components) < kind.fewest:
		return fmt.Errorf("model %q has %d components: %s needs %d or more", m.Name, len(m.Components), kind.Name, kind.fewest)
	case kind.Name == "fixed" && len(m.Components) > 1:
		return fmt.Errorf("model %q has %d components: a fixed model has one", m.Name, len(m.Components))
	case !slices.Contains(Regressions, regression):
		return fmt.Errorf("model %q: no regression is called %q: use one of %s", m.Name, regression, strings.Join(Regressions, ", "))
	case !slices.Contains(Scalings, scaling):
		return fmt.Errorf("model %q: no scaling is called %q: use one of %s", m.Name, scaling, strings.Join(Scalings, ", "))
	case !(m.Penalty >= 0), math.IsInf(m.Penalty, 1), m.Penalty > 0 && regression == LeastSquares:
		return fmt.Errorf("model %q: a penalty of %g for %s: it must be 0 or more, and 0 for %s", m.Name, m.Penalty, regression, LeastSquares)
	}
	for _, component := range m.Components {
		if len(component.RDV) != pairs {
			return fmt.Errorf("component %q of model %q has %d pairs where the RDMs have %d", component.Name, m.Name, len(component.RDV), pairs)
		}
	}
	return nil
}
