package stimulus_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/stimulus"
	"pgregory.net/rapid"
)

// wantError requires an error that contains every word.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that names %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not name %q", err, word)
		}
	}
}

func referenceFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestPNGAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := anyImage(t)
		if rapid.Bool().Draw(t, "gray") {
			for i := range img.Pix {
				img.Pix[i] = img.Pix[i/3*3]
			}
		}
		data, err := img.PNG()
		if err != nil {
			t.Fatal(err)
		}
		got, err := stimulus.Decode(data, "x.png", stimulus.White)
		if err != nil {
			t.Fatal(err)
		}
		if got.Width != img.Width || got.Height != img.Height || !bytes.Equal(got.Pix, img.Pix) || got.Note != "" {
			t.Fatalf("read %+v, wrote %+v", got, img)
		}
		if got.Fingerprint() != img.Fingerprint() {
			t.Fatal("one picture has two fingerprints")
		}
		got.Pix[rapid.IntRange(0, len(got.Pix)-1).Draw(t, "changed")]++
		if got.Fingerprint() == img.Fingerprint() {
			t.Fatal("two pictures share a fingerprint")
		}
		wide, high := stimulus.NewImage(6, 1), stimulus.NewImage(2, 3)
		if wide.Fingerprint() == high.Fingerprint() {
			t.Fatal("black pictures of two sizes share a fingerprint")
		}
	})
}

func TestOf16BitsTheHighByteIsKept(t *testing.T) {
	area := image.Rect(0, 0, 5, 3)
	gray, opaque, clear := image.NewGray16(area), image.NewRGBA64(area), image.NewNRGBA64(area)
	for y := range 3 {
		for x := range 5 {
			v := uint16(x*9001 + y*20011)
			gray.SetGray16(x, y, color.Gray16{Y: v})
			opaque.SetRGBA64(x, y, color.RGBA64{R: v, G: v / 2, B: v / 3, A: 0xffff})
			clear.SetNRGBA64(x, y, color.NRGBA64{R: v, G: v / 2, B: v / 3, A: 0x8080})
		}
	}
	for _, picture := range []image.Image{gray, opaque, clear} {
		got, err := stimulus.Decode(encodePNG(t, picture), "x.png", stimulus.Black)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 15 {
			v := uint16(i%5*9001 + i/5*20011)
			want := []uint8{uint8(v >> 8), uint8(v / 2 >> 8), uint8(v / 3 >> 8)}
			switch picture {
			case gray:
				want = []uint8{uint8(v >> 8), uint8(v >> 8), uint8(v >> 8)}
			case clear: // 128/255 of it in front of black
				for c := range want {
					want[c] = uint8((int(want[c])*128 + 127) / 255)
				}
			}
			if !slices.Equal(got.Pix[3*i:3*i+3], want) {
				t.Errorf("%T pixel %d: %v, want %v", picture, i, got.Pix[3*i:3*i+3], want)
			}
		}
	}
}

func encodePNG(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, picture); err != nil {
		tb.Fatal(err)
	}
	return buffer.Bytes()
}

func TestTransparentPixelsShowTheBackground(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	picture.Pix = []uint8{200, 100, 0, 0, 200, 100, 0, 51, 200, 100, 0, 255}
	for background, want := range map[stimulus.Background][]uint8{
		stimulus.White: {255, 255, 255, 244, 224, 204, 200, 100, 0},
		stimulus.Gray:  {128, 128, 128, 142, 122, 102, 200, 100, 0},
		stimulus.Black: {0, 0, 0, 40, 20, 0, 200, 100, 0},
	} {
		got, err := stimulus.Decode(encodePNG(t, picture), "x.png", background)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Pix, want) || !strings.Contains(got.Note, background.String()) {
			t.Errorf("on %v: %v (%q), want %v", background, got.Pix, got.Note, want)
		}
	}
}

func TestEveryCutFileIsAnErrorThatNamesItAndItsEnd(t *testing.T) {
	for _, name := range []string{
		"gray.png", "color-alpha.png", "palette-transparent.png", "gray-five.jpg", "color-420.jpg", "progressive.jpg",
	} {
		data := referenceFile(t, name)
		for length := range data {
			_, err := stimulus.Decode(data[:length], name, stimulus.White)
			var located *file.ParseError
			if !errors.As(err, &located) || located.Path != name {
				t.Fatalf("%s cut to %d bytes: error %v", name, length, err)
			}
			if length > 8 && (!errors.Is(err, file.ErrMalformed) || located.Offset != int64(length)) {
				t.Errorf("%s cut to %d bytes: error %v", name, length, err)
			}
		}
	}
}

func TestADamagedPNGNamesTheChunk(t *testing.T) {
	data := referenceFile(t, "gray.png")
	for i := 8; i < len(data); i++ {
		damaged := slices.Clone(data)
		damaged[i] ^= 0x10
		if _, err := stimulus.Decode(damaged, "x.png", stimulus.White); err == nil {
			t.Errorf("a changed byte %d went unnoticed", i)
		}
	}
	at := bytes.Index(data, []byte("IDAT"))
	damaged := slices.Clone(data)
	damaged[at+20]++
	_, err := stimulus.Decode(damaged, "x.png", stimulus.White)
	wantError(t, err, "x.png: byte 33", "IDAT", "check sum")
}

// claimed returns a PNG file that says it has width × height pixels.
func claimed(tb testing.TB, width, height uint32) []byte {
	data := slices.Clone(referenceFile(tb, "gray.png"))
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestABombIsRefusedFromItsHeader(t *testing.T) {
	for _, size := range [][2]uint32{{10_001, 10_000}, {1 << 31, 1 << 31}, {1<<31 - 1, 1<<31 - 1}} {
		_, err := stimulus.Decode(claimed(t, size[0], size[1]), "bomb.png", stimulus.White)
		if !errors.Is(err, file.ErrUnsupported) {
			t.Fatalf("%v: error %v, want unsupported", size, err)
		}
		wantError(t, err, "bomb.png", "100 million", " × ")
	}
	_, err := stimulus.Decode(claimed(t, 10_001, 10_000), "bomb.png", stimulus.White)
	wantError(t, err, "10001 × 10000")
	_, err = stimulus.Decode(claimed(t, 0, 10), "empty.png", stimulus.White)
	wantError(t, err, "empty.png")

	bomb := slices.Clone(referenceFile(t, "gray.jpg"))
	at := bytes.Index(bomb, []byte{0xff, 0xc0})
	copy(bomb[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	_, err = stimulus.Decode(bomb, "bomb.jpg", stimulus.White)
	wantError(t, err, "bomb.jpg", "65535 × 65535")
}

func TestOtherFilesAreRefused(t *testing.T) {
	for _, start := range []string{"hello, world", "II+\x00....", "RIFF....WAVE", "\x89PN", "GIF88a"} {
		_, err := stimulus.Decode([]byte(start), "x", stimulus.White)
		if !errors.Is(err, file.ErrUnsupported) {
			t.Errorf("%q: error %v, want unsupported", start, err)
		}
		wantError(t, err, "no PNG, JPEG, TIFF, BMP, GIF or WebP file", "save it as PNG")
	}
	_, err := stimulus.Decode(nil, "x.png", stimulus.White)
	wantError(t, err, "x.png", "empty")
	_, err = stimulus.Open(filepath.Join(t.TempDir(), "x.png"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that there is no such file", err)
	}
}
