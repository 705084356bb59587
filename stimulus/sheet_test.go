package stimulus_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/stimulus"
	"pgregory.net/rapid"
)

func ExampleSheet() {
	black := stimulus.NewImage(10, 10)
	sheet := stimulus.Sheet([]*stimulus.Image{black, black, black}, 10)
	fmt.Println(sheet.Width, sheet.Height)
	fmt.Println(sheet.Pix[0], sheet.Pix[3*10]) // a cell, and the gap behind it
	// Output:
	// 24 24
	// 0 255
}

// What is seen, looked up in the table of values that white, gray and black
// pictures become, is the input: nothing but the numbers changes after it.
func TestWhatIsSeenIsTheInputOfTheNetwork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		img := stimulus.NewImage(rapid.IntRange(1, 60).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height"))
		for i := range img.Pix {
			img.Pix[i] = uint8(i*i*7 + i/3*11)
		}
		preset := rapid.SampledFrom(stimulus.Presets).Draw(t, "preset")
		seen, err := preset.Seen(img)
		if err != nil {
			t.Fatal(err)
		}
		plain := preset
		plain.Keep, plain.Resize, plain.Crop = 0, stimulus.ResizeTo{}, 0
		want, got := make([]float32, len(seen.Pix)), make([]float32, len(seen.Pix))
		if err := preset.Apply(want, img); err != nil {
			t.Fatal(err)
		}
		if err := plain.Apply(got, seen); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s: the input is not what is seen", preset.Name)
		}
	})
}

func TestSheetPutsPicturesInOrder(t *testing.T) {
	var pictures []*stimulus.Image
	for i := range 7 {
		picture := stimulus.NewImage(3+i, 9-i)
		for k := range picture.Pix {
			picture.Pix[k] = uint8(10 * i)
		}
		pictures = append(pictures, picture)
	}
	sheet := stimulus.Sheet(pictures, 5)
	if sheet.Width != 3*9-4 || sheet.Height != 3*9-4 {
		t.Fatalf("%d × %d pixels", sheet.Width, sheet.Height)
	}
	at := func(x, y int) uint8 { return sheet.Pix[3*(y*sheet.Width+x)] }
	for i := range 9 {
		want := uint8(255)
		if i < 7 {
			want = uint8(10 * i)
		}
		if got := at(i%3*9+2, i/3*9+2); got != want {
			t.Errorf("the middle of cell %d is %d, want %d", i, got, want)
		}
	}
	if _, err := (stimulus.Preset{Name: "x", Crop: 9}).Seen(stimulus.NewImage(8, 9)); err == nil {
		t.Error("a picture that is too small was seen")
	}
}
