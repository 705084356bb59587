package realtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/realtest"
)

func TestPathFollowsTheVariable(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(realtest.Variable, folder)
	want := filepath.Join(folder, "a", "b.npy")
	if err := os.MkdirAll(want, 0o777); err != nil {
		t.Fatal(err)
	}
	if got := realtest.Path(t, "a", "b.npy"); got != want {
		t.Errorf("path is %s, want %s", got, want)
	}
}

func TestPathSkipsWhatIsMissing(t *testing.T) {
	t.Setenv(realtest.Variable, t.TempDir())
	skipped := false
	t.Run("inner", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		realtest.Path(t, "missing.npy")
		t.Error("a missing file was found")
	})
	if !skipped {
		t.Error("the test was not skipped")
	}
}
