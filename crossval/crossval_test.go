package crossval_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/crossval"
)

func ExampleFolds() {
	folds := crossval.Folds{Count: crossval.ForConditions(9), Seed: 1}
	splits, _ := folds.Splits(9)
	for _, s := range splits {
		fmt.Println("fit", s.Train, "score", s.Test)
	}
	// Output:
	// fit [3 4 5 7] score [0 1 2 6 8]
	// fit [0 1 2 6 8] score [3 4 5 7]
}

func ExampleFolds_groups() {
	folds := crossval.Folds{Count: crossval.LeaveOneOut, Groups: []string{"run 1", "run 1", "run 2", "run 3"}}
	splits, _ := folds.Splits(4)
	for _, s := range splits {
		fmt.Println(s.Train, s.Test)
	}
	// Output:
	// [2 3] [0 1]
	// [0 1 3] [2]
	// [0 1 2] [3]
}

// labels draws one of a few names per observation.
func labels(t *rapid.T, n int, what string) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), n, n).Draw(t, what)
}

func splitsOf(t *rapid.T, f crossval.Folds, n int) []crossval.Split {
	splits, err := f.Splits(n)
	if err != nil {
		t.Fatal(err)
	}
	return splits
}

func TestEveryObservationIsTestedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "observations")
		f := crossval.Folds{Count: rapid.IntRange(2, n).Draw(t, "folds"), Seed: rapid.Uint64().Draw(t, "seed")}
		if rapid.Bool().Draw(t, "leave one out") {
			f.Count = crossval.LeaveOneOut
		}
		var tested []int
		for _, s := range splitsOf(t, f, n) {
			tested = append(tested, s.Test...)
			all := slices.Sorted(slices.Values(append(slices.Clone(s.Test), s.Train...)))
			if !slices.Equal(all, crossval.Whole(n)[0].Test) {
				t.Fatalf("training %v and test %v are not the %d observations", s.Train, s.Test, n)
			}
			if !slices.IsSorted(s.Train) || !slices.IsSorted(s.Test) {
				t.Fatalf("places do not ascend: %v", s)
			}
		}
		if slices.Sort(tested); !slices.Equal(tested, crossval.Whole(n)[0].Test) {
			t.Fatalf("tested: %v", tested)
		}
	})
}

func TestFoldsAreOfOneSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 40).Draw(t, "observations")
		strata := labels(t, n, "strata")
		splits := splitsOf(t, crossval.Folds{Count: rapid.IntRange(2, 4).Draw(t, "folds"), Strata: strata}, n)
		for _, stratum := range []string{"", "a", "b", "c"} { // "": all of them
			var counts []int
			for _, s := range splits {
				count := 0
				for _, place := range s.Test {
					if stratum == "" || strata[place] == stratum {
						count++
					}
				}
				counts = append(counts, count)
			}
			if slices.Max(counts)-slices.Min(counts) > 1 {
				t.Fatalf("folds hold %v of stratum %q", counts, stratum)
			}
		}
	})
}

func TestGroupsAreNeverSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "observations")
		groups := labels(t, n, "groups")
		splits, err := crossval.Folds{Count: 2, Groups: groups}.Splits(n)
		if distinct := len(slices.Compact(slices.Sorted(slices.Values(groups)))); distinct < 2 {
			if err == nil {
				t.Fatal("one group was made two folds")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range splits {
			for _, train := range s.Train {
				for _, test := range s.Test {
					if groups[train] == groups[test] {
						t.Fatalf("group %q is in training and test", groups[train])
					}
				}
			}
		}
	})
}

func TestSeedDecidesTheFolds(t *testing.T) {
	first, _ := crossval.Folds{Count: 3, Seed: 1}.Splits(30)
	again, _ := crossval.Folds{Count: 3, Seed: 1}.Splits(30)
	other, _ := crossval.Folds{Count: 3, Seed: 2}.Splits(30)
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gives other folds")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gives the same folds")
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		folds crossval.Folds
		n     int
		want  string
	}{
		{crossval.Folds{}, 5, "use 2 folds or more"},
		{crossval.Folds{Count: 1}, 5, "use 2 folds or more"},
		{crossval.Folds{Count: -2}, 5, "use 2 folds or more"},
		{crossval.Folds{Count: 6}, 5, "6 folds of 5 observations"},
		{crossval.Folds{Count: crossval.LeaveOneOut}, 1, "1 observations"},
		{crossval.Folds{Count: 2}, 0, "0 observations"},
		{crossval.Folds{Count: 2, Groups: []string{"a"}}, 2, "name each, or none"},
		{crossval.Folds{Count: 2, Strata: []string{"a"}}, 2, "name each, or none"},
		{crossval.Folds{Count: 2, Groups: []string{"a", "a"}, Strata: []string{"x", "y"}}, 2, `group "a" is in strata "x" and "y"`},
	} {
		if _, err := test.folds.Splits(test.n); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v of %d: error %v, want one with %q", test.folds, test.n, err, test.want)
		}
	}
}

// The counts of Schütt et al. (2023) as rsatoolbox has them.
func TestRules(t *testing.T) {
	for n, want := range map[int]int{9: 2, 11: 2, 12: 3, 23: 3, 24: 4, 39: 4, 40: 5, 1000: 5} {
		if got := crossval.ForConditions(n); got != want {
			t.Errorf("%d conditions: %d folds, want %d", n, got, want)
		}
	}
	for n, want := range map[int]int{2: 2, 5: 2, 6: 3, 11: 3, 12: 4, 19: 4, 20: 5} {
		if got := crossval.ForSubjects(n); got != want {
			t.Errorf("%d subjects: %d folds, want %d", n, got, want)
		}
	}
}

func TestCrossJoinsAll(t *testing.T) {
	conditions, _ := crossval.Folds{Count: 3}.Splits(12)
	subjects, _ := crossval.Folds{Count: 2}.Splits(4)
	tested := map[[2]int]int{}
	for _, block := range crossval.Cross(conditions, subjects) {
		for _, s := range block.Subjects.Test {
			for _, c := range block.Conditions.Test {
				tested[[2]int{s, c}]++
			}
		}
	}
	for s := range 4 {
		for c := range 12 {
			if tested[[2]int{s, c}] != 1 {
				t.Errorf("condition %d of subject %d is tested %d times", c, s, tested[[2]int{s, c}])
			}
		}
	}
}
