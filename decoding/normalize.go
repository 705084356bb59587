package decoding

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/work"
)

// A Normalization says of what the noise is estimated that all trials of a split
// are whitened by: of its training trials alone. "" is none.
type Normalization string

// Normalizations lists the multivariate noise normalizations. Covariances are
// shrunk as by the shrinkage auto, and averaged within conditions, then over them.
//
//	epoch      over the times of each trial
//	time       over the trials of each condition, at each time
//	baseline   as epoch, of the times before 0
//
// The source is Guggenmos, Sterzer & Cichy (2018), doi:10.1016/j.neuroimage.2018.02.044.
var Normalizations = []string{perEpoch, perTime, perBaseline}

const (
	perEpoch    = "epoch"
	perTime     = "time"
	perBaseline = "baseline"
)

// Normalized reports whether channels of different units can stand side by side:
// each is brought to the same scale.
func (d Decoder) Normalized() bool {
	return d.Normalization != "" || d.Shrinkage.rule == auto && !strings.HasPrefix(d.Measure.Name, "svm")
}

// text says what was whitened by what.
func (n Normalization) text() string {
	of := map[Normalization]string{
		perEpoch:    "over the times of each trial for training",
		perTime:     "over the trials for training, at each time",
		perBaseline: "over the times before 0 of each trial for training",
	}[n]
	if of == "" {
		return ""
	}
	return "; of patterns whitened by the mean covariance of channels " + of
}

// times returns those whose covariance is taken.
func (n Normalization) times(times []float64, count int) (work.Span, error) {
	all := work.Span{To: count}
	if n != perBaseline {
		if !slices.Contains(Normalizations, string(n)) {
			return all, fmt.Errorf("unknown normalization %q: choose one of %s%s", n, strings.Join(Normalizations, ", "), nearest.Hint(string(n), Normalizations))
		}
		return all, nil
	}
	all.To = 0
	for all.To < len(times) && times[all.To] < 0 {
		all.To++
	}
	if all.To < 2 {
		return all, fmt.Errorf("normalization by the baseline needs two times before 0, and there are %d: choose another, or longer epochs", all.To)
	}
	return all, nil
}

// whiteners returns the whitener of every split of a design.
//
//	shapes   result: splits × (channels × channels)
//	cost     for epoch times² · channels per trial, for time trials · channels² per
//	         time and split, each with channels² more per row; then channels³ per split
func (p *plan) whiteners(ctx context.Context, made *design) ([][]float64, error) {
	span, err := p.d.Normalization.times(p.ds.Times, p.ds.Shape[2])
	if err != nil {
		return nil, err
	}
	sums := make([]*sumOfCovariances, len(made.splits))
	for f := range sums {
		sums[f] = newSum(p.ds.Shape[1], waitingRows)
	}
	for c := range p.conditions {
		if err := p.addCondition(ctx, sums, made, c, span); err != nil {
			return nil, err
		}
	}
	whiteners := make([][]float64, len(sums))
	err = p.d.Budget.Each(ctx, "", len(sums), func(f int) (err error) {
		if err = sums[f].flush(ctx, p.d.Multiplier); err == nil {
			whiteners[f], err = sums[f].whitener()
		}
		return err
	})
	return whiteners, err
}

// addCondition adds the covariances of one condition to all splits, in each of
// which it weighs as much as any other.
func (p *plan) addCondition(ctx context.Context, sums []*sumOfCovariances, made *design, condition int, span work.Span) error {
	var trials []int
	for i, c := range made.condition {
		if c == condition {
			trials = append(trials, i)
		}
	}
	observations := make([][]int, len(trials))
	for i, t := range trials {
		observations[i] = made.observations[t]
	}
	x := gather(p.ds, observations, span)
	return p.d.Budget.Each(ctx, "", len(sums), func(f int) error {
		var training []int // places among the trials of the condition
		for i, t := range trials {
			if made.fold[t] != f && !anyNaN(x, i, p.ds.Shape[1]) {
				training = append(training, i)
			}
		}
		sets := x
		if p.d.Normalization != perTime {
			sets = perTrial(x, training, p.ds.Shape[1])
			training = nil
		}
		for _, set := range sets {
			rows := set
			if training != nil {
				rows = pick(set, training, p.ds.Shape[1])
			}
			n := len(rows) / p.ds.Shape[1]
			if n < 2 {
				continue
			}
			weight := 1 / float64(len(sets)*len(p.conditions))
			if err := sums[f].add(ctx, p.d.Multiplier, standardized(rows, n), weight); err != nil {
				return err
			}
		}
		return nil
	})
}

