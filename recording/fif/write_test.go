package fif

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// small is a recording with one of everything.
func small(t testing.TB, length int) recording.Recording {
	coil := func(name string, kind recording.Kind, unit string, code int) recording.Channel {
		return recording.Channel{
			Name: name, Kind: kind, Unit: unit, Coil: code, Frame: recording.Device,
			Position: recording.Vector{.0625, -.125, .03125}, Reference: recording.Nowhere,
			Axes: [3]recording.Vector{{1, 0, 0}, {0, 0, 1}, {0, -1, 0}},
		}
	}
	h := recording.Header{
		Rate: 250, First: 1000, Highpass: .125, Lowpass: 100, Line: 50,
		Measured: time.Date(2020, 2, 29, 12, 0, 0, 250_000_000, time.UTC),
		Channels: []recording.Channel{
			coil("MEG0111", recording.Magnetometer, "T", 3024),
			coil("MEG0112", recording.Gradiometer, "T/m", 3012),
			{Name: "EEG001", Kind: recording.EEG, Unit: "V", Bad: true, Frame: recording.Head, Position: recording.Vector{0, .09375, 0}, Reference: recording.Vector{0, 0, .125}},
			{Name: "a name: longer than fifteen letters", Kind: recording.EOG, Unit: "V", Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
			{Name: "a name: longer than fifteen of them", Kind: recording.Stim, Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
		},
		Annotations: []recording.Annotation{{Onset: .5, Duration: .25, Text: "BAD: blink"}, {Onset: 1, Text: "Ж"}},
		Points: []recording.Point{
			{Kind: recording.LeftEar, Number: 1, Position: recording.Vector{-.0625, 0, 0}},
			{Kind: recording.Surface, Number: 1, Position: recording.Vector{0, 0, .125}},
		},
		Projections: []recording.Projection{{Name: "PCA-01", Kind: 1, Active: true, Channels: []string{"MEG0111", "EEG001"}, Vectors: [][]float64{{.5, -.5}, {.25, 1}}}},
		Head:        &recording.Transform{Rotation: [3]recording.Vector{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}, Shift: recording.Vector{0, 0, .0625}},
	}
	signal := make([][]float64, len(h.Channels))
	for c := range signal {
		signal[c] = make([]float64, length)
		for i := range signal[c] {
			signal[c][i] = float64(float32(math.Sin(float64(i*(c+1))) * 1e-12))
		}
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// contents returns the signal of a recording, whole.
func contents(t testing.TB, r recording.Recording) []float64 {
	every := r.Header().Pick(func(recording.Channel) bool { return true })
	signal := make([]float64, len(every)*r.Header().Length)
	if err := r.Read(signal, every, r.Header().Whole()); err != nil {
		t.Fatal(err)
	}
	return signal
}

func TestWrittenKeepsTheContract(t *testing.T) {
	path := filepath.Join(t.TempDir(), "raw.fif")
	if err := Write(path, small(t, 700), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
}

// What is written comes back, in one file or in several.
func TestRoundTrip(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		samples := rapid.IntRange(1, 1200).Draw(rt, "samples")
		o := WriteOptions{
			Precision: Precision(rapid.IntRange(0, 1).Draw(rt, "precision")),
			Largest:   rapid.SampledFrom([]int64{0, 5000, 12000}).Draw(rt, "largest"),
		}
		path := filepath.Join(folder, "raw.fif")
		want := small(t, samples)
		if err := Write(path, want, o); err != nil {
			rt.Fatal(err)
		}
		got, err := Open(path, Options{Strict: true})
		if err != nil {
			rt.Fatal(err)
		}
		defer got.Close()
		ignored := cmpopts.IgnoreFields(recording.Header{}, "Path", "Parts", "Format")
		if diff := cmp.Diff(want.Header(), got.Header(), ignored, cmpopts.EquateNaNs()); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(contents(t, want), contents(t, got)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// pieces of a small recording, as epochs.
type cutOut struct {
	header *recording.EpochsHeader
	from   recording.Recording
}

func (p cutOut) Header() *recording.EpochsHeader { return p.header }
func (p cutOut) Close() error                    { return p.from.Close() }

func (p cutOut) Read(dst []float64, epochs, channels []int) error {
	one := len(channels) * p.header.Length
	for i, e := range epochs {
		at := recording.Stored(e * 3)
		w := recording.Window{From: at, To: at + recording.Stored(p.header.Length)}
		if err := p.from.Read(dst[i*one:][:one], channels, w); err != nil {
			return err
		}
	}
	return nil
}

// cutUp returns six pieces of a recording.
func cutUp(from recording.Recording) recording.Epochs {
	h := &recording.EpochsHeader{Header: *from.Header(), Start: -5, Columns: []string{"face", "run"}, Baseline: [2]float64{-.02, 0}}
	h.Length, h.Annotations, h.First = 21, nil, 0
	for i := range 6 {
		name := []string{"famous", "new: odd"}[i%2]
		h.Trials = append(h.Trials, recording.Trial{
			Event: recording.Event{At: recording.Acquired(1000 + 10*i), Code: 5 + i%2}, Name: name, Values: []string{"f\u00e9 " + name, "n/a"},
		})
	}
	return cutOut{h, from}
}

func TestEpochsRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x-epo.fif")
	for _, largest := range []int64{0, 2100} { // one file, and three
		testEpochsRoundTrip(t, cutUp(small(t, 100)), path, largest)
	}
}

// testEpochsRoundTrip writes epochs to files that are not larger, and reads them.
func testEpochsRoundTrip(t *testing.T, want recording.Epochs, path string, largest int64) {
	h := want.Header()
	if err := WriteEpochs(path, want, WriteOptions{Precision: Double, Largest: largest}); err != nil {
		t.Fatal(err)
	}
	recordingtest.EpochsContract(t, func() (recording.Epochs, error) { return OpenEpochs(path, Options{Strict: true}) })
	got, err := OpenEpochs(path, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if parts := len(got.Header().Parts); parts != map[int64]int{0: 1, 2100: 3}[largest] {
		t.Errorf("it is in %d files", parts)
	}
	ignored := cmpopts.IgnoreFields(recording.Header{}, "Path", "Parts", "Format")
	if diff := cmp.Diff(h, got.Header(), ignored, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-7, 0)); diff != "" {
		t.Fatal(diff)
	}
	for _, picked := range [][2][]int{{{0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}}, {{5, 0, 5}, {3, 1}}} {
		a := make([]float64, len(picked[0])*len(picked[1])*h.Length)
		b := make([]float64, len(a))
		if err := want.Read(a, picked[0], picked[1]); err != nil {
			t.Fatal(err)
		}
		if err := got.Read(b, picked[0], picked[1]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatal(diff)
		}
	}
}
