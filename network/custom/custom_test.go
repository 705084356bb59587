package custom_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/custom"
	"github.com/isocortex/isocortex/network/zoo"
)

const recurrent = `network: 1
input: {channels: 3, height: 16, width: 16}
preprocessing: unit-16
weights: {seed: 7}
standard: [relu1, V4.output@t1, pool]
layers:
  - {conv: conv1, to: 6, kernel: 5, stride: 2, pad: 2}
  - {relu: relu1}
  - block: V4
    times: 3
    layers:
      - {conv: conv, to: 6, kernel: 3, pad: 1}
      - {norm: norm}
      - {add: sum, with: input}
      - {relu: output}
  - {avgpool: pool}
  - {fc: fc, to: 4}
`

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, text string) *network.Network {
	t.Helper()
	net, err := custom.Open(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

func ExampleOpen() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "small.yaml")
	os.WriteFile(path, []byte(recurrent), 0o666)
	net, err := custom.Open(path)
	if err != nil {
		panic(err)
	}
	layers, _ := net.Select([]string{"standard"})
	for _, layer := range layers {
		fmt.Println(layer.Name, layer.Op)
	}
	fmt.Println(net.Parameters(), "parameters")
	// Output:
	// relu1 Relu
	// V4.output@t1 Relu
	// pool GlobalAveragePool
	// 826 parameters
}

// respond gives the responses of layers to two pictures of noise.
func respond(t *testing.T, net *network.Network, layers ...string) map[string][]float32 {
	t.Helper()
	selected, err := net.Select(layers)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, layer := range selected {
		values = append(values, layer.Value)
	}
	tapped, err := net.Model.Tap(values...)
	if err != nil {
		t.Fatal(err)
	}
	session, err := enginetest.Open(t).NewSession(tapped, engine.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	pixels := make([]float32, 2*3*16*16)
	for i := range pixels {
		pixels[i] = float32(math.Sin(float64(i * i)))
	}
	results, err := session.Run(t.Context(), []engine.Tensor{{Shape: []int{2, 3, 16, 16}, Data: pixels}})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	responses := map[string][]float32{}
	for i, layer := range selected {
		responses[layer.Name] = append([]float32(nil), results.Tensors[i].Data.([]float32)...)
	}
	return responses
}

// A step of a block is the same layers again, on what the step before gave: a
// network that is written out, with the same weights, gives the same bits.
func TestRecurrenceIsTheSameLayersAgain(t *testing.T) {
	net := open(t, recurrent)
	if got := net.Model.Initializer("V4.conv.weight"); got == nil {
		t.Fatal("no V4.conv.weight")
	}
	const step = `  - {conv: c%d, to: 6, kernel: 3, pad: 1}
  - {norm: n%[1]d}
  - {add: s%[1]d, with: relu1}
  - {relu: o%[1]d}
`
	head, _, _ := strings.Cut(recurrent, "  - block")
	text := strings.Replace(head, ", V4.output@t1, pool", "", 1) + fmt.Sprintf(step, 0) + fmt.Sprintf(step, 1) + fmt.Sprintf(step, 2)
	written := open(t, text)
	for i := range 3 {
		for _, part := range []string{"weight", "bias"} {
			written.Model.Initializer(fmt.Sprintf("c%d.%s", i, part)).Data = net.Model.Initializer("V4.conv." + part).Data
		}
	}
	got := respond(t, net, "V4.output@t0", "V4.output@t1", "V4.output@t2")
	want := respond(t, written, "o0", "o1", "o2")
	for i := range 3 {
		if g, w := got[fmt.Sprintf("V4.output@t%d", i)], want[fmt.Sprintf("o%d", i)]; !reflect.DeepEqual(g, w) {
			t.Errorf("step %d differs", i)
		}
	}
	if reflect.DeepEqual(got["V4.output@t1"], got["V4.output@t2"]) {
		t.Error("two steps give the same")
	}
}

const cornetZ = `network: 1
input: {channels: 3}
weights: {seed: 1}
layers:
  - {block: V1, layers: [{conv: conv, to: 64, kernel: 7, stride: 2, pad: 3}, {relu: relu}, {maxpool: output, kernel: 3, stride: 2, pad: 1}]}
  - {block: V2, layers: [{conv: conv, to: 128, kernel: 3, pad: 1}, {relu: relu}, {maxpool: output, kernel: 3, stride: 2, pad: 1}]}
  - {block: V4, layers: [{conv: conv, to: 256, kernel: 3, pad: 1}, {relu: relu}, {maxpool: output, kernel: 3, stride: 2, pad: 1}]}
  - {block: IT, layers: [{conv: conv, to: 512, kernel: 3, pad: 1}, {relu: relu}, {maxpool: output, kernel: 3, stride: 2, pad: 1}]}
  - {block: decoder, layers: [{avgpool: avgpool}, {fc: linear, to: 1000}]}
`

const alexNet = `network: 1
input: {channels: 3, height: 227, width: 227}
weights: {seed: 1}
layers:
  - {conv: conv1, to: 96, kernel: 11, stride: 4}
  - {relu: relu1}
  - {lrn: norm1, size: 5}
  - {maxpool: pool1, kernel: 3, stride: 2}
  - {conv: conv2, to: 256, kernel: 5, pad: 2, groups: 2}
  - {relu: relu2}
  - {lrn: norm2, size: 5}
  - {maxpool: pool2, kernel: 3, stride: 2}
  - {conv: conv3, to: 384, kernel: 3, pad: 1}
  - {relu: relu3}
  - {conv: conv4, to: 384, kernel: 3, pad: 1, groups: 2}
  - {relu: relu4}
  - {conv: conv5, to: 256, kernel: 3, pad: 1, groups: 2}
  - {relu: relu5}
  - {maxpool: pool5, kernel: 3, stride: 2}
  - {fc: fc6, to: 4096}
  - {relu: relu6}
  - {fc: fc7, to: 4096}
  - {relu: relu7}
  - {fc: fc8, to: 1000}
`

// A network of the zoo that is described is the same graph, node by node, with
// the same parameters. (Those of the zoo are compared with PyTorch.)
func TestDescribedNetworksAreThoseOfTheZoo(t *testing.T) {
	for name, text := range map[string]string{"cornet-z": cornetZ, "alexnet-original": alexNet} {
		a, err := zoo.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := a.Outline()
		if err != nil {
			t.Fatal(err)
		}
		got := open(t, text)
		if !reflect.DeepEqual(got.Model.Graph.Nodes, want.Model.Graph.Nodes) {
			t.Errorf("%s: the nodes differ", name)
		}
		if !reflect.DeepEqual(got.Layers, want.Layers) {
			t.Errorf("%s: the layers differ", name)
		}
		for _, p := range a.Parameters() {
			if tensor := got.Model.Initializer(p.Name); tensor == nil || fmt.Sprint(tensor.Shape) != fmt.Sprint(p.Shape) {
				t.Errorf("%s: parameter %s differs", name, p.Name)
			}
		}
	}
}

// Weights of a seed have the mean and variance of He et al., and are the same
// every time; those of another seed are others.
func TestWeightsOfASeed(t *testing.T) {
	values := func(text string) []float32 {
		data := open(t, text).Model.Initializer("IT.conv.weight").Data
		values := make([]float32, len(data)/4)
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		return values
	}
	first, again, other := values(cornetZ), values(cornetZ), values(strings.Replace(cornetZ, "seed: 1", "seed: 2", 1))
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gives other weights")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gives the same weights")
	}
	sum, squares := 0.0, 0.0
	for _, v := range first {
		sum, squares = sum+float64(v), squares+float64(v)*float64(v)
	}
	n := float64(len(first))
	variance := 2.0 / (256 * 9)
	// Five standard errors of the mean and of the variance of normal numbers.
	if math.Abs(sum/n) > 5*math.Sqrt(variance/n) || math.Abs(squares/n-variance) > 5*variance*math.Sqrt(2/n) {
		t.Errorf("mean %g, variance %g, want 0 and %g", sum/n, squares/n, variance)
	}
}

