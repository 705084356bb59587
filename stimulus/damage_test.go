package stimulus

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/seed"
)

// A whole is an undamaged file of formats.json.
type whole struct {
	Name string
	File []byte
}

func wholes(tb testing.TB) []whole {
	tb.Helper()
	var reference struct{ Cases []whole }
	if err := json.Unmarshal(readFile(tb, filepath.Join("testdata", "reference", "formats.json")), &reference); err != nil {
		tb.Fatal(err)
	}
	return reference.Cases
}

// decodeDamaged requires a picture or an error that says where, whatever the
// bytes are. It returns neither for what would be allowed, but slow.
func decodeDamaged(tb testing.TB, data []byte, name string) (*Image, error) {
	tb.Helper()
	h, _, _, err := source{name, data}.open()
	if err == nil && h.Width*h.Height > 1<<20 {
		return nil, nil
	}
	img, err := Decode(data, name, Gray)
	var located *file.ParseError
	if err != nil && (!errors.As(err, &located) || located.Path != name) {
		tb.Fatalf("error %v is not located", err)
	}
	if err == nil && (img.Width != h.Width || img.Height != h.Height || len(img.Pix) != 3*img.Width*img.Height) {
		tb.Fatalf("%d values for %d × %d pixels, the header says %v", len(img.Pix), img.Width, img.Height, h)
	}
	return img, err
}

// A cut file is found, unless what is missing was filling.
func TestACutFileOfAnyFormatNamesItsEnd(t *testing.T) {
	for _, c := range wholes(t) {
		want, err := Decode(c.File, c.Name, Gray)
		if err != nil {
			t.Fatal(err)
		}
		step := 1 + len(c.File)/200
		if os.Getenv("ISOCORTEX_LONG") != "" {
			step = 1
		}
		for length := 12; length < len(c.File); length += step {
			img, err := decodeDamaged(t, c.File[:length], c.Name)
			var located *file.ParseError
			switch {
			case err == nil && bytes.Equal(img.Pix, want.Pix):
			case err == nil:
				t.Fatalf("%s cut to %d bytes gives another picture", c.Name, length)
			case !errors.Is(err, file.ErrMalformed) || errors.As(err, &located) && located.Offset != int64(length):
				t.Fatalf("%s cut to %d bytes: error %v", c.Name, length, err)
			}
		}
	}
}

func TestChangedFilesArePicturesOrErrors(t *testing.T) {
	changes := 1000
	if os.Getenv("ISOCORTEX_LONG") != "" {
		changes = 10_000
	}
	cases := wholes(t)
	perFormat := map[string]int{}
	for _, c := range cases {
		perFormat[filepath.Ext(c.Name)]++
	}
	for _, c := range cases {
		ending := filepath.Ext(c.Name)
		draw := seed.Stream(1, "changed files "+c.Name, 0)
		for range 1 + changes/perFormat[ending] {
			data := slices.Clone(c.File)
			for range 1 + draw.IntN(4) {
				data[draw.IntN(len(data))] = byte(draw.IntN(256))
			}
			if ending == ".png" {
				copy(data, "\x89PNG\r\n\x1a\n")
				data = mended(data)
			}
			_, _ = decodeDamaged(t, data, c.Name)
		}
	}
}

// claims makes the files say that they hold 9000 × 9000 pixels.
var claims = map[string]func(data []byte){
	"RGB.png": func(data []byte) {
		binary.BigEndian.PutUint32(data[16:], 9000)
		binary.BigEndian.PutUint32(data[20:], 9000)
		copy(data, mended(data))
	},
	"RGB.jpg": func(data []byte) {
		at := bytes.Index(data, []byte{0xff, 0xc0})
		binary.BigEndian.PutUint16(data[at+5:], 9000)
		binary.BigEndian.PutUint16(data[at+7:], 9000)
	},
	"RGB.bmp": claimBMP, "runs.bmp": claimBMP, "4 bits.bmp": claimBMP,
	"L.gif": func(data []byte) {
		binary.LittleEndian.PutUint16(data[6:], 9000)
		binary.LittleEndian.PutUint16(data[8:], 9000)
	},
	"RGB.tif": claimTIFF, "RGB tiff_lzw.tif": claimTIFF, "RGB tiff_adobe_deflate.tif": claimTIFF, "RGB packbits.tif": claimTIFF, "1 group4.tif": claimTIFF,
}

func claimBMP(data []byte) {
	binary.LittleEndian.PutUint32(data[18:], 9000)
	binary.LittleEndian.PutUint32(data[22:], 9000)
}

func claimTIFF(data []byte) {
	d, err := readDirectory(source{"", data})
	if err != nil {
		panic(err)
	}
	for _, tag := range []uint16{tagWidth, tagHeight, tagRowsPerStrip} {
		if e := d.entries[tag]; e.kind == 3 {
			d.order.PutUint16(data[e.offset:], 9000)
		} else {
			d.order.PutUint32(data[e.offset:], 9000)
		}
	}
}

func TestNoMemoryIsTakenForPixelsThatCannotBeThere(t *testing.T) {
	tested := 0
	for _, c := range wholes(t) {
		claim := claims[c.Name]
		if claim == nil {
			continue
		}
		tested++
		claim(c.File)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(c.File, c.Name, White)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%s: error %v, want malformed", c.Name, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%s: %d bytes taken", c.Name, taken)
		}
	}
	if tested != len(claims) {
		t.Errorf("%d files tested, want %d", tested, len(claims))
	}
}

// fuzz decodes what comes of the files with one ending.
func fuzz(f *testing.F, ending, begins string) {
	for _, c := range wholes(f) {
		if filepath.Ext(c.Name) == ending {
			f.Add(c.File)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = slices.Clone(data)
		copy(data, begins)
		_, _ = decodeDamaged(t, data, "fuzz")
	})
}

func FuzzPNG(f *testing.F)  { fuzz(f, ".png", "\x89PNG\r\n\x1a\n") }
func FuzzJPEG(f *testing.F) { fuzz(f, ".jpg", "\xff\xd8\xff") }
func FuzzTIFF(f *testing.F) { fuzz(f, ".tif", "") }
func FuzzBMP(f *testing.F)  { fuzz(f, ".bmp", "BM") }
func FuzzGIF(f *testing.F)  { fuzz(f, ".gif", "GIF89a") }
func FuzzWebP(f *testing.F) { fuzz(f, ".webp", "RIFF") }
