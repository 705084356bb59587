package regress

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Logistic is multinomial logistic regression with a penalty on the size of
// coefficients. With two classes it has a column for each, of opposite signs.
type Logistic struct {
	Penalty float64 // λ > 0, on the sum over observations; 1/C of other programs
	Scaling Scaling // Centered or Standardized; the penalty is on coefficients of scaled features
}

// Fit finds the coefficients B that minimize -Σ ln p(class) + λ|B|²/2, where p is
// the softmax of XB + intercept. Intercepts, which carry no penalty, sum to 0.
//
//	shapes   x: observations × features; labels: observations
//	NaN      an error that names its observation and column
//	errors   fewer than two classes; a penalty of 0, for which there is no
//	         best B where classes can be separated
//	cost     O(observations · features · classes) for each of some hundred
//	         products; no Hessian matrix is made
//	source   truncated Newton, Nocedal & Wright (2006), chapter 7; agrees with
//	         sklearn.linear_model.LogisticRegression
func (l Logistic) Fit(x *mat.Dense, labels []string) (*Classifier, error) {
	if l.Scaling == Raw {
		panic("regress: a logistic regression has an intercept")
	}
	if !(l.Penalty > 0) {
		return nil, fmt.Errorf("a penalty of %g: it must be above 0", l.Penalty)
	}
	classes, err := newLabeling(x, labels)
	if err != nil {
		return nil, err
	}
	s, err := l.Scaling.system(x, classes.indicators())
	if err != nil {
		return nil, err
	}
	_, features := x.Dims()
	problem := &likelihood{x: s.x, truth: classes.indicators(), penalty: l.Penalty}
	parameters, err := problem.minimize(features, len(classes.names))
	if err != nil {
		return nil, err
	}
	s.center = parameters.RawRowView(features) // intercepts, not the means of indicators
	fitted := s.linear(mat.DenseCopyOf(parameters.Slice(0, features, 0, len(classes.names))))
	floats.AddConst(-floats.Sum(fitted.Intercept)/float64(len(classes.names)), fitted.Intercept)
	return &Classifier{classes.names, fitted.Coefficients, fitted.Intercept}, nil
}

// likelihood is the problem of a logistic regression. Its parameters have a row
// per feature and one more, of intercepts; and a column per class.
type likelihood struct {
	x, truth *mat.Dense // observations × features, observations × classes
	penalty  float64
}

// point is what is known of the likelihood at some parameters.
type point struct {
	parameters, gradient *mat.Dense
	probabilities        *mat.Dense // observations × classes
	cost                 float64
}

func (l *likelihood) at(parameters *mat.Dense) *point {
	p := l.decide(parameters)
	cost := -inner(l.truth, p)
	cost += floats.Sum(softmax(p))
	var miss mat.Dense
	miss.Sub(p, l.truth)
	_, features := l.x.Dims()
	for j := range features {
		cost += l.penalty / 2 * floats.Dot(parameters.RawRowView(j), parameters.RawRowView(j))
	}
	return &point{parameters, l.back(&miss, parameters), p, cost}
}

// decide returns x·coefficients + intercepts.
func (l *likelihood) decide(parameters *mat.Dense) *mat.Dense {
	rows, columns := parameters.Dims()
	decisions, err := affine(l.x, parameters.Slice(0, rows-1, 0, columns).(*mat.Dense), parameters.RawRowView(rows-1))
	if err != nil {
		panic(err) // the parameters are made here
	}
	return decisions
}

// back returns xᵀ·residual and the sums of residual, with what the penalty adds.
// The sums are 0 over all classes; that they are so to the last bit keeps the
// search from drifting along intercepts that rise together.
func (l *likelihood) back(residual, parameters *mat.Dense) *mat.Dense {
	rows, columns := parameters.Dims()
	result := mat.NewDense(rows, columns, nil)
	top := result.Slice(0, rows-1, 0, columns).(*mat.Dense)
	top.Mul(l.x.T(), residual)
	for j := range rows - 1 {
		floats.AddScaled(result.RawRowView(j), l.penalty, parameters.RawRowView(j))
	}
	sums := result.RawRowView(rows - 1)
	observations, _ := residual.Dims()
	for i := range observations {
		floats.Add(sums, residual.RawRowView(i))
	}
	floats.AddConst(-floats.Sum(sums)/float64(columns), sums)
	return result
}

