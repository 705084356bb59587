package rsa_test

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/rsa"
)

// A difference counts where its corrected p value passes, on the side that its
// sign says; names that no model has, as in a file that was edited, are left out.
func TestHigherAndShort(t *testing.T) {
	r := rsa.Result{
		Level: 0.05,
		Models: []rsa.ModelResult{
			{Name: "conv1", Network: "net", BelowCeiling: &rsa.Shortfall{Difference: -0.2, Corrected: 0.01}},
			{Name: "conv1", Network: "other", BelowCeiling: &rsa.Shortfall{Difference: -0.1, Corrected: 0.2}},
			{Name: "fc", BelowCeiling: &rsa.Shortfall{Difference: 0.1, Corrected: 0.01}},
			{Name: "last"},
		},
	}
	first, second := r.Models[0].FullName(), r.Models[1].FullName()
	r.Differences = []rsa.Difference{
		{A: first, B: second, Difference: -0.3, Corrected: 0.05},
		{A: first, B: "fc", Difference: 0.3, Corrected: 0.051},
		{A: second, B: "fc", Difference: 0.1, Corrected: 0.001},
		{A: "fc", B: "last", Difference: 0.1, Corrected: rsa.Number(math.NaN())},
		{A: "nobody", B: "last", Difference: 0.1, Corrected: 0.001},
	}
	if got, want := r.Higher(), [][2]int{{1, 0}, {1, 2}}; !slices.Equal(got, want) {
		t.Errorf("higher are %v, want %v", got, want)
	}
	for i, want := range []bool{true, false, false, false} {
		if got := r.FallsShort(i); got != want {
			t.Errorf("model %d falls short: %v, want %v", i, got, want)
		}
	}
}
