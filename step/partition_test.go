package step_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// divided divides the variance of planted subjects among sets of layers.
func divided(t *testing.T, sets ...step.Set) *step.Partitioned {
	t.Helper()
	layers, subjects := planted(t)
	found, err := step.Partition{
		Models: []step.Source{layers}, Sets: sets, Subjects: []step.Source{subjects}, Folds: rsa.Folds{Seed: 1},
	}.Divide(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// share finds what sets explain, or exactly they.
func share(t *testing.T, shares []rsa.Share, sets ...string) float64 {
	t.Helper()
	i := slices.IndexFunc(shares, func(s rsa.Share) bool { return slices.Equal(s.Sets, sets) })
	if i < 0 {
		t.Fatalf("no share of %q", sets)
	}
	return float64(shares[i].Mean[0])
}

func TestPartitionFindsPlantedParts(t *testing.T) {
	found := divided(t, step.Set{Name: "A", Members: []string{"a"}}, step.Set{Name: "B", Members: []string{"b"}}, step.Set{Name: "C", Members: []string{"c"}})
	if whole := share(t, found.Explained, "A", "B", "C"); math.Abs(whole-1) > 1e-9 {
		t.Errorf("all sets explain %v of their mixture", whole)
	}
	a, b, c := share(t, found.Parts, "A"), share(t, found.Parts, "B"), share(t, found.Parts, "C")
	if a < 0.5 || b < 0.05 || b > a || math.Abs(c) > 1e-9 {
		t.Errorf("alone A explains %v, B %v, C %v, want about 0.9, 0.1 and 0", a, b, c)
	}
	if found.Conditions != 24 || found.Subjects != 2 || found.Sets[1].Components[0] != "b" || len(found.Explained[2].Sets) != 1 || len(found.Explained[3].Sets) != 2 {
		t.Errorf("%+v", found)
	}
}

// Of two sets with a member in common, that part is shared.
func TestPartitionOfSetsThatOverlap(t *testing.T) {
	found := divided(t, step.Set{Name: "few", Members: []string{"a"}}, step.Set{Name: "more", Members: []string{"layer b", "a", "b"}})
	few := share(t, found.Parts, "few")
	more := share(t, found.Parts, "more")
	both := share(t, found.Parts, "few", "more")
	if math.Abs(few) > 1e-9 || more < 0.05 || both < 0.5 || math.Abs(more+both-1) > 1e-9 {
		t.Errorf("few explain %v alone, more %v, both %v", few, more, both)
	}
	if !slices.Equal(found.Sets[1].Components, []string{"a", "b"}) {
		t.Errorf("more: %q", found.Sets[1].Components)
	}
}

// A set may be a network, a file or a folder.
func TestPartitionKnowsFilesAndNetworks(t *testing.T) {
	one, subjects := planted(t)
	other, _ := planted(t)
	other.Name = "other"
	s := step.Partition{
		Models: []step.Source{one, other}, Subjects: []step.Source{subjects},
		Sets: []step.Set{{Name: "A", Members: []string{one.Path}}, {Name: "B", Members: []string{"other"}}}, Out: filepath.Join(t.TempDir(), "out"),
	}
	found, err := s.Divide(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found.Sets[0].Components, []string{"layer a", "layer b", "layer c"}) || !slices.Equal(found.Sets[1].Components, []string{"other a", "other b", "other c"}) {
		t.Errorf("sets %v", found.Sets)
	}
	if err := s.Save(found); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(s.Out, "parts.tsv"))
	if lines := strings.Split(strings.TrimSpace(string(text)), "\n"); err != nil || len(lines) != 7 || !strings.HasPrefix(lines[6], "part\tA, B\t") {
		t.Errorf("%q, %v", lines, err)
	}
	var saved step.Partitioned
	data, err := os.ReadFile(filepath.Join(s.Out, "partition.json"))
	if err == nil {
		err = json.Unmarshal(data, &saved)
	}
	if err != nil || !reflect.DeepEqual(saved.Parts, found.Parts) || !reflect.DeepEqual(saved.Sets, found.Sets) {
		t.Errorf("%v, %v, want %v", err, saved, found)
	}
	s.Models, s.Sets[0].Members = []step.Source{{Path: filepath.Dir(one.Path)}, other}, []string{filepath.Dir(one.Path) + "/"}
	if found, err = s.Divide(t.Context(), without()); err != nil || len(found.Sets[0].Components) != 3 {
		t.Errorf("folder: %v, %v", found, err)
	}
}

func TestPartitionRefuses(t *testing.T) {
	one, subjects := planted(t)
	other, _ := planted(t)
	one.Name, other.Name = "one", "other"
	a, b := step.Set{Name: "A", Members: []string{"one a"}}, step.Set{Name: "B", Members: []string{"other"}}
	for says, sets := range map[string][]step.Set{
		"1 sets of model RDMs":                    {a},
		`no model RDM, network or file is called`: {a, {Name: "B", Members: []string{"onee"}}},
		`write "one a" or "other a"`:              {{Name: "A", Members: []string{"a"}}, b},
		`two sets are called "B"`:                 {b, b},
		`set "C" has no members`:                  {a, {Name: "C"}},
	} {
		_, err := step.Partition{Models: []step.Source{one, other}, Subjects: []step.Source{subjects}, Sets: sets}.Divide(t.Context(), without())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("err = %v, want one that says %q", err, says)
		}
	}
}
