package file_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/isocortex/isocortex/file"
)

func entries(t *testing.T, folder string) []string {
	t.Helper()
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	return names
}

func TestNothingIsLeftOfScratch(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "made")
	if err := file.WriteBytes(filepath.Join(folder, ".isocortex-scratch-123"), []byte("of a program that was killed")); err != nil {
		t.Fatal(err)
	}
	if err := file.WriteBytes(filepath.Join(folder, "mine"), nil); err != nil {
		t.Fatal(err)
	}
	first, err := file.Scratch(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.WriteAt([]byte("number"), 1<<20); err != nil {
		t.Fatal(err)
	}
	if names := entries(t, folder); runtime.GOOS != "windows" && len(names) != 1 {
		t.Errorf("%q are in the folder, want no scratch file: it must not outlive a killed program", names)
	}
	second, err := file.Scratch(folder)
	if err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 6)
	if _, err := first.ReadAt(text, 1<<20); err != nil || string(text) != "number" {
		t.Errorf("read %q, %v after another program began", text, err)
	}
	for _, f := range []*os.File{first, second} {
		if err := file.RemoveScratch(f); err != nil {
			t.Error(err)
		}
	}
	if names := entries(t, folder); len(names) != 1 || names[0] != "mine" {
		t.Errorf("%q are left", names)
	}
}

func TestScratchNeedsAFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := file.WriteBytes(path, []byte("text")); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Scratch(path); err == nil {
		t.Error("a file served as a folder")
	}
}

func TestFree(t *testing.T) {
	folder := t.TempDir()
	here, known := file.Free(folder)
	if !known {
		t.Skip("this system does not say")
	}
	if below, known := file.Free(filepath.Join(folder, "not", "there")); here <= 0 || !known || below <= 0 {
		t.Errorf("%d bytes free in a folder, %d where one would be made", here, below)
	}
}
