package fingerprint_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/work"
)

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

func TestPrintsOfFiles(t *testing.T) {
	root := tree(t, map[string]string{"a.txt": "abc", "b.txt": ""})
	a, b := filepath.Join(root, "a.txt"), filepath.Join(root, "b.txt")
	got, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{b, a}, work.Budget{})
	// FIPS 180-4: the digests of nothing and of "abc".
	want := []fingerprint.Print{
		{Path: b, SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{Path: a, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Bytes: 3},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// The digest was printed, for these files, by the command that Of documents,
// with sha256sum of GNU coreutils 9.1.
func TestPrintOfAFolder(t *testing.T) {
	root := tree(t, map[string]string{"s/b.png": "two", "s/a.png": "one", "s/a/c.png": "three", "s/.hidden": "x", "s/.git/y": "z"})
	const want = "eece94bca84e454f2164046f1e5cd92635a8a1ec6ae6f80f3b2cc552b7a9760b"
	for _, threads := range []int{1, 8} {
		got, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{filepath.Join(root, "s")}, work.Budget{Threads: threads})
		if err != nil || len(got) != 1 || got[0] != (fingerprint.Print{Path: filepath.Join(root, "s"), SHA256: want, Bytes: 11}) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestPrintAgainstSha256sum(t *testing.T) {
	root := tree(t, map[string]string{"b": "two", "a": "one", "a1/c": "three"})
	command := exec.CommandContext(t.Context(), "sh", "-c", "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum")
	command.Dir = root
	printed, err := command.Output()
	if err != nil || len(printed) < 64 {
		t.Skip("no sha256sum here:", err)
	}
	got, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{root}, work.Budget{})
	if err != nil || got[0].SHA256 != string(printed[:64]) {
		t.Errorf("%+v, %v; sha256sum prints %s", got, err, printed)
	}
}

func TestPrintFollowsLinksToFiles(t *testing.T) {
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
	got, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{s, filepath.Join(root, "store"), filepath.Join(root, "linked")}, work.Budget{})
	if err != nil || got[0].SHA256 != got[1].SHA256 || got[0].SHA256 != got[2].SHA256 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.Symlink("..", filepath.Join(s, "around")); err != nil {
		t.Fatal(err)
	}
	if _, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{s}, work.Budget{}); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("err = %v for a link to a folder", err)
	}
}

func TestPrintEndsEarly(t *testing.T) {
	root := tree(t, map[string]string{"a": "x"})
	if _, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{filepath.Join(root, "none")}, work.Budget{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("err = %v for a file that is not there", err)
	}
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if _, err := (*fingerprint.Memory)(nil).Of(ctx, []string{filepath.Join(root, "a")}, work.Budget{}); !errors.Is(err, stopped) {
		t.Errorf("err = %v, want the cause", err)
	}
}

// A pattern is the files that match it.
func TestPrintOfAPattern(t *testing.T) {
	root := tree(t, map[string]string{"a.png": "one", "b.png": "two", "b.txt": "x", "other/a.png": "one", "other/b.png": "two"})
	got, err := (*fingerprint.Memory)(nil).Of(t.Context(), []string{filepath.Join(root, "*.png"), filepath.Join(root, "other")}, work.Budget{})
	if err != nil || got[0].SHA256 != got[1].SHA256 || got[0].Bytes != 6 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What is remembered is not read; what changed is.
func TestMemory(t *testing.T) {
	root := tree(t, map[string]string{"a": "one", "new": "two"})
	a, fresh, place := filepath.Join(root, "a"), filepath.Join(root, "new"), filepath.Join(root, ".memory", "prints.json")
	old := time.Now().Add(-time.Hour)
	age := func() {
		if err := os.Chtimes(a, old, old); err != nil {
			t.Fatal(err)
		}
	}
	age()
	look := func() (string, string) {
		m, err := fingerprint.Recall(place)
		if err != nil {
			t.Fatal(err)
		}
		prints, err := m.Of(t.Context(), []string{a, fresh}, work.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Save(); err != nil {
			t.Fatal(err)
		}
		return prints[0].SHA256, prints[1].SHA256
	}
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first, young := look()
	write(a, "two")
	age() // as if nothing had happened: only a memory is deceived
	write(fresh, "one")
	again, changed := look()
	if again != first {
		t.Error("a file of the same size and time was read again")
	}
	if changed == young || changed != first {
		t.Error("a file that was young when it was read was remembered")
	}
	write(a, "three")
	if third, _ := look(); third == first {
		t.Error("a file of another size was not read again")
	}
	write(place, "{not JSON")
	if third, _ := look(); third == first {
		t.Error("a broken memory was believed")
	}
}

func BenchmarkPrint(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x")
	if err := os.WriteFile(path, make([]byte, 256<<20), 0o666); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(256 << 20)
	for b.Loop() {
		if _, err := (*fingerprint.Memory)(nil).Of(b.Context(), []string{path}, work.Budget{}); err != nil {
			b.Fatal(err)
		}
	}
}