// The size that a walk counts with is that of the responses.
func TestSizesAreThoseOfTheEngine(t *testing.T) {
	e := enginetest.Open(t)
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(what string, from, to int) int { return rapid.IntRange(from, to).Draw(rt, what) }
		kernel := draw("kernel", 1, 5)
		text := fmt.Sprintf(`network: 1
input: {channels: 2, height: %d, width: %d}
weights: {seed: 1}
layers:
  - {conv: a, to: 3, kernel: %d, stride: %d, pad: %d}
  - {maxpool: b, kernel: 2, stride: %d}
  - {fc: c, to: 2}
`, draw("height", 9, 20), draw("width", 9, 20), kernel, draw("stride", 1, 3), draw("pad", 0, 2), draw("pooled", 1, 2))
		net, err := custom.Open(write(t, text))
		if err != nil {
			rt.Fatal(err)
		}
		defer net.Close()
		session, err := e.NewSession(net.Model, engine.Options{Threads: 1})
		if err != nil {
			rt.Fatal(err)
		}
		defer session.Close()
		shape := []int{1, 2, int(net.Input.Shape[2].Value), int(net.Input.Shape[3].Value)}
		results, err := session.Run(t.Context(), []engine.Tensor{{Shape: shape, Data: make([]float32, 2*shape[2]*shape[3])}})
		if err != nil {
			rt.Fatal(err)
		}
		results.Close()
	})
}

