package rsa_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Every comparator can be evaluated, ceilings, tests, intervals and all. What it
// cannot compare is undefined, and it says what it needs: the Riemannian one
// wants squared distances, which these are not.
func TestEveryComparatorIsEvaluated(t *testing.T) {
	models, subjects := simulated(7, 6, 1)
	for s := range subjects.RDVs {
		for p := range subjects.RDVs[s][0] {
			subjects.RDVs[s][0][p] = math.Sin(subjects.RDVs[s][0][p]) // no distances of points
		}
	}
	for _, c := range compare.Comparators {
		for _, test := range []string{rsa.SignFlip, rsa.LabelPermutation, rsa.DualBootstrap} {
			found := run(t, rsa.Evaluation{Comparator: c, Test: test, Draws: 10, BootstrapDraws: 10, BootstrapOver: "both"}, models, subjects)
			undefined := slices.ContainsFunc(found.Models[0].Course.Scores, func(course []rsa.Number) bool { return math.IsNaN(float64(course[0])) })
			said := strings.Contains(strings.Join(found.Warnings, "\n"), c.Needs)
			if undefined != c.Directed || said != undefined {
				t.Errorf("%s, %s: scores %v, warnings %q", c.Name, test, found.Models[0].Course.Scores, found.Warnings)
			}
		}
	}
}

// The ceiling of a time is that of its RDMs alone: nothing is averaged over time.
func TestCeilingsOfTimesAreApart(t *testing.T) {
	models, subjects := simulated(6, 6, 3)
	for _, c := range quick {
		e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: rsa.None}
		all := run(t, e, models, subjects).NoiseCeiling
		for time := range 3 {
			alone := rsa.Subjects{}
			for _, course := range subjects.RDVs {
				alone.RDVs = append(alone.RDVs, course[time:time+1])
			}
			one := run(t, e, models, alone).NoiseCeiling
			if all.Lower.Values[time] != one.Lower.Values[0] || all.Upper.Values[time] != one.Upper.Values[0] {
				t.Errorf("%s at time %d: %v to %v, alone %v to %v", c.Name, time, all.Lower.Values[time], all.Upper.Values[time], one.Lower.Values[0], one.Upper.Values[0])
			}
		}
	}
}

// Pairs that one subject lacks are missing in its own scores and in no others,
// whatever the order of subjects and the number of threads.
func TestMissingPairsOfOneSubjectChangeNoOther(t *testing.T) {
	models, subjects := simulated(6, 7, 1)
	for _, c := range quick {
		e := rsa.Evaluation{Comparator: c, Test: rsa.None, BootstrapOver: rsa.None}
		whole := run(t, e, models, subjects).Models[0].Course.Scores
		lacking := rsa.Subjects{Times: subjects.Times, RDVs: slices.Clone(subjects.RDVs)}
		holes := slices.Clone(subjects.RDVs[0][0])
		holes[2], holes[9] = math.NaN(), math.NaN()
		lacking.RDVs[0] = [][]float64{holes}
		for _, threads := range []int{1, 4} {
			for range 2 {
				result, err := e.Run(t.Context(), models, lacking, work.Budget{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				changed := 0
				for s, x := range lacking.RDVs {
					if got := result.Models[0].Course.Scores[s][0]; math.IsNaN(x[0][2]) && got != whole[0][0] {
						changed++
					} else if !slices.ContainsFunc(whole, func(course []rsa.Number) bool { return course[0] == got }) {
						t.Errorf("%s: subject %d of %d threads scores %v", c.Name, s, threads, got)
					}
				}
				if changed != 1 {
					t.Errorf("%s: %d scores changed", c.Name, changed)
				}
				slices.Reverse(lacking.RDVs)
			}
		}
	}
}
