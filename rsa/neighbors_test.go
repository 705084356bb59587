package rsa_test

import (
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

// Corrections by neighboring times find what is planted and nothing else, and
// leave differences between models, which are of single times, to the maximum
// statistic.
func TestCorrectionsByNeighborsFindWhatIsPlanted(t *testing.T) {
	models, subjects := simulated(10, 12, 6)
	for _, e := range []rsa.Evaluation{
		{Test: rsa.SignFlip, Correction: rsa.ClusterMass},
		{Test: rsa.SignFlip, Correction: rsa.TFCE},
		{Test: rsa.LabelPermutation, Correction: rsa.TFCE},
	} {
		e.Draws, e.BootstrapOver, e.BootstrapDraws = 999, rsa.None, 50
		result := run(t, e, models, subjects)
		if p := result.Models[0].Course.Corrected[2]; !(p <= 0.05) || result.Correction != e.Correction {
			t.Errorf("%s, %s: the planted model has p = %v at its time", e.Test, result.Correction, p)
		}
		for time, p := range result.Models[1].Course.Corrected {
			if !(p > 0.05) {
				t.Errorf("%s, %s, time %d: the absent model has p = %v", e.Test, e.Correction, time, p)
			}
		}
		if got := result.DifferenceTest.Correction; got != rsa.MaxStatistic {
			t.Errorf("differences are corrected by %s", got)
		}
	}
}

// Models are nobody's neighbors: their courses, one after the other, are
// corrected as one line with a gap, which every subject lacks, between them.
func TestModelsAreNobodysNeighbors(t *testing.T) {
	models, subjects := simulated(7, 8, 5)
	for _, correction := range []string{rsa.ClusterMass, rsa.TFCE} {
		e := rsa.Evaluation{Test: rsa.SignFlip, Correction: correction, BootstrapOver: rsa.None}
		result := run(t, e, models, subjects)
		line := make([][]float64, len(subjects.RDVs))
		var got []rsa.Number
		for m, model := range result.Models {
			for s, course := range model.Course.Scores {
				if m > 0 {
					line[s] = append(line[s], math.NaN())
				}
				for _, score := range course {
					line[s] = append(line[s], float64(score))
				}
			}
			if m > 0 {
				got = append(got, rsa.Number(math.NaN()))
			}
			got = append(got, model.Course.Corrected...)
		}
		for k, want := range byLine(t, correction, line) {
			if p := float64(got[k]); math.Abs(p-want) > 1e-12 || math.IsNaN(p) != math.IsNaN(want) {
				t.Errorf("%s, point %d: p = %v, want %v", correction, k, p, want)
			}
		}
	}
}

// byLine corrects the p values of successive points.
func byLine(t *testing.T, correction string, scores [][]float64) []float64 {
	t.Helper()
	null, err := inference.Test{}.SignFlips(scores, inference.StudentT)
	if err != nil {
		t.Fatal(err)
	}
	near := inference.Line(len(scores[0]))
	if correction == rsa.ClusterMass {
		found, err := null.Clusters(t.Context(), work.Budget{}, inference.Clusters{Adjacency: near})
		if err != nil {
			t.Fatal(err)
		}
		return found.P
	}
	enhanced, err := null.TFCE(inference.TFCE{Adjacency: near})
	if err != nil {
		t.Fatal(err)
	}
	found, err := enhanced.Test(t.Context(), work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return found.Corrected
}

// What regions and layers share over time is corrected by neighboring times as
// well, but not by clusters, which need a t.
func TestSharedVarianceCorrectedByNeighbors(t *testing.T) {
	data := hierarchy(6, 12, 1)
	f := rsa.Fusion{Evaluation: rsa.Evaluation{Draws: 199, BootstrapOver: rsa.None, Correction: rsa.TFCE, Seed: 1}}
	early := fused(t, f, data).Commonality[0].Course
	if p := early.Corrected[5]; !(p <= 0.05) {
		t.Errorf("what both early ones share has p = %v at 100 ms", p)
	}
	if p := early.Corrected[15]; !(p > 0.05) {
		t.Errorf("what both early ones share has p = %v at 300 ms", p)
	}
	f.Test, f.Correction = rsa.SignFlip, rsa.ClusterMass
	if _, err := f.Run(t.Context(), data, work.Budget{}); err == nil || !strings.Contains(err.Error(), "correct by tfce") {
		t.Errorf("clusters of what is shared: %v", err)
	}
}
