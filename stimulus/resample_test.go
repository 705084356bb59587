package stimulus

import (
	"image"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// resizedOneByOne is the twin of the resampler: every value on its own, with as
// many weights as it needs.
func resizedOneByOne(g geometry, r raster, f Filter) []uint8 {
	across := axis{from: g.source.Min.X, size: g.source.Dx(), to: g.width, first: g.window.Min.X, last: g.window.Max.X}.taps(f)
	down := axis{from: g.source.Min.Y, size: g.source.Dy(), to: g.height, first: g.window.Min.Y, last: g.window.Max.Y}.taps(f)
	weigh := func(t taps, i int, value func(at int) uint8) uint8 {
		sum := int32(1 << (precision - 1))
		for k, w := range t.weights[i] {
			sum += w * int32(value(t.start[i]+k))
		}
		return clip(sum >> precision)
	}
	var all []uint8
	for y := range down.start {
		for x := range across.start {
			for c := range r.step {
				all = append(all, weigh(down, y, func(row int) uint8 {
					return weigh(across, x, func(column int) uint8 { return r.row(row)[column*r.step+c] })
				}))
			}
		}
	}
	return all
}

func TestResamplerIsItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]int{1, 3}).Draw(t, "step")
		r := raster{width: rapid.IntRange(1, 40).Draw(t, "width"), height: rapid.IntRange(1, 40).Draw(t, "height"), step: step}
		r.stride = step*r.width + rapid.IntRange(0, 3).Draw(t, "gap")
		r.pix = make([]uint8, r.stride*r.height)
		state := rapid.Uint32().Draw(t, "pixels")
		for i := range r.pix {
			state = state*1664525 + 1013904223
			r.pix[i] = uint8(int32(state) >> 31 & int32(state>>20)) // half of them black, so that cubics overshoot
		}
		span := func(label string, size int) (from, to int) {
			from = rapid.IntRange(0, size-1).Draw(t, label)
			return from, rapid.IntRange(from+1, size).Draw(t, label+" end")
		}
		g := geometry{width: rapid.IntRange(1, 50).Draw(t, "new width"), height: rapid.IntRange(1, 50).Draw(t, "new height")}
		g.source.Min.X, g.source.Max.X = span("source x", r.width)
		g.source.Min.Y, g.source.Max.Y = span("source y", r.height)
		g.window.Min.X, g.window.Max.X = span("window x", g.width)
		g.window.Min.Y, g.window.Max.Y = span("window y", g.height)
		f := rapid.SampledFrom([]Filter{Bilinear, Bicubic, Box}).Draw(t, "filter")
		var got []uint8
		g.rows(r, f, func(_ int, row []uint8) { got = append(got, row...) })
		if want := resizedOneByOne(g, r, f); !slices.Equal(got, want) {
			t.Fatalf("%v\nwant %v", got, want)
		}
	})
}

// A view reads as Open and Apply do, whatever the file is.
func TestViewIsWhatIsOpenedAndApplied(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "reference", "*.[pj][np]g"))
	if err != nil || len(names) == 0 {
		t.Fatal("no files")
	}
	for _, name := range names {
		set, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		set.Background = Gray
		for _, p := range append(slices.Clone(Presets), Preset{Name: "bicubic", Keep: 0.6, Resize: ResizeTo{Shorter: 9, Filter: Bicubic}, Crop: 7}) {
			g, err := p.geometry(set.Stimuli[0].Width, set.Stimuli[0].Height)
			if err != nil {
				t.Fatal(err)
			}
			size := 3 * g.window.Dx() * g.window.Dy()
			got, want := make([]float32, size), make([]float32, size)
			img, err := set.Open(0)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Apply(want, img); err != nil {
				t.Fatal(err)
			}
			view, err := set.View(0)
			if err != nil {
				t.Fatal(err)
			}
			if err := view.Input(got, p); err != nil {
				t.Fatal(err)
			}
			if view.Fingerprint() != img.Fingerprint() {
				t.Errorf("%s: two fingerprints", name)
			}
			view.Close()
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s: %v…, want %v…", name, p.Name, got[:9], want[:9])
			}
		}
	}
}

func TestViewNamesTheFileThatItCannotRead(t *testing.T) {
	set := &Set{Stimuli: []Stimulus{{Path: filepath.Join("testdata", "reference", "pillow.json")}, {Path: filepath.Join("testdata", "reference", "gray.png")}}}
	for i, one := range set.Stimuli {
		view, err := set.View(i)
		if err == nil {
			err = view.Input(make([]float32, 5), Preset{Name: "none"})
		}
		if err == nil || !strings.HasPrefix(err.Error(), one.Path) {
			t.Errorf("%s: error %v", one.Path, err)
		}
	}
}

func BenchmarkResampler(b *testing.B) {
	r := raster{width: 482, height: 482, step: 1, stride: 482, pix: make([]uint8, 482*482)}
	for i := range r.pix {
		r.pix[i] = uint8(i * i >> 5)
	}
	g := geometry{source: image.Rect(0, 0, 482, 482), width: 224, height: 224, window: image.Rect(0, 0, 224, 224)}
	b.Run("two at once", func(b *testing.B) {
		for b.Loop() {
			g.rows(r, Bilinear, func(int, []uint8) {})
		}
	})
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			resizedOneByOne(g, r, Bilinear)
		}
	})
}
