package regress_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/regress"
)

// fit is what another program found.
type fit struct {
	Coefficients [][]float64
	Intercept    []float64
}

// cases reads one part of the reference: inputs, and fits by the name of what
// made them.
func cases(t *testing.T, part string) []map[string]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile("testdata/reference/sklearn.json")
	var all map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	var result []map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(all[part], &result)
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func decode[T any](t *testing.T, data json.RawMessage) (value T) {
	t.Helper()
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func matrix(rows [][]float64) *mat.Dense {
	x := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		x.SetRow(i, row)
	}
	return x
}

// near fails where two matrices differ. 1e-9 is what a condition of some
// thousands leaves of the 16 digits after the Gram matrix has squared it.
func near(t *testing.T, what string, got, want mat.Matrix) {
	t.Helper()
	if !mat.EqualApprox(got, want, 1e-9) {
		t.Errorf("%s:\n%.12g\nwant\n%.12g", what, mat.Formatted(got), mat.Formatted(want))
	}
}

func row(x []float64) mat.Matrix { return mat.NewDense(1, len(x), x) }

// regressions by name, as the reference calls them.
func linear(name string, x, y *mat.Dense) (*regress.Linear, error) {
	scaling := regress.Centered
	if strings.Contains(name, "standardized") {
		scaling = regress.Standardized
	}
	if strings.Contains(name, "raw") {
		scaling = regress.Raw
	}
	words := strings.Fields(name)
	penalty, _ := strconv.ParseFloat(words[len(words)-1], 64)
	switch words[0] {
	case "ols":
		return regress.OLS{Scaling: scaling}.Fit(x, y)
	case "ridge":
		return regress.Ridge{Penalty: penalty, Scaling: scaling}.Fit(x, y)
	}
	return regress.NNLS{Penalty: penalty, Scaling: scaling}.Fit(x, y)
}

func TestLinearFitsOfOtherPrograms(t *testing.T) {
	for i, c := range cases(t, "linear") {
		x, y := matrix(decode[[][]float64](t, c["x"])), matrix(decode[[][]float64](t, c["y"]))
		for name, data := range c {
			if name == "x" || name == "y" {
				continue
			}
			want := decode[fit](t, data)
			got, err := linear(name, x, y)
			if err != nil {
				t.Errorf("case %d, %s: %v", i, name, err)
				continue
			}
			near(t, name, got.Coefficients, matrix(want.Coefficients))
			near(t, name+": intercept", row(got.Intercept), row(want.Intercept))
		}
	}
}

func TestClassifiersOfOtherPrograms(t *testing.T) {
	for i, c := range cases(t, "classes") {
		x, labels := matrix(decode[[][]float64](t, c["x"])), decode[[]string](t, c["labels"])
		for name, data := range c {
			kind, number, _ := strings.Cut(name, " ")
			option, _ := strconv.ParseFloat(number, 64)
			var got *regress.Classifier
			var err error
			switch kind {
			case "lda":
				got, err = regress.LDA{Shrinkage: option}.Fit(x, labels)
			case "logistic":
				got, err = regress.Logistic{Penalty: option}.Fit(x, labels)
			default:
				continue
			}
			if err != nil {
				t.Errorf("case %d, %s: %v", i, name, err)
				continue
			}
			want := decode[fit](t, data)
			if len(want.Intercept) == 1 { // the second class against the first
				difference(got)
			}
			near(t, name, got.Coefficients, matrix(want.Coefficients))
			near(t, name+": intercept", row(got.Intercept), row(want.Intercept))
		}
	}
}

func difference(c *regress.Classifier) {
	features, _ := c.Coefficients.Dims()
	result := mat.NewDense(features, 1, nil)
	for j := range features {
		result.Set(j, 0, c.Coefficients.At(j, 1)-c.Coefficients.At(j, 0))
	}
	c.Coefficients, c.Intercept = result, []float64{c.Intercept[1] - c.Intercept[0]}
}

func TestComponentsOfOtherPrograms(t *testing.T) {
	for _, c := range cases(t, "components") {
		x, axes := matrix(decode[[][]float64](t, c["x"])), matrix(decode[[][]float64](t, c["axes"]))
		_, count := axes.Dims()
		for _, solver := range []regress.Solver{regress.BySize, regress.Exact, regress.Randomized} {
			got, err := regress.PCA{Components: count, Solver: solver}.Fit(x)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "axes", got.Axes, axes)
			near(t, "variance", row(got.Variance), row(decode[[]float64](t, c["variance"])[:count]))
			near(t, "share", row(got.Share), row(decode[[]float64](t, c["share"])[:count]))
		}
	}
}

