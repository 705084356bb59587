package inference

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
)

// An Analytic is what a test without draws found. For p values of many tests
// see [Corrections].
type Analytic struct {
	Statistic []float64 // per test
	Freedom   []float64 // per test, degrees of freedom; nil when the test has none
	P         []float64 // per test, of that test alone
}

// StudentTest asks, for each test, whether the mean score of all subjects there
// could be is zero. It is exact when scores are normal. For pairs of scores
// take their [Differences].
//
//	t = mean / (s/√n),   of n-1 degrees of freedom
//
// where s is the standard deviation with divisor n-1.
//
//	shapes   scores: subjects × tests; result: tests
//	NaN      a subject without a score is left out of that test; fewer than two
//	         scores, or equal ones, have no t
//	errors   no subject; subjects with different numbers of tests; an unknown tail
//	source   Student (1908), doi:10.1093/biomet/6.1.1; agrees with
//	         scipy.stats.ttest_1samp and ttest_rel
func StudentTest(scores [][]float64, tail Tail) (*Analytic, error) {
	if err := tail.check(); err != nil {
		return nil, err
	}
	r := &Analytic{}
	err := eachTest(scores, func(x []float64) {
		n := float64(len(x))
		mean, deviation := stat.MeanStdDev(x, nil)
		t := math.NaN()
		if n > 1 && deviation > 0 {
			t = mean / (deviation / math.Sqrt(n))
		}
		r.add(t, n-1, tail)
	})
	return r, err
}

// VarianceTest asks, for each estimate, whether it could be zero, given how
// much it varies: [Dual.Variance] and the like. Differences between two model
// RDMs, or to the noise ceiling, are estimates with variances of their own.
//
//	t = estimate / √variance
//
//	shapes   estimates, variances, result: tests; panics if they differ
//	NaN      without a variance above 0 there is no t
//	errors   an unknown tail
//	source   Schütt, Kipnis, Diedrichsen & Kriegeskorte (2023),
//	         doi:10.7554/eLife.82566
func VarianceTest(estimates, variances []float64, freedom float64, tail Tail) (*Analytic, error) {
	if len(estimates) != len(variances) {
		panic(fmt.Sprintf("inference: %d estimates with %d variances", len(estimates), len(variances)))
	}
	if err := tail.check(); err != nil {
		return nil, err
	}
	r := &Analytic{}
	for k, variance := range variances {
		t := math.NaN()
		if variance > 0 {
			t = estimates[k] / math.Sqrt(variance)
		}
		r.add(t, freedom, tail)
	}
	return r, nil
}

func (r *Analytic) add(t, freedom float64, tail Tail) {
	r.Statistic = append(r.Statistic, t)
	r.Freedom = append(r.Freedom, freedom)
	r.P = append(r.P, tail.student(t, freedom))
}

// student returns the p value of Student's t. Both tails are found as such, so
// that small ones keep their digits.
func (t Tail) student(x, freedom float64) float64 {
	if math.IsNaN(x) || !(freedom > 0) {
		return math.NaN()
	}
	both := mathext.RegIncBeta(freedom/2, 0.5, freedom/(freedom+x*x))
	switch {
	case t == TwoSided:
		return both
	case (x > 0) == (t == Greater):
		return both / 2
	}
	return 1 - both/2
}

// Differences subtracts the scores b from a, subject by subject: a test of
// differences is a paired test.
//
//	shapes   a, b, result: subjects × tests
//	NaN      where either is NaN
//	errors   a and b of different shapes
func Differences(a, b [][]float64) ([][]float64, error) {
	if len(a) != len(b) {
		return nil, fmt.Errorf("pairs of scores: %d subjects and %d", len(a), len(b))
	}
	differences := make([][]float64, len(a))
	for s := range a {
		if len(a[s]) != len(b[s]) {
			return nil, fmt.Errorf("pairs of scores: subject %d has %d and %d", s+1, len(a[s]), len(b[s]))
		}
		for k := range a[s] {
			differences[s] = append(differences[s], a[s][k]-b[s][k])
		}
	}
	return differences, nil
}

// eachTest hands over the scores of one test after another, without those that
// are NaN. They are valid until the next.
func eachTest(scores [][]float64, visit func(x []float64)) error {
	if len(scores) == 0 {
		return fmt.Errorf("a test of no subjects: it needs two or more")
	}
	if _, err := columns(scores); err != nil {
		return err
	}
	x := make([]float64, 0, len(scores))
	for k := range scores[0] {
		x = x[:0]
		for _, row := range scores {
			if !math.IsNaN(row[k]) {
				x = append(x, row[k])
			}
		}
		visit(x)
	}
	return nil
}
