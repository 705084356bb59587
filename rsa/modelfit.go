package rsa

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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
	scores     map[*float64]float64     // of components that were scored, by their first pair: models share them
}

// newMeasurements keeps the given pairs, which are all pairs among some
// conditions; nil keeps all.
func newMeasurements(c compare.Comparator, rdvs [][]float64, pairs []int) *measurements {
	s := &measurements{comparator: c, pairs: pairs, scores: map[*float64]float64{}}
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
		whole := &t.model.Components[k].RDV[0]
		if _, known := t.scores[whole]; !known {
			t.scores[whole] = score(component)
		}
		if value := t.scores[whole]; value > highest {
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
	columns = append(columns, g.seen(target, pairs))
	if g.whitened {
		columns = compare.Whitened(conditionsOf(len(target)), pairs, columns)
	}
	fitted, err := t.regress(triangle(columns))
	if err != nil {
		return nil, err
	}
	floats.DivTo(weights, fitted.Coefficients.RawMatrix().Data, scale)
	if norm := floats.Norm(weights, 2); norm > 0 {
		floats.Scale(1/norm, weights)
	}
	return weights, nil
}

// columns returns the components over some pairs, and what each was divided by.
func (t *training) columns(g geometry, pairs []int) (columns [][]float64, scale []float64) {
	for _, component := range t.components {
		column, size := g.seen(component, pairs), 1.0
		if length := norm(column); length > 0 && t.model.Scaling != ComponentsAsGiven {
			size = length / math.Sqrt(float64(len(pairs)))
			floats.Scale(1/size, column)
		}
		columns, scale = append(columns, column), append(scale, size)
	}
	return columns, scale
}

// seen returns what least squares see of an RDV over some pairs.
func (g geometry) seen(x []float64, pairs []int) []float64 {
	if len(pairs) == len(x) {
		x = slices.Clone(x)
	} else {
		x = only(x, pairs)
	}
	g.center(x)
	return x
}

// complete lists the pairs that the target and every component define.
func (t *training) complete(target []float64) []int {
	lacking := make([]bool, len(target))
	for _, x := range append([][]float64{target}, t.components...) {
		if !floats.HasNaN(x) {
			continue
		}
		for p, value := range x {
			lacking[p] = lacking[p] || math.IsNaN(value)
		}
	}
	pairs := make([]int, 0, len(target))
	for p, lacks := range lacking {
		if !lacks {
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
	case !slices.ContainsFunc(x, func(value float64) bool { return value != x[0] }):
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
