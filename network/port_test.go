package network_test

import (
	"archive/zip"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
)

// ported is the network of testdata/reference/ports.py with these layers before
// the flat ones.
func ported(name string, layers ...string) network.Architecture {
	return network.Architecture{
		Name: name, Preprocessing: "torchvision", Input: [3]int{3, 6, 4}, Standard: []string{"relu"},
		Ports: []network.Port{
			{Program: network.Keras, Modules: map[string]string{"block1_conv1": "conv", "block1_bn": "bn", "fc1": "fc6", "predictions": "fc7"}, Preprocessing: "keras-vgg"},
			{Program: network.MatConvNet, Modules: map[string]string{"conv1": "conv"}, Preprocessing: "matconvnet-227"},
		},
		Draw: func(d *network.Drawing) {
			x := d.Image(3, 6, 4)
			for _, layer := range layers {
				x = spatial(d, x, layer)
			}
			x = d.Flatten(x, 1)
			x = connected(d, x, "fc6", [2]int{24, 5})
			x = d.Layer("relu6").Relu(x)
			d.Output(connected(d, x, "fc7", [2]int{5, d.Length("fc7.weight", 0, 10)}), "")
		},
	}
}

// spatial draws a layer whose responses are pictures.
func spatial(d *network.Drawing, x onnx.Value, layer string) onnx.Value {
	switch layer {
	case "conv":
		return d.Layer(layer).Conv(x, d.Parameter("conv.weight", 4, 3, 3, 3), d.Parameter("conv.bias", 4), onnx.ConvOptions{Pads: []int{1, 1, 1, 1}})
	case "bn":
		p := func(name string) onnx.Value { return d.Parameter("bn."+name, 4) }
		o := onnx.BatchNormalizationOptions{Scale: p("weight"), Bias: p("bias"), Mean: p("running_mean"), Variance: p("running_var"), Epsilon: 1e-3}
		return d.Layer(layer).BatchNormalization(x, o)
	case "relu":
		return d.Layer(layer).Relu(x)
	case "norm": // ONNX divides by the neighbors itself
		return d.Layer(layer).Node("LRN", []onnx.Value{x}, onnx.NewAttribute("size", 3),
			onnx.NewAttribute("alpha", float32(.3)), onnx.NewAttribute("beta", float32(.75)), onnx.NewAttribute("bias", float32(2)))
	case "other norm":
		return d.Layer(layer).Node("LRN", []onnx.Value{x}, onnx.NewAttribute("size", 5))
	default:
		return d.Layer(layer).MaxPool(x, onnx.PoolOptions{Kernel: []int{2, 2}, Strides: []int{2, 2}})
	}
}

// connected draws a fully connected layer.
func connected(d *network.Drawing, x onnx.Value, layer string, units [2]int) onnx.Value {
	w := d.Parameter(layer+".weight", units[1], units[0])
	return d.Layer(layer).Gemm(x, w, d.Parameter(layer+".bias", units[1]), onnx.GemmOptions{TransposeY: true})
}

var (
	portedKeras      = ported("ported-keras", "conv", "bn", "relu", "pool")
	portedMatConvNet = ported("ported-matconvnet", "conv", "relu", "norm", "pool")
)

// ports are the files of other programs, and what their network is.
var ports = map[string]string{
	"keras1.h5": "keras", "keras2.h5": "keras", "keras2-whole.h5": "keras", "keras3.weights.h5": "keras", "keras3-old.weights.h5": "keras", "keras3.keras": "keras",
	"simplenn.mat": "matconvnet", "simplenn-old.mat": "matconvnet", "dagnn.mat": "matconvnet",
}

// portNumbers is what NumPy computed.
type portNumbers struct {
	Pictures          []float32
	Keras, MatConvNet map[string][]float64
	Average, Color    []float32
}

// Every layer is what NumPy computes from the numbers that h5py and SciPy wrote.
func TestWeightsOfOtherProgramsComputeTheSame(t *testing.T) {
	e := enginetest.Open(t)
	var want portNumbers
	realtest.Reference(t, "ports.json", &want)
	for name, program := range ports {
		layers := map[string]map[string][]float64{"keras": want.Keras, "matconvnet": want.MatConvNet}[program]
		net := openPort(t, name)
		if net.Architecture != "ported-"+program {
			t.Errorf("%s: opened as %s", name, net.Architecture)
			continue
		}
		for i, response := range respond(t, e, net, want.Pictures) {
			layer := net.Layers[i].Name
			if d := difference(response.Data.([]float32), layers[layer]); !(d < 3e-6) { // sums of float32 that nearly cancel
				t.Errorf("%s: layer %s differs by %.2g of its norm", name, layer, d)
			}
		}
	}
}