func TestMissingNumbersAreErrors(t *testing.T) {
	bad, good := mat.NewDense(4, 2, []float64{1, 2, 3, 4, 5, math.NaN(), 7, 9}), mat.NewDense(4, 2, []float64{1, 2, 3, 3, 5, 5, 7, 9})
	labels := []string{"a", "b", "a", "b"}
	fitted, _ := regress.Ridge{Penalty: 1}.Fit(good, good)
	for name, fit := range map[string]func() error{
		"feature 2 of observation 3":        func() error { _, err := regress.OLS{}.Fit(bad, good); return err },
		"target 2 of observation 3":         func() error { _, err := regress.OLS{}.Fit(good, bad); return err },
		"feature 2 of observation 3 is NaN": func() error { _, err := regress.Ridge{Penalty: 1}.Fit(bad, good); return err },
		"feature 2 of observation 3 is":     func() error { _, err := regress.NNLS{}.Fit(bad, good); return err },
		"feature 2 of observation 3 is Na":  func() error { _, err := regress.LDA{}.Fit(bad, labels); return err },
		"feature 2 of observation 3 is N":   func() error { _, err := regress.Logistic{Penalty: 1}.Fit(bad, labels); return err },
		"feature 2 of observation 3 i":      func() error { _, err := regress.PCA{}.Fit(bad); return err },
		"2 of observation 3 is NaN: leave":  func() error { _, err := fitted.Predict(bad); return err },
		"1 features where 2 were fitted":    func() error { _, err := fitted.Predict(mat.NewDense(1, 1, nil)); return err },
		"constant or linearly dependent": func() error {
			_, err := regress.OLS{}.Fit(mat.NewDense(4, 2, []float64{1, 2, 2, 4, 3, 6, 4, 8}), good)
			return err
		},
		"constant or linearly": func() error {
			_, err := regress.OLS{}.Fit(mat.NewDense(4, 1, []float64{.1, .1, .1, .1}), good)
			return err
		},
		"2 observations cannot tell 3 features apart": func() error {
			_, err := regress.OLS{}.Fit(mat.NewDense(2, 3, nil), mat.NewDense(2, 1, nil))
			return err
		},
		"4 observations of features and 3 of targets": func() error { _, err := regress.NNLS{}.Fit(good, mat.NewDense(3, 1, nil)); return err },
		"a penalty of 0 is too small":                 func() error { _, err := regress.Ridge{}.Fit(mat.NewDense(4, 1, nil), good); return err },
		"a penalty of -1":                             func() error { _, err := regress.Ridge{Penalty: -1}.Fit(good, good); return err },
		"a penalty of -2":                             func() error { _, err := regress.NNLS{Penalty: -2}.Fit(good, good); return err },
		"a penalty of 0: it must be above":            func() error { _, err := regress.Logistic{}.Fit(good, labels); return err },
		"a shrinkage of 2":                            func() error { _, err := regress.LDA{Shrinkage: 2}.Fit(good, labels); return err },
		"of 2 features is singular":                   func() error { _, err := regress.LDA{}.Fit(mat.NewDense(4, 2, nil), labels); return err },
		"of 9 features is singular: use":              func() error { _, err := regress.LDA{}.Fit(mat.NewDense(4, 9, nil), labels); return err },
		"are of 1 class":                              func() error { _, err := regress.LDA{}.Fit(good, []string{"a", "a", "a", "a"}); return err },
		"4 observations are of 1 class": func() error {
			_, err := regress.Logistic{Penalty: 1}.Fit(good, []string{"a", "a", "a", "a"})
			return err
		},
		"4 observations and 1 labels":            func() error { _, err := regress.LDA{}.Fit(good, labels[:1]); return err },
		"4 observations and 2 labels":            func() error { _, err := regress.Logistic{Penalty: 1}.Fit(good, labels[:2]); return err },
		"3 principal components":                 func() error { _, err := regress.PCA{Components: 3}.Fit(good); return err },
		"principal components of 1 observations": func() error { _, err := regress.PCA{}.Fit(mat.NewDense(1, 2, nil)); return err },
	} {
		if err := fit(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %q", err, name)
		}
	}
}
