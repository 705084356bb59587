package engine_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
)

// A library that was not copied whole is refused before it is mapped: the loader
// would end the process when it touches what is missing.
func TestALibraryThatIsCutShort(t *testing.T) {
	whole, err := os.Open(enginetest.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	info, err := whole.Stat()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lib.so")
	short, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer short.Close()
	if _, err := io.Copy(short, whole); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{info.Size() - 1, info.Size() / 2, 4096, 64, 63, 17, 4, 1, 0} {
		if err := short.Truncate(size); err != nil {
			t.Fatal(err)
		}
		if _, err := engine.Open(path); !errors.Is(err, engine.ErrNotLibrary) {
			t.Errorf("%d of %d bytes: err = %v, want ErrNotLibrary", size, info.Size(), err)
		}
	}
}
