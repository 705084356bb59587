package rsa_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleFlexibleModel_Fit() {
	layers := rsa.FlexibleModel{Name: "both layers", Components: []rsa.Model{
		{Name: "early", RDV: []float64{1, 0, 0, 0, 0, 1}},
		{Name: "late", RDV: []float64{0, 1, 1, 1, 1, 0.5}},
	}}
	brain := []float64{3, 4, 4, 4, 4, 5}
	pearson, _ := compare.ByName("pearson")
	weights, err := layers.Fit(pearson, [][]float64{brain})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, _ := pearson.Score(layers.Predict(weights), brain)
	fmt.Printf("weights %.2f, r = %.2f\n", weights, fit.Value)
	// Output: weights [0.60 0.80], r = 1.00
}

// planted returns components with nothing in common but what chance gives them,
// and subjects whose RDMs mix them in the given proportions, with noise.
func planted(mixture []float64, subjects, conditions int, noise float64, index ...int) ([]rsa.Model, rsa.Subjects) {
	random := seed.Stream(8, "planted mixture", index...)
	truth := make([]float64, conditions*(conditions-1)/2)
	var components []rsa.Model
	for k, weight := range mixture {
		components = append(components, rsa.Model{Name: fmt.Sprint("component ", k), RDV: distances(random.NormFloat64, conditions, 12)})
		floats.AddScaled(truth, weight, components[k].RDV)
	}
	var measured rsa.Subjects
	for range subjects {
		x := slices.Clone(truth)
		for p := range x {
			x[p] += noise * random.NormFloat64()
		}
		measured.RDVs = append(measured.RDVs, [][]float64{x})
	}
	return components, measured
}

// distances returns the RDV of random points.
func distances(normal func() float64, conditions, dimensions int) (x []float64) {
	points := make([][]float64, conditions)
	for i := range points {
		for range dimensions {
			points[i] = append(points[i], normal())
		}
	}
	for i, a := range points {
		for _, b := range points[i+1:] {
			x = append(x, floats.Distance(a, b, 2))
		}
	}
	return x
}

func fitted(t testing.TB, m rsa.FlexibleModel, comparator string, rdvs [][]float64) []float64 {
	t.Helper()
	c, err := compare.ByName(comparator)
	if err != nil {
		t.Skip(err)
	}
	weights, err := m.Fit(c, rdvs)
	if err != nil {
		t.Fatal(err)
	}
	return weights
}

