package regress

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Ridge is regression with a penalty on the size of coefficients.
type Ridge struct {
	Penalty float64 // λ ≥ 0, on the sum of squared errors
	Scaling Scaling // the penalty is on coefficients of scaled features, never on the intercept
}

// Fit finds the coefficients B that minimize |Y - XB|² + λ|B|².
//
//	shapes   x: observations × features; y: observations × targets
//	NaN      an error that names its observation and column
//	errors   a negative penalty; dependent features with a penalty of 0
//	cost     O(observations · features · min(observations, features)), and
//	         O(min²) memory: a Gram matrix of the smaller side
//	source   Hoerl & Kennard (1970), doi:10.2307/1267351; agrees with
//	         sklearn.linear_model.Ridge
func (r Ridge) Fit(x, y *mat.Dense) (*Linear, error) {
	fitted, err := r.FitAll(x, y, []float64{r.Penalty})
	if err != nil {
		return nil, err
	}
	return fitted[0], nil
}

// FitAll fits once for each of several penalties, in their order; Ridge.Penalty
// is not looked at. All share one Gram matrix.
//
//	shapes   as for Fit; result: penalties
//	cost     as for Fit, and O(min³) for each penalty
func (r Ridge) FitAll(x, y *mat.Dense, penalties []float64) ([]*Linear, error) {
	s, err := r.Scaling.system(x, y)
	if err != nil {
		return nil, err
	}
	g := newGram(s.x)
	var fitted []*Linear
	for _, penalty := range penalties {
		coefficients, err := g.ridge(s.y, penalty)
		if err != nil {
			return nil, err
		}
		fitted = append(fitted, s.linear(coefficients))
	}
	return fitted, nil
}

// gram is a matrix and its inner products along the smaller side.
type gram struct {
	x        *mat.Dense // observations × features
	products *mat.SymDense
	wide     bool // more features than observations: the products are x·xᵀ
}

func newGram(x *mat.Dense) *gram {
	observations, features := x.Dims()
	g := &gram{x: x, products: new(mat.SymDense), wide: features > observations}
	if g.wide {
		g.products.SymOuterK(1, x)
	} else {
		g.products.SymOuterK(1, x.T())
	}
	return g
}

// ridge returns (XᵀX + λI)⁻¹XᵀY, for wide X as Xᵀ(XXᵀ + λI)⁻¹Y.
func (g *gram) ridge(y *mat.Dense, penalty float64) (*mat.Dense, error) {
	var coefficients, product mat.Dense
	if g.wide {
		if err := g.solve(&product, y, penalty); err != nil {
			return nil, err
		}
		coefficients.Mul(g.x.T(), &product)
		return &coefficients, nil
	}
	product.Mul(g.x.T(), y)
	err := g.solve(&coefficients, &product, penalty)
	return &coefficients, err
}

// solve sets dst to (products + λI)⁻¹ right.
func (g *gram) solve(dst, right *mat.Dense, penalty float64) error {
	if !(penalty >= 0) {
		return fmt.Errorf("a penalty of %g: it must be 0 or more", penalty)
	}
	shifted := mat.NewSymDense(g.products.SymmetricDim(), nil)
	shifted.CopySym(g.products)
	for i := range shifted.SymmetricDim() {
		shifted.SetSym(i, i, shifted.At(i, i)+penalty)
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(shifted) || !(cholesky.Cond() < dependent) {
		return fmt.Errorf("features are linearly dependent, and a penalty of %g is too small to choose among them: use a larger one", penalty)
	}
	if err := cholesky.SolveTo(dst, right); err != nil {
		return fmt.Errorf("features are linearly dependent: %w", err)
	}
	return nil
}
