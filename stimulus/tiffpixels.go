package stimulus

// decode reads the pixels.
func (f *tiff) decode(b *blender) (raster, error) {
	shown := f.colors // values of a pixel
	if f.alpha != noAlpha {
		shown++
	}
	values := make([]uint8, f.width*f.height*shown)
	for plane := range min(f.planes, shown) {
		for down := range f.down {
			for across := range f.across {
				block, err := f.block((plane*f.down+down)*f.across+across, f.rows(down))
				if err != nil {
					return raster{}, err
				}
				f.place(values, block, tiffPlace{plane, down, across, shown})
			}
		}
	}
	img := NewImage(f.width, f.height)
	row := f.row(b)
	for y := range f.height {
		row(img.Pix[3*f.width*y:][:3*f.width], values[y*f.width*shown:][:f.width*shown])
	}
	return img.raster(), nil
}

// A tiffPlace is where a block belongs, in blocks; shown is the number of values
// of a pixel that are kept.
type tiffPlace struct{ plane, down, across, shown int }

// place copies the part of a block that lies in the picture.
func (f *tiff) place(values, block []uint8, p tiffPlace) {
	perPixel := f.values / f.planes
	left, top := p.across*f.blockWidth, p.down*f.blockHeight
	for y := range min(f.rows(p.down), f.height-top) {
		src := block[y*f.blockWidth*perPixel:]
		dst := values[((top+y)*f.width+left)*p.shown:]
		for x := range min(f.blockWidth, f.width-left) {
			if f.planes > 1 {
				dst[x*p.shown+p.plane] = src[x]
			} else {
				copy(dst[x*p.shown:][:p.shown], src[x*perPixel:])
			}
		}
	}
}

// row returns the function that writes a row as red, green and blue. It may
// change src.
func (f *tiff) row(b *blender) func(dst, src []uint8) {
	write := f.straightRow(b)
	if f.kind == tiffWhiteIsZero {
		write = inverted(write, f.alpha != noAlpha)
	}
	if f.alpha == foldedAlpha {
		write = f.unfolded(write)
	}
	return write
}

// straightRow is row for colors as they are.
func (f *tiff) straightRow(b *blender) func(dst, src []uint8) {
	switch {
	case f.kind == tiffPalette:
		return b.paletted(f.palette)
	case f.kind == tiffCMYK:
		return inkRow
	case f.kind == tiffRGB && f.alpha != noAlpha:
		return func(dst, src []uint8) { b.row(dst, src, 1) }
	case f.kind == tiffRGB:
		return func(dst, src []uint8) { copy(dst, src) }
	case f.alpha != noAlpha:
		return b.grayRow
	}
	return func(dst, src []uint8) { spread(dst, src, 1) }
}

// inverted turns gray values around before they are written.
func inverted(write func(dst, src []uint8), alpha bool) func(dst, src []uint8) {
	step := 1
	if alpha {
		step = 2
	}
	return func(dst, src []uint8) {
		for i := 0; i < len(src); i += step {
			src[i] = 255 - src[i]
		}
		write(dst, src)
	}
}

// unfolded divides the colors by alpha before they are written, rounded down as
// Pillow does.
func (f *tiff) unfolded(write func(dst, src []uint8)) func(dst, src []uint8) {
	step := f.colors + 1
	return func(dst, src []uint8) {
		for pixel := src; len(pixel) >= step; pixel = pixel[step:] {
			alpha := int(pixel[f.colors])
			for c := range f.colors {
				if alpha > 0 {
					pixel[c] = uint8(min(255, 255*int(pixel[c])/alpha))
				}
			}
		}
		write(dst, src)
	}
}
