package step

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/rdm"
)

// trained is a stack of two subjects, two times of training and two of the test,
// of three pairs.
func trained() *rdm.RDMs {
	r := &rdm.RDMs{Size: 3, Labels: map[string][]string{}}
	r.Definition.Measure, r.Definition.Chance = "lda accuracy", 0.5
	for subject := range 2 {
		for t, text := range []string{"-10 ms", "0 ms"} {
			for test, at := range []float64{-0.01, 0} {
				score := 0.1*float64(t) + 0.2*float64(test) + 0.01*float64(subject)
				r.Dissimilarities = append(r.Dissimilarities, score, score+0.3, math.NaN())
				r.Times, r.Labels[trainingLabel] = append(r.Times, at), append(r.Labels[trainingLabel], text)
			}
		}
	}
	return r
}

func TestGeneralizationIsTheMean(t *testing.T) {
	one, err := generalization("x.npz", trained())
	if err != nil {
		t.Fatal(err)
	}
	f := one.figure.(figure.Generalization)
	for i, want := range []float64{0.155, 0.355, 0.255, 0.455} { // training × test
		if math.Abs(f.Scores[i]-want) > 1e-15 {
			t.Errorf("score %d is %g, want %g", i, f.Scores[i], want)
		}
	}
	if f.Middle != 0.5 || f.Title != "mean of 2" || f.Measure != "mean lda accuracy" || !slices.Equal(f.Times, []float64{-0.01, 0}) {
		t.Errorf("%+v", f)
	}
	odd := trained()
	odd.Labels[trainingLabel][3] = "5 ms"
	if _, err := generalization("x.npz", odd); err == nil || !strings.Contains(err.Error(), "x.npz: 3 times of training and 2 of the test") {
		t.Errorf("of other times: %v", err)
	}
}
