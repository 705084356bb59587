package inference_test

import (
	"context"
	"math"
	"os"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

const alpha = 0.05

// experiments is the number of true nulls in a test of a test: enough to see a
// level of 6.5 %, or in the long tests of 5.5 %.
func experiments() int {
	if os.Getenv("ISOCORTEX_LONG") != "" {
		return 40_000
	}
	return 2000
}

// rejections counts the experiments in which the smallest p value is at most alpha.
func rejections(t *testing.T, experiment func(index int) []float64) int {
	t.Helper()
	var rejected atomic.Int64
	err := work.Budget{}.Each(t.Context(), "", experiments(), func(i int) error {
		for _, p := range experiment(i) {
			if p <= alpha {
				rejected.Add(1)
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return int(rejected.Load())
}

// keepsLevel requires a rate of at most alpha, and of at least least, within
// three binomial standard errors.
func keepsLevel(t *testing.T, rejected int, least float64) {
	t.Helper()
	n := float64(experiments())
	slack := 3 * math.Sqrt(n*alpha*(1-alpha))
	if r := float64(rejected); r > n*alpha+slack || r < n*least-slack {
		t.Errorf("rejected %d of %.0f true nulls, want between %.0f and %.0f", rejected, n, n*least-slack, n*alpha+slack)
	}
	t.Logf("rejected %d of %.0f true nulls", rejected, n)
}

var one = work.Budget{Threads: 1}

func TestSignFlipKeepsItsLevel(t *testing.T) {
	for tail := range inference.Tails {
		keepsLevel(t, rejections(t, func(i int) []float64 {
			result, err := inference.Test{Draws: 99, Tail: inference.Tail(tail), Seed: uint64(i)}.SignFlip(context.Background(), one, scoresOf(12, 1, i))
			if err != nil {
				t.Error(err)
				return nil
			}
			return result.P
		}), alpha)
	}
}

// Twenty tests that share half their variance, with unequal spread: one false
// discovery among them is as rare as α says.
func TestMaximumStatisticKeepsTheFamilyLevel(t *testing.T) {
	keepsLevel(t, rejections(t, func(i int) []float64 {
		scores := scoresOf(10, 21, i)
		for s, row := range scores {
			for k := range row[1:] {
				row[k+1] = (row[k+1] + row[0]) * float64(k+1)
			}
			scores[s] = row[1:]
		}
		result, err := inference.Test{Draws: 99, Seed: uint64(i)}.SignFlip(context.Background(), one, scores)
		if err != nil {
			t.Error(err)
			return nil
		}
		return result.Corrected
	}), alpha)
}

// Pairs of one condition depend on each other; permuted labels allow for it.
func TestLabelPermutationKeepsItsLevel(t *testing.T) {
	const n = 8
	keepsLevel(t, rejections(t, func(i int) []float64 {
		model, brain := distances(n, i, 0), distances(n, i, 1)
		result, err := inference.Test{Draws: 99, Seed: uint64(i)}.LabelPermutation(context.Background(), one, n, 1, mantel(n, model, brain))
		if err != nil {
			t.Error(err)
			return nil
		}
		return result.P
	}), alpha)
}

// distances returns the RDV of n random positions on a line.
func distances(n int, index ...int) []float64 {
	random := seed.Stream(4, "positions", index...)
	position := make([]float64, n)
	for i := range position {
		position[i] = random.NormFloat64()
	}
	var x []float64
	for i := range n {
		for j := i + 1; j < n; j++ {
			x = append(x, math.Abs(position[i]-position[j]))
		}
	}
	return x
}

// Under the null every discovery is false, so that the false discovery rate is
// the rate of experiments with any.
func TestCorrectionsKeepTheirLevel(t *testing.T) {
	least := map[string]float64{"bonferroni": 0.045, "holm": 0.045, "benjamini-hochberg": 0.05}
	for _, c := range inference.Corrections {
		t.Run(c.Name, func(t *testing.T) {
			keepsLevel(t, rejections(t, func(i int) []float64 {
				random := seed.Stream(6, "p values", i)
				p := make([]float64, 15)
				for k := range p {
					p[k] = random.Float64()
				}
				return c.Adjust(p)
			}), least[c.Name])
		})
	}
}

// The interval of a mean of 40 holds the true mean about as often as it says;
// percentile intervals are a little short with few subjects.
func TestBootstrapIntervalCovers(t *testing.T) {
	const subjects = 40
	missed := rejections(t, func(i int) []float64 {
		scores := scoresOf(subjects, 1, i)
		intervals, err := inference.Bootstrap{Draws: 199, Seed: uint64(i)}.Intervals(context.Background(), one, inference.Size{Subjects: subjects, Statistics: 1},
			func(dst []float64, draw inference.Draw) error {
				dst[0] = 0
				for _, s := range draw.Subjects {
					dst[0] += scores[s][0] / subjects
				}
				return nil
			})
		if err != nil {
			t.Error(err)
			return nil
		}
		if intervals.Low[0] <= 0 && 0 <= intervals.High[0] {
			return []float64{1}
		}
		return []float64{0}
	})
	if rate := float64(missed) / float64(experiments()); rate < 0.03 || rate > 0.09 {
		t.Errorf("the interval missed the mean in a share of %g, want about 0.06", rate)
	}
}
