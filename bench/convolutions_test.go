package bench

import (
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
)

// BenchmarkConvolutions compares sessions whose 3 × 3 convolutions are computed by
// package winograd with sessions that leave them to the engine, on one thread.
//
//	of-direct   how many times as fast, by the time of the processor
func BenchmarkConvolutions(b *testing.B) {
	e := enginetest.Open(b)
	for _, network := range []tapped{alexnet, vgg16, resnet50, cornetS} {
		b.Run(network.name, func(b *testing.B) {
			bare, _ := newBare(b, e, extraction(b, network.open(b), network.layers, color224.pictures(b, 8)))
			var fast, direct series
			for b.Loop() {
				for range 5 {
					fast = append(fast, bare.run(b, engine.Options{}, 1))
					direct = append(direct, bare.run(b, engine.Options{Convolutions: engine.Direct}, 1))
				}
			}
			times := ratios(direct.processor(), fast.processor())
			b.Logf("times as fast: %s; s: %s, directly: %s", spread(times), spread(fast.processor()), spread(direct.processor()))
			b.ReportMetric(median(times), "of-direct")
			b.ReportMetric(0, "ns/op") // of all turns together: it says nothing
		})
	}
}