func validated(t testing.TB, v rsa.CrossValidation, models []rsa.FlexibleModel, subjects rsa.Subjects) *rsa.FlexibleResult {
	t.Helper()
	result, err := v.Run(t.Context(), models, subjects, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestFitsOfPublishedModels(t *testing.T) {
	var reference struct {
		Weighted    map[string]map[string][]float64
		Select      int
		Interpolate []float64
	}
	realtest.Reference(t, "fits.json", &reference)
	subjects := objectstest.HumanIT(t)
	rdvs, _ := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	components := func(places ...int) (models []rsa.Model) {
		for _, i := range places {
			models = append(models, rsa.Model{RDV: rdvs[i]})
		}
		return models
	}
	for comparator, fits := range reference.Weighted {
		t.Run(comparator, func(t *testing.T) {
			for name, want := range fits {
				regression, penalty, _ := strings.Cut(name, " ")
				m := rsa.FlexibleModel{Components: components(0, 2, 5), Regression: regression, Scaling: rsa.ComponentsAsGiven}
				fmt.Sscan(penalty, &m.Penalty)
				if got := fitted(t, m, comparator, subjects); !floats.EqualApprox(got, want, 1e-10) {
					t.Errorf("%s: %v, want %v", name, got, want)
				}
			}
		})
	}
	chosen := fitted(t, rsa.FlexibleModel{Kind: "select", Components: components(0, 1, 2, 3, 4, 5, 6, 7)}, "pearson", subjects)
	if chosen[reference.Select] != 1 || floats.Sum(chosen) != 1 {
		t.Errorf("selected %v, want %d", chosen, reference.Select)
	}
	// The other program looks for the best point to 1e-5.
	between := fitted(t, rsa.FlexibleModel{Kind: "interpolate", Components: components(5, 2, 0)}, "pearson", subjects)
	if !floats.EqualApprox(between, reference.Interpolate, 1e-5) {
		t.Errorf("interpolated %v, want %v", between, reference.Interpolate)
	}
}

// The plain way: the covariance of all pairs, and its inverse.
func TestWhitenedLeastSquaresMatchDefinition(t *testing.T) {
	if _, err := compare.ByName("whitened-pearson"); err != nil {
		t.Skip(err)
	}
	const conditions = 7
	components, subjects := planted([]float64{1, 0.5, 0.1}, 1, conditions, 1)
	for _, missing := range [][]int{nil, {3, 8}} {
		y := slices.Clone(subjects.RDVs[0][0])
		for _, p := range missing {
			y[p] = math.NaN()
		}
		got := fitted(t, rsa.FlexibleModel{Components: components, Regression: rsa.LeastSquares}, "whitened-pearson", [][]float64{y})
		want := whitenedLeastSquares(components, y, conditions)
		if !floats.EqualApprox(got, want, 1e-10) {
			t.Errorf("without %v: %v, by definition %v", missing, got, want)
		}
	}
}

func whitenedLeastSquares(components []rsa.Model, y []float64, conditions int) []float64 {
	var ends [][2]int
	for i := range conditions {
		for j := i + 1; j < conditions; j++ {
			ends = append(ends, [2]int{i, j})
		}
	}
	var kept []int
	for p := range y {
		if !math.IsNaN(y[p]) {
			kept = append(kept, p)
		}
	}
	v, x, target := mat.NewDense(len(kept), len(kept), nil), mat.NewDense(len(kept), len(components), nil), mat.NewDense(len(kept), 1, nil)
	for a, p := range kept {
		for b, q := range kept {
			shared := 0.0
			for _, i := range ends[p] {
				for _, j := range ends[q] {
					if i == j {
						shared++
					}
				}
			}
			v.Set(a, b, shared*shared)
		}
		for k, component := range components {
			x.Set(a, k, component.RDV[p])
		}
		target.Set(a, 0, y[p])
	}
	for k := range components {
		column := mat.Col(nil, k, x)
		floats.AddConst(-floats.Sum(column)/float64(len(column)), column)
		x.SetCol(k, column)
	}
	column := mat.Col(nil, 0, target)
	floats.AddConst(-floats.Sum(column)/float64(len(column)), column)
	target.SetCol(0, column)
	var whiteX, whiteY, gram, right, weights mat.Dense
	whiteX.Solve(v, x)
	whiteY.Solve(v, target)
	gram.Mul(x.T(), &whiteX)
	right.Mul(x.T(), &whiteY)
	weights.Solve(&gram, &right)
	result := mat.Col(nil, 0, &weights)
	floats.Scale(1/floats.Norm(result, 2), result)
	return result
}

func TestWeightsOfMixturesAreFound(t *testing.T) {
	truth := []float64{3, 0, 1, 0}
	components, subjects := planted(truth, 12, 30, 0.5)
	floats.Scale(1/floats.Norm(truth, 2), truth)
	models := []rsa.FlexibleModel{
		{Name: "all", Components: components},
		{Name: "first", Kind: "fixed", Components: components[:1]},
		{Name: "best", Kind: "select", Components: components},
		{Name: "absent", Components: []rsa.Model{components[1], components[3]}},
	}
	for _, comparator := range []string{"pearson", "spearman", "cosine", "whitened-pearson"} {
		c, err := compare.ByName(comparator)
		if err != nil {
			continue
		}
		r := validated(t, rsa.CrossValidation{Comparator: c}, models, subjects)
		for k, weight := range r.Models[0].Weights[0] {
			if math.Abs(float64(weight)-truth[k]) > 0.06 {
				t.Errorf("%s: weights %v, planted %v", comparator, r.Models[0].Weights[0], truth)
			}
		}
		all, first, best := r.Models[0].Score[0], r.Models[1].Score[0], r.Models[2].Score[0]
		if all <= first || first != best {
			t.Errorf("%s: the mixture scores %v, its largest component %v, the selected one %v", comparator, all, first, best)
		}
		if lower, upper := r.NoiseCeiling.Lower.Values[0], r.NoiseCeiling.Upper.Values[0]; all < lower-0.02 || all > upper+0.02 {
			t.Errorf("%s: the true model scores %v, outside the noise ceiling from %v to %v", comparator, all, lower, upper)
		}
	}
}

// Components that are not in the brain do not score above 0 on conditions they
// were not fitted to, however many there are; on those they were, they do.
func TestNoiseModelsGetNothing(t *testing.T) {
	const experiments = 60
	pearson, _ := compare.ByName("pearson")
	inside, outside, count := 0.0, 0.0, 0.0
	for i := range experiments {
		components, _ := planted(make([]float64, 8), 1, 16, 0, i)
		_, subjects := planted([]float64{1}, 4, 16, 0.3, i, 1)
		m := rsa.FlexibleModel{Components: components, Regression: rsa.LeastSquares}
		r := validated(t, rsa.CrossValidation{Folds: rsa.Folds{Seed: uint64(i)}}, []rsa.FlexibleModel{m}, subjects)
		outside += float64(r.Models[0].Score[0])
		weights := fitted(t, m, "pearson", allOf(subjects))
		score, _ := pearson.Score(m.Predict(weights), subjects.RDVs[0][0])
		inside += score.Value
		count++
	}
	// Means of 60 scores of some 30 pairs each vary by about 0.02.
	if mean := outside / count; math.Abs(mean) > 0.06 {
		t.Errorf("mean score on other conditions is %v, want 0", mean)
	}
	if mean := inside / count; mean < 0.15 {
		t.Errorf("mean score on the same conditions is %v: no reason to cross-validate", mean)
	}
}

// Laws of every kind of model.
func TestFlexibleModelLaws(t *testing.T) {
	for _, kind := range rsa.ModelKinds {
		t.Run(kind.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				components, subjects := planted([]float64{1, 0.3}, 2, 9, 0.5, rapid.IntRange(0, 1000).Draw(t, "numbers"))
				if kind.Name == "fixed" {
					components = components[:1]
				}
				rdvs := [][]float64{subjects.RDVs[0][0], subjects.RDVs[1][0]}
				if rapid.Bool().Draw(t, "missing") {
					rdvs[0][4], components[0].RDV[7] = math.NaN(), math.NaN()
				}
				c, _ := compare.ByName(rapid.SampledFrom([]string{"pearson", "spearman", "cosine"}).Draw(t, "comparator"))
				m := rsa.FlexibleModel{Kind: kind.Name, Components: components}
				weights, err := m.Fit(c, rdvs)
				if err != nil || len(weights) != len(components) {
					t.Fatalf("%v, %v", weights, err)
				}
				// The units of measured RDMs do not matter.
				floats.Scale(4, rdvs[1])
				if again, _ := m.Fit(c, rdvs); !floats.EqualApprox(weights, again, 1e-6) {
					t.Fatalf("weights %v, in other units %v", weights, again)
				}
				// The mixture is at least as good as its parts, where both are scored as it was fitted.
				best := training(c, m.Predict(weights), rdvs)
				for _, component := range components {
					if part := training(c, component.RDV, rdvs); kind.Name != "weighted" && part > best+1e-9 {
						t.Fatalf("%q scores %v, more than the %v of all", component.Name, part, best)
					}
				}
				switch norm := floats.Norm(weights, 2); {
				case kind.Name == "interpolate" && math.Abs(floats.Sum(weights)-1) > 1e-12:
					t.Fatalf("weights %v do not sum to 1", weights)
				case kind.Name != "interpolate" && math.Abs(norm-1) > 1e-12:
					t.Fatalf("weights %v have a norm of %v", weights, norm)
				}
			})
		})
	}
}

