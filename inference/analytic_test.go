package inference_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/inference"
)

func ExampleStudentTest() {
	scores := [][]float64{{0.2}, {0.1}, {0.3}, {0.4}, {0.2}}
	r, _ := inference.StudentTest(scores, inference.Greater)
	fmt.Printf("t(%g) = %.2f, p = %.4f\n", r.Freedom[0], r.Statistic[0], r.P[0])
	// Output: t(4) = 4.71, p = 0.0046
}

func ExampleSignedRankTest() {
	scores := [][]float64{{0.2}, {0.1}, {-0.15}, {0.4}, {0.3}}
	r, _ := inference.SignedRankTest(scores, inference.Greater)
	fmt.Println(r.Statistic[0], r.P[0])
	// Output: 13 0.09375
}

func ExampleDifferences() {
	first, second := [][]float64{{0.5}, {0.4}, {0.6}}, [][]float64{{0.3}, {0.3}, {0.2}}
	pairs, _ := inference.Differences(first, second)
	r, _ := inference.StudentTest(pairs, inference.TwoSided)
	fmt.Printf("%.3f\n", r.P[0])
	// Output: 0.118
}

func ExampleVarianceTest() {
	r, _ := inference.VarianceTest([]float64{0.2, 0.1}, []float64{0.0025, 0.0025}, 11, inference.Greater)
	fmt.Printf("%.4f %.4f\n", r.P[0], r.P[1])
	// Output: 0.0010 0.0354
}

// analytic lists the tests that need no draws.
var analytic = map[string]func([][]float64, inference.Tail) (*inference.Analytic, error){
	"Student": inference.StudentTest, "signed rank": inference.SignedRankTest,
}

// Tails mirror, neither the unit nor the order of subjects matters, and missing
// subjects are as if they had not been there.
func TestAnalyticLaws(t *testing.T) {
	for name, test := range analytic {
		rapid.Check(t, func(t *rapid.T) {
			scores := smallScores(t)
			p := func(tail inference.Tail, scores [][]float64) []float64 {
				r, err := test(scores, tail)
				if err != nil {
					t.Fatal(err)
				}
				return r.P
			}
			same := func(a, b float64) bool { return near(a, b) || math.IsNaN(a) && math.IsNaN(b) }
			greater, less, both := p(inference.Greater, scores), p(inference.Less, scores), p(inference.TwoSided, scores)
			mirrored := changed(scores, func(x float64) float64 { return -8 * x })
			slices.Reverse(mirrored)
			mirrored = append(mirrored, slices.Repeat([]float64{math.NaN()}, len(greater)))
			if !slices.EqualFunc(greater, p(inference.Less, mirrored), same) || !slices.EqualFunc(both, p(inference.TwoSided, mirrored), same) {
				t.Fatalf("%s: greater %v, two-sided %v; of the mirror less %v, two-sided %v", name, greater, both, p(inference.Less, mirrored), p(inference.TwoSided, mirrored))
			}
			for k := range both {
				if want := min(1, 2*min(greater[k], less[k])); !same(both[k], want) || both[k] > 1 || both[k] <= 0 {
					t.Fatalf("%s: two-sided %v of %v and %v", name, both[k], greater[k], less[k])
				}
			}
		})
	}
}

// The test of Wilcoxon by its definition: all patterns of signs over mean ranks.
func TestSignedRankMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := slices.DeleteFunc(rapid.SliceOfN(whole, 1, 8).Draw(t, "x"), func(x float64) bool { return x == 0 })
		if len(x) == 0 {
			return
		}
		observed, reached := 0.0, 0
		ranks := make([]float64, len(x))
		for i := range x {
			smaller, equal := 0, 0
			for j := range x {
				switch a, b := math.Abs(x[j]), math.Abs(x[i]); {
				case a < b:
					smaller++
				case a == b:
					equal++
				}
			}
			ranks[i] = float64(smaller) + float64(equal+1)/2
			if x[i] > 0 {
				observed += ranks[i]
			}
		}
		for pattern := range 1 << len(x) {
			sum := 0.0
			for i, rank := range ranks {
				sum += rank * float64(pattern>>i&1)
			}
			if sum >= observed {
				reached++
			}
		}
		got, err := inference.SignedRankTest(column(x), inference.Greater)
		if want := float64(reached) / math.Exp2(float64(len(x))); err != nil || got.P[0] != want || got.Statistic[0] != observed {
			t.Fatalf("%v: %+v, %v; by definition %v, %v", x, got, err, observed, want)
		}
	})
}

// Where exact counts end the normal distribution takes over without a jump: two
// scores more change p by themselves.
func TestNormalRanksJoinExactOnes(t *testing.T) {
	x := make([]float64, inference.ExactRanks)
	for i := range x {
		x[i] = float64(i + 1)
		if i%3 == 0 {
			x[i] = -x[i]
		}
	}
	exact, err1 := inference.SignedRankTest(column(x), inference.Greater)
	more, err2 := inference.SignedRankTest(column(append(x, 1e-3, -1e-3)), inference.Greater) // as little as can be added
	if err1 != nil || err2 != nil || math.Abs(more.P[0]-exact.P[0]) > 0.15*exact.P[0] {
		t.Errorf("p = %v of %d, %v of two more, %v, %v", exact.P, len(x), more.P, err1, err2)
	}
}

// What cannot be tested has no p value; nothing is made up for it.
func TestAnalyticWithoutEvidence(t *testing.T) {
	scores := [][]float64{{math.NaN(), 0, 2, 1}, {math.NaN(), 0, 2, math.NaN()}}
	student, err1 := inference.StudentTest(scores, inference.TwoSided)
	ranks, err2 := inference.SignedRankTest(scores, inference.TwoSided)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if got := fmt.Sprint(student.P, ranks.P); got != "[NaN NaN NaN NaN] [NaN 1 0.5 1]" {
		t.Error(got)
	}
	if r, err := inference.VarianceTest([]float64{1, 1}, []float64{0, math.NaN()}, 3, inference.Greater); err != nil || !math.IsNaN(r.P[0]) || !math.IsNaN(r.P[1]) {
		t.Error(r, err)
	}
}

func TestSmallPValuesKeepTheirDigits(t *testing.T) {
	r, err := inference.VarianceTest([]float64{40}, []float64{1}, 20, inference.Greater)
	if want := 7.287348277155344e-21; err != nil || !closely(r.P[0], want) { // scipy.stats.t.sf(40, 20), scipy 1.10.1
		t.Errorf("p = %v, %v; want %v", r.P, err, want)
	}
}

func TestWrongScoresAreErrors(t *testing.T) {
	ragged := [][]float64{{1, 2}, {1}}
	for name, test := range analytic {
		for want, scores := range map[string][][]float64{"no subjects": nil, "subject 2 has 1 scores": ragged} {
			if _, err := test(scores, inference.Greater); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: err = %v, want one with %q", name, err, want)
			}
		}
		if _, err := test(ragged, 5); err == nil || !strings.Contains(err.Error(), "no tail") {
			t.Errorf("%s: err = %v", name, err)
		}
	}
	_, err1 := inference.VarianceTest(nil, nil, 1, -1)
	_, err2 := inference.Differences(ragged, ragged[:1])
	_, err3 := inference.Differences(ragged, [][]float64{{1, 2}, {1, 2}})
	for _, err := range []error{err1, err2, err3} {
		if err == nil {
			t.Error("no error")
		}
	}
}
