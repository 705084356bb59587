package regress_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/regress"
)

// The plain ways: every subset of features, covariances that are made, and
// matrices that are inverted.

// plainNonNegative tries least squares over every subset of features and keeps
// the best whose coefficients are not negative.
func plainNonNegative(x, y *mat.Dense) []float64 {
	n, p := x.Dims()
	best, least := make([]float64, p), mat.Norm(y, 2)
	for subset := 1; subset < 1<<p; subset++ {
		var columns []int
		for j := range p {
			if subset&(1<<j) != 0 {
				columns = append(columns, j)
			}
		}
		if len(columns) > n {
			continue
		}
		part := mat.NewDense(n, len(columns), nil)
		for to, from := range columns {
			part.SetCol(to, mat.Col(nil, from, x))
		}
		var solution, predicted mat.Dense
		if solution.Solve(part, y) != nil || mat.Min(&solution) < 0 {
			continue
		}
		predicted.Mul(part, &solution)
		predicted.Sub(y, &predicted)
		if miss := mat.Norm(&predicted, 2); miss < least {
			least = miss
			clear(best)
			for from, to := range columns {
				best[to] = solution.At(from, 0)
			}
		}
	}
	return best
}

func TestNonNegativeCoefficientsAreTheBestOfAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawn(t, rapid.IntRange(7, 12), rapid.IntRange(1, 6))
		target := mat.DenseCopyOf(y.ColView(1))
		got := must[*regress.Linear](t)(regress.NNLS{Scaling: regress.Raw}.Fit(x, target))
		want := plainNonNegative(x, target)
		equal(t, "coefficients", got.Coefficients, mat.NewDense(len(want), 1, want))
	})
}

// plainDiscriminant makes the covariance within classes and inverts it.
func plainDiscriminant(t *rapid.T, x *mat.Dense, labels, names []string, shrinkage float64) *mat.Dense {
	n, p := x.Dims()
	covariance, means := mat.NewDense(p, p, nil), mat.NewDense(p, len(names), nil)
	for k, name := range names {
		var rows [][]float64
		for i, label := range labels {
			if label == name {
				rows = append(rows, mat.Row(nil, i, x))
			}
		}
		class, own := matrix(rows), mat.NewSymDense(p, nil)
		for j := range p {
			means.Set(j, k, stat.Mean(mat.Col(nil, j, class), nil))
		}
		stat.CovarianceMatrix(own, class, nil)
		own.ScaleSym(float64(len(rows)-1)/float64(n), own)
		covariance.Add(covariance, own)
	}
	trace := mat.Trace(covariance)
	covariance.Scale(1-shrinkage, covariance)
	for j := range p {
		covariance.Set(j, j, covariance.At(j, j)+shrinkage*trace/float64(p))
	}
	var coefficients mat.Dense
	if err := coefficients.Solve(covariance, means); err != nil {
		t.Fatal(err)
	}
	return &coefficients
}

func TestDiscriminantMatchesDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, labels := labeled(t, rapid.IntRange(1, 30)) // tall and wide
		shrinkage := rapid.SampledFrom([]float64{0.1, 0.5, 1}).Draw(t, "shrinkage")
		got := must[*regress.Classifier](t)(regress.LDA{Shrinkage: shrinkage}.Fit(x, labels))
		equal(t, "coefficients", got.Coefficients, plainDiscriminant(t, x, labels, got.Classes, shrinkage))
	})
}

func TestComponentsAreEigenvectorsOfTheCovariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, _ := drawn(t, rapid.IntRange(4, 12), rapid.IntRange(1, 6))
		found := must[*regress.Components](t)(regress.PCA{}.Fit(x))
		_, p := x.Dims()
		covariance := mat.NewSymDense(p, nil)
		stat.CovarianceMatrix(covariance, x, nil)
		var turned, scaled mat.Dense
		turned.Mul(covariance, found.Axes)
		scaled.Mul(found.Axes, mat.NewDiagDense(len(found.Variance), found.Variance))
		equal(t, "covariance times axes", &turned, &scaled)
	})
}

// Classes that a line separates have probabilities as near to 0 and 1 as the
// penalty allows, and no number overflows.
func TestLogisticRegressionOfSeparableClasses(t *testing.T) {
	x := mat.NewDense(6, 1, []float64{-1e3, -2e3, -1e3, 1e3, 2e3, 1e3})
	labels := []string{"a", "a", "a", "b", "b", "b"}
	last := 0.5
	for _, penalty := range []float64{1e6, 1, 1e-6} {
		fitted, err := regress.Logistic{Penalty: penalty, Scaling: regress.Standardized}.Fit(x, labels)
		if err != nil {
			t.Fatal(err)
		}
		p, err := fitted.Probabilities(x)
		if err != nil || !(p.At(0, 0) > last) || math.IsNaN(mat.Sum(p)) {
			t.Errorf("penalty %g: probabilities %v, %v", penalty, mat.Formatted(p), err)
		}
		last = p.At(0, 0)
		if classes, err := fitted.Predict(x); err != nil || !slices.Equal(classes, labels) {
			t.Errorf("penalty %g: %v, %v", penalty, classes, err)
		}
	}
}

// Many features: the same as of few, where the others are constant.
func TestConstantFeaturesHaveNoSay(t *testing.T) {
	x, y := normal(20, 3), normal(20, 2)
	labels := slices.Repeat([]string{"a", "b", "c", "d"}, 5)
	var more mat.Dense
	more.Augment(x, mat.NewDense(20, 40, slices.Repeat([]float64{0.1}, 800)))
	few, _ := regress.Ridge{Penalty: 2, Scaling: regress.Standardized}.Fit(x, y)
	many, err := regress.Ridge{Penalty: 2, Scaling: regress.Standardized}.Fit(&more, y)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ridge", many.Coefficients.Slice(0, 3, 0, 2), few.Coefficients)
	one, _ := regress.Logistic{Penalty: 2}.Fit(x, labels)
	other, err := regress.Logistic{Penalty: 2}.Fit(&more, labels)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "logistic", other.Coefficients.Slice(0, 3, 0, 4), one.Coefficients)
}
