package noise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Block is channels whose noise is whitened together.
type Block struct {
	Channels []int
	Scale    []float64 // one per channel, what brings numbers of different units to one size before their rank is counted; nil for 1
	Rank     int       // dimensions that the channels have, as where processing has taken others out; 0: as many as the covariance shows
}

// WhitenerOfRank returns the root of the precision of noise that does not vary in
// all directions: Σ^-½ within those in which it does, and 0 in the others. Full
// inversion would make the most of what is nothing but rounding.
//
// Directions that are taken out of the channels, of length 1 and at right angles,
// are taken out of the covariance first. Channels of different blocks are taken not
// to covary; those of no block become 0.
//
//	shapes   channels × channels, symmetric
//	units    1 / that of the channels
//	errors   NaN; fewer degrees of freedom than dimensions, which would take chance
//	         for noise; a block without any
//	cost     some ten times channels³ operations
//	source   Engemann & Gramfort (2015), doi:10.1016/j.neuroimage.2014.12.040; their
//	         symmetric root, in blocks; a direction counts if its variance is above
//	         channels · largest · 2⁻⁴⁶, what signals of 24 bits leave by rounding
func (c *Covariance) WhitenerOfRank(blocks []Block, taken [][]float64) (whitener *mat.SymDense, rank int, err error) {
	n := c.Channels()
	for i := range n {
		if math.IsNaN(c.Matrix.At(i, i)) {
			return nil, 0, fmt.Errorf("the noise of channel %d is not known: leave it out", i+1)
		}
	}
	clean := without(c.Matrix, taken)
	whitener = mat.NewSymDense(n, nil)
	for _, b := range blocks {
		part, has, err := b.whitener(clean)
		if err != nil {
			return nil, 0, err
		}
		if c.Degrees < float64(has) {
			return nil, 0, fmt.Errorf("the noise of %d channels that has %d dimensions is known from %g degrees of freedom only: use more trials, a longer baseline, or a covariance of another recording", len(b.Channels), has, c.Degrees)
		}
		for i, ci := range b.Channels {
			for j := i; j < len(b.Channels); j++ {
				whitener.SetSym(ci, b.Channels[j], part.At(i, j))
			}
		}
		rank += has
	}
	return whitener, rank, nil
}

// without returns a covariance after directions are taken out of the channels.
func without(c mat.Symmetric, taken [][]float64) *mat.SymDense {
	n := c.SymmetricDim()
	projector := mat.NewDense(n, n, nil)
	for i := range n {
		projector.Set(i, i, 1)
		for _, d := range taken {
			for j := range n {
				projector.Set(i, j, projector.At(i, j)-d[i]*d[j])
			}
		}
	}
	var half, product mat.Dense
	half.Mul(projector, c)
	product.Mul(&half, projector)
	clean := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			clean.SetSym(i, j, (product.At(i, j)+product.At(j, i))/2)
		}
	}
	return clean
}

// whitener returns that of the channels of a block, and its rank.
func (b Block) whitener(c mat.Symmetric) (*mat.SymDense, int, error) {
	n := len(b.Channels)
	part := Block{Channels: b.Channels}.part(c)
	rank, err := rankOf(b.part(c))
	if err != nil {
		return nil, 0, err
	}
	if b.Rank > 0 {
		rank = min(rank, b.Rank)
	}
	if rank < 1 {
		return nil, 0, fmt.Errorf("the noise of %d channels does not vary at all: leave them out", n)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(part, true) {
		return nil, 0, fmt.Errorf("the eigenvalues of the noise covariance of %d channels cannot be found: its numbers are too far apart", n)
	}
	values := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	kept := mat.DenseCopyOf(vectors.Slice(0, n, n-rank, n))
	for k := range rank {
		quarter := math.Pow(values[n-rank+k], -.25) // once from either side
		for i := range n {
			kept.Set(i, k, kept.At(i, k)*quarter)
		}
	}
	var root mat.SymDense
	root.SymOuterK(1, kept)
	return &root, rank, nil
}

// rankOf counts the directions in which noise varies by more than rounding.
func rankOf(c *mat.SymDense) (int, error) {
	const rounding = 1. / (1 << 46)
	var eigen mat.EigenSym
	if !eigen.Factorize(c, false) {
		return 0, fmt.Errorf("the eigenvalues of the noise covariance of %d channels cannot be found: its numbers are too far apart", c.SymmetricDim())
	}
	largest := 0.0
	for _, v := range eigen.Values(nil) {
		largest = max(largest, math.Abs(v))
	}
	rank := 0
	for _, v := range eigen.Values(nil) {
		if v > float64(c.SymmetricDim())*largest*rounding {
			rank++
		}
	}
	return rank, nil
}
