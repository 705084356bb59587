package inference

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/isocortex/isocortex/work"
)

// Dual holds the variances of statistics over new subjects and new conditions
// at once, and the bootstraps that they were found from.
type Dual struct {
	Variance []float64 // per statistic
	Freedom  float64   // degrees of freedom of a t of that variance; see VarianceTest

	Subjects, Conditions, Both *Distribution
}

// Dual draws three times: subjects, conditions, and both. The variance of draws
// of both alone is too large; see [DualVariance]. Whatever is to
// be tested is a statistic of its own: scores, differences between scores,
// differences to the noise ceiling. Over is ignored.
//
//	shapes   as for Distribution
//	errors   as for Distribution, of both subjects and conditions
//	cost     three times that of Distribution
//	random   as for Distribution
//	source   Schütt, Kipnis, Diedrichsen & Kriegeskorte (2023),
//	         doi:10.7554/eLife.82566
func (o Bootstrap) Dual(ctx context.Context, b work.Budget, size Size, statistic func(dst []float64, draw Draw) error) (*Dual, error) {
	var drawn [3]*Distribution
	for over := range drawn {
		o.Over = Over(over)
		var err error
		if drawn[over], err = o.Distribution(ctx, b, size, statistic); err != nil {
			return nil, err
		}
	}
	return NewDual(size, drawn[Subjects], drawn[Conditions], drawn[Both]), nil
}

// NewDual finds dual variances from the draws of subjects, conditions, and both.
//
//	NaN      a variance whose draws have none
func NewDual(size Size, subjects, conditions, both *Distribution) *Dual {
	d := &Dual{Freedom: FreedomOf(Both, size), Subjects: subjects, Conditions: conditions, Both: both}
	s, c, all := subjects.Variances(), conditions.Variances(), both.Variances()
	for k := range all {
		d.Variance = append(d.Variance, DualVariance(size, s[k], c[k], all[k]))
	}
	return d
}

// Intervals returns the intervals of Student's t about estimates, which are those
// inside which [VarianceTest] of both tails finds nothing.
//
//	shapes   estimates: statistics
//	NaN      where the estimate or its variance is; Undefined counts draws of any
//	         of the bootstraps, of the one that has most
//	source   as [DualVariance]
func (d *Dual) Intervals(estimates []float64, level float64) *Intervals {
	reach := distuv.StudentsT{Sigma: 1, Nu: d.Freedom}.Quantile((1 + level) / 2)
	found := &Intervals{Draws: d.Both.Draws, Undefined: d.undefined()}
	for k, estimate := range estimates {
		deviation := reach * math.Sqrt(d.Variance[k])
		found.Low, found.High = append(found.Low, estimate-deviation), append(found.High, estimate+deviation)
	}
	return found
}

// Percentiles returns intervals of draws of both, each end brought nearer to the
// estimate by the ratio of the standard deviations, that of the dual variance and
// that of the draws. They stay where draws and estimate are, as times of peaks have
// to, and are a little short with few subjects.
//
//	shapes   estimates: statistics
//	NaN      as for Intervals
func (d *Dual) Percentiles(estimates []float64, level float64) *Intervals {
	found, variances := d.Both.Intervals(level), d.Both.Variances()
	found.Undefined = d.undefined()
	for k, estimate := range estimates {
		ratio := 1.0
		if variances[k] != 0 {
			ratio = math.Sqrt(d.Variance[k] / variances[k])
		}
		found.Low[k], found.High[k] = nearer(estimate, found.Low[k], ratio), nearer(estimate, found.High[k], ratio)
	}
	return found
}

// nearer brings an end nearer to the estimate by a ratio of at most 1; rounding
// takes it no farther than it was.
func nearer(estimate, end, ratio float64) float64 {
	return min(max(estimate+ratio*(end-estimate), min(estimate, end)), max(estimate, end))
}

// undefined counts, per statistic, the draws that are NaN in the bootstrap that
// has most of them.
func (d *Dual) undefined() []int {
	undefined := make([]int, len(d.Variance))
	for _, one := range []*Distribution{d.Subjects, d.Conditions, d.Both} {
		k := 0
		one.columns(func(drawn []float64) {
			undefined[k] = max(undefined[k], one.Draws-len(drawn))
			k++
		})
	}
	return undefined
}

// DualVariance returns the variance of an estimate over new subjects and new
// conditions from the variances of three bootstraps: of subjects, of
// conditions, and of both.
//
//	v = S/(S-1) v_s + n/(n-1) v_c - nS/((n-1)(S-1)) (v_b - v_s - v_c)
//
// of S subjects and n conditions. It is at least S/(S-1) v_s and n/(n-1) v_c,
// and then at most v_b. Without a size, all fractions are 1, as of very many.
//
// What single measurements add, noise and the ways of one subject with one
// condition, is once in v_s, once in v_c and three times in v_b. The last term
// leaves it once.
//
//	NaN      when a variance is NaN
//	source   Schütt, Kipnis, Diedrichsen & Kriegeskorte (2023),
//	         doi:10.7554/eLife.82566; agrees with rsatoolbox
func DualVariance(size Size, subjects, conditions, both float64) float64 {
	s, n := inflation(size.Subjects), inflation(size.Conditions)
	v := s*subjects + n*conditions - s*n*(both-subjects-conditions)
	return min(max(v, s*subjects, n*conditions), both)
}

// Corrected returns the variance of an estimate from that of a bootstrap, which
// spreads about the mean of n things with divisor n: n/(n-1) times as much. For
// draws of Both use [DualVariance].
//
//	NaN      when the variance is
func Corrected(variance float64, drawn int) float64 { return variance * inflation(drawn) }

// inflation returns n/(n-1), and 1 when n is not known.
func inflation(n int) float64 {
	if n == 0 {
		return 1
	}
	return float64(n) / float64(n-1)
}

// FreedomOf returns the degrees of freedom of a t whose variance is that of
// draws anew: one less than the subjects, the conditions, or the fewer of both.
func FreedomOf(over Over, size Size) float64 {
	n := min(size.Subjects, size.Conditions)
	switch over {
	case Subjects:
		n = size.Subjects
	case Conditions:
		n = size.Conditions
	}
	return float64(n - 1)
}

// CrossValidatedVariance removes from the bootstrapped variance of a
// cross-validated score what the random choice of folds adds to it. In every
// draw the folds were chosen repeats times, two or more.
//
//	v = (repeats · v_mean - v_single) / (repeats - 1)
//
// The variance of a score of one choice of folds is v + w, that of the mean of
// all choices v + w/repeats: v is what infinitely many would leave. An estimate
// by subtraction may be negative; it is then returned so, and gives no t.
//
//	source   Schütt, Kipnis, Diedrichsen & Kriegeskorte (2023),
//	         doi:10.7554/eLife.82566
func CrossValidatedVariance(mean, single float64, repeats int) float64 {
	if repeats < 2 {
		panic("inference: the variance that folds add shows in two or more choices of them")
	}
	return (float64(repeats)*mean - single) / float64(repeats-1)
}
