package step_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// drawn saves a result folder by hand, draws it, and lists the figures.
func drawn(t *testing.T, brain *rdm.RDMs, models *rdm.RDMs) []string {
	t.Helper()
	folder := t.TempDir()
	env := &step.Env{}
	for name, stack := range map[string]*rdm.RDMs{"brain": brain, "net": models} {
		if err := stack.Write(filepath.Join(folder, "rdm", name+".npz")); err != nil {
			t.Fatal(err)
		}
	}
	evaluation := step.RSA{
		Models:     []step.Source{{Path: filepath.Join(folder, "rdm", "net.npz")}},
		Subjects:   []step.Source{{Path: filepath.Join(folder, "rdm", "brain.npz")}},
		Evaluation: rsa.Evaluation{Draws: 10, BootstrapDraws: 10}, Out: filepath.Join(folder, "rsa", "brain"),
	}
	if err := evaluation.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if err := (step.Figures{Folder: folder}).Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, err := os.ReadDir(filepath.Join(folder, "figures"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// layers are two RDMs, of which the first is undefined.
func layers() *rdm.RDMs {
	nan := math.NaN()
	return &rdm.RDMs{
		Size: 4, Dissimilarities: []float64{nan, nan, nan, nan, nan, nan, 1, 2, 3, 4, 5, 6},
		Labels: map[string][]string{"layer": {"dead", "alive"}},
	}
}

// A layer without a score is not the best one.
func TestFiguresPassOverUndefinedScores(t *testing.T) {
	brain := &rdm.RDMs{Size: 4, Dissimilarities: []float64{1, 3, 2, 4, 5, 6}}
	names := drawn(t, brain, layers())
	if want := []string{"rdm brain.svg", "rdm net alive.svg", "scores.svg"}; !slices.Equal(names, want) {
		t.Errorf("figures %q, want %q", names, want)
	}
}

// One time makes no course, and no error.
func TestFiguresOfASingleTime(t *testing.T) {
	brain := &rdm.RDMs{Size: 4, Dissimilarities: []float64{1, 3, 2, 4, 5, 6}, Times: []float64{0.17}}
	names := drawn(t, brain, layers())
	if want := []string{"rdm brain.svg", "rdm net alive.svg", "scores.svg"}; !slices.Equal(names, want) {
		t.Errorf("figures %q, want %q", names, want)
	}
}
