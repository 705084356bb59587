package stimulus_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/stimulus"
	"pgregory.net/rapid"
)

func ExampleResize() {
	img := stimulus.NewImage(4, 1) // black, black, white, white
	for i := 6; i < 12; i++ {
		img.Pix[i] = 255
	}
	half := stimulus.Resize(img, 2, 1, stimulus.Bilinear)
	fmt.Println(half.Pix[0], half.Pix[3]) // each new pixel looks a little beyond its half
	// Output: 36 219
}

var allFilters = []stimulus.Filter{stimulus.Bilinear, stimulus.Bicubic, stimulus.Box, stimulus.Nearest}

// anyImage draws a picture of random pixels.
func anyImage(t *rapid.T) *stimulus.Image {
	img := stimulus.NewImage(rapid.IntRange(1, 40).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
	copy(img.Pix, rapid.SliceOfN(rapid.Byte(), len(img.Pix), len(img.Pix)).Draw(t, "pixels"))
	return img
}

func TestResizingToTheSameSizeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := anyImage(t)
		for _, f := range allFilters {
			if got := stimulus.Resize(img, img.Width, img.Height, f); !bytes.Equal(got.Pix, img.Pix) {
				t.Fatalf("%v changed the picture", f)
			}
		}
	})
}

func TestAConstantPictureStaysConstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := stimulus.NewImage(rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height"))
		level := rapid.Byte().Draw(t, "level")
		for i := range img.Pix {
			img.Pix[i] = level
		}
		width, height := rapid.IntRange(1, 90).Draw(t, "new width"), rapid.IntRange(1, 90).Draw(t, "new height")
		for _, f := range allFilters {
			for i, v := range stimulus.Resize(img, width, height, f).Pix {
				if v != level {
					t.Fatalf("%v: value %d is %d, want %d", f, i, v, level)
				}
			}
		}
	})
}

// mirrored returns the picture as a mirror shows it.
func mirrored(img *stimulus.Image) *stimulus.Image {
	flipped := stimulus.NewImage(img.Width, img.Height)
	for y := range img.Height {
		for x := range img.Width {
			copy(flipped.Pix[3*(y*img.Width+img.Width-1-x):], img.Pix[3*(y*img.Width+x):][:3])
		}
	}
	return flipped
}

// A mirror picture resized is the resized picture mirrored, but for weights
// that rounding of the new pixel's place moves by one in their last digit.
// Box and Nearest decide between two equally near pixels by their order, so
// they have this law only where there are none.
func TestMirroringCommutesWithResizing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := anyImage(t)
		width, height := rapid.IntRange(1, 60).Draw(t, "new width"), rapid.IntRange(1, 60).Draw(t, "new height")
		for _, f := range []stimulus.Filter{stimulus.Bilinear, stimulus.Bicubic} {
			got := stimulus.Resize(mirrored(img), width, height, f)
			want := mirrored(stimulus.Resize(img, width, height, f))
			if _, worst := difference(got.Pix, want.Pix); worst > 1 {
				t.Fatalf("%v: differs by %d", f, worst)
			}
		}
	})
}

func TestAntialiasedFiltersKeepTheRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := anyImage(t)
		low, high := slices.Min(img.Pix), slices.Max(img.Pix)
		for _, f := range []stimulus.Filter{stimulus.Bilinear, stimulus.Box, stimulus.Nearest} {
			got := stimulus.Resize(img, rapid.IntRange(1, 60).Draw(t, "side"), 17, f)
			if slices.Min(got.Pix) < low || slices.Max(got.Pix) > high {
				t.Fatalf("%v: values from %d to %d out of %d to %d", f, slices.Min(got.Pix), slices.Max(got.Pix), low, high)
			}
		}
	})
}

func TestResizeLeavesItsInputAlone(t *testing.T) {
	img := formulaImage(30, 20)
	before := slices.Clone(img.Pix)
	stimulus.Resize(img, 11, 13, stimulus.Bicubic)
	if !slices.Equal(img.Pix, before) {
		t.Error("the picture has changed")
	}
}

func TestThumbnailKeepsTheShape(t *testing.T) {
	for _, c := range []struct{ width, height, size, wantWidth, wantHeight int }{
		{482, 482, 96, 96, 96},
		{300, 200, 96, 96, 64},
		{200, 300, 96, 64, 96},
		{1000, 1, 96, 96, 1},
		{50, 40, 96, 50, 40},
	} {
		got := formulaImage(c.width, c.height).Thumbnail(c.size)
		if got.Width != c.wantWidth || got.Height != c.wantHeight {
			t.Errorf("%d × %d becomes %d × %d, want %d × %d", c.width, c.height, got.Width, got.Height, c.wantWidth, c.wantHeight)
		}
	}
}

func TestNamesOfFiltersAndBackgrounds(t *testing.T) {
	for _, f := range allFilters {
		if got, err := stimulus.FilterByName(f.String()); got != f || err != nil {
			t.Errorf("FilterByName(%q) = %v, %v", f, got, err)
		}
	}
	for _, b := range []stimulus.Background{stimulus.White, stimulus.Gray, stimulus.Black} {
		if got, err := stimulus.BackgroundByName(b.String()); got != b || err != nil {
			t.Errorf("BackgroundByName(%q) = %v, %v", b, got, err)
		}
	}
	_, err := stimulus.FilterByName("bilinaer")
	wantError(t, err, "bilinaer", "did you mean bilinear")
	_, err = stimulus.BackgroundByName("turquoise")
	wantError(t, err, "turquoise", "white", "gray", "black")
}
