package rsa

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// differences are the squared differences of n patterns, one feature per
// channel, standardized over their m pairs. The matrix of m pairs × channels is
// never made. With X the patterns, centered,
//
//	Φw   holds K_ii + K_jj - 2K_ij of K = X diag(w) Xᵀ
//	Φᵀr  is, for each channel, xᵀ(diag(R1) - R)x of the matrix R of r
//
// and the moments of a channel a are Σ(a_i-a_j)² = nΣa² and
// Σ(a_i-a_j)⁴ = nΣa⁴ + 3(Σa²)², over i < j.
type differences struct {
	patterns *mat.Dense // n conditions × channels, centered
	mean     []float64  // per channel, of squared differences
	inverse  []float64  // per channel, of their standard deviation; 0 for a constant one

	products *mat.SymDense // ΦᵀΦ, channels × channels; nil where that is large
}

func newDifferences(patterns *mat.Dense, chosen []int) *differences {
	x := rowsOf(patterns, chosen)
	n, channels := x.Dims()
	d := &differences{patterns: x, mean: make([]float64, channels), inverse: make([]float64, channels)}
	pairs := float64(n * (n - 1) / 2)
	for c := range channels {
		second, fourth := 0.0, 0.0
		for i := range n {
			square := x.At(i, c) * x.At(i, c)
			second += square
			fourth += square * square
		}
		d.mean[c] = float64(n) * second / pairs
		variance := (float64(n)*fourth+3*second*second)/pairs - d.mean[c]*d.mean[c]
		if variance > 1e-12*d.mean[c]*d.mean[c] { // less is rounding: all differences are the same
			d.inverse[c] = 1 / math.Sqrt(variance)
		}
	}
	if channels <= manyChannels {
		d.products = d.multiplied()
	}
	return d
}

// manyChannels is where ΦᵀΦ gets so large, 134 MB, that it is not made.
const manyChannels = 4096

// multiplied returns ΦᵀΦ. For channels a and b, centered,
//
//	Σ(a_i-a_j)²(b_i-b_j)² = nΣa²b² + Σa²Σb² + 2(Σab)², over i < j
func (d *differences) multiplied() *mat.SymDense {
	n, channels := d.patterns.Dims()
	var squares mat.Dense
	squares.MulElem(d.patterns, d.patterns)
	linear, squared := mat.NewSymDense(channels, nil), mat.NewSymDense(channels, nil)
	linear.SymOuterK(1, d.patterns.T())
	squared.SymOuterK(float64(n), squares.T())
	pairs := float64(n * (n - 1) / 2)
	for a := range channels {
		for b := a; b < channels; b++ {
			ab := linear.At(a, b)
			both := squared.At(a, b) + linear.At(a, a)*linear.At(b, b) + 2*ab*ab
			squared.SetSym(a, b, (both-pairs*d.mean[a]*d.mean[b])*d.inverse[a]*d.inverse[b])
		}
	}
	return squared
}

// among returns the features of some channels.
func (d *differences) among(channels []int) *differences {
	n, _ := d.patterns.Dims()
	part := &differences{mean: make([]float64, len(channels)), inverse: make([]float64, len(channels))}
	for k, c := range channels {
		part.mean[k], part.inverse[k] = d.mean[c], d.inverse[c]
	}
	if d.products != nil {
		part.products = mat.NewSymDense(len(channels), nil)
		for k, a := range channels {
			for l, b := range channels[k:] {
				part.products.SetSym(k, k+l, d.products.At(a, b))
			}
		}
		return part
	}
	part.patterns = mat.NewDense(n, len(channels), nil)
	for i := range n {
		row, all := part.patterns.RawRowView(i), d.patterns.RawRowView(i)
		for k, c := range channels {
			row[k] = all[c]
		}
	}
	return part
}

// curve returns (ΦᵀΦ + penalty I)b.
func (d *differences) curve(b []float64, penalty float64) []float64 {
	var result []float64
	if d.products != nil {
		var product mat.VecDense
		product.MulVec(d.products, mat.NewVecDense(len(b), b))
		result = product.RawVector().Data
	} else {
		result = d.back(d.apply(b))
	}
	floats.AddScaled(result, penalty, b)
	return result
}

// apply returns the features times weights of standardized features.
func (d *differences) apply(weights []float64) []float64 {
	own := make([]float64, len(weights))
	floats.MulTo(own, weights, d.inverse)
	sums := weightedDistances(d.patterns, own)
	floats.AddConst(-floats.Dot(own, d.mean), sums)
	return sums
}

// back returns the products of every feature with residuals that sum to 0.
func (d *differences) back(residuals []float64) []float64 {
	n, channels := d.patterns.Dims()
	var product mat.Dense
	product.Mul(laplacian(residuals, n), d.patterns)
	result := make([]float64, channels)
	for i := range n {
		for c, value := range product.RawRowView(i) {
			result[c] += value * d.patterns.At(i, c)
		}
	}
	floats.Mul(result, d.inverse)
	return result
}

