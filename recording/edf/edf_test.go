package edf

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

func TestRealBDF(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "biosemi72_2048Hz.bdf")
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{}) })
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if len(h.Channels) != 73 || h.Rate != 2048 || h.Length != 2048 || len(h.Warnings) != 0 || len(h.Annotations) != 0 {
		t.Errorf("%d channels, %d times at %v Hz, warnings %q, annotations %v", len(h.Channels), h.Length, h.Rate, h.Warnings, h.Annotations)
	}
	first := make([]float64, 3)
	if err := r.Read(first, []int{0}, recording.Window{To: 3}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{.014660582285021678, .014655144795068789, .014647051060023966} {
		if math.Abs(first[i]/want-1) > 1e-14 {
			t.Errorf("number %d is %v, want %v", i, first[i], want)
		}
	}
	status := make([]float64, h.Length)
	if err := r.Read(status, []int{72}, h.Whole()); err != nil {
		t.Fatal(err)
	}
	for i, code := range status {
		if want := map[bool]float64{true: 128}[i >= 589 && i < 610]; code != want {
			t.Fatalf("code %v at %d, want %v", code, i, want)
		}
	}
}

func TestRealEDF(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "test.edf")
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{}) })
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first := make([]float64, 1)
	if err := r.Read(first, []int{0}, recording.Window{To: 1}); err != nil {
		t.Fatal(err)
	}
	h := r.Header()
	if len(h.Channels) != 16 || h.Rate != 256 || h.Length != 15360 || math.Abs(first[0]-5.33333333e-6) > 1e-14 {
		t.Errorf("%d channels, %d times at %v Hz, begins with %v", len(h.Channels), h.Length, h.Rate, first[0])
	}
}

// bdf writes a small recording and returns its path.
func bdf(t testing.TB, length int) (string, recording.Recording) {
	h := recording.Header{Rate: 64, Highpass: .16, Lowpass: 20}
	var signal [][]float64
	for c, name := range []string{"A1", "A2", "Status"} {
		channel := recording.Channel{Name: name, Kind: recording.EEG, Unit: "V"}
		row := make([]float64, length)
		for i := range row {
			row[i] = math.Sin(float64(i*(c+1))) * 1e-4
			if name == "Status" {
				channel.Kind, channel.Unit = recording.Stim, ""
				row[i] = float64(i / 10 % 3 * 100)
			}
		}
		h.Channels = append(h.Channels, channel)
		signal = append(signal, row)
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.bdf")
	if err := WriteBDF(path, r); err != nil {
		t.Fatal(err)
	}
	return path, r
}

func TestWrittenKeepsTheContract(t *testing.T) {
	path, _ := bdf(t, 300)
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
}

// Signals come back to half a step of the amplifier, triggers exactly.
func TestRoundTrip(t *testing.T) {
	path, want := bdf(t, 300)
	got, err := Open(path, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	const length, half = 300, 31.25e-9/2 + 1e-15
	if h := got.Header(); h.Length != 5*64 || h.Rate != 64 || h.Highpass != .16 || h.Lowpass != 20 {
		t.Errorf("%+v", h)
	}
	a, b := make([]float64, 3*length), make([]float64, 3*length)
	w := recording.Window{To: length}
	if err := want.Read(a, []int{0, 1, 2}, w); err != nil {
		t.Fatal(err)
	}
	if err := got.Read(b, []int{0, 1, 2}, w); err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if d := math.Abs(a[i] - b[i]); d > half || i >= 2*length && d != 0 {
			t.Fatalf("number %d: %g, want %g", i, b[i], a[i])
		}
	}
}

// A file that was cut or changed is an error, a warning, or what it was.
func TestHostile(t *testing.T) {
	path, _ := bdf(t, 100)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	recordingtest.Hostile(t, recordingtest.Victim{Name: "x.bdf", Data: whole, Read: readAll})
}

// readAll reads a recording.
func readAll(path string) (recordingtest.Content, error) {
	return recordingtest.Recording(Open(path, Options{}))
}

func FuzzRead(f *testing.F) {
	path, _ := bdf(f, 70)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := read("fuzz.bdf", data, Options{})
		if err != nil || r.header.Length > 1<<20 {
			return
		}
		for c := range r.header.Channels {
			if err := r.Read(make([]float64, r.header.Length), []int{c}, r.header.Whole()); err != nil {
				t.Error(err)
			}
		}
	})
}
