package stimulus

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// MaxPixels is the size of the largest picture that is read. A file of a few
// bytes can claim to hold more than any memory.
const MaxPixels = 100_000_000

// maxFile is the size in bytes of the largest file that is read: MaxPixels of
// 16-bit RGBA, uncompressed.
const maxFile = 8 * MaxPixels

// Open reads a picture; transparent pixels are shown on white.
//
// The kinds of files are PNG, JPEG, TIFF, BMP, GIF and WebP; the first bytes
// tell which, not the name. Of several pictures in a file the first is read.
//
// A picture is turned as its EXIF orientation says, because that is how people
// saw it. Pillow's Image.open, and with it torchvision, turns TIFF only.
// Color profiles and gamma are not applied, as in both.
//
// Gray pictures have three equal channels. Of 16-bit values the high byte is
// kept, as Pillow does for RGB: networks were trained on such pictures, and
// dividing by 257 instead would differ by one step in a quarter of the values. CMYK is
// converted by formula, without profile.
//
// The values are those that Pillow gives with convert("RGB"), except in a JPEG,
// where some differ by up to 3, because the inverse cosine transform is not
// that of libjpeg; and of 16-bit gray, which Pillow cuts off at 255.
//
//	errors   *file.ParseError with file.ErrMalformed or file.ErrUnsupported:
//	         damaged and cut files, other formats, more than MaxPixels
//	cost     0.7 to 2 ms for a PNG of 482 × 482 gray or 224 × 224 color pixels;
//	         4 to 7 bytes per pixel for a PNG of 8 bits, not interlaced, up to
//	         20 for others, the most for a TIFF of 16 bits in one strip
//	source   W3C PNG (2003), ITU-T T.81 and T.871, TIFF 6.0, RFC 9649; Pillow 9.4.0
func Open(path string) (*Image, error) { return OpenOn(path, White) }

// OpenOn is Open with a background for transparent pixels.
func OpenOn(path string, background Background) (*Image, error) {
	var content bytes.Buffer
	if err := readInto(&content, path); err != nil {
		return nil, err
	}
	return Decode(content.Bytes(), path, background)
}

// readInto replaces what is in content by what is in the file.
func readInto(content *bytes.Buffer, path string) error {
	length, err := checkLength(path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	content.Reset()
	content.Grow(length + bytes.MinRead) // which ReadFrom wants to see free
	_, err = content.ReadFrom(f)
	return err
}

// checkLength returns the bytes of a file, and refuses more than any picture has.
func checkLength(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Size() > maxFile {
		return 0, file.Unsupported(path, -1, "file", "%d bytes, more than any picture of %d million pixels", info.Size(), MaxPixels/1_000_000)
	}
	return int(info.Size()), nil
}

// Decode is OpenOn for bytes at hand; name stands for the path in errors.
func Decode(data []byte, name string, background Background) (*Image, error) {
	b := &blender{on: background}
	r, h, err := source{name, data}.seen(b)
	if err != nil {
		return nil, err
	}
	img := r.picture()
	img.Note = h.note(b)
	return img, nil
}

// seen reads the pixels as people see them.
func (s source) seen(b *blender) (raster, Header, error) {
	h, _, decode, err := s.open()
	if err != nil {
		return raster{}, h, err
	}
	r, err := decode(b)
	if err == nil && h.Orientation.Turned() {
		r = h.Orientation.turn(r.picture()).raster()
	}
	return r, h, err
}

// note says what reading had to decide.
func (h Header) note(b *blender) string {
	var notes []string
	if b.used {
		notes = append(notes, fmt.Sprintf("transparent pixels are shown on %v", b.on))
	}
	for _, c := range choices {
		if c.made(h) {
			notes = append(notes, c.what)
		}
	}
	return strings.Join(notes, "; ")
}

// choices lists what reading decides by the header, beside transparency.
var choices = []struct {
	made       func(Header) bool
	with, what string
}{
	{func(h Header) bool { return h.Orientation.Turned() }, "an EXIF orientation", "turned as people see it, which Pillow and torchvision do of TIFF only"},
	{func(h Header) bool { return h.Pictures > 1 }, "several pictures inside", "the first one is shown"},
	{func(h Header) bool { return h.Depth == 16 }, "16 bits per color", "the high 8 are kept"},
	{func(h Header) bool { return h.Mode == "CMYK" }, "CMYK colors", "converted without a color profile"},
}

// ReadHeader reads the header of a picture.
//
//	errors   those of Open that the header tells
//	cost     the first bytes of the file, and where its parts begin; a file that
//	         does not end as its format demands is decoded, so that a cut one is
//	         found without decoding the others
func ReadHeader(path string) (Header, error) {
	if _, err := checkLength(path); err != nil {
		return Header{}, err
	}
	mapping, err := file.Map(path)
	if err != nil {
		return Header{}, err
	}
	defer mapping.Close()
	h, f, decode, err := source{path, mapping.Bytes}.open()
	if err == nil && !bytes.HasSuffix(mapping.Bytes, []byte(f.end)) {
		var r raster
		r, err = decode(&blender{})
		r.free()
	}
	return h, err
}

// defect puts the error of a decoder into words.
func (s source) defect(err error, field string) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return s.short(field)
	case errors.As(err, new(png.UnsupportedError)), errors.As(err, new(jpeg.UnsupportedError)):
		return s.unsupported(-1, field, "%w: save it again, as PNG", err)
	}
	return s.malformed(-1, field, "%w", err)
}
