package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/seed"
)

// drawnNetwork is a network with the first layers of VGG-16, but narrower.
const drawnNetwork = `network: 1
input: {channels: 3, height: 32, width: 32}
preprocessing: none
weights: {seed: 7}
layers:
  - {conv: conv1_1, to: 16, kernel: 3, pad: 1}
  - {relu: relu1_1}
  - {conv: conv1_2, to: 16, kernel: 3, pad: 1}
  - {relu: relu1_2}
  - {maxpool: pool1, kernel: 2, stride: 2}
  - {conv: conv2_1, to: 32, kernel: 3, pad: 1}
  - {relu: relu2_1}
`

// wavy are pictures that a few waves make, each in amounts that the seed decides:
// later ones less.
type wavy struct {
	count, side, waves int
	seed               uint64
}

// save draws the pictures into a folder.
func (w wavy) save(t *testing.T, folder string) {
	t.Helper()
	random, side := seed.Stream(w.seed, "waves"), w.side
	for n := range w.count {
		picture := image.NewRGBA(image.Rect(0, 0, side, side))
		amounts := make([][3]float64, w.waves)
		for k := range amounts {
			for c := range 3 {
				amounts[k][c] = 25 * random.NormFloat64() / math.Sqrt(float64(1+k))
			}
		}
		for i := range side * side {
			x, y := float64(i%side)/float64(side), float64(i/side)/float64(side)
			value := [3]float64{128, 120, 110}
			for k, amount := range amounts {
				wave := math.Cos(2 * math.Pi * (float64(k%3+1)*x + float64(k/3+1)*y + float64(k)/8))
				for c := range 3 {
					value[c] += amount[c] * wave
				}
			}
			pixel := color.RGBA{A: 255}
			for c, to := range []*uint8{&pixel.R, &pixel.G, &pixel.B} {
				*to = uint8(max(0, min(255, math.Round(value[c]))))
			}
			picture.SetRGBA(i%side, i/side, pixel)
		}
		var data bytes.Buffer
		if err := png.Encode(&data, picture); err != nil {
			t.Fatal(err)
		}
		if err := file.WriteBytes(filepath.Join(folder, fmt.Sprintf("%03d.png", n)), data.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
}

// Where 100 components, fitted to other pictures, have 99 % of the variance of a
// layer after its nonlinearity, the RDMs of its scores are those of the layer.
func TestRDMsOfComponentsAreThoseOfARectifiedLayer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "drawn.yaml"), []byte(drawnNetwork), 0o666); err != nil {
		t.Fatal(err)
	}
	wavy{count: 160, side: 32, waves: 12, seed: 1}.save(t, filepath.Join(folder, "others"))
	wavy{count: 24, side: 32, waves: 12, seed: 2}.save(t, filepath.Join(folder, "pictures"))
	componentsAgree(t, folder, "drawn.yaml", "none", "relu1_1", "relu1_2", "relu2_1")
}

// The same of a published network, of 788,544 units.
func TestRDMsOfComponentsAreThoseOfSqueezeNet(t *testing.T) {
	weights := realtest.Path(t, "squeezenet1_1", "squeezenet1_1.pth")
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	folder := t.TempDir()
	wavy{count: 280, side: 224, waves: 6, seed: 1}.save(t, filepath.Join(folder, "others"))
	wavy{count: 24, side: 224, waves: 6, seed: 2}.save(t, filepath.Join(folder, "pictures"))
	componentsAgree(t, folder, weights, "squash-224", "relu1")
}

// componentsAgree compares RDMs of layers to pictures, as they are, with those of
// 100 components that were fitted to others.
func componentsAgree(t *testing.T, folder, network, preprocessing string, layers ...string) {
	t.Helper()
	run := []string{"activations", "--network", network, "--stimuli", "pictures", "--preprocessing", preprocessing, "--layers", strings.Join(layers, ",")}
	isocortex(t, folder, append(run, "-o", "exact")...)
	isocortex(t, folder, append(run, "--reduce", "pca:100", "--fit", "others", "-o", "reduced")...)
	for _, layer := range layers {
		share, means := described(t, folder, layer)
		if share < 0.99 || means < 0.1 {
			t.Fatalf("%s: 100 components have %.4f of the variance, and unit means %.2g of all squares: the test says nothing", layer, share, means)
		}
		for _, measure := range []string{"euclidean", "correlation"} {
			exact, reduced := measured(t, folder, "exact", layer, measure), measured(t, folder, "reduced", layer, measure)
			r := stat.Correlation(exact, reduced, nil)
			t.Logf("%s, %s: RDMs correlate by %.6f; 100 components of other pictures have %.2f %% of the variance, unequal means of units %.0f %% of all squares",
				layer, measure, r, 100*share, 100*means)
			if !(r > 0.99) {
				t.Errorf("%s: the RDM by %s of the components correlates by %g with that of the layer", layer, measure, r)
			}
		}
	}
}

// described returns the share of the variance that components have, and that of
// the differences between the means of units in the squares of all responses
// about their mean.
func described(t *testing.T, folder, layer string) (share, means float64) {
	t.Helper()
	pca, err := projection.Open(filepath.Join(folder, "reduced", "components", layer+".npz"), engine.Plain{})
	if err != nil {
		t.Fatal(err)
	}
	defer pca.Close()
	ds, err := dataset.Open(filepath.Join(folder, "exact", layer+".npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	ofUnits := make([]float64, ds.Shape[1])
	all := make([]float64, 0, len(ds.F32))
	for i, v := range ds.F32 {
		ofUnits[i%len(ofUnits)] += float64(v) / float64(ds.Shape[0])
		all = append(all, float64(v))
	}
	return pca.Explained(), stat.PopVariance(ofUnits, nil) / stat.PopVariance(all, nil)
}

// measured makes the RDM of a layer in a folder of activations, and reads it.
func measured(t *testing.T, folder, activations, layer, measure string) []float64 {
	t.Helper()
	name := activations + " " + measure + ".npz"
	isocortex(t, folder, "rdm", filepath.Join(activations, layer+".npz"), "--measure", measure, "-o", name)
	r, err := rdm.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return r.RDV(0)
}
