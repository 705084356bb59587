package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/network/zoo"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// RDMs straight from pictures take as much memory as activations do, whatever
// the size of the scratch file.
func TestMemoryOfRDMsStraightFromPictures(t *testing.T) {
	const weightsFile, pictures, count, limit = "ISOCORTEX_BENCH_NETWORK", "ISOCORTEX_BENCH_PICTURES", 60, 2_000_000_000
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	if path := os.Getenv(weightsFile); path != "" {
		fmt.Printf("peak %d\n", peakOfRDMs(t, step.Activations{Network: path, Stimuli: os.Getenv(pictures), Layers: rectified(t, path)}, limit))
		return
	}
	enginetest.Path(t)
	begin := time.Now()
	peak := peakOf(t, weightsFile+"="+vgg16.path(t), pictures+"="+color224.folder(t, count))
	t.Logf("%d pictures, %.0f GB of scratch file: anonymous memory at most %.2f GB in %.0f s", count, limit/1e9, float64(peak)/1e9, time.Since(begin).Seconds())
	const weights = 553_430_176 // bytes of the parameters, which the engine may copy
	if peak-weights > 2e9 {
		t.Errorf("%.2f GB beyond the weights, allowed are 2", float64(peak-weights)/1e9)
	}
}

// rectified names every ReLU, pooling and fully connected layer of VGG-16.
func rectified(t *testing.T, path string) []string {
	net, err := network.Open(path, zoo.Architectures...)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	var layers []string
	for _, layer := range net.Layers {
		if slices.Contains([]string{"Relu", "MaxPool", "Gemm"}, layer.Op) {
			layers = append(layers, layer.Name)
		}
	}
	return layers
}

// peakOfRDMs makes the RDMs of layers and returns the largest anonymous memory on
// the way, in bytes.
func peakOfRDMs(t *testing.T, of step.Activations, limit int64) int64 {
	env := &step.Env{Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
	out := filepath.Join(t.TempDir(), "rdm.npz")
	of.Preprocessing = "squash-224"
	peak := watchMemory(t)
	if err := (step.RDM{Pictures: &step.Pictures{Of: of, Scratch: limit}, Label: "layer", Out: out}).Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if made, err := rdm.Open(out); err != nil || made.Len() != len(of.Layers) {
		t.Fatalf("%d RDMs of %d layers, err %v", made.Len(), len(of.Layers), err)
	}
	return peak.Load()
}
