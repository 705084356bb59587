package stimulus

import "image"

// chromaRows returns the function that writes one row of a JPEG picture.
//
// Chroma with half the columns, or half the columns and rows, is interpolated
// linearly, as libjpeg does by default; other shares are repeated. The standard
// library always repeats: on the smooth pictures of the tests that puts nine in
// ten values off by up to 21, against one in twenty by up to 3.
//
//	source   ITU-T T.871 (2011), section 7; libjpeg's triangle filter
func chromaRows(m *image.YCbCr) func(dst []uint8, y int) {
	width := m.Rect.Dx()
	blue, red := upsampler(m, m.Cb), upsampler(m, m.Cr)
	cb, cr := make([]uint8, width+1), make([]uint8, width+1)
	return func(dst []uint8, y int) {
		blue(cb, y)
		red(cr, y)
		for x, luma := range m.Y[y*m.YStride:][:width] {
			dst[3*x], dst[3*x+1], dst[3*x+2] = rgb(int32(luma), int32(cb[x])-128, int32(cr[x])-128)
		}
	}
}

// rgb converts one pixel; the factors are those of T.871 times 2^16.
func rgb(y, cb, cr int32) (red, green, blue uint8) {
	const half = 1 << 15
	return clip(y + (91881*cr+half)>>16),
		clip(y + (-22554*cb-46802*cr+half)>>16),
		clip(y + (116130*cb+half)>>16)
}

// clip limits v to what 8 bits hold.
func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }

// upsampler returns the function that writes one full row of a chroma plane;
// dst has room for one value more than the picture is wide.
func upsampler(m *image.YCbCr, plane []uint8) func(dst []uint8, y int) {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	half := (width + 1) / 2
	switch {
	case m.SubsampleRatio == image.YCbCrSubsampleRatio422 && half > 2:
		return func(dst []uint8, y int) { doubleColumns(dst, plane[y*m.CStride:][:half]) }
	case m.SubsampleRatio == image.YCbCrSubsampleRatio420 && half > 2:
		sums := make([]int32, half)
		return func(dst []uint8, y int) {
			near := y / 2
			far := min(max(near-1+y%2*2, 0), (height+1)/2-1)
			for x := range sums {
				sums[x] = 3*int32(plane[near*m.CStride+x]) + int32(plane[far*m.CStride+x])
			}
			doubleSums(dst, sums)
		}
	}
	return func(dst []uint8, y int) {
		for x := range width {
			dst[x] = plane[m.COffset(x, y)]
		}
	}
}

// doubleColumns interpolates between neighbors, 3/4 of the nearer one. Halves
// are rounded down and up in turn.
func doubleColumns(dst, src []uint8) {
	last := len(src) - 1
	for x := range src {
		this := 3 * int32(src[x])
		dst[2*x] = uint8((this + int32(src[max(x-1, 0)]) + 1) >> 2)
		dst[2*x+1] = uint8((this + int32(src[min(x+1, last)]) + 2) >> 2)
	}
}

// doubleSums is doubleColumns for values four times as large.
func doubleSums(dst []uint8, src []int32) {
	last := len(src) - 1
	for x := range src {
		this := 3 * src[x]
		dst[2*x] = uint8((this + src[max(x-1, 0)] + 8) >> 4)
		dst[2*x+1] = uint8((this + src[min(x+1, last)] + 7) >> 4)
	}
}
