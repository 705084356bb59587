package stimulus

import (
	"fmt"
	"image"
	"image/color"
)

// convert returns what the standard library decoded as red, green and blue.
func convert(src image.Image, b *blender) *Image {
	img := NewImage(src.Bounds().Dx(), src.Bounds().Dy())
	row := rows(src, b)
	for y := range img.Height {
		row(img.Pix[3*img.Width*y:][:3*img.Width], y)
	}
	return img
}

// A blender puts transparent pixels on a background and remembers that it did.
type blender struct {
	on   Background
	used bool
}

// rows returns the function that writes one row of src, for every type that the
// decoders return; all of them have their first pixel at (0, 0).
func rows(src image.Image, b *blender) func(dst []uint8, y int) {
	width := src.Bounds().Dx()
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
		row := b.paletted(m.Palette)
		return func(dst []uint8, y int) { row(dst, m.Pix[y*m.Stride:][:width]) }
	case *image.CMYK:
		return func(dst []uint8, y int) { inkRow(dst, m.Pix[y*m.Stride:][:4*width]) }
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

// grayRow writes a row of gray and alpha.
func (b *blender) grayRow(dst, src []uint8) {
	for len(dst) >= 3 {
		v := src[0]
		if alpha := src[1]; alpha != 0xff {
			v = blend(v, backgrounds[b.on].level, alpha)
			b.used = true
		}
		dst[0], dst[1], dst[2] = v, v, v
		dst, src = dst[3:], src[2:]
	}
}

// paletted returns the function that writes a row of indices into a palette;
// every color of it is looked up once, and what it lacks is black.
func (b *blender) paletted(palette []color.Color) func(dst, src []uint8) {
	var table [256][3]uint8
	var transparent [256]bool
	for i, c := range palette {
		straight := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i][0], table[i][1], table[i][2] = b.on.opaque(straight)
		transparent[i] = straight.A != 0xff
	}
	return func(dst, src []uint8) {
		for x, index := range src {
			copy(dst[3*x:], table[index][:])
			b.used = b.used || transparent[index]
		}
	}
}

// inkRow writes a row of cyan, magenta, yellow and black: each ink takes its
// share of the light that black leaves. No color profile is applied.
//
//	source   Pillow 9.4.0, whose rounding this is
func inkRow(dst, src []uint8) {
	for len(dst) >= 3 {
		light := 255 - int(src[3])
		for c := range 3 {
			taken := int(src[c])*light + 128
			dst[c] = uint8(max(0, light-(taken+taken>>8)>>8))
		}
		dst, src = dst[3:], src[4:]
	}
}
