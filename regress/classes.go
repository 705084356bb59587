package regress

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Classifier is a fitted linear classifier.
type Classifier struct {
	Classes      []string   // sorted by their bytes
	Coefficients *mat.Dense // features × classes, in the units of the data
	Intercept    []float64  // per class
}

// Decide returns one value per class: the larger, the more an observation looks
// like it. Differences between classes are log odds.
//
//	shapes   x: observations × features; result: observations × classes
//	errors   a number of features other than was fitted; NaN or infinity in x
func (c *Classifier) Decide(x *mat.Dense) (*mat.Dense, error) {
	if err := check("feature", x); err != nil {
		return nil, err
	}
	return affine(x, c.Coefficients, c.Intercept)
}

// Predict returns the class of the largest decision value, the first of equal
// ones.
//
//	shapes   x: observations × features; result: observations
//	errors   as for Decide
func (c *Classifier) Predict(x *mat.Dense) ([]string, error) {
	decisions, err := c.Decide(x)
	if err != nil {
		return nil, err
	}
	rows, _ := x.Dims()
	classes := make([]string, rows)
	for i := range rows {
		classes[i] = c.Classes[floats.MaxIdx(decisions.RawRowView(i))]
	}
	return classes, nil
}

// Probabilities returns how probable each class is: the softmax of the decision
// values.
//
//	shapes   x: observations × features; result: observations × classes
//	units    none; rows sum to 1
//	errors   as for Decide
func (c *Classifier) Probabilities(x *mat.Dense) (*mat.Dense, error) {
	decisions, err := c.Decide(x)
	if err != nil {
		return nil, err
	}
	softmax(decisions)
	return decisions, nil
}

// softmax turns the rows of decisions into probabilities, and returns the
// logarithms of what they were divided by.
func softmax(decisions *mat.Dense) []float64 {
	rows, _ := decisions.Dims()
	logs := make([]float64, rows)
	for i := range rows {
		row := decisions.RawRowView(i)
		logs[i] = floats.LogSumExp(row)
		for k := range row {
			row[k] = math.Exp(row[k] - logs[i])
		}
	}
	return logs
}

// labeling is which class each observation is of.
type labeling struct {
	names []string
	of    []int // per observation, a place in names
}

func newLabeling(x *mat.Dense, labels []string) (*labeling, error) {
	observations, _ := x.Dims()
	names := slices.Compact(slices.Sorted(slices.Values(labels)))
	switch {
	case len(labels) != observations:
		return nil, fmt.Errorf("%d observations and %d labels: they must be the same", observations, len(labels))
	case len(names) < 2:
		return nil, fmt.Errorf("%d observations are of %d class: two or more are needed", observations, len(names))
	}
	l := &labeling{names, make([]int, observations)}
	for i, label := range labels {
		l.of[i], _ = slices.BinarySearch(names, label)
	}
	return l, check("feature", x)
}

// indicators returns one column per class: 1 where an observation is of it.
func (l *labeling) indicators() *mat.Dense {
	result := mat.NewDense(len(l.of), len(l.names), nil)
	for i, class := range l.of {
		result.Set(i, class, 1)
	}
	return result
}

// means returns the mean of each class (classes × features), and how much of all
// observations it is.
func (l *labeling) means(x *mat.Dense) (means *mat.Dense, shares []float64) {
	_, features := x.Dims()
	means, shares = mat.NewDense(len(l.names), features, nil), make([]float64, len(l.names))
	for i, class := range l.of {
		floats.Add(means.RawRowView(class), x.RawRowView(i))
		shares[class]++
	}
	for k, count := range shares {
		floats.Scale(1/count, means.RawRowView(k))
	}
	floats.Scale(1/float64(len(l.of)), shares)
	return means, shares
}

// within returns deviations of observations from the means of their classes.
func (l *labeling) within(x, means *mat.Dense) *mat.Dense {
	result := mat.DenseCopyOf(x)
	for i, class := range l.of {
		floats.Sub(result.RawRowView(i), means.RawRowView(class))
	}
	return result
}
