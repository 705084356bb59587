package compare_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
)

// The plain way for comparators of whole RDMs: matrices of pairs × pairs, and
// functions of matrices by their eigenvalues.

func plainWhole(name string, x, y []float64) float64 {
	a, b := bothDefined(x, y)
	if len(a) < 2 {
		return math.NaN()
	}
	switch name {
	case "whitened-pearson":
		if slices.Max(a) == slices.Min(a) || slices.Max(b) == slices.Min(b) {
			return math.NaN()
		}
		a, b = scaledBy(a, 1, -mean(a)), scaledBy(b, 1, -mean(b))
		return plainWhitened(a, b, plainNoise(x, y, nil))
	case "whitened-cosine":
		return plainWhitened(a, b, plainNoise(x, y, nil))
	}
	g, h := plainSquares(x, y)
	switch {
	case g == nil:
		return math.NaN()
	case name == "negative-riemannian-distance":
		return plainRiemann(g, h)
	}
	g, h = centered(g), centered(h)
	root := power(g, 0.5)
	alike := mat.Trace(power(symmetric(product(root, power(h, 1), root)), 0.5))
	if name == "bures" {
		if !(mat.Trace(g) > 1e-12 && mat.Trace(h) > 1e-12) {
			return math.NaN()
		}
		return alike / math.Sqrt(mat.Trace(g)*mat.Trace(h))
	}
	return -math.Sqrt(max(mat.Trace(g)+mat.Trace(h)-2*alike, 0))
}

// plainNoise returns V = (CΣC')∘² of the pairs that x and y define, with C the
// contrasts; Σ = 1 where it is nil.
func plainNoise(x, y []float64, covariance *mat.SymDense) *mat.SymDense {
	n := conditions(len(x))
	var contrasts []float64
	rows, p := 0, 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			if !math.IsNaN(x[p]) && !math.IsNaN(y[p]) {
				row := make([]float64, n)
				row[i], row[j] = 1, -1
				contrasts = append(contrasts, row...)
				rows++
			}
			p++
		}
	}
	if covariance == nil {
		covariance = mat.NewSymDense(n, nil)
		for i := range n {
			covariance.SetSym(i, i, 1)
		}
	}
	c := mat.NewDense(rows, n, contrasts)
	v := product(c, covariance, c.T())
	v.MulElem(v, v)
	return symmetric(v)
}

func plainWhitened(x, y []float64, noise *mat.SymDense) float64 {
	product := func(x, y []float64) float64 {
		var z mat.VecDense
		if z.SolveVec(noise, mat.NewVecDense(len(y), y)) != nil {
			panic("V is singular")
		}
		return mat.Dot(mat.NewVecDense(len(x), x), &z)
	}
	return product(x, y) / math.Sqrt(product(x, x)*product(y, y))
}

func conditions(pairs int) int { return int(math.Round((1 + math.Sqrt(1+8*float64(pairs))) / 2)) }

// plainSquares returns both RDMs without the conditions that have no pair in
// both; nil when another pair is missing.
func plainSquares(x, y []float64) (a, b *mat.SymDense) {
	n := conditions(len(x))
	var kept []int
	for i := range n {
		for j := range n {
			if j != i && !math.IsNaN(at(x, n, i, j)+at(y, n, i, j)) {
				kept = append(kept, i)
				break
			}
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	a, b = mat.NewSymDense(len(kept), nil), mat.NewSymDense(len(kept), nil)
	for k, i := range kept {
		for l, j := range kept[:k] {
			if math.IsNaN(at(x, n, i, j) + at(y, n, i, j)) {
				return nil, nil
			}
			a.SetSym(k, l, at(x, n, i, j))
			b.SetSym(k, l, at(y, n, i, j))
		}
	}
	return a, b
}

// centered returns -½ HDH.
func centered(d *mat.SymDense) *mat.SymDense {
	n := d.SymmetricDim()
	h := mat.NewDense(n, n, slices.Repeat([]float64{-1 / float64(n)}, n*n))
	for i := range n {
		h.Set(i, i, 1-1/float64(n))
	}
	var g mat.Dense
	g.Mul(h, d)
	g.Mul(&g, h)
	g.Scale(-0.5, &g)
	return symmetric(&g)
}

func product(a, b, c mat.Matrix) *mat.Dense {
	var ab, abc mat.Dense
	ab.Mul(a, b)
	abc.Mul(&ab, c)
	return &abc
}

func symmetric(m *mat.Dense) *mat.SymDense {
	n, _ := m.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2)
		}
	}
	return s
}

// power takes the eigenvalues of m, none below 0, to a power.
func power(m *mat.SymDense, exponent float64) *mat.Dense {
	var e mat.EigenSym
	e.Factorize(m, true)
	var u, scaled, p mat.Dense
	e.VectorsTo(&u)
	values := e.Values(nil)
	scaled.Apply(func(_, k int, x float64) float64 { return x * math.Pow(max(values[k], 0), exponent) }, &u)
	p.Mul(&scaled, u.T())
	return &p
}

