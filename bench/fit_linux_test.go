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
	const count, units = 280, 64 * 224 * 224
	begin := time.Now()
	peak := peakOfReduction(t, count, "pca:100", []string{"relu1_1"})
	t.Logf("%d pictures, pca:100 of %d units: anonymous memory at most %.2f GB in %.0f s; the fit keeps %.2f GB in its file",
		count, units, float64(peak)/1e9, time.Since(begin).Seconds(), float64(projection.FitBytes(units, 100))/1e9)
	if peak > 1e9 {
		t.Errorf("%.2f GB of anonymous memory, allowed is 1", float64(peak)/1e9)
	}
}

// peakOfReduction reduces layers of VGG-16 in a process of its own, and returns
// the largest anonymous memory on the way, in bytes.
func peakOfReduction(t *testing.T, count int, recipe string, layers []string) int {
	const path, pictures = "ISOCORTEX_BENCH_NETWORK", "ISOCORTEX_BENCH_PICTURES"
	t.Helper()
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("long: run make test-long")
	}
	if os.Getenv(path) == "" {
		enginetest.Path(t)
		return peakOf(t, path+"="+vgg16.path(t), pictures+"="+color224.folder(t, count))
	}
	env := &step.Env{Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return enginetest.Open(t), nil }}
	activations := step.Activations{
		Network: os.Getenv(path), Stimuli: os.Getenv(pictures), Layers: layers, Preprocessing: "squash-224",
		Reduction: step.Reduction{To: recipe}, Out: filepath.Join(t.TempDir(), "reduced"),
	}
	peak := watchMemory(t)
	if err := activations.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("peak %d\n", peak.Load())
	t.SkipNow() // the other process judges
	return 0
}
