// Package half knows numbers of half precision, in which networks and arrays
// are sometimes stored: IEEE 754 binary16, of 11 significant bits, and bfloat16,
// of 8.
//
//	half.Float32(0x3c00)  // 1
//	half.BFloat16(0x3f80) // 1
package half

import "math"

// Float32 returns the value of a half-precision number, given its bits; all are
// float32 as well.
//
//	NaN      stays NaN, with its bits
func Float32(bits uint16) float32 {
	sign, exponent, fraction := uint32(bits&0x8000)<<16, uint32(bits>>10)&0x1f, uint32(bits&0x3ff)
	switch exponent {
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	case 0:
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}

// BFloat16 returns the value of a number of the other 16-bit format, given its
// bits: those of a float32 without its lower half.
//
//	NaN      stays NaN, with its bits
func BFloat16(bits uint16) float32 { return math.Float32frombits(uint32(bits) << 16) }
