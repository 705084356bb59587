package stimulus_test

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/isocortex/isocortex/stimulus"
)

// photograph is a picture with slopes and some noise, gray or in color, which
// a PNG file compresses about as well as a photograph.
func photograph(tb testing.TB, width, height int, gray bool) []byte {
	tb.Helper()
	img := stimulus.NewImage(width, height)
	state := uint32(1)
	for i := range width * height {
		for c := range 3 {
			state = state*1664525 + 1013904223
			img.Pix[3*i+c] = uint8((i%width)/3+(i/width)/2+20*c) + uint8(state>>28)
			if gray {
				img.Pix[3*i+c] = img.Pix[3*i]
			}
		}
	}
	data, err := img.PNG()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func BenchmarkDecodeAndApply(b *testing.B) {
	for _, c := range []struct {
		name string
		side int
		gray bool
	}{{"482 gray", 482, true}, {"224 color", 224, false}} {
		b.Run(c.name, func(b *testing.B) {
			data := photograph(b, c.side, c.side, c.gray)
			preset, err := stimulus.PresetByName("squash-224")
			if err != nil {
				b.Fatal(err)
			}
			dst := make([]float32, 3*224*224)
			b.ReportAllocs()
			for b.Loop() {
				img, err := stimulus.Decode(data, c.name, stimulus.White)
				if err != nil {
					b.Fatal(err)
				}
				if err := preset.Apply(dst, img); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(data)), "bytes/file")
		})
		b.Run(c.name+" decoded alone", func(b *testing.B) {
			data := photograph(b, c.side, c.side, c.gray)
			for b.Loop() {
				if _, err := stimulus.Decode(data, c.name, stimulus.White); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+" decoded alone, by image/png", func(b *testing.B) {
			data := photograph(b, c.side, c.side, c.gray)
			for b.Loop() {
				if _, err := png.Decode(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkResize(b *testing.B) {
	img := formulaImage(482, 482)
	for _, name := range []string{"bilinear", "bicubic", "box", "nearest"} {
		filter, err := stimulus.FilterByName(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				stimulus.Resize(img, 224, 224, filter)
			}
		})
	}
}
