package rsa_test

import (
	"math"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
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
		{Test: rsa.LabelPermutation, Correction: rsa.ClusterMass},
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
// well, whatever the test of the rest.
func TestSharedVarianceCorrectedByNeighbors(t *testing.T) {
	data := hierarchy(6, 12, 1)
	for _, e := range []rsa.Evaluation{
		{Correction: rsa.TFCE}, {Correction: rsa.ClusterMass, Test: rsa.SignFlip},
	} {
		e.Draws, e.BootstrapOver, e.Seed = 199, rsa.None, 1
		early := fused(t, rsa.Fusion{Evaluation: e}, data).Commonality[0].Course
		if p := early.Corrected[5]; !(p <= 0.05) {
			t.Errorf("%s: what both early ones share has p = %v at 100 ms", e.Correction, p)
		}
		if p := early.Corrected[15]; !(p > 0.05) {
			t.Errorf("%s: what both early ones share has p = %v at 300 ms", e.Correction, p)
		}
	}
}

// Of one brain whose course shares nothing with two models, clusters of permuted
// labels are found by chance as often as the level says, be the effect of chance
// as smooth in time as it may. ISOCORTEX_LONG tries 2,000.
func TestLevelOfClustersOfPermutedLabels(t *testing.T) {
	experiments := 200
	if os.Getenv("ISOCORTEX_LONG") != "" {
		experiments = 2000
	}
	cosine, _ := compare.ByName("cosine")
	var found, dissimilar atomic.Int64
	err := work.Budget{}.Each(t.Context(), "", experiments, func(i int) error {
		for counter, e := range map[*atomic.Int64]rsa.Evaluation{&found: {}, &dissimilar: {Comparator: cosine}} {
			models, subjects := lasting(i)
			e.Test, e.Correction, e.BootstrapOver = rsa.LabelPermutation, rsa.ClusterMass, rsa.None
			e.Draws, e.BootstrapDraws, e.Seed = 99, 2, uint64(i)
			r, err := e.Run(t.Context(), models, subjects, work.Budget{Threads: 1})
			if err != nil {
				return err
			}
			if significant(r, 0.05) {
				counter.Add(1)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := float64(experiments)
	for name, count := range map[string]float64{"clusters of permuted labels": float64(found.Load()), "clusters of permuted labels, cosine": float64(dissimilar.Load())} {
		if math.Abs(count-0.05*n) > 3*math.Sqrt(n*0.05*0.95) {
			t.Errorf("%s: %g of %d true nulls rejected", name, count, experiments)
		}
		t.Logf("%s: %.4f", name, count/n)
		documented(t, name, 1, count/n)
	}
}

// lasting returns two models and one brain that have nothing in common with them;
// what is at one time of it lasts, and fades to something else.
func lasting(index int) ([]rsa.Model, rsa.Subjects) {
	random := seed.Stream(31, "lasting", index)
	const conditions = 8
	models := []rsa.Model{{Name: "a", RDV: distances(random.NormFloat64, conditions, 6)}, {Name: "b", RDV: distances(random.NormFloat64, conditions, 2)}}
	subjects := rsa.Subjects{RDVs: [][][]float64{nil}}
	last := make([]float64, len(models[0].RDV))
	for t := range 12 {
		fresh := distances(random.NormFloat64, conditions, 2)
		for p, x := range fresh {
			last[p] = 0.8*last[p] + x*float64(1+t%3)
		}
		subjects.Times = append(subjects.Times, 0.01*float64(t))
		subjects.RDVs[0] = append(subjects.RDVs[0], slices.Clone(last))
	}
	return models, subjects
}
