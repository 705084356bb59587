package step_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/step"
)

// A graph with one channel is given one: gray as it is, colors by luminance.
func TestANetworkOfOneChannelIsGivenGrayPictures(t *testing.T) {
	folder := t.TempDir()
	g := onnx.NewBuilder("gray")
	g.Output(g.Relu(g.Input("face", onnx.Float32, "n", 1, 1, 3)), "seen")
	model, err := g.Model()
	if err == nil {
		err = model.Write(filepath.Join(folder, "gray.onnx"))
	}
	if err != nil {
		t.Fatal(err)
	}
	colors := image.NewRGBA(image.Rect(0, 0, 3, 1))
	colors.Set(0, 0, color.RGBA{R: 255, A: 255})
	colors.Set(1, 0, color.RGBA{G: 255, A: 255})
	colors.Set(2, 0, color.RGBA{B: 255, A: 255})
	gray := image.NewGray(image.Rect(0, 0, 3, 1))
	gray.Pix = []uint8{0, 51, 255}
	stimuli := filepath.Join(folder, "stimuli")
	if err := os.Mkdir(stimuli, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, picture := range map[string]image.Image{"colors.png": colors, "gray.png": gray} {
		f, err := os.Create(filepath.Join(stimuli, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, picture); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	s := step.Activations{Network: filepath.Join(folder, "gray.onnx"), Stimuli: stimuli, Preprocessing: "none", Out: filepath.Join(folder, "out")}
	env := &step.Env{Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
	if err := s.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	d, err := dataset.Open(step.LayerFile(s.Out, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if want := []float32{76. / 255, 150. / 255, 29. / 255, 0, .2, 1}; !slices.Equal(d.F32, want) { // 0.299, 0.587 and 0.114 of 255, rounded
		t.Errorf("the network saw %v, want %v", d.F32, want)
	}
}
