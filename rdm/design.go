package rdm

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/noise"
)

// A plan says which observations become which rows of the RDMs of a Dataset.
type plan struct {
	e          *Estimator
	ds         *dataset.Dataset // averaged over conditions, unless there are folds
	conditions []string         // nil if each observation is one
	size       int              // number of conditions
	folds      []string         // their names, in natural order; nil without any
	rows       [][][]int        // folds × conditions: the observations
	splits     []split
	noise      *noise.Covariances // nil without any
	shared     []pair             // the covariances of the splits if all times share them
}

// A split is a choice of folds for training and one for test.
type split struct {
	training []int
	test     int
}

// A pair of covariances, of the folds for training and of that for test.
type pair struct{ training, test *noise.Covariance }

// plan reads the labels of ds and estimates its noise.
func (e *Estimator) plan(ctx context.Context, ds *dataset.Dataset) (*plan, error) {
	p := &plan{e: e, ds: ds, noise: e.Covariances}
	if err := e.check(); err != nil {
		return nil, err
	}
	if e.estimatesNoise() {
		recipe := e.Noise
		recipe.Budget = e.Budget
		var err error
		if p.noise, err = recipe.Covariances(ctx, ds); err != nil {
			return nil, err
		}
	}
	if err := p.group(); err != nil {
		return nil, err
	}
	if n := p.size; n < 2 {
		return nil, fmt.Errorf("an RDM needs at least two conditions, not %d", n)
	}
	if ds.Shape[1] < 1 || ds.Shape[2] < 1 {
		return nil, fmt.Errorf("an RDM needs at least one channel and one time, not %d and %d", ds.Shape[1], ds.Shape[2])
	}
	return p, p.spreadNoise()
}

// group averages conditions, or finds the observations of each in every fold.
func (p *plan) group() error {
	labelled := p.ds.Observation["condition"] != nil
	switch {
	case p.e.Measure.NeedsFolds && !labelled:
		return fmt.Errorf("%s compares conditions between folds: label the observations with their condition", p.e.Measure.Name)
	case p.e.Measure.NeedsFolds:
		return p.divide()
	case labelled:
		averaged, err := p.ds.Average("condition")
		if err != nil {
			return err
		}
		p.ds, p.conditions = averaged, slices.Clone(averaged.Observation["condition"])
	}
	p.size = p.ds.Shape[0]
	return nil
}

// divide sorts the observations by fold and condition.
func (p *plan) divide() error {
	conditions, observations, err := p.ds.Groups("condition")
	if err != nil {
		return err
	}
	p.conditions, p.size = conditions, len(conditions)
	if p.e.Folds == "" {
		p.divideByOrder(observations)
	} else if err := p.divideByLabel(observations); err != nil {
		return err
	}
	return p.checkFolds()
}

// divideByOrder puts the first observation of every condition into the first
// fold, the second into the second, and so on.
func (p *plan) divideByOrder(observations [][]int) {
	for c, rows := range observations {
		for f, row := range rows {
			if f == len(p.folds) {
				p.folds, p.rows = append(p.folds, strconv.Itoa(f+1)), append(p.rows, make([][]int, p.size))
			}
			p.rows[f][c] = []int{row}
		}
	}
}

// divideByLabel makes a fold of every value of a label.
func (p *plan) divideByLabel(observations [][]int) error {
	folds, members, err := p.ds.Groups(p.e.Folds)
	if err != nil {
		return fmt.Errorf("folds: %w", err)
	}
	fold := make([]int, p.ds.Shape[0]) // of each observation
	for f, rows := range members {
		for _, row := range rows {
			fold[row] = f
		}
	}
	p.folds, p.rows = folds, make([][][]int, len(folds))
	for f := range p.rows {
		p.rows[f] = make([][]int, p.size)
	}
	for c, rows := range observations {
		for _, row := range rows {
			p.rows[fold[row]][c] = append(p.rows[fold[row]][c], row)
		}
	}
	return nil
}

// checkFolds requires every condition in two folds or more, and lists the splits.
func (p *plan) checkFolds() error {
	if len(p.folds) < 2 {
		why := "no condition has two observations"
		if p.e.Folds != "" {
			why = fmt.Sprintf("every observation has the %s %q", p.e.Folds, p.folds[0])
		}
		return fmt.Errorf("%s needs two folds or more: %s", p.e.Measure.Name, why)
	}
	for c, name := range p.conditions {
		in := 0
		for f := range p.folds {
			in += min(1, len(p.rows[f][c]))
		}
		if in < 2 {
			return fmt.Errorf("condition %q is in one fold only, and %s needs two: measure it again, or leave it out", name, p.e.Measure.Name)
		}
	}
	p.splits = p.choose()
	return nil
}

