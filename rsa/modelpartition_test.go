package rsa_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

func ExamplePartition_Run() {
	// A brain that has three components, and two networks: one
	// with the first and the third, one with the second and the third.
	c, brain := planted([]float64{1, 1, 1}, 8, 30, 0.3)
	sets := []rsa.ModelSet{
		{Name: "A", Components: []rsa.Model{c[0], c[2]}},
		{Name: "B", Components: []rsa.Model{c[1], c[2]}},
	}
	result, err := rsa.Partition{}.Run(context.Background(), sets, brain, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range result.Parts {
		fmt.Printf("%s %.1f\n", strings.Join(part.Sets, " and "), part.Mean[0])
	}
	// Output:
	// A 0.3
	// B 0.4
	// A and B 0.2
}

func partition(t testing.TB, sets []rsa.ModelSet, subjects rsa.Subjects) *rsa.PartitionResult {
	t.Helper()
	r, err := rsa.Partition{Folds: rsa.Folds{Seed: 1}}.Run(t.Context(), sets, subjects, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// share returns the mean of the part, or union, of exactly the given sets.
func share(shares []rsa.Share, sets ...string) float64 {
	for _, s := range shares {
		if slices.Equal(s.Sets, sets) {
			return float64(s.Mean[0])
		}
	}
	return math.NaN()
}

// The share of each component in the variance of a sum is that of its own
// variance, but for what components have in common by chance, which differs from
// one experiment to the next.
func TestPlantedPartsAreFound(t *testing.T) {
	const experiments = 20
	weights := []float64{3, 2, 1, 2} // of A, of B, of C, of A and B
	found, planted := map[string]float64{}, map[string]float64{}
	for i := range experiments {
		sets, subjects, variances := overlapping(weights, i)
		r := partition(t, sets, subjects)
		for _, part := range r.Parts {
			found[strings.Join(part.Sets, "")] += float64(part.Mean[0]) / experiments
		}
		for k, name := range []string{"A", "B", "C", "AB"} {
			planted[name] += variances[k] / experiments
		}
		if all := share(r.Explained, "A", "B", "C"); !(all > 0.95) {
			t.Errorf("experiment %d: all sets explain %v", i, all)
		}
	}
	for name, share := range found {
		if math.Abs(share-planted[name]) > 0.05 {
			t.Errorf("part %s is %.3f of the variance, planted %.3f", name, share, planted[name])
		} else {
			t.Logf("part %s is %.3f of the variance, planted %.3f", name, share, planted[name])
		}
	}
}

// overlapping returns sets of components, subjects who have all of them, and the
// share of each component in their variance.
func overlapping(weights []float64, index int) (sets []rsa.ModelSet, subjects rsa.Subjects, variances []float64) {
	const noise = 0.2
	c, subjects := planted(weights, 6, 80, noise, index)
	total := noise * noise
	for k, weight := range weights {
		variances = append(variances, weight*weight*stat.PopVariance(c[k].RDV, nil))
		total += variances[k]
	}
	floats.Scale(1/total, variances)
	return []rsa.ModelSet{
		{Name: "A", Components: []rsa.Model{c[0], c[3]}},
		{Name: "B", Components: []rsa.Model{c[1], c[3]}},
		{Name: "C", Components: []rsa.Model{c[2]}},
	}, subjects, variances
}

func TestPartsOfNoiseAreNothing(t *testing.T) {
	const experiments = 20
	mean, negative := 0.0, 0
	for i := range experiments {
		c, subjects := planted([]float64{1, 0, 0, 0}, 5, 20, 0.5, i)
		sets := []rsa.ModelSet{{Name: "true", Components: c[:1]}, {Name: "noise", Components: c[1:]}}
		unique := share(partition(t, sets, subjects).Parts, "noise")
		mean += unique / experiments
		if unique < 0 {
			negative++
		}
	}
	if math.Abs(mean) > 0.01 || negative == 0 {
		t.Errorf("noise explains %v alone, less than 0 in %d of %d: want about 0, and never clipped", mean, negative, experiments)
	}
}

func TestPartsSumToUnions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, subjects := planted([]float64{1, 1, 1}, 3, 9, 0.5, rapid.IntRange(0, 1000).Draw(t, "numbers"))
		if rapid.Bool().Draw(t, "missing") {
			subjects.RDVs[0][0][3], c[1].RDV[20] = math.NaN(), math.NaN()
		}
		var sets []rsa.ModelSet
		for k := range rapid.IntRange(2, 3).Draw(t, "sets") {
			sets = append(sets, rsa.ModelSet{Name: string(rune('A' + k)), Components: c[k : k+1]})
		}
		r, err := rsa.Partition{}.Run(t.Context(), sets, subjects, work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for _, union := range r.Explained { // the parts that a union touches
			sum := 0.0
			for _, part := range r.Parts {
				if slices.ContainsFunc(part.Sets, func(name string) bool { return slices.Contains(union.Sets, name) }) {
					sum += float64(part.Subjects[0][0])
				}
			}
			if math.Abs(sum-float64(union.Subjects[0][0])) > 1e-9 {
				t.Fatalf("%v explains %v, its parts %v", union.Sets, union.Subjects[0][0], sum)
			}
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOrderOfSetsDoesNotMatter(t *testing.T) {
	c, subjects := planted([]float64{1, 1}, 4, 12, 0.5)
	a, b := rsa.ModelSet{Name: "A", Components: c[:1]}, rsa.ModelSet{Name: "B", Components: c[1:]}
	forward, backward := partition(t, []rsa.ModelSet{a, b}, subjects), partition(t, []rsa.ModelSet{b, a}, subjects)
	for _, name := range []string{"A", "B"} {
		if x, y := share(forward.Parts, name), share(backward.Parts, name); math.Abs(x-y) > 1e-12 {
			t.Errorf("%s explains %v alone, %v in the other order", name, x, y)
		}
	}
}

func TestPartitionErrors(t *testing.T) {
	c, subjects := planted([]float64{1, 1}, 2, 9, 0.5)
	_, few := planted([]float64{1}, 2, 5, 0.5)
	set := rsa.ModelSet{Name: "A", Components: c}
	for want, given := range map[string]struct {
		sets     []rsa.ModelSet
		subjects rsa.Subjects
	}{
		"1 sets of model RDMs":            {[]rsa.ModelSet{set}, subjects},
		"4 sets of model RDMs":            {[]rsa.ModelSet{set, set, set, set}, subjects},
		"has 0 components":                {[]rsa.ModelSet{set, {Name: "B"}}, subjects},
		"36 pairs where subject 1 has 10": {[]rsa.ModelSet{set, set}, few},
	} {
		if _, err := (rsa.Partition{}).Run(t.Context(), given.sets, given.subjects, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// Where nothing varies nothing can be explained, which is not 0.
func TestPartsOfConstantRDMsAreUndefined(t *testing.T) {
	c, subjects := planted([]float64{1, 1}, 2, 9, 0.5)
	clear(subjects.RDVs[0][0])
	r := partition(t, []rsa.ModelSet{{Name: "A", Components: c[:1]}, {Name: "B", Components: c[1:]}}, subjects)
	if got := r.Parts[0].Subjects[0][0]; !math.IsNaN(float64(got)) {
		t.Errorf("a constant RDM has a part of %v", got)
	}
	if got := r.Parts[0].Mean[0]; math.IsNaN(float64(got)) {
		t.Error("the other subject has none")
	}
}
