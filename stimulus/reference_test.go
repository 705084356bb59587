package stimulus_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/stimulus"
)

// reference holds what Pillow makes of the same pictures; pillow.py made it.
type reference struct {
	Resize []struct {
		Width, Height int
		ToWidth       int `json:"to_width"`
		ToHeight      int `json:"to_height"`
		Filter        string
		SHA256        string
		Head          []int
	}
	Presets []struct {
		Width, Height int
		Preset        string
		Shape         []int
		SHA256        string
		Head          []float32
	}
	Decode []struct {
		File          string
		Width, Height int
		Transparent   bool
		RGB           []byte
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "pillow.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// formulaImage is the picture that formula of pillow.py makes.
func formulaImage(width, height int) *stimulus.Image {
	img := stimulus.NewImage(width, height)
	for y := range height {
		for x := range width {
			for c := range 3 {
				img.Pix[(y*width+x)*3+c] = uint8(x*x*3 + y*7 + x*y*5 + c*53 + (x/9+y/5)*40)
			}
		}
	}
	return img
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestResizeAgreesWithPillowToTheBit(t *testing.T) {
	for _, want := range readReference(t).Resize {
		name := fmt.Sprintf("%dx%d to %dx%d %s", want.Width, want.Height, want.ToWidth, want.ToHeight, want.Filter)
		filter, err := stimulus.FilterByName(want.Filter)
		if err != nil {
			t.Fatal(err)
		}
		got := stimulus.Resize(formulaImage(want.Width, want.Height), want.ToWidth, want.ToHeight, filter)
		if digest(got.Pix) != want.SHA256 {
			t.Errorf("%s: begins %v, want %v", name, got.Pix[:min(12, len(got.Pix))], want.Head)
		}
	}
}

func TestPresetsAgreeWithTheirDefinitionInNumpyToTheBit(t *testing.T) {
	for _, want := range readReference(t).Presets {
		name, change, _ := strings.Cut(want.Preset, " ")
		preset, err := stimulus.PresetByName(name)
		switch change {
		case "gray":
			preset = preset.Gray()
		case "less":
			preset, err = preset.Less(formulaAverage(227, 227))
		}
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, want.Shape[0]*want.Shape[1]*want.Shape[2])
		if err := preset.Apply(got, formulaImage(want.Width, want.Height)); err != nil {
			t.Fatal(err)
		}
		raw, err := binary.Append(nil, binary.LittleEndian, got)
		if err != nil {
			t.Fatal(err)
		}
		if digest(raw) != want.SHA256 {
			t.Errorf("%s of %d × %d: begins %v, want %v", want.Preset, want.Width, want.Height, got[:4], want.Head)
		}
	}
}

// formulaAverage is a third of formulaImage.
func formulaAverage(width, height int) stimulus.Average {
	img, a := formulaImage(width, height), stimulus.Average{Height: height, Width: width}
	for c := range 3 {
		for at := range height * width {
			a.Values = append(a.Values, float32(img.Pix[3*at+c])/3)
		}
	}
	return a
}

func TestOpenAgreesWithPillow(t *testing.T) {
	for _, want := range readReference(t).Decode {
		got, err := stimulus.Open(filepath.Join("testdata", "reference", want.File))
		if err != nil {
			t.Error(err)
			continue
		}
		if got.Width != want.Width || got.Height != want.Height {
			t.Errorf("%s: %d × %d pixels, want %d × %d", want.File, got.Width, got.Height, want.Width, want.Height)
			continue
		}
		if (got.Note != "") != want.Transparent {
			t.Errorf("%s: note %q, transparent pixels: %v", want.File, got.Note, want.Transparent)
		}
		wrong, worst := difference(got.Pix, want.RGB)
		allowed := 0
		if filepath.Ext(want.File) == ".jpg" {
			allowed = 3 // the inverse cosine transforms differ by 1, which conversion to RGB multiplies by up to 1.772
		}
		if worst > allowed || wrong > len(got.Pix)/10*min(allowed, 1) {
			t.Errorf("%s: %d of %d values differ, by %d at most", want.File, wrong, len(got.Pix), worst)
		}
	}
}

// difference returns how many values differ, and by how much at most.
func difference(got, want []uint8) (wrong, worst int) {
	for i := range want {
		if d := int(got[i]) - int(want[i]); d != 0 {
			wrong, worst = wrong+1, max(worst, d, -d)
		}
	}
	return wrong, worst
}
