package compare_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/realtest/objectstest"
)

// toolbox holds what rsatoolbox finds in published RDMs of 92 objects: models ×
// subjects by its names of comparators, and ceilings lower and upper.
type toolbox struct {
	Models         []string
	Compared       map[string][][]float64 `json:"compare_models_x_brain"`
	WithCovariance map[string][][]float64 `json:"compare_first20_sigma_k_full_0.3^|i-j|"`
	Drawn          []int                  `json:"boot_pattern_idx"`
	OfDraw         map[string][][]float64 `json:"compare_after_subsample"`
	Ceiling        map[string][2]float64  `json:"boot_noise_ceiling"`
	CeilingOfDraw  map[string][2]float64  `json:"boot_noise_ceiling_after_subsample"`
}

// byToolbox are our names for those of rsatoolbox.
var byToolbox = map[string]string{
	"cosine": "cosine", "corr": "pearson", "spearman": "spearman", "kendall": "kendall-tau-b", "tau-a": "kendall-tau-a",
	"rho-a": "rho-a", "cosine_cov": "whitened-cosine", "corr_cov": "whitened-pearson",
	"bures": "bures", "bures_metric": "negative-bures-distance",
}

func toolbox92(t *testing.T) (reference toolbox, models, brain [][]float64) {
	t.Helper()
	realtest.Reference(t, "rsatoolbox.json", &reference)
	all, names := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
	for _, name := range reference.Models {
		models = append(models, all[slices.Index(names, name)])
	}
	return reference, models, objectstest.HumanIT(t)
}

// tolerance is 1e-10. rsatoolbox adds roots of the eigenvalues of a product,
// also of those that are 0 but for rounding, which keeps half of the digits: one
// for every model, 90 of 92 for the two that are points on a line or plane. What
// they add depends on its library of algebra. Its Bures metric is the square of
// the distance, about 50.
func tolerance(name, model string) float64 {
	flat := model == "animacy" || model == "FaceBodyManmadeNatobj"
	switch {
	case name == "bures" && flat:
		return 2e-7
	case name == "bures":
		return 1e-9
	case name == "bures_metric" && flat:
		return 1e-5
	case name == "bures_metric":
		return 1e-7
	}
	return 1e-10
}

func TestScoresMatchRsatoolbox(t *testing.T) {
	reference, models, brain := toolbox92(t)
	for theirs, ours := range byToolbox {
		c, err := compare.ByName(ours)
		if err != nil {
			t.Fatal(err)
		}
		for m, model := range models {
			for s, subject := range brain {
				got, err := c.Score(model, subject)
				if theirs == "bures_metric" {
					got.Value *= got.Value
				}
				if want := reference.Compared[theirs][m][s]; err != nil || !(math.Abs(got.Value-want) < tolerance(theirs, reference.Models[m])) {
					t.Errorf("%s of %s and subject %d: %v, %v; rsatoolbox has %v", ours, reference.Models[m], s+1, got, err, want)
				}
			}
		}
	}
}

// A draw of conditions with copies, by weights and by an RDM in which the pairs
// of copies are missing.
func TestDrawMatchesRsatoolbox(t *testing.T) {
	reference, models, brain := toolbox92(t)
	counts := make([]int, 92)
	for _, i := range reference.Drawn {
		counts[i]++
	}
	var draw compare.Resample
	draw.SetCounts(counts)
	for theirs, want := range reference.OfDraw {
		c, err := compare.ByName(byToolbox[theirs])
		if err != nil {
			t.Fatal(err)
		}
		for m, model := range models {
			var x compare.Vector
			c.Resample(&x, c.Prepare(model), &draw)
			for s, subject := range brain {
				var y compare.Vector
				c.Resample(&y, c.Prepare(subject), &draw)
				got := c.Compare(&x, &y)
				long, err := c.Score(copied(c, model, subject, 92, reference.Drawn), copied(c, subject, model, 92, reference.Drawn))
				if !(math.Abs(got-want[m][s]) < 1e-10 && math.Abs(long.Value-want[m][s]) < 1e-10) || err != nil {
					t.Errorf("%s of %s and subject %d: weighted %v, copied %v, %v; rsatoolbox has %v", c.Name, reference.Models[m], s+1, got, long, err, want[m][s])
				}
			}
		}
	}
}

// A full covariance of 20 conditions, 0.3 to the power of how far they are apart,
// for the models that are not of two levels. rsatoolbox stops its conjugate
// gradients at 1e-5; TestCovarianceMatchesDefinition is exact.
func TestCovarianceMatchesRsatoolbox(t *testing.T) {
	reference, models, brain := toolbox92(t)
	const n = 20
	for theirs, want := range reference.WithCovariance {
		plain, _ := compare.ByName(byToolbox[theirs])
		c, err := plain.WithCovariance(decaying(n, 0.3))
		if err != nil {
			t.Fatal(err)
		}
		for m, row := range want {
			for s := range row {
				got, err := c.Score(first(models[m+2], n), first(brain[s], n))
				if err != nil || !(math.Abs(got.Value-row[s]) < 2e-6) {
					t.Errorf("%s of %s and subject %d: %v, %v; rsatoolbox has %v", c.Name, reference.Models[m+2], s+1, got, err, row[s])
				}
			}
		}
	}
}

