package zoo_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
)

func ExampleUntrained() {
	net, untrained, err := zoo.Untrained("squeezenet1_1@random:7")
	fmt.Println(net.Name, untrained, err, net.Parameters())
	fmt.Println(weights(net, "features.0.weight")[:3])
	// Output:
	// squeezenet1_1@random:7 true <nil> 1235496
	// [0.05214468 -0.36429647 -0.30770326]
}

// weights are the numbers of an array.
func weights(net *network.Network, name string) []float32 {
	data := net.Model.Initializer(name).Data
	values := make([]float32, len(data)/4)
	if _, err := binary.Decode(data, binary.LittleEndian, values); err != nil {
		panic(err)
	}
	return values
}

// The weights follow from the seed and the name of the array alone: these are
// their bits, on every machine and in every version.
func TestUntrainedWeightsAreTheSameEverywhere(t *testing.T) {
	net, _, err := zoo.Untrained("cornet-z@random:1")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, tensor := range net.Model.Graph.Initializers {
		sum.Write(tensor.Data)
	}
	if got, want := hex.EncodeToString(sum.Sum(nil)), "09801a929bb151e30ecb10c8e8e7abac4dd5285884b71eafeae44879fc12accc"; got != want {
		t.Errorf("SHA-256 of the weights is %s, want %s", got, want)
	}
	other, _, err := zoo.Untrained("CORnet-Z@random:2")
	if err != nil {
		t.Fatal(err)
	}
	if name := "V1.conv.weight"; slices.Equal(weights(net, name), weights(other, name)) {
		t.Error("two seeds give the same weights")
	}
}

// He et al.: mean 0, variance 2 / inputs; nothing else is random.
func TestUntrainedWeightsAreThoseOfHe(t *testing.T) {
	net, _, err := zoo.Untrained("squeezenet1_1@random:3")
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range net.Model.Graph.Initializers {
		values := weights(net, tensor.Name)
		mean, square := 0.0, 0.0
		for _, v := range values {
			mean += float64(v) / float64(len(values))
			square += float64(v) * float64(v) / float64(len(values))
		}
		if strings.HasSuffix(tensor.Name, ".bias") {
			if square != 0 {
				t.Errorf("%s is not 0", tensor.Name)
			}
			continue
		}
		inputs := float64(len(values)) / float64(tensor.Shape[0])
		tolerance := 5 / math.Sqrt(float64(len(values))) // five standard errors
		if math.Abs(mean)*math.Sqrt(inputs/2) > tolerance || math.Abs(square*inputs/2-1) > 1.5*tolerance {
			t.Errorf("%s: mean %g, mean square %g for %g inputs", tensor.Name, mean, square, inputs)
		}
	}
}

func TestWordsForRandomWeights(t *testing.T) {
	for word, want := range map[string]string{
		"alexnt@random:1":  "did you mean alexnet",
		"alexnet@random":   "alexnet@random:1",
		"alexnet@random:x": "alexnet@random:1",
		"vgg16@random:-1":  "vgg16@random:1",
	} {
		_, untrained, err := zoo.Untrained(word)
		if !untrained || err == nil || !strings.Contains(err.Error(), want) || !zoo.IsName(word) {
			t.Errorf("%s: %v, %v", word, untrained, err)
		}
		if _, found := zoo.Find(word); found == nil || found.Error() != err.Error() {
			t.Errorf("%s: Find says %v, not %v", word, found, err)
		}
	}
	for _, word := range []string{"alexnet", "me@home.onnx", "a@randomly.pth", "alexnet@"} {
		if _, untrained, err := zoo.Untrained(word); untrained || err != nil {
			t.Errorf("%s: %v, %v", word, untrained, err)
		}
	}
	if word, err := zoo.Find("vgg16@random:5"); err != nil || word != "vgg16@random:5" {
		t.Errorf("Find gives %q, %v", word, err)
	}
}
