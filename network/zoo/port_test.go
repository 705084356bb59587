package zoo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/onnx"
)

// Modules of VGG-16: what the files of torchvision, Keras and MatConvNet call them.
var vggModules = [][3]string{
	{"features.0", "block1_conv1", "conv1_1"},
	{"features.2", "block1_conv2", "conv1_2"},
	{"features.5", "block2_conv1", "conv2_1"},
	{"features.7", "block2_conv2", "conv2_2"},
	{"features.10", "block3_conv1", "conv3_1"},
	{"features.12", "block3_conv2", "conv3_2"},
	{"features.14", "block3_conv3", "conv3_3"},
	{"features.17", "block4_conv1", "conv4_1"},
	{"features.19", "block4_conv2", "conv4_2"},
	{"features.21", "block4_conv3", "conv4_3"},
	{"features.24", "block5_conv1", "conv5_1"},
	{"features.26", "block5_conv2", "conv5_2"},
	{"features.28", "block5_conv3", "conv5_3"},
	{"classifier.0", "fc1", "fc6"},
	{"classifier.3", "fc2", "fc7"},
	{"classifier.6", "predictions", "fc8"},
}

// spelled returns what a column of vggModules makes of a module; of other
// networks, the same.
func spelled(module string, column int) string {
	for _, names := range vggModules {
		if names[0] == module {
			return names[column]
		}
	}
	return module
}

// A layerSpelling is a network in the words of a program.
type layerSpelling struct {
	network string
	program network.Program
	column  int                      // of vggModules
	kinds   func() map[string]string // of modules, in files without names; nil in others
}

var layerSpellings = []layerSpelling{
	{"vgg16", network.Keras, 1, nil},
	{"vgg16", network.MatConvNet, 2, nil},
	{"alexnet-original", network.MatConvNet, 0, nil},
	{"resnet50-keras", network.Keras, 0, nil},
	{"resnet50-keras", network.Keras, 0, resNetKinds},
}

// resNetKinds calls the modules of ResNet-50 as Keras 3 did in its first files: by
// their kind, in the order in which Keras lists layers, where the shortcut of a
// block stands before the block's last convolution.
func resNetKinds() map[string]string {
	ends := []string{"conv1"}
	for stage, blocks := range []int{3, 4, 6, 3} {
		for block := range blocks {
			parts := []int{1, 2, 3}
			if block == 0 {
				parts = []int{1, 2, 0, 3}
			}
			for _, part := range parts {
				ends = append(ends, fmt.Sprintf("conv%d_block%d_%d", stage+2, block+1, part))
			}
		}
	}
	kinds := map[string]string{"conv1_conv": "conv2d", "conv1_bn": "batch_normalization", "predictions": "dense"}
	for i, end := range ends[1:] {
		kinds[end+"_conv"], kinds[end+"_bn"] = fmt.Sprintf("conv2d_%d", i+1), fmt.Sprintf("batch_normalization_%d", i+1)
	}
	return kinds
}

// Every array of a program's file is one that the network asks for.
func TestNamesOfOtherProgramsFit(t *testing.T) {
	none := errors.New("there are no numbers")
	for _, s := range layerSpellings {
		a, err := zoo.ByName(s.network)
		if err != nil {
			t.Fatal(err)
		}
		w := &network.Weights{Program: s.program}
		for _, p := range a.Parameters() {
			end := strings.LastIndexByte(p.Name, '.')
			array := network.Array{Name: spelled(p.Name[:end], s.column) + p.Name[end:], Load: func() (*onnx.Tensor, error) { return nil, none }}
			for _, length := range p.Shape {
				array.Shape = append(array.Shape, int64(length))
			}
			w.Arrays = append(w.Arrays, array)
		}
		if _, err := a.Bind(w); !errors.Is(err, none) {
			t.Errorf("%s of %s: err = %v, want the one of loading", s.network, s.program, err)
		}
	}
}

// Numbers that went through a file of another program are the same to the bit, and
// so is what every layer makes of them, which TestLayersAgreeWithPyTorch looks at.
func TestNumbersOfOtherProgramsAreTheSame(t *testing.T) {
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	for _, s := range layerSpellings {
		t.Run(fmt.Sprintf("%s of %s", s.network, s.program), func(t *testing.T) {
			a, err := zoo.ByName(s.network)
			if err != nil {
				t.Fatal(err)
			}
			net, err := network.Open(s.write(t, a), zoo.Architectures...)
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			if net.Architecture != s.network {
				t.Fatalf("opened as %s", net.Architecture)
			}
			for _, p := range a.Parameters() {
				if !bytes.Equal(net.Model.Initializer(p.Name).Data, parameter(p).Data) {
					t.Errorf("%s is another", p.Name)
				}
			}
		})
	}
}

