package inference_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/work"
)

// smallScores draws scores of whole numbers, which sum to ties and to zero.
func smallScores(t *rapid.T) [][]float64 {
	subjects, tests := rapid.IntRange(2, 7).Draw(t, "subjects"), rapid.IntRange(1, 3).Draw(t, "tests")
	scores := make([][]float64, subjects)
	for s := range scores {
		for range tests {
			scores[s] = append(scores[s], float64(rapid.IntRange(-3, 3).Draw(t, "score")))
		}
	}
	return scores
}

func signFlip(t *rapid.T, tail inference.Tail, scores [][]float64) *inference.Result {
	result, err := inference.Test{Tail: tail}.SignFlip(t.Context(), one, scores)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// changed returns the scores after a change of each.
func changed(scores [][]float64, change func(float64) float64) [][]float64 {
	result := make([][]float64, len(scores))
	for s, row := range scores {
		for _, x := range row {
			result[s] = append(result[s], change(x))
		}
	}
	return result
}

// The plain sign flip test: sums of whole numbers are exact, so that equal
// patterns are equal.
func TestSignFlipMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := smallScores(t)
		result := signFlip(t, inference.Greater, scores)
		for k, p := range result.P {
			reached, observed := 0, math.NaN()
			for pattern := range 1 << len(scores) {
				sum := 0.0
				for s, row := range scores {
					sum += row[k] * float64(1-2*(pattern>>s&1))
				}
				if pattern == 0 {
					observed = sum
				}
				if sum >= observed {
					reached++
				}
			}
			if want := float64(reached) / math.Exp2(float64(len(scores))); p != want {
				t.Fatalf("p = %v, by definition %v", p, want)
			}
		}
	})
}

// The lower tail of scores is the upper tail of their negatives.
func TestTailsMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := smallScores(t)
		negative := changed(scores, func(x float64) float64 { return -x })
		less, greater := signFlip(t, inference.Less, scores), signFlip(t, inference.Greater, negative)
		if !slices.Equal(less.P, greater.P) || !slices.Equal(less.Corrected, greater.Corrected) {
			t.Fatalf("less %v, greater of the negative %v", less, greater)
		}
		both, mirrored := signFlip(t, inference.TwoSided, scores), signFlip(t, inference.TwoSided, negative)
		if !slices.Equal(both.P, mirrored.P) {
			t.Fatalf("two-sided %v, of the negative %v", both.P, mirrored.P)
		}
	})
}

// Neither the unit of the scores nor the order of the subjects matters.
func TestSignFlipIgnoresUnitAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := smallScores(t)
		result := signFlip(t, inference.Greater, scores)
		scaled := changed(scores, func(x float64) float64 { return 1e-13 * x })
		slices.Reverse(scaled)
		if other := signFlip(t, inference.Greater, scaled); !slices.Equal(result.P, other.P) || !slices.Equal(result.Corrected, other.Corrected) {
			t.Fatalf("p %v and %v, in other units and order %v and %v", result.P, result.Corrected, other.P, other.Corrected)
		}
	})
}

// Scores that are all zero say nothing: chance always does as much.
func TestZeroScoresAreNoEvidence(t *testing.T) {
	result, err := inference.Test{}.SignFlip(t.Context(), one, [][]float64{{0, 1}, {0, 2}, {0, 3}})
	if err != nil || result.P[0] != 1 || result.Statistic[0] != 0 || result.P[1] != 0.125 {
		t.Errorf("%+v, %v", result, err)
	}
}

// The statistic is Student's t on another scale, of the same order.
func TestStatisticIsStudentsT(t *testing.T) {
	scores := scoresOf(9, 5)
	result, err := inference.Test{}.SignFlip(t.Context(), one, scores)
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range result.Statistic {
		var x []float64
		for _, row := range scores {
			x = append(x, row[k])
		}
		mean, deviation := stat.MeanStdDev(x, nil)
		n := float64(len(x))
		if got, want := u*math.Sqrt((n-1)/(n-u*u)), mean/(deviation/math.Sqrt(n)); !near(got, want) {
			t.Errorf("t = %v, want %v", got, want)
		}
	}
}

// Every permutation is tried exactly once, and the labels as they are first.
func TestExactLabelPermutationTriesAll(t *testing.T) {
	for n, want := range map[int]int{2: 2, 3: 6, 4: 24, 5: 120} {
		seen := map[string]int{}
		result, err := inference.Test{}.LabelPermutation(t.Context(), one, n, 1, func(dst []float64, permutation []int) error {
			if len(seen) == 0 && !slices.IsSorted(permutation) {
				return fmt.Errorf("observed under %v", permutation)
			}
			dst[0] = 0
			seen[fmt.Sprint(permutation)]++
			return nil
		})
		if err != nil || len(seen) != want || result.Draws != want || result.P[0] != 1 {
			t.Errorf("%d conditions: %d permutations, want %d; %+v, %v", n, len(seen), want, result, err)
		}
	}
}

// With many conditions permutations are drawn, and differ from seed to seed.
func TestDrawnPermutations(t *testing.T) {
	first := func(seed uint64) string {
		var permutations []string
		_, err := inference.Test{Draws: 2, Seed: seed}.LabelPermutation(t.Context(), one, 9, 1, func(_ []float64, permutation []int) error {
			sorted := slices.Sorted(slices.Values(permutation))
			if !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}) {
				return fmt.Errorf("%v is no permutation", permutation)
			}
			permutations = append(permutations, fmt.Sprint(permutation))
			return nil
		})
		if err != nil || len(permutations) != 3 {
			t.Fatal(permutations, err)
		}
		return fmt.Sprint(permutations)
	}
	one, again, two := first(1), first(1), first(2)
	if one != again || one == two {
		t.Errorf("seed 1: %s, again %s, seed 2: %s", one, again, two)
	}
}

// The spread of bootstrapped means is the standard error of the mean.
func TestBootstrapSpreadIsTheStandardError(t *testing.T) {
	const subjects, draws = 50, 4000
	scores := scoresOf(subjects, 1)
	var x []float64
	for _, row := range scores {
		x = append(x, row[0])
	}
	mean, deviation := stat.PopMeanStdDev(x, nil)
	o := inference.Bootstrap{Draws: draws, Level: 0.6827} // one standard error to either side
	intervals, err := o.Intervals(t.Context(), work.Budget{}, inference.Size{Subjects: subjects, Statistics: 1}, func(dst []float64, draw inference.Draw) error {
		dst[0] = 0
		for _, s := range draw.Subjects {
			dst[0] += x[s] / subjects
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	se := deviation / math.Sqrt(subjects)
	if low, high := intervals.Low[0], intervals.High[0]; math.Abs(low-(mean-se)) > 0.1*se || math.Abs(high-(mean+se)) > 0.1*se {
		t.Errorf("interval %v to %v, want %v to %v", low, high, mean-se, mean+se)
	}
}
