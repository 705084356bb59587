package rsa_test

import (
	"math"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// related makes models and subjects around one shared RDM: each model is that
// RDM with some noise, or with a share of NaN nothing but noise.
func related(subjects, conditions int, noise []float64, index ...int) ([]rsa.Model, rsa.Subjects) {
	random := seed.Stream(8, "related", index...)
	patterns := func() (x [][3]float64) {
		for range conditions {
			x = append(x, [3]float64{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()})
		}
		return x
	}
	truth := patterns()
	near := func(noise float64) (rdv []float64) {
		x := patterns()
		for i := range x {
			for d := range x[i] {
				if x[i][d] *= noise; math.IsNaN(noise) {
					x[i][d] = random.NormFloat64()
				} else {
					x[i][d] += truth[i][d]
				}
			}
		}
		for i, a := range x {
			for _, b := range x[i+1:] {
				rdv = append(rdv, math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]))
			}
		}
		return rdv
	}
	var models []rsa.Model
	for m, noise := range noise {
		models = append(models, rsa.Model{Name: string(rune('a' + m)), RDV: near(noise)})
	}
	data := rsa.Subjects{Matched: "label"}
	for range subjects {
		data.RDVs = append(data.RDVs, [][]float64{near(0.5)})
	}
	return models, data
}

// ways are the tests of differences, with data that they are taken for.
var ways = []struct {
	e                    rsa.Evaluation
	subjects, conditions int
	test, to             string
}{
	{rsa.Evaluation{}, 8, 24, rsa.DualBootstrap, rsa.ToBoth},
	{rsa.Evaluation{}, 12, 10, rsa.SignFlip, rsa.ToSubjects},
	{rsa.Evaluation{Test: rsa.Student}, 8, 10, rsa.Student, rsa.ToSubjects},
	{rsa.Evaluation{Test: rsa.Wilcoxon}, 12, 10, rsa.Wilcoxon, rsa.ToSubjects},
	{rsa.Evaluation{Draws: 99}, 3, 24, rsa.ConditionBootstrap, rsa.ToStimuli},
	{rsa.Evaluation{Draws: 99}, 1, 24, rsa.ConditionBootstrap, rsa.ToStimuli},
	{rsa.Evaluation{Test: rsa.LabelPermutation, Draws: 99}, 8, 24, rsa.DualBootstrap, rsa.ToBoth},
}

// A model that is what subjects share differs from one that is not in them, and
// is not below the noise ceiling, as the other is.
func TestDifferencesThatArePlantedAreFound(t *testing.T) {
	for _, way := range ways {
		models, subjects := related(way.subjects, way.conditions, []float64{0, 0.1, math.NaN()})
		models[2].Network = "other"
		way.e.BootstrapOver, way.e.BootstrapDraws, way.e.Seed = rsa.None, 200, 1
		found := run(t, way.e, models, subjects)
		name := way.test
		if d := found.DifferenceTest; d.Test != way.test || d.GeneralizesTo != way.to || d.Tail != "two-sided" || d.Reason == "" || d.Correction != found.Correction {
			t.Errorf("%s: %+v", name, d)
		}
		if len(found.Differences) != 3 || found.Differences[1].A != "a" || found.Differences[1].B != "other c" {
			t.Fatalf("%s: differences %+v", name, found.Differences)
		}
		for i, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
			d := found.Differences[i]
			if want := found.Models[pair[0]].Score - found.Models[pair[1]].Score; math.Abs(float64(d.Difference-want)) > 1e-12 {
				t.Errorf("%s: difference %v, of the scores %v", name, d.Difference, want)
			}
			if planted := pair[1] == 2; planted && !(d.Corrected <= 0.05) || d.Corrected < d.P || d.Time != nil {
				t.Errorf("%s: %+v", name, d)
			}
		}
		for m, model := range found.Models {
			below := model.BelowCeiling
			if (below == nil) != (way.subjects == 1) {
				t.Errorf("%s: %d subjects, below the ceiling %+v", name, way.subjects, below)
			}
			if below == nil {
				continue
			}
			if want := model.Score - found.NoiseCeiling.Lower.Values[0]; math.Abs(float64(below.Difference-want)) > 1e-12 {
				t.Errorf("%s: below by %v, of the scores %v", name, below.Difference, want)
			}
			if is := below.Difference < 0 && below.Corrected <= 0.05; is != (m == 2) {
				t.Errorf("%s: model %d is below the ceiling: %+v", name, m, *below)
			}
		}
	}
}