// training is the mean score that a fit makes largest.
func training(c compare.Comparator, x []float64, rdvs [][]float64) (mean float64) {
	for _, y := range rdvs {
		score, _ := c.Score(x, y)
		mean += score.Value / float64(len(rdvs))
	}
	return mean
}

// No weights score higher with the group than those of least squares.
func TestWeightsAreBestForTheGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		components, subjects := planted([]float64{1, 0.3, 0.5}, 2, 9, 0.5, rapid.IntRange(0, 1000).Draw(t, "numbers"))
		c, _ := compare.ByName(rapid.SampledFrom([]string{"pearson", "cosine"}).Draw(t, "comparator"))
		group := c.Pool([][]float64{subjects.RDVs[0][0], subjects.RDVs[1][0]})
		m := rsa.FlexibleModel{Components: components}
		weights, err := m.Fit(c, [][]float64{group})
		if err != nil {
			t.Fatal(err)
		}
		other := rapid.SliceOfN(rapid.Float64Range(0, 1), 3, 3).Draw(t, "others")
		other[0] += 1e-3
		best, _ := c.Score(m.Predict(weights), group)
		if score, _ := c.Score(m.Predict(other), group); score.Value > best.Value+1e-9 {
			t.Fatalf("weights %v score %v, %v score %v", weights, best.Value, other, score.Value)
		}
	})
}

