package rsa

import (
	"cmp"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/section"
)

// training is what a fit may see of a model and of measured RDMs.
type training struct {
	model      FlexibleModel
	components [][]float64 // components × pairs
	*measurements
}

// measurements are what fits may see of measured RDMs.
type measurements struct {
	comparator compare.Comparator
	pairs      []int                    // of which the RDVs are; nil is all
	rdvs       [][]float64              // RDMs × pairs
	pooled     func() []float64         // the group; not to be changed
	prepared   func() []*compare.Vector // RDMs
}

// newMeasurements keeps the given pairs, which are all pairs among some
// conditions; nil keeps all.
func newMeasurements(c compare.Comparator, rdvs [][]float64, pairs []int) *measurements {
	s := &measurements{comparator: c, pairs: pairs}
	for _, x := range rdvs {
		s.rdvs = append(s.rdvs, only(x, pairs))
	}
	s.pooled = sync.OnceValue(func() []float64 { return c.Pool(s.rdvs) })
	s.prepared = sync.OnceValue(func() (vectors []*compare.Vector) {
		for _, x := range s.rdvs {
			vectors = append(vectors, c.Prepare(x))
		}
		return vectors
	})
	return s
}

// weights fits a model, which has been checked.
func (s *measurements) weights(m FlexibleModel) ([]float64, error) {
	kind, err := ModelKindByName(cmp.Or(m.Kind, weighted))
	if err != nil {
		return nil, err
	}
	t := &training{model: m, measurements: s}
	for _, component := range m.Components {
		t.components = append(t.components, only(component.RDV, s.pairs))
	}
	weights, err := kind.fit(t)
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", m.Name, err)
	}
	return weights, nil
}

// only returns the given pairs of an RDV; all for nil. A place of -1 is NaN.
func only(x []float64, pairs []int) []float64 {
	if pairs == nil {
		return x
	}
	kept := make([]float64, len(pairs))
	for k, p := range pairs {
		if p < 0 {
			kept[k] = math.NaN()
			continue
		}
		kept[k] = x[p]
	}
	return kept
}

func (t *training) fixed() ([]float64, error) { return []float64{1}, nil }

// choose gives all weight to the component of the highest score, the first of
// equal ones.
func (t *training) choose() ([]float64, error) {
	score, best := t.scorer(), -1
	highest := math.Inf(-1)
	for k, component := range t.components {
		if value := score(component); value > highest {
			best, highest = k, value
		}
	}
	weights := make([]float64, len(t.components))
	if best < 0 {
		return undefinedWeights(weights), nil
	}
	weights[best] = 1
	return weights, nil
}

func undefinedWeights(weights []float64) []float64 {
	floats.AddConst(math.NaN(), weights)
	return weights
}

// scorer returns the mean score of an RDV over the RDMs where it is defined.
func (t *training) scorer() func(x []float64) float64 {
	prepared := t.prepared()
	return func(x []float64) float64 {
		v, sum, count := t.comparator.Prepare(x), 0.0, 0.0
		for _, other := range prepared {
			if score := t.comparator.Compare(v, other); !math.IsNaN(score) {
				sum += score
				count++
			}
		}
		return sum / count // 0/0 is NaN: no score is defined
	}
}

// nearEnough is how closely the best point between two components is found.
const nearEnough = 1e-7

// interpolate tries the way from each component to the next.
func (t *training) interpolate() ([]float64, error) {
	score, highest := t.scorer(), math.Inf(-1)
	best := make([]float64, len(t.components))
	undefinedWeights(best)
	mixture := make([]float64, len(t.components[0]))
	for k, first := range t.components[:len(t.components)-1] {
		share, value := maximize(func(share float64) float64 {
			floats.ScaleTo(mixture, share, first)
			floats.AddScaled(mixture, 1-share, t.components[k+1])
			return score(mixture)
		})
		if value > highest {
			highest = value
			clear(best)
			best[k], best[k+1] = share, 1-share
		}
	}
	return best, nil
}

// maximize returns where in 0..1 a function that rises and then falls is
// largest. Both ends are tried as they are.
func maximize(f func(x float64) float64) (at, value float64) {
	at, value = section.Lowest(func(x float64) float64 { return -f(x) }, 0, 1, nearEnough)
	value = -value
	for _, end := range []float64{0, 1} {
		if other := f(end); other > value || math.IsNaN(value) {
			at, value = end, other
		}
	}
	return at, value
}

// geometry is how least squares sees RDVs, so that what it minimizes is what a
// comparator maximizes.
type geometry struct{ centered, whitened bool }

// geometries by comparator. Those that look at ranks fit the mean ranks of the
// group as pearson would, which is near to their best.
var geometries = map[string]geometry{
	"pearson":          {centered: true},
	"spearman":         {centered: true},
	"rho-a":            {centered: true},
	"kendall-tau-a":    {centered: true},
	"kendall-tau-b":    {centered: true},
	"cosine":           {},
	"whitened-pearson": {centered: true, whitened: true},
	"whitened-cosine":  {whitened: true},
}

// weigh fits the pooled RDM by least squares.
func (t *training) weigh() ([]float64, error) {
	g, known := geometries[t.comparator.Name]
	if !known {
		return nil, fmt.Errorf("no least squares lead to the highest %s: fit the weights under pearson, cosine or a whitened comparator, or use select", t.comparator.Name)
	}
	target := t.pooled()
	pairs := t.complete(target)
	weights := make([]float64, len(t.components))
	if len(pairs) < 2 {
		return undefinedWeights(weights), nil
	}
	columns, scale := t.columns(g, pairs)
	goal := only(target, pairs)
	g.center(goal)
	columns.SetCol(len(weights), goal)
	if g.whitened {
		columns = whiten(columns, endsOf(conditionsOf(len(target)), pairs))
	}
	fitted, err := t.regress(columns)
	if err != nil {
		return nil, err
	}
	floats.DivTo(weights, fitted.Coefficients.RawMatrix().Data, scale)
	if norm := floats.Norm(weights, 2); norm > 0 {
		floats.Scale(1/norm, weights)
	}
	return weights, nil
}

