package embedding

import (
	"gonum.org/v1/gonum/mat"
)

// Movement says how a configuration may be changed to lie on another.
type Movement int

// The movements of an alignment.
const (
	Rigid   Movement = iota // moved, turned and mirrored
	Similar                 // and made larger or smaller
)

// Align returns the configuration c moved so that its conditions lie as near to
// those of target as can be, by the sum of squared distances.
//
//	shapes   c, target: conditions × dimensions, of the same numbers; others panic
//	units    those of c; with Similar, those of target
//	cost     O(conditions · dimensions²)
//	source   Schönemann (1966), doi:10.1007/BF02289451; Gower (1975), doi:10.1007/BF02291478
func (f Movement) Align(c, target Configuration) Configuration {
	if c.Dimensions != target.Dimensions || len(c.Coordinates) != len(target.Coordinates) {
		panic("embedding: configurations of different sizes are aligned")
	}
	from, to := c.centered(), target.centered()
	var products, turn mat.Dense
	products.Mul(from.T(), to)
	var parts mat.SVD
	if !parts.Factorize(&products, mat.SVDFull) {
		panic("embedding: the singular values of finite numbers did not converge")
	}
	var u, v mat.Dense
	parts.UTo(&u)
	parts.VTo(&v)
	turn.Mul(&u, v.T())
	if size := mat.Norm(from, 2); f == Similar && size > 0 {
		turn.Scale(mat.Sum(mat.NewDiagDense(c.Dimensions, parts.Values(nil)))/(size*size), &turn)
	}
	var turned mat.Dense
	turned.Mul(from, &turn)
	aligned := Configuration{c.Dimensions, turned.RawMatrix().Data}
	aligned.move(target.center(), 1)
	return aligned
}

// Frames returns configurations of the same conditions, each moved and turned
// onto the one before it, without a change of size.
//
//	shapes   configurations of the same size; others panic
func Frames(configurations []Configuration) []Configuration {
	frames := append([]Configuration(nil), configurations...)
	for i := 1; i < len(frames); i++ {
		frames[i] = Rigid.Align(frames[i], frames[i-1])
	}
	return frames
}

// center is the mean of all coordinates.
func (c Configuration) center() []float64 {
	mean := make([]float64, c.Dimensions)
	for i, v := range c.Coordinates {
		mean[i%c.Dimensions] += v / float64(c.Len())
	}
	return mean
}

// move adds a multiple of a vector to all coordinates.
func (c Configuration) move(by []float64, factor float64) {
	for i := range c.Coordinates {
		c.Coordinates[i] += factor * by[i%c.Dimensions]
	}
}

// centered is a copy around zero.
func (c Configuration) centered() *mat.Dense {
	around := Configuration{c.Dimensions, append([]float64(nil), c.Coordinates...)}
	around.move(c.center(), -1)
	return mat.NewDense(c.Len(), c.Dimensions, around.Coordinates)
}
