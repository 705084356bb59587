package main

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/engine/library"
	"github.com/isocortex/isocortex/realtest"
)

// kills is how often a study is killed.
func kills() int {
	if os.Getenv("ISOCORTEX_LONG") == "" {
		return 4
	}
	return 20
}

// A study that is killed again and again goes on where it was: in the end its
// result has the bytes of one that nobody disturbed, and nothing that was
// finished was computed twice.
func TestAKilledStudyGoesOn(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	isocortex(t, folder, "demo", "-o", "demo")
	survives(t, folder, filepath.Join("demo", "data", "study.yaml"))
}

func TestAKilledStudyOfRealDataGoesOn(t *testing.T) {
	realtest.Path(t, "objects92")
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	path, err := filepath.Abs(filepath.Join("..", "..", "examples", "objects92", "study.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	survives(t, t.TempDir(), path)
}

// program is the program with an engine, to be run in a folder. It is killed when
// the context ends.
func program(ctx context.Context, t *testing.T, folder string, args []string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, "isocortex", append(args, "--quiet")...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), library.Variable+"="+enginetest.Path(t))
	return cmd
}

// isocortex runs the program in a folder.
func isocortex(t *testing.T, folder string, args ...string) {
	t.Helper()
	if out, err := program(t.Context(), t, folder, args).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// survives runs a study undisturbed, then again and again from nothing, killed at
// several random moments before it may finish, and compares.
func survives(t *testing.T, folder, path string) {
	args := []string{"run", path, "-o", "result", "--cache", "store"}
	journal := filepath.Join(folder, "store", "journal.tsv")
	isocortex(t, folder, args...)
	run := victim{folder, args, func() int { return len(lines(journal)) }}
	want, steps := contents(t, filepath.Join(folder, "result")), run.done()
	draw := rand.New(rand.NewPCG(1, 1))
	killed := 0
	const each = 4 // kills on the way to one result
	for range kills() / each {
		for _, name := range []string{"result", "store"} {
			if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		for range each {
			done := run.done()
			if run.kill(t, done+draw.IntN(max(1, (steps-done)/2)), time.Duration(draw.IntN(200))*time.Millisecond) {
				killed++
			}
		}
		isocortex(t, folder, args...)
		compareFiles(t, contents(t, filepath.Join(folder, "result")), want)
		onlyOnce(t, journal)
	}
	t.Logf("killed %d times while at work on %d steps", killed, steps)
	if killed < kills()/2 {
		t.Errorf("killed %d times of %d: the rest had finished", killed, kills())
	}
}

// lines are those of a journal: the steps that are done.
func lines(journal string) []string {
	data, _ := os.ReadFile(journal)
	return slices.Collect(strings.Lines(string(data)))
}

// A victim is a run of the program that is killed.
type victim struct {
	folder string
	args   []string
	done   func() int // how much of the work is done
}

// kill runs the program and kills it a moment after so much is done. It reports
// whether it was still at work.
func (v victim) kill(t *testing.T, done int, moment time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := program(ctx, t, v.folder, v.args)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for v.done() < done && len(ended) == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(moment)
	cancel()
	return <-ended != nil
}

// compareFiles fails unless two results are the same.
func compareFiles(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range got {
		if _, there := want[name]; !there {
			t.Errorf("%s is in the result of the killed study alone", name)
		}
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s differs: %d bytes, undisturbed %d", name, len(got[name]), len(text))
		}
	}
}

// onlyOnce fails if a step was computed that had been computed before.
func onlyOnce(t *testing.T, journal string) {
	t.Helper()
	made := map[string]bool{}
	for _, line := range lines(journal) {
		key, _, _ := strings.Cut(line, "\t")
		if made[key] {
			t.Errorf("computed twice: %s", line)
		}
		made[key] = true
	}
	if len(made) == 0 {
		t.Errorf("%s says of nothing that it was computed", journal)
	}
}

// contents reads all files of a folder, but hidden ones.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, folder)[1:]] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 5 {
		t.Fatalf("only %d files in %s", len(all), folder)
	}
	return all
}
