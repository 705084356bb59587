package rdm

import (
	"slices"
	"testing"
	"time"

	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/gemm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// drawn returns patterns of float32 around 1/2.
func drawn(rows, channels int) Patterns {
	p := Patterns{Rows: rows, Channels: channels, F32: make([]float32, rows*channels)}
	random := seed.Stream(1, "drawn")
	for i := range p.F32 {
		p.F32[i] = random.Float32()
	}
	return p
}

// Both ways to multiply, over several blocks, the last of which is short, and for
// rows and channels that fill neither panels nor pieces.
func TestWaysAgree(t *testing.T) {
	by := enginetest.Open(t).Multiplier()
	measure, err := MeasureByName("correlation")
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range []int{2, 5, 15, 47, 48, 49, 95, 96, 97, 130} {
		p := drawn(rows, 4000+3*rows)
		wide := Patterns{Rows: rows, Channels: p.Channels}
		for _, v := range p.F32 {
			wide.F64 = append(wide.F64, float64(v))
		}
		e := Estimator{Measure: measure, Multiplier: by, Budget: work.Budget{Threads: 2}}
		want, err := gram(t.Context(), e, wide, inMemory(wide, wide.F64), newProducts(by.MultiplyTransposed64, wide))
		if err != nil {
			t.Fatal(err)
		}
		for name, way := range map[string]way[float32]{"panels": newPanels(p), "engine": newProducts(by.MultiplyTransposed32, p)} {
			got, err := gram(t.Context(), e, p, p.narrow(), way)
			if err != nil {
				t.Fatal(err)
			}
			for i := range rows {
				for j := range i + 1 {
					if d := got.at(i, j) - want.at(i, j); !(d*d < 1e-12*want.at(i, i)*want.at(j, j)) {
						t.Fatalf("%s: the product of rows %d and %d of %d is %g, should be %g", name, i, j, rows, got.at(i, j), want.at(i, j))
					}
				}
			}
		}
	}
}

// The products of 1000 patterns by panels and by the engine, in turns. Reported
// are the fastest of either side, as other programs can only slow a turn down.
func BenchmarkGram(b *testing.B) {
	const rows, channels = 1000, 10_000
	if !gemm.Fast() {
		b.Skip("no vectors here")
	}
	by := enginetest.Open(b).Multiplier()
	p := drawn(rows, channels)
	e := Estimator{Measure: Measures[0], Multiplier: by, Budget: work.Budget{Threads: 2}}
	turn := func(way way[float32]) time.Duration {
		start := time.Now()
		if _, err := gram(b.Context(), e, p, p.narrow(), way); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var panels, engine []time.Duration
	for b.Loop() {
		panels = append(panels, turn(newPanels(p)))
		engine = append(engine, turn(newProducts(by.MultiplyTransposed32, p)))
	}
	fast, slow := slices.Min(panels), slices.Min(engine)
	rate := func(d time.Duration) float64 { return rows * (rows + 1) * channels / d.Seconds() / 1e9 }
	b.ReportMetric(rate(fast), "GFLOP/s")
	b.ReportMetric(rate(slow), "engine-GFLOP/s")
	b.ReportMetric(slow.Seconds()/fast.Seconds(), "times")
	b.ReportMetric(0, "ns/op")
}