// laplacian returns diag(R1) - R of the symmetric matrix R with the given upper
// triangle.
func laplacian(triangle []float64, n int) *mat.Dense {
	result := mat.NewDense(n, n, nil)
	p := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			r := triangle[p]
			result.Set(i, j, -r)
			result.Set(j, i, -r)
			result.Set(i, i, result.At(i, i)+r)
			result.Set(j, j, result.At(j, j)+r)
			p++
		}
	}
	return result
}

// fit prepares the search for weights that match a target.
func (d *differences) fit(target []float64) *pivoting {
	y := append([]float64(nil), target...)
	floats.AddConst(-floats.Sum(y)/float64(len(y)), y)
	s := &pivoting{d: d, pairs: float64(len(y)), right: d.back(y), free: make([]bool, len(d.mean))}
	for c, slope := range s.right {
		s.free[c] = d.inverse[c] > 0 && slope > 0
	}
	return s
}

// pivoting looks for the channels whose weights are free, all others being 0. It
// begins where it ended before, with another penalty.
type pivoting struct {
	d       *differences
	pairs   float64
	right   []float64 // Φᵀy
	penalty float64   // λm
	free    []bool
}

// weights minimizes |y - Φb|² + λm|b|², with b ≥ 0 if the regression is
// non-negative, and returns b in the units of the patterns, of 2-norm 1.
func (s *pivoting) weights(penalty float64, regression string) (b []float64, err error) {
	s.penalty = penalty * s.pairs
	if regression == NonNegative {
		b, err = s.nonNegative()
	} else {
		for c := range s.free {
			s.free[c] = s.d.inverse[c] > 0
		}
		b = s.solve(make([]float64, len(s.right)))
	}
	floats.Mul(b, s.d.inverse)
	if norm := floats.Norm(b, 2); norm > 0 {
		floats.Scale(1/norm, b)
	}
	return b, err
}

// exact is the residual of a solution, as a share of the right side.
const exact = 1e-11

// solve returns the solution over the free channels, from what is thought to be
// near.
func (s *pivoting) solve(near []float64) []float64 {
	var channels []int
	for c, free := range s.free {
		if free {
			channels = append(channels, c)
		}
	}
	b := make([]float64, len(near))
	if channels == nil {
		return b
	}
	part, right, start := s.d.among(channels), make([]float64, len(channels)), make([]float64, len(channels))
	for k, c := range channels {
		right[k], start[k] = s.right[c], near[c]
	}
	goal := exact * floats.Norm(s.right, 2)
	for k, weight := range part.descend(right, start, s.penalty, goal) {
		b[channels[k]] = weight
	}
	return b
}

// descend solves (ΦᵀΦ + penalty I)b = right by conjugate gradients, until the
// residual is as small as the goal.
func (d *differences) descend(right, b []float64, penalty, goal float64) []float64 {
	residual := d.curve(b, penalty)
	floats.SubTo(residual, right, residual)
	direction := append([]float64(nil), residual...)
	squared := floats.Dot(residual, residual)
	for range 10 * len(b) {
		if squared <= goal*goal {
			break
		}
		curved := d.curve(direction, penalty)
		step := squared / floats.Dot(direction, curved)
		floats.AddScaled(b, step, direction)
		floats.AddScaled(residual, -step, curved)
		before := squared
		squared = floats.Dot(residual, residual)
		floats.Scale(squared/before, direction)
		floats.Add(direction, residual)
	}
	return b
}

// nonNegative exchanges channels that are on the wrong side, free ones with
// negative weights and bound ones with a rising slope, until there are none. All
// are exchanged at once as long as that leaves fewer; else one at a time, the
// last, which ends for certain.
//
//	source   Kim & Park (2011), doi:10.1137/110821172; Murty (1974),
//	         doi:10.1007/BF01580237
func (s *pivoting) nonNegative() ([]float64, error) {
	b := s.solve(make([]float64, len(s.right)))
	fewest, patience := len(b)+1, 3
	for range 100 + 10*len(b) {
		wrong := s.wrong(b)
		switch {
		case len(wrong) == 0:
			for c, weight := range b {
				b[c] = max(weight, 0)
			}
			return b, nil
		case len(wrong) < fewest:
			fewest, patience = len(wrong), 3
		case patience > 0:
			patience--
		default:
			wrong = wrong[len(wrong)-1:]
		}
		for _, c := range wrong {
			s.free[c] = !s.free[c]
		}
		b = s.solve(b)
	}
	return nil, errors.New("the search for weights of channels does not end: use a larger penalty")
}

// wrong lists the channels on the wrong side, beyond what solve leaves.
func (s *pivoting) wrong(b []float64) (wrong []int) {
	slope := s.d.curve(b, s.penalty)
	floats.SubTo(slope, s.right, slope)
	limit := 100 * exact * floats.Norm(s.right, 2)
	for c, free := range s.free {
		switch {
		case free && b[c] < -limit/s.penalty:
			wrong = append(wrong, c)
		case !free && s.d.inverse[c] > 0 && slope[c] > limit:
			wrong = append(wrong, c)
		}
	}
	return wrong
}
