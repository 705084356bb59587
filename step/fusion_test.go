package step

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/rdm"
)

// Regions are told apart by their label, else by file; sessions of a subject are
// averaged within a region.
func TestRegionsOfStacks(t *testing.T) {
	labelled := &rdm.RDMs{
		Size: 3, Dissimilarities: []float64{1, 2, 3, 3, 4, 5, 6, 7, 8, 0, 0, 1},
		Labels: map[string][]string{
			"region":  {"EVC", "EVC", "IT", "EVC"},
			"subject": {"01", "01", "01", "02"},
			"session": {"1", "2", "1", "1"},
		},
	}
	whole := &rdm.RDMs{Size: 3, Dissimilarities: []float64{9, 8, 7}, Labels: map[string][]string{}}
	found, notes, err := regions([]stack{{labelled, Source{Path: "all.npz"}}, {whole, Source{Path: "data/PHC.npz"}}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range found {
		names = append(names, r.Name+" of "+strings.Join(r.Names, ", "))
	}
	if want := []string{"EVC of 01, 02", "IT of 01", "PHC of PHC"}; !slices.Equal(names, want) {
		t.Errorf("regions %q, want %q", names, want)
	}
	if len(found) > 0 && !slices.Equal(found[0].RDVs[0], []float64{2, 3, 4}) {
		t.Errorf("sessions of EVC average to %v", found[0].RDVs[0])
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "averaged over sessions") {
		t.Errorf("notes %q", notes)
	}
	whole.Times = []float64{0}
	if _, _, err := regions([]stack{{whole, Source{Path: "eeg.npz"}}}); err == nil || !strings.Contains(err.Error(), "have no times") {
		t.Errorf("with times: error %v", err)
	}
}

// A fusion that was cut or written by hand is no figure.
func TestBrokenFusionsAreNotDrawn(t *testing.T) {
	const (
		course = `{"score": [0, 1], "low": [0, 1], "high": [0, 1], "p": [1, 1], "p_corrected": [1, 1]}`
		model  = `{"name": "EVC", "course": ` + course + `, "peak": {"score": 1, "time": 0.1, "index": 1}}`
		found  = `{"models": [` + model + `], "times": [0, 0.1]}`
	)
	for text, want := range map[string]string{
		`{}`:                          "no regions",
		`{"regions": {"models": []}}`: "no models",
		`{"regions": ` + found[:20]:   "fusion.json",
		`{"regions": ` + found + `, "layers": ` + found + `}`:                                                            "commonality of 0 pairs",
		`{"regions": ` + found + `, "layers": ` + found + `, "commonality": [{"region": "EVC"}], "explained": [[0, 1]]}`: "no course or no peak",
		`{"regions": ` + found + `, "layers": ` + found + `, "explained": [[0]], "commonality": [` + model + `]}`:        "explains 1 numbers for 2 times",
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, fusionFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		err := Plot{From: folder, Out: filepath.Join(folder, "x.svg")}.Run(t.Context(), &Env{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}
