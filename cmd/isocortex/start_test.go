package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine/library"
)

// What a user waits for before anything happens. A program without its engine
// inside has no start of the engine to measure.
func BenchmarkStart(b *testing.B) {
	folder := b.TempDir()
	program := filepath.Join(folder, "isocortex")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	responses := filepath.Join(folder, "responses.npz")
	if err := makeDataset(responses, []string{"responses", "a", "b", "c", "d"}); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"help", []string{"--help"}},
		{"info", []string{"info", responses}},
		{"engine", []string{"rdm", responses, "-o", filepath.Join(folder, "rdm.npz"), "--quiet"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			if _, inside := library.Bytes(); c.name == "engine" && !inside {
				b.Skip(library.ErrNone)
			}
			launch(b, program, folder, c.args) // fills the caches, of the system and of the program
			for b.Loop() {
				launch(b, program, folder, c.args)
			}
		})
	}
}

// launch runs the program with a cache folder of its own.
func launch(tb testing.TB, program, cache string, args []string) time.Duration {
	tb.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "ISOCORTEX_ONNXRUNTIME=", "XDG_CACHE_HOME="+cache, "HOME="+cache)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil || len(args) > 2 && len(out) > 0 {
		tb.Fatalf("%v: %v\n%s", args, err, out)
	}
	return time.Since(start)
}
