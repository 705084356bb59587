// Package regress fits features to targets: ordinary least squares, ridge,
// non-negative least squares, linear discriminants, logistic regression and
// principal components.
//
// A regression is a small struct of options with a method Fit. What it returns
// predicts, and holds coefficients in the units of the data, however features
// were scaled to fit them:
//
//	fitted, err := regress.Ridge{Penalty: 10, Scaling: regress.Standardized}.Fit(features, targets)
//	predicted, err := fitted.Predict(others)
//
// Rows are observations, columns features or targets. A number that is missing
// is an error that says where: which observations to leave out is the caller's
// to decide. Nothing here is drawn at random but the start of large [PCA].
package regress

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Scaling says what is done to features and targets before coefficients are
// found. The statistics are those of the observations that are fitted.
type Scaling int

const (
	Centered     Scaling = iota // an intercept is fitted
	Standardized                // that, and features are scaled to a population standard deviation of 1, so that a penalty treats them alike
	Raw                         // nothing: the fit goes through the origin
)

// Linear is a fitted linear map: targets ≈ features · Coefficients + Intercept.
type Linear struct {
	Coefficients *mat.Dense // features × targets, in units of target per unit of feature
	Intercept    []float64  // per target; 0 for Raw
}

// Predict returns the targets that follow from features.
//
//	shapes   x: observations × features; result: observations × targets
//	errors   a number of features other than was fitted; NaN or infinity in x
//	cost     one matrix product
func (l *Linear) Predict(x *mat.Dense) (*mat.Dense, error) {
	if err := check("feature", x); err != nil {
		return nil, err
	}
	return affine(x, l.Coefficients, l.Intercept)
}

// affine returns x·coefficients + intercept.
func affine(x, coefficients *mat.Dense, intercept []float64) (*mat.Dense, error) {
	rows, features := x.Dims()
	if want, _ := coefficients.Dims(); features != want {
		return nil, fmt.Errorf("%d features where %d were fitted", features, want)
	}
	var result mat.Dense
	result.Mul(x, coefficients)
	for i := range rows {
		floats.Add(result.RawRowView(i), intercept)
	}
	return &result, nil
}

// check returns an error for the first number that is no number.
func check(column string, x *mat.Dense) error {
	rows, _ := x.Dims()
	for i := range rows {
		for j, value := range x.RawRowView(i) {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return fmt.Errorf("%s %d of observation %d is %g: leave such observations or columns out", column, j+1, i+1, value)
			}
		}
	}
	return nil
}

// system is a regression problem after scaling.
type system struct {
	x, y   *mat.Dense
	shift  []float64 // per feature, its mean; 0 for Raw
	scale  []float64 // per feature, what it was divided by
	center []float64 // per target
}

// system checks and scales copies of features and targets.
func (s Scaling) system(x, y *mat.Dense) (*system, error) {
	observations, features := x.Dims()
	if rows, _ := y.Dims(); rows != observations {
		return nil, fmt.Errorf("%d observations of features and %d of targets: they must be the same", observations, rows)
	}
	if s < Centered || s > Raw {
		panic(fmt.Sprintf("regress: scaling %d", s))
	}
	if err := check("feature", x); err != nil {
		return nil, err
	}
	if err := check("target", y); err != nil {
		return nil, err
	}
	_, targets := y.Dims()
	result := &system{
		x: mat.DenseCopyOf(x), y: mat.DenseCopyOf(y),
		shift: make([]float64, features), scale: make([]float64, features), center: make([]float64, targets),
	}
	floats.AddConst(1, result.scale)
	if s != Raw {
		result.shift, result.center = subtractMeans(result.x), subtractMeans(result.y)
	}
	if s == Standardized {
		result.scale = divideByDeviations(result.x)
	}
	return result, nil
}

// subtractMeans centers the columns of x and returns their means. A constant
// column becomes exactly zero, whatever the rounding of its mean.
func subtractMeans(x *mat.Dense) []float64 {
	rows, columns := x.Dims()
	mean := make([]float64, columns)
	for i := range rows {
		floats.Add(mean, x.RawRowView(i))
	}
	floats.Scale(1/float64(rows), mean)
	for j := range mean {
		if isConstant(x, j) {
			mean[j] = x.At(0, j)
		}
	}
	for i := range rows {
		floats.Sub(x.RawRowView(i), mean)
	}
	return mean
}

func isConstant(x *mat.Dense, column int) bool {
	rows, _ := x.Dims()
	for i := range rows {
		if x.At(i, column) != x.At(0, column) {
			return false
		}
	}
	return true
}

// divideByDeviations scales the columns of x, which are centered, to a standard
// deviation of 1 and returns what they were divided by; 1 for a constant one.
func divideByDeviations(x *mat.Dense) []float64 {
	rows, columns := x.Dims()
	deviation := make([]float64, columns)
	for i := range rows {
		for j, value := range x.RawRowView(i) {
			deviation[j] += value * value
		}
	}
	for j, sum := range deviation {
		if deviation[j] = math.Sqrt(sum / float64(rows)); sum == 0 {
			deviation[j] = 1
		}
	}
	for i := range rows {
		floats.Div(x.RawRowView(i), deviation)
	}
	return deviation
}

// linear brings coefficients of scaled features back to the units of the data.
func (s *system) linear(coefficients *mat.Dense) *Linear {
	features, targets := coefficients.Dims()
	intercept := append(make([]float64, 0, targets), s.center...)
	for j := range features {
		row := coefficients.RawRowView(j)
		floats.Scale(1/s.scale[j], row)
		floats.AddScaled(intercept, -s.shift[j], row)
	}
	return &Linear{coefficients, intercept}
}
