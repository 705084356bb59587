package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

func ExampleMatMul() {
	a := []float64{1, 2, 3, 4} // 2 × 2
	b := []float64{1, 0, 0, 1, 1, 1}
	dst := make([]float64, 6) // a · bᵀ, 2 × 3
	err := engine.MatMul(context.Background(), engine.Plain{}, work.Budget{}, dst, a, b, 2, 3, 2)
	fmt.Println(dst, err)
	// Output: [1 2 3 3 4 7] <nil>
}

func ExamplePlain() {
	dst := make([]float32, 1)
	err := engine.Plain{}.MultiplyTransposed32(dst, []float32{1, 2, 3}, []float32{4, 5, 6}, 1, 1, 3)
	fmt.Println(dst, err)
	// Output: [32] <nil>
}

// normal returns n numbers of a standard normal distribution.
func normal[T engine.Float](random *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(random.NormFloat64())
	}
	return x
}

// multiply calls the method of by for the type.
func multiply[T engine.Float](by engine.Multiplier, dst, a, b []T, m, n, k int) error {
	return engine.MatMul(context.Background(), by, work.Budget{Threads: 1}, dst, a, b, m, n, k)
}

// excess returns by how much got is farther from want than rounding allows, at
// the worst place; 0 when nowhere.
//
// Each of two sums of k products in any order has a relative error, on the scale
// of Σ|a||b|, that is below λ√k u except with negligible probability, λ = 8 here
// (Higham & Mary 2019, doi:10.1137/18M1226312, theorem 2.4); u is 2⁻²⁴ or 2⁻⁵³.
func excess[T engine.Float](got, want, a, b []T, m, n, k int) float64 {
	unit := 0x1p-53
	if _, single := any(got).([]float32); single {
		unit = 0x1p-24
	}
	worst := 0.0
	for i := range m {
		for j := range n {
			scale := 0.0
			for l := range k {
				scale += math.Abs(float64(a[i*k+l]) * float64(b[j*k+l]))
			}
			difference := math.Abs(float64(got[i*n+j]) - float64(want[i*n+j]))
			worst = max(worst, difference-8*math.Sqrt(float64(k))*unit*scale)
		}
	}
	return worst
}

// agrees requires that on a random product of the shape, 1, 2, 4 and 8 threads
// give the same bits, and those of plain Go but for rounding.
func agrees[T engine.Float](t *testing.T, by engine.Multiplier, random *rand.Rand, m, n, k int) {
	t.Helper()
	a, b, want := normal[T](random, m*k), normal[T](random, n*k), make([]T, m*n)
	if err := multiply(engine.Plain{}, want, a, b, m, n, k); err != nil {
		t.Fatal(err)
	}
	var one []T
	for _, threads := range []int{1, 2, 4, 8} {
		got := slices.Repeat([]T{T(math.NaN())}, m*n)
		if err := engine.MatMul(t.Context(), by, work.Budget{Threads: threads}, got, a, b, m, n, k); err != nil {
			t.Fatal(err)
		}
		if one == nil {
			one = got
		}
		if !slices.Equal(got, one) {
			t.Fatalf("%d × %d × %d: %d threads give other bits than one", m, k, n, threads)
		}
	}
	if e := excess(one, want, a, b, m, n, k); e > 0 {
		t.Fatalf("%d × %d × %d: differs from plain Go by %g more than rounding allows", m, k, n, e)
	}
}

func TestSameBitsOnAnyNumberOfThreads(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	const shapes = 500
	for i := range shapes {
		random := seed.Stream(1, "shapes of products", i)
		// Most are small, as plain Go is slow; some cross the edges of several tiles.
		largest := []int{20, 20, 20, 20, 70, 70, 70, 300}[i%8]
		m, n, k := random.IntN(largest)+1, random.IntN(largest)+1, random.IntN(largest)+1
		if i%2 == 0 {
			agrees[float32](t, by, random, m, n, k)
		} else {
			agrees[float64](t, by, random, m, n, k)
		}
	}
	// Around the edges of tiles, thin, and long.
	for i, s := range [][3]int{{256, 257, 64}, {513, 70, 40}, {1, 900, 100}, {900, 1, 100}, {92, 92, 5000}, {65, 129, 2500}} {
		random := seed.Stream(2, "shapes of products", i)
		agrees[float32](t, by, random, s[0], s[1], s[2])
		agrees[float64](t, by, random, s[0], s[1], s[2])
	}
}

