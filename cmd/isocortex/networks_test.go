package main

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/step"
)

// Every network of the zoo has weights that someone gives away; one that has none
// is told apart.
func TestWhereWeightsAre(t *testing.T) {
	known := step.KnownWeights{}
	here := known
	here.There = true
	for want, weights := range map[string][]step.KnownWeights{"your own": nil, "to pull": {known}, "here": {known, here}} {
		if got := where(step.KnownNetwork{Weights: weights}); got != want {
			t.Errorf("weights %v are %q, want %q", weights, got, want)
		}
	}
	var text strings.Builder
	showNetwork(&text, step.KnownNetwork{Name: "secret"})
	if !strings.Contains(text.String(), "name a file of your own") {
		t.Errorf("%q does not say what to do", text.String())
	}
}
