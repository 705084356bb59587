package stimulus

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
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

// Open reads a PNG or JPEG file; transparent pixels are shown on white.
//
// Gray pictures have three equal channels; of 16-bit values the high byte is
// kept. Color profiles, gamma and the EXIF orientation are not applied, as in
// Pillow's Image.open and torchvision. A PNG of 8 bits gives the values that
// Pillow gives; those of a JPEG differ in some places by up to 3, because the
// inverse cosine transform is not that of libjpeg.
//
//	errors   *file.ParseError with file.ErrMalformed or file.ErrUnsupported:
//	         damaged and cut files, other formats, CMYK, more than MaxPixels
//	cost     1 to 2 ms for a PNG of 482 × 482 gray or 224 × 224 color pixels;
//	         3 bytes per pixel, and for a JPEG or a PNG that is interlaced or not
//	         of 8 bits what the standard decoder takes, up to three times as much
//	source   W3C PNG (2003), ITU-T T.81 and T.871; Pillow 9.4.0
func Open(path string) (*Image, error) { return OpenOn(path, White) }

// OpenOn is Open with a background for transparent pixels.
func OpenOn(path string, background Background) (*Image, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, file.Unsupported(path, -1, "file", "%d bytes, more than any picture of %d million pixels", info.Size(), MaxPixels/1_000_000)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Decode(data, path, background)
}

// Decode is OpenOn for bytes at hand; name stands for the path in errors.
func Decode(data []byte, name string, background Background) (*Image, error) {
	h, err := readHeader(bytes.NewReader(data), name, int64(len(data)))
	if err != nil {
		return nil, err
	}
	b := &blender{on: background}
	img, err := decode(data, h.format, b)
	if err != nil {
		return nil, located(err, name, h.format, data)
	}
	if b.used {
		img.Note = fmt.Sprintf("transparent pixels are shown on %v", background)
	}
	return img, nil
}

