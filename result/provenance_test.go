package result_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/work"
)

func TestProvenanceReadsAsWritten(t *testing.T) {
	folder, _ := create(t)
	want := result.Provenance{
		Program: "isocortex", Version: "v0.1.0", Engine: "1.30.0", Go: "go1.26", System: "linux/amd64",
		Command: []string{"run", "faces.yaml"}, Study: "Faces", Seed: 1<<64 - 1, Threads: 2,
		Inputs:   []result.Input{{Path: "a.npy", SHA256: "00", Bytes: 5}},
		Warnings: []string{"matched by position: 1/a and/or b"},
	}
	if err := folder.WriteProvenance(want); err != nil {
		t.Fatal(err)
	}
	got, err := folder.ReadProvenance()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-written +read):\n%s", err, diff)
	}
}

func TestProvenanceFillsIn(t *testing.T) {
	folder, _ := create(t)
	if err := folder.WriteProvenance(result.Provenance{}); err != nil {
		t.Fatal(err)
	}
	p, err := folder.ReadProvenance()
	if err != nil || p.Program != "isocortex" || p.Version == "" || p.Go != runtime.Version() || !strings.Contains(p.System, "/") || p.Inputs == nil {
		t.Errorf("%+v, %v", p, err)
	}
	if got := result.Version("v9"); got != "v9" {
		t.Errorf("version %q, want the linked one", got)
	}
}

// What leads to a person stays out of the note.
func TestProvenanceIsImpersonal(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/data/ada"
	}
	folder, _ := create(t)
	texts := map[string]string{
		filepath.Join(home, "x.npy"):               "x.npy",
		"--set=brain.rdms=/data/ada/x.npy":         "--set=brain.rdms=x.npy",
		"open /data/ada/x.npy: no such file":       "open x.npy: no such file",
		`"/data/Ada Lovelace/my x.npy" has 3 of 4`: `"my x.npy" has 3 of 4`,
		`C:\Users\ada\x.npy`:                       "x.npy",
		"[/mnt/ada/a.npy,/mnt/ada/b.npy]":          "[a.npy,b.npy]",
		"and/or stimuli/a.png, 1 / 2":              "and/or stimuli/a.png, 1 / 2",
		"see https://example.org/a/b":              "see https://example.org/a/b",
	}
	var written, want []string
	for text, clean := range texts {
		written, want = append(written, text), append(want, clean)
	}
	if err := folder.WriteProvenance(result.Provenance{Command: written, Warnings: written}); err != nil {
		t.Fatal(err)
	}
	p, err := folder.ReadProvenance()
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if p.Command[i] != want[i] || p.Warnings[i] != want[i] {
			t.Errorf("%q became %q, want %q", written[i], p.Command[i], want[i])
		}
	}
}

// An argument is one path, whatever is in it; a warning about it is not.
func TestPathsWithSpaces(t *testing.T) {
	folder, _ := create(t)
	err := folder.WriteProvenance(result.Provenance{Command: []string{"run", "--out=/data/Ada Lovelace/out", "/data/Ada Lovelace/x.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := folder.ReadProvenance()
	if diff := cmp.Diff([]string{"run", "--out=out", "x.yaml"}, p.Command); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// tree writes files and returns the folder they are in.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	path := t.TempDir()
	for name, text := range files {
		if err := file.WriteBytes(filepath.Join(path, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestHashOfFiles(t *testing.T) {
	root := tree(t, map[string]string{"study/a.txt": "abc", "elsewhere/b.txt": ""})
	a, b := filepath.Join(root, "study", "a.txt"), filepath.Join(root, "elsewhere", "b.txt")
	got, err := result.Hash(t.Context(), filepath.Join(root, "study"), []string{b, a, b}, work.Budget{})
	// FIPS 180-4: the digests of "abc" and of nothing.
	want := []result.Input{
		{Path: "a.txt", SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Bytes: 3},
		{Path: "b.txt", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// The digest was printed, for these files, by the command that Hash documents,
// with sha256sum of GNU coreutils 9.1.
func TestHashOfAFolder(t *testing.T) {
	root := tree(t, map[string]string{"s/b.png": "two", "s/a.png": "one", "s/a/c.png": "three", "s/.hidden": "x", "s/.git/y": "z"})
	const want = "eece94bca84e454f2164046f1e5cd92635a8a1ec6ae6f80f3b2cc552b7a9760b"
	for _, threads := range []int{1, 8} {
		got, err := result.Hash(t.Context(), root, []string{filepath.Join(root, "s")}, work.Budget{Threads: threads})
		if err != nil || len(got) != 1 || got[0] != (result.Input{Path: "s", SHA256: want, Bytes: 11}) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestHashAgainstSha256sum(t *testing.T) {
	root := tree(t, map[string]string{"b": "two", "a": "one", "a1/c": "three"})
	command := exec.CommandContext(t.Context(), "sh", "-c", "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum")
	command.Dir = root
	printed, err := command.Output()
	if err != nil || len(printed) < 64 {
		t.Skip("no sha256sum here:", err)
	}
	got, err := result.Hash(t.Context(), ".", []string{root}, work.Budget{})
	if err != nil || got[0].SHA256 != string(printed[:64]) {
		t.Errorf("%+v, %v; sha256sum prints %s", got, err, printed)
	}
}

func TestHashFollowsLinksToFiles(t *testing.T) {
	root := tree(t, map[string]string{"store/x": "one", "store/y": "two"})
	s := filepath.Join(root, "s")
	if err := os.Mkdir(s, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x", "y"} {
		if err := os.Symlink(filepath.Join("..", "store", name), filepath.Join(s, name)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	if err := os.Symlink("store", filepath.Join(root, "linked")); err != nil {
		t.Fatal(err)
	}
	got, err := result.Hash(t.Context(), root, []string{s, filepath.Join(root, "store"), filepath.Join(root, "linked")}, work.Budget{})
	if err != nil || got[0].SHA256 != got[1].SHA256 || got[0].SHA256 != got[2].SHA256 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.Symlink("..", filepath.Join(s, "around")); err != nil {
		t.Fatal(err)
	}
	if _, err := result.Hash(t.Context(), root, []string{s}, work.Budget{}); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("err = %v for a link to a folder", err)
	}
}

func TestHashEndsEarly(t *testing.T) {
	root := tree(t, map[string]string{"a": "x"})
	if _, err := result.Hash(t.Context(), root, []string{filepath.Join(root, "none")}, work.Budget{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("err = %v for a file that is not there", err)
	}
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if _, err := result.Hash(ctx, root, []string{filepath.Join(root, "a")}, work.Budget{}); !errors.Is(err, stopped) {
		t.Errorf("err = %v, want the cause", err)
	}
}

// Inputs are recorded in one order, whatever order they are given in.
func TestHashOrder(t *testing.T) {
	root := tree(t, map[string]string{"a": "1", "b": "2", "c/d": "3"})
	paths := []string{filepath.Join(root, "a"), filepath.Join(root, "b"), filepath.Join(root, "c")}
	want, err := result.Hash(t.Context(), root, paths, work.Budget{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		got, err := result.Hash(context.Background(), root, rapid.Permutation(paths).Draw(t, "order"), work.Budget{})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x")
	if err := os.WriteFile(path, make([]byte, 256<<20), 0o666); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(256 << 20)
	for b.Loop() {
		if _, err := result.Hash(b.Context(), ".", []string{path}, work.Budget{}); err != nil {
			b.Fatal(err)
		}
	}
}
