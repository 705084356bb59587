package projection_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/work"
)

// A fit in a file writes the same bytes as one in memory, and leaves nothing.
func TestFitInAFileHasTheSameBits(t *testing.T) {
	const n, units = 70, 5000 // three blocks of units, the last one short
	x, folder := waves(n, units), t.TempDir()
	file := func(name string, begin func(*projection.Fit) error, write func(*projection.Fit, string) error) []byte {
		fit := projection.NewFit(units, 6, engine.Plain{}, work.Budget{})
		defer fit.Close()
		if err := begin(fit); err != nil {
			t.Fatal(err)
		}
		for _, batch := range work.Shards(n, 4) {
			if err := fit.Rows(batch.From, x[batch.From*units:batch.To*units]); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(folder, name)
		if err := write(fit, path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	description := map[string]string{"layer": "conv1"}
	inMemory := func(*projection.Fit) error { return nil }
	scratch := filepath.Join(folder, "scratch")
	inFile := func(f *projection.Fit) error { return f.In(scratch) }
	streamed := func(f *projection.Fit, path string) error { return f.Write(path, description) }
	whole := func(f *projection.Fit, path string) error {
		pca, err := f.PCA()
		if err != nil {
			return err
		}
		pca.Description = description
		return pca.Write(path)
	}
	want := file("memory.npz", inMemory, whole)
	for name, got := range map[string][]byte{
		"streamed from memory": file("a.npz", inMemory, streamed), "streamed from a file": file("b.npz", inFile, streamed), "read from a file": file("c.npz", inFile, whole),
	} {
		if !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes", name)
		}
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, err %v", len(left), err)
	}
}

// A fit that cannot write says so, and leaves no file of components.
func TestFitTellsOfItsFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "no folder")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	fit := projection.NewFit(5, 2, engine.Plain{}, work.Budget{})
	if err := fit.In(path); err == nil {
		t.Error("a file served as a folder")
	}
	if err := fit.In(folder); err != nil {
		t.Fatal(err)
	}
	if err := fit.Rows(0, waves(20, 5)); err != nil {
		t.Fatal(err)
	}
	if err := fit.Write(filepath.Join(path, "pca.npz"), nil); err == nil {
		t.Error("components were written below a file")
	}
	if err := fit.Close(); err != nil {
		t.Fatal(err)
	}
	if err := fit.Rows(20, waves(20, 5)); err == nil {
		t.Error("a closed fit takes rows")
	}
}
