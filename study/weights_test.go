package study_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/step"
)

// squeezeDrawn names the taps of SqueezeNet in the zoo as the reference does.
var squeezeDrawn = []string{
	"conv1=relu1", "fire2=fire2.concat", "fire3=fire3.concat", "fire4=fire4.concat", "fire5=fire5.concat", "fire6=fire6.concat",
	"fire7=fire7.concat", "fire8=fire8.concat", "fire9=fire9.concat", "conv10=relu10", "logits",
}

// The same weights as a graph, in both forms of PyTorch and as safetensors give
// the same responses to 1e-5, and those of the reference to 1e-3.
func TestSqueezeNetOfEveryFileOfWeights(t *testing.T) {
	data := realtest.Path(t)
	engine := enginetest.Open(t)
	responses := func(file string, layers []string) string {
		out := t.TempDir()
		activations := step.Activations{
			Network: filepath.Join(data, "squeezenet1_1", file), Layers: layers, Preprocessing: "squash-224", Out: out,
			Stimuli: filepath.Join(data, "objects92", "stimuli", "object_01.png"),
		}
		if err := activations.Run(t.Context(), environment(engine)); err != nil {
			t.Fatal(err)
		}
		return out
	}
	graph := responses("squeezenet1_1.onnx", squeezeLayers)
	reference, err := npy.Open(filepath.Join(data, "squeezenet1_1", "reference_activations_object_01.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer reference.Close()
	for _, file := range []string{"squeezenet1_1.pth", "squeezenet1_1_legacy.pth", "squeezenet1_1.safetensors"} {
		drawn := responses(file, squeezeDrawn)
		for _, layer := range reference.Names() {
			got, want := measurements(t, drawn, layer), measurements(t, graph, layer)
			if d := farthest(t, got, want); !(d <= 1e-5) {
				t.Errorf("%s, %s: differs from the graph by %g", file, layer, d)
			}
			stored, err := reference.Read(layer)
			if err != nil {
				t.Fatal(err)
			}
			if d := farthest(t, got, stored.Data.([]float32)); !(d <= 1e-3) {
				t.Errorf("%s, %s: differs from the reference by %g", file, layer, d)
			}
		}
	}
}

// measurements reads the responses of one layer.
func measurements(t *testing.T, folder, layer string) []float32 {
	t.Helper()
	d, err := dataset.Open(step.LayerFile(folder, layer))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return append([]float32(nil), d.F32...)
}

// From the published weights to the RDMs of 92 pictures: those of the reference
// to 1e-3.
func TestRDMsOfSqueezeNetWeightsAgreeWithTheReference(t *testing.T) {
	data := realtest.Path(t)
	out := t.TempDir()
	env := environment(enginetest.Open(t))
	activations := step.Activations{
		Network: filepath.Join(data, "squeezenet1_1", "squeezenet1_1.pth"), Stimuli: filepath.Join(data, "objects92", "stimuli"),
		Layers: squeezeDrawn, Preprocessing: "squash-224", Out: out,
	}
	if err := activations.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	stack, err := step.RDM{Folder: out, Label: "layer"}.Stack(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, stack, filepath.Join(data, "squeezenet1_1", "reference_rdms_92.npz"), 1e-3)
}

// agree compares a stack of layers with the RDMs of an archive, by the names of
// the layers.
func agree(t *testing.T, stack *rdm.RDMs, path string, bound float64) {
	t.Helper()
	reference, err := npy.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reference.Close()
	for i, layer := range stack.Labels["layer"] {
		array, err := reference.Read(layer)
		if err != nil {
			t.Fatal(err)
		}
		want, err := array.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		largest := 0.0
		for p, v := range stack.RDV(i) {
			largest = max(largest, math.Abs(v-want[p]))
		}
		if !(largest <= bound) {
			t.Errorf("%s differs from the reference by %g, want at most %g", layer, largest, bound)
		}
		t.Logf("%s differs by %.2g", layer, largest)
	}
}
