package enginetest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine/enginetest"
)

// A recorder is a test that remembers why it was skipped.
type recorder struct {
	testing.TB
	skipped string
}

func (r *recorder) Helper() {}

func (r *recorder) Skipf(format string, facts ...any) {
	r.skipped = fmt.Sprintf(format, facts...)
	runtime.Goexit()
}

func TestOneEngineForAllTests(t *testing.T) {
	e := enginetest.Open(t)
	if e != enginetest.Open(t) {
		t.Error("a second engine was opened")
	}
	t.Chdir(t.TempDir())
	if e != enginetest.Open(t) {
		t.Error("a second engine was opened from another folder")
	}
}

func TestTheEnvironmentComesFirst(t *testing.T) {
	t.Setenv("ISOCORTEX_ONNXRUNTIME", "some/where.so")
	if got := enginetest.Path(t); got != "some/where.so" {
		t.Errorf("path is %q", got)
	}
}

func TestSkipsWithoutALibrary(t *testing.T) {
	t.Setenv("ISOCORTEX_ONNXRUNTIME", "")
	t.Chdir(t.TempDir())
	r, done := &recorder{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		enginetest.Path(r)
	}()
	<-done
	if !strings.Contains(r.skipped, "make library") {
		t.Errorf("skipped with %q, want a word about make library", r.skipped)
	}
}
