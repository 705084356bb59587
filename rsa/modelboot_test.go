package rsa_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/crossval"
	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/realtest/objectstest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/work"
)

func ExampleModelBootstrap() {
	components, subjects := planted([]float64{3, 0, 1, 0}, 6, 24, 0.5)
	models := []rsa.FlexibleModel{
		{Name: "both", Components: []rsa.Model{components[0], components[2]}},
		{Name: "neither", Components: []rsa.Model{components[1], components[3]}},
	}
	found, err := rsa.ModelBootstrap{Draws: 20}.Run(context.Background(), models, subjects, work.Budget{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("bootstrap:", found.Over)
	for i, m := range found.Models {
		fmt.Printf("%s: %.2f, p < 0.05: %t\n", models[i].Name, m.Score.Value[0], m.Score.Corrected[0] < 0.05)
	}
	fmt.Println("they differ:", found.Differences[0].P[0] < 0.05)
	// Output:
	// bootstrap: dual
	// both: 0.98, p < 0.05: true
	// neither: -0.32, p < 0.05: false
	// they differ: true
}

func redrawn(t testing.TB, o rsa.ModelBootstrap, models []rsa.FlexibleModel, subjects rsa.Subjects) *rsa.FlexibleInference {
	t.Helper()
	r, err := o.Run(t.Context(), models, subjects, work.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A draw in which everything is drawn once is the plain cross-validation, and one
// choice of folds that of its seed.
func TestOneChoiceOfFoldsIsCrossValidation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.IntRange(1, 7).Draw(t, "subjects")
		components, subjects := planted([]float64{1, 0.3}, people, rapid.IntRange(9, 16).Draw(t, "conditions"), 0.5, rapid.IntRange(0, 1000).Draw(t, "numbers"))
		c, _ := compare.ByName(rapid.SampledFrom([]string{"pearson", "spearman", "cosine", "whitened-pearson"}).Draw(t, "comparator"))
		v := rsa.CrossValidation{Comparator: c, Folds: rsa.Folds{Seed: rapid.Uint64().Draw(t, "seed")}}
		if rapid.Bool().Draw(t, "folds") {
			v.Folds.Conditions = 3
		}
		models := []rsa.FlexibleModel{{Components: components}, {Kind: "select", Components: components}}
		plain, err := v.Run(context.Background(), models, subjects, work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := rsa.ModelBootstrap{Validation: v, Over: "conditions", Draws: 2, Choices: 1}.Run(context.Background(), models, subjects, work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		for m := range models {
			if got, want := found.Models[m].Score.Value[0], plain.Models[m].Score[0]; got != want {
				t.Fatalf("model %d: %v, plainly %v", m, got, want)
			}
		}
		switch {
		case people == 1 && found.Ceiling == nil && plain.NoiseCeiling == nil:
		case people == 1 || found.Ceiling.Value[0] != plain.NoiseCeiling.Lower.Values[0]:
			t.Fatalf("ceiling %v, plainly %v", found.Ceiling, plain.NoiseCeiling)
		}
	})
}

// Two of four components are planted.
func TestBootstrapFindsPlantedMixture(t *testing.T) {
	components, subjects := planted([]float64{3, 0, 1, 0}, 8, 21, 2)
	models := []rsa.FlexibleModel{
		{Name: "all", Components: components},
		{Name: "absent", Components: []rsa.Model{components[1], components[3]}},
		{Name: "first", Kind: "fixed", Components: components[:1]},
	}
	for _, over := range []string{"subjects", "conditions", "both", "dual"} {
		r := redrawn(t, rsa.ModelBootstrap{Over: over, Draws: 20, Choices: 5}, models, subjects)
		all, absent := r.Models[0], r.Models[1]
		if all.Score.Corrected[0] > 0.01 || all.Score.Low[0] < 0.1 || absent.Score.P[0] < 0.01 || all.Score.P[0] > all.Score.Corrected[0] {
			t.Errorf("over %s: planted %+v, absent %+v", over, all.Score, absent.Score)
		}
		if math.Abs(float64(all.FromCeiling.Value[0])) > 0.1 || absent.FromCeiling.P[0] > 0.01 {
			t.Errorf("over %s: from the ceiling, planted %+v, absent %+v", over, all.FromCeiling, absent.FromCeiling)
		}
		difference := r.Differences[0]
		if difference.First != 0 || difference.Second != 1 || difference.P[0] > 0.01 || difference.Low[0] < 0 {
			t.Errorf("over %s: %+v", over, difference)
		}
		if math.Abs(float64(difference.Value[0]-all.Score.Value[0]+absent.Score.Value[0])) > 1e-9 {
			t.Errorf("over %s: the difference is %v, of scores %v and %v", over, difference.Value, all.Score.Value, absent.Score.Value)
		}
		if back := difference.Reversed(); back.Low[0] != -difference.High[0] || back.Value[0] != -difference.Value[0] {
			t.Errorf("reversed %+v of %+v", back, difference)
		}
	}
}

// Components that are not in the brain are said to be in it, or to differ, in 5 %
// of experiments at most, over new conditions as over both; one that is in it is
// found.
func TestBootstrapKeepsItsLevel(t *testing.T) {
	draws, experiments := 20, map[string]int{"conditions": 25}
	if os.Getenv("ISOCORTEX_LONG") != "" {
		draws, experiments = 50, map[string]int{"conditions": 2000, "dual": 2000}
	}
	for over, n := range experiments {
		var above, apart, there atomic.Int64
		err := work.Budget{}.Each(t.Context(), "", n, func(i int) error {
			components, subjects := planted([]float64{0.25}, 5, 20, 0.5, i, 3)
			absent, others := planted([]float64{1, 0, 0, 0}, 5, 20, 0.5, i, 2)
			for s, course := range subjects.RDVs { // most of what they share is in no model
				floats.Add(course[0], others.RDVs[s][0])
			}
			models := []rsa.FlexibleModel{
				{Regression: rsa.LeastSquares, Components: absent[1:3]},
				{Kind: "fixed", Components: absent[3:]},
				{Kind: "fixed", Components: components},
			}
			o := rsa.ModelBootstrap{Validation: rsa.CrossValidation{Folds: rsa.Folds{Seed: uint64(i)}}, Over: over, Draws: draws, Choices: 10}
			r, err := o.Run(t.Context(), models, subjects, work.Budget{Threads: 1})
			if err != nil {
				return err
			}
			for count, p := range map[*atomic.Int64]rsa.Number{&above: r.Models[0].Score.P[0], &apart: r.Differences[0].P[0], &there: r.Models[2].Score.P[0]} {
				if p <= 0.05 {
					count.Add(1)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		share := func(count *atomic.Int64) float64 { return float64(count.Load()) / float64(n) }
		t.Logf("over %s: a score above 0 found in %.4f, a difference in %.4f of %d experiments; a planted score in %.4f", over, share(&above), share(&apart), n, share(&there))
		test := map[string]string{"conditions": rsa.ConditionBootstrap, rsa.Dual: rsa.DualBootstrap}[over]
		documented(t, "score of a mixture, "+test, 1, share(&above))
		documented(t, "score of a mixture, "+test, 2, share(&there))
		documented(t, "difference of a mixture, "+test, 1, share(&apart))
		if limit := 0.05 + 3*math.Sqrt(0.05*0.95/float64(n)); share(&above) > limit || share(&apart) > limit {
			t.Errorf("over %s: more than %.4f", over, limit)
		}
		if share(&there) < 0.2 {
			t.Errorf("over %s: a planted score is found in %.4f", over, share(&there))
		}
	}
}

func TestBootstrapOnAnyNumberOfThreads(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 5, 12, 0.3)
	models := []rsa.FlexibleModel{{Components: components}, {Kind: "interpolate", Components: components}}
	bootstrap := rsa.ModelBootstrap{Over: "dual", Draws: 10, Choices: 3}
	sameBits(t, "bootstrap", func(b work.Budget) (any, error) { return bootstrap.Run(t.Context(), models, subjects, b) })
}

// Every comparator of least squares, whitened ones too, has draws with copies.
func TestBootstrapUnderEveryComparator(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 5, 20, 0.3)
	for _, c := range compare.Comparators {
		o := rsa.ModelBootstrap{Validation: rsa.CrossValidation{Comparator: c}, Draws: 10, Choices: 2}
		kind := "weighted"
		switch recommended := o.Recommended(inference.Size{Subjects: 5, Conditions: 20}); recommended {
		case rsa.None: // five subjects are too few to draw, and conditions cannot be
			continue
		case rsa.Dual:
		default:
			t.Errorf("%s: recommended %s", c.Name, recommended)
		}
		r := redrawn(t, o, []rsa.FlexibleModel{{Kind: kind, Components: components}}, subjects)
		score := r.Models[0].Score
		if score.Low[0] >= score.Value[0] || score.High[0] <= score.Value[0] || score.Undefined > 0 {
			t.Errorf("%s: %+v", c.Name, score)
		}
		if c.ZeroIsChance() == math.IsNaN(float64(score.P[0])) {
			t.Errorf("%s: p = %v of a score of %v", c.Name, score.P, score.Value)
		}
	}
}

// Times are drawn together and tested apart.
func TestBootstrapOfTimes(t *testing.T) {
	components, early := planted([]float64{1, 0}, 3, 12, 0.1)
	_, late := planted([]float64{0, 0}, 3, 12, 1, 1)
	both := rsa.Subjects{Times: []float64{0, 1}}
	for s := range early.RDVs {
		both.RDVs = append(both.RDVs, [][]float64{early.RDVs[s][0], late.RDVs[s][0]})
	}
	models := []rsa.FlexibleModel{{Regression: rsa.LeastSquares, Components: components}}
	o := rsa.ModelBootstrap{Draws: 20, Choices: 3, Correction: rsa.None}
	r := redrawn(t, o, models, both)
	alone := redrawn(t, o, models, early)
	if got, want := r.Models[0].Score, alone.Models[0].Score; got.P[0] != want.P[0] || got.Low[0] != want.Low[0] || !(got.P[0] < 0.01) || !(got.P[1] > 0.01) {
		t.Errorf("%+v, alone %+v", got, want)
	}
	if r.Over != "conditions" || r.GeneralizesTo != rsa.ToStimuli || r.Freedom != 11 || !slices.Equal(r.Models[0].Score.P, r.Models[0].Score.Corrected) {
		t.Errorf("%+v", r)
	}
}

// Nine conditions have draws with too few different ones; this is said.
func TestDrawsWithTooFewAreCounted(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 3, 9, 0.3)
	r := redrawn(t, rsa.ModelBootstrap{Over: "both", Draws: 50, Choices: 2}, []rsa.FlexibleModel{{Components: components}}, subjects)
	if r.Undefined == 0 || r.Undefined == 50 || r.Models[0].Score.Undefined < r.Undefined || !strings.Contains(r.Warnings[0], fmt.Sprintf("%d of 50", r.Undefined)) {
		t.Errorf("%+v", r)
	}
	if math.IsNaN(float64(r.Models[0].Score.P[0])) {
		t.Errorf("no p from the other draws: %+v", r.Models[0])
	}
}

func TestBootstrapRefuses(t *testing.T) {
	components, subjects := planted([]float64{1, 0.5}, 3, 12, 0.3)
	bures, err := compare.ByName("bures")
	if err != nil {
		t.Fatal(err)
	}
	models := []rsa.FlexibleModel{{Kind: "select", Components: components}}
	for name, c := range map[string]struct {
		o    rsa.ModelBootstrap
		says string
	}{
		"something else":  {rsa.ModelBootstrap{Over: "stimuli"}, `cannot be over "stimuli": use one of automatic, subjects`},
		"nothing":         {rsa.ModelBootstrap{Over: "none"}, `cannot be over "none"`},
		"one draw":        {rsa.ModelBootstrap{Draws: 1}, "2 draws and 1 choice or more"},
		"less than none":  {rsa.ModelBootstrap{Choices: -1}, "2 draws and 1 choice or more"},
		"a wide interval": {rsa.ModelBootstrap{Interval: 95}, "between 0 and 1"},
		"a correction":    {rsa.ModelBootstrap{Correction: "bonferoni"}, "bonferroni"},
		"copies":          {rsa.ModelBootstrap{Validation: rsa.CrossValidation{Comparator: bures}}, "a condition and its copy have no place"},
		"folds":           {rsa.ModelBootstrap{Validation: rsa.CrossValidation{Folds: rsa.Folds{Conditions: 6}}}, "fewer than three in a test"},
	} {
		if _, err := c.o.Run(t.Context(), models, subjects, work.Budget{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
	alone := rsa.Subjects{RDVs: subjects.RDVs[:1]}
	if _, err := (rsa.ModelBootstrap{Over: "dual"}).Run(t.Context(), models, alone, work.Budget{}); err == nil || !strings.Contains(err.Error(), "draw conditions instead") {
		t.Errorf("error %v", err)
	}
	few, eight := planted([]float64{1}, 2, 8, 0.1)
	if _, err := (rsa.ModelBootstrap{}).Run(t.Context(), []rsa.FlexibleModel{{Components: few}}, eight, work.Budget{}); !errors.Is(err, crossval.ErrTooFew) {
		t.Errorf("error %v", err)
	}
}

// A brain that is the opposite of a component gives no score in any draw.
func TestBootstrapOfWhatDoesNotHelp(t *testing.T) {
	components, subjects := planted([]float64{-1}, 2, 12, 0.01)
	r := redrawn(t, rsa.ModelBootstrap{Draws: 5, Choices: 2}, []rsa.FlexibleModel{{Name: "opposite", Components: components}}, subjects)
	if score := r.Models[0].Score; !math.IsNaN(float64(score.Value[0])) || !math.IsNaN(float64(score.P[0])) || score.Undefined != 5 || !strings.Contains(strings.Join(r.Warnings, " "), `"opposite" is undefined in up to 5 of 5`) {
		t.Errorf("%+v, %q", score, r.Warnings)
	}
}

// Three weights fit the 92 objects of four subjects in less than a millisecond.
func BenchmarkFitOfThree(b *testing.B) {
	subjects := objectstest.HumanIT(b)
	rdvs, _ := objectstest.RDMs(b, "92_modelRDMs.mat", "Models")
	m := rsa.FlexibleModel{Components: []rsa.Model{{RDV: rdvs[0]}, {RDV: rdvs[2]}, {RDV: rdvs[5]}}}
	pearson, _ := compare.ByName("pearson")
	for b.Loop() {
		if _, err := m.Fit(pearson, subjects); err != nil {
			b.Fatal(err)
		}
	}
}
