// Package enginetest opens the engine for tests.
//
//	e := enginetest.Open(t)
//
// Tests use the library that the build fetched, not the embedded one, so that
// no test binary carries it.
package enginetest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/isocortex/isocortex/engine"
)

var (
	mutex  sync.Mutex
	opened *engine.Engine
)

// Open returns the engine that all tests of this binary share; it must not be
// closed. The test is skipped where there is no library.
func Open(tb testing.TB) *engine.Engine {
	tb.Helper()
	mutex.Lock()
	defer mutex.Unlock()
	if opened != nil {
		return opened
	}
	var err error
	if opened, err = engine.Open(Path(tb)); err != nil {
		tb.Fatal(err)
	}
	return opened
}

// Path returns the library of the tests: ISOCORTEX_ONNXRUNTIME, else the one
// that was fetched. The test is skipped where there is none.
func Path(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("ISOCORTEX_ONNXRUNTIME"); path != "" {
		return path
	}
	path, err := fetched()
	if err != nil {
		tb.Skipf("no engine: %v: run \"make library\", or set ISOCORTEX_ONNXRUNTIME to the path of a library", err)
	}
	return path
}

// names are those of the library in the folder of fetched files.
var names = map[string]string{
	"linux":   "libonnxruntime.so.1",
	"darwin":  "libonnxruntime.1.dylib",
	"windows": "onnxruntime.dll",
}

// fetched returns the library in the checkout that holds the working folder.
func fetched() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			path := filepath.Join(folder, "engine", "library", "files", names[runtime.GOOS])
			info, err := os.Stat(path)
			if err == nil && !info.Mode().IsRegular() {
				err = fmt.Errorf("%s is not a file", path)
			}
			return path, err
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", fmt.Errorf("no go.mod above the working folder")
		}
		folder = above
	}
}