// plainRiemann looks for a and b, both at once, from several places.
func plainRiemann(d1, d2 *mat.SymDense) float64 {
	contrast := func(d *mat.SymDense) *mat.SymDense {
		n := d.SymmetricDim() - 1
		g := mat.NewSymDense(n, nil)
		for i := range n {
			for j := i; j < n; j++ {
				g.SetSym(i, j, (d.At(0, i+1)+d.At(0, j+1)-d.At(i+1, j+1))/2)
			}
		}
		return g
	}
	g, h := contrast(d1), contrast(d2)
	n := g.SymmetricDim()
	noise := mat.NewSymDense(n, slices.Repeat([]float64{1}, n*n))
	for i := range n {
		noise.SetSym(i, i, 2)
	}
	var root mat.Cholesky
	if !root.Factorize(h) || root.Cond() > 1e13 {
		return math.NaN()
	}
	white := power(h, -0.5)
	g, noise = symmetric(product(white, g, white)), symmetric(product(white, noise, white))
	distance := func(log []float64) float64 {
		var sum, scaled mat.SymDense
		sum.ScaleSym(math.Exp(log[0]), g)
		scaled.ScaleSym(math.Exp(log[1]), noise)
		sum.AddSym(&sum, &scaled)
		var e mat.EigenSym
		e.Factorize(&sum, false)
		square := 0.0
		for _, value := range e.Values(nil) {
			square += math.Pow(math.Log(max(value, 0)), 2)
		}
		return math.Sqrt(square)
	}
	best := math.Inf(1)
	for _, start := range [][]float64{{0, 0}, {0, -8}, {0, 8}} {
		found, err := optimize.Minimize(optimize.Problem{Func: distance}, start, nil, &optimize.NelderMead{})
		if err == nil {
			best = min(best, found.F)
		}
	}
	return -best
}

// rdmOf draws the RDV of an RDM, of any numbers or of squared distances.
func rdmOf(t *rapid.T, n int, label string) []float64 {
	pairs := n * (n - 1) / 2
	if rapid.Bool().Draw(t, label+" any") {
		return rdv(t, pairs, label)
	}
	const dimensions = 9
	points := rapid.SliceOfN(rapid.IntRange(-9, 9), n*dimensions, n*dimensions).Draw(t, label+" points")
	x := make([]float64, 0, pairs)
	for i := range n {
		for j := i + 1; j < n; j++ {
			sum := 0.0
			for k := range dimensions {
				sum += math.Pow(float64(points[i*dimensions+k]-points[j*dimensions+k]), 2)
			}
			x = append(x, sum)
		}
	}
	return x
}

// squared reports whether x can be squared distances of points.
func squared(x []float64) bool {
	d, _ := plainSquares(x, x)
	if d == nil || d.SymmetricDim() < 2 {
		return false
	}
	var e mat.EigenSym
	e.Factorize(centered(d), false)
	values := e.Values(nil)
	return values[0] > -1e-12*values[len(values)-1]
}

// agree compares with a plain value. Roots of eigenvalues that are 0 but for
// rounding keep half of the digits, and so do differences of those sums.
func agree(c compare.Comparator, got, plain float64) bool {
	switch {
	case c.Name == "negative-bures-distance":
		return math.Abs(got*got-plain*plain) < 2e-4 || math.IsNaN(got) && math.IsNaN(plain)
	case looksAtGeometry(c):
		return math.Abs(got-plain) < 1e-5 || math.IsNaN(got) && math.IsNaN(plain)
	}
	return near(got, plain)
}

// looksAtGeometry tells comparators that take an RDM for squared distances.
func looksAtGeometry(c compare.Comparator) bool {
	return strings.Contains(c.Name, "bures") || strings.Contains(c.Name, "riemannian")
}

// Chance of comparators of whole RDMs is the mean over orders of conditions.
func TestChanceIsTheMeanOfOrders(t *testing.T) {
	for _, c := range compare.Comparators {
		if !c.Whole || c.ZeroIsChance() {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x, y := rdmOf(t, 4, "x"), rdmOf(t, 4, "y")
				if defined(x) < 6 || defined(y) < 6 {
					return
				}
				sum, count := 0.0, 0.0
				for order := range permutations([]int{0, 1, 2, 3}) {
					var moved compare.Vector
					c.Permute(&moved, c.Prepare(x), compare.PairsMoved(nil, order))
					sum += c.Compare(&moved, c.Prepare(y))
					count++
				}
				if got := c.Chance(c.Prepare(x), c.Prepare(y)); math.Abs(got-sum/count) > 1e-9 || math.IsNaN(got) != math.IsNaN(sum) {
					t.Fatalf("chance %v, mean of orders %v", got, sum/count)
				}
			})
		})
	}
}
