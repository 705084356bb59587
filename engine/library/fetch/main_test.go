package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine/library"
)

func TestFetchRefusesWhatItDoesNotKnow(t *testing.T) {
	if err := fetch("plan9/386", ""); err == nil || !strings.Contains(err.Error(), "plan9/386") {
		t.Errorf("err = %v, want one that names the platform", err)
	}
}

func TestFetchRefusesAnotherLibrary(t *testing.T) {
	t.Chdir(t.TempDir())
	build, err := library.BuildFor("linux/amd64")
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join("package", filepath.FromSlash(build.Source))
	if err := os.MkdirAll(filepath.Dir(source), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(source, []byte("something else"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := fetch("linux/amd64", "package"); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("err = %v, want one about the SHA-256", err)
	}
	if _, err := os.Stat(filepath.Join(home, "files", build.Name)); err == nil {
		t.Error("the wrong library was put in place")
	}
}

func TestCheck(t *testing.T) {
	sum := sha256.Sum256([]byte("abc"))
	build := library.Build{Platform: "here", SHA256: hex.EncodeToString(sum[:])}
	if err := check([]byte("abc"), build, "lib"); err != nil {
		t.Error(err)
	}
	if err := check([]byte("abd"), build, "lib"); err == nil {
		t.Error("another content passed")
	}
}

// Only the library of one platform is there at a time.
func TestPutRemovesTheOthers(t *testing.T) {
	folder := t.TempDir()
	builds := library.Builds()
	for _, build := range builds {
		if err := put(filepath.Join(folder, build.Name), []byte(build.Platform)); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != 1 || entries[0].Name() != build.Name {
			t.Fatalf("%s: folder holds %v, %v", build.Platform, entries, err)
		}
	}
}