// Models that are equally good differ no more often than the level says.
func TestDifferencesKeepTheirLevel(t *testing.T) {
	experiments := 60
	if os.Getenv("ISOCORTEX_LONG") != "" {
		experiments = 2000
	}
	for _, way := range []struct {
		test                 string
		subjects, conditions int
	}{{rsa.DualBootstrap, 6, 20}, {rsa.LabelPermutation, 2, 20}} {
		var rejected atomic.Int64
		err := work.Budget{}.Each(t.Context(), "", experiments, func(i int) error {
			models, subjects := related(way.subjects, way.conditions, []float64{1, 1, 1}, i)
			e := rsa.Evaluation{Comparator: compare.Comparators[0], Test: way.test, Draws: 9, BootstrapOver: rsa.None, BootstrapDraws: 100, Seed: uint64(i)}
			found, err := e.Run(t.Context(), models, subjects, work.Budget{Threads: 1})
			if err == nil && slices.ContainsFunc(found.Differences, func(d rsa.Difference) bool { return d.Corrected <= 0.05 }) {
				rejected.Add(1)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		n := float64(experiments)
		t.Logf("%s: any of three true nulls rejected in %d of %d", way.test, rejected.Load(), experiments)
		name := way.test
		if name == rsa.LabelPermutation {
			name = rsa.ConditionBootstrap // which takes its place
		}
		documented(t, "any of three differences, "+name, 1, float64(rejected.Load())/n)
		if limit := 0.05*n + 3*math.Sqrt(n*0.05*0.95); float64(rejected.Load()) > limit {
			t.Errorf("%s: %d of %d true nulls rejected, want at most %.0f", way.test, rejected.Load(), experiments, limit)
		}
	}
}

// In time, pairs are compared where both together are highest, and models with
// the ceiling at their peaks; the same numbers come from that time alone.
func TestDifferencesInTimeAreThoseOfATime(t *testing.T) {
	for _, e := range []rsa.Evaluation{
		{Test: rsa.SignFlip}, {Test: rsa.DualBootstrap, BootstrapDraws: 30}, {Test: rsa.LabelPermutation, Draws: 9, BootstrapDraws: 30},
	} {
		models, subjects := simulated(8, 9, 5)
		e.BootstrapOver, e.Correction = rsa.None, rsa.None
		course := run(t, e, models, subjects)
		d := course.Differences[0]
		time := slices.Index(course.Times, float64(*d.Time))
		alone := run(t, e, models, single(subjects, time)).Differences[0]
		if d.Difference != alone.Difference || d.P != alone.P {
			t.Errorf("%s: in time %+v, alone %+v", e.Test, d, alone)
		}
		for k := range course.Times {
			a, b := course.Models[0].Course.Score, course.Models[1].Course.Score
			if a[k]+b[k] > a[time]+b[time] {
				t.Errorf("%s: both are higher at time %d than at %d", e.Test, k, time)
			}
		}
		for m, model := range course.Models {
			at := run(t, e, models, single(subjects, model.Peak.Index)).Models[m].BelowCeiling
			if *model.BelowCeiling != *at {
				t.Errorf("%s: at the peak %+v, alone %+v", e.Test, *model.BelowCeiling, *at)
			}
		}
	}
}

// The same draws on any number of threads.
func TestDifferencesHaveTheSameBitsOnAnyNumberOfThreads(t *testing.T) {
	models, subjects := related(6, 20, []float64{0, 1, math.NaN()})
	e := rsa.Evaluation{BootstrapDraws: 40, Seed: 3}
	sameBits(t, "differences", func(b work.Budget) (any, error) { return e.Run(t.Context(), models, subjects, b) })
}
