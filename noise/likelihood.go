package noise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Products are sums of the products of channels over some times.
type Products struct {
	Sum   *mat.SymDense // channels × channels
	Times int
}

// CrossValidated returns the mean of products, shrunk within each block of channels
// towards equal variances in all directions in which the block varies, and by how
// much: the share, of thirty from 10⁻⁴ to 1, under which the products of each fold
// are likeliest as Gaussian noise whose covariance the other folds say. What
// channels of two blocks share is shrunk by the geometric mean of both.
//
//	shapes   shares: one per block
//	NaN      errors
//	errors   fewer than two folds; as WhitenerOfRank
//	cost     some ten times channels³ operations per fold and block
//	source   Engemann & Gramfort (2015), doi:10.1016/j.neuroimage.2014.12.040; agrees
//	         with GridSearchCV of ShrunkCovariance in scikit-learn
func CrossValidated(folds []Products, blocks []Block) (c *mat.SymDense, shares []float64, err error) {
	if len(folds) < 2 {
		return nil, nil, fmt.Errorf("noise of %d folds: two are needed, to see whether one tells of the other", len(folds))
	}
	n := folds[0].Sum.SymmetricDim()
	total := meanOf(folds, -1)
	kept := make([]float64, n) // of what channels share: the root of one less the share of the block
	c = mat.NewSymDense(n, nil)
	for _, b := range blocks {
		share, shrunk, err := b.crossValidate(folds, total)
		if err != nil {
			return nil, nil, err
		}
		shares = append(shares, share)
		for i, ci := range b.Channels {
			kept[ci] = math.Sqrt(1 - share)
			for j := i; j < len(b.Channels); j++ {
				c.SetSym(ci, b.Channels[j], shrunk.At(i, j)/(b.scale(i)*b.scale(j)))
			}
		}
	}
	inBlock := make([]int, n)
	for k, b := range blocks {
		for _, ci := range b.Channels {
			inBlock[ci] = k + 1
		}
	}
	for i := range n {
		for j := i; j < n; j++ {
			if inBlock[i] != inBlock[j] {
				c.SetSym(i, j, total.At(i, j)*kept[i]*kept[j])
			}
		}
	}
	return c, shares, nil
}

// meanOf returns the mean of products over all folds but one.
func meanOf(folds []Products, but int) *mat.SymDense {
	sum, times := mat.NewSymDense(folds[0].Sum.SymmetricDim(), nil), 0
	for k, f := range folds {
		if k != but {
			sum.AddSym(sum, f.Sum)
			times += f.Times
		}
	}
	sum.ScaleSym(1/float64(times), sum)
	return sum
}

// scale returns that of a channel of the block.
func (b Block) scale(i int) float64 {
	if b.Scale == nil {
		return 1
	}
	return b.Scale[i]
}

// part returns the covariance of the block, scaled.
func (b Block) part(c mat.Symmetric) *mat.SymDense {
	part := mat.NewSymDense(len(b.Channels), nil)
	for i, ci := range b.Channels {
		for j := i; j < len(b.Channels); j++ {
			part.SetSym(i, j, c.At(ci, b.Channels[j])*b.scale(i)*b.scale(j))
		}
	}
	return part
}

// crossValidate returns the best share for a block, and its covariance, scaled,
// shrunk by it.
func (b Block) crossValidate(folds []Products, total mat.Symmetric) (best float64, shrunk *mat.SymDense, err error) {
	whole := b.part(total)
	if math.IsNaN(mat.Sum(whole)) {
		return 0, nil, fmt.Errorf("the noise of a channel is not known: leave channels that have NaN out")
	}
	rank, err := rankOf(whole)
	if err != nil {
		return 0, nil, err
	}
	if rank < 1 {
		return 0, nil, fmt.Errorf("the noise of %d channels does not vary at all: leave them out", len(b.Channels))
	}
	var eigen mat.EigenSym
	eigen.Factorize(whole, true) // as rankOf has
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	n := len(b.Channels)
	span := vectors.Slice(0, n, n-rank, n)
	likelihoods := make([]float64, 30)
	for f := range folds {
		rest, own := along(span, b.part(meanOf(folds, f))), along(span, b.part(meanOf(folds[f:f+1], -1)))
		if !eigen.Factorize(rest, true) {
			return 0, nil, fmt.Errorf("the eigenvalues of the noise covariance of %d channels cannot be found: its numbers are too far apart", n)
		}
		var directions mat.Dense // fewer than channels where these do not vary in all
		eigen.VectorsTo(&directions)
		seen := along(&directions, own)
		for k := range likelihoods {
			likelihoods[k] += likelihood(eigen.Values(nil), seen, share(k))
		}
	}
	at := 0
	for k, l := range likelihoods {
		if l > likelihoods[at] {
			at = k
		}
	}
	best = share(at)
	shrunk = mat.NewSymDense(n, nil)
	shrunk.SymOuterK(best*mat.Trace(along(span, whole))/float64(rank), span)
	whole.ScaleSym(1-best, whole)
	shrunk.AddSym(shrunk, whole)
	return best, shrunk, nil
}

// share is the k-th of thirty shares of the target.
func share(k int) float64 { return math.Pow(10, -4+4*float64(k)/29) }

// along returns Bᵀ·C·B.
func along(b mat.Matrix, c mat.Symmetric) *mat.SymDense {
	var half, all mat.Dense
	half.Mul(b.T(), c)
	all.Mul(&half, b)
	n, _ := all.Dims()
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			out.SetSym(i, j, (all.At(i, j)+all.At(j, i))/2)
		}
	}
	return out
}

// likelihood is the logarithm of that of Gaussian noise, but for what all shares
// have: the eigenvalues are those of the covariance that is shrunk by a share, and
// what is seen are the variances along its directions.
func likelihood(values []float64, seen mat.Symmetric, share float64) float64 {
	mean := 0.0
	for _, v := range values {
		mean += max(v, 0) / float64(len(values))
	}
	sum := 0.0
	for i, v := range values {
		v = (1-share)*max(v, 0) + share*mean
		sum -= seen.At(i, i)/v + math.Log(v)
	}
	return sum / 2
}
