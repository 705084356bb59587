package bench

import (
	"fmt"
	"math"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// responses returns the patterns of a layer: numbers from 0 to 1 that the
// conditions share in part, so that correlations are about 1/2.
func responses(rows, channels int) rdm.Patterns {
	p := rdm.Patterns{Rows: rows, Channels: channels, F32: make([]float32, rows*channels)}
	random := seed.Stream(1, "responses")
	shared := make([]float32, channels)
	for k := range shared {
		shared[k] = random.Float32()
	}
	for i := range p.F32 {
		p.F32[i] = (shared[i%channels] + random.Float32()) / 2
	}
	return p
}

// correlation estimates correlation RDMs on the threads of all benchmarks.
func correlation(tb testing.TB) rdm.Estimator {
	tb.Helper()
	measure, err := rdm.MeasureByName("correlation")
	if err != nil {
		tb.Fatal(err)
	}
	return rdm.Estimator{Measure: measure, Multiplier: enginetest.Open(tb).Multiplier(), Budget: work.Budget{Threads: threads}}
}

// BenchmarkCorrelationRDM compares the RDM of 1000 conditions over 100,000
// channels with the rate at which the engine multiplies square matrices.
//
//	of-engine   products that an RDM needs, n(n+1)/2 · channels, per second, as a
//	            part of the engine's; everything but making the patterns counts
//	            The log has the largest difference from a float64 RDM of every
//	            tenth condition.
func BenchmarkCorrelationRDM(b *testing.B) {
	const rows, channels, turns = 1000, 100_000, 5
	e := correlation(b)
	p := responses(rows, channels)
	var rates, engines []float64
	var rdv []float64
	for b.Loop() {
		for range turns {
			before := matMulRate[float32](b, e.Multiplier, threads, 2048)
			took := timed(b, func() (err error) {
				rdv, err = e.RDV(b.Context(), p)
				return err
			})
			engines = append(engines, (before+matMulRate[float32](b, e.Multiplier, threads, 2048))/2)
			rates = append(rates, rows*(rows+1)*channels/took.clock/1e9)
		}
	}
	parts := ratios(rates, engines)
	b.Logf("of engine: %s; engine, GFLOP/s: %s; largest error against float64: %.2g",
		spread(parts), spread(engines), largestError(b, p, rdv, 10))
	b.ReportMetric(median(parts), "of-engine")
	b.ReportMetric(median(rates), "GFLOP/s")
	b.ReportMetric(median(engines), "engine-GFLOP/s")
	b.ReportMetric(0, "ns/op")
}

// matMulRate returns the billions of operations per second, each product a
// multiplication and an addition, of a product of n × n matrices.
func matMulRate[T engine.Float](b *testing.B, by engine.Multiplier, threads, n int) float64 {
	b.Helper()
	x, dst := make([]T, n*n), make([]T, n*n)
	for i := range x {
		x[i] = T(i%7) - 3
	}
	product := func() error {
		return engine.MatMul(b.Context(), by, work.Budget{Threads: threads}, dst, x, x, n, n, n)
	}
	timed(b, product) // the first touch of dst
	return 2 * math.Pow(float64(n), 3) / timed(b, product).clock / 1e9
}

// largestError compares the pairs of every step-th condition with the float64 RDM
// of these conditions.
func largestError(tb testing.TB, p rdm.Patterns, rdv []float64, step int) float64 {
	tb.Helper()
	some := rdm.Patterns{Rows: p.Rows / step, Channels: p.Channels}
	for i := range some.Rows {
		for _, v := range p.F32[i*step*p.Channels:][:p.Channels] {
			some.F64 = append(some.F64, float64(v))
		}
	}
	exact, err := correlation(tb).RDV(tb.Context(), some)
	if err != nil {
		tb.Fatal(err)
	}
	largest := 0.0
	for i := range some.Rows {
		for j := i + 1; j < some.Rows; j++ {
			got, want := rdv[rdm.PairIndex(p.Rows, i*step, j*step)], exact[rdm.PairIndex(some.Rows, i, j)]
			largest = max(largest, math.Abs(got-want))
		}
	}
	return largest
}

// BenchmarkEngineMatMul is the rate that the machine has to offer.
func BenchmarkEngineMatMul(b *testing.B) {
	by := enginetest.Open(b).Multiplier()
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("float32/1024/%d", threads), func(b *testing.B) { reportRate[float32](b, by, threads) })
		b.Run(fmt.Sprintf("float64/1024/%d", threads), func(b *testing.B) { reportRate[float64](b, by, threads) })
	}
}

func reportRate[T engine.Float](b *testing.B, by engine.Multiplier, threads int) {
	var rates []float64
	for b.Loop() {
		rates = append(rates, matMulRate[T](b, by, threads, 1024))
	}
	b.ReportMetric(median(rates), "GFLOP/s")
}
