package stimulus

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"testing"

	xbmp "golang.org/x/image/bmp"
	xtiff "golang.org/x/image/tiff"
	"pgregory.net/rapid"
)

// anyPicture is a picture of one of the types that the encoders tell apart.
func anyPicture(t *rapid.T) image.Image {
	area := image.Rect(0, 0, rapid.IntRange(1, 30).Draw(t, "width"), rapid.IntRange(1, 20).Draw(t, "height"))
	fill := func(pix []uint8) {
		noise := drawBytes(t, "noise", 16)
		for i := range pix {
			pix[i] = uint8(i/5) + noise[(i*i+i/7)%16]&15
		}
	}
	switch rapid.SampledFrom([]string{"gray", "gray 16", "paletted", "opaque", "straight", "straight 16"}).Draw(t, "type") {
	case "gray":
		m := image.NewGray(area)
		fill(m.Pix)
		return m
	case "gray 16":
		m := image.NewGray16(area)
		fill(m.Pix)
		return m
	case "paletted":
		m := image.NewPaletted(area, nil)
		for i := range 256 {
			m.Palette = append(m.Palette, color.RGBA{uint8(i), uint8(3 * i), 7, 0xff})
		}
		fill(m.Pix)
		return m
	case "opaque":
		m := image.NewRGBA(area)
		fill(m.Pix)
		for i := 3; i < len(m.Pix); i += 4 {
			m.Pix[i] = 0xff
		}
		return m
	case "straight":
		m := image.NewNRGBA(area)
		fill(m.Pix)
		return m
	}
	m := image.NewNRGBA64(area)
	fill(m.Pix)
	return m
}

// The readers of TIFF and BMP give what other readers and writers in Go give.
func TestTIFFAndBMPAgreeWithTheirTwins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		picture := anyPicture(t)
		var buffer bytes.Buffer
		var decode func(*bytes.Reader) (image.Image, error)
		if rapid.Bool().Draw(t, "TIFF") {
			options := xtiff.Options{Compression: xtiff.CompressionType(rapid.IntRange(0, 1).Draw(t, "packed")), Predictor: rapid.Bool().Draw(t, "differences")}
			if err := xtiff.Encode(&buffer, picture, &options); err != nil {
				t.Fatal(err)
			}
			decode = func(r *bytes.Reader) (image.Image, error) { return xtiff.Decode(r) }
		} else {
			if err := xbmp.Encode(&buffer, picture); err != nil {
				t.Fatal(err)
			}
			decode = func(r *bytes.Reader) (image.Image, error) { return xbmp.Decode(r) }
		}
		twin, err := decode(bytes.NewReader(buffer.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(buffer.Bytes(), "x", Gray)
		if err != nil {
			t.Fatal(err)
		}
		if want := convert(twin, &blender{on: Gray}); !same(got, want) {
			t.Fatalf("%T as %T: %v, want %v", picture, twin, got.Pix, want.Pix)
		}
	})
}

// What does not fill the screen of a GIF shows the background.
func TestAGIFSmallerThanItsScreen(t *testing.T) {
	small := image.NewPaletted(image.Rect(1, 1, 3, 2), color.Palette{color.RGBA{200, 100, 0, 255}, color.RGBA{}})
	var buffer bytes.Buffer
	err := gif.EncodeAll(&buffer, &gif.GIF{Image: []*image.Paletted{small}, Delay: []int{0}, Config: image.Config{Width: 4, Height: 3}})
	if err != nil {
		t.Fatal(err)
	}
	img, err := Decode(buffer.Bytes(), "x.gif", Gray)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		want := uint8(128)
		if i == 5 || i == 6 {
			want = 200
		}
		if img.Pix[3*i] != want {
			t.Errorf("pixel %d has red %d, want %d", i, img.Pix[3*i], want)
		}
	}
	if img.Note != "transparent pixels are shown on gray" {
		t.Errorf("note %q", img.Note)
	}
}

func ExampleHeader() {
	fmt.Println(Header{Format: "TIFF", Mode: "RGB", Depth: 16, Alpha: true, Orientation: 6, Pictures: 2, Width: 480, Height: 640})
	// Output: TIFF, 16-bit RGB with alpha, 480 × 640 pixels, turned clockwise by 90°, the first of 2 pictures
}
