package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// The first layer of VGG-16 has 3,211,264 units. Its components are fitted in
// bounded memory, as a step does it: pictures to a file of components to scores.
// Two blocks of pictures take as much as any number.
func TestMemoryOfComponents(t *testing.T) {
	const network, pictures, count, components = "ISOCORTEX_BENCH_NETWORK", "ISOCORTEX_BENCH_PICTURES", 280, 100
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	if path := os.Getenv(network); path != "" {
		fmt.Printf("peak %d\n", peakOfComponents(t, path, os.Getenv(pictures), components))
		return
	}
	enginetest.Path(t)
	begin := time.Now()
	peak := peakOf(t, network+"="+vgg16.path(t), pictures+"="+color224.folder(t, count))
	const units = 64 * 224 * 224
	t.Logf("%d pictures, pca:%d of %d units: anonymous memory at most %.2f GB in %.0f s; the fit keeps %.2f GB in its file",
		count, components, units, float64(peak)/1e9, time.Since(begin).Seconds(), float64(projection.FitBytes(units, components))/1e9)
	if peak > 1e9 {
		t.Errorf("%.2f GB of anonymous memory, allowed is 1", float64(peak)/1e9)
	}
}

// peakOfComponents reduces the first layer and returns the largest anonymous
// memory on the way, in bytes.
func peakOfComponents(t *testing.T, path, pictures string, components int) int64 {
	out := filepath.Join(t.TempDir(), "reduced")
	env := &step.Env{Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
	activations := step.Activations{
		Network: path, Stimuli: pictures, Layers: []string{"relu1_1"}, Preprocessing: "squash-224", Out: out,
		Reduction: step.Reduction{To: projection.Recipe{Method: projection.Components, Channels: components}.String()},
	}
	peak := watchMemory(t)
	if err := activations.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	return peak.Load()
}
