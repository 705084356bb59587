package noise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/nearest"
)

// An Estimator is a way to estimate a covariance from residuals. The zero
// Estimator is none.
type Estimator struct {
	Name string
	Text string // the definition, in words and letters

	estimate func(residuals) (covariance mat.Symmetric, shrinkage float64)
}

// Estimators lists every estimator, in the order that help shows. X are the
// residuals, N × P, and d their degrees of freedom.
var Estimators = []Estimator{
	{"full", "XᵀX/d, not shrunk", full},
	{"diagonal", "the variances of XᵀX/d; covariances are taken for 0", diagonal},
	{"ledoit-wolf", "XᵀX/d, shrunk to equal variances without covariances (Ledoit & Wolf 2004)", ledoitWolf},
	{"schaefer-strimmer", "XᵀX/d, its correlations shrunk to 0 (Schäfer & Strimmer 2005)", schaeferStrimmer},
	{"oas", "XᵀX/d, shrunk to equal variances without covariances as is best for Gaussian noise (Chen et al. 2010)", oracleApproximating},
}

// shrinking names the estimators that give a covariance with an inverse whatever
// the number of residuals.
const shrinking = "ledoit-wolf, schaefer-strimmer or oas"

// EstimatorNames lists the names of all estimators.
func EstimatorNames() []string {
	names := make([]string, len(Estimators))
	for i, e := range Estimators {
		names[i] = e.Name
	}
	return names
}

// EstimatorByName returns the estimator of that name; the error for an unknown
// name says which there are.
func EstimatorByName(name string) (Estimator, error) {
	return nearest.In(Estimators, "estimator of noise", name, func(e Estimator) []string { return []string{e.Name} })
}

// FromResiduals estimates the covariance of the noise from residuals, after
// subtracting the mean of each channel.
//
//	shapes   x: observations × channels, row-major
//	units    those of x, squared
//	NaN      a channel that has one has NaN for all its covariances; the others
//	         are estimated without it
//	errors   numbers that do not fill the shape; fewer than two observations; no
//	         degrees of freedom
//	cost     observations · channels² products; memory channels², and a copy of x
//	source   agrees with rsatoolbox.data.noise.cov_from_residuals; OAS with Chen et
//	         al. (2010), doi:10.1109/TSP.2010.2053029, equation 23
//
// Degrees are those of freedom that the residuals have left; 0 says one less
// than observations.
func (e Estimator) FromResiduals(x []float64, channels int, degrees float64) (*Covariance, error) {
	if channels < 1 || len(x)%channels != 0 || len(x) < 2*channels {
		return nil, fmt.Errorf("%d numbers are not the residuals of two or more observations over %d channels", len(x), channels)
	}
	n := len(x) / channels
	if degrees == 0 {
		degrees = float64(n - 1)
	}
	if !(degrees > 0) {
		return nil, fmt.Errorf("residuals with %g degrees of freedom say nothing about noise", degrees)
	}
	known := complete(x, channels)
	centered := mat.NewDense(n, max(1, len(known)), nil)
	for k, channel := range known {
		mean := 0.0
		for row := range n {
			mean += x[row*channels+channel]
		}
		mean /= float64(n)
		for row := range n {
			centered.Set(row, k, x[row*channels+channel]-mean)
		}
	}
	result := &Covariance{Degrees: degrees, Estimator: e.Name, Text: e.Text}
	result.Matrix, result.Shrinkage = e.estimate(residuals{centered, degrees})
	if len(known) < channels {
		result.Matrix = spread(result.Matrix, known, channels)
	}
	return result, nil
}

// complete lists the channels without NaN.
func complete(x []float64, channels int) []int {
	missing := make([]bool, channels)
	for i, v := range x {
		if math.IsNaN(v) {
			missing[i%channels] = true
		}
	}
	var known []int
	for channel, missing := range missing {
		if !missing {
			known = append(known, channel)
		}
	}
	return known
}

// spread puts the covariances of the known channels among all channels; those
// of the others are NaN.
func spread(of mat.Symmetric, known []int, channels int) mat.Symmetric {
	if _, diagonal := of.(mat.Diagonal); diagonal {
		variances := mat.NewDiagDense(channels, nil)
		for i := range channels {
			variances.SetDiag(i, math.NaN())
		}
		for k, i := range known {
			variances.SetDiag(i, of.At(k, k))
		}
		return variances
	}
	all := mat.NewSymDense(channels, nil)
	for i := range channels {
		for j := i; j < channels; j++ {
			all.SetSym(i, j, math.NaN())
		}
	}
	for k, i := range known {
		for l := k; l < len(known); l++ {
			all.SetSym(i, known[l], of.At(k, l))
		}
	}
	return all
}
