package all_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/brainvision"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/fif"
)

// Files are told apart by what they hold, not by their names.
func TestOpenGoesByContent(t *testing.T) {
	header := recording.Header{Rate: 100, Channels: []recording.Channel{{Name: "Fz", Kind: recording.EEG, Unit: "V"}}}
	r, err := recording.NewMemory(header, [][]float64{make([]float64, 100)})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for format, write := range map[string]func(path string) error{
		"FIF": func(path string) error { return fif.Write(path, r, fif.WriteOptions{}) },
		"BDF": func(path string) error { return edf.WriteBDF(path, r) },
	} {
		path := filepath.Join(folder, "wrong.txt")
		if err := write(path); err != nil {
			t.Fatal(err)
		}
		opened, err := all.Open(path, all.Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := opened.Header(); got.Format != format || got.Length != 100 {
			t.Errorf("%s is opened as %s of %d times", format, got.Format, got.Length)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A header of BrainVision is told by its first line.
func TestOpenBrainVision(t *testing.T) {
	header := recording.Header{Rate: 100, Channels: []recording.Channel{{Name: "Fz", Kind: recording.EEG, Unit: "V"}}}
	r, err := recording.NewMemory(header, [][]float64{make([]float64, 100)})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.vhdr")
	if err := brainvision.Write(path, r); err != nil {
		t.Fatal(err)
	}
	opened, err := all.Open(path, all.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if h := opened.Header(); h.Format != "BrainVision" || h.Length != 100 {
		t.Errorf("it is opened as %s of %d times", h.Format, h.Length)
	}
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
}

// Datasets of EEGLAB are told by the variables in them.
func TestOpenEEGLAB(t *testing.T) {
	folder := filepath.Join("..", "eeglab", "testdata", "reference")
	for _, name := range []string{"continuous.set", "continuous73.set"} {
		r, err := all.Open(filepath.Join(folder, name), all.Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if h := r.Header(); h.Format != "EEGLAB" || h.Length != 50 {
			t.Errorf("%s is opened as %s of %d times", name, h.Format, h.Length)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	epochs := filepath.Join(folder, "epochs.set")
	if _, err := all.Open(epochs, all.Options{}); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("epochs as a recording: %v", err)
	}
	e, err := all.OpenEpochs(epochs, all.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if h := e.Header(); h.Format != "EEGLAB" || len(h.Trials) != 3 {
		t.Errorf("%s of %d epochs", h.Format, len(h.Trials))
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesTheRest(t *testing.T) {
	for name, data := range map[string]string{"empty": "", "text": "a text", "half a FIF": "\x00\x00\x00\x64"} {
		path := filepath.Join(t.TempDir(), "x.fif")
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := all.Open(path, all.Options{}); !errors.Is(err, file.ErrUnsupported) && !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