func decaying(n int, share float64) [][]float64 {
	covariance := make([][]float64, n)
	for i := range covariance {
		for j := range n {
			covariance[i] = append(covariance[i], math.Pow(share, math.Abs(float64(i-j))))
		}
	}
	return covariance
}

// first returns the RDV of the first n of 92 conditions.
func first(x []float64, n int) (part []float64) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			part = append(part, at(x, 92, i, j))
		}
	}
	return part
}

// Given variances of conditions without covariances, rsatoolbox subtracts the
// unweighted mean of each row of the RDM and then weights, which is not the
// whitening by the same variances as a matrix. withTheirVariances does that too,
// and the comparator does not.
func TestVariancesOfRsatoolboxAreNotACovariance(t *testing.T) {
	reference, models, brain := toolbox92(t)
	variances, covariance := make([]float64, 92), make([][]float64, 92)
	for i := range variances {
		variances[i] = 0.5 + 1.5*float64(i)/91
		covariance[i] = make([]float64, 92)
		covariance[i][i] = variances[i]
	}
	for theirs, ours := range map[string]string{"cosine_cov": "whitened-cosine", "corr_cov": "whitened-pearson"} {
		plain, _ := compare.ByName(ours)
		c, err := plain.WithCovariance(covariance)
		if err != nil {
			t.Fatal(err)
		}
		for m, row := range reference.Compared[theirs+"_sigma_k_linspace(.5,2,92)"] {
			for s, want := range row {
				x, y := models[m], brain[s]
				if ours == "whitened-pearson" {
					x, y = scaledBy(x, 1, -mean(x)), scaledBy(y, 1, -mean(y))
				}
				if got := withTheirVariances(x, y, variances); !(math.Abs(got-want) < 1e-10) {
					t.Errorf("%s of %s and subject %d, as rsatoolbox: %v, want %v", theirs, reference.Models[m], s+1, got, want)
				}
				if got, err := c.Score(models[m], brain[s]); err != nil || !(math.Abs(got.Value-want) > 1e-6) {
					t.Errorf("%s of %s and subject %d is that of rsatoolbox, %v; %v", c.Name, reference.Models[m], s+1, got, err)
				}
			}
		}
	}
}

func withTheirVariances(x, y, variances []float64) float64 {
	weighted := func(x []float64) *mat.Dense {
		d := mat.NewSymDense(92, nil)
		for i := range 92 {
			for j := range i {
				d.SetSym(i, j, at(x, 92, i, j))
			}
		}
		var g mat.Dense
		g.Apply(func(i, j int, value float64) float64 { return value / math.Sqrt(variances[i]*variances[j]) }, centered(d))
		return &g
	}
	g, h := weighted(x), weighted(y)
	return plainCosine(g.RawMatrix().Data, h.RawMatrix().Data)
}

// Ceilings pool as rsatoolbox does, but for the whitened: it scales subjects
// without whitening, so that its upper ceiling is not the highest. So it is
// after a draw of conditions, in which pairs of copies are missing.
func TestCeilingsMatchRsatoolbox(t *testing.T) {
	reference, _, brain := toolbox92(t)
	t.Run("all conditions", func(t *testing.T) { ceilingsMatch(t, reference.Ceiling, brain) })
	t.Run("a draw", func(t *testing.T) {
		plain, _ := compare.ByName("pearson")
		var drawn [][]float64
		for _, x := range brain {
			drawn = append(drawn, copied(plain, x, x, 92, reference.Drawn))
		}
		ceilingsMatch(t, reference.CeilingOfDraw, drawn)
	})
}

func ceilingsMatch(t *testing.T, reference map[string][2]float64, brain [][]float64) {
	t.Helper()
	unwhitened := map[string]string{"cosine_cov": "cosine", "corr_cov": "pearson"}
	for theirs, want := range reference {
		c, _ := compare.ByName(byToolbox[theirs])
		pool, _ := compare.ByName(cmp.Or(unwhitened[theirs], c.Name))
		if lower, upper := ceiling(t, c, pool, brain); !(math.Abs(lower-want[0]) < 1e-10 && math.Abs(upper-want[1]) < 1e-10) {
			t.Errorf("%s, pooled as %s: %v to %v; rsatoolbox has %v", c.Name, pool.Name, lower, upper, want)
		}
		if _, upper := ceiling(t, c, c, brain); pool.Name != c.Name && !(upper > want[1]+1e-6) {
			t.Errorf("%s: upper ceiling %v, not above that of rsatoolbox, %v", c.Name, upper, want[1])
		}
	}
}

func ceiling(t *testing.T, c, pool compare.Comparator, brain [][]float64) (lower, upper float64) {
	t.Helper()
	group := pool.Group(brain)
	for s, subject := range brain {
		low, err := c.Score(group.Without(s), subject)
		if err != nil {
			t.Fatal(err)
		}
		high, err := c.Score(group.Mean(), subject)
		if err != nil {
			t.Fatal(err)
		}
		lower, upper = lower+low.Value/float64(len(brain)), upper+high.Value/float64(len(brain))
	}
	return lower, upper
}
