package bench

import (
	"sync"
	"testing"

	"github.com/isocortex/isocortex/activation"
	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/stimulus"
	"github.com/isocortex/isocortex/work"
)

// discard takes responses and does nothing with them.
type discard struct{}

func (discard) Begin([][]int) error              { return nil }
func (discard) Rows(_, _ int, _ []float32) error { return nil }

// BenchmarkActivations compares the responses of layers to pictures in files
// with what the engine alone does, given the numbers of the pictures in memory.
//
//	of-engine       pictures per second, as a part of the engine's; opening the
//	                session, the same for both, is not counted
//	of-engine-cpu   the same of the time of the processors, engines side by side
//	decode-ms       what reading and preparing a picture takes of one thread
func BenchmarkActivations(b *testing.B) {
	e := enginetest.Open(b)
	for _, c := range []struct {
		network  tapped
		pictures kind
		n        int
	}{{alexnet, color224, 256}, {vgg16, color224, 32}, {resnet50, color224, 96}, {resnet50, gray482, 96}, {cornetS, color224, 48}} {
		b.Run(c.network.name+"/"+c.pictures.name, func(b *testing.B) {
			compareWithEngine(b, e, extraction(b, c.network.open(b), c.network.layers, c.pictures.pictures(b, c.n)))
		})
	}
	b.Run("squeezenet/color224", func(b *testing.B) {
		net, err := network.Open(realtest.Path(b, "squeezenet1_1", "squeezenet1_1.onnx"))
		if err != nil {
			b.Fatal(err)
		}
		defer net.Close()
		var layers []string
		for _, layer := range net.Layers {
			if layer.Op == "Concat" {
				layers = append(layers, layer.Name)
			}
		}
		compareWithEngine(b, e, extraction(b, net, layers, color224.pictures(b, 256)))
	})
}

func extraction(tb testing.TB, net *network.Network, layers []string, set *stimulus.Set) activation.Extraction {
	tb.Helper()
	selected, err := net.Select(layers)
	if err != nil {
		tb.Fatal(err)
	}
	preset, err := stimulus.PresetByName("squash-224")
	if err != nil {
		tb.Fatal(err)
	}
	return activation.Extraction{Network: net, Layers: selected, Stimuli: set, Preset: preset}
}

// compareWithEngine runs the extraction and the engine in turn, in both of the
// ways in which the engine can use its threads. The faster of them counts. It also
// says what the extraction is of the library alone, without convolutions in Go.
func compareWithEngine(b *testing.B, e *engine.Engine, x activation.Extraction) {
	const turns = 5
	bare, decoding := newBare(b, e, x)
	var inside, beside, library, ours series
	for b.Loop() {
		for range turns {
			inside = append(inside, bare.run(b, engine.Options{Threads: threads}, 1))
			ours = append(ours, extract(b, e, x))
			beside = append(beside, bare.run(b, engine.Options{Threads: 1}, threads))
			library = append(library, bare.run(b, engine.Options{Threads: 1, Convolutions: engine.Direct}, threads))
		}
	}
	best := inside
	if median(beside.clock()) < median(inside.clock()) {
		best = beside
	}
	n := float64(len(x.Stimuli.Stimuli))
	parts := ratios(best.clock(), ours.clock())
	b.Logf("of engine: %s; s, inside one session: %s; side by side: %s; activations: %s",
		spread(parts), spread(inside.clock()), spread(beside.clock()), spread(ours.clock()))
	b.ReportMetric(median(parts), "of-engine")
	b.ReportMetric(median(ratios(library.clock(), ours.clock())), "of-library")
	b.ReportMetric(median(ratios(beside.processor(), ours.processor())), "of-engine-cpu")
	b.ReportMetric(n/median(ours.clock()), "pictures/s")
	b.ReportMetric(n/median(best.clock()), "engine-pictures/s")
	b.ReportMetric(decoding*1e3, "decode-ms")
	b.ReportMetric(0, "ns/op") // of all turns together: it says nothing
}

// extract returns what the extraction takes from the moment on at which its
// session is open: then it tells its progress for the first time.
func extract(tb testing.TB, e *engine.Engine, x activation.Extraction) cost {
	tb.Helper()
	var opened sync.Once
	var watch stopwatch
	budget := work.Budget{Threads: threads, Progress: func(work.Progress) {
		opened.Do(func() { watch = startWatch() })
	}}
	if err := x.Run(tb.Context(), e, budget, discard{}); err != nil {
		tb.Fatal(err)
	}
	return watch.read()
}

// bare is the engine without isocortex: the graph, and its inputs ready to run.
type bare struct {
	engine *engine.Engine
	model  *onnx.Model
	inputs []engine.Tensor
}

// newBare prepares the inputs, and returns the seconds that this took per picture.
func newBare(b *testing.B, e *engine.Engine, x activation.Extraction) (bare, float64) {
	b.Helper()
	values := make([]string, len(x.Layers))
	for i, layer := range x.Layers {
		values[i] = layer.Value
	}
	model, err := x.Network.Model.Tap(values...)
	if err != nil {
		b.Fatal(err)
	}
	height, width := x.Preset.Size()
	size := 3 * height * width
	var inputs []engine.Tensor
	n := len(x.Stimuli.Stimuli)
	decoding := timed(b, func() error {
		for _, batch := range work.Shards(n, activation.DefaultBatch) {
			data := make([]float32, batch.Len()*size)
			for i := range batch.Len() {
				if err := readPicture(x, data[i*size:][:size], batch.From+i); err != nil {
					return err
				}
			}
			inputs = append(inputs, engine.Tensor{Shape: []int{batch.Len(), 3, height, width}, Data: data})
		}
		return nil
	})
	return bare{e, model, inputs}, decoding.processor / float64(n)
}

// readPicture reads and prepares picture i as an extraction does.
func readPicture(x activation.Extraction, dst []float32, i int) error {
	picture, err := x.Stimuli.View(i)
	if err != nil {
		return err
	}
	defer picture.Close()
	return picture.Input(dst, x.Preset)
}

// run returns what the inputs take in a new session, several at a time; as in an
// extraction, closing the session is part of it, and opening it is not. All have
// the shape of the first.
func (r bare) run(b *testing.B, o engine.Options, atATime int) cost {
	b.Helper()
	o.Shapes = [][]int{r.inputs[0].Shape}
	session, err := r.engine.NewSession(r.model, o)
	if err != nil {
		b.Fatal(err)
	}
	return timed(b, func() error {
		defer session.Close() // gives a lot of memory back, in the activations too
		return work.Budget{Threads: atATime}.Each(b.Context(), "", len(r.inputs), func(i int) error {
			results, err := session.Run(b.Context(), r.inputs[i:i+1])
			if err != nil {
				return err
			}
			return results.Close()
		})
	})
}
