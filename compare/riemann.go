package compare

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/section"
)

// gram is the second moment of patterns relative to the first condition that has
// pairs.
type gram struct {
	moment *mat.SymDense // nil when a pair is missing or a condition has copies
	root   *mat.Cholesky // nil unless the moment is positive definite
}

// secondMoment prepares a vector for negative-riemannian-distance.
func secondMoment(v *Vector, _ weights) {
	v.gram = gram{}
	conditions, place, complete := v.at.present()
	if !complete || len(conditions) < 2 {
		return
	}
	for _, i := range conditions {
		if v.at.times(i) > 1 {
			return
		}
	}
	v.gram.moment = v.at.relative(v.values, place, len(conditions))
	var root mat.Cholesky
	if root.Factorize(v.gram.moment) && root.Cond() < 1e13 {
		v.gram.root = &root
	}
}

// relative returns ½ (d₀ᵢ + d₀ⱼ - dᵢⱼ) of all conditions but the first.
func (l *layout) relative(x []float64, place []int32, conditions int) *mat.SymDense {
	n := conditions - 1
	g, fromFirst := mat.NewSymDense(n, nil), make([]float64, n)
	for p, value := range x {
		if i, j := place[l.first[p]], place[l.second[p]]; i == 0 {
			fromFirst[j-1] = value
		} else {
			g.SetSym(int(i-1), int(j-1), value)
		}
	}
	for i := range n {
		for j := i; j < n; j++ {
			g.SetSym(i, j, (fromFirst[i]+fromFirst[j]-g.At(i, j))/2)
		}
	}
	return g
}

// negativeRiemannianDistance finds the b : a at which the model is nearest: for a
// given ratio the best a makes the mean of log λ 0. The distance has few minima
// along the logarithm of the ratio: the lowest of a grid is refined.
//
//	source   Pennec, Fillard & Ayache (2006), doi:10.1007/s11263-005-3222-z;
//	         Shahbazi, Shirali, Aghajan & Nili (2021),
//	         doi:10.1016/j.neuroimage.2021.118271
func negativeRiemannianDistance(model, brain *Vector, _ *scratch) float64 {
	root := brain.gram.root
	if root == nil || model.gram.moment == nil {
		return math.NaN()
	}
	g, noise := whitenedBy(root, model.gram.moment), whitenedBy(root, independentNoise(model.gram.moment.SymmetricDim()))
	middle := math.Log(mat.Norm(g, 2) / mat.Norm(noise, 2))
	if math.IsInf(middle, 0) {
		middle = 0
	}
	distance := func(ratio float64) float64 { return spread(g, noise, math.Exp(middle+ratio)) }
	const widest, step = 24, 2
	best := 0.0
	for ratio := -widest; ratio <= widest; ratio += step {
		if distance(float64(ratio)) < distance(best) {
			best = float64(ratio)
		}
	}
	_, nearest := section.Lowest(distance, best-step, best+step, 1e-8)
	return -min(nearest, spread(g, noise, 0))
}

// independentNoise is what noise of all conditions, the first included, adds to
// the second moment relative to the first.
func independentNoise(n int) *mat.SymDense {
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, 1)
		}
		s.SetSym(i, i, 2)
	}
	return s
}

// whitenedBy returns L⁻¹mL'⁻¹ for the root L.
func whitenedBy(root *mat.Cholesky, m *mat.SymDense) *mat.SymDense {
	var l mat.TriDense
	root.LTo(&l)
	var half, whole mat.Dense
	if l.SolveTo(&half, false, m) != nil || l.SolveTo(&whole, false, half.T()) != nil {
		panic("compare: a root that was found well conditioned is not")
	}
	n := m.SymmetricDim()
	w := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			w.SetSym(i, j, (whole.At(i, j)+whole.At(j, i))/2)
		}
	}
	return w
}

// spread returns √Σ(log λ - mean)² with λ the eigenvalues of g + b·noise, and
// infinity where one of them is not positive.
func spread(g, noise *mat.SymDense, b float64) float64 {
	var sum mat.SymDense
	sum.ScaleSym(b, noise)
	sum.AddSym(&sum, g)
	var e mat.EigenSym
	if !e.Factorize(&sum, false) {
		return math.Inf(1)
	}
	values := e.Values(nil)
	for k, value := range values {
		if !(value > roundings*values[len(values)-1]) {
			return math.Inf(1)
		}
		values[k] = math.Log(value)
	}
	floats.AddConst(-floats.Sum(values)/float64(len(values)), values)
	return floats.Norm(values, 2)
}
