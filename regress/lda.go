package regress

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// LDA is a linear discriminant analysis of any number of classes.
type LDA struct {
	Shrinkage float64 // share s of the covariance that is replaced by a scaled identity, from 0 to 1
}

// Fit finds, for a covariance S within classes that all share,
//
//	Σ = (1-s) S + s tr(S)/features I
//	decision of class k = xᵀΣ⁻¹m_k - m_kᵀΣ⁻¹m_k/2 + ln(share of class k)
//
// with m_k the mean of class k and S divided by the number of observations.
//
//	shapes   x: observations × features; labels: observations
//	NaN      an error that names its observation and column
//	errors   fewer than two classes; S that is singular, without shrinkage;
//	         a shrinkage that is not from 0 to 1
//	cost     as [Ridge.Fit]
//	source   Fisher (1936), doi:10.1111/j.1469-1809.1936.tb02137.x; agrees with
//	         sklearn.discriminant_analysis, solver lsqr
func (l LDA) Fit(x *mat.Dense, labels []string) (*Classifier, error) {
	if !(l.Shrinkage >= 0 && l.Shrinkage <= 1) {
		return nil, fmt.Errorf("a shrinkage of %g: it must be from 0 to 1", l.Shrinkage)
	}
	classes, err := newLabeling(x, labels)
	if err != nil {
		return nil, err
	}
	means, shares := classes.means(x)
	coefficients, err := l.whiten(classes.within(x, means), mat.DenseCopyOf(means.T()))
	if err != nil {
		return nil, err
	}
	intercept := make([]float64, len(shares))
	for k, share := range shares {
		intercept[k] = math.Log(share) - mat.Dot(coefficients.ColView(k), means.RowView(k))/2
	}
	return &Classifier{classes.names, coefficients, intercept}, nil
}

// whiten returns Σ⁻¹M. With W the deviations of N observations and Σ = aI + bWᵀW/N,
//
//	Σ⁻¹M = N/b (WᵀW + aN/b I)⁻¹M
func (l LDA) whiten(within, means *mat.Dense) (*mat.Dense, error) {
	observations, features := within.Dims()
	n, size := float64(observations), mat.Norm(within, 2)
	a, b := l.Shrinkage*size*size/n/float64(features), 1-l.Shrinkage
	var result mat.Dense
	if b == 0 && a > 0 {
		result.Scale(1/a, means)
		return &result, nil
	}
	if err := newGram(within).inverse(&result, means, a*n/b); err != nil {
		return nil, fmt.Errorf("the covariance within classes of %d features is singular: use some shrinkage, or more", features)
	}
	result.Scale(n/b, &result)
	return &result, nil
}

// inverse sets dst to (XᵀX + λI)⁻¹M, for wide X as (M - Xᵀ(XXᵀ + λI)⁻¹XM)/λ.
func (g *gram) inverse(dst, m *mat.Dense, penalty float64) error {
	if !g.wide {
		return g.solve(dst, m, penalty)
	}
	if penalty == 0 {
		return errors.New("more features than observations")
	}
	var projected, solved mat.Dense
	projected.Mul(g.x, m)
	if err := g.solve(&solved, &projected, penalty); err != nil {
		return err
	}
	dst.Mul(g.x.T(), &solved)
	dst.Sub(m, dst)
	dst.Scale(1/penalty, dst)
	return nil
}
