package stimulus

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"

	"github.com/isocortex/isocortex/nearest"
)

// An Image is one picture in memory, 8 bits per color.
type Image struct {
	Width, Height int     // pixels
	Pix           []uint8 // red, green and blue of every pixel: Height × Width × 3, row-major
	Note          string  // what reading had to decide, for people; "" when nothing
}

// NewImage returns a black picture.
//
//	shapes   Pix: height × width × 3
func NewImage(width, height int) *Image {
	if width < 1 || height < 1 {
		panic(fmt.Sprintf("stimulus: an image of %d × %d pixels", width, height))
	}
	return &Image{Width: width, Height: height, Pix: make([]uint8, 3*width*height)}
}

// Fingerprint returns the SHA-256 of the size and all pixels in hexadecimal, one
// value per pixel where all are gray: pictures that look the same have the same,
// whatever their files.
//
//	cost     1 to 3 ms per megapixel
func (img *Image) Fingerprint() string { return img.raster().fingerprint() }

// PNG returns the picture as the bytes of a PNG file, gray when every pixel is.
//
//	cost     about 10 ms per megapixel; the same picture gives the same bytes
func (img *Image) PNG() ([]byte, error) {
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, img.Standard()); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// Standard returns the picture as the standard library holds one, gray when every
// pixel is.
func (img *Image) Standard() image.Image {
	area := image.Rect(0, 0, img.Width, img.Height)
	if img.raster().gray() {
		picture := image.NewGray(area)
		for i := range picture.Pix {
			picture.Pix[i] = img.Pix[3*i]
		}
		return picture
	}
	picture := image.NewNRGBA(area)
	for i := range img.Width * img.Height {
		copy(picture.Pix[4*i:], img.Pix[3*i:3*i+3])
		picture.Pix[4*i+3] = 0xff
	}
	return picture
}

// Thumbnail returns the picture shrunk so that its longer side has the given
// number of pixels; a picture that is small enough is returned as it is.
//
//	size     pixels, at least 1; the shorter side is rounded and at least 1
//	source   Resize with Bicubic
func (img *Image) Thumbnail(size int) *Image {
	longer := max(img.Width, img.Height)
	if longer <= size {
		return img
	}
	scaled := func(side int) int { return max(1, (2*side*size+longer)/(2*longer)) }
	return Resize(img, scaled(img.Width), scaled(img.Height), Bicubic)
}

// A Background is what shows through the transparent pixels of a picture. The
// zero Background is white.
type Background uint8

// The backgrounds.
const (
	White Background = iota // red, green, blue 255
	Gray                    // 128
	Black                   // 0
)

// backgrounds gives the name and the value of red, green and blue of each.
var backgrounds = []struct {
	name  string
	level uint8
}{White: {"white", 255}, Gray: {"gray", 128}, Black: {"black", 0}}

// String returns the name of the background.
func (b Background) String() string { return backgrounds[b].name }

// BackgroundByName returns the background called white, gray or black.
//
//	errors   an unknown name: the error lists those there are
func BackgroundByName(name string) (Background, error) {
	var names []string
	for b := range backgrounds {
		names = append(names, backgrounds[b].name)
	}
	i, err := byName("background", name, names)
	return Background(i), err
}

// opaque returns c as it looks on the background.
func (b Background) opaque(c color.NRGBA) (red, green, blue uint8) {
	level := backgrounds[b].level
	return blend(c.R, level, c.A), blend(c.G, level, c.A), blend(c.B, level, c.A)
}

// blend mixes a color with what is behind it, rounded to the nearest.
func blend(front, back, alpha uint8) uint8 {
	return uint8((int(front)*int(alpha) + int(back)*int(255-alpha) + 127) / 255)
}

// byName returns the place of name among names.
func byName(kind, name string, names []string) (int, error) {
	if i := slices.Index(names, name); i >= 0 {
		return i, nil
	}
	if hint := nearest.Hint(name, names); hint != "" {
		return 0, fmt.Errorf("unknown %s %q%s", kind, name, hint)
	}
	return 0, fmt.Errorf("unknown %s %q: use one of %q", kind, name, names)
}