// anyNaN reports whether a trial lacks measurements.
func anyNaN(x [][]float64, trial, channels int) bool {
	return slices.ContainsFunc(x, func(rows []float64) bool { return floats.HasNaN(rows[trial*channels : (trial+1)*channels]) })
}

// perTrial returns times × channels of every trial, where x has trials × channels
// of every time.
func perTrial(x [][]float64, trials []int, channels int) [][]float64 {
	sets := make([][]float64, len(trials))
	for i, t := range trials {
		for _, rows := range x {
			sets[i] = append(sets[i], rows[t*channels:(t+1)*channels]...)
		}
	}
	return sets
}

// pick copies rows.
func pick(x []float64, rows []int, channels int) []float64 {
	picked := make([]float64, 0, len(rows)*channels)
	for _, row := range rows {
		picked = append(picked, x[row*channels:(row+1)*channels]...)
	}
	return picked
}

// negligible is the share of the largest variance below which a direction counts
// as one that the data do not have.
const negligible = 1e-10

// whitener returns Σ^-½ in the directions that the data have, and 0 in others: an
// average reference or signal space separation leaves fewer than there are
// channels, and noise in the others would be rounding, divided by itself.
func (c *sumOfCovariances) whitener() ([]float64, error) {
	p := c.channels
	sigma := mat.NewSymDense(p, slices.Clone(c.spread))
	for i, more := range c.more {
		sigma.SetSym(i, i, sigma.At(i, i)+more)
	}
	basis, err := c.directions()
	if err != nil {
		return nil, err
	}
	_, rank := basis.Dims()
	var inside mat.SymDense
	var half, turned mat.Dense
	half.Mul(sigma, basis)
	turned.Mul(basis.T(), &half)
	inside.ReuseAsSym(rank)
	for i := range rank {
		for j := i; j < rank; j++ {
			inside.SetSym(i, j, turned.At(i, j))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(&inside, true) {
		return nil, fmt.Errorf("the eigenvalues of the noise covariance of %d channels cannot be found: its numbers are too far apart", p)
	}
	var vectors, root, result mat.Dense
	eigen.VectorsTo(&vectors)
	root.Mul(basis, &vectors)
	values := eigen.Values(nil)
	for k, value := range values {
		if value <= negligible*values[rank-1] {
			value = math.Inf(1)
		}
		for i := range p {
			root.Set(i, k, root.At(i, k)*math.Pow(value, -0.25))
		}
	}
	result.Mul(&root, root.T())
	return result.RawMatrix().Data, nil
}

// directions returns a basis of what the data have: all channels, unless there are
// more residuals than channels and some directions are in none of them.
//
//	errors   no direction at all
func (c *sumOfCovariances) directions() (*mat.Dense, error) {
	p := c.channels
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(p, slices.Clone(c.spread)), true) || c.degrees == 0 {
		return nil, fmt.Errorf("no noise can be estimated of %d channels: a condition needs two trials for training, or two times", p)
	}
	values := eigen.Values(nil)
	none := 0
	for none < p && values[none] <= negligible*values[p-1] {
		none++
	}
	if none == 0 || c.degrees < p {
		all := mat.NewDense(p, p, nil)
		for i := range p {
			all.Set(i, i, 1)
		}
		return all, nil
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	return mat.DenseCopyOf(vectors.Slice(0, p, none, p)), nil
}
