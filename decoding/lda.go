package decoding

import (
	"context"
	"math"
)

// A discriminant trains linear discriminant analysis of pairs in the dual. Its
// covariance Σ = λI + α ΣXᵢᵀXᵢ, over the N residuals Xᵢ of training, is never
// made: for the difference d of the mean patterns,
//
//	Σ⁻¹d = (d − α Σ uᵢXᵢ)/λ, where (λI + αR) u = q, R the products of residuals
//	with each other and q those with d
//
// which is a sum of training trials, because u sums to 0 within a condition.
type discriminant struct {
	v         *view
	training  [][]int
	shrinkage Shrinkage
	toMean    []float64 // pseudo-trials × conditions: their products with the mean patterns of training
	means     []float64 // conditions × conditions: of the mean patterns with each other

	system, solution []float64 // room for the equations of a pair
}

// trainDiscriminants fits every pair of a split.
//
//	cost     N³/6 products for each pair with N trials for training
func trainDiscriminants(ctx context.Context, d Decoder, v *view, s *split) (classifiers, error) {
	if d.Shrinkage.rule == auto {
		return trainStandardized(v, s), nil
	}
	if err := v.multiply(ctx, d); err != nil {
		return nil, err
	}
	c := &discriminant{v: v, training: s.training, shrinkage: d.Shrinkage}
	c.average()
	c.reserve()
	made := newDuals(s)
	s.forPairs(func(pair, a, b int) { made.biases[pair] = c.fit(made.coefficients[pair], a, b) })
	return made, nil
}

// average computes the products with mean patterns.
func (c *discriminant) average() {
	k := len(c.training)
	c.toMean, c.means = make([]float64, c.v.n*k), make([]float64, k*k)
	for i := range c.v.n {
		row := c.v.products[i*c.v.n : (i+1)*c.v.n]
		for a, trials := range c.training {
			for _, j := range trials {
				c.toMean[i*k+a] += row[j] / float64(len(trials))
			}
		}
	}
	for a, trials := range c.training {
		for _, i := range trials {
			for b := range k {
				c.means[a*k+b] += c.toMean[i*k+b] / float64(len(trials))
			}
		}
	}
}

// reserve makes room for the largest pair.
func (c *discriminant) reserve() {
	most := 0
	for _, trials := range c.training {
		most = max(most, len(trials))
	}
	c.system, c.solution = make([]float64, 4*most*most), make([]float64, 2*most)
}

// fit sets the coefficients of a pair, and returns its bias: half way between the
// means, moved by the logarithm of how often each condition was trained.
func (c *discriminant) fit(coefficients []float64, a, b int) (bias float64) {
	n, na := len(coefficients), len(c.training[a])
	system, u := c.system[:n*n], c.solution[:n]
	of := c.residuals(system, u, a, b)
	ofS, ofIdentity := c.shrinkage.parts(of)
	ridge, weight := ofIdentity*of.trace/(of.n*of.channels), ofS/of.n
	for i := range n {
		row := system[i*n : i*n+i+1]
		for j := range row {
			row[j] *= weight
		}
		row[i] += ridge
	}
	solve(system, u)
	k := len(c.training)
	for i := range coefficients {
		trial, mean := c.place(a, b, i)
		sign := 1.0
		if i < na {
			sign = -1
		}
		coefficients[i] = (sign/float64(len(c.training[mean])) - weight*u[i]) / ridge
		bias -= coefficients[i] * (c.toMean[trial*k+a] + c.toMean[trial*k+b]) / 2
	}
	return bias + math.Log(float64(n-na)/float64(na))
}

// place returns trial i of those of two conditions, and which of the two it is.
func (c *discriminant) place(a, b, i int) (trial, condition int) {
	if na := len(c.training[a]); i >= na {
		return c.training[b][i-na], b
	}
	return c.training[a][i], a
}

// residuals fills the lower triangle of system with the products of residuals of a
// pair, and q with those with the difference of its means.
func (c *discriminant) residuals(system, q []float64, a, b int) scatter {
	n, k := len(q), len(c.training)
	of := scatter{n: float64(n), channels: float64(c.v.channels)}
	for i := range n {
		trial, own := c.place(a, b, i)
		products, toMean := c.v.products[trial*c.v.n:(trial+1)*c.v.n], c.toMean[trial*k:(trial+1)*k]
		q[i] = toMean[b] - toMean[a] - c.means[own*k+b] + c.means[own*k+a]
		row := system[i*n : i*n+i+1]
		for j := range row {
			other, mean := c.place(a, b, j)
			row[j] = products[other] - toMean[mean] - c.toMean[other*k+own] + c.means[own*k+mean]
			if j < i {
				of.addProduct(row[j])
			}
		}
		of.addSquare(row[i])
	}
	return of
}

// solve replaces x by the solution of a system of equations whose matrix, of which
// the lower triangle is given and overwritten, is symmetric and positive definite.
// Where it is not, x is NaN or infinite.
func solve(system, x []float64) {
	n := len(x)
	for i := range n {
		row := system[i*n : i*n+i+1]
		for j := range i {
			other := system[j*n : j*n+j+1]
			sum := row[j]
			for k, v := range other[:j] {
				sum -= row[k] * v
			}
			row[j] = sum * other[j]
		}
		pivot, sum := row[i], x[i]
		for k, v := range row[:i] {
			pivot -= v * v
			sum -= v * x[k]
		}
		row[i] = 1 / math.Sqrt(pivot)
		x[i] = sum * row[i]
	}
	for i := n - 1; i >= 0; i-- {
		x[i] *= system[i*n+i]
		for j, v := range system[i*n : i*n+i] {
			x[j] -= v * x[i]
		}
	}
}
