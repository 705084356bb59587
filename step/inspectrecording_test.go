package step_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/brainvision"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/step"
)

// What is written to either format is told from the file.
func TestInspectRecording(t *testing.T) {
	h := recording.Header{
		Rate: 100, Highpass: .5, Lowpass: math.NaN(),
		Channels: []recording.Channel{
			{Name: "Fz", Kind: recording.EEG, Unit: "V"},
			{Name: "Cz", Kind: recording.EEG, Unit: "V", Bad: true},
			{Name: "Status", Kind: recording.Stim},
		},
		Annotations: []recording.Annotation{{Onset: 1, Duration: .5, Text: "BAD blink"}},
	}
	signal := [][]float64{make([]float64, 300), make([]float64, 300), make([]float64, 300)}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := map[string]func(path string) error{
		"small.fif": func(path string) error { return fif.Write(path, r, fif.WriteOptions{}) },
		"small.bdf": func(path string) error { return edf.WriteBDF(path, r) },
		"x.vhdr":    func(path string) error { return brainvision.Write(path, r) },
	}
	want := map[string][]string{
		"small.fif": {"recording, FIF", "3 channels at 100 Hz, 300 times: 3 s", "2 eeg, 1 stim", "bad: Cz", "filtered: from 0.5 up Hz", "1 annotation: BAD blink"},
		"x.vhdr":    {"recording, BrainVision", "3 channels at 100 Hz, 300 times: 3 s", "2 eeg, 1 stim", "filtered: from 0.5 up Hz", "1 annotation: BAD blink"},
		"small.bdf": {"recording, BDF", "3 channels at 100 Hz, 300 times: 3 s", "2 eeg, 1 stim", "filtered: from 0.5 up Hz"},
	}
	for name, write := range write {
		path := filepath.Join(folder, name)
		if err := write(path); err != nil {
			t.Fatal(err)
		}
		fact, err := step.Inspect(path)
		if err != nil {
			t.Fatal(err)
		}
		said := append([]string{fact.Kind}, fact.Lines...)
		for _, line := range want[name] {
			if !slices.Contains(said, line) {
				t.Errorf("%s: %q is not among %q", name, line, said)
			}
		}
	}
	// What is named as a recording and is none is refused by what it holds.
	notes := filepath.Join(folder, "notes.edf")
	if err := os.WriteFile(notes, []byte("just a text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := step.Inspect(notes); err == nil || !strings.Contains(err.Error(), "not a recording") {
		t.Errorf("a text named .edf: %v", err)
	}
}

// Variables of MATLAB that are a recording of FieldTrip are told as one; those of
// other programs say how to convert them.
func TestInspectFieldTrip(t *testing.T) {
	data := mat.Fields(
		mat.Variable{Name: "label", Value: mat.Cells(mat.Text("Cz"), mat.Text("STI101"))},
		mat.Variable{Name: "trial", Value: mat.Cells(mat.Array(make([]float64, 200), 2, 100), mat.Array(make([]float64, 200), 2, 100))},
		mat.Variable{Name: "fsample", Value: mat.Array([]float64{100}, 1, 1)},
	)
	at := make([]float64, 100)
	for i := range at {
		at[i] = float64(i-20) / 100
	}
	one := mat.Array(at, 1, 100)
	data.Fields = append(data.Fields, "time")
	data.Elements[0] = append(data.Elements[0], mat.Cells(one, one))
	path := filepath.Join(t.TempDir(), "data.mat")
	if err := mat.Write(path, []mat.Variable{{Name: "data", Value: data}}); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{path, path + "#data"} {
		fact, err := step.Inspect(address)
		if err != nil {
			t.Fatal(err)
		}
		if fact.Kind != "epochs" || fact.Lines[0] != "2 epochs of 100 times at 100 Hz, -200 ms to 790 ms from stimulus onset" || !slices.Contains(fact.Lines, "1 eeg, 1 stim") {
			t.Errorf("%s: %q", fact.Kind, fact.Lines)
		}
	}
	folder := filepath.Join(t.TempDir(), "faces.ds")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := step.Inspect(folder); err == nil || !strings.Contains(err.Error(), "read_raw_ctf") {
		t.Errorf("a folder of CTF: %v", err)
	}
}

// An array is a recording when a file beside it names its axes.
func TestInspectDescribedArray(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.npy")
	if err := npy.Write(path, &npy.Array{Shape: []int{2, 100}, Data: make([]float32, 200)}); err != nil {
		t.Fatal(err)
	}
	for about, want := range map[string][2]string{
		"other: 1\n": {"array", "2 × 100, float32"},
		"axes: [channels, times]\nrate: 50\nunit: uV\nkinds: eeg\n": {"recording, array", "2 channels at 50 Hz, 100 times: 2 s"},
	} {
		if err := os.WriteFile(filepath.Join(folder, "x.yaml"), []byte(about), 0o600); err != nil {
			t.Fatal(err)
		}
		fact, err := step.Inspect(path)
		if err != nil || fact.Kind != want[0] || fact.Lines[0] != want[1] {
			t.Errorf("%q: %q %q, %v", about, fact.Kind, fact.Lines, err)
		}
	}
}

// Components of MNE-Python are told from the file.
func TestInspectComponents(t *testing.T) {
	fact, err := step.Inspect(filepath.Join("..", "recording", "fif", "testdata", "reference", "mixed-ica.fif"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"4 components of 6 channels, in 6 directions of variance, of which 6 are kept", "excluded: 1", "found by fastica"}
	if fact.Kind != "independent components" || !slices.Equal(fact.Lines, want) {
		t.Errorf("%q, %q", fact.Kind, fact.Lines)
	}
}