// columns returns the components over some pairs, one per column with room for
// one more, and what each was divided by.
func (t *training) columns(g geometry, pairs []int) (columns *mat.Dense, scale []float64) {
	columns = mat.NewDense(len(pairs), len(t.components)+1, nil)
	scale = make([]float64, len(t.components))
	for k, component := range t.components {
		column := only(component, pairs)
		g.center(column)
		scale[k] = 1
		if size := floats.Norm(column, 2); size > 0 && t.model.Scaling != ComponentsAsGiven {
			scale[k] = size / math.Sqrt(float64(len(pairs)))
			floats.Scale(1/scale[k], column)
		}
		columns.SetCol(k, column)
	}
	return columns, scale
}

// complete lists the pairs that the target and every component define.
func (t *training) complete(target []float64) []int {
	pairs := make([]int, 0, len(target))
	for p, value := range target {
		defined := !math.IsNaN(value)
		for _, component := range t.components {
			defined = defined && !math.IsNaN(component[p])
		}
		if defined {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// center takes away the mean, if least squares have an intercept. A constant
// becomes exactly 0.
func (g geometry) center(x []float64) {
	switch {
	case !g.centered:
	case floats.Min(x) == floats.Max(x):
		clear(x)
	default:
		floats.AddConst(-floats.Sum(x)/float64(len(x)), x)
	}
}

// regress finds the weights of columns that are ready for it, the last being the
// target.
func (t *training) regress(columns *mat.Dense) (*regress.Linear, error) {
	rows, last := columns.Dims()
	last--
	features, target := columns.Slice(0, rows, 0, last).(*mat.Dense), columns.Slice(0, rows, last, last+1).(*mat.Dense)
	switch t.model.Regression {
	case LeastSquares:
		return regress.OLS{Scaling: regress.Raw}.Fit(features, target)
	case RidgePenalty:
		return regress.Ridge{Penalty: t.model.Penalty, Scaling: regress.Raw}.Fit(features, target)
	}
	return regress.NNLS{Penalty: t.model.Penalty, Scaling: regress.Raw}.Fit(features, target)
}

// conditionsOf returns how many conditions have that many pairs.
func conditionsOf(pairs int) int { return int(math.Round((1 + math.Sqrt(1+8*float64(pairs))) / 2)) }

// endsOf returns the two conditions of each of the given pairs.
func endsOf(conditions int, pairs []int) [][2]int {
	all := make([][2]int, 0, conditions*(conditions-1)/2)
	for i := range conditions {
		for j := i + 1; j < conditions; j++ {
			all = append(all, [2]int{i, j})
		}
	}
	ends := make([][2]int, len(pairs))
	for k, p := range pairs {
		ends[k] = all[p]
	}
	return ends
}

// whiten returns a matrix whose columns have the inner products xᵀV⁻¹y, V being
// the covariance of the dissimilarities of pairs of independent conditions: 4
// for a pair with itself, 1 for two that share a condition. With E the
// incidence of pairs and conditions, V = 2I + EEᵀ, and
//
//	xᵀV⁻¹y = ½(x - Eu)ᵀ(y - Ev) + uᵀv   where   u = (2I + EᵀE)⁻¹Eᵀx, v alike
//
//	shapes   x: pairs × columns; result: (pairs + conditions) × columns
//	cost     O(conditions³ + pairs · columns); any pairs may be missing
//	source   Diedrichsen et al. (2021), doi:10.51628/001c.27664; Woodbury
func whiten(x *mat.Dense, ends [][2]int) *mat.Dense {
	pairs, columns := x.Dims()
	conditions := 0
	for _, end := range ends {
		conditions = max(conditions, end[1]+1)
	}
	sums := mat.NewDense(conditions, columns, nil) // Eᵀx
	for p, end := range ends {
		floats.Add(sums.RawRowView(end[0]), x.RawRowView(p))
		floats.Add(sums.RawRowView(end[1]), x.RawRowView(p))
	}
	var cholesky mat.Cholesky
	cholesky.Factorize(shared(ends, conditions)) // its diagonal outweighs its rows
	result := mat.NewDense(pairs+conditions, columns, nil)
	u := result.Slice(pairs, pairs+conditions, 0, columns).(*mat.Dense)
	if err := cholesky.SolveTo(u, sums); err != nil {
		panic(err)
	}
	for p, end := range ends {
		row := result.RawRowView(p)
		floats.SubTo(row, x.RawRowView(p), u.RawRowView(end[0]))
		floats.Sub(row, u.RawRowView(end[1]))
		floats.Scale(math.Sqrt2/2, row)
	}
	return result
}

// shared returns 2I + EᵀE: off the diagonal, whether two conditions are a pair.
func shared(ends [][2]int, conditions int) *mat.SymDense {
	result := mat.NewSymDense(conditions, nil)
	for i := range conditions {
		result.SetSym(i, i, 2)
	}
	for _, end := range ends {
		result.SetSym(end[0], end[1], 1)
		for _, i := range end {
			result.SetSym(i, i, result.At(i, i)+1)
		}
	}
	return result
}
