package brainvision

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// small is a recording with one of everything. Its numbers are the same on every
// machine, and those of float32.
func small(t testing.TB, length int) recording.Recording {
	channel := func(name string, kind recording.Kind, unit string, at recording.Vector) recording.Channel {
		return recording.Channel{Name: name, Kind: kind, Unit: unit, Frame: recording.Head, Position: at, Reference: recording.Nowhere}
	}
	h := recording.Header{
		Rate: 250, Highpass: .125, Lowpass: 100, Line: math.NaN(), Reference: "Nose, left",
		Measured: time.Date(2020, 2, 29, 12, 0, 0, 250_000_000, time.UTC),
		Channels: []recording.Channel{
			channel("Fp1", recording.EEG, "V", recording.Vector{-.03125, .09375, .0625}),
			channel("a name, with = and spaces", recording.EEG, "V", recording.Vector{0, 0, .09375}),
			channel("VEOG", recording.EOG, "V", recording.Nowhere),
			channel("GSR", recording.Other, "S", recording.Nowhere),
			channel("light", recording.Other, "", recording.Nowhere),
		},
		Annotations: []recording.Annotation{
			{Text: "New Segment/", Duration: .004},
			{Onset: .04, Duration: .004, Text: "Stimulus/S 12"},
			{Onset: .06, Duration: .02, Text: "BAD, a blink", Channels: []string{"VEOG"}},
			{Onset: .064, Text: "Comment/Ж"},
		},
	}
	h.Events = []recording.Event{{Code: 99999}, {At: 10, Code: 12}, {At: 16, Code: 10001}}
	signal := make([][]float64, len(h.Channels))
	for c := range signal {
		signal[c] = make([]float64, length)
		for i := range signal[c] {
			signal[c][i] = float64(float32(float64((i*i+31*c)%1009-500) * 1e-7))
		}
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// written writes a recording and returns its path.
func written(t testing.TB, r recording.Recording) string {
	path := filepath.Join(t.TempDir(), "small.vhdr")
	if err := Write(path, r); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrittenKeepsTheContract(t *testing.T) {
	path := written(t, small(t, 700))
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
}

// What is written comes back.
func TestRoundTrip(t *testing.T) {
	folder := t.TempDir()
	for i, rate := range []float64{250, 1000, 300.3074951171875, 600.614990234375, 1100, 4096, 1e6 / 3} {
		path := filepath.Join(folder, "small.vhdr")
		want := small(t, 17+101*i)
		want.Header().Rate = rate
		for i := range want.Header().Annotations {
			a := &want.Header().Annotations[i]
			a.Onset, a.Duration = math.Round(a.Onset*250)/want.Header().Rate, math.Round(a.Duration*250)/want.Header().Rate
		}
		if err := Write(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := Open(path, Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		ignored := cmpopts.IgnoreFields(recording.Header{}, "Path", "Parts", "Format")
		if diff := cmp.Diff(want.Header(), got.Header(), ignored, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 1e-15)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(contents(t, want), contents(t, got)); diff != "" {
			t.Fatal(diff)
		}
		if err := got.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A recording that was read is written as the same bytes again.
func TestWrittenTwice(t *testing.T) {
	first := written(t, small(t, 300))
	r, err := Open(first, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	second := written(t, r)
	for _, ending := range []string{".vmrk", ".eeg"} {
		a, b := content(t, strings.Replace(first, ".vhdr", ending, 1)), content(t, strings.Replace(second, ".vhdr", ending, 1))
		if !slices.Equal(a, b) {
			t.Errorf("%s: %d and %d bytes:\n%s\n%s", ending, len(a), len(b), a, b)
		}
	}
}

func content(t testing.TB, path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Events that no annotation tells of become stimuli, counted from the first time.
func TestEventsAreWritten(t *testing.T) {
	h := recording.Header{Rate: 100, First: 1000, Highpass: math.NaN(), Lowpass: math.NaN(), Channels: []recording.Channel{{Name: "Fz", Unit: "V", Position: recording.Nowhere}}}
	h.Events = []recording.Event{{At: 1003, Before: 1, Code: 5}, {At: 1007, Code: 4096}}
	r, err := recording.NewMemory(h, [][]float64{make([]float64, 10)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(written(t, r), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	want := []recording.Event{{At: 3, Code: 5}, {At: 7, Code: 4096}}
	if diff := cmp.Diff(want, got.Header().Events); diff != "" {
		t.Error(diff)
	}
	if !got.Header().Measured.IsZero() || !math.IsNaN(got.Header().Lowpass) || got.Header().Channels[0].Kind != recording.EEG {
		t.Errorf("%+v", got.Header())
	}
}

func TestWriteRefuses(t *testing.T) {
	one := func(c recording.Channel, events ...recording.Event) recording.Recording {
		r, err := recording.NewMemory(recording.Header{Rate: 100, Channels: []recording.Channel{c}, Events: events}, [][]float64{{1}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	folder := t.TempDir()
	for _, c := range []struct {
		path, want string
		r          recording.Recording
	}{
		{"x.eeg", ".vhdr", one(recording.Channel{Name: "Fz", Unit: "V"})},
		{"x.vhdr", "write FIF", one(recording.Channel{Name: "MEG0111", Unit: "T"})},
		{"x.vhdr", "code -3", one(recording.Channel{Name: "Fz", Unit: "V"}, recording.Event{Code: -3})},
	} {
		if err := Write(filepath.Join(folder, c.path), c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("%v stays behind, %v", left, err)
	}
}

// What MNE-Python 1.3 reads from the same bytes; testdata/reference/written.py says
// how that was found.
func TestMNEReadsTheSame(t *testing.T) {
	var mne struct {
		Digest       map[string]string
		Names, Kinds []string
		Rate         float64
		Highpass     float64
		Lowpass      float64
		Measured     string
		Signal       [][]float64
		Positions    map[string][]float64
		Onsets       []float64
		Durations    []float64
		Texts        []string
		Events       [][3]int
	}
	realtest.Reference(t, "written.json", &mne)
	path := written(t, small(t, 40))
	for name, want := range mne.Digest {
		sum := sha256.Sum256(content(t, filepath.Join(filepath.Dir(path), name)))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s is not the file that was given to MNE: %s", name, got)
		}
	}
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if h.Rate != mne.Rate || h.Highpass != mne.Highpass || h.Lowpass != mne.Lowpass || h.Measured.Format("2006-01-02T15:04:05.000000") != mne.Measured {
		t.Errorf("%v Hz, filtered %v to %v, measured %v", h.Rate, h.Highpass, h.Lowpass, h.Measured)
	}
	signal := contents(t, r)
	for c, channel := range h.Channels {
		sameKind := string(channel.Kind) == mne.Kinds[c] || channel.Kind == recording.EOG // MNE is told which are EOG
		if channel.Name != mne.Names[c] || !sameKind {
			t.Errorf("channel %d is %s, %s, but %s, %s", c, channel.Name, channel.Kind, mne.Names[c], mne.Kinds[c])
		}
		if diff := cmp.Diff(mne.Signal[c], signal[c*h.Length:][:h.Length], cmpopts.EquateApprox(1e-15, 0)); diff != "" {
			t.Error(diff)
		}
		if at := mne.Positions[channel.Name]; at != nil && channel.Position.Known() {
			// MNE keeps places as float32.
			if diff := cmp.Diff(at, channel.Position[:], cmpopts.EquateApprox(0, 1e-8)); diff != "" {
				t.Error(channel.Name, diff)
			}
		}
	}
	events := make([][3]int, len(h.Events))
	for i, e := range h.Events {
		events[i] = [3]int{int(e.At), e.Before, e.Code}
	}
	if diff := cmp.Diff(mne.Events, events); diff != "" {
		t.Error(diff)
	}
	for i, a := range h.Annotations {
		text := strings.TrimPrefix(mne.Texts[i], "Comment/BAD")
		if text != mne.Texts[i] {
			text = "BAD" + text // MNE does not tell a comment that something is bad from others
		}
		if a.Text != text || math.Abs(a.Onset-mne.Onsets[i]) > 1e-12 || math.Abs(a.Duration-mne.Durations[i]) > 1e-12 {
			t.Errorf("%+v, but %s at %v for %v s", a, text, mne.Onsets[i], mne.Durations[i])
		}
	}
}

// Example writes two channels and reads them back.
func Example() {
	h := recording.Header{
		Rate: 500, Highpass: math.NaN(), Lowpass: math.NaN(),
		Channels:    []recording.Channel{{Name: "Fz", Kind: recording.EEG, Unit: "V", Position: recording.Nowhere}, {Name: "VEOG", Unit: "V", Position: recording.Nowhere}},
		Annotations: []recording.Annotation{{Onset: .004, Text: "Stimulus/S  3"}},
	}
	r, err := recording.NewMemory(h, [][]float64{{1e-6, 2e-6, 3e-6}, {0, 0, 4e-6}})
	if err != nil {
		fmt.Println(err)
		return
	}
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject1.vhdr")
	if err := Write(path, r); err != nil {
		fmt.Println(err)
		return
	}
	again, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer again.Close()
	for _, c := range again.Header().Channels {
		fmt.Println(c.Name, c.Kind, c.Unit)
	}
	fmt.Println(again.Header().Events)
	// Output:
	// Fz eeg V
	// VEOG eog V
	// [{2 0 3}]
}
