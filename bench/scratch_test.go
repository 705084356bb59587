package bench

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/work"
)

// BenchmarkRDMsStraightFromPictures compares the RDMs of AlexNet's layers through
// a scratch file with those of kept activations.
//
//	of-kept      pictures per second, as a part of those of activations and rdm
//	of-kept-cpu  the same of the time of the processors
//	bounded      as of-kept, with room for two of the seven layers: two passes
func BenchmarkRDMsStraightFromPictures(b *testing.B) {
	const turns, count = 3, 160
	e := enginetest.Open(b)
	env := &step.Env{Budget: work.Budget{Threads: threads}, Open: func() (*engine.Engine, error) { return e, nil }}
	folder := b.TempDir()
	of := step.Activations{
		Network: alexnet.path(b), Stimuli: color224.folder(b, count), Layers: alexnet.layers, Preprocessing: "squash-224", Out: filepath.Join(folder, "kept"),
	}
	run := func(s step.Step) error { return s.Run(b.Context(), env) }
	straight := func(limit int64) func() error {
		return func() error {
			return run(step.RDM{Pictures: &step.Pictures{Of: of, Scratch: limit}, Label: "layer", Out: filepath.Join(folder, "straight.npz")})
		}
	}
	var kept, whole, bounded series
	for b.Loop() {
		for range turns {
			kept = append(kept, timed(b, func() error {
				if err := run(of); err != nil {
					return err
				}
				return run(step.RDM{Folder: of.Out, Label: "layer", Out: filepath.Join(folder, "kept.npz")})
			}))
			if err := os.RemoveAll(of.Out); err != nil {
				b.Fatal(err)
			}
			whole = append(whole, timed(b, straight(0)))
			const half = count * (193_600 + 139_968) * 4 // relu1 and relu2
			bounded = append(bounded, timed(b, straight(half)))
		}
	}
	b.Logf("s, kept activations: %s; straight: %s; in two passes: %s", spread(kept.clock()), spread(whole.clock()), spread(bounded.clock()))
	b.ReportMetric(median(ratios(kept.clock(), whole.clock())), "of-kept")
	b.ReportMetric(median(ratios(kept.processor(), whole.processor())), "of-kept-cpu")
	b.ReportMetric(median(ratios(kept.clock(), bounded.clock())), "bounded")
	b.ReportMetric(count/median(whole.clock()), "pictures/s")
	b.ReportMetric(0, "ns/op") // of all turns together: it says nothing
}
