package all_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording/all"
)

// Recordings of systems that are not read say how to convert them, also folders
// under another name.
func TestOpenSaysHowToConvert(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		"s1.ds/s1.res4": "s1.ds", "renamed/x.res4": "renamed", "s2.mff/signal1.bin": "s2.mff", "4d/c,rfDC": "4d", "run.SQD": "run.SQD", "run.cnt": "run.cnt",
	} {
		whole := filepath.Join(folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(whole), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(whole, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := all.Open(filepath.Join(folder, want), all.Options{})
		if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), `convert it to FIF, as mne.io.read_raw_`) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := all.Foreign(folder); err != nil {
		t.Errorf("a folder of other things: %v", err)
	}
}