// What is held out has no say in what is fitted.
func TestTestDataDoNotReachTheFit(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 4, 12, 0.3)
	models := []rsa.FlexibleModel{{Components: components}}
	before := validated(t, rsa.CrossValidation{}, models, subjects)
	held := before.Folds[0]
	for _, i := range held.TestConditions { // every pair of a test condition
		for j := range 12 {
			for s := range subjects.RDVs {
				if i != j {
					subjects.RDVs[s][0][pairOf(12, i, j)] = 100 * float64(i+j+s)
				}
			}
		}
	}
	for _, s := range held.TestSubjects { // and everything of a test subject
		for p := range subjects.RDVs[s][0] {
			subjects.RDVs[s][0][p] = float64(p * p % 17)
		}
	}
	after := validated(t, rsa.CrossValidation{}, models, subjects)
	if a, b := before.Models[0].FoldWeights[0], after.Models[0].FoldWeights[0]; !slices.Equal(a[0], b[0]) {
		t.Errorf("weights %v became %v", a, b)
	}
	if a, b := before.Models[0].FoldScores[0], after.Models[0].FoldScores[0]; slices.Equal(a[0], b[0]) {
		t.Errorf("scores %v did not change with the test data", a)
	}
}

func pairOf(n, i, j int) int {
	i, j = min(i, j), max(i, j)
	return i*(2*n-i-1)/2 + j - i - 1
}

func TestAnyNumberOfThreadsGivesTheSameBits(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 5, 12, 0.3)
	models := []rsa.FlexibleModel{{Components: components}, {Kind: "interpolate", Components: components}}
	validation := rsa.CrossValidation{Folds: rsa.Folds{Seed: 5}}
	sameBits(t, "cross-validation", func(b work.Budget) (any, error) { return validation.Run(t.Context(), models, subjects, b) })
}

// Each time is fitted by itself.
func TestTimesAreApart(t *testing.T) {
	components, early := planted([]float64{1, 0}, 3, 12, 0.1)
	_, late := planted([]float64{1, 0}, 3, 12, 0.1, 1)
	both := rsa.Subjects{Times: []float64{0, 1}}
	for s := range early.RDVs {
		both.RDVs = append(both.RDVs, [][]float64{early.RDVs[s][0], late.RDVs[s][0]})
	}
	models := []rsa.FlexibleModel{{Components: components}}
	r := validated(t, rsa.CrossValidation{}, models, both)
	for time, alone := range []rsa.Subjects{early, late} {
		want := validated(t, rsa.CrossValidation{}, models, alone)
		if r.Models[0].Score[time] != want.Models[0].Score[0] || !slices.Equal(r.Models[0].Weights[time], want.Models[0].Weights[0]) {
			t.Errorf("time %d: score %v and weights %v, alone %v and %v", time, r.Models[0].Score[time], r.Models[0].Weights[time], want.Models[0].Score[0], want.Models[0].Weights[0])
		}
	}
}

func TestOneSubjectIsTrainingAndTest(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 1, 12, 0.1)
	r := validated(t, rsa.CrossValidation{}, []rsa.FlexibleModel{{Components: components}}, subjects)
	if len(r.Folds) != crossval.ForConditions(12) || r.NoiseCeiling != nil || !(r.Models[0].Score[0] > 0.9) {
		t.Errorf("%+v", r)
	}
}

