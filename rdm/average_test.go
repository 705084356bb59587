package rdm_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/rdm"
)

func ExampleRDMs_AverageOver() {
	stack := &rdm.RDMs{
		Size:            2,
		Dissimilarities: []float64{1, 2, 5},
		Labels: map[string][]string{
			"subject": {"ann", "ann", "bob"},
			"session": {"1", "2", "1"},
		},
	}
	mean := stack.AverageOver("session")
	fmt.Println(mean.Labels, mean.Dissimilarities)
	// Output: map[subject:[ann bob]] [1.5 5]
}

// Every time has its own mean, a pair that one session lacks is that of the
// others, and the stack stays as it was.
func TestAverageOverTimesAndMissingPairs(t *testing.T) {
	stack := &rdm.RDMs{
		Size:            3,
		Dissimilarities: []float64{1, 2, math.NaN(), 4, 5, 6, 3, math.NaN(), math.NaN(), 8, 7, 6},
		Times:           []float64{0, 0.1, 0, 0.1},
		Labels:          map[string][]string{"session": {"1", "1", "2", "2"}, "name": {"a", "b", "c", "d"}},
	}
	before := slices.Clone(stack.Dissimilarities)
	mean := stack.AverageOver("session", "name")
	want := []float64{2, 2, math.NaN(), 6, 6, 6}
	if !slices.EqualFunc(mean.Dissimilarities, want, same) || !slices.Equal(mean.Times, []float64{0, 0.1}) || len(mean.Labels) != 0 {
		t.Errorf("mean %v at %v, labels %v; want %v", mean.Dissimilarities, mean.Times, mean.Labels, want)
	}
	if !slices.EqualFunc(stack.Dissimilarities, before, same) || len(stack.Labels) != 2 {
		t.Errorf("the stack became %v, %v", stack.Dissimilarities, stack.Labels)
	}
}

// Over nothing that differs, the mean of each RDM is itself.
func TestAverageOfOneIsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "subjects")
		stack := &rdm.RDMs{Size: 2, Labels: map[string][]string{}}
		for i := range n {
			stack.Dissimilarities = append(stack.Dissimilarities, rapid.Float64().Draw(t, "d"))
			stack.Labels["subject"] = append(stack.Labels["subject"], fmt.Sprint(i))
		}
		if diff := cmp.Diff(stack, stack.AverageOver("session"), alike); diff != "" {
			t.Fatal(diff)
		}
	})
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// What an average leaves is known without it.
func TestCountWithout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &rdm.RDMs{Size: 2, Labels: map[string][]string{}}
		few := rapid.SampledFrom([]string{"a", "b", "c"})
		for range rapid.IntRange(1, 8).Draw(t, "RDMs") {
			r.Dissimilarities = append(r.Dissimilarities, 1)
			r.Times = append(r.Times, float64(rapid.IntRange(0, 1).Draw(t, "time")))
			for _, name := range []string{"subject", "session"} {
				r.Labels[name] = append(r.Labels[name], few.Draw(t, name))
			}
		}
		if got, want := r.CountWithout("session"), r.AverageOver("session").Len(); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	})
}