// curve returns the second derivative at a point along a direction: the Hessian
// times it.
func (l *likelihood) curve(at *point, direction *mat.Dense) *mat.Dense {
	change := l.decide(direction)
	rows, _ := change.Dims()
	for i := range rows {
		row, probability := change.RawRowView(i), at.probabilities.RawRowView(i)
		floats.AddConst(-floats.Dot(row, probability), row)
		floats.Mul(row, probability)
	}
	return l.back(change, direction)
}

// The search ends where the gradient is this share of the first one. The limit
// on steps is far above the ten or so that Newton's method takes.
const (
	flat     = 1e-10
	steps    = 200
	halvings = 40 // of a step
)

// minimize finds the parameters of least cost.
func (l *likelihood) minimize(features, classes int) (*mat.Dense, error) {
	best := l.at(mat.NewDense(features+1, classes, nil))
	start := mat.Norm(best.gradient, 2)
	for range steps {
		size := mat.Norm(best.gradient, 2)
		if size <= flat*start {
			return best.parameters, nil
		}
		next := l.descend(best, l.newton(best, min(0.1, math.Sqrt(size/start))))
		if next == nil {
			return best.parameters, nil // no step lowers the cost: what is left is rounding
		}
		best = next
	}
	return nil, fmt.Errorf("logistic regression did not end in %d steps: scale the features, or use a larger penalty", steps)
}

// descend goes along a step, or as much of it as lowers the cost enough; nil if
// no part of it does.
func (l *likelihood) descend(from *point, step *mat.Dense) *point {
	slope := inner(from.gradient, step)
	for share := 1.0; share > math.Ldexp(1, -halvings); share /= 2 {
		var parameters mat.Dense
		parameters.Scale(share, step)
		parameters.Add(from.parameters, &parameters)
		next := l.at(&parameters)
		if next.cost <= from.cost+1e-4*share*slope || next.flatter(from) {
			return next
		}
	}
	return nil
}

// flatter reports whether p has the smaller gradient at a cost that differs from
// the other by no more than rounding: that of logarithms of some tens, which an
// observation subtracts.
func (p *point) flatter(than *point) bool {
	observations, _ := p.probabilities.Dims()
	return p.cost-than.cost <= 1e-13*float64(observations) && mat.Norm(p.gradient, 2) < mat.Norm(than.gradient, 2)
}

// newton solves Hessian·step = -gradient by conjugate gradients, until the
// residual is a share of what it was.
func (l *likelihood) newton(at *point, share float64) *mat.Dense {
	rows, columns := at.gradient.Dims()
	step := mat.NewDense(rows, columns, nil)
	var residual, direction mat.Dense
	residual.Scale(-1, at.gradient)
	direction.CloneFrom(&residual)
	squared := inner(&residual, &residual)
	goal := share * share * squared
	for range rows * columns {
		curved := l.curve(at, &direction)
		along := inner(&direction, curved)
		if !(along > 0) || squared <= goal {
			break
		}
		add(step, squared/along, &direction)
		add(&residual, -squared/along, curved)
		before := squared
		squared = inner(&residual, &residual)
		direction.Scale(squared/before, &direction)
		direction.Add(&direction, &residual)
	}
	return step
}

// inner is the sum of products of all elements; neither is a slice of a larger matrix.
func inner(a, b *mat.Dense) float64 { return floats.Dot(a.RawMatrix().Data, b.RawMatrix().Data) }

// add adds factor times b to a.
func add(a *mat.Dense, factor float64, b *mat.Dense) {
	floats.AddScaled(a.RawMatrix().Data, factor, b.RawMatrix().Data)
}
