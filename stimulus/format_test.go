package stimulus_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/stimulus"
)

// A formatCase is a file of one format and mode, with what Pillow reads in it;
// formats.py made it.
type formatCase struct {
	Name, Mode    string
	Alpha         bool
	Orientation   int
	Pictures      int
	Width, Height int
	Note          string // why Pillow's own reading is not what is wanted
	File, RGB     []byte
}

func formatCases(tb testing.TB) []formatCase {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reference", "formats.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var reference struct{ Cases []formatCase }
	if err := json.Unmarshal(data, &reference); err != nil {
		tb.Fatal(err)
	}
	return reference.Cases
}

// tolerance returns by how much values may differ from Pillow's.
func (c formatCase) tolerance() int {
	if strings.HasSuffix(c.Name, ".jpg") {
		return 3 // the inverse cosine transforms differ by 1, which conversion to RGB multiplies by up to 1.772
	}
	return 0
}

func TestEveryFormatAndModeAgreesWithPillow(t *testing.T) {
	for _, c := range formatCases(t) {
		img, err := stimulus.Decode(c.File, c.Name, stimulus.White)
		if err != nil {
			t.Error(err)
			continue
		}
		if img.Width != c.Width || img.Height != c.Height {
			t.Errorf("%s: %d × %d pixels, want %d × %d", c.Name, img.Width, img.Height, c.Width, c.Height)
			continue
		}
		wrong, worst := difference(img.Pix, c.RGB)
		if worst > c.tolerance() || wrong > len(img.Pix)/5*min(c.tolerance(), 1) {
			t.Errorf("%s: %d of %d values differ, by %d at most", c.Name, wrong, len(img.Pix), worst)
		}
	}
}

func TestHeadersSayWhatPillowSays(t *testing.T) {
	modes := map[string]string{"1": "gray", "L": "gray", "LA": "gray", "I": "gray", "I;16": "gray", "I;16B": "gray", "P": "palette", "CMYK": "CMYK"}
	for _, c := range formatCases(t) {
		path := filepath.Join(t.TempDir(), "picture.dat") // the ending does not matter
		if err := os.WriteFile(path, c.File, 0o666); err != nil {
			t.Fatal(err)
		}
		h, err := stimulus.ReadHeader(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if h.Width != c.Width || h.Height != c.Height || h.Pictures != c.Pictures || max(h.Orientation, 1) != stimulus.Orientation(c.Orientation) {
			t.Errorf("%s: %v, want %d × %d pixels, orientation %d, %d pictures", c.Name, h, c.Width, c.Height, c.Orientation, c.Pictures)
		}
		if want := modes[c.Mode]; want != "" && h.Mode != want && !indexed(h, want) || h.Alpha != c.Alpha && c.Note == "" {
			t.Errorf("%s: mode %s with alpha %v, in Pillow %s with alpha %v", c.Name, h.Mode, h.Alpha, c.Mode, c.Alpha)
		}
	}
}

// indexed tells whether Pillow calls gray what the format stores as indices.
func indexed(h stimulus.Header, mode string) bool {
	return mode == "gray" && h.Mode == "palette" && (h.Format == "GIF" || h.Format == "BMP")
}
