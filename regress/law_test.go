package regress_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/seed"
)

// normal returns a matrix of random numbers.
func normal(rows, columns int, index ...int) *mat.Dense {
	random := seed.Stream(1, "regress tests", append(index, rows, columns)...)
	x := mat.NewDense(rows, columns, nil)
	for i := range rows {
		for j := range columns {
			x.Set(i, j, random.NormFloat64())
		}
	}
	return x
}

// drawn draws a problem, with as many observations as are asked for.
func drawn(t *rapid.T, observations, features *rapid.Generator[int]) (x, y *mat.Dense) {
	n, p := observations.Draw(t, "observations"), features.Draw(t, "features")
	index := rapid.IntRange(0, 1000).Draw(t, "numbers")
	x, y = normal(n, p, index), normal(n, 2, index)
	for i := range n {
		y.Set(i, 0, y.At(i, 0)+3*x.At(i, 0)+5)
	}
	return x, y
}

func scalings(t *rapid.T) regress.Scaling {
	return rapid.SampledFrom([]regress.Scaling{regress.Centered, regress.Standardized, regress.Raw}).Draw(t, "scaling")
}

// residuals returns y less what is predicted.
func residuals(t *rapid.T, fitted *regress.Linear, x, y *mat.Dense) *mat.Dense {
	var result mat.Dense
	result.Sub(y, predicted(t, fitted, x))
	return &result
}

func predicted(t *rapid.T, fitted *regress.Linear, x *mat.Dense) *mat.Dense {
	result, err := fitted.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func must[T any](t *rapid.T) func(T, error) T {
	return func(value T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// equal fails where two matrices differ by more than the rounding of sums of
// some dozens of products.
func equal(t *rapid.T, what string, a, b mat.Matrix) {
	if !mat.EqualApprox(a, b, 1e-8) {
		t.Fatalf("%s:\n%.10g\nand\n%.10g", what, mat.Formatted(a), mat.Formatted(b))
	}
}

func TestResidualsOfLeastSquaresAreOrthogonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(8, 20), rapid.IntRange(1, 5))
		scaling := scalings(t)
		left := residuals(t, must[*regress.Linear](t)(regress.OLS{Scaling: scaling}.Fit(x, y)), x, y)
		var products mat.Dense
		products.Mul(x.T(), left)
		if largest := mat.Norm(&products, math.Inf(1)); largest > 1e-9 {
			t.Fatalf("features and residuals: %g", largest)
		}
		if sum := math.Abs(floats.Sum(mat.Col(nil, 0, left))); scaling != regress.Raw && sum > 1e-9 {
			t.Fatalf("residuals sum to %g", sum)
		}
	})
}

func TestRidgeTendsToLeastSquares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(10, 20), rapid.IntRange(1, 4))
		scaling := scalings(t)
		least := must[*regress.Linear](t)(regress.OLS{Scaling: scaling}.Fit(x, y))
		path := must[[]*regress.Linear](t)(regress.Ridge{Scaling: scaling}.FitAll(x, y, []float64{0, 1e-12, 1, 10, 1e12}))
		equal(t, "no penalty", path[0].Coefficients, least.Coefficients)
		equal(t, "a small penalty", path[1].Coefficients, least.Coefficients)
		if scaling != regress.Standardized && mat.Norm(path[3].Coefficients, 2) > mat.Norm(path[2].Coefficients, 2) {
			t.Fatal("a larger penalty makes coefficients larger")
		}
		if size := mat.Norm(path[4].Coefficients, 2); size > 1e-8 {
			t.Fatalf("under an enormous penalty coefficients have size %g", size)
		}
	})
}

// The plain way: least squares of the features with √λI below them.
func TestRidgeMatchesLeastSquaresWithMoreRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(2, 12), rapid.IntRange(1, 12)) // tall and wide
		penalty := rapid.Float64Range(0.1, 10).Draw(t, "penalty")
		n, p := x.Dims()
		long, right := mat.NewDense(n+p, p, nil), mat.NewDense(n+p, 2, nil)
		long.Slice(0, n, 0, p).(*mat.Dense).Copy(x)
		right.Slice(0, n, 0, 2).(*mat.Dense).Copy(y)
		for j := range p {
			long.Set(n+j, j, math.Sqrt(penalty))
		}
		plain := must[*regress.Linear](t)(regress.OLS{Scaling: regress.Raw}.Fit(long, right))
		fitted := must[*regress.Linear](t)(regress.Ridge{Penalty: penalty, Scaling: regress.Raw}.Fit(x, y))
		equal(t, "ridge", fitted.Coefficients, plain.Coefficients)
		plain = must[*regress.Linear](t)(regress.NNLS{Scaling: regress.Raw}.Fit(long, right))
		fitted = must[*regress.Linear](t)(regress.NNLS{Penalty: penalty, Scaling: regress.Raw}.Fit(x, y))
		equal(t, "non-negative", fitted.Coefficients, plain.Coefficients)
	})
}

