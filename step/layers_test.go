package step_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// layersIn makes a folder of activations of copies of a layer.
func layersIn(t *testing.T, path string, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		ds, err := dataset.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		ds.Description["layer"] = name
		if err := ds.Write(step.LayerFile(folder, name)); err != nil {
			t.Fatal(err)
		}
		ds.Close()
	}
	if err := os.WriteFile(filepath.Join(folder, "layers.txt"), []byte(strings.Join(names, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Layers are weighed one by one, those that were chosen, in the order of the
// network, as each would be alone.
func TestLayersAreWeighedOneByOne(t *testing.T) {
	layer, subjects := weighable(t)
	alone := step.Weigh{Responses: layer, Subjects: []step.Source{subjects}, Penalties: []float64{0.1}, Folds: rsa.Folds{Seed: 1}}
	want, err := alone.Weigh(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	s := step.WeighLayers{Folder: layersIn(t, layer, "c/1", "c2", "fc"), Layers: []string{"fc", "c/1"}, Weigh: alone, Out: out}
	if err := s.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile(filepath.Join(out, "layers.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(table)) {
		names = append(names, strings.SplitN(line, "\t", 2)[0])
	}
	if !slices.Equal(names, []string{"layer", "c/1", "fc"}) {
		t.Errorf("rows %q", names)
	}
	data, err := os.ReadFile(filepath.Join(out, "c_1", "rdm.npz"))
	if err != nil || len(data) == 0 {
		t.Error(err)
	}
	found := &step.WeighedLayers{}
	if data, err = os.ReadFile(filepath.Join(out, "weigh.json")); err == nil {
		err = json.Unmarshal(data, found)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Layers) != 2 || found.Layers[1].Score != want.Score || found.Layers[1].Unweighted != want.Unweighted {
		t.Errorf("%+v, want the score %v", found.Layers, want.Score)
	}
	s.Layers = []string{"fcc"}
	if err := s.Run(t.Context(), without()); err == nil || !strings.Contains(err.Error(), `no layer is called "fcc"; did you mean fc?`) {
		t.Errorf("err = %v, want one that names what is near", err)
	}
}

// The RDMs of all remixed layers lie together, each as it is alone.
func TestLayersAreRemixedOneByOne(t *testing.T) {
	fitted, tested := faces(t, 1, "late", 20), faces(t, 2, "late", 12)
	alone := step.Remix{Fitted: fitted, Responses: tested, Classes: "kind", Out: filepath.Join(t.TempDir(), "alone")}
	if err := alone.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	s := step.RemixLayers{Fitted: layersIn(t, fitted, "a", "late"), Tested: layersIn(t, tested, "a", "late"), Remix: alone, Out: out}
	if err := s.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	one, err := rdm.Open(filepath.Join(alone.Out, "rdm.npz"))
	if err != nil {
		t.Fatal(err)
	}
	both, err := rdm.Open(filepath.Join(out, "rdm.npz"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(both.Labels["layer"], []string{"a remixed", "late remixed"}) || !slices.Equal(both.RDV(1), one.RDV(0)) || !slices.Equal(both.Conditions, one.Conditions) {
		t.Errorf("%+v, want twice %+v", both, one)
	}
}
