package study_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
	"github.com/isocortex/isocortex/work"
)

// scoring carries out the tasks of a plan up to the scores: it shows nothing.
type scoring struct{ study.Local }

func (s scoring) Execute(ctx context.Context, plan *study.Plan, env *step.Env) error {
	end := slices.IndexFunc(plan.Tasks, func(task study.Task) bool {
		return !slices.Contains([]string{"epochs", "rdm", "sensors", "activations", "rsa", "searchlight"}, task.Step.Verb())
	})
	return s.Local.Execute(ctx, &study.Plan{Out: plan.Out, Tasks: plan.Tasks[:end]}, env)
}

// demonstrate carries out the study of the demonstration and returns its scores.
func demonstrate(t *testing.T, e *engine.Engine, inputs step.Simulate, seed uint64, threads int) *rsa.Result {
	t.Helper()
	env := &step.Env{
		Budget: work.Budget{Threads: threads}, Seed: seed,
		Open: func() (*engine.Engine, error) { return e, nil },
	}
	out := t.TempDir()
	defer os.RemoveAll(out)
	inputs.Out, inputs.Truth = filepath.Join(out, "data"), filepath.Join(out, "truth.json")
	if err := inputs.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(filepath.Join(inputs.Out, "study.yaml"), study.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Seed = seed
	if err := s.Run(t.Context(), out, env, scoring{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, "rsa", "sensors", "spearman.json"))
	if err != nil {
		t.Fatal(err)
	}
	var found rsa.Result
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	return &found
}

// model returns what was found for a layer.
func model(t *testing.T, found *rsa.Result, layer string) rsa.ModelResult {
	t.Helper()
	for _, m := range found.Models {
		if m.Name == layer {
			return m
		}
	}
	t.Fatalf("no model %q", layer)
	panic("unreachable")
}

// withinCeiling reports whether the score of a model at its peak lies between
// the bounds of the noise ceiling at that time.
func withinCeiling(found *rsa.Result, m rsa.ModelResult) bool {
	i := m.Peak.Index
	return m.Peak.Score >= found.NoiseCeiling.Lower.Values[i] && m.Peak.Score <= found.NoiseCeiling.Upper.Values[i]
}

// seeds is how many demonstrations a test runs: a few, or a hundred.
func seeds() int {
	if os.Getenv("ISOCORTEX_LONG") == "" {
		return 2
	}
	return 100
}

// What was planted is found: the layers peak in their order, within the noise
// ceiling.
func TestDemoFindsWhatWasPlanted(t *testing.T) {
	e := enginetest.Open(t)
	ordered, within := 0, 0
	for seed := range seeds() {
		found := demonstrate(t, e, step.Simulate{}, uint64(seed), 0)
		early, late := model(t, found, "layer1"), model(t, found, "layer4")
		if early.Peak.Time < late.Peak.Time {
			ordered++
		}
		if withinCeiling(found, early) && withinCeiling(found, late) {
			within++
		}
		t.Logf("seed %d: %.3f at %.0f ms (ceiling %.3f to %.3f), %.3f at %.0f ms (ceiling %.3f to %.3f)", seed,
			early.Peak.Score, 1000*early.Peak.Time, found.NoiseCeiling.Lower.Values[early.Peak.Index], found.NoiseCeiling.Upper.Values[early.Peak.Index],
			late.Peak.Score, 1000*late.Peak.Time, found.NoiseCeiling.Lower.Values[late.Peak.Index], found.NoiseCeiling.Upper.Values[late.Peak.Index])
	}
	n := float64(seeds())
	if float64(ordered) < 0.95*n || float64(within) < 0.90*n {
		t.Errorf("of %.0f demonstrations %d have the right order and %d lie within the ceiling, want 95 %% and 90 %%", n, ordered, within)
	}
	t.Logf("of %.0f demonstrations %d have the right order and %d lie within the ceiling", n, ordered, within)
}

// Where nothing was planted, nothing is found more often than the level allows.
func TestDemoOfNothingFindsNothing(t *testing.T) {
	e := enginetest.Open(t)
	effects := 0
	for seed := range seeds() {
		found := demonstrate(t, e, step.Simulate{Nothing: true}, uint64(seed), 0)
		if significant(found) {
			effects++
		}
	}
	n := float64(seeds())
	limit := 0.05*n + 3*math.Sqrt(0.05*0.95*n) // three standard errors of a binomial count
	t.Logf("of %.0f demonstrations of nothing %d report an effect, at most %.1f expected", n, effects, limit)
	if float64(effects) > limit {
		t.Errorf("%d of %.0f report an effect, want at most %.1f", effects, n, limit)
	}
}

// significant reports whether any corrected p value reaches the level.
func significant(found *rsa.Result) bool {
	for _, m := range found.Models {
		for _, p := range m.Course.Corrected {
			if float64(p) <= found.Level {
				return true
			}
		}
	}
	return false
}

// The same seed gives the same bits on any number of threads.
func TestDemoIsTheSameOnAnyNumberOfThreads(t *testing.T) {
	e := enginetest.Open(t)
	var first []byte
	for _, threads := range []int{1, 2, 4, 8} {
		found, err := json.Marshal(demonstrate(t, e, step.Simulate{}, 7, threads))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = found
		}
		if string(found) != string(first) {
			t.Errorf("%d threads give another result than one", threads)
		}
	}
}
