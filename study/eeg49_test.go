package study_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// environment is what steps of tests share.
func environment(e *engine.Engine) *step.Env {
	return &step.Env{Seed: 1, Open: func() (*engine.Engine, error) { return e, nil }}
}

// peaks are the published peaks of one network, in testdata/reference.
type peaks map[string]struct {
	Score float64 `json:"peak_kendall_tau_b"`
	Time  float64 `json:"peak_ms"`
}

// The study of the examples finds the peaks that NumPy, SciPy and PyTorch find:
// on the given RDMs of VGG-16 to 1e-6, from pictures through SqueezeNet to 0.01.
func TestEEGStudyAgreesWithTheReference(t *testing.T) {
	data := realtest.Path(t)
	e := enginetest.Open(t)
	reference := readReference(t)
	found := runEEG(t, e, data)
	if found.NoiseCeiling != nil || found.NoiseCeilingReason == "" {
		t.Errorf("one group RDM has the noise ceiling %v, reason %q: want none and why", found.NoiseCeiling, found.NoiseCeilingReason)
	}
	if found.Matched != dataset.ByLabel || found.Pairs != 1176 {
		t.Errorf("matched by %s over %d pairs", found.Matched, found.Pairs)
	}
	seen := 0
	for _, m := range found.Models {
		tolerance, latency := 1e-6, 1e-9
		want, known := reference.VGG16[m.Name]
		if m.Network == "SqueezeNet" {
			tolerance, latency = 0.01, 0.0021 // half a sample at 256 Hz is 1.95 ms
			want, known = reference.SqueezeNet[m.Name]
		}
		if !known {
			t.Errorf("%s %s is not in the reference", m.Network, m.Name)
			continue
		}
		seen++
		if d := math.Abs(float64(m.Peak.Score) - want.Score); !(d <= tolerance) {
			t.Errorf("%s %s: peak %.8f, want %.8f to %g", m.Network, m.Name, m.Peak.Score, want.Score, tolerance)
		}
		if d := math.Abs(float64(m.Peak.Time) - want.Time/1000); !(d <= latency) {
			t.Errorf("%s %s: peak at %.3f ms, want %.3f ms", m.Network, m.Name, 1000*m.Peak.Time, want.Time)
		}
	}
	if seen != 33 {
		t.Errorf("%d models agree or not, want 33", seen)
	}
}

// readReference reads the published peaks.
func readReference(t *testing.T) (reference struct {
	VGG16      peaks `json:"vgg16"`
	SqueezeNet peaks `json:"squeezenet"`
},
) {
	t.Helper()
	realtest.Reference(t, "eeg49.json", &reference)
	return reference
}

// runEEG carries out the study of the examples without its test and intervals,
// and returns its scores.
func runEEG(t *testing.T, e *engine.Engine, data string) *rsa.Result {
	t.Helper()
	out := runExample(t, e, "eeg49", data, "inference.test=none", "inference.bootstrap.over=conditions", "inference.bootstrap.draws=20")
	return readScores(t, filepath.Join(out, "rsa", "EEG of 23 people", "kendall-tau-b.json"))
}

// runExample carries out a study of the examples on the data, wherever they are,
// and returns its result folder.
func runExample(t *testing.T, e *engine.Engine, name, data string, set ...string) string {
	t.Helper()
	absolute, err := filepath.Abs(data)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "examples", name))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "study.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("../../../shared/data"), []byte(filepath.ToSlash(absolute)))
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(path, study.Options{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "result")
	if err := s.Run(t.Context(), out, environment(e), study.Local{}); err != nil {
		t.Fatal(err)
	}
	return out
}

// readScores reads the scores of a result.
func readScores(t *testing.T, path string) *rsa.Result {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found rsa.Result
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	return &found
}

