package step

import (
	"strings"
	"testing"

	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/stimulus"
)

// averaged is a network whose weights lie beside an average of one color.
func averaged(values ...float32) *network.Network {
	return &network.Network{
		Path: "alex.mat", Architecture: "alexnet-original", Preprocessing: "matconvnet-227", Input: &onnx.ValueInfo{},
		Average: &network.Average{Height: 1, Width: 1, Values: values},
	}
}

// The average of a file of weights is subtracted, unless another preparation was
// asked for by name, that of the preset itself among them.
func TestTheAverageOfWeightsIsSubtracted(t *testing.T) {
	for asked, want := range map[string]string{
		"":               `as the weights of alexnet-original expect it: resize to height 227 × width 227 pixels, whatever the shape (antialiased bicubic); scale 0..255 to 0..255; subtract 30, 20.5, 10 (red`,
		"matconvnet-227": "subtract 122.67891434",
		"none":           `as asked; the weights of alexnet-original expect "matconvnet-227": keep the size; scale 0..255 to 0..1; channels first`,
	} {
		var said string
		preset, err := Activations{Preprocessing: asked}.preset(&Env{Note: func(text string) { said = text }}, &stimulus.Set{}, averaged(30, 20.5, 10))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said, want) || !strings.HasSuffix(said, preset.Definition) {
			t.Errorf("%q: said %q, want %q", asked, said, want)
		}
	}
}

func TestAnAverageThatDoesNotFitIsToldWithItsFile(t *testing.T) {
	_, err := Activations{}.preset(&Env{}, &stimulus.Set{}, averaged(30, 20))
	if err == nil || !strings.Contains(err.Error(), "alex.mat: preprocessing matconvnet-227: the average picture has 2 values") {
		t.Errorf("err = %v", err)
	}
}
