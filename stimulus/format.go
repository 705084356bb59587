package stimulus

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/file"
)

// A format is a kind of picture file.
type format struct {
	name    string
	endings []string // of file names, in small letters
	begins  []string // first bytes of a file; a dot stands for any byte
	end     string   // last bytes of a whole file; "" where open looks whether all is there
	open    func(source) (Header, decoder, error)
}

// A decoder returns the pixels of a file whose header is in order, as they are
// stored: the orientation is not applied.
type decoder func(*blender) (raster, error)

// formats lists the kinds of files that are read. A file is what its first
// bytes say, whatever its name is.
var formats = []format{
	{"PNG", []string{".png"}, []string{"\x89PNG\r\n\x1a\n"}, "IEND\xaeB`\x82", openPNG},
	{"JPEG", []string{".jpg", ".jpeg"}, []string{"\xff\xd8\xff"}, "\xff\xd9", openJPEG},
	{"TIFF", []string{".tif", ".tiff"}, []string{"II*\x00", "MM\x00*"}, "", openTIFF},
	{"BMP", []string{".bmp"}, []string{"BM"}, "", openBMP},
	{"GIF", []string{".gif"}, []string{"GIF87a", "GIF89a"}, "", openGIF},
	{"WebP", []string{".webp"}, []string{"RIFF....WEBP"}, "", openWebP},
}

// Endings lists how the names of pictures end, in small letters.
func Endings() []string {
	var all []string
	for _, f := range formats {
		all = append(all, f.endings...)
	}
	return all
}

// IsPicture reports whether a file of this name is taken for a picture where
// many files are listed.
func IsPicture(name string) bool {
	return slices.Contains(Endings(), strings.ToLower(filepath.Ext(name)))
}

// formatNames writes "PNG, JPEG or …".
func formatNames() string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// is tells whether a file that begins so is of this format.
func (f format) is(data []byte) bool {
	return slices.ContainsFunc(f.begins, func(begins string) bool {
		if len(data) < len(begins) {
			return false
		}
		for i := range len(begins) {
			if begins[i] != '.' && begins[i] != data[i] {
				return false
			}
		}
		return true
	})
}

// A Header is what the first bytes of a picture tell.
type Header struct {
	Format        string      // PNG, JPEG, TIFF, BMP, GIF or WebP
	Mode          string      // gray, RGB, palette or CMYK
	Depth         int         // bits per color, of a palette those of an index
	Alpha         bool        // pixels may be transparent
	Orientation   Orientation // how the stored pixels are turned to be seen
	Pictures      int         // in the file, of which the first is read
	Width, Height int         // pixels, as people see the picture

	least int64 // bytes of a file that can hold so many pixels
}

// String writes the header for people, such as "PNG, 8-bit RGB with alpha, 640
// × 480 pixels".
func (h Header) String() string {
	text := fmt.Sprintf("%s, %d-bit %s", h.Format, h.Depth, h.Mode)
	if h.Alpha {
		text += " with alpha"
	}
	text += fmt.Sprintf(", %d × %d pixels", h.Width, h.Height)
	if h.Orientation.Turned() {
		text += fmt.Sprintf(", %v", h.Orientation)
	}
	if h.Pictures > 1 {
		text += fmt.Sprintf(", the first of %d pictures", h.Pictures)
	}
	return text
}

// open reads the header of a picture and refuses what cannot be read.
func (s source) open() (Header, format, decoder, error) {
	if len(s.data) == 0 {
		return Header{}, format{}, nil, s.malformed(0, "signature", "the file is empty")
	}
	i := slices.IndexFunc(formats, func(f format) bool { return f.is(s.data) })
	if i < 0 {
		return Header{}, format{}, nil, s.unsupported(0, "signature", "this is no %s file: save it as PNG", formatNames())
	}
	f := formats[i]
	h, decode, err := f.open(s)
	if err == nil {
		h.Format, h.Pictures = f.name, max(h.Pictures, 1)
		err = h.check(s)
	}
	if h.Orientation.sideways() {
		h.Width, h.Height = h.Height, h.Width
	}
	return h, f, decode, err
}

// check refuses sizes that are too large for this program, and those that no
// file of this length can hold, before any memory is taken for them.
func (h Header) check(s source) error {
	switch field := h.Format + " header"; {
	case h.Width < 1 || h.Height < 1:
		return s.malformed(-1, field, "%d × %d pixels", h.Width, h.Height)
	case tooLarge(h.Width, h.Height):
		return s.unsupported(-1, field, "%d × %d pixels, more than the %d million that are read: make it smaller",
			h.Width, h.Height, MaxPixels/1_000_000)
	case h.least > int64(len(s.data)):
		return s.malformed(int64(len(s.data)), field, "the file ends too early, %d × %d pixels take at least %d bytes: copy or download it again",
			h.Width, h.Height, h.least)
	}
	return nil
}

func tooLarge(width, height int) bool { return int64(width)*int64(height) > MaxPixels }

// A source is the bytes of a picture, and what the file is called in errors.
type source struct {
	name string
	data []byte
}

// part returns length bytes from offset, which are not to be changed.
//
//	errors   the file ends before
func (s source) part(offset, length int64, field string) ([]byte, error) {
	if offset < 0 || length < 0 || offset > int64(len(s.data)) || length > int64(len(s.data))-offset {
		return nil, s.short(field)
	}
	return s.data[offset:][:length:length], nil
}

// short is the error of a file that ends too early.
func (s source) short(field string) error {
	return s.malformed(int64(len(s.data)), field, "the file ends too early: copy or download it again")
}

func (s source) malformed(offset int64, field, text string, args ...any) error {
	return file.Malformed(s.name, offset, field, text, args...)
}

func (s source) unsupported(offset int64, field, text string, args ...any) error {
	return file.Unsupported(s.name, offset, field, text, args...)
}
