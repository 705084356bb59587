package fourier

import "unsafe"

// slice returns the n numbers from p on.
func slice(p *float64, n int) []float64 { return unsafe.Slice(p, n) }

// plainApart is apart: the butterflies of a transform of 4·quarter times into
// four of quarter.
func plainApart(x *float64, quarter int, twiddles *float64) {
	all, w := slice(x, 4*quarter*Width), slice(twiddles, 6*quarter)
	for j := range quarter {
		for l := range Lanes {
			var y [4]complex128
			for k := range y {
				y[k] = lane(all, j+k*quarter, l)
			}
			y = four(y, -1i)
			put(all, j, l, y[0])
			for k := 1; k < 4; k++ {
				put(all, j+k*quarter, l, y[k]*complex(w[6*j+2*k-2], w[6*j+2*k-1]))
			}
		}
	}
}

// plainUnited is united: the inverse of apart, times 4.
func plainUnited(x *float64, quarter int, twiddles *float64) {
	all, w := slice(x, 4*quarter*Width), slice(twiddles, 6*quarter)
	for j := range quarter {
		for l := range Lanes {
			y := [4]complex128{lane(all, j, l)}
			for k := 1; k < 4; k++ {
				y[k] = lane(all, j+k*quarter, l) * complex(w[6*j+2*k-2], -w[6*j+2*k-1])
			}
			for k, v := range four(y, 1i) {
				put(all, j+k*quarter, l, v)
			}
		}
	}
}

// plainFours is foursApart with turn −i, foursUnited with i: transforms of four
// times that follow each other.
func plainFours(x *float64, count int, turn complex128) {
	all := slice(x, 4*count*Width)
	for j := 0; j < 4*count; j += 4 {
		for l := range Lanes {
			var y [4]complex128
			for k := range y {
				y[k] = lane(all, j+k, l)
			}
			for k, v := range four(y, turn) {
				put(all, j+k, l, v)
			}
		}
	}
}

// plainTwos is twos: transforms of two times that follow each other.
func plainTwos(x *float64, count int) {
	all := slice(x, 2*count*Width)
	for j := 0; j < len(all); j += 2 * Width {
		for i := j; i < j+Width; i++ {
			a, b := all[i], all[i+Width]
			all[i], all[i+Width] = a+b, a-b
		}
	}
}

// plainMultiply is multiply.
func plainMultiply(x, factors *float64, n int) {
	all := slice(x, n*Width)
	for i, f := range slice(factors, n) {
		for l := range Width {
			all[i*Width+l] *= f
		}
	}
}

// four is the transform of four times.
func four(y [4]complex128, turn complex128) [4]complex128 {
	even, odd := y[0]+y[2], y[1]+y[3]
	left, right := y[0]-y[2], turn*(y[1]-y[3])
	return [4]complex128{even + odd, left + right, even - odd, left - right}
}

// lane returns the number of a lane at a time.
func lane(x []float64, at, l int) complex128 {
	return complex(x[at*Width+l], x[at*Width+Lanes+l])
}

// put sets it.
func put(x []float64, at, l int, v complex128) {
	x[at*Width+l], x[at*Width+Lanes+l] = real(v), imag(v)
}
