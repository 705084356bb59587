package rdm_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/engine/gonum"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/work"
)

// Crossnobis of 92 conditions in 8 runs over 500 channels: by products, as the
// package does, and by its definition, one pair at a time.
func BenchmarkCrossnobis(b *testing.B) {
	l := layout{conditions: 92, runs: 8, repetitions: 1, channels: 500, signal: 1}
	ds := l.trials(1)
	covariances := ledoitWolf(b, ds)
	defer gonum.Use(enginetest.Open(b).Multiplier(), work.Budget{})() // for whitening
	e := rdm.Estimator{Measure: measured(b, "crossnobis"), Folds: "run", Multiplier: enginetest.Open(b).Multiplier()}
	b.Run("products", func(b *testing.B) {
		for b.Loop() {
			rdv(b, e, ds)
		}
	})
	e.Covariances = covariances
	b.Run("products with noise", func(b *testing.B) {
		for b.Loop() {
			rdv(b, e, ds)
		}
	})
	b.Run("definition", func(b *testing.B) {
		w := twin{ds: ds, channels: every(l.channels)}
		names := make([]string, l.conditions)
		for i := range names {
			names[i] = fmt.Sprint("condition ", i)
		}
		for b.Loop() {
			for i := range names {
				w.sum("crossnobis", names[0], names[i]) // of one condition with all others
			}
		}
	})
}
