package report_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/report"
)

// Each of several brains has its scores and RDMs, in the order of the study.
func TestReadFindsSeveralBrains(t *testing.T) {
	page := read(t, makeBrains(t, "monkey IT", "human IT"))
	if len(page.Brains) != 2 || page.Brains[0].Name != "monkey IT" || page.Brains[1].Mean == nil {
		t.Fatalf("brains are %+v", page.Brains)
	}
	for i, r := range page.Results {
		if r.Brain != i || r.Subjects != 4-i || len(r.Models) != len(fixtureLayers) {
			t.Errorf("result %d is of brain %d with %d subjects and %d models", i, r.Brain, r.Subjects, len(r.Models))
		}
	}
	if len(page.Models) != 1 {
		t.Errorf("%d stacks of models, want that of the network alone", len(page.Models))
	}
	if len(page.Summary) != 2 || !strings.HasPrefix(page.Summary[1], "Human IT: ") {
		t.Errorf("the summary is %q", page.Summary)
	}
	var headings []string
	for _, s := range page.Methods {
		headings = append(headings, s.Heading)
	}
	if got := fmt.Sprintf("%q", headings); got != `["Monkey IT" "Human IT" "SmallNet" "Comparison, monkey IT" "Comparison, human IT" "Inference" "Noise ceiling"]` {
		t.Errorf("sections of the methods are %s", got)
	}
}

// The RDMs of subjects and sessions are packed beside their mean.
func TestSingleRDMsKeepTheirLabels(t *testing.T) {
	folder := t.TempDir()
	stack := &rdm.RDMs{
		Size: 3, Dissimilarities: []float64{1, 2, 3, 3, 4, 5, 5, 6, math.NaN(), 7, 8, 9},
		Labels: map[string][]string{"subject": {"a", "a", "b", "b"}, "session": {"1", "2", "1", "2"}},
	}
	if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	brain := read(t, folder).Brains[0]
	if brain.Mean.Note != "mean of 2 subjects in 2 sessions" || fmt.Sprint(brain.Single.Subjects, brain.Single.Sessions) != "[a a b b] [1 2 1 2]" {
		t.Errorf("note %q, subjects %q, sessions %q", brain.Mean.Note, brain.Single.Subjects, brain.Single.Sessions)
	}
	for i, got := range unpack(brain.Single) {
		if want := stack.Dissimilarities[i]; math.Abs(got-want) > 1e-3 || math.IsNaN(got) != math.IsNaN(want) {
			t.Errorf("dissimilarity %d is %g, want %g", i, got, want)
		}
	}
	if mean := unpack(brain.Mean); math.Abs(mean[2]-17./3) > 1e-3 {
		t.Errorf("the mean of 3, 5, missing and 9 is %g", mean[2])
	}
}

// Where single RDMs would make the page heavy, only their mean is on it.
func TestManySingleRDMsAreLeftOut(t *testing.T) {
	const size, count = 50, 1000
	stack := &rdm.RDMs{Size: size, Dissimilarities: make([]float64, count*rdm.Pairs(size)), Labels: map[string][]string{}}
	for i := range count {
		stack.Labels["subject"] = append(stack.Labels["subject"], fmt.Sprint(i))
	}
	folder := t.TempDir()
	if err := stack.Write(filepath.Join(folder, "rdm", "brain.npz")); err != nil {
		t.Fatal(err)
	}
	page, err := report.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if b := page.Brains[0]; b.Single != nil || b.Mean == nil {
		t.Errorf("%d RDMs of %d conditions: single %v, mean %v", count, size, b.Single != nil, b.Mean != nil)
	}
}
