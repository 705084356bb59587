package alignment_test

import (
	"math/rand/v2"
	"testing"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/engine/enginetest"
)

// A layer of 100,000 channels and one of 2,000, of 1,000 stimuli.
func BenchmarkScore(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	x, y := narrowed(normal(1000, 100_000, random)), narrowed(normal(1000, 2000, random))
	o := alignment.Options{Multiplier: enginetest.Open(b).Multiplier()}
	for _, a := range alignment.Alignments {
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				score(b, a, x, y, o)
			}
		})
	}
}

// The products that cka rests on, alone.
func BenchmarkProducts(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	x := narrowed(normal(1000, 100_000, random)).F32
	by, products := enginetest.Open(b).Multiplier(), make([]float32, 1000*1000)
	for b.Loop() {
		if err := by.MultiplyTransposed32(products, x, x, 1000, 1000, 100_000); err != nil {
			b.Fatal(err)
		}
	}
}
