package study_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/cache"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/simulate"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// small is a study that takes milliseconds and no engine.
const small = `study: 1
title: Small
brains:
  - {name: one, rdms: one.npz}
  - {name: two, rdms: two.npz}
model rdms:
  - {name: model, file: model.npz}
  - {name: other, file: other.npz}
inference: {draws: 20, bootstrap: {draws: 20}}
`

// writeRDMs writes subjects' RDMs of six conditions, drawn by a name.
func writeRDMs(tb testing.TB, path, name string) {
	tb.Helper()
	draw := seed.Stream(1, name)
	r := &rdm.RDMs{Size: 6, Conditions: []string{"a", "b", "c", "d", "e", "f"}, Labels: map[string][]string{}}
	for range 3 * rdm.Pairs(6) {
		r.Dissimilarities = append(r.Dissimilarities, draw.Float64())
	}
	r.Labels["subject"] = []string{"1", "2", "3"}
	if strings.HasPrefix(name, "m") || strings.HasPrefix(name, "o") && name != "one" {
		r.Labels = map[string][]string{"layer": {"x", "y", "z"}}
	}
	if strings.HasPrefix(name, "two") {
		r.Conditions = nil // matched by position, which makes a warning
	}
	r.Definition = rdm.Definition{Measure: "correlation", Kind: rdm.Distance, Text: "1 − r"}
	if err := r.Write(path); err != nil {
		tb.Fatal(err)
	}
}

// smallStudy writes the small study and what it reads into a folder.
func smallStudy(tb testing.TB) string {
	tb.Helper()
	folder := tb.TempDir()
	for _, name := range []string{"one", "two", "model", "other"} {
		writeRDMs(tb, filepath.Join(folder, name+".npz"), name)
	}
	if err := file.WriteBytes(filepath.Join(folder, "small.yaml"), []byte(small)); err != nil {
		tb.Fatal(err)
	}
	return folder
}

// a runner carries out studies and says which steps it carried out.
type runner struct {
	open  func() (*engine.Engine, error)
	store string // "" for none
}

// run carries out the study of a folder and returns the names of the steps that
// were computed and of those that were not.
func (r runner) run(tb testing.TB, path, out string, set ...string) (computed, reused []string) {
	tb.Helper()
	s, err := study.Read(path, study.Options{Set: set})
	if err != nil {
		tb.Fatal(err)
	}
	local := study.Local{Program: "test", Done: func(task study.Task, again bool) {
		if again {
			reused = append(reused, task.Name)
		} else {
			computed = append(computed, task.Name)
		}
	}}
	if r.store != "" {
		if local.Store, err = cache.Open(r.store); err != nil {
			tb.Fatal(err)
		}
	}
	env := &step.Env{Open: r.open, Version: "test"}
	if err := s.Run(tb.Context(), out, env, local); err != nil {
		tb.Fatal(err)
	}
	return computed, reused
}

// tree reads all files of a result, but hidden ones.
func tree(tb testing.TB, folder string) map[string]string {
	tb.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		data, err := os.ReadFile(path)
		below, _ := filepath.Rel(folder, path)
		files[filepath.ToSlash(below)] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// same fails unless two results hold the same files with the same bytes.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if _, there := got[name]; !there {
			t.Errorf("%s: %s is missing", what, name)
		}
	}
	for name, text := range got {
		if other, there := want[name]; !there {
			t.Errorf("%s: %s should not be there", what, name)
		} else if text != other {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func TestNothingIsComputedTwice(t *testing.T) {
	folder := smallStudy(t)
	path, out := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "out")
	r := runner{store: filepath.Join(folder, ".isocortex")}
	first, _ := r.run(t, path, out)
	if len(first) != 8 { // 4 stacks, 2 comparisons, figures, page
		t.Errorf("computed at first: %q", first)
	}
	before := tree(t, out)
	computed, reused := r.run(t, path, out)
	if len(computed) > 0 || !slices.Equal(reused, first) {
		t.Errorf("computed again: %q; reused %q", computed, reused)
	}
	same(t, "the second run", tree(t, out), before)

	// Nor when folder and result have moved.
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(folder, moved); err != nil {
		t.Fatal(err)
	}
	r.store = filepath.Join(moved, ".isocortex")
	if computed, _ := r.run(t, filepath.Join(moved, "small.yaml"), filepath.Join(moved, "elsewhere")); len(computed) > 0 {
		t.Errorf("computed after a move: %q", computed)
	}
	same(t, "the moved result", tree(t, filepath.Join(moved, "elsewhere")), before)
	for name, text := range before {
		if strings.Contains(text, folder) {
			t.Errorf("%s holds a folder of this machine", name)
		}
	}
	if !strings.Contains(before["rsa/two/spearman.json"], "two.npz has") && !strings.Contains(before["rsa/two/spearman.json"], "two has") {
		t.Error("no warning about conditions that are matched by position")
	}
}

// What a change of the study, of an input or of the result makes necessary.
func TestAChangeComputesWhatDependsOnIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, folder string)
		set    []string
		want   string // first words of what is computed
	}{
		{"comparator", nil, []string{"rsa.comparator=pearson"}, "compare compare draw report"},
		{"title", nil, []string{"title=Other"}, "report"},
		{"one brain", func(t *testing.T, folder string) { writeRDMs(t, filepath.Join(folder, "two.npz"), "two again") }, nil, "RDMs compare draw report"},
		{"a name", nil, []string{"model-rdms.model.name=shown"}, "RDMs compare compare draw report"},
		{"the same bytes", func(t *testing.T, folder string) { writeRDMs(t, filepath.Join(folder, "two.npz"), "two") }, nil, ""},
		{"result", func(t *testing.T, folder string) {
			if err := os.RemoveAll(filepath.Join(folder, "out", "rsa")); err != nil {
				t.Fatal(err)
			}
		}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := smallStudy(t)
			path, out := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "out")
			r := runner{store: filepath.Join(folder, ".isocortex")}
			r.run(t, path, out)
			if c.change != nil {
				c.change(t, folder)
			}
			computed, _ := r.run(t, path, out, c.set...)
			var words []string
			for _, name := range computed {
				words = append(words, strings.Fields(name)[0])
			}
			if got := strings.Join(words, " "); got != c.want {
				t.Errorf("computed %q, want %q", computed, c.want)
			}
			changed := tree(t, out)
			fresh := filepath.Join(folder, "fresh")
			runner{store: filepath.Join(folder, "another")}.run(t, path, fresh, c.set...)
			same(t, "the changed result", changed, tree(t, fresh))
			if computed, _ := r.run(t, path, out, c.set...); len(computed) > 0 {
				t.Errorf("computed without a change: %q", computed)
			}
		})
	}
}

