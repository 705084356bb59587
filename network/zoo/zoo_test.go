package zoo_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/onnx"
)

// The counts are those that torchvision, Keras, facenet-pytorch and the papers state.
func TestParametersAreAsManyAsPublished(t *testing.T) {
	published := map[string]int64{
		"alexnet": 61_100_840, "vgg16": 138_357_544, "vgg16-bn": 138_365_992, "resnet18": 11_689_512, "resnet50": 25_557_032, "resnet50-keras": 25_583_592,
		"squeezenet1_1": 1_235_496, "cornet-s": 53_416_616, "inception-resnet-v1": 23_482_624 + 4_427_703, "vit-b-16": 86_567_656,
	}
	for name, want := range published {
		a, err := zoo.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := trained(a); got != want {
			t.Errorf("%s: %d parameters, published are %d", name, got, want)
		}
	}
}

// Every standard layer is a layer, and none is the last classifier.
func TestStandardLayersAreLayers(t *testing.T) {
	for _, a := range zoo.Architectures {
		net, err := a.Outline()
		if err != nil {
			t.Fatal(err)
		}
		layers, err := net.Select([]string{"standard"})
		if err != nil {
			t.Errorf("%s: %v", a.Name, err)
			continue
		}
		if last := net.Layers[len(net.Layers)-1]; layers[len(layers)-1] == last {
			t.Errorf("%s: the classifier %q is among the standard layers", a.Name, last.Name)
		}
	}
}

// bare makes arrays of the right shapes, under other names.
func bare(a network.Architecture, rename func(name string) string) *network.Weights {
	w := &network.Weights{}
	for _, p := range a.Parameters() {
		tensor := zeros(p)
		w.Arrays = append(w.Arrays, network.Array{
			Group: "state_dict", Name: rename(p.Name), Shape: tensor.Shape,
			Load: func() (*onnx.Tensor, error) { return tensor, nil },
		})
	}
	return w
}

// Weights fit under the names of every version: with the prefix of training on
// several devices, and with both names that torchvision gave the layers of ViT.
func TestWeightsFitUnderAllPublishedNames(t *testing.T) {
	spelled := strings.NewReplacer("mlp.0", "mlp.linear_1", "mlp.3", "mlp.linear_2")
	for name, rename := range map[string]func(string) string{
		"cornet-s":  func(name string) string { return "module." + name },
		"cornet-rt": func(name string) string { return "module." + name },
		"vit-b-16":  spelled.Replace,
	} {
		a, err := zoo.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Bind(bare(a, rename)); err != nil {
			t.Error(err)
		}
	}
}

// FaceNet opens without its logits, and with those of any number of people.
func TestFaceNetTakesAnyClasses(t *testing.T) {
	a, err := zoo.ByName("inception-resnet-v1")
	if err != nil {
		t.Fatal(err)
	}
	all := bare(a, func(name string) string { return name })
	for _, people := range []int{0, 7, 10575} {
		w := &network.Weights{}
		for _, array := range all.Arrays {
			if strings.HasPrefix(array.Name, "logits.") {
				if people == 0 {
					continue
				}
				array = resized(array, people)
			}
			w.Arrays = append(w.Arrays, array)
		}
		net, err := a.Bind(w)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(net.Model.Graph.Outputs), 1+min(people, 1); got != want {
			t.Errorf("%d people: %d outputs, want %d", people, got, want)
		}
	}
}

// resized is an array with another length of its first axis.
func resized(a network.Array, length int) network.Array {
	p := network.Parameter{Name: a.Name, Shape: []int{length}}
	for _, n := range a.Shape[1:] {
		p.Shape = append(p.Shape, int(n))
	}
	tensor := zeros(p)
	a.Shape, a.Load = tensor.Shape, func() (*onnx.Tensor, error) { return tensor, nil }
	return a
}

// VGG that was trained on gray faces opens with one channel; with two it is none.
func TestVGGTakesGrayPictures(t *testing.T) {
	for _, name := range []string{"vgg16", "vgg16-bn"} {
		a, err := zoo.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, channels := range []int{1, 2, 3} {
			w := &network.Weights{} // none of which are read
			for _, p := range a.Parameters() {
				if p.Name == "features.0.weight" {
					p.Shape[1] = channels
				}
				tensor := &onnx.Tensor{Type: onnx.Float32, External: &onnx.External{Location: "weights"}}
				for _, length := range p.Shape {
					tensor.Shape = append(tensor.Shape, int64(length))
				}
				w.Arrays = append(w.Arrays, network.Array{Name: p.Name, Shape: tensor.Shape, Load: func() (*onnx.Tensor, error) { return tensor, nil }})
			}
			net, err := a.Bind(w)
			switch {
			case channels == 2 && err == nil, channels != 2 && err != nil:
				t.Errorf("%s with %d channels: %v", name, channels, err)
			case err == nil && net.Input.Shape[1].Value != int64(channels):
				t.Errorf("%s trained on %d channels takes %d", name, channels, net.Input.Shape[1].Value)
			}
		}
	}
}

// zeros is a parameter of zeros.
func zeros(p network.Parameter) *onnx.Tensor {
	tensor, err := onnx.NewTensor(p.Name, make([]float32, p.Elements()), p.Shape...)
	if err != nil {
		panic(err)
	}
	return tensor
}

// The weights that Keras calls notop hold no classifier: the layers before it can
// be read, and are the standard ones. A part of a classifier is none.
func TestNetworksWithoutTheirClassifier(t *testing.T) {
	for name, c := range map[string]struct {
		classifier string
		standard   int
	}{"vgg16": {"classifier.", 5}, "vgg16-bn": {"classifier.", 5}, "resnet50-keras": {"predictions.", 17}} {
		a, err := zoo.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		all := bare(a, func(name string) string { return name })
		w := &network.Weights{Arrays: slices.DeleteFunc(slices.Clone(all.Arrays), func(array network.Array) bool { return strings.HasPrefix(array.Name, c.classifier) })}
		net, err := a.Bind(w)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if layers, err := net.Select([]string{"standard"}); err != nil || len(layers) != c.standard {
			t.Errorf("%s: standard layers are %v, %v; want %d", name, layers, err, c.standard)
		}
		w.Arrays = append(w.Arrays, all.Arrays[len(all.Arrays)-1])
		var mismatch *network.MismatchError
		if _, err := a.Bind(w); !errors.As(err, &mismatch) {
			t.Errorf("%s with a part of its classifier: err = %v, want a mismatch", name, err)
		}
	}
}
