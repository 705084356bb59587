package stimulus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
)

// A raster is decoded pixels as they lie in memory: gray ones are not spread to
// three colors before it is known what becomes of them.
type raster struct {
	width, height int
	step          int       // values per pixel: 1 gray, 3 red, green and blue
	stride        int       // values from row to row
	pix           []uint8   // not to be changed
	parts         *pngParts // to which pix belongs; nil when it belongs to nobody else
}

// raster returns the pixels of the picture; it shares them.
func (img *Image) raster() raster {
	return raster{width: img.Width, height: img.Height, step: 3, stride: 3 * img.Width, pix: img.Pix}
}

// rasterOf returns what the standard library decoded.
func rasterOf(src image.Image, b *blender) raster {
	if m, ok := src.(*image.Gray); ok {
		return raster{width: m.Rect.Dx(), height: m.Rect.Dy(), step: 1, stride: m.Stride, pix: m.Pix}
	}
	return convert(src, b).raster()
}

// row returns the values of a row.
func (r raster) row(y int) []uint8 { return r.pix[y*r.stride:][:r.step*r.width] }

// free gives the memory back; the pixels are not to be used any more.
func (r raster) free() {
	if r.parts != nil {
		parts.Put(r.parts)
	}
}

// picture returns the pixels in memory of their own, as red, green and blue, and
// frees the raster.
func (r raster) picture() *Image {
	defer r.free()
	switch {
	case r.step == 1:
		return r.colors(func(dst, src []uint8) { spread(dst, src, 1) })
	case r.parts != nil:
		return r.colors(func(dst, src []uint8) { copy(dst, src) })
	}
	return &Image{Width: r.width, Height: r.height, Pix: r.pix}
}

// colors returns the picture that the function makes row by row.
func (r raster) colors(row func(dst, src []uint8)) *Image {
	img := NewImage(r.width, r.height)
	for y := range r.height {
		row(img.Pix[3*r.width*y:][:3*r.width], r.row(y))
	}
	return img
}

// fingerprint is that of a picture.
func (r raster) fingerprint() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%d × %d\n", r.width, r.height)
	values := make([]uint8, r.width)
	thin := r.step == 3 && r.gray()
	for y := range r.height {
		row := r.row(y)
		if thin {
			for x := range values {
				values[x] = row[3*x]
			}
			row = values
		}
		sum.Write(row)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// gray tells whether red, green and blue agree everywhere.
func (r raster) gray() bool {
	for y := range r.height {
		row := r.row(y)
		for x := 0; r.step == 3 && x < len(row); x += 3 {
			if row[x] != row[x+1] || row[x] != row[x+2] {
				return false
			}
		}
	}
	return true
}
