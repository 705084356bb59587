package embedding

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// square is a symmetric matrix, row-major.
type square struct {
	n      int
	values []float64
}

func (m square) row(i int) []float64 { return m.values[i*m.n : (i+1)*m.n] }

func (m square) negate() { floats.Scale(-1, m.values) }

// times returns the product of the matrix with a vector.
func (m square) times(x []float64) []float64 {
	y := make([]float64, m.n)
	for i := range y {
		y[i] = dot(m.row(i), x)
	}
	return y
}

func dot(a, b []float64) float64 { return floats.Dot(a, b) }

// eigenpairs are some eigenvalues, descending, with their unit eigenvectors.
type eigenpairs struct {
	values  []float64
	vectors [][]float64
}

const (
	spare       = 4     // vectors that a block has more than eigenvectors are wanted: they take up what is nearly as large
	blocks      = 8     // products with the matrix per cycle
	mostCycles  = 200   // of the iteration; a few suffice unless eigenvalues are nearly equal
	smallEnough = 1e-11 // length of B·x − λ·x, of the largest eigenvalue
)

// leading returns the k algebraically largest eigenvalues of b.
//
// A block of vectors is multiplied with b again and again; from all products
// together the best approximations are taken, with which the next cycle begins.
// Unlike the plain power of a matrix this needs no shift where the eigenvalues
// of largest size are negative.
//
//	cost     per cycle blocks·(k+spare) products of b with a vector
//	source   Saad (2011), Numerical Methods for Large Eigenvalue Problems, chapter 6
func leading(b square, k int, random *rand.Rand) eigenpairs {
	block := make([][]float64, min(k+spare, b.n))
	for i := range block {
		block[i] = make([]float64, b.n)
		for j := range block[i] {
			block[i][j] = random.NormFloat64()
		}
	}
	for cycle := 1; ; cycle++ {
		basis := krylov(b, block)
		found, largest := basis.best(len(block))
		if cycle == mostCycles || found.residual(b, k) <= smallEnough*largest {
			return eigenpairs{found.values[:k], found.vectors[:k]}
		}
		block = found.vectors
	}
}

// subspace is spanned by orthonormal vectors, whose products with a matrix it knows.
type subspace struct{ vectors, products [][]float64 }

// krylov spans the block, its product with b, the product of that, and so on.
func krylov(b square, block [][]float64) subspace {
	var s subspace
	for range blocks {
		from := len(s.vectors)
		for _, x := range block {
			s.add(x)
		}
		for _, x := range s.vectors[from:] {
			s.products = append(s.products, b.times(x))
		}
		block = s.products[from:]
	}
	return s
}

// add adds the direction of x that the subspace lacks; nothing where that is
// only rounding.
func (s *subspace) add(x []float64) {
	x = append([]float64(nil), x...)
	least := 1e-12 * floats.Norm(x, 2)
	for range 2 { // once more, for what rounding left
		for _, v := range s.vectors {
			floats.AddScaled(x, -dot(v, x), v)
		}
		length := floats.Norm(x, 2)
		if length <= least || len(s.vectors) == len(x) {
			return
		}
		floats.Scale(1/length, x)
		least = 0.5
	}
	s.vectors = append(s.vectors, x)
}

// best returns the count largest eigenvalues of the matrix within the subspace,
// and the largest size of any.
func (s subspace) best(count int) (found eigenpairs, largest float64) {
	m := len(s.vectors)
	within := mat.NewSymDense(m, nil)
	for i := range m {
		for j := i; j < m; j++ {
			within.SetSym(i, j, dot(s.vectors[i], s.products[j]))
		}
	}
	var parts mat.EigenSym
	if !parts.Factorize(within, true) {
		panic("embedding: the eigenvalues of a symmetric matrix did not converge") // of finite numbers they do
	}
	values, shares := parts.Values(nil), mat.Dense{}
	parts.VectorsTo(&shares)
	for k := m - 1; k >= max(m-count, 0); k-- {
		vector := make([]float64, len(s.vectors[0]))
		for i, v := range s.vectors {
			floats.AddScaled(vector, shares.At(i, k), v)
		}
		found.values, found.vectors = append(found.values, values[k]), append(found.vectors, vector)
	}
	return found, max(math.Abs(values[0]), math.Abs(values[m-1]))
}

// residual is how far the first k are from being eigenvectors of b.
func (e eigenpairs) residual(b square, k int) float64 {
	worst := 0.0
	for i, x := range e.vectors[:k] {
		product := b.times(x)
		floats.AddScaled(product, -e.values[i], x)
		worst = max(worst, floats.Norm(product, 2))
	}
	return worst
}
