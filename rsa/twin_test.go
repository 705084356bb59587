package rsa_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// The plain way: every draw makes its RDVs anew and compares them from the
// start.

// plainMeans returns the mean score of every model at every time.
func plainMeans(c compare.Comparator, models [][]float64, subjects [][][]float64) []float64 {
	var means []float64
	for _, model := range models {
		for t := range subjects[0] {
			sum := 0.0
			for _, course := range subjects {
				score, _ := c.Score(model, course[t])
				sum += score.Value
			}
			means = append(means, sum/float64(len(subjects)))
		}
	}
	return means
}

// chosen returns the RDV of the chosen conditions, in that order, in which the
// pairs of a condition and its copy are missing.
func chosen(x []float64, conditions int, choice []int) []float64 {
	square := func(i, j int) float64 {
		i, j = min(i, j), max(i, j)
		return x[i*(2*conditions-i-1)/2+j-i-1]
	}
	var result []float64
	for k, i := range choice {
		for _, j := range choice[k+1:] {
			if i == j {
				result = append(result, math.NaN())
			} else {
				result = append(result, square(i, j))
			}
		}
	}
	return result
}

func chosenOfAll(rdvs [][]float64, conditions int, choice []int) [][]float64 {
	var result [][]float64
	for _, x := range rdvs {
		result = append(result, chosen(x, conditions, choice))
	}
	return result
}

func rdvsOf(models []rsa.Model) (rdvs [][]float64) {
	for _, m := range models {
		rdvs = append(rdvs, m.RDV)
	}
	return rdvs
}

// permutations calls f for every order of 0..n-1, the sorted one first.
func permutations(n int, f func(order []int)) {
	var extend func(order []int)
	extend = func(order []int) {
		if len(order) == n {
			f(order)
			return
		}
		for i := range n {
			if !slices.Contains(order, i) {
				extend(append(order, i))
			}
		}
	}
	extend(nil)
}

func TestLabelPermutationMatchesDefinition(t *testing.T) {
	const conditions, times = 5, 3
	for _, c := range quick {
		models, subjects := simulated(2, conditions, times)
		got := run(t, rsa.Evaluation{Comparator: c, BootstrapOver: rsa.None}, models, subjects)
		chance, all := make([]float64, 2*times), 0.0
		permutations(conditions, func(order []int) {
			floats.Add(chance, plainMeans(c, chosenOfAll(rdvsOf(models), conditions, order), subjects.RDVs))
			all++
		})
		floats.Scale(1/all, chance)
		var observed []float64
		alone, most := make([]float64, 2*times), make([]float64, 2*times)
		permutations(conditions, func(order []int) {
			means := plainMeans(c, chosenOfAll(rdvsOf(models), conditions, order), subjects.RDVs)
			floats.Sub(means, chance)
			if observed == nil {
				observed = means
			}
			for k := range means {
				if means[k] >= observed[k]-1e-10 {
					alone[k]++
				}
				if slices.Max(means) >= observed[k]-1e-10 {
					most[k]++
				}
			}
		})
		for k := range observed {
			course, time := got.Models[k/times].Course, k%times
			if p, corrected := alone[k]/all, most[k]/all; float64(course.P[time]) != p || float64(course.Corrected[time]) != corrected {
				t.Errorf("%s, statistic %d: p %v, corrected %v; by definition %v, %v", c.Name, k, course.P[time], course.Corrected[time], p, corrected)
			}
		}
	}
}

func TestBootstrapMatchesDefinition(t *testing.T) {
	const conditions, times, draws = 7, 3, 40
	models, subjects := simulated(3, conditions, times)
	for _, c := range quick {
		for over, name := range inference.Overs {
			e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: name, BootstrapDraws: draws, Seed: 6}
			got := run(t, e, models, subjects)
			size := inference.Size{Subjects: 3, Conditions: conditions, Statistics: 2*times + 2}
			want, err := inference.Bootstrap{Draws: draws, Over: inference.Over(over), Seed: 6}.Intervals(t.Context(), work.Budget{}, size, func(dst []float64, draw inference.Draw) error {
				plainDraw(dst, draw, c, rdvsOf(models), subjects)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for k := range 2 * times {
				course := got.Models[k/times].Course
				if low, high := float64(course.Low[k%times]), float64(course.High[k%times]); !near(low, want.Low[k]) || !near(high, want.High[k]) {
					t.Errorf("%s over %s, statistic %d: %v to %v; by definition %v to %v", c.Name, name, k, low, high, want.Low[k], want.High[k])
				}
			}
			for m, model := range got.Models {
				if ci := model.Peak.TimeCI; !near(float64(ci[0]), want.Low[2*times+m]) || !near(float64(ci[1]), want.High[2*times+m]) {
					t.Errorf("%s over %s, model %d peaks at %v; by definition %v to %v", c.Name, name, m, ci, want.Low[2*times+m], want.High[2*times+m])
				}
			}
		}
	}
}

// plainDraw finds mean scores and peak times of a draw, none of a draw of fewer
// than three different conditions.
func plainDraw(dst []float64, draw inference.Draw, c compare.Comparator, models [][]float64, subjects rsa.Subjects) {
	var choice []int
	for condition, copies := range draw.Conditions {
		choice = append(choice, slices.Repeat([]int{condition}, copies)...)
	}
	if len(slices.Compact(slices.Clone(choice))) < 3 {
		for k := range dst {
			dst[k] = math.NaN()
		}
		return
	}
	var drawn [][][]float64
	for _, s := range draw.Subjects {
		drawn = append(drawn, chosenOfAll(subjects.RDVs[s], len(draw.Conditions), choice))
	}
	times := len(subjects.Times)
	means := plainMeans(c, chosenOfAll(models, len(draw.Conditions), choice), drawn)
	copy(dst, means)
	for m := range models {
		best := math.Inf(-1)
		dst[len(means)+m] = math.NaN()
		for t, score := range means[m*times : (m+1)*times] {
			if score > best {
				best, dst[len(means)+m] = score, subjects.Times[t]
			}
		}
	}
}

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-12 || (math.IsNaN(a) && math.IsNaN(b))
}
