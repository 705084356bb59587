package regress

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// OLS is regression by ordinary least squares. The zero OLS fits an intercept.
type OLS struct {
	Scaling Scaling // Standardized is the same as Centered: without a penalty, scale does not matter
}

// Fit finds the coefficients B that minimize |Y - XB|².
//
//	shapes   x: observations × features; y: observations × targets
//	NaN      an error that names its observation and column
//	errors   features that are linearly dependent, so that no one B is best;
//	         fewer observations than features
//	cost     O(observations · features²)
//	source   Householder QR; agrees with numpy.linalg.lstsq
func (o OLS) Fit(x, y *mat.Dense) (*Linear, error) {
	s, err := o.Scaling.system(x, y)
	if err != nil {
		return nil, err
	}
	observations, features := s.x.Dims()
	if observations < features {
		return nil, fmt.Errorf("%d observations cannot tell %d features apart: use ridge", observations, features)
	}
	s.normalize()
	var qr mat.QR
	qr.Factorize(s.x)
	if condition := qr.Cond(); !(condition < dependent) {
		return nil, fmt.Errorf("features are constant or linearly dependent (condition %.2g): leave some out, or use ridge", condition)
	}
	var coefficients mat.Dense
	if err := qr.SolveTo(&coefficients, false, s.y); err != nil {
		return nil, fmt.Errorf("features are linearly dependent: %w", err)
	}
	return s.linear(&coefficients), nil
}

// dependent is the condition number from which on columns of unit length count
// as linearly dependent: what is left of their coefficients is rounding.
const dependent = 1e14

// normalize brings features to unit length, so that their units have no say in
// whether they are dependent.
func (s *system) normalize() {
	rows, columns := s.x.Dims()
	for j := range columns {
		length := mat.Norm(s.x.ColView(j), 2)
		if length == 0 {
			continue
		}
		// A power of two: dividing by it loses no bit.
		_, exponent := math.Frexp(length)
		length = math.Ldexp(1, exponent)
		for i := range rows {
			s.x.Set(i, j, s.x.At(i, j)/length)
		}
		s.scale[j] *= length
	}
}
