package network_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
)

// small builds a network of one convolution and one rectification, named as
// exporters name the parts of modules.
func small(t testing.TB, inputs ...string) *onnx.Model {
	t.Helper()
	g := onnx.NewBuilder("small")
	var x onnx.Value
	for _, name := range inputs {
		x = g.Input(name, onnx.Float32, "n", 3, 8, 8)
	}
	w := g.Weights("w", make([]float32, 2*3), 2, 3, 1, 1)
	x = g.As("/features/features.0/squeeze/Conv").Node("Conv", []onnx.Value{x, w})
	x = g.As("/features/features.1/Relu").Node("Relu", []onnx.Value{x})
	g.Output(g.GlobalAveragePool(x), "logits")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestLayersHaveReadableNames(t *testing.T) {
	net, err := network.New("small", small(t, "data"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, layer := range net.Layers {
		names = append(names, layer.Name)
	}
	if got, want := strings.Join(names, " "), "features.0.squeeze/conv features.1/relu logits"; got != want {
		t.Errorf("layers are %s, want %s", got, want)
	}
}

func TestSelect(t *testing.T) {
	net, err := network.New("small", small(t, "data"))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := net.Select([]string{"logits", "conv1=features.0.squeeze/conv"})
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 2 || layers[0].Name != "logits" || layers[1].Name != "conv1" || layers[1].Op != "Conv" {
		t.Errorf("selected %+v", layers)
	}
	if all, err := net.Select([]string{"all"}); err != nil || len(all) != 3 {
		t.Errorf("all selects %d layers, %v", len(all), err)
	}
	for word, want := range map[string]string{
		"features.1/rely": "did you mean features.1/relu?",
		"nowhere":         "'isocortex info' lists",
	} {
		if _, err := net.Select([]string{word}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: err = %v, want %q", word, err, want)
		}
	}
	if _, err := net.Select([]string{"logits", "logits"}); err == nil || !strings.Contains(err.Error(), "named twice") {
		t.Errorf("err = %v", err)
	}
}

func TestOpenRefusesWhatTakesNoPictures(t *testing.T) {
	if _, err := network.New("two", small(t, "a", "b")); err == nil || !strings.Contains(err.Error(), "has 2: a, b") {
		t.Errorf("err = %v, want one that names both inputs", err)
	}
	path := filepath.Join(t.TempDir(), "two.onnx")
	if err := small(t, "a", "b").Write(path); err != nil {
		t.Fatal(err)
	}
	var parse *file.ParseError
	if _, err := network.Open(path); !errors.As(err, &parse) || parse.Path != path {
		t.Errorf("err = %v, want one that names the file", err)
	}
}

func TestOpenNamesTheNetworkAfterItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tiny.onnx")
	if err := small(t, "data").Write(path); err != nil {
		t.Fatal(err)
	}
	net, err := network.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if net.Name != "tiny" || net.Path != path || net.Parameters() != 6 {
		t.Errorf("name %q, path %q, %d parameters", net.Name, net.Path, net.Parameters())
	}
}

func ExampleNetwork_Select() {
	g := onnx.NewBuilder("one layer")
	x := g.Input("data", onnx.Float32, "n", 3, 8, 8)
	g.Output(g.As("/features/features.0/Relu").Node("Relu", []onnx.Value{x}), "")
	model, _ := g.Model()
	net, _ := network.New("example", model)
	layers, _ := net.Select([]string{"all"})
	fmt.Println(len(layers), layers[0].Op)
	// Output: 1 Relu
}

// The real SqueezeNet has the layers that its study names.
func TestSqueezeNet(t *testing.T) {
	path := realtest.Path(t, "squeezenet1_1", "squeezenet1_1.onnx")
	net, err := network.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if got := net.Parameters(); got != 1235496 {
		t.Errorf("%d parameters, want 1235496", got)
	}
	if _, err := net.Select([]string{"conv1=features.1/relu", "fire2=features.3/concat", "conv10=classifier.2/relu", "logits"}); err != nil {
		t.Error(err)
	}
}
