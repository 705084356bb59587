package rsa_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// repeatedly returns RDMs of one truth with noise: repetitions × 1 × pairs.
func repeatedly(truth []float64, repetitions int, noise float64, index ...int) [][][]float64 {
	random := seed.Stream(9, "repeatedly", index...)
	all := make([][][]float64, repetitions)
	for k := range all {
		x := slices.Clone(truth)
		for p := range x {
			x[p] += noise * random.NormFloat64()
		}
		all[k] = [][]float64{x}
	}
	return all
}

func ExampleSplitHalfCeiling_Run() {
	// A subject in four sessions, as much noise as signal.
	truth := independent(seed.Stream(1, "truth").NormFloat64, 30)
	subject := rsa.RepeatedRDMs("01", repeatedly(truth, 4, 1))
	result, err := rsa.SplitHalfCeiling{}.Run(context.Background(), []rsa.Repeated{subject}, nil, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	one := result.Subjects[0]
	fmt.Printf("%d halvings: %.2f, of all four sessions %.2f\n", one.Splits, one.Halves.Values[0], one.Reliability.Values[0])
	// Output: 3 halvings: 0.66, of all four sessions 0.80
}

func halved(t testing.TB, c rsa.SplitHalfCeiling, subjects ...rsa.Repeated) *rsa.SplitHalfResult {
	t.Helper()
	r, err := c.Run(context.Background(), subjects, nil, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSplitHalvesOfNumpy(t *testing.T) {
	type values struct{ Halves, Reliability float64 }
	var reference struct {
		Found []struct {
			RDMs              [][]float64
			Splits            int
			Pearson, Spearman values
			Kendall           values `json:"kendall-tau-b"`
		}
	}
	realtest.Reference(t, "splithalf.json", &reference)
	for _, want := range reference.Found {
		var rdvs [][][]float64
		for _, x := range want.RDMs {
			rdvs = append(rdvs, [][]float64{x})
		}
		for name, value := range map[string]values{"pearson": want.Pearson, "spearman": want.Spearman, "kendall-tau-b": want.Kendall} {
			one := halved(t, rsa.SplitHalfCeiling{Comparator: named(t, name)}, rsa.RepeatedRDMs("a", rdvs)).Subjects[0]
			if one.Splits != want.Splits || !one.Exact || math.Abs(float64(one.Halves.Values[0])-value.Halves) > rounding {
				t.Errorf("%s of %d repetitions: %v over %d halvings, numpy has %v over %d", name, len(rdvs), one.Halves.Values[0], one.Splits, value.Halves, want.Splits)
			}
			if name == "kendall-tau-b" {
				if !math.IsNaN(float64(one.Reliability.Values[0])) {
					t.Errorf("%s is corrected to %v, which no theory allows", name, one.Reliability.Values[0])
				}
				continue
			}
			if got := float64(one.Reliability.Values[0]); math.Abs(got-value.Reliability) > rounding || math.Abs(math.Sqrt(got)-float64(one.Ceiling.Values[0])) > rounding {
				t.Errorf("%s of %d repetitions: reliability %v with root %v, numpy has %v", name, len(rdvs), got, one.Ceiling.Values[0], value.Reliability)
			}
		}
	}
}

// What is promised: the truth scores the ceiling with all repetitions, and as many
// repetitions again score the reliability.
func TestReliabilityIsThatOfMeasuringAgain(t *testing.T) {
	truth := independent(seed.Stream(2, "truth").NormFloat64, 40)
	const experiments = 40
	for _, repetitions := range []int{2, 5, 8} {
		var reliability, again, ceiling, perfect float64
		for i := range experiments {
			all := repeatedly(truth, 2*repetitions, 1.5, i)
			first, second := rsa.RepeatedRDMs("a", all[:repetitions]), rsa.RepeatedRDMs("b", all[repetitions:])
			one := halved(t, rsa.SplitHalfCeiling{Comparator: named(t, "pearson"), Splits: 20}, first).Subjects[0]
			reliability += float64(one.Reliability.Values[0]) / experiments
			ceiling += float64(one.Ceiling.Values[0]) / experiments
			x, y := whole(t, first), whole(t, second)
			again += stat.Correlation(x, y, nil) / experiments
			perfect += stat.Correlation(x, truth, nil) / experiments
		}
		if math.Abs(reliability-again) > 0.01 || math.Abs(ceiling-perfect) > 0.01 {
			t.Errorf("%d repetitions: reliability %.3f and ceiling %.3f, measured again %.3f and perfect %.3f", repetitions, reliability, ceiling, again, perfect)
		}
	}
}

func whole(t testing.TB, r rsa.Repeated) []float64 {
	var all []int
	for k := range r.Repetitions {
		all = append(all, k)
	}
	x, err := r.RDVs(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	return x[0]
}

func TestHalvesAreHalves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, splits := rapid.IntRange(2, 9).Draw(t, "repetitions"), rapid.IntRange(1, 40).Draw(t, "splits")
		halves := make(chan []int, 4*splits)
		subject := rsa.Repeated{Name: "a", Repetitions: n, RDVs: func(_ context.Context, chosen []int) ([][]float64, error) {
			halves <- slices.Clone(chosen)
			return [][]float64{{1, 2, float64(chosen[0])}}, nil
		}}
		r, err := rsa.SplitHalfCeiling{Splits: splits}.Run(t.Context(), []rsa.Repeated{subject}, nil, work.Budget{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		close(halves)
		seen := map[string]int{}
		for first := range halves {
			second := <-halves
			if len(first) != n/2 || len(second) != n/2 {
				t.Fatalf("halves of %d repetitions: %v and %v", n, first, second)
			}
			for _, k := range first {
				if slices.Contains(second, k) {
					t.Fatalf("%d is in both halves: %v and %v", k, first, second)
				}
			}
			if first[0] > second[0] {
				first, second = second, first
			}
			seen[fmt.Sprint(first, second)]++
		}
		if one := r.Subjects[0]; one.Splits > splits || one.Exact && len(seen) != one.Splits || !one.Exact && one.Splits != splits {
			t.Fatalf("%d different of %d halvings, at most %d, exact %v", len(seen), one.Splits, splits, one.Exact)
		}
	})
}

func TestSplitHalvesAreTheSameOnAnyNumberOfThreads(t *testing.T) {
	truth := independent(seed.Stream(3, "truth").NormFloat64, 8)
	subjects := []rsa.Repeated{rsa.RepeatedRDMs("a", repeatedly(truth, 12, 1)), rsa.RepeatedRDMs("b", repeatedly(truth, 3, 1, 1))}
	ceiling := rsa.SplitHalfCeiling{Splits: 30, Seed: 2}
	sameBits(t, "halves", func(b work.Budget) (any, error) { return ceiling.Run(t.Context(), subjects, nil, b) })
}

func TestHalvesThatScoreBelowZeroHaveNoCeiling(t *testing.T) {
	opposite := [][][]float64{{{1, 2, 3}}, {{3, 2, 1}}}
	r := halved(t, rsa.SplitHalfCeiling{}, rsa.RepeatedRDMs("a", opposite), rsa.RepeatedRDMs("b", [][][]float64{{{1, 2, 3}}, {{1, 2, 3}}}))
	if c := r.Subjects[0].Ceiling.Values[0]; !math.IsNaN(float64(c)) || len(r.Warnings) != 1 || math.Abs(float64(r.Mean.Ceiling.Values[0])-1) > rounding {
		t.Errorf("ceiling %v, mean %v, warnings %v", c, r.Mean.Ceiling.Values, r.Warnings)
	}
}

func TestWrongSplitHalves(t *testing.T) {
	two := rsa.RepeatedRDMs("a", [][][]float64{{{1, 2, 3}}, {{3, 2, 1}}})
	broken := rsa.Repeated{Name: "b", Repetitions: 2, RDVs: func(context.Context, []int) ([][]float64, error) { return nil, errors.New("no file") }}
	for want, c := range map[string]struct {
		ceiling  rsa.SplitHalfCeiling
		subjects []rsa.Repeated
		times    []float64
	}{
		"no subject":                        {},
		`subject "c" has 1 repetitions`:     {subjects: []rsa.Repeated{rsa.RepeatedRDMs("c", make([][][]float64, 1))}},
		"-1 splits":                         {ceiling: rsa.SplitHalfCeiling{Splits: -1}, subjects: []rsa.Repeated{two}},
		`subject "b": no file`:              {subjects: []rsa.Repeated{broken}},
		`RDMs at 1 times where there are 2`: {subjects: []rsa.Repeated{two}, times: []float64{0, 1}},
	} {
		if _, err := c.ceiling.Run(t.Context(), c.subjects, c.times, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// Four people in two sessions each. The RDM of a person is more like itself in
// another session than like that of the others.
func TestSplitHalvesOfPublishedSessions(t *testing.T) {
	sessions, names := objectstest.RDMs(t, "92_brainRDMs.mat", "RDMs")
	var subjects []rsa.Repeated
	for s := 0; s < len(sessions); s += 2 {
		subjects = append(subjects, rsa.RepeatedRDMs(names[s], [][][]float64{{sessions[s]}, {sessions[s+1]}}))
	}
	r := halved(t, rsa.SplitHalfCeiling{}, subjects...)
	for s, one := range r.Subjects {
		score, err := named(t, "spearman").Score(sessions[2*s], sessions[2*s+1])
		if err != nil {
			t.Fatal(err)
		}
		half := float64(one.Halves.Values[0])
		if half != score.Value || math.Abs(float64(one.Reliability.Values[0])-2*half/(1+half)) > rounding {
			t.Errorf("%s: halves %v, sessions %v", one.Name, half, score.Value)
		}
		t.Logf("%s: halves %.4f, reliability %.4f, ceiling %.4f", one.Name, half, one.Reliability.Values[0], one.Ceiling.Values[0])
	}
}
