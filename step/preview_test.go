package step_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/stimulus"
)

// shades writes gray pictures, the first the darkest.
func shades(t *testing.T, n int) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for i := range n {
		img := stimulus.NewImage(4, 4)
		for k := range img.Pix {
			img.Pix[k] = uint8(2 * i)
		}
		data, err := img.PNG()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("p%d.png", i)), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestPreviewShowsTheFirstHundredInNaturalOrder(t *testing.T) {
	folder, out := shades(t, 101), filepath.Join(t.TempDir(), "sheet.png")
	env := &step.Env{}
	if err := (step.Preview{Stimuli: folder, Preprocessing: "unit-8", Out: out}).Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if want := []string{out + " shows the first 100 of 101 pictures"}; !slices.Equal(env.Warnings(), want) {
		t.Errorf("warnings %q, want %q", env.Warnings(), want)
	}
	sheet, err := stimulus.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if sheet.Width != 116 || sheet.Height != 116 {
		t.Fatalf("%d × %d pixels, want ten cells of 8 and nine gaps of 4", sheet.Width, sheet.Height)
	}
	for i := range 100 {
		if got := sheet.Pix[3*(i/10*12*sheet.Width+i%10*12)]; got != uint8(2*i) {
			t.Errorf("cell %d has gray %d, want %d", i, got, 2*i)
		}
	}
}

func TestPreviewOfOnePictureHasTheSizeOfTheInput(t *testing.T) {
	out := filepath.Join(t.TempDir(), "one.png")
	preview := step.Preview{Stimuli: filepath.Join(shades(t, 1), "p0.png"), Out: out}
	if err := preview.Run(t.Context(), &step.Env{}); err != nil {
		t.Fatal(err)
	}
	img, err := stimulus.Open(out)
	if err != nil || img.Width != 224 || img.Height != 224 {
		t.Errorf("%v, error %v, want 224 × 224 pixels", img, err)
	}
	preview.Preprocessing = "torchvison"
	if err := preview.Run(t.Context(), &step.Env{}); err == nil {
		t.Error("an unknown preset was applied")
	}
}