// write writes the parameters of an architecture, by the formula, as the program
// does.
func (s layerSpelling) write(t *testing.T, a network.Architecture) string {
	t.Helper()
	var modules []string
	arrays := map[string][]network.Parameter{}
	for _, p := range a.Parameters() {
		module := p.Name[:strings.LastIndexByte(p.Name, '.')]
		if arrays[module] == nil {
			modules = append(modules, module)
		}
		arrays[module] = append(arrays[module], p)
	}
	path := filepath.Join(t.TempDir(), "weights.bin")
	var err error
	switch {
	case s.kinds != nil:
		err = hdf5.Write(path, s.keras3(modules, arrays))
	case s.program == network.Keras:
		err = hdf5.Write(path, s.keras(modules, arrays))
	default:
		err = mat.Write(path, []mat.Variable{{Name: "layers", Value: s.simple(a, modules, arrays)}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var kerasWords = map[string]string{"running_mean": "moving_mean", "running_var": "moving_variance"}

// keras is the tree that Keras 2 writes.
func (s layerSpelling) keras(modules []string, arrays map[string][]network.Parameter) hdf5.Node {
	root := hdf5.Node{Attributes: []hdf5.Attribute{{Name: "layer_names", Value: hdf5.Array{Shape: []int{1}, Data: []string{"input_1"}}}}}
	for _, module := range modules {
		layer := spelled(module, s.column)
		inner := hdf5.Node{Name: layer}
		for _, p := range arrays[module] {
			word := p.Name[len(module)+1:]
			switch {
			case kerasWords[word] != "":
				word = kerasWords[word]
			case word == "weight" && len(p.Shape) == 1:
				word = "gamma"
			case word == "weight":
				word = "kernel"
			case strings.HasSuffix(layer, "_bn"):
				word = "beta"
			}
			values, shape := tensorFlow(p)
			inner.Nodes = append(inner.Nodes, hdf5.Node{Name: word + ":0", Data: &hdf5.Array{Shape: shape, Data: values}})
		}
		root.Nodes = append(root.Nodes, hdf5.Node{Name: layer, Nodes: []hdf5.Node{inner}})
	}
	return root
}

// keras3 is the tree that Keras 3 wrote in its first years.
func (s layerSpelling) keras3(modules []string, arrays map[string][]network.Parameter) hdf5.Node {
	layers, kinds := hdf5.Node{Name: "layers"}, s.kinds()
	places := map[string]string{"weight": "0", "bias": "1", "running_mean": "2", "running_var": "3"}
	for _, module := range modules {
		vars := hdf5.Node{Name: "vars"}
		for _, p := range arrays[module] {
			values, shape := tensorFlow(p)
			vars.Nodes = append(vars.Nodes, hdf5.Node{Name: places[p.Name[len(module)+1:]], Data: &hdf5.Array{Shape: shape, Data: values}})
		}
		layers.Nodes = append(layers.Nodes, hdf5.Node{Name: kinds[module], Nodes: []hdf5.Node{vars}})
	}
	return hdf5.Node{Nodes: []hdf5.Node{layers}}
}

// formulaAxes are a parameter by the formula as channels given × channels taken ×
// height × width: matrices that follow a picture as kernels as large as it.
func formulaAxes(p network.Parameter) (_ func(o, i, y, x int) float32, shape [4]int) {
	data := make([]float32, p.Elements())
	if _, err := binary.Decode(parameter(p).Data, binary.LittleEndian, data); err != nil {
		panic(err)
	}
	shape = [4]int{p.Shape[0], 1, 1, 1}
	switch {
	case len(p.Shape) == 4:
		shape = [4]int(p.Shape)
	case len(p.Shape) == 2 && p.Shape[1] == 25088:
		shape = [4]int{p.Shape[0], 512, 7, 7}
	case len(p.Shape) == 2 && p.Shape[1] == 9216:
		shape = [4]int{p.Shape[0], 256, 6, 6}
	case len(p.Shape) == 2:
		shape[1] = p.Shape[1]
	}
	at := func(o, i, y, x int) float32 { return data[((o*shape[1]+i)*shape[2]+y)*shape[3]+x] }
	return at, shape
}

// tensorFlow returns a parameter as TensorFlow has it.
func tensorFlow(p network.Parameter) (values []float32, shape []int) {
	at, s := formulaAxes(p)
	for y := range s[2] {
		for x := range s[3] {
			for i := range s[1] {
				for o := range s[0] {
					values = append(values, at(o, i, y, x))
				}
			}
		}
	}
	switch len(p.Shape) {
	case 4:
		return values, []int{s[2], s[3], s[1], s[0]}
	case 2:
		return values, []int{p.Shape[1], p.Shape[0]}
	}
	return values, p.Shape
}

// simple is the cell array of layers of a SimpleNN.
func (s layerSpelling) simple(a network.Architecture, modules []string, arrays map[string][]network.Parameter) mat.Value {
	net, err := a.Outline()
	if err != nil {
		panic(err)
	}
	kinds := map[string]string{"Conv": "conv", "Gemm": "conv", "Relu": "relu", "LRN": "normalize", "MaxPool": "pool"}
	var layers []mat.Value
	for _, layer := range net.Layers {
		fields := []mat.Variable{{Name: "type", Value: mat.Text(kinds[layer.Op])}, {Name: "name", Value: mat.Text(layer.Name)}}
		if kinds[layer.Op] == "conv" {
			var weights []mat.Value
			for _, p := range arrays[modules[0]] {
				weights = append(weights, matlab(p))
			}
			fields[1].Value = mat.Text(spelled(modules[0], s.column))
			fields = append(fields, mat.Variable{Name: "weights", Value: mat.Cells(weights...)})
			modules = modules[1:]
		}
		layers = append(layers, mat.Fields(fields...))
	}
	return mat.Cells(append(layers, mat.Fields(mat.Variable{Name: "type", Value: mat.Text("softmax")}))...)
}

// matlab returns a parameter as MatConvNet has it. Row by row its arrays have the
// axes of TensorFlow, with the picture where that has a row.
func matlab(p network.Parameter) mat.Value {
	values, _ := tensorFlow(p)
	if len(p.Shape) == 1 {
		return mat.Array(values, 1, p.Shape[0])
	}
	_, s := formulaAxes(p)
	return mat.Array(values, s[2], s[3], s[1], s[0])
}
