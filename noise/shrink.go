package noise

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// residuals are what the noise left, with the mean of each channel subtracted.
type residuals struct {
	*mat.Dense         // observations × channels
	degrees    float64 // of freedom
}

// products returns XᵀX divided by a number.
func (r residuals) products(by float64) *mat.SymDense {
	var s mat.SymDense
	s.SymOuterK(1/by, r.T())
	return &s
}

// squares returns the sum of squares of each channel.
func (r residuals) squares() []float64 {
	n, p := r.Dims()
	sums := make([]float64, p)
	for row := range n {
		for i, v := range r.RawRowView(row) {
			sums[i] += v * v
		}
	}
	return sums
}

func full(r residuals) (mat.Symmetric, float64) { return r.products(r.degrees), 0 }

func diagonal(r residuals) (mat.Symmetric, float64) {
	variances := r.squares()
	for i := range variances {
		variances[i] /= r.degrees
	}
	return mat.NewDiagDense(len(variances), variances), 1
}

// ledoitWolf shrinks S = XᵀX/N to mI, m the mean variance: by b²/d², with
// d² = |S − mI|² and b² = Σ|x xᵀ − S|²/N², each x one observation. As
// Σ|x xᵀ|² = Σ|x|⁴, no matrix is made for an observation.
func ledoitWolf(r residuals) (mat.Symmetric, float64) {
	rows, _ := r.Dims()
	n := float64(rows)
	s := r.products(n)
	m, d2 := distance(s)
	fourth := 0.0
	for row := range rows {
		square := 0.0
		for _, v := range r.RawRowView(row) {
			square += v * v
		}
		fourth += square * square
	}
	b2 := max(0, (fourth/n-squaredNorm(s))/n)
	return toScaledIdentity(s, m, portion(b2, d2), n/r.degrees)
}

// oracleApproximating shrinks S = XᵀX/d to mI by
// [(1 − 2/P) tr S² + tr² S] / [(d + 1 − 2/P)(tr S² − tr² S/P)].
func oracleApproximating(r residuals) (mat.Symmetric, float64) {
	s := r.products(r.degrees)
	m, d2 := distance(s)
	p := float64(s.SymmetricDim())
	above := (1-2/p)*squaredNorm(s) + m*m*p*p
	return toScaledIdentity(s, m, portion(above, (r.degrees+1-2/p)*d2), 1)
}

// schaeferStrimmer shrinks the correlations r̄ of XᵀX/d to 0, by the sum of
// their estimated variances over that of their squares, N/d² Σ(w̄ − r̄²) / Σ r̄²
// over pairs of different channels. w̄ is the mean of z²z² over observations, z
// the residuals in units of their standard deviation: its sum over all pairs is
// that of (Σz²)², so no second product of channels is made.
func schaeferStrimmer(r residuals) (mat.Symmetric, float64) {
	rows, p := r.Dims()
	n := float64(rows)
	s := r.products(r.degrees)
	deviation := make([]float64, p)
	for i := range deviation {
		deviation[i] = math.Sqrt(s.At(i, i))
	}
	w := 0.0
	for row := range rows {
		square, fourth := 0.0, 0.0
		for i, v := range r.RawRowView(row) {
			if deviation[i] > 0 { // what does not vary correlates with nothing
				z2 := (v / deviation[i]) * (v / deviation[i])
				square += z2
				fourth += z2 * z2
			}
		}
		w += (square*square - fourth) / (n - 1)
	}
	r2 := 0.0
	for i := range p {
		for j := i + 1; j < p; j++ {
			if deviation[i] > 0 && deviation[j] > 0 {
				correlation := s.At(i, j) / (deviation[i] * deviation[j]) * r.degrees / (n - 1)
				r2 += 2 * correlation * correlation
			}
		}
	}
	shrinkage := portion(n/(r.degrees*r.degrees)*(w-r2), r2)
	for i := range p {
		for j := i + 1; j < p; j++ {
			s.SetSym(i, j, s.At(i, j)*(1-shrinkage))
		}
	}
	return s, shrinkage
}

// distance returns the mean variance m of s, and the squared distance of s from
// mI.
func distance(s *mat.SymDense) (m, d2 float64) {
	p := s.SymmetricDim()
	m = mat.Trace(s) / float64(p)
	for i := range p {
		d := s.At(i, i) - m
		d2 += d * d
		for j := i + 1; j < p; j++ {
			d2 += 2 * s.At(i, j) * s.At(i, j)
		}
	}
	return m, d2
}

// squaredNorm returns the sum of the squares of all entries of s.
func squaredNorm(s *mat.SymDense) (sum float64) {
	for i := range s.SymmetricDim() {
		sum += s.At(i, i) * s.At(i, i)
		for j := i + 1; j < s.SymmetricDim(); j++ {
			sum += 2 * s.At(i, j) * s.At(i, j)
		}
	}
	return sum
}

// portion returns a/b within 0 and 1; 1 where b is 0 and nothing is left to shrink.
func portion(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return min(1, max(0, a/b))
}

// toScaledIdentity returns scale · (shrinkage · mI + (1 − shrinkage) s), in
// place of s.
func toScaledIdentity(s *mat.SymDense, m, shrinkage, scale float64) (mat.Symmetric, float64) {
	s.ScaleSym(scale*(1-shrinkage), s)
	for i := range s.SymmetricDim() {
		s.SetSym(i, i, s.At(i, i)+scale*shrinkage*m)
	}
	return s, shrinkage
}