// squeezeLayers names the taps of SqueezeNet as the reference does.
var squeezeLayers = []string{
	"conv1=features.1/relu", "fire2=features.3/concat", "fire3=features.4/concat", "fire4=features.6/concat",
	"fire5=features.7/concat", "fire6=features.9/concat", "fire7=features.10/concat", "fire8=features.11/concat",
	"fire9=features.12/concat", "conv10=classifier.2/relu", "logits",
}

// From a picture to every layer of SqueezeNet, activations agree with those that
// PyTorch computed to 1e-3.
func TestSqueezeNetActivationsAgreeWithTheReference(t *testing.T) {
	data := realtest.Path(t)
	out := t.TempDir()
	activations := step.Activations{
		Network: filepath.Join(data, "squeezenet1_1", "squeezenet1_1.onnx"),
		Stimuli: filepath.Join(data, "objects92", "stimuli", "object_01.png"),
		Layers:  squeezeLayers, Preprocessing: "squash-224", Out: out,
	}
	if err := activations.Run(t.Context(), environment(enginetest.Open(t))); err != nil {
		t.Fatal(err)
	}
	reference, err := npy.Open(filepath.Join(data, "squeezenet1_1", "reference_activations_object_01.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer reference.Close()
	for _, layer := range reference.Names() {
		want, err := reference.Read(layer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := dataset.Open(step.LayerFile(out, layer))
		if err != nil {
			t.Fatal(err)
		}
		if d := farthest(t, got.F32, want.Data.([]float32)); !(d <= 1e-3) {
			t.Errorf("%s differs from the reference by %g, want at most 1e-3", layer, d)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The logits of stored inputs are those stored beside them, to 2e-4.
func TestSqueezeNetLogitsAgreeWithStoredPairs(t *testing.T) {
	folder := realtest.Path(t, "squeezenet1_1")
	net, err := network.Open(filepath.Join(folder, "squeezenet1_1.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	session, err := enginetest.Open(t).NewSession(net.Model, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for i := range 2 {
		input, err := npy.Read(filepath.Join(folder, "io", fmt.Sprintf("input_%d.npy", i)))
		if err != nil {
			t.Fatal(err)
		}
		want, err := npy.Read(filepath.Join(folder, "io", fmt.Sprintf("output_%d.npy", i)))
		if err != nil {
			t.Fatal(err)
		}
		results, err := session.Run(t.Context(), []engine.Tensor{{Shape: input.Shape, Data: input.Data}})
		if err != nil {
			t.Fatal(err)
		}
		if d := farthest(t, results.Tensors[0].Data.([]float32), want.Data.([]float32)); !(d <= 2e-4) {
			t.Errorf("pair %d differs by %g, want at most 2e-4", i, d)
		}
		if err := results.Close(); err != nil {
			t.Error(err)
		}
	}
}

// farthest returns the largest difference of two vectors of one length.
func farthest(t *testing.T, a, b []float32) float64 {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d and %d numbers", len(a), len(b))
	}
	largest := 0.0
	for i := range a {
		largest = max(largest, math.Abs(float64(a[i])-float64(b[i])))
	}
	return largest
}

// The RDMs of SqueezeNet agree with the stored ones: the ranks, which are what
// is compared, and the numbers as far as resizing allows.
func TestSqueezeNetRDMsAgreeWithTheReference(t *testing.T) {
	data := realtest.Path(t)
	out := t.TempDir()
	env := environment(enginetest.Open(t))
	activations := step.Activations{
		Network: filepath.Join(data, "squeezenet1_1", "squeezenet1_1.onnx"),
		Stimuli: filepath.Join(data, "eeg49", "stimuli"),
		Layers:  squeezeLayers, Preprocessing: "squash-224", Out: out,
	}
	if err := activations.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	stack, err := step.RDM{Folder: out, Label: "layer"}.Stack(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, stack, filepath.Join(data, "squeezenet1_1", "reference_rdms_49.npz"), 0.01)
	if !slices.IsSortedFunc(stack.Conditions, dataset.CompareLabels) {
		t.Error("conditions are not in natural order")
	}
}