// A brain that is the opposite of a component gives it no weight: the score is
// undefined, not 0, and said to be.
func TestComponentsThatDoNotHelpGetNoScore(t *testing.T) {
	components, subjects := planted([]float64{-1}, 2, 12, 0.01)
	r := validated(t, rsa.CrossValidation{}, []rsa.FlexibleModel{{Name: "opposite", Components: components}}, subjects)
	if m := r.Models[0]; m.Weights[0][0] != 0 || !math.IsNaN(float64(m.Score[0])) || len(r.Warnings) != 1 {
		t.Errorf("weights %v, score %v, warnings %q", m.Weights[0], m.Score[0], r.Warnings)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestModelErrors(t *testing.T) {
	components, subjects := planted([]float64{1, 1}, 2, 9, 0.1)
	_, few := planted([]float64{1}, 2, 8, 0.1)
	eight, _ := planted([]float64{1}, 2, 8, 0.1)
	one := components[:1]
	twins := []rsa.Model{components[0], components[0]}
	bad := func(m rsa.FlexibleModel) func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects) {
		return func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects) {
			return v, []rsa.FlexibleModel{m}, subjects
		}
	}
	folds := func(f rsa.Folds) func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects) {
		return func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects) {
			return rsa.CrossValidation{Folds: f}, []rsa.FlexibleModel{{Components: one}}, subjects
		}
	}
	for want, given := range map[string]func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects){
		"did you mean weighted":           bad(rsa.FlexibleModel{Kind: "weigthed", Components: one}),
		"interpolate needs 2 or more":     bad(rsa.FlexibleModel{Kind: "interpolate", Components: one}),
		"a fixed model has one":           bad(rsa.FlexibleModel{Kind: "fixed", Components: components}),
		`no regression is called "lasso"`: bad(rsa.FlexibleModel{Regression: "lasso", Components: one}),
		`no scaling is called "ranks"`:    bad(rsa.FlexibleModel{Scaling: "ranks", Components: one}),
		"a penalty of -1":                 bad(rsa.FlexibleModel{Penalty: -1, Components: one}),
		"a penalty of 2 for ols":          bad(rsa.FlexibleModel{Penalty: 2, Regression: rsa.LeastSquares, Components: one}),
		"constant or linearly dependent":  bad(rsa.FlexibleModel{Regression: rsa.LeastSquares, Components: twins}),
		"too small to choose among them":  bad(rsa.FlexibleModel{Regression: rsa.RidgePenalty, Components: twins}),
		"one or more models":              bad(rsa.FlexibleModel{}),
		"28 pairs where subject 1 has 36": bad(rsa.FlexibleModel{Components: eight}),
		"use nine or more": func(v rsa.CrossValidation) (rsa.CrossValidation, []rsa.FlexibleModel, rsa.Subjects) {
			return v, []rsa.FlexibleModel{{Components: eight}}, few
		},
		"fewer than three in a test":          folds(rsa.Folds{Conditions: crossval.LeaveOneOut}),
		"conditions: 10 folds":                folds(rsa.Folds{Conditions: 10}),
		"subjects: 3 folds of 2 observations": folds(rsa.Folds{Subjects: 3}),
	} {
		v, models, measured := given(rsa.CrossValidation{})
		if _, err := v.Run(t.Context(), models, measured, work.Budget{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	pearson, _ := compare.ByName("pearson")
	if _, err := (rsa.FlexibleModel{Components: one}).Fit(pearson, nil); err == nil {
		t.Error("a model was fitted to nothing")
	}
	_, err := rsa.CrossValidation{}.Run(t.Context(), []rsa.FlexibleModel{{Components: eight}}, few, work.Budget{})
	if !errors.Is(err, crossval.ErrTooFew) {
		t.Errorf("error %v is not ErrTooFew", err)
	}
}

// A fit of a weighted model with 3 components, 8 subjects, 92 conditions.
func BenchmarkWeightedFit(b *testing.B) {
	components, subjects := planted([]float64{1, 0.5, 0}, 8, 92, 0.5)
	rdvs := make([][]float64, len(subjects.RDVs))
	for s := range rdvs {
		rdvs[s] = subjects.RDVs[s][0]
	}
	for _, comparator := range []string{"pearson", "cosine", "whitened-pearson", "spearman"} {
		for _, regression := range rsa.Regressions {
			b.Run(comparator+" "+regression, func(b *testing.B) {
				m := rsa.FlexibleModel{Components: components, Regression: regression}
				for b.Loop() {
					fitted(b, m, comparator, rdvs)
				}
			})
		}
	}
}

// allOf returns the RDVs of all subjects at the first time.
func allOf(subjects rsa.Subjects) (rdvs [][]float64) {
	for _, course := range subjects.RDVs {
		rdvs = append(rdvs, course[0])
	}
	return rdvs
}

// Reweighting: a network whose layers are in the brain in other proportions than
// any one layer has them.
func ExampleCrossValidation_Run() {
	layers, brain := planted([]float64{2, 0, 1}, 8, 30, 0.5)
	models := []rsa.FlexibleModel{
		{Name: "best layer", Kind: "select", Components: layers},
		{Name: "all layers", Components: layers},
	}
	result, err := rsa.CrossValidation{}.Run(context.Background(), models, brain, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range result.Models {
		fmt.Printf("%s: r = %.1f on new conditions of new subjects, weights %.1f\n", m.Name, m.Score[0], m.Weights[0])
	}
	// Output:
	// best layer: r = 0.9 on new conditions of new subjects, weights [1.0 0.0 0.0]
	// all layers: r = 1.0 on new conditions of new subjects, weights [0.9 0.0 0.4]
}
