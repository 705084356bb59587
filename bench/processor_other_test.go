//go:build !linux

package bench

import "math"

// processorSeconds is not known.
func processorSeconds() float64 { return math.NaN() }
