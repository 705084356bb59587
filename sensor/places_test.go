package sensor_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/result"
	"github.com/isocortex/isocortex/sensor"
)

// coils are four triplets and an electrode nobody has measured.
func coils() (channels []recording.Channel) {
	for k, at := range [][2]float64{{0.05, 0}, {-0.05, 0}, {0, 0.05}, {0, -0.05}} {
		for i, kind := range []recording.Kind{recording.Magnetometer, recording.Gradiometer, recording.Gradiometer} {
			name := "MEG 01" + string(rune('0'+k)) + string(rune('1'+i))
			channels = append(channels, recording.Channel{Name: name, Kind: kind, Frame: recording.Device, Position: recording.Vector{at[0], at[1], 0.08}})
		}
	}
	return append(channels, recording.Channel{Name: "Cz", Kind: recording.EEG, Frame: recording.Head, Position: recording.Nowhere})
}

// savedPlaces writes the table of places.
func savedPlaces(t *testing.T, channels []recording.Channel) string {
	t.Helper()
	folder, err := result.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.WriteTable(sensor.PlacesFile, sensor.Places(channels)); err != nil {
		t.Fatal(err)
	}
	return folder.Path(sensor.PlacesFile)
}

// The sensors of a table of places are those of the recording, kind by kind.
func TestPlacesReadAsWritten(t *testing.T) {
	read, err := sensor.OpenPlaces(savedPlaces(t, coils()))
	if err != nil {
		t.Fatal(err)
	}
	direct, err := sensor.Types(&recording.Header{Channels: coils()})
	if err != nil {
		t.Fatal(err)
	}
	if len(read) != 2 || len(direct) != 2 {
		t.Fatalf("%d and %d kinds of sensors with a position, want 2", len(read), len(direct))
	}
	for i := range read {
		if !slices.Equal(read[i].Names, direct[i].Names) || !slices.Equal(read[i].Places, direct[i].Places) {
			t.Errorf("%v at %v, want %v at %v", read[i].Names, read[i].Places, direct[i].Names, direct[i].Places)
		}
	}
}

func TestPlacesSayWhatIsWrong(t *testing.T) {
	nowhere := coils()[12:]
	if read, err := sensor.OpenPlaces(savedPlaces(t, nowhere)); read != nil || err != nil {
		t.Errorf("sensors that are nowhere give %v, %v", read, err)
	}
	path := savedPlaces(t, coils())
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "frame", "fame", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := sensor.OpenPlaces(path); !errors.Is(err, file.ErrMalformed) {
		t.Errorf("a table with another column gives %v", err)
	}
	if _, err := sensor.OpenPlaces(filepath.Join(t.TempDir(), "none.tsv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no table gives %v", err)
	}
}

// Sensors of a system keep their places on paper, up to the size of the head.
func TestPlacesOnPaper(t *testing.T) {
	cap, err := sensor.Standard("10-20")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"Oz", "Status", "Fz", "C3"}
	read, err := sensor.OpenPlaces(savedPlaces(t, sensor.OnPaper([]*sensor.Layout{cap}, names)))
	if err != nil || len(read) != 1 || !slices.Equal(read[0].Names, []string{"Oz", "Fz", "C3"}) {
		t.Fatalf("%+v, %v", read, err)
	}
	for i, k := range cap.Match(read[0].Names) {
		x, y := (cap.Places[k].X-cap.Center.X)/cap.Radius, (cap.Places[k].Y-cap.Center.Y)/cap.Radius
		if got := read[0].Places[i]; math.Abs(got.X/read[0].Radius-x) > 1e-6 || math.Abs(got.Y/read[0].Radius-y) > 1e-6 || read[0].Kinds[i] != cap.Kinds[k] {
			t.Errorf("%s lies at %v, want %g, %g", read[0].Names[i], got, x, y)
		}
	}
}

// Each channel is in one group at most, those of a pair in the same sensor, and
// what is in none is told.
func TestGroupsOfSensors(t *testing.T) {
	layouts, err := sensor.Types(&recording.Header{Channels: coils()})
	if err != nil {
		t.Fatal(err)
	}
	channels := []string{"MEG0101", "MEG0102", "MEG0103", "MEG0113", "MEG0122", "MEG0123", "Cz"}
	values := []float64{1, 2, 4, 8, 16, -32, 64}
	for how, want := range map[string]map[string][]float64{
		"mean":      {"magnetometers": {1}, "gradiometers, mean of pairs": {3, -8}},
		"maximum":   {"magnetometers": {1}, "gradiometers, maximum of pairs": {4, 16}},
		sensor.Both: {"magnetometers": {1}, "gradiometers …2": {2, 16}, "gradiometers …3": {4, 8, -32}},
	} {
		groups, left, err := sensor.Groups(layouts, channels, how)
		if err != nil || len(groups) != len(want) || !slices.Equal(left, []string{"Cz"}) {
			t.Fatalf("%s: %d groups, %v, %v", how, len(groups), left, err)
		}
		for _, g := range groups {
			if got := g.Values(values); !slices.Equal(got, want[g.Name]) || g.Layout.Len() != len(got) {
				t.Errorf("%s: %q has %v, want %v", how, g.Name, got, want[g.Name])
			}
		}
	}
	groups, _, err := sensor.Groups(layouts, channels, "mean")
	if err != nil {
		t.Fatal(err)
	}
	if marks := groups[1].Marks([]bool{true, false, true, true, false, false, true}); !slices.Equal(marks, []bool{true, false}) {
		t.Errorf("marks of pairs are %v: either of the two marks them", marks)
	}
	if _, _, err := sensor.Groups(layouts, channels, "sum"); err == nil {
		t.Error("an unknown merging is used")
	}
}

// Gradiometers that are no pairs stand alone.
func TestLoneGradiometers(t *testing.T) {
	axial := coils()[:3]
	for i := range axial {
		axial[i].Name, axial[i].Kind = "MLC1"+string(rune('1'+i)), recording.Gradiometer
	}
	layouts, err := sensor.Types(&recording.Header{Channels: axial})
	if err != nil {
		t.Fatal(err)
	}
	groups, _, err := sensor.Groups(layouts, []string{"MLC11", "MLC12", "MLC13"}, "mean")
	if err != nil || len(groups) != 1 || groups[0].Name != "gradiometers" || groups[0].Paired() || len(groups[0].Of) != 3 {
		t.Errorf("%+v, %v", groups, err)
	}
}
