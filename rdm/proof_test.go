package rdm_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
)

func ExampleProvenAxes() {
	axes, _ := rdm.ProvenAxes(&npy.Array{Shape: []int{1, 2, 2}, Data: []float64{0, 3, 3, 0}})
	fmt.Println(axes)
	_, err := rdm.ProvenAxes(&npy.Array{Shape: []int{1, 2, 2}, Data: []float64{1, 3, 3, 1}})
	fmt.Println(err)
	// Output:
	// [rdm condition condition]
	// entry 1 of the diagonal of matrix 1 is 1, not 0
}

// squares is a stack of matrices along an axis, with what fill says.
func squares(shape []int, axis int, fill func(k, i, j int) float64) *npy.Array {
	a := &npy.Array{Shape: shape, Data: make([]float64, shape[0]*shape[1]*shape[2])}
	for at := range a.Len() {
		place := []int{at / (shape[1] * shape[2]), at / shape[2] % shape[1], at % shape[2]}
		others := slices.Delete(slices.Clone(place), axis, axis+1)
		a.Data.([]float64)[at] = fill(place[axis], others[0], others[1])
	}
	return a
}

// Wherever the RDMs stand in an array, their axis is found; and what is found
// reads as what was written.
func TestProvenAxesAreThoseOfTheStack(t *testing.T) {
	distance := func(k, i, j int) float64 { return math.Abs(float64(i-j)) * float64(k+1) }
	for axis, shape := range [][]int{{2, 4, 4}, {4, 2, 4}, {4, 4, 2}} {
		array := squares(shape, axis, distance)
		axes, err := rdm.ProvenAxes(array)
		if err != nil || axes[axis] != rdm.AxisRDM {
			t.Fatalf("%v: %v, %v", shape, axes, err)
		}
		r, err := rdm.FromArray(array, axes)
		if err != nil || r.Len() != 2 || r.At(1, 0, 3) != 6 {
			t.Errorf("%v: %v", shape, err)
		}
	}
}

func TestProvenAxesRefuses(t *testing.T) {
	for want, array := range map[string]*npy.Array{
		"not three":    {Shape: []int{2, 2}, Data: make([]float64, 4)},
		"no two equal": {Shape: []int{2, 3, 4}, Data: make([]float64, 24)},
		"beside another": {
			Shape: []int{2, 2, 2}, Data: make([]float64, 8),
		},
		"0 or NaN":      squares([]int{3, 2, 2}, 0, func(_, _, _ int) float64 { return 0 }),
		"not symmetric": squares([]int{3, 2, 2}, 0, func(_, i, j int) float64 { return float64(1 + i) }),
		"diagonal":      squares([]int{3, 2, 2}, 0, func(_, _, _ int) float64 { return 1 }),
		"text":          {Shape: []int{1, 2, 2}, Data: []string{"", "", "", ""}},
	} {
		if axes, err := rdm.ProvenAxes(array); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, %v; want %q", axes, err, want)
		}
	}
}

// The pairs of the lower triangle, row by row, are those of the matrix.
func TestOrdersReadTheSameMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "conditions")
		matrix := make([]float64, n*n)
		var upper, lower []float64
		for i := range n {
			for j := range i {
				matrix[i*n+j] = rapid.Float64Range(0.5, 2).Draw(t, "d")
				matrix[j*n+i] = matrix[i*n+j]
				lower = append(lower, matrix[i*n+j])
			}
		}
		for i := range n {
			upper = append(upper, matrix[i*n+i+1:(i+1)*n]...)
		}
		for order, rdv := range map[rdm.Order][]float64{"": upper, rdm.Upper: upper, rdm.Lower: lower} {
			r, err := rdm.FromOrdered(npy.Vector(rdv), []string{rdm.AxisPair}, order)
			if err != nil || !slices.Equal(r.Dissimilarities, upper) {
				t.Fatalf("%q: %v, %v", order, r, err)
			}
			r, err = rdm.FromOrdered(&npy.Array{Shape: []int{n, n}, Data: matrix}, []string{rdm.AxisCondition, rdm.AxisCondition}, order)
			if err != nil || !slices.Equal(r.Dissimilarities, upper) {
				t.Fatalf("square, %q: %v, %v", order, r, err)
			}
		}
	})
}

