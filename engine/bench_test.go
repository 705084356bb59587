package engine_test

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/work"
)

// What a call costs beside the graph: one number through one operator.
func BenchmarkCall(b *testing.B) {
	s := open(b, func(g *onnx.Builder) { g.Output(g.Relu(g.Input("x", onnx.Float32, 1)), "y", 1) })
	x := []engine.Tensor{{Shape: []int{1}, Data: []float32{1}}}
	y := []engine.Tensor{{Shape: []int{1}, Data: []float32{0}}}
	b.Run("RunInto", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := s.RunInto(x, y); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Run", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			results, err := s.Run(b.Context(), x)
			if err != nil {
				b.Fatal(err)
			}
			results.Close()
		}
	})
}

func BenchmarkMatMul(b *testing.B) {
	by := enginetest.Open(b).Multiplier()
	for _, size := range [][3]int{{64, 64, 64}, {92, 92, 10_000}, {1024, 1024, 1024}} {
		for _, threads := range []int{1, 2} {
			name := fmt.Sprintf("%dx%dx%d/%d", size[0], size[2], size[1], threads)
			b.Run("float32/"+name, func(b *testing.B) { product[float32](b, by, threads, size) })
			b.Run("float64/"+name, func(b *testing.B) { product[float64](b, by, threads, size) })
		}
	}
	b.Run("float32/plain", func(b *testing.B) { product[float32](b, engine.Plain{}, 1, [3]int{256, 256, 256}) })
	b.Run("float64/plain", func(b *testing.B) { product[float64](b, engine.Plain{}, 1, [3]int{256, 256, 256}) })
}

// product measures one product of m × k by k × n and reports its rate.
func product[T engine.Float](b *testing.B, by engine.Multiplier, threads int, size [3]int) {
	m, n, k := size[0], size[1], size[2]
	random := seed.Stream(1, "benchmark")
	x, y, dst := normal[T](random, m*k), normal[T](random, n*k), make([]T, m*n)
	for b.Loop() {
		if err := engine.MatMul(b.Context(), by, work.Budget{Threads: threads}, dst, x, y, m, n, k); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