// What an earlier study left in a result goes; what somebody else put there
// stays.
func TestResultsHoldNothingStale(t *testing.T) {
	folder := smallStudy(t)
	path, out := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "out")
	r := runner{store: filepath.Join(folder, ".isocortex")}
	r.run(t, path, out, "rsa.comparator=pearson")
	note := filepath.Join(out, "figures", "note.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	r.run(t, path, out, "brains.two.name=second")
	if _, err := os.Stat(note); err != nil {
		t.Error("a file of somebody else is gone")
	}
	for _, stale := range []string{"rsa/two", "rsa/one/pearson.json", "rdm/two.npz"} {
		if _, err := os.Stat(filepath.Join(out, stale)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there", stale)
		}
	}
	if manifest := tree(t, out)["steps.json"]; strings.Contains(manifest, `rsa/two"`) || !strings.Contains(manifest, `rsa/second"`) {
		t.Errorf("the manifest tells of another study:\n%s", manifest)
	}
}

// A damaged store is noticed, and what is damaged is made again.
func TestDamageIsMadeAgain(t *testing.T) {
	folder := smallStudy(t)
	path, out := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "out")
	r := runner{store: filepath.Join(folder, ".isocortex")}
	r.run(t, path, out)
	before := tree(t, out)
	page := filepath.Join(out, "report.html") // the same file as in the store, or a copy
	if err := os.Chmod(page, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, bytes.ToUpper([]byte(before["report.html"])), 0o666); err != nil {
		t.Fatal(err)
	}
	r.run(t, path, out)
	same(t, "the repaired result", tree(t, out), before)
}

// Activations that nobody keeps are made once, are gone at the end, and are
// made again only if somebody needs them again.
func TestScratchIsMadeWhenItIsNeeded(t *testing.T) {
	folder := t.TempDir()
	e := enginetest.Open(t)
	env := &step.Env{Open: func() (*engine.Engine, error) { return e, nil }}
	inputs := step.Simulate{Subjects: 2, Sensors: 128, Out: folder}
	if err := inputs.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	path, out := filepath.Join(folder, "study.yaml"), filepath.Join(folder, "out")
	r := runner{open: env.Open, store: filepath.Join(folder, ".isocortex")}
	few := []string{"inference.draws=10", "inference.bootstrap.draws=10", "networks.Four-layers.whole=balanced"} // which reads them, too
	activations := "activations of " + simulate.NetworkName
	if computed, _ := r.run(t, path, out, few...); !slices.Contains(computed, activations) {
		t.Errorf("computed %q", computed)
	}
	if _, err := os.Stat(filepath.Join(out, "activations")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("activations are still there")
	}
	if computed, _ := r.run(t, path, out, few...); len(computed) > 0 {
		t.Errorf("computed again: %q", computed)
	}
	computed, reused := r.run(t, path, out, append(few, "rdm.networks.measure=euclidean")...)
	if !slices.Contains(computed, activations) || !slices.Contains(reused, "RDMs of sensors") {
		t.Errorf("for another measure: computed %q, reused %q", computed, reused)
	}
}

// A store saves time whether or not it is used to the full: what it costs per
// step that is not carried out.
func BenchmarkCachedStudy(b *testing.B) {
	folder := smallStudy(b)
	path, out := filepath.Join(folder, "small.yaml"), filepath.Join(folder, "out")
	r := runner{store: filepath.Join(folder, ".isocortex")}
	first, _ := r.run(b, path, out)
	for b.Loop() {
		if computed, _ := r.run(b, path, out); len(computed) > 0 {
			b.Fatalf("computed %q", computed)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*len(first)), "ms/step")
}
