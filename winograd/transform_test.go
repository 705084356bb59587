package winograd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/isocortex/isocortex/gemm"
	"pgregory.net/rapid"
)

// untouched fills what a routine must leave alone.
const untouched = 77

func filled(n int) []float32 {
	numbers := make([]float32, n)
	for i := range numbers {
		numbers[i] = untouched
	}
	return numbers
}

// agree requires the same numbers to within rounding, and the same places that
// were left alone.
func agree(t *rapid.T, got, want []float32) {
	t.Helper()
	for i, v := range want {
		if math.Abs(float64(got[i]-v)) > 1e-4 || (got[i] == untouched) != (v == untouched) {
			t.Fatalf("number %d is %g, want %g", i, got[i], v)
		}
	}
}

func TestColumnsAreThoseOfTheTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "columns")
		pitch := up(n, lanes) + rapid.IntRange(0, 20).Draw(t, "between")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var lines [patch][]float32
		for i := range lines {
			lines[i] = normal(random, n, 1)
		}
		got, want := filled(patch*pitch), filled(patch*pitch)
		spreadColumns(got, pitch, &lines, n)
		plainColumns(want, pitch, &lines)
		for i := range want { // zeros up to the next multiple of eight are allowed
			if x := i % max(pitch, 1); x >= n && x < up(n, lanes) && got[i] == 0 {
				want[i] = 0
			}
		}
		agree(t, got, want)
	})
}

func TestRowsAreThoseOfTheTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pitch, stride := rapid.IntRange(8, 60).Draw(t, "pitch"), rapid.IntRange(lanes, 40).Draw(t, "stride")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var from [lanes]int
		for i := range from {
			from[i] = random.IntN(pitch - lanes + 1)
		}
		src, got, want := normal(random, patch*pitch, 1), filled(products*stride), filled(products*stride)
		spreadRows(&rows{got, stride, src, pitch, &from})
		plainRows(&rows{want, stride, src, pitch, &from})
		agree(t, got, want)
	})
}

func TestPatchesAreThoseOfTheTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pitch := rapid.IntRange(result, 40).Draw(t, "pitch")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var to [lanes]int
		for i := range to {
			to[i] = (lanes - 1 - i) * result * pitch
		}
		src := normal(random, products*gemm.Height*gemm.Width, 1)
		after := finish{2, -1, rapid.SampledFrom([]float32{0, negativeInfinity}).Draw(t, "lowest")}
		got, want := filled(lanes*result*pitch), filled(lanes*result*pitch)
		var half [result * patch * lanes]float32
		gatherPatches(&patches{got, pitch, &to, src, &half, after})
		plainPatches(&patches{want, pitch, &to, src, &half, after})
		agree(t, got, want)
	})
}

// The transformations refuse what would lead them outside their slices.
func TestTransformationsRefuseShortSlices(t *testing.T) {
	six := func(n int) (lines [patch][]float32) {
		for i := range lines {
			lines[i] = make([]float32, n)
		}
		return lines
	}
	from, half := [lanes]int{7: 8}, new([result * patch * lanes]float32)
	for name, call := range map[string]func(){
		"columns, dst":   func() { lines := six(9); spreadColumns(make([]float32, 5*16+15), 16, &lines, 0) },
		"columns, pitch": func() { lines := six(9); spreadColumns(make([]float32, 6*16), 15, &lines, 0) },
		"columns, lines": func() {
			lines := six(9)
			lines[4] = lines[4][1:]
			spreadColumns(make([]float32, 6*16), 16, &lines, 0)
		},
		"rows, dst": func() { spreadRows(&rows{make([]float32, 35*16+7), 16, make([]float32, 5*16+16), 16, &from}) },
		"rows, src": func() { spreadRows(&rows{make([]float32, 35*16+8), 16, make([]float32, 5*16+15), 16, &from}) },
		"patches, dst": func() {
			gatherPatches(&patches{make([]float32, 8+3*9+3), 9, &from, make([]float32, 35*96+8), half, finish{}})
		},
		"patches, src": func() {
			gatherPatches(&patches{make([]float32, 8+3*9+4), 9, &from, make([]float32, 35*96+7), half, finish{}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}