// choose lists the splits of the folds.
func (p *plan) choose() []split {
	if p.e.Measure.symmetric && p.noisePerFold() {
		p.e.Pairing = AllPairs
	}
	if p.e.Pairing != AllPairs {
		return leaveOneOut(len(p.folds))
	}
	var splits []split
	for f := range p.folds {
		for g := range p.folds {
			if f < g || f > g && !p.e.Measure.symmetric {
				splits = append(splits, split{[]int{f}, g})
			}
		}
	}
	return splits
}

func leaveOneOut(folds int) []split {
	splits := make([]split, folds)
	for test := range splits {
		splits[test].test = test
		for f := range folds {
			if f != test {
				splits[test].training = append(splits[test].training, f)
			}
		}
	}
	return splits
}

// noisePerFold reports whether there are several covariances of noise, for folds.
func (p *plan) noisePerFold() bool { return p.noise != nil && len(p.noise.All) > 1 }

// spreadNoise checks the covariances, and pairs them where all times share them.
func (p *plan) spreadNoise() error {
	if p.noise == nil {
		return nil
	}
	if channels := p.noise.At(0, 0).Channels(); channels != p.ds.Shape[1] {
		return fmt.Errorf("noise of %d channels for responses over %d", channels, p.ds.Shape[1])
	}
	if times := len(p.noise.All[0]); times != 1 && times != p.ds.Shape[2] {
		return fmt.Errorf("noise at %d times for responses at %d", times, p.ds.Shape[2])
	}
	if !p.e.Measure.NeedsFolds {
		p.noise = p.noise.Pool()
	} else if p.noisePerFold() && !slices.Equal(p.noise.Groups, p.folds) {
		return fmt.Errorf("noise of %s for the folds %s: use the same label for both, or pool the noise",
			strings.Join(p.noise.Groups, ", "), strings.Join(p.folds, ", "))
	}
	if len(p.noise.All[0]) == 1 {
		p.shared = p.covariances(0)
	}
	return nil
}

// covariances returns those of every split at a time.
func (p *plan) covariances(t int) []pair {
	if p.noise == nil {
		return nil
	}
	if !p.noisePerFold() {
		one := p.noise.At(0, t)
		return slices.Repeat([]pair{{one, one}}, max(1, len(p.splits)))
	}
	pairs := make([]pair, len(p.splits))
	for s, split := range p.splits {
		training := make([]*noise.Covariance, len(split.training))
		for i, f := range split.training {
			training[i] = p.noise.At(f, t)
		}
		pairs[s] = pair{noise.Pool(training...), p.noise.At(split.test, t)}
		if p.e.Measure.symmetric {
			mean := noise.Mean(pairs[s].training, pairs[s].test)
			pairs[s] = pair{mean, mean}
		}
	}
	return pairs
}

// at gathers what the RDM of one time is made of.
func (p *plan) at(t int) problem {
	result := problem{splits: p.splits, noise: p.shared, channels: p.ds.Shape[1]}
	if result.noise == nil {
		result.noise = p.covariances(t)
	}
	if p.folds == nil {
		patterns := Patterns{Rows: p.size, Channels: p.ds.Shape[1], F32: p.ds.F32, F64: p.ds.F64}
		if p.ds.Shape[2] > 1 {
			patterns = atTime(p.ds, t)
		}
		result.folds = []fold{{Patterns: patterns}}
		return result
	}
	for _, rows := range p.rows {
		result.folds = append(result.folds, meansOf(p.ds, rows, t))
	}
	return result
}

// meansOf averages the observations of each condition at one time.
func meansOf(ds *dataset.Dataset, rows [][]int, t int) fold {
	channels := ds.Shape[1]
	f := fold{Patterns{Rows: len(rows), Channels: channels, F64: make([]float64, len(rows)*channels)}, make([]int, len(rows))}
	for i, observations := range rows {
		f.observations[i] = len(observations)
		mean := f.row(i)
		for c := range mean {
			for _, o := range observations {
				mean[c] += ds.At(o, c, t)
			}
			mean[c] /= float64(len(observations)) // 0/0 is NaN
		}
	}
	return f
}

// atTime gathers the patterns of one time.
func atTime(ds *dataset.Dataset, t int) Patterns {
	n, channels, times := ds.Shape[0], ds.Shape[1], ds.Shape[2]
	p := Patterns{Rows: n, Channels: channels, F64: make([]float64, n*channels)}
	for i := range p.F64 {
		if ds.F64 != nil {
			p.F64[i] = ds.F64[i*times+t]
		} else {
			p.F64[i] = float64(ds.F32[i*times+t])
		}
	}
	return p
}
