package figure_test

import (
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/figure"
	"github.com/isocortex/isocortex/sensor"
)

// electrodes are those of a small cap.
func electrodes() figure.Scalp {
	l, err := sensor.Standard("biosemi32")
	if err != nil {
		panic(err)
	}
	return figure.Scalp{Places: l.Places, Center: l.Center, Radius: l.Radius}
}

// dipole is a hill at one side and a valley at the other.
func dipole(s figure.Scalp, turn, size float64) []float64 {
	sin, cos := math.Sincos(turn)
	values := make([]float64, len(s.Places))
	for i, p := range s.Places {
		x, y := p.X/s.Radius, p.Y/s.Radius
		values[i] = size * (x*cos + y*sin) * math.Exp(-x*x-y*y)
	}
	return values
}

func exampleScalp() figure.ScalpMaps {
	cap := electrodes()
	coils := cap
	coils.Reach = figure.ToSensors
	f := figure.ScalpMaps{Title: "Brain and layers", Star: "highest of 32 sensors, untested", Disk: "p ≤ 0.05", Note: "one electrode without a value"}
	f.Rows = []figure.ScalpRow{
		{Name: "EEG", Maps: []figure.ScalpMap{
			{Title: "conv1", Measure: "Spearman ρ", Scalp: cap, Values: dipole(cap, 1, 0.5)},
			{Title: "fc6", Measure: "Spearman ρ", Scalp: cap, Values: dipole(cap, 4, 0.3), Stars: make([]bool, 32), Disks: make([]bool, 32)},
		}},
		{Name: "coils", Maps: []figure.ScalpMap{
			{Title: "amplitude", Measure: "fT", Scalp: coils, Values: dipole(coils, 0, 200)},
			{Title: "power", Measure: "fT²", Scalp: coils, Values: dipole(coils, 0, 200)},
		}},
	}
	for i, v := range f.Rows[1].Maps[1].Values {
		f.Rows[1].Maps[1].Values[i] = v * v
	}
	late := f.Rows[0].Maps[1]
	late.Values[12], late.Stars[17], late.Disks[18], late.Disks[19] = math.NaN(), true, true, true
	return f
}

func ExampleScalpMaps() {
	folder, err := os.MkdirTemp("", "figure")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	cap := electrodes()
	fmt.Println(figure.ScalpMaps{Rows: []figure.ScalpRow{{Maps: []figure.ScalpMap{
		{Title: "100 ms", Measure: "µV", Scalp: cap, Values: dipole(cap, 0, 3)},
	}}}}.Write(filepath.Join(folder, "maps.svg")))
	// Output: <nil>
}

func TestScalpMapsSayWhatIsWrong(t *testing.T) {
	one := func(change func(m *figure.ScalpMap)) figure.ScalpMaps {
		m := figure.ScalpMap{Title: "early", Scalp: electrodes(), Values: make([]float64, 32)}
		change(&m)
		return figure.ScalpMaps{Rows: []figure.ScalpRow{{Maps: []figure.ScalpMap{m}}}}
	}
	for want, f := range map[string]figure.ScalpMaps{
		"no maps to draw":  {},
		"has no maps":      {Rows: []figure.ScalpRow{{Name: "EEG"}}},
		"31 values":        one(func(m *figure.ScalpMap) { m.Values = m.Values[1:] }),
		"2 stars for 32":   one(func(m *figure.ScalpMap) { m.Stars = make([]bool, 2) }),
		"1 names for 32":   one(func(m *figure.ScalpMap) { m.Scalp.Names = []string{"Fz"} }),
		"a head of radius": one(func(m *figure.ScalpMap) { m.Scalp.Radius = 0 }),
		"2 sensors make":   one(func(m *figure.ScalpMap) { m.Scalp.Places = m.Scalp.Places[:2] }),
		"lie at the same place": one(func(m *figure.ScalpMap) {
			m.Scalp.Places[3] = m.Scalp.Places[4]
		}),
		`map 1 of row 1 ("early"): 1 sensors with values`: one(func(m *figure.ScalpMap) {
			for i := range m.Values[1:] {
				m.Values[i] = math.NaN()
			}
		}),
	} {
		path := filepath.Join(t.TempDir(), "f.svg")
		if err := f.Write(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("Write says %v, want the path and %q", err, want)
		}
	}
}

// Maps of one measure have one color scale, maps of another their own.
func TestScalpScales(t *testing.T) {
	data := string(written(t, exampleScalp(), "f.svg"))
	for text, want := range map[string]int{">Spearman ρ<": 1, ">fT<": 1, ">fT²<": 1, ">EEG<": 1, ">highest of 32 sensors, untested<": 1, ">p ≤ 0.05<": 1} {
		if n := strings.Count(data, text); n != want {
			t.Errorf("%s stands %d times, want %d", text, n, want)
		}
	}
}

// picture decodes the first picture inside an SVG.
func picture(t *testing.T, svg []byte) image.Image {
	t.Helper()
	_, data, found := strings.Cut(string(svg), "data:image/png;base64,")
	if !found {
		t.Fatal("there is no picture")
	}
	data, _, _ = strings.Cut(data, `"`)
	img, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(strings.ReplaceAll(data, "\n", ""))))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// Accuracies are colored from chance as what is above it is from zero.
func TestScalpMiddle(t *testing.T) {
	cap := electrodes()
	f := figure.ScalpMaps{Rows: []figure.ScalpRow{{Maps: []figure.ScalpMap{{Measure: "accuracy", Scalp: cap, Values: dipole(cap, 1, 0.5)}}}}}
	above := picture(t, written(t, f, "f.svg"))
	for i := range f.Rows[0].Maps[0].Values {
		f.Rows[0].Maps[0].Values[i] += 0.5
	}
	f.Middle = 0.5
	from := written(t, f, "f.svg")
	chance := picture(t, from)
	for y := range above.Bounds().Dy() {
		for x := range above.Bounds().Dx() {
			r, g, b, _ := above.At(x, y).RGBA()
			u, v, w, _ := chance.At(x, y).RGBA()
			for _, pair := range [][2]uint32{{r, u}, {g, v}, {b, w}} {
				if max(pair[0], pair[1])-min(pair[0], pair[1]) > 1<<8+1 { // rounding moves a color by one at most
					t.Fatalf("at %d, %d the colors are %v and %v", x, y, above.At(x, y), chance.At(x, y))
				}
			}
		}
	}
	if !strings.Contains(string(from), ">0.5<") {
		t.Error("the color bar does not tell chance")
	}
}