func openPort(t *testing.T, name string) *network.Network {
	t.Helper()
	net, err := network.Open(filepath.Join("testdata", "reference", name), portedKeras, portedMatConvNet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

// respond gives the responses of all layers to the pictures.
func respond(t *testing.T, e *engine.Engine, net *network.Network, pictures []float32) []engine.Tensor {
	t.Helper()
	var values []string
	for _, layer := range net.Layers {
		values = append(values, layer.Value)
	}
	tapped, err := net.Model.Tap(values...)
	if err != nil {
		t.Fatal(err)
	}
	session, err := e.NewSession(tapped, engine.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	results, err := session.Run(t.Context(), []engine.Tensor{{Shape: []int{3, 3, 6, 4}, Data: pictures}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { results.Close() })
	return results.Tensors
}

// difference is |a - b| / |b|; NaN where they are not as long.
func difference(got []float32, want []float64) float64 {
	if len(got) != len(want) {
		return math.NaN()
	}
	square, norm := 0.0, 0.0
	for i, w := range want {
		square += (float64(got[i]) - w) * (float64(got[i]) - w)
		norm += w * w
	}
	return math.Sqrt(square / norm)
}

// The preset is that of the program, and the average picture that of the file.
func TestWeightsSayHowPicturesAreToBe(t *testing.T) {
	var want portNumbers
	realtest.Reference(t, "ports.json", &want)
	for name, c := range map[string]struct {
		preset string
		size   [2]int
		values []float32
	}{
		"keras2.h5":        {"keras-vgg", [2]int{}, nil},
		"simplenn.mat":     {"matconvnet-227", [2]int{6, 4}, want.Average},
		"dagnn.mat":        {"matconvnet-227", [2]int{6, 4}, want.Average},
		"simplenn-old.mat": {"matconvnet-227", [2]int{1, 1}, want.Color},
	} {
		net := openPort(t, name)
		if net.Preprocessing != c.preset {
			t.Errorf("%s: preset %q, want %q", name, net.Preprocessing, c.preset)
		}
		a := net.Average
		if a == nil {
			a = &network.Average{}
		}
		if [2]int{a.Height, a.Width} != c.size || !slices.Equal(a.Values, c.values) {
			t.Errorf("%s: average of %d × %d: %v, want %v: %v", name, a.Height, a.Width, a.Values, c.size, c.values)
		}
	}
}

// What does not fit is said in the words of the program.
func TestMismatchesOfOtherPrograms(t *testing.T) {
	other := ported("other", "conv", "bn", "relu", "pool")
	other.Ports[0].Modules["block2_bn"] = "bn2"
	draw := other.Draw
	other.Draw = func(d *network.Drawing) { draw(d); d.Parameter("bn2.weight", 4) }
	moved := ported("moved", "conv", "relu", "pool", "norm")
	normed := ported("normed", "conv", "relu", "other norm", "pool")
	for _, c := range []struct {
		file string
		a    network.Architecture
		want string
	}{
		{"keras2.h5", other, "not those of other: 1 missing: block2_bn.weight"},
		{"keras2.h5", portedMatConvNet, "4 unexpected: block1_bn.bias, block1_bn.running_mean"},
		{"simplenn.mat", portedKeras, "4 missing: bn.weight"},
		{"dagnn.mat", moved, "1 of another kind: step 3 is LRN(3, 2, 0.1, 0.75), not MaxPool"},
		{"simplenn.mat", moved, "1 of another kind: step 3 is LRN(3, 2, 0.1, 0.75), not MaxPool"},
		{"simplenn-old.mat", normed, "1 of another kind: step 3 is LRN(3, 2, 0.1, 0.75), not LRN(5, 1, 2e-05, 0.75)"},
	} {
		_, err := network.Open(filepath.Join("testdata", "reference", c.file), c.a)
		var mismatch *network.MismatchError
		if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as %s: err = %v, want a mismatch with %q", c.file, c.a.Name, err, c.want)
		}
	}
}

// Files of the same formats that hold other things are no weights.
func TestOtherFilesAreNoWeights(t *testing.T) {
	for name := range ports {
		if path := filepath.Join("testdata", "reference", name); !network.HoldsWeights(path) {
			t.Errorf("%s is not taken for weights", name)
		}
	}
	for path, want := range map[string]string{
		"../format/hdf5/testdata/reference/small.h5":  "holds no weights of Keras",
		"../format/mat/testdata/reference/" + aMat(t): "holds no network of MatConvNet",
	} {
		if network.HoldsWeights(path) {
			t.Errorf("%s is taken for weights", path)
		}
		if _, err := network.ReadWeights(path); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("err = %v, want one with %q", err, want)
		}
	}
}

// aMat is the name of a file that MATLAB or a program like it wrote.
func aMat(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("../format/mat/testdata/reference/*.mat")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no files of MATLAB")
	}
	for _, path := range files {
		if head, err := os.ReadFile(path); err == nil && strings.HasPrefix(string(head), "MATLAB 5.0") {
			return filepath.Base(path)
		}
	}
	t.Fatal("there is no file of version 5")
	return ""
}

// archived writes a zip archive of members, by name and content in turn.
func archived(t *testing.T, method uint16, members ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.keras")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i := 0; i < len(members); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: members[i], Method: method})
		if err == nil {
			_, err = w.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArchivesWithoutWeights(t *testing.T) {
	for want, path := range map[string]string{
		"it has no member model.weights.h5": archived(t, zip.Store, "metadata.json", "{}", "model.weights.npz", "x"),
		"it is compressed: unpack":          archived(t, zip.Deflate, "metadata.json", "{}", "model.weights.h5", "x"),
		"this is no HDF5 file":              archived(t, zip.Store, "metadata.json", "{}", "model.weights.h5", "x"),
		"none of PyTorch, safetensors":      archived(t, zip.Store, "notes.txt", "x"),
	} {
		if _, err := network.ReadWeights(path); !strings.Contains(fmt.Sprint(err), want) || !strings.Contains(fmt.Sprint(err), path) {
			t.Errorf("err = %v, want one with %q", err, want)
		}
	}
}

func ExampleReadWeights() {
	w, err := network.ReadWeights("testdata/reference/keras2.h5")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	fmt.Println(w.Program)
	for _, a := range w.Arrays {
		fmt.Println(a.Name, a.Shape)
	}
	// Output:
	// Keras
	// block1_bn.bias [4]
	// block1_bn.weight [4]
	// block1_bn.running_mean [4]
	// block1_bn.running_var [4]
	// block1_conv1.bias [4]
	// block1_conv1.weight [4 3 3 3]
	// fc1.bias [5]
	// fc1.weight [5 24]
	// predictions.bias [2]
	// predictions.weight [2 5]
}
