package step_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

const conditions = 14

// labels are natural in another order than alphabetical.
func labels() []string {
	names := make([]string, conditions)
	for i := range names {
		names[i] = fmt.Sprintf("image_%d", i+1)
	}
	return names
}

// shuffled is an order of the conditions that depends on a seed; 0 leaves them.
func shuffled(s uint64) []int {
	if s == 0 {
		order := make([]int, conditions)
		for i := range order {
			order[i] = i
		}
		return order
	}
	return seed.Stream(s, "order of conditions").Perm(conditions)
}

// responses saves a Dataset whose rows stand in the given order. Its numbers
// follow a common pattern and noise of its own.
func responses(t *testing.T, path string, subject, times int, order []int) {
	t.Helper()
	const channels = 12
	names := labels()
	common, own := seed.Stream(1, "common"), seed.Stream(1, "own", subject)
	rows := make([][]float64, conditions)
	for i := range rows {
		for range channels {
			shared := common.NormFloat64() // at all times, whatever their number
			for range times {
				rows[i] = append(rows[i], shared+own.NormFloat64())
			}
		}
	}
	ds := &dataset.Dataset{Shape: [3]int{conditions, channels, times}, Observation: map[string][]string{}}
	if times > 1 {
		for k := range times {
			ds.Times = append(ds.Times, float64(k)/10)
		}
	}
	for _, i := range order {
		ds.F64 = append(ds.F64, rows[i]...)
		ds.Observation["condition"] = append(ds.Observation["condition"], names[i])
	}
	if err := ds.Write(path); err != nil {
		t.Fatal(err)
	}
}

// evaluate goes from Datasets, and RDM files, in the given orders of conditions
// to the result.
func evaluate(t *testing.T, evaluation step.RSA, modelOrder, brainOrder uint64, threads int) string {
	t.Helper()
	folder := t.TempDir()
	env := &step.Env{Budget: work.Budget{Threads: threads}}
	var subjects []step.Source
	for s := range 7 {
		path := filepath.Join(folder, fmt.Sprintf("subject_%d.npz", s))
		order := brainOrder
		if order > 0 {
			order += uint64(s) // every subject in another order
		}
		responses(t, path, s, 4, shuffled(order))
		subjects = append(subjects, step.Source{Path: path})
	}
	brain := step.RDM{From: subjects, Label: "subject", Out: filepath.Join(folder, "brain.npz")}
	if err := brain.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	for m := range 2 {
		path := filepath.Join(folder, fmt.Sprintf("model_%d.npz", m))
		responses(t, path, 100+m, 1, shuffled(0))
		r, err := step.RDM{From: []step.Source{{Path: path}}, Label: "layer"}.Stack(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(folder, fmt.Sprintf("rdm_%d.npz", m))
		if err := r.Reorder(shuffled(modelOrder)).Write(out); err != nil { // an RDM file in another order
			t.Fatal(err)
		}
		evaluation.Models = append(evaluation.Models, step.Source{Path: out, Name: fmt.Sprint(m)})
	}
	evaluation.Subjects = []step.Source{{Path: brain.Out}}
	found, err := evaluation.Evaluate(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The order of conditions in labelled files changes no bit of any score, p value
// or interval, for any comparator, test and bootstrap.
func TestOrderOfConditionsChangesNoBit(t *testing.T) {
	for _, comparator := range compare.Comparators {
		for _, test := range []string{rsa.SignFlip, rsa.LabelPermutation} {
			for _, over := range []string{"subjects", "conditions", "both"} {
				t.Run(comparator.Name+" "+test+" "+over, func(t *testing.T) {
					t.Parallel()
					evaluation := step.RSA{
						Comparator: comparator.Name,
						Evaluation: rsa.Evaluation{Seed: 3, Test: test, Draws: 50, BootstrapOver: over, BootstrapDraws: 30},
					}
					straight := evaluate(t, evaluation, 0, 0, 1)
					for _, order := range []uint64{1, 2} {
						if evaluate(t, evaluation, order, 10*order, 2) != straight {
							t.Fatal("another order of conditions gives another result")
						}
					}
				})
			}
		}
	}
}

// A result says more than noise when the subjects share a pattern.
func TestSharedPatternIsFound(t *testing.T) {
	var found rsa.Result
	text := evaluate(t, step.RSA{Evaluation: rsa.Evaluation{Seed: 3, Draws: 200}}, 0, 0, 0)
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatal(err)
	}
	if found.Matched != dataset.ByLabel || found.Conditions != conditions || found.Subjects != 7 {
		t.Errorf("found %s", text)
	}
	for _, m := range found.Models {
		if m.Peak == nil || m.Course.Corrected[m.Peak.Index] > 0.05 {
			t.Errorf("model %s: peak %+v, corrected p values %v", m.Name, m.Peak, m.Course.Corrected)
		}
	}
}
