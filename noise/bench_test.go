package noise_test

import (
	"testing"

	"github.com/isocortex/isocortex/noise"
)

// 200 residuals of 400 channels.
func BenchmarkFromResiduals(b *testing.B) {
	x := gaussian(200, 400, 1)
	for _, e := range noise.Estimators {
		b.Run(e.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := e.FromResiduals(x, 400, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