// decode reads a picture of a known format whose header is in order.
func decode(data []byte, format string, b *blender) (*Image, error) {
	standard := jpeg.Decode
	if format == "PNG" {
		if img, ok := plainPNG(data, b); ok {
			return img, nil
		}
		b.used = false
		standard = png.Decode
	}
	decoded, err := standard(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return convert(decoded, b), nil
}

// A header is what the first bytes of a picture tell.
type header struct {
	format        string // PNG or JPEG
	width, height int    // pixels
	transparent   bool   // pixels may be transparent
}

// signatures are the first bytes of the formats that people keep pictures in.
var signatures = []struct{ format, start string }{
	{"PNG", "\x89PNG\r\n\x1a\n"},
	{"JPEG", "\xff\xd8\xff"},
	{"GIF", "GIF8"},
	{"BMP", "BM"},
	{"TIFF", "II*\x00"},
	{"TIFF", "MM\x00*"},
	{"WebP or another RIFF", "RIFF"},
}

// readHeader reads the first bytes of a picture of so many bytes and refuses
// what Decode cannot read.
func readHeader(r io.Reader, name string, size int64) (header, error) {
	if size == 0 {
		return header{}, file.Malformed(name, 0, "signature", "the file is empty")
	}
	buffered := bufio.NewReader(r)
	start, err := buffered.Peek(int(min(size, 24)))
	if err != nil {
		return header{}, defect(err, name, "signature", size)
	}
	h := header{format: format(start)}
	var config image.Config
	switch {
	case h.format == "JPEG":
		config, err = jpeg.DecodeConfig(buffered)
	case h.format == "PNG" && len(start) == 24 && tooLarge(pngSize(start)):
		config.Width, config.Height = pngSize(start) // the decoder would refuse some without saying the size
	case h.format == "PNG":
		config, err = png.DecodeConfig(buffered)
	case h.format != "":
		return h, file.Unsupported(name, 0, "signature", "this is a %s file: save it as PNG", h.format)
	default:
		return h, file.Unsupported(name, 0, "signature", "this is neither a PNG nor a JPEG file: save it as PNG")
	}
	if err != nil {
		return h, defect(err, name, h.format, size)
	}
	h.width, h.height, h.transparent = config.Width, config.Height, transparent(config.ColorModel)
	return h, h.check(name, config.ColorModel)
}

// check refuses sizes and colors that Decode cannot read.
func (h header) check(name string, model color.Model) error {
	if h.width < 1 || h.height < 1 {
		return file.Malformed(name, -1, h.format+" header", "%d × %d pixels", h.width, h.height)
	}
	if tooLarge(h.width, h.height) {
		return file.Unsupported(name, -1, h.format+" header", "%d × %d pixels, more than the %d million that are read: make it smaller",
			h.width, h.height, MaxPixels/1_000_000)
	}
	if model == color.CMYKModel {
		return file.Unsupported(name, -1, h.format+" header", "CMYK colors: convert it to RGB with its color profile and save it as PNG")
	}
	return nil
}

func tooLarge(width, height int) bool { return int64(width)*int64(height) > MaxPixels }

// pngSize reads the size that follows the signature and the name of the first chunk.
func pngSize(start []byte) (width, height int) {
	return int(binary.BigEndian.Uint32(start[16:])), int(binary.BigEndian.Uint32(start[20:]))
}

// format returns the name of the format that begins so, or "".
func format(start []byte) string {
	for _, s := range signatures {
		if strings.HasPrefix(string(start), s.start) {
			return s.format
		}
	}
	return ""
}

// transparent tells whether a picture of this color model can have
// transparent pixels.
func transparent(model color.Model) bool {
	if palette, ok := model.(color.Palette); ok {
		for _, c := range palette {
			if _, _, _, alpha := c.RGBA(); alpha != 0xffff {
				return true
			}
		}
		return false
	}
	return model == color.NRGBAModel || model == color.NRGBA64Model
}

// located says what is wrong in a picture, and at which byte where that is known.
func located(err error, name, format string, data []byte) error {
	if format == "PNG" {
		if offset, field, what := damagedChunk(data); what != "" {
			return file.Malformed(name, offset, field, "%s: copy or download the file again", what)
		}
	}
	if errors.As(err, new(jpeg.FormatError)) && strings.HasSuffix(err.Error(), "short Huffman data") {
		err = io.ErrUnexpectedEOF // which it means, of a file that ends amid the pixels
	}
	return defect(err, name, format, int64(len(data)))
}

// defect puts the error of a decoder into words; size is that of the file.
func defect(err error, name, format string, size int64) error {
	var path *fs.PathError
	var pngUnsupported png.UnsupportedError
	var jpegUnsupported jpeg.UnsupportedError
	switch {
	case errors.As(err, &path):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return file.Malformed(name, size, format, "the file ends too early: copy or download it again")
	case errors.As(err, &pngUnsupported), errors.As(err, &jpegUnsupported):
		return file.Unsupported(name, -1, format, "%w: save it again, as PNG", err)
	}
	return file.Malformed(name, -1, format, "%w", err)
}

// damagedChunk finds the first chunk of a PNG file that is cut or whose check
// sum is wrong; what is "" when there is none.
func damagedChunk(data []byte) (offset int64, field, what string) {
	for at := 8; ; {
		if len(data)-at < 12 {
			return int64(len(data)), "chunk", "the file ends too early"
		}
		length, kind := int64(binary.BigEndian.Uint32(data[at:])), string(data[at+4:at+8])
		field = fmt.Sprintf("chunk %q", kind)
		if left := int64(len(data) - at - 12); length > left {
			return int64(len(data)), field, fmt.Sprintf("the file ends too early, %d bytes are missing", length-left)
		}
		end := at + 8 + int(length)
		if crc32.ChecksumIEEE(data[at+4:end]) != binary.BigEndian.Uint32(data[end:]) {
			return int64(at), field, "wrong check sum"
		}
		if kind == "IEND" {
			return 0, "", ""
		}
		at = end + 4
	}
}

// probe reads the header of a file, and the whole of a file that does not end
// as its format demands, so that a cut file is found without decoding the others.
func probe(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return header{}, err
	}
	h, err := readHeader(f, path, info.Size())
	if err != nil {
		return h, err
	}
	end := "\xff\xd9"
	if h.format == "PNG" {
		end = "IEND\xaeB`\x82"
	}
	last := make([]byte, len(end))
	if _, err := f.ReadAt(last, info.Size()-int64(len(end))); err == nil && string(last) == end {
		return h, nil
	}
	_, err = Open(path)
	return h, err
}