// Predictions do not depend on the units of features, where a penalty treats
// them alike, nor on where their zero is, where an intercept is fitted.
func TestUnitsOfFeaturesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(6, 12), rapid.IntRange(1, 4))
		other := mat.DenseCopyOf(x)
		other.Apply(func(_, j int, value float64) float64 { return value*math.Ldexp(1, 3*j+1) + float64(7*j) }, x)
		for name, fit := range map[string]func(x, y *mat.Dense) (*regress.Linear, error){
			"OLS":   regress.OLS{}.Fit,
			"ridge": regress.Ridge{Penalty: 2, Scaling: regress.Standardized}.Fit,
			"NNLS":  regress.NNLS{Penalty: 2, Scaling: regress.Standardized}.Fit,
		} {
			a, b := must[*regress.Linear](t)(fit(x, y)), must[*regress.Linear](t)(fit(other, y))
			equal(t, name, predicted(t, a, x), predicted(t, b, other))
		}
	})
}

func TestNonNegativeCoefficientsAreOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(2, 15), rapid.IntRange(1, 20))
		fitted := must[*regress.Linear](t)(regress.NNLS{}.Fit(x, y))
		left := residuals(t, fitted, x, y)
		var slope mat.Dense
		slope.Mul(x.T(), left)
		features, targets := slope.Dims()
		for j := range features {
			for k := range targets {
				b, s := fitted.Coefficients.At(j, k), slope.At(j, k)
				if b < 0 || s > 1e-8 || b > 0 && s < -1e-8 {
					t.Fatalf("coefficient %g of feature %d at a slope of %g", b, j, s)
				}
			}
		}
	})
}

// Twins of a feature, and features that the others make up, do no harm.
func TestDependentFeaturesShareNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(6, 12), rapid.IntRange(1, 3))
		n, p := x.Dims()
		var twice, more mat.Dense
		twice.Augment(x, x)
		sum := mat.NewDense(n, 1, nil)
		for i := range n {
			sum.Set(i, 0, floats.Sum(x.RawRowView(i)))
		}
		more.Augment(&twice, sum)
		once := must[*regress.Linear](t)(regress.NNLS{}.Fit(x, y))
		found := must[*regress.Linear](t)(regress.NNLS{}.Fit(&twice, y))
		equal(t, "predictions", predicted(t, found, &twice), predicted(t, once, x))
		if _, err := (regress.NNLS{}).Fit(&more, y); err != nil {
			t.Fatal(err)
		}
		if _, err := (regress.OLS{}).Fit(&twice, y); err == nil {
			t.Fatalf("least squares told %d features from their twins", p)
		}
	})
}

// labeled draws a problem of classes, each of which is there.
func labeled(t *rapid.T, features *rapid.Generator[int]) (x *mat.Dense, labels []string) {
	count := rapid.IntRange(2, 4).Draw(t, "classes")
	n := rapid.IntRange(12, 20).Draw(t, "observations")
	x = normal(n, features.Draw(t, "features"), rapid.IntRange(0, 1000).Draw(t, "numbers"))
	for i := range n {
		labels = append(labels, fmt.Sprint("class ", i%count))
		floats.AddConst(float64(i%count), x.RawRowView(i)[:1])
	}
	return x, labels
}

// classifiers calls a property of both kinds.
func classifiers(t *testing.T, property func(t *rapid.T, x *mat.Dense, labels []string, fit func(x *mat.Dense, labels []string) *regress.Classifier)) {
	for name, fit := range map[string]func(x *mat.Dense, labels []string) (*regress.Classifier, error){
		"LDA": regress.LDA{Shrinkage: 0.4}.Fit, "logistic": regress.Logistic{Penalty: 2}.Fit,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x, labels := labeled(t, rapid.IntRange(1, 30))
				property(t, x, labels, func(x *mat.Dense, labels []string) *regress.Classifier {
					return must[*regress.Classifier](t)(fit(x, labels))
				})
			})
		})
	}
}

func TestClassifiersIgnoreWhereZeroIs(t *testing.T) {
	classifiers(t, func(t *rapid.T, x *mat.Dense, labels []string, fit func(*mat.Dense, []string) *regress.Classifier) {
		moved := mat.DenseCopyOf(x)
		moved.Apply(func(_, j int, value float64) float64 { return value + float64(j) - 3 }, x)
		a := must[*mat.Dense](t)(fit(x, labels).Probabilities(x))
		b := must[*mat.Dense](t)(fit(moved, labels).Probabilities(moved))
		equal(t, "probabilities", a, b)
		for i := range a.RawMatrix().Rows {
			if sum := floats.Sum(a.RawRowView(i)); math.Abs(sum-1) > 1e-12 {
				t.Fatalf("probabilities sum to %g", sum)
			}
		}
	})
}

func TestClassifiersIgnoreTheOrderOfObservations(t *testing.T) {
	classifiers(t, func(t *rapid.T, x *mat.Dense, labels []string, fit func(*mat.Dense, []string) *regress.Classifier) {
		n, p := x.Dims()
		back, names := mat.NewDense(n, p, nil), slices.Clone(labels)
		slices.Reverse(names)
		for i := range n {
			back.SetRow(n-1-i, x.RawRowView(i))
		}
		equal(t, "coefficients", fit(x, labels).Coefficients, fit(back, names).Coefficients)
	})
}

