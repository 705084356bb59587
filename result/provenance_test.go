package result_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/fingerprint"
	"github.com/isocortex/isocortex/result"
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

// Inputs are recorded in one order and once, without the folders of a person.
func TestInputs(t *testing.T) {
	root := t.TempDir()
	a := fingerprint.Print{Path: filepath.Join(root, "study", "sub", "a.npz"), SHA256: "0a", Bytes: 1}
	b := fingerprint.Print{Path: filepath.Join(root, "elsewhere", "b.npz"), SHA256: "0b", Bytes: 2}
	want := []result.Input{{"b.npz", "0b", 2}, {"sub/a.npz", "0a", 1}}
	got := result.Inputs(filepath.Join(root, "study"), []fingerprint.Print{a, b, a})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
