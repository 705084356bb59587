package rsa

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/regress"
	"github.com/isocortex/isocortex/seed"
)

// drawnColumns are of all sizes, some of them zero or the sum of two others.
func drawnColumns(t *rapid.T) [][]float64 {
	random := seed.Stream(rapid.Uint64().Draw(t, "seed"), "columns")
	columns := make([][]float64, rapid.IntRange(2, 5).Draw(t, "columns"))
	rows := rapid.IntRange(2, 40).Draw(t, "rows")
	for j := range columns {
		columns[j] = make([]float64, rows)
		size := math.Pow(10, rapid.Float64Range(-250, 100).Draw(t, "size"))
		for i := range rows {
			columns[j][i] = size * random.NormFloat64()
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			clear(columns[j])
		case 1:
			floats.AddTo(columns[j], columns[0], columns[j/2])
		}
	}
	return columns
}

// A triangle has the inner products of its columns, of which those are of unit
// length here that may be too small or too large for a square.
func TestTriangleHasTheProductsOfItsColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := drawnColumns(t)
		r := triangle(cloned(columns))
		for j, a := range columns {
			for k, b := range columns {
				got, want := floats.Dot(relative(mat.Col(nil, j, r), a), relative(mat.Col(nil, k, r), b)), floats.Dot(relative(a, a), relative(b, b))
				if math.Abs(got-want) > 1e-13 {
					t.Fatalf("product of columns %d and %d is %g, want %g", j, k, got, want)
				}
			}
		}
	})
}

// relative returns x over the length of y, or zeros where that is 0.
func relative(x, y []float64) []float64 {
	result := make([]float64, len(x))
	if length := floats.Norm(y, 2); length > 0 {
		for i := range x {
			result[i] = x[i] / length
		}
	}
	return result
}

func cloned(columns [][]float64) [][]float64 {
	result := make([][]float64, len(columns))
	for j, column := range columns {
		result[j] = slices.Clone(column)
	}
	return result
}

// rowsTimesColumns is what triangle would be without its work.
func rowsTimesColumns(columns [][]float64) *mat.Dense {
	x := mat.NewDense(len(columns[0]), len(columns), nil)
	for j, column := range columns {
		x.SetCol(j, column)
	}
	return x
}

// Least squares of a triangle have the coefficients of its columns, also where
// those are nearly dependent, and refuse what they refuse.
func TestTriangleHasTheLeastSquaresOfItsColumns(t *testing.T) {
	for _, apart := range []float64{1, 1e-3, 1e-6, 1e-9, 1e-12, 0} {
		random := seed.Stream(2, "nearly dependent")
		columns := make([][]float64, 4)
		for j := range columns {
			columns[j] = make([]float64, 500)
			for i := range columns[j] {
				columns[j][i] = random.NormFloat64()
			}
		}
		floats.AddScaledTo(columns[1], columns[0], apart, columns[1])
		for name, fit := range map[string]func(x, y *mat.Dense) (*regress.Linear, error){
			LeastSquares: regress.OLS{Scaling: regress.Raw}.Fit,
			RidgePenalty: regress.Ridge{Penalty: 1, Scaling: regress.Raw}.Fit,
			NonNegative:  regress.NNLS{Penalty: 1, Scaling: regress.Raw}.Fit,
		} {
			got, err := fit(split(triangle(cloned(columns))))
			want, plain := fit(split(rowsTimesColumns(columns)))
			if (err == nil) != (plain == nil) {
				t.Fatalf("%s, %g apart: error %v, of all rows %v", name, apart, err, plain)
			}
			if err != nil {
				continue
			}
			size := mat.Norm(want.Coefficients, 2)
			if !mat.EqualApprox(got.Coefficients, want.Coefficients, 1e-13*size/max(apart, 1e-3)) {
				t.Errorf("%s, %g apart: %v, of all rows %v", name, apart, mat.Formatted(got.Coefficients.T()), mat.Formatted(want.Coefficients.T()))
			}
		}
	}
}

func split(x *mat.Dense) (features, target *mat.Dense) {
	rows, last := x.Dims()
	return x.Slice(0, rows, 0, last-1).(*mat.Dense), x.Slice(0, rows, last-1, last).(*mat.Dense)
}

func BenchmarkTriangle(b *testing.B) {
	random := seed.Stream(3, "triangle")
	columns := make([][]float64, 4)
	for j := range columns {
		for range 4186 {
			columns[j] = append(columns[j], random.NormFloat64())
		}
	}
	for name, fit := range map[string]func() (*regress.Linear, error){
		"triangle": func() (*regress.Linear, error) {
			return regress.OLS{Scaling: regress.Raw}.Fit(split(triangle(cloned(columns))))
		},
		"all rows": func() (*regress.Linear, error) {
			return regress.OLS{Scaling: regress.Raw}.Fit(split(rowsTimesColumns(columns)))
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := fit(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