// At the best parameters the mean probability of a class is its share, and
// intercepts, which are free by a constant, sum to 0.
func TestLogisticRegressionIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, labels := labeled(t, rapid.IntRange(1, 30))
		penalty := rapid.SampledFrom([]float64{1e-3, 0.1, 10}).Draw(t, "penalty")
		fitted := must[*regress.Classifier](t)(regress.Logistic{Penalty: penalty}.Fit(x, labels))
		miss := must[*mat.Dense](t)(fitted.Probabilities(x))
		for i, label := range labels {
			k := slices.Index(fitted.Classes, label)
			miss.Set(i, k, miss.At(i, k)-1)
		}
		var slope, shrink mat.Dense
		slope.Mul(x.T(), miss)
		shrink.Scale(-penalty, fitted.Coefficients)
		equal(t, "gradient", &slope, &shrink)
		for k := range fitted.Classes {
			if sum := floats.Sum(mat.Col(nil, k, miss)); math.Abs(sum) > 1e-8 {
				t.Fatalf("probabilities of class %d are %g too many", k, sum)
			}
		}
		if sum := floats.Sum(fitted.Intercept); math.Abs(sum) > 1e-9 {
			t.Fatalf("intercepts sum to %g", sum)
		}
	})
}

func TestComponentsAreOrthogonalAndComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, _ := drawn(t, rapid.IntRange(2, 12), rapid.IntRange(1, 12))
		found := must[*regress.Components](t)(regress.PCA{}.Fit(x))
		_, count := found.Axes.Dims()
		var products mat.Dense
		products.Mul(found.Axes.T(), found.Axes)
		equal(t, "products of axes", &products, mat.NewDiagDense(count, slices.Repeat([]float64{1}, count)))
		coordinates := must[*mat.Dense](t)(found.Project(x))
		equal(t, "restored", must[*mat.Dense](t)(found.Restore(coordinates)), x)
		if sum := floats.Sum(found.Share); math.Abs(sum-1) > 1e-12 {
			t.Fatalf("shares sum to %g", sum)
		}
		if !slices.IsSortedFunc(found.Variance, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
			t.Fatalf("variances do not descend: %v", found.Variance)
		}
	})
}

// A random subspace finds what a decomposition of everything finds.
func TestRandomizedComponentsAreThoseOfData(t *testing.T) {
	signal, noise := new(mat.Dense), normal(120, 300)
	signal.Mul(normal(120, 4), normal(4, 300, 1))
	noise.Scale(0.01, noise)
	signal.Add(signal, noise)
	exact, err := regress.PCA{Components: 4, Solver: regress.Exact}.Fit(signal)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		found, err := regress.PCA{Components: 4, Solver: regress.Randomized, Seed: 3}.Fit(signal)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "axes", found.Axes, exact.Axes)
		near(t, "shares", row(found.Share), row(exact.Share))
	}
	a, _ := regress.PCA{Components: 4, Solver: regress.Randomized, Seed: 3}.Fit(signal)
	b, _ := regress.PCA{Components: 4, Solver: regress.Randomized, Seed: 3}.Fit(signal)
	if !mat.Equal(a.Axes, b.Axes) {
		t.Error("the same seed gives other bits")
	}
}

func TestComponentsOfConstantData(t *testing.T) {
	found, err := regress.PCA{Components: 1}.Fit(mat.NewDense(3, 2, []float64{.1, .2, .1, .2, .1, .2}))
	if err != nil || found.Variance[0] != 0 || !math.IsNaN(found.Share[0]) {
		t.Errorf("%+v, %v: want a variance of 0 and a share that is undefined", found, err)
	}
}

// What is given is never changed.
func TestInputsStay(t *testing.T) {
	x, y := normal(12, 3), normal(12, 2)
	labels := slices.Repeat([]string{"a", "b", "c"}, 4)
	before, target := mat.DenseCopyOf(x), mat.DenseCopyOf(y)
	for range 2 {
		fitted, _ := regress.OLS{Scaling: regress.Standardized}.Fit(x, y)
		fitted.Predict(x)
		regress.Ridge{Penalty: 1, Scaling: regress.Standardized}.Fit(x, y)
		regress.NNLS{Scaling: regress.Standardized}.Fit(x, y)
		regress.LDA{}.Fit(x, labels)
		classes, _ := regress.Logistic{Penalty: 1, Scaling: regress.Standardized}.Fit(x, labels)
		classes.Predict(x)
		found, _ := regress.PCA{}.Fit(x)
		found.Project(x)
	}
	if !mat.Equal(x, before) || !mat.Equal(y, target) {
		t.Error("features or targets were changed")
	}
}

func BenchmarkNNLS(b *testing.B) {
	for _, features := range []int{3, 30, 300} {
		x, y := normal(4186, features), normal(4186, 1)
		b.Run(fmt.Sprint(features, " features"), func(b *testing.B) {
			for b.Loop() {
				if _, err := (regress.NNLS{}).Fit(x, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
