package noise

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/work"
)

// A Recipe says how the noise of a Dataset is estimated from its own trials: what
// differs from the mean of its condition is noise. The zero Recipe estimates none.
type Recipe struct {
	Estimator Estimator
	Label     string // of observations, such as "run": each of its values has its own condition means and its own covariance; "" one for all
	Pooled    bool   // those of a label are pooled into one
	EachTime  bool   // each time has its own covariance; else all share the mean over times
	Budget    work.Budget
}

// Covariances are those of the noise of one Dataset.
type Covariances struct {
	Groups []string        // values of the label of the recipe, in natural order; nil if all observations share one
	All    [][]*Covariance // groups, at least one, × times, one if all times share it
}

// At returns the covariance of a group at a time.
func (c *Covariances) At(group, time int) *Covariance {
	times := c.All[group]
	return times[min(time, len(times)-1)]
}

// Pool returns the covariances with all groups pooled into one; c itself if
// there is but one.
func (c *Covariances) Pool() *Covariances {
	if len(c.All) == 1 {
		return &Covariances{All: c.All}
	}
	pooled := make([]*Covariance, len(c.All[0]))
	for t := range pooled {
		groups := make([]*Covariance, len(c.All))
		for g := range groups {
			groups[g] = c.All[g][t]
		}
		pooled[t] = Pool(groups...)
	}
	return &Covariances{All: [][]*Covariance{pooled}}
}

// Covariances estimates the noise of ds. Its degrees of freedom are the
// observations less the conditions, however many observations each condition
// has: one with a single observation says nothing, and costs nothing.
//
//	shapes   ds: observations × channels × times, with a label "condition"
//	NaN      as for [Estimator.FromResiduals]; that of a condition with a single
//	         observation, as one whose trials were all rejected has, does not count
//	errors   no such labels; a group in which no condition has two observations
//	cost     observations · channels² products per time, times side by side; memory
//	         channels² per group and time
//	source   Walther et al. (2016), doi:10.1016/j.neuroimage.2015.12.012; pooling
//	         over times: Guggenmos et al. (2018), doi:10.1016/j.neuroimage.2018.02.044
func (r Recipe) Covariances(ctx context.Context, ds *dataset.Dataset) (*Covariances, error) {
	_, conditions, err := ds.Groups("condition")
	if err != nil {
		return nil, fmt.Errorf("noise: %w", err)
	}
	result := &Covariances{}
	groups := [][]int{nil} // nil: all observations
	if r.Label != "" {
		if result.Groups, groups, err = ds.Groups(r.Label); err != nil {
			return nil, fmt.Errorf("noise: %w", err)
		}
	}
	for g, rows := range groups {
		times, err := r.group(ctx, ds, within(conditions, rows))
		if err != nil && result.Groups != nil {
			err = fmt.Errorf("%s %q: %w", r.Label, result.Groups[g], err)
		}
		if err != nil {
			return nil, err
		}
		result.All = append(result.All, times)
	}
	if r.Pooled {
		return result.Pool(), nil
	}
	return result, nil
}

// group estimates the noise of the given sets of rows, one per condition.
func (r Recipe) group(ctx context.Context, ds *dataset.Dataset, conditions [][]int) ([]*Covariance, error) {
	degrees := -len(conditions)
	for _, rows := range conditions {
		degrees += len(rows)
	}
	if degrees < 1 {
		return nil, fmt.Errorf("every condition has one observation, which does not tell noise from response: use several trials per condition, or residuals of another analysis")
	}
	times, task := make([]*Covariance, ds.Shape[2]), ""
	if len(times) > 1 {
		task = "noise over time"
	}
	err := r.Budget.Each(ctx, task, len(times), func(t int) (err error) {
		times[t], err = r.estimate(remainders(ds, conditions, t), ds, float64(degrees))
		return err
	})
	if err != nil || r.EachTime || len(times) == 1 {
		return times, err
	}
	return []*Covariance{Mean(times...)}, nil
}

// estimate estimates the covariance of residuals. Where channels have several units,
// those of each are brought to one size before: shrinkage towards equal variances
// would leave nothing but noise of the smaller ones.
func (r Recipe) estimate(x []float64, ds *dataset.Dataset, degrees float64) (*Covariance, error) {
	sizes := sizesOfUnits(x, ds.Channel["unit"])
	if sizes == nil {
		return r.Estimator.FromResiduals(x, ds.Shape[1], degrees)
	}
	for i := range x {
		x[i] /= sizes[i%len(sizes)]
	}
	c, err := r.Estimator.FromResiduals(x, ds.Shape[1], degrees)
	if err != nil {
		return nil, err
	}
	if variances, diagonal := c.Matrix.(*mat.DiagDense); diagonal {
		for i, s := range sizes {
			variances.SetDiag(i, variances.At(i, i)*s*s)
		}
		return c, nil
	}
	all := mat.NewSymDense(len(sizes), nil)
	for i, s := range sizes {
		for j := i; j < len(sizes); j++ {
			all.SetSym(i, j, c.Matrix.At(i, j)*s*sizes[j])
		}
	}
	c.Matrix = all
	return c, nil
}

// sizesOfUnits returns for each channel the root mean square of residuals over all
// channels of its unit; nil where there is but one unit.
func sizesOfUnits(x []float64, units []string) []float64 {
	if len(slices.Compact(slices.Sorted(slices.Values(units)))) < 2 {
		return nil
	}
	sum, count := map[string]float64{}, map[string]float64{}
	for i, v := range x {
		if !math.IsNaN(v) {
			u := units[i%len(units)]
			sum[u] += v * v
			count[u]++
		}
	}
	sizes := make([]float64, len(units))
	for i, u := range units {
		if sizes[i] = math.Sqrt(sum[u] / count[u]); !(sizes[i] > 0) {
			sizes[i] = 1 // nothing varies
		}
	}
	return sizes
}

// remainders returns the measurements of the rows at one time, less the mean of
// their condition. Those of a single row are 0 also where it is NaN: it says
// nothing about noise, and must not hide what others say.
func remainders(ds *dataset.Dataset, conditions [][]int, t int) []float64 {
	channels := ds.Shape[1]
	var all []float64
	mean := make([]float64, channels)
	for _, rows := range conditions {
		clear(mean)
		if len(rows) == 1 {
			all = append(all, mean...)
			continue
		}
		for _, row := range rows {
			for c := range mean {
				mean[c] += ds.At(row, c, t)
			}
		}
		for _, row := range rows {
			for c := range mean {
				all = append(all, ds.At(row, c, t)-mean[c]/float64(len(rows)))
			}
		}
	}
	return all
}

// within returns those rows of each condition that are among the given ones, for
// the conditions that have any. Both are in ascending order; nil is all.
func within(conditions [][]int, rows []int) [][]int {
	if rows == nil {
		return conditions
	}
	var sets [][]int
	for _, condition := range conditions {
		var set []int
		for _, row := range condition {
			if _, found := slices.BinarySearch(rows, row); found {
				set = append(set, row)
			}
		}
		if set != nil {
			sets = append(sets, set)
		}
	}
	return sets
}