// Numbers by NumPy: see testdata/reference/product.py.
func TestProductsMatchNumPy(t *testing.T) {
	data, err := os.ReadFile("testdata/reference/product.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Cases []struct {
			M, N, K       int
			A, B, Product []float64
		}
	}
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	multipliers := map[string]engine.Multiplier{"plain": engine.Plain{}}
	t.Run("engine", func(t *testing.T) { multipliers["engine"] = enginetest.Open(t).Multiplier() })
	for name, by := range multipliers {
		for _, c := range reference.Cases {
			got := make([]float64, c.M*c.N)
			if err := by.MultiplyTransposed64(got, c.A, c.B, c.M, c.N, c.K); err != nil {
				t.Fatal(err)
			}
			if e := excess(got, c.Product, c.A, c.B, c.M, c.N, c.K); e > 0 {
				t.Errorf("%s, %d × %d × %d: %g farther from NumPy than rounding allows", name, c.M, c.K, c.N, e)
			}
		}
	}
}

// Laws that need no rounding: whole numbers multiply exactly, so the product is
// linear in a, and (a · bᵀ)ᵀ = b · aᵀ.
func TestProductLaws(t *testing.T) {
	multipliers := []engine.Multiplier{engine.Plain{}}
	t.Run("engine", func(t *testing.T) { multipliers = append(multipliers, enginetest.Open(t).Multiplier()) })
	for _, by := range multipliers {
		t.Run(fmt.Sprintf("%T", by), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				length := rapid.IntRange(0, 40)
				m, n, k := length.Draw(t, "m"), length.Draw(t, "n"), length.Draw(t, "k")
				whole := func(name string, n int) []float32 {
					numbers := rapid.SliceOfN(rapid.IntRange(-9, 9), n, n).Draw(t, name)
					x := make([]float32, n)
					for i, v := range numbers {
						x[i] = float32(v)
					}
					return x
				}
				product := func(a, b []float32, m, n int) []float32 {
					dst := make([]float32, m*n)
					if err := by.MultiplyTransposed32(dst, a, b, m, n, k); err != nil {
						t.Fatal(err)
					}
					return dst
				}
				a, other, b := whole("a", m*k), whole("other", m*k), whole("b", n*k)
				ab, ba := product(a, b, m, n), product(b, a, n, m)
				both := make([]float32, m*k)
				for i := range both {
					both[i] = a[i] + 2*other[i]
				}
				together, second := product(both, b, m, n), product(other, b, m, n)
				for i := range m {
					for j := range n {
						if ab[i*n+j] != ba[j*m+i] {
							t.Fatalf("(a · bᵀ)ᵀ is not b · aᵀ at %d, %d", i, j)
						}
						if together[i*n+j] != ab[i*n+j]+2*second[i*n+j] {
							t.Fatalf("not linear at %d, %d", i, j)
						}
					}
				}
			})
		})
	}
}

