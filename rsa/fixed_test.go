package rsa_test

import (
	"math"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
)

// fixed is what rsatoolbox finds for fixed models and subjects, by its names of
// comparators.
type fixed struct {
	Models   []string
	Ceilings map[string][2]float64 `json:"boot_noise_ceiling"`
	Found    map[string]struct {
		Means, SEM []float64
		PZero      []float64 `json:"p_zero"`
		PNoise     []float64 `json:"p_noise"`
		PPair      []float64 `json:"p_pair_row0"`
		DOF        float64
		DiffVar    []float64  `json:"diff_var_first"`
		CeilingVar [2]float64 `json:"nc_var0"`
	} `json:"eval_fixed"`
}

// fixedScores returns scores of subjects × models, and the result they are from.
func fixedScores(t *testing.T, comparator string, names []string) (scores [][]float64, result *rsa.Result) {
	t.Helper()
	rdvs, all := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	var models []rsa.Model
	for _, name := range names {
		models = append(models, rsa.Model{Name: name, RDV: rdvs[slices.Index(all, name)]})
	}
	subjects := objectstest.HumanIT(t)
	c, err := compare.ByName(comparator)
	if err != nil {
		t.Fatal(err)
	}
	e := rsa.Evaluation{Comparator: c, Test: rsa.Student, Correction: rsa.None, BootstrapOver: rsa.None}
	result = run(t, e, models, ofSubjects(subjects))
	for s := range subjects {
		var row []float64
		for _, m := range result.Models {
			row = append(row, float64(m.Scores[s]))
		}
		scores = append(scores, row)
	}
	return scores, result
}

// Means, their errors and p values: of models against zero, against each other,
// and against the lower ceiling, which rsatoolbox takes as known.
func TestFixedSubjectsMatchRsatoolbox(t *testing.T) {
	var reference fixed
	realtest.Reference(t, "fixed.json", &reference)
	names := map[string]string{
		"corr": "pearson", "cosine": "cosine", "spearman": "spearman", "rho-a": "rho-a", "tau-a": "kendall-tau-a", "corr_cov": "whitened-pearson",
	}
	for theirs, want := range reference.Found {
		t.Run(theirs, func(t *testing.T) {
			scores, result := fixedScores(t, names[theirs], reference.Models)
			var below, variances []float64
			for m, model := range result.Models {
				below = append(below, float64(model.Score)-reference.Ceilings[theirs][0])
				variances = append(variances, want.SEM[m]*want.SEM[m])
				tell(t, "mean", m, float64(model.Score), want.Means[m])
				tell(t, "error", m, errorOfMean(scores, m, -1), want.SEM[m])
				tell(t, "p", m, float64(*model.P), want.PZero[m])
			}
			noise, err := inference.VarianceTest(below, variances, want.DOF, inference.TwoSided)
			if err != nil {
				t.Fatal(err)
			}
			for m, p := range noise.P {
				tell(t, "p to the ceiling", m, p, want.PNoise[m])
			}
			pairsMatch(t, scores, want.PPair)
			for k, variance := range want.DiffVar { // of models 0 and 1, 0 and 2, 0 and 3
				tell(t, "variance of a difference", k, math.Pow(errorOfMean(scores, 0, k+1), 2), variance)
			}
			for k, variance := range want.CeilingVar {
				tell(t, "variance to the ceiling", k, math.Pow(errorOfMean(scores, 0, -1), 2), variance)
			}
		})
	}
}

// pairsMatch compares the first model with all others, two-sided.
func pairsMatch(t *testing.T, scores [][]float64, want []float64) {
	t.Helper()
	first := make([][]float64, len(scores))
	for s, row := range scores {
		first[s] = slices.Repeat(row[:1], len(row)-1)
	}
	others := make([][]float64, len(scores))
	for s, row := range scores {
		others[s] = row[1:]
	}
	differences, err := inference.Differences(first, others)
	if err != nil {
		t.Fatal(err)
	}
	found, err := inference.StudentTest(differences, inference.TwoSided)
	if err != nil {
		t.Fatal(err)
	}
	for m, p := range found.P {
		tell(t, "p of a difference", m+1, p, want[m+1])
	}
}

// errorOfMean is the standard error of the mean score of a model, or of its
// difference to another; -1 is no other.
func errorOfMean(scores [][]float64, model, other int) float64 {
	n, mean, squares := float64(len(scores)), 0.0, 0.0
	value := func(row []float64) float64 {
		if other < 0 {
			return row[model]
		}
		return row[model] - row[other]
	}
	for _, row := range scores {
		mean += value(row) / n
	}
	for _, row := range scores {
		squares += (value(row) - mean) * (value(row) - mean)
	}
	return math.Sqrt(squares / (n - 1) / n)
}

func tell(t *testing.T, what string, model int, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-10) {
		t.Errorf("%s of model %d is %v, rsatoolbox has %v", what, model, got, want)
	}
}
