package step_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/step"
)

// inParts writes a recording of FIF again, into several files, and returns them.
func inParts(t *testing.T, whole, name string) []string {
	t.Helper()
	r, err := all.Open(whole, all.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := filepath.Join(t.TempDir(), name)
	if err := fif.Write(path, r, fif.WriteOptions{Precision: fif.Double, Largest: 9_000}); err != nil {
		t.Fatal(err)
	}
	paths := append([]string{path}, fif.Beside(path)...)
	if len(paths) < 3 {
		t.Fatalf("%d files", len(paths))
	}
	return paths
}

// Whoever names all files of a recording, as a pattern does, gets the epochs of
// it once.
func TestPartsAreNoRuns(t *testing.T) {
	whole := recorded(t, "sub-07_meg.fif", nil)
	parts, want := inParts(t, whole, "sub-07_meg.fif"), made(t, cut(whole))
	for _, from := range [][]string{parts[:1], parts} {
		got := made(t, cut(from...))
		if got.Trials != want.Trials || !slices.Equal(got.Dataset.F32, want.Dataset.F32) {
			t.Errorf("%d trials of %d files, %d of the whole", got.Trials, len(from), want.Trials)
		}
		if inputs := cut(from...).Inputs(); !slices.Contains(inputs, parts[len(parts)-1]) {
			t.Errorf("inputs %q lack the last part", inputs)
		}
	}
}

// made carries a step out.
func made(t *testing.T, s step.Epochs) *step.EpochsMade {
	t.Helper()
	made, err := s.Make(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// A name alone makes no part: what a recording does not go on in is another.
func TestWholeRecordings(t *testing.T) {
	one := recorded(t, "sub-07_meg.fif", nil)
	other := filepath.Join(filepath.Dir(one), "sub-07_meg-1.fif")
	r, err := all.Open(recorded(t, "other.fif", nil), all.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := fif.Write(other, r, fif.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	bids := inParts(t, one, "sub-08_split-01_meg.fif")
	given := []string{bids[1], one, other, bids[0], "none.fif", "none-1.fif"}
	if got, want := step.WholeRecordings(given), []string{one, other, bids[0], "none.fif", "none-1.fif"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
