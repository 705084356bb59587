package network_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
)

// tiny is an architecture of one convolution, its normalization and a classifier
// with any number of classes.
var tiny = network.Architecture{
	Name: "tiny", Preprocessing: "none", Input: [3]int{3, 8, 8}, Standard: []string{"relu"},
	Draw: func(d *network.Drawing) {
		x := d.Image(3, 0, 0)
		x = d.Layer("conv").Conv(x, d.Parameter("conv.weight", 2, 3, 1, 1), "", onnx.ConvOptions{})
		p := func(name string) onnx.Value { return d.Parameter("bn."+name, 2) }
		o := onnx.BatchNormalizationOptions{Scale: p("weight"), Bias: p("bias"), Mean: p("running_mean"), Variance: p("running_var")}
		x = d.Layer("bn").BatchNormalization(x, o)
		x = d.Layer("relu").Relu(x)
		classes := d.Length("fc.weight", 0, 10)
		x = d.Flatten(d.Layer("pool").GlobalAveragePool(x), 1)
		d.Output(d.Layer("fc").Gemm(x, d.Parameter("fc.weight", classes, 2), "", onnx.GemmOptions{TransposeY: true}), "")
	},
}

// tinyShapes are the arrays of a checkpoint of tiny.
func tinyShapes() map[string][]int64 {
	return map[string][]int64{
		"conv.weight": {2, 3, 1, 1}, "bn.weight": {2}, "bn.bias": {2}, "bn.running_mean": {2}, "bn.running_var": {2}, "fc.weight": {10, 2},
	}
}

// arrays makes weights of shapes; a word before ": " is the group.
func arrays(shapes map[string][]int64) *network.Weights {
	w := &network.Weights{}
	for name, shape := range shapes {
		group, bare, found := strings.Cut(name, ": ")
		if !found {
			group, bare = "", name
		}
		load := func() (*onnx.Tensor, error) {
			count, _ := element.Elements(shape)
			lengths := make([]int, len(shape))
			for i, n := range shape {
				lengths[i] = int(n)
			}
			return onnx.NewTensor(bare, make([]float32, count), lengths...)
		}
		w.Arrays = append(w.Arrays, network.Array{Group: group, Name: bare, Shape: shape, Load: load})
	}
	return w
}

func TestOutline(t *testing.T) {
	net, err := tiny.Outline()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, layer := range net.Layers {
		names = append(names, layer.Name)
	}
	if got, want := strings.Join(names, " "), "conv bn relu pool fc"; got != want {
		t.Errorf("layers are %s, want %s: nodes without a name of their own are none", got, want)
	}
	if got := net.Parameters(); got != 6+2*2+20 {
		t.Errorf("%d parameters, want 30: running statistics are not trained", got)
	}
	if layers, err := net.Select([]string{"standard"}); err != nil || len(layers) != 1 || layers[0].Name != "relu" {
		t.Errorf("standard selects %v, %v", layers, err)
	}
}

// What wrappers and training add to names does not keep weights from fitting.
func TestWeightsFitWhateverIsWrappedAround(t *testing.T) {
	for name, change := range map[string]func(map[string][]int64){
		"as they are":        func(map[string][]int64) {},
		"counters":           func(s map[string][]int64) { s["bn.num_batches_tracked"] = nil },
		"another classifier": func(s map[string][]int64) { s["fc.weight"] = []int64{7, 2} },
		"module.":            func(s map[string][]int64) { rename(s, func(name string) string { return "module." + name }) },
		"model.module.":      func(s map[string][]int64) { rename(s, func(name string) string { return "model.module." + name }) },
		"with an optimizer": func(s map[string][]int64) {
			rename(s, func(name string) string { return "state_dict: module." + name })
			s["optimizer/state/0: momentum_buffer"] = []int64{2, 3, 1, 1}
			s["optimizer/state/1: momentum_buffer"] = []int64{2}
		},
	} {
		shapes := tinyShapes()
		change(shapes)
		net, err := tiny.Bind(arrays(shapes))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if w := net.Model.Initializer("conv.weight"); len(w.Data) != 4*6 {
			t.Errorf("%s: the network holds %d bytes of weights", name, len(w.Data))
		}
	}
}

// rename gives every array another name.
func rename(shapes map[string][]int64, to func(string) string) {
	for _, name := range slices.Collect(maps.Keys(shapes)) {
		shape := shapes[name]
		delete(shapes, name)
		shapes[to(name)] = shape
	}
}

func TestWeightsThatDoNotFitAreToldApart(t *testing.T) {
	shapes := tinyShapes()
	delete(shapes, "bn.bias")
	shapes["head.weight"] = []int64{3}
	shapes["conv.weight"] = []int64{2, 1, 1, 1}
	_, err := tiny.Bind(arrays(shapes))
	var mismatch *network.MismatchError
	if !errors.As(err, &mismatch) || mismatch.Count() != 3 {
		t.Fatalf("err = %v, want three arrays that do not fit", err)
	}
	for _, want := range []string{"not those of tiny", "1 missing: bn.bias", "1 unexpected: head.weight", "conv.weight is [2 1 1 1], not [2 3 1 1]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// Weights are told by their names and shapes; those of no known network say which
// one is nearest.
func TestOpenTellsArchitecturesApart(t *testing.T) {
	other := tiny
	other.Name = "other"
	other.Draw = func(d *network.Drawing) {
		x := d.Image(3, 0, 0)
		d.Output(d.Layer("conv").Conv(x, d.Parameter("features.weight", 9, 3, 3, 3), "", onnx.ConvOptions{}), "")
	}
	path := filepath.Join(t.TempDir(), "some weights.bin")
	write(t, path, tinyShapes())
	net, err := network.Open(path, other, tiny)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if net.Architecture != "tiny" || net.Name != "some weights" || net.Path != path {
		t.Errorf("opened %q as %q of %q", net.Path, net.Name, net.Architecture)
	}
	if w := net.Model.Initializer("fc.weight"); w.External == nil || w.External.Location != "some weights.bin" {
		t.Errorf("weights do not stay in their file: %+v", w.External)
	}
	shapes := tinyShapes()
	delete(shapes, "fc.weight")
	write(t, path, shapes)
	if _, err := network.Open(path, other, tiny); err == nil || !strings.Contains(err.Error(), "not those of tiny: 1 missing: fc.weight") {
		t.Errorf("err = %v, want one that names the nearest architecture and what it misses", err)
	}
}

// write makes a file of weights that are all zero.
func write(t *testing.T, path string, shapes map[string][]int64) {
	t.Helper()
	var tensors []safetensors.Content
	for name, shape := range shapes {
		count, _ := element.Elements(shape)
		tensors = append(tensors, safetensors.Float32(name, shape, make([]float32, count)))
	}
	if err := safetensors.Write(path, nil, tensors); err != nil {
		t.Fatal(err)
	}
}

func ExampleArchitecture_Bind() {
	net, err := tiny.Bind(arrays(tinyShapes()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(net.Architecture, net.Parameters(), net.Standard)
	// Output: tiny 30 [relu]
}
