// Package noise estimates how the noise of channels varies together.
//
// Distances between response patterns are more reliable when channels count by
// their noise: less where they are noisy, once where they say the same. What is
// needed is the covariance of the noise, P × P for P channels, estimated from
// residuals, and as there are seldom many more residuals than channels, shrunk
// towards something simpler.
//
//	estimator, err := noise.EstimatorByName("ledoit-wolf")
//	covariance, err := estimator.FromResiduals(residuals, channels, degrees)
//	err = covariance.Whiten(patterns, noise.Cholesky)
//
// [Recipe] does the same from the trials of a Dataset: per run, per time, or for
// all together. A channel that has NaN has NaN for all its covariances and takes
// no part in those of the others.
package noise

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// A Covariance says how the noise of channels varies together. It is not
// modified once it is made, and is safe for concurrent use.
type Covariance struct {
	Matrix    mat.Symmetric // channels × channels, in squared units of the measurements; a *mat.DiagDense if only the variances count
	Degrees   float64       // of freedom of the residuals it was made from
	Shrinkage float64       // share of the target in the result, from 0 to 1
	Estimator string        // name in the table of estimators
	Text      string        // the definition, in words

	once  sync.Once
	lower factor // made at first use
	err   error
}

// Channels returns the number of channels.
func (c *Covariance) Channels() int { return c.Matrix.SymmetricDim() }

// Known lists the channels whose noise is known: their variances are not NaN.
func (c *Covariance) Known() []int {
	var known []int
	for i := range c.Channels() {
		if !math.IsNaN(c.Matrix.At(i, i)) {
			known = append(known, i)
		}
	}
	return known
}

// Among returns the covariance of some of the channels, in the given order: the
// block of the covariance, whose inverse is not the block of the inverse.
func (c *Covariance) Among(channels []int) *Covariance {
	part := &Covariance{Degrees: c.Degrees, Shrinkage: c.Shrinkage, Estimator: c.Estimator, Text: c.Text}
	if _, diagonal := c.Matrix.(mat.Diagonal); diagonal {
		variances := make([]float64, len(channels))
		for k, i := range channels {
			variances[k] = c.Matrix.At(i, i)
		}
		part.Matrix = mat.NewDiagDense(len(channels), variances)
		return part
	}
	block := mat.NewSymDense(len(channels), nil)
	for k, i := range channels {
		for l := k; l < len(channels); l++ {
			block.SetSym(k, l, c.Matrix.At(i, channels[l]))
		}
	}
	part.Matrix = block
	return part
}

// Pool returns the mean of covariances, each weighted by its degrees of freedom,
// which add up: those of the runs of one subject.
//
//	NaN      of every channel that has NaN in one of them
//
// It panics without covariances, or if they differ in their channels.
func Pool(covariances ...*Covariance) *Covariance {
	weights, degrees := make([]float64, len(covariances)), 0.0
	for i, c := range covariances {
		weights[i] = c.Degrees
		degrees += c.Degrees
	}
	return mean(covariances, weights, degrees)
}

// Mean returns the mean of covariances, each with the same weight, and the
// smallest of their degrees of freedom, because nobody says that they are
// independent: those of neighboring times, or of two folds.
//
//	NaN      of every channel that has NaN in one of them
//
// It panics as Pool does.
func Mean(covariances ...*Covariance) *Covariance {
	weights, degrees := make([]float64, len(covariances)), math.Inf(1)
	for i, c := range covariances {
		weights[i] = 1
		degrees = min(degrees, c.Degrees)
	}
	return mean(covariances, weights, degrees)
}

func mean(covariances []*Covariance, weights []float64, degrees float64) *Covariance {
	if len(covariances) == 1 {
		return covariances[0]
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	p := covariances[0].Channels()
	result := &Covariance{Degrees: degrees, Estimator: covariances[0].Estimator, Text: covariances[0].Text}
	diagonal := !slices.ContainsFunc(covariances, func(c *Covariance) bool { _, ok := c.Matrix.(mat.Diagonal); return !ok })
	variances, sum := mat.NewDiagDense(p, nil), (*mat.SymDense)(nil)
	if !diagonal {
		sum = mat.NewSymDense(p, nil)
	}
	for k, c := range covariances {
		if c.Channels() != p {
			panic(fmt.Sprintf("noise: the mean of covariances of %d and of %d channels", p, c.Channels()))
		}
		w := weights[k] / total
		result.Shrinkage += w * c.Shrinkage
		for i := range p {
			if diagonal {
				variances.SetDiag(i, variances.At(i, i)+w*c.Matrix.At(i, i))
				continue
			}
			for j := i; j < p; j++ {
				sum.SetSym(i, j, sum.At(i, j)+w*c.Matrix.At(i, j))
			}
		}
	}
	result.Matrix = variances
	if !diagonal {
		result.Matrix = sum
	}
	return result
}
