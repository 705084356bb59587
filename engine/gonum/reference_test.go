package gonum_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/gonum"
	"github.com/isocortex/isocortex/work"
)

// pattern is a matrix of simple fractions, the same as in level3.py.
func pattern(rows, columns, shift int) []float64 {
	x := make([]float64, 0, rows*columns)
	for i := range rows {
		for j := range columns {
			x = append(x, float64((7*i+13*j+shift)%31-15)/16)
		}
	}
	return x
}

// triangular is a triangle that can be solved, and numbers to stumble over in the
// other one.
func triangular(n int) []float64 {
	x := pattern(n, n, 3)
	for i := range x {
		x[i] /= 64
	}
	for i := range n {
		x[i*n+i] = 1 + float64(i%3)/4
	}
	return x
}

// referenceTrial is the call that the key names, such as "trsm right TL".
func referenceTrial(key string) trial[float64] {
	const m, n, k = 48, 40, 36
	words := strings.Fields(key)
	c := trial[float64]{
		routine: words[0], side: blas.Left, uplo: blas.Upper, tA: blas.NoTrans, tB: blas.NoTrans, diagonal: blas.NonUnit,
		m: m, n: n, k: k, alpha: 0.5, beta: -2, lda: k, ldb: n, ldc: n,
	}
	if words[1] == "right" {
		c.side = blas.Right
	}
	flags := words[len(words)-1]
	if flags[1] == 'L' {
		c.uplo = blas.Lower
	}
	tall := [2]int{m, k}
	if flags[0] == 'T' {
		c.tA, c.lda, tall = blas.Trans, m, [2]int{k, m}
	}
	c.a, c.b, c.c = pattern(tall[0], tall[1], 1), pattern(k, n, 2), pattern(m, n, 6)
	switch c.routine {
	case "symm":
		c.a, c.lda, c.b = pattern(m, m, 5), m, pattern(m, n, 4)
	case "syrk", "syr2k":
		c.n, c.b, c.ldb, c.c, c.ldc = m, pattern(tall[0], tall[1], 2), c.lda, pattern(m, m, 6), m
	case "trmm", "trsm":
		c.a, c.lda, c.b = triangular(c.order()), c.order(), pattern(m, n, 4)
	}
	return c
}

// Numbers by SciPy: see testdata/reference/level3.py. They are rounded to 12 places
// after sums of at most 48 numbers below 10³, which round far below that.
func TestMatchesSciPy(t *testing.T) {
	const tolerance = 1e-10
	data, err := os.ReadFile("testdata/reference/level3.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference struct{ Results map[string][]float64 }
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, by engine.Multiplier) {
		l := gonum.New(by, work.Budget{})
		for key, want := range reference.Results {
			c := referenceTrial(key)
			got := c.run(of[float64](l))
			for i, sum := range want {
				for j := range c.n {
					kept := c.routine != "syrk" && c.routine != "syr2k" || i == j || (i > j) == (c.uplo == blas.Lower)
					if kept {
						sum -= got[i*c.n+j] * float64(5*j%11-5) / 8
					}
				}
				if !(math.Abs(sum) < tolerance) {
					t.Fatalf("%s: row %d is %g off", key, i, sum)
				}
			}
		}
	})
}
