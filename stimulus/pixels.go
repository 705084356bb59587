package stimulus

import (
	"fmt"
	"image"
	"image/color"
)

// convert writes what the standard library decoded as red, green and blue, and
// tells whether any pixel was transparent.
//
//	shapes   dst: height × width × 3
func convert(dst []uint8, src image.Image, on Background) (blended bool) {
	width, height := src.Bounds().Dx(), src.Bounds().Dy()
	b := &blender{on: on}
	row := rows(src, b)
	for y := range height {
		row(dst[3*width*y:][:3*width], y)
	}
	return b.used
}

// A blender puts transparent pixels on a background and remembers that it did.
type blender struct {
	on   Background
	used bool
}

// rows returns the function that writes one row of src, for every type that the
// decoders return; all of them have their first pixel at (0, 0).
func rows(src image.Image, b *blender) func(dst []uint8, y int) {
	switch m := src.(type) {
	case *image.Gray:
		return func(dst []uint8, y int) { spread(dst, m.Pix[y*m.Stride:], 1) }
	case *image.Gray16:
		return func(dst []uint8, y int) { spread(dst, m.Pix[y*m.Stride:], 2) }
	case *image.RGBA: // the decoders use it for pictures without transparency
		return func(dst []uint8, y int) { opaqueRow(dst, m.Pix[y*m.Stride:], 1) }
	case *image.RGBA64:
		return func(dst []uint8, y int) { opaqueRow(dst, m.Pix[y*m.Stride:], 2) }
	case *image.NRGBA:
		return func(dst []uint8, y int) { b.row(dst, m.Pix[y*m.Stride:], 1) }
	case *image.NRGBA64:
		return func(dst []uint8, y int) { b.row(dst, m.Pix[y*m.Stride:], 2) }
	case *image.Paletted:
		return b.paletted(m)
	case *image.YCbCr:
		return chromaRows(m)
	}
	panic(fmt.Sprintf("stimulus: a decoder returned %T", src))
}

// spread writes a row of gray values of 1 or 2 bytes, the high one first.
func spread(dst, src []uint8, bytes int) {
	for x := 0; len(dst) >= 3; x += bytes {
		dst[0], dst[1], dst[2] = src[x], src[x], src[x]
		dst = dst[3:]
	}
}

// opaqueRow writes a row of red, green, blue and an alpha that is not needed,
// 1 or 2 bytes each.
func opaqueRow(dst, src []uint8, bytes int) {
	for len(dst) >= 3 {
		dst[0], dst[1], dst[2] = src[0], src[bytes], src[2*bytes]
		dst, src = dst[3:], src[4*bytes:]
	}
}

// row writes a row of red, green, blue and alpha, 1 or 2 bytes each.
func (b *blender) row(dst, src []uint8, bytes int) {
	for len(dst) >= 3 {
		dst[0], dst[1], dst[2] = src[0], src[bytes], src[2*bytes]
		if alpha := src[3*bytes]; alpha != 0xff {
			dst[0], dst[1], dst[2] = b.on.opaque(color.NRGBA{dst[0], dst[1], dst[2], alpha})
			b.used = true
		}
		dst, src = dst[3:], src[4*bytes:]
	}
}

// paletted is rows for a palette; every color of it is looked up once.
func (b *blender) paletted(m *image.Paletted) func(dst []uint8, y int) {
	var table [256][3]uint8
	var transparent [256]bool
	for i, c := range m.Palette {
		straight := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i][0], table[i][1], table[i][2] = b.on.opaque(straight)
		transparent[i] = straight.A != 0xff
	}
	return func(dst []uint8, y int) {
		for x, index := range m.Pix[y*m.Stride:][:m.Rect.Dx()] {
			copy(dst[3*x:], table[index][:])
			b.used = b.used || transparent[index]
		}
	}
}