// What is wrong is said with its line and column.
func TestWrongDescriptions(t *testing.T) {
	const head = "network: 1\ninput: {channels: 3, height: 8, width: 8}\nweights: {seed: 1}\nlayers:\n"
	for text, want := range map[string]string{
		"":             "1:1: cannot be read as YAML: the file is empty",
		"network: 2\n": `1:10: a description of a network begins with "network: 1"`,
		"- a\n":        "1:1: here must be keys with values",
		"network: 1\nweights: {seed: 1, file: a.pth}\nlayers: []\n": "2:10: weights need a seed or a file",
		"network: 1\ninput: {channels: 3, height: 2}\nlayers: []\n": "2:8: input needs channels, and both of height and width or none",
		head[:len(head)-8]:                                                                                `the key "layers" needs a list of layers`,
		head + "  - {convv: a, to: 3}\n":                                                                  `5:5: a layer needs its kind with its name, such as conv: conv1; kinds are conv, fc, norm, lrn, relu, tanh, sigmoid, maxpool, avgpool, add, block; did you mean conv?`,
		head + "  - {conv: a, kernel: 3}\n":                                                               `5:5: conv "a" needs the key "to"`,
		head + "  - {conv: a, to: 3, kernle: 3}\n":                                                        `5:22: key "kernle" is unknown here; did you mean kernel?`,
		head + "  - {conv: a, to: x, kernel: 3}\n":                                                        `5:19: key "to" must be a whole number from 0 to 1048576, not "x"`,
		head + "  - {conv: a, to: 3, kernel: 0}\n":                                                        `5:30: key "kernel" must be 1 or more`,
		head + "  - {conv: a, to: 3, kernel: 9}\n":                                                        `5:5: conv "a" has a kernel of 9, and is given 3 channels of 8 × 8`,
		head + "  - {relu: a@b}\n":                                                                        `5:12: "a@b" cannot name a layer`,
		head + "  - {relu: a}\n  - {tanh: a}\n":                                                           `6:5: two layers are called "a"`,
		head + "  - {relu: a}\n  - {add: b, with: c}":                                                     `6:5: add "b" is with "c", which is no layer before it`,
		head + "  - {fc: a, to: 2}\n  - {conv: b, to: 2, kernel: 1}":                                      `6:5: conv "b" slides over pictures, and is given 2 units`,
		head + "  - {relu: a}\n  - {conv: b, to: 2, kernel: 1}\n  - {add: c, with: a}":                    `7:5: add "c" cannot add 3 channels of 8 × 8 to 2 channels of 8 × 8`,
		head + "  - {block: b, times: 2, layers: [{conv: c, to: 2, kernel: 1}]}":                          `5:35: b.c.weight of step @t1 would need the shape [2 2 1 1], and has [2 3 1 1]`,
		head + "  - {conv: a, to: 4, kernel: 1, groups: 2}":                                               `5:5: conv "a" cannot part 3 channels into 4 in 2 groups`,
		head + "  - {fc: a, to: 1000000}\n  - {fc: b, to: 1000000}":                                       "6:5: the weights would be more than 2147483648 numbers",
		head + "  - {block: a, times: 200, layers: [{block: b, times: 200, layers: [{relu: c}]}]}":        "the network has more than 20000 layers",
		strings.Replace(head, ", height: 8, width: 8", "", 1) + "  - {fc: a, to: 2}":                      `5:5: fc "a" needs to know the size of pictures`,
		head + "  - {relu: &x a}\n  - {tanh: *x}\n":                                                       `6:6: key "tanh" needs a value of its own`,
		strings.Replace(head, "weights", "standard: [nothing]\nweights", 1) + "  - {relu: a}\n":           `3:12: standard: network "small" has no layer "nothing"`,
		strings.Replace(head, "weights", "standard: [a, a]\nweights", 1) + "  - {relu: a}\n":              `3:15: standard: layer "a" is named twice`,
		strings.Replace(head, "weights", "standard: [standard]\nweights", 1) + "  - {relu: a}\n":          `3:12: standard: "standard" names no single layer`,
		strings.Replace(head, "weights", "standard: [all]\nweights", 1) + "  - {relu: a}\n":               `3:12: standard: "all" names no single layer`,
		strings.Replace(head, "{seed: 1}", "{file: absent.pth}", 1) + "  - {conv: a, to: 1, kernel: 1}\n": "absent.pth",
	} {
		_, err := custom.Open(write(t, text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngives %v\nwant %s", text, err, want)
		}
		var placed *custom.Error
		if strings.Contains(want, ": ") && want[0] <= '9' && !errors.As(err, &placed) {
			t.Errorf("%s\nis no *custom.Error: %v", text, err)
		}
	}
}
