package regress

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// NNLS is regression by least squares with coefficients that are 0 or more; the
// intercept is free.
type NNLS struct {
	Penalty float64 // λ ≥ 0, on the sum of squared errors
	Scaling Scaling // the penalty is on coefficients of scaled features
}

// Fit finds the coefficients B ≥ 0 that minimize |Y - XB|² + λ|B|².
//
// Where features are linearly dependent, the one that helped first is kept.
//
//	shapes   x: observations × features; y: observations × targets
//	NaN      an error that names its observation and column
//	errors   a negative penalty
//	cost     O(observations · features²), and O(k³) for each of the steps that
//	         bring k features in
//	source   Bro & de Jong (1997), doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L;
//	         agrees with scipy.optimize.nnls
func (n NNLS) Fit(x, y *mat.Dense) (*Linear, error) {
	if !(n.Penalty >= 0) {
		return nil, fmt.Errorf("a penalty of %g: it must be 0 or more", n.Penalty)
	}
	s, err := n.Scaling.system(x, y)
	if err != nil {
		return nil, err
	}
	var products mat.SymDense
	products.SymOuterK(1, s.x.T())
	for j := range products.SymmetricDim() {
		products.SetSym(j, j, products.At(j, j)+n.Penalty)
	}
	var right mat.Dense
	right.Mul(s.x.T(), s.y)
	features, targets := right.Dims()
	coefficients := mat.NewDense(features, targets, nil)
	for t := range targets {
		coefficients.SetCol(t, nonNegative(&products, mat.Col(nil, t, &right)))
	}
	return s.linear(coefficients), nil
}

// activeSet is the state of the search for non-negative coefficients.
type activeSet struct {
	products     *mat.SymDense // XᵀX
	right        []float64     // Xᵀy
	coefficients []float64
	positive     []int  // features whose coefficients are above 0, in the order in which they came
	barred       []bool // features that made nothing better since the last that did
}

// nonNegative returns b ≥ 0 that minimizes bᵀGb/2 - cᵀb.
func nonNegative(g *mat.SymDense, c []float64) []float64 {
	a := &activeSet{products: g, right: c, coefficients: make([]float64, len(c)), barred: make([]bool, len(c))}
	// A gradient below this is rounding: 100 times that of one operation.
	tolerance := 100 * 0x1p-52 * floats.Norm(c, math.Inf(1))
	// Every step lowers the error, so no set comes twice. The limit is for
	// rounding: it is some ten times what any data have needed.
	for range 30 * (len(c) + 1) {
		j := a.steepest(tolerance)
		if j < 0 {
			break
		}
		a.enter(j)
	}
	return a.coefficients
}

// steepest returns the feature outside the positive set that lowers the error
// fastest, or -1.
func (a *activeSet) steepest(tolerance float64) int {
	best, steepest := -1, tolerance
	for j, coefficient := range a.coefficients {
		if coefficient > 0 || a.barred[j] {
			continue
		}
		if slope := a.slope(j); slope > steepest {
			best, steepest = j, slope
		}
	}
	return best
}

// slope returns how fast the error falls as coefficient j rises.
func (a *activeSet) slope(j int) float64 {
	slope := a.right[j]
	for _, k := range a.positive {
		slope -= a.products.At(j, k) * a.coefficients[k]
	}
	return slope
}

// enter lets feature j become positive and moves to the best solution that
// stays non-negative on the way.
func (a *activeSet) enter(j int) {
	a.positive = append(a.positive, j)
	goal, solved := a.solve()
	if !solved || goal[len(goal)-1] <= 0 { // dependent on the others, up to rounding
		a.positive, a.barred[j] = a.positive[:len(a.positive)-1], true
		return
	}
	clear(a.barred)
	for solved && floats.Min(goal) <= 0 {
		a.approach(goal)
		if len(a.positive) == 0 {
			return
		}
		goal, solved = a.solve()
	}
	for i, k := range a.positive {
		if solved {
			a.coefficients[k] = goal[i]
		}
	}
}

// solve returns the least squares solution of the positive features alone.
func (a *activeSet) solve() (goal []float64, solved bool) {
	size := len(a.positive)
	part, right := mat.NewSymDense(size, nil), mat.NewVecDense(size, nil)
	for i, k := range a.positive {
		right.SetVec(i, a.right[k])
		for l := i; l < size; l++ {
			part.SetSym(i, l, a.products.At(k, a.positive[l]))
		}
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(part) {
		return nil, false
	}
	solution := mat.NewVecDense(size, nil)
	err := cholesky.SolveVecTo(solution, right)
	return solution.RawVector().Data, err == nil
}

// approach goes towards the goal until the first coefficient reaches 0, which
// leaves the positive set.
func (a *activeSet) approach(goal []float64) {
	share, first := 1.0, -1
	for i, k := range a.positive {
		if goal[i] > 0 {
			continue
		}
		if reach := a.coefficients[k] / (a.coefficients[k] - goal[i]); first < 0 || reach < share {
			share, first = reach, i
		}
	}
	var positive []int
	for i, k := range a.positive {
		a.coefficients[k] += share * (goal[i] - a.coefficients[k])
		if i == first || a.coefficients[k] <= 0 {
			a.coefficients[k] = 0
		} else {
			positive = append(positive, k)
		}
	}
	a.positive = positive
}