// A triangle that is empty is no statement about the other, if somebody says
// which is meant.
func TestEmptyTriangles(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		matrix []float64
		order  rdm.Order
		want   string // of the error; "" for none
	}{
		{[]float64{0, 1, 2, 0, 0, 3, 0, 0, 0}, rdm.Upper, ""},
		{[]float64{0, 1, 2, nan, 0, 3, nan, nan, 0}, rdm.Upper, ""},
		{[]float64{0, 0, 0, 1, 0, 0, 2, 3, 0}, rdm.Lower, ""},
		{[]float64{0, 1, 2, 0, 0, 3, 0, 0, 0}, "", `order "upper" says`},
		{[]float64{0, 1, 2, 0, 0, 3, 0, 0, 0}, rdm.Lower, `order "upper" says`},
		{[]float64{0, nan, nan, 1, 0, nan, 2, 3, 0}, rdm.Upper, `order "lower" says`},
		{[]float64{0, 1, 2, 1, 0, 3, 2, 4, 0}, rdm.Upper, "not symmetric"},
		{[]float64{0, 1, nan, 1, 0, 3, nan, 4, 0}, "", "not symmetric"},
	} {
		r, err := rdm.FromOrdered(&npy.Array{Shape: []int{3, 3}, Data: c.matrix}, []string{rdm.AxisCondition, rdm.AxisCondition}, c.order)
		switch {
		case c.want == "" && (err != nil || !slices.Equal(r.Dissimilarities, []float64{1, 2, 3})):
			t.Errorf("%v, %q: %v, %v", c.matrix, c.order, r, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v, %q: %v, want %q", c.matrix, c.order, err, c.want)
		}
	}
}

// An infinite pair hides no other that differs.
func TestInfinityHidesNoAsymmetry(t *testing.T) {
	inf := math.Inf(1)
	axes := []string{"condition", "condition"}
	for _, c := range []struct {
		data []float64
		fine bool
	}{
		{[]float64{0, inf, 2, inf, 0, 3, 2, 3, 0}, true},
		{[]float64{0, inf, 2, inf, 0, 3, 2, 4, 0}, false},
		{[]float64{0, inf, 2, 1, 0, 3, 2, 3, 0}, false},
		{[]float64{0, inf, 2, -inf, 0, 3, 2, 3, 0}, false},
	} {
		_, err := rdm.FromArray(&npy.Array{Shape: []int{3, 3}, Data: c.data}, axes)
		if c.fine != (err == nil) {
			t.Errorf("%v: %v", c.data, err)
		}
	}
}

func TestDiagonal(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		shape []int
		axes  []string
		data  []float64
		want  float64
	}{
		{[]int{2, 2}, []string{"condition", "condition"}, []float64{0, 7, 7, 0}, 0},
		{[]int{2, 2}, []string{"condition", "condition"}, []float64{nan, 7, 7, nan}, 0},
		{[]int{2, 2}, []string{"condition", "condition"}, []float64{1, 7, 7, -2}, -2},
		{[]int{2, 2, 2}, []string{"condition", "rdm", "condition"}, []float64{0, 7, 0, 7, 7, 0, 7, 1}, 1},
		{[]int{1}, []string{"pair"}, []float64{7}, 0},
		{[]int{2, 3}, []string{"condition", "condition"}, make([]float64, 6), 0},
	} {
		if got := rdm.Diagonal(&npy.Array{Shape: c.shape, Data: c.data}, c.axes); got != c.want {
			t.Errorf("%v: %g", c, got)
		}
	}
}
