// Package half knows numbers of half precision: IEEE 754 binary16, of 11
// significant bits, in which networks and arrays are sometimes stored.
//
//	half.Float32(0x3c00) // 1
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
