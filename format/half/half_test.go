package half_test

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/format/half"
)

// Every number against the definition: (-1)^s · 2^(e-15) · (1 + f/1024), and of
// exponent 0, 2^-14 · f/1024.
func TestFloat32(t *testing.T) {
	for bits := range 1 << 16 {
		sign, exponent, fraction := float64(1-bits>>15*2), bits>>10&0x1f, float64(bits&0x3ff)/1024
		want := sign * math.Ldexp(1+fraction, exponent-15)
		switch {
		case exponent == 0:
			want = sign * math.Ldexp(fraction, -14)
		case exponent == 0x1f && fraction == 0:
			want = math.Inf(int(sign))
		case exponent == 0x1f:
			want = math.NaN()
		}
		got := float64(half.Float32(uint16(bits)))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != (bits>>15 == 1) {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
}

// Every number against the definition: (-1)^s · 2^(e-127) · (1 + f/128), and of
// exponent 0, 2^-126 · f/128.
func TestBFloat16(t *testing.T) {
	for bits := range 1 << 16 {
		sign, exponent, fraction := float64(1-bits>>15*2), bits>>7&0xff, float64(bits&0x7f)/128
		want := sign * math.Ldexp(1+fraction, exponent-127)
		switch {
		case exponent == 0:
			want = sign * math.Ldexp(fraction, -126)
		case exponent == 0xff && fraction == 0:
			want = math.Inf(int(sign))
		case exponent == 0xff:
			want = math.NaN()
		}
		got := float64(half.BFloat16(uint16(bits)))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != (bits>>15 == 1) {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
}
