package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// RDMs straight from pictures that are killed at any moment go on with the layers
// that are missing: nothing is left of the scratch file, and in the end the bytes
// are those of a run that nobody disturbed.
func TestKilledRDMsOfPicturesGoOn(t *testing.T) {
	t.Parallel()
	folder, _ := slowActivations(t)
	out := filepath.Join(folder, "out", "rdm.npz")
	args := []string{"rdm", "--network", "slow.yaml", "--stimuli", "pictures", "--batch", "3", "--scratch", "9.2MB", "-o", filepath.Join("out", "rdm.npz")}
	isocortex(t, folder, args...)
	want := onlyFile(t, out)
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	run := victim{folder, args, func() int {
		layers, _ := filepath.Glob(filepath.Join(folder, "out", ".rdm.npz.unfinished", "*.npz")) // the pattern is well formed
		return len(layers)
	}}
	draw := rand.New(rand.NewPCG(7, 7))
	killed := 0
	for layers := range 3 {
		if run.kill(t, layers, time.Duration(draw.IntN(100))*time.Millisecond) {
			killed++
		}
	}
	t.Logf("killed %d times while at work", killed)
	if killed == 0 {
		t.Error("never killed while at work")
	}
	isocortex(t, folder, args...)
	if onlyFile(t, out) != want {
		t.Error("other bytes than undisturbed")
	}
}

// onlyFile reads a file that is alone in its folder.
func onlyFile(t *testing.T, path string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files beside %s, err %v", len(entries), path, err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