// Every form is the product of the same matrices, stored another way.
func TestFormsAgree(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(0, 70)
		m, n, k := length.Draw(t, "m"), length.Draw(t, "n"), length.Draw(t, "k")
		random := seed.Stream(5, "forms", m, n, k)
		a, b := normal[float64](random, m*k), normal[float64](random, n*k)
		want := make([]float64, m*n)
		if err := multiply(engine.Plain{}, want, a, b, m, n, k); err != nil {
			t.Fatal(err)
		}
		for _, form := range []engine.Form{0, engine.TransposedA, engine.TransposedB, engine.TransposedA | engine.TransposedB} {
			left, right := a, turned(b, n, k)
			if form&engine.TransposedA != 0 {
				left = turned(a, m, k)
			}
			if form&engine.TransposedB != 0 {
				right = b
			}
			plain, got := make([]float64, m*n), slices.Repeat([]float64{math.NaN()}, m*n)
			err := errors.Join(engine.Plain{}.Multiply64(form, plain, left, right, m, n, k), by.Multiply64(form, got, left, right, m, n, k))
			if err != nil || !slices.Equal(plain, want) {
				t.Fatalf("form %d of %d × %d × %d in plain Go is not the product, %v", form, m, k, n, err)
			}
			if e := excess(got, want, a, b, m, n, k); e > 0 {
				t.Fatalf("form %d of %d × %d × %d: differs from plain Go by %g more than rounding allows", form, m, k, n, e)
			}
			single := slices.Repeat([]float32{float32(math.NaN())}, m*n)
			if err := by.Multiply32(form, single, narrow(left), narrow(right), m, n, k); err != nil {
				t.Fatal(err)
			}
			rounded := make([]float32, m*n)
			err = engine.Plain{}.Multiply32(form, rounded, narrow(left), narrow(right), m, n, k)
			if err != nil {
				t.Fatal(err)
			}
			if e := excess(single, rounded, narrow(a), narrow(b), m, n, k); e > 0 {
				t.Fatalf("form %d of %d × %d × %d in float32: differs from plain Go by %g more than rounding allows", form, m, k, n, e)
			}
		}
	})
}

// turned returns x, rows × columns, transposed.
func turned(x []float64, rows, columns int) []float64 {
	y := make([]float64, 0, len(x))
	for j := range columns {
		for i := range rows {
			y = append(y, x[i*columns+j])
		}
	}
	return y
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func TestProductsOfNothingAreZero(t *testing.T) {
	dst := []float32{7, 7}
	if err := enginetest.Open(t).Multiplier().MultiplyTransposed32(dst, nil, nil, 2, 1, 0); err != nil || dst[0] != 0 || dst[1] != 0 {
		t.Errorf("a sum of no products is %v, %v", dst, err)
	}
	if err := multiply[float64](engine.Plain{}, nil, nil, nil, 0, 3, 0); err != nil {
		t.Errorf("a product of no rows: %v", err)
	}
}

// NaN in one row of a spoils that row of the product, and no other.
func TestNaNStaysInItsRow(t *testing.T) {
	multipliers := []engine.Multiplier{engine.Plain{}}
	t.Run("engine", func(t *testing.T) { multipliers = append(multipliers, enginetest.Open(t).Multiplier()) })
	for _, by := range multipliers {
		const m, n, k = 5, 40, 30
		random := seed.Stream(3, "not a number")
		a, b, dst := normal[float64](random, m*k), normal[float64](random, n*k), make([]float64, m*n)
		a[2*k+7] = math.NaN()
		if err := by.MultiplyTransposed64(dst, a, b, m, n, k); err != nil {
			t.Fatal(err)
		}
		for i, v := range dst {
			if math.IsNaN(v) != (i/n == 2) {
				t.Errorf("%T: number %d of row %d is %v", by, i%n, i/n, v)
			}
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a slice of the wrong length passed")
		}
	}()
	_ = engine.Plain{}.MultiplyTransposed32(make([]float32, 3), make([]float32, 2), make([]float32, 2), 2, 2, 1)
}

func TestMatMulEndsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	cancel(reason)
	x := make([]float64, 600*600)
	if err := engine.MatMul(ctx, engine.Plain{}, work.Budget{}, x, x, x, 600, 600, 600); !errors.Is(err, reason) {
		t.Errorf("err = %v, want the cause", err)
	}
}

// Many goroutines may use one Multiplier at a time.
func TestConcurrentProducts(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	var goroutines sync.WaitGroup
	for i := range 8 {
		goroutines.Go(func() {
			random := seed.Stream(4, "concurrent", i)
			for range 20 {
				m, n, k := random.IntN(40)+1, random.IntN(40)+1, random.IntN(40)+1
				a, b := normal[float32](random, m*k), normal[float32](random, n*k)
				got, want := make([]float32, m*n), make([]float32, m*n)
				err := errors.Join(by.MultiplyTransposed32(got, a, b, m, n, k), multiply(engine.Plain{}, want, a, b, m, n, k))
				if e := excess(got, want, a, b, m, n, k); err != nil || e > 0 {
					t.Errorf("%d × %d × %d: %g too far, %v", m, k, n, e, err)
				}
			}
		})
	}
	goroutines.Wait()
}
