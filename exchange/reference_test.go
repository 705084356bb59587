package exchange_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
)

// exampleRDMs and exampleDataset are what stands in testdata/reference, where
// other programs read it: see read.py and read.m, and what they print.
func exampleRDMs() *rdm.RDMs {
	return &rdm.RDMs{
		Size: 3, Conditions: []string{"face", "house", "cat"}, Dissimilarities: []float64{0.9, 0.25, math.NaN(), 1.0 / 3, 2, 0.1},
		Labels: map[string][]string{"subject": {"BE", "KO"}, "region": {"Zürich", "脳"}}, Times: []float64{-0.1, 0.05}, Window: 0.02,
		Definition: rdm.Definition{Measure: "correlation", Text: "1 − Pearson's r", Kind: rdm.Distance, Chance: 0.5, Signed: true},
	}
}

func exampleDataset() *dataset.Dataset {
	return &dataset.Dataset{
		Shape: [3]int{2, 3, 2}, Times: []float64{0, 0.1},
		F32:         []float32{1, 2, 3, 4, 5, 6, 0.1, float32(math.NaN()), 9, 10, 11, 1e-30},
		Observation: map[string][]string{"condition": {"face", "house, big"}, "my label": {"1", "é"}},
		Channel:     map[string][]string{"name": {"Fz", "Cz", "Pz"}},
		Description: map[string]string{"layer": "V1"},
		Arrays:      map[string]*npy.Array{"channel.position": {Shape: []int{3, 2}, Data: []float64{0, 1, 2, 3, 4, 5}}},
	}
}

// Other programs were shown the files in testdata/reference; what is written now
// has the same bytes. ISOCORTEX_UPDATE=1 writes them anew.
func TestWrittenFilesAreThoseThatOthersRead(t *testing.T) {
	reference := filepath.Join("testdata", "reference")
	folder := t.TempDir()
	if os.Getenv("ISOCORTEX_UPDATE") != "" {
		folder = reference
	}
	for _, ending := range exchange.Endings() {
		if err := exchange.WriteRDMs(filepath.Join(folder, "rdms."+ending), exampleRDMs()); err != nil {
			t.Fatal(err)
		}
		if err := exchange.WriteDataset(filepath.Join(folder, "dataset."+ending), exampleDataset()); err != nil {
			t.Fatal(err)
		}
	}
	plain := exampleDataset() // some programs read no text beyond ASCII in HDF5
	plain.Observation["my label"] = []string{"1", "2"}
	if err := exchange.WriteDataset(filepath.Join(folder, "plain.h5"), plain); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.[mhcj]*"))
	if err != nil || len(files) < 9 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, path := range files {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(reference, filepath.Base(path)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than the file that other programs read (%v)", filepath.Base(path), err)
		}
	}
}

// What rsatoolbox saved is read with its descriptors.
func TestFilesOfRsatoolbox(t *testing.T) {
	r, err := exchange.ReadRDMs("testdata/reference/rsatoolbox.h5")
	if err != nil {
		t.Fatal(err)
	}
	want := &rdm.RDMs{
		Size: 3, Conditions: []string{"cat", "face", "house"}, Dissimilarities: []float64{18, 2, 20, 32, 32, 0},
		Labels:     map[string][]string{"subject": {"one", "two"}, "session": {"7", "8"}, "center": {"0.5", "1.25"}},
		Definition: rdm.Definition{Measure: "squared euclidean", Kind: rdm.SquaredDistance, PerChannel: true, Text: "as given in rsatoolbox.h5"},
	}
	if diff := cmp.Diff(want, r, same); diff != "" {
		t.Error(diff)
	}
	bare, err := exchange.ReadRDMs("testdata/reference/rsatoolbox_bare.h5")
	if err != nil {
		t.Fatal(err)
	}
	if bare.Conditions != nil || bare.Len() != 1 || bare.Definition.Measure != "distance" || len(bare.Labels) != 0 {
		t.Errorf("%+v", bare)
	}
	again, err := exchange.ReadRDMs("testdata/reference/rsatoolbox_again.h5")
	if err != nil {
		t.Fatal(err)
	}
	want = exampleRDMs()
	delete(want.Labels, "region") // which rsatoolbox reads, but saves no text that is not ASCII
	if diff := cmp.Diff(want, again, same); diff != "" {
		t.Errorf("after rsatoolbox read and saved it: %s", diff)
	}
}

// What people save in Octave and h5py under the names of the README is read.
func TestFilesMadeByHand(t *testing.T) {
	for _, path := range []string{"octave_dataset.mat", "h5py_dataset.h5"} {
		d, err := exchange.ReadDataset(filepath.Join("testdata", "reference", path))
		if err != nil {
			t.Error(err)
			continue
		}
		want := &dataset.Dataset{
			Shape: [3]int{2, 3, 2}, Times: []float64{0, 0.1}, F64: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
			Observation: map[string][]string{"condition": {"face", "house"}, "run": {"1", "2"}},
			Channel:     map[string][]string{"name": {"Fz", "Cz", "Pz"}}, Description: map[string]string{"subject": "ann"},
		}
		if diff := cmp.Diff(want, d, same); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	for name, want := range map[string]map[string][]string{
		"sessions": {"name": {"hIT | BE | Session: 1", "hIT | BE | Session: 2", "hIT | KO | Session: 1", "hIT | KO | Session: 2"}, "subject": {"BE", "BE", "KO", "KO"}, "session": {"1", "2", "1", "2"}},
		"numbered": {"name": {"a", "c", "b", "d"}, "subject": {"1", "1", "2", "2"}, "session": {"1", "2", "1", "2"}},
		"unnamed":  {"name": {"1", "2"}},
	} {
		r, err := exchange.ReadRDMs("testdata/reference/octave_toolbox.mat#" + name)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(want, r.Labels); diff != "" || !slices.Equal(r.RDV(1), []float64{1, 2, 3}) {
			t.Errorf("%s: %v, %s", name, r.Dissimilarities, diff)
		}
	}
}
