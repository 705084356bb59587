package study_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// A pattern that matches all files of a recording names one subject, once.
func TestPlanTakesPartsForOneRecording(t *testing.T) {
	folder := t.TempDir()
	h := recording.Header{Rate: 100, Highpass: 0, Lowpass: 30, Line: math.NaN(), Channels: []recording.Channel{{Name: "Cz", Kind: recording.EEG, Unit: "V", Coil: 1}}}
	r, err := recording.NewMemory(h, [][]float64{make([]float64, 2000)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ann_raw.fif", "bob_raw.fif"} {
		if err := fif.Write(filepath.Join(folder, name), r, fif.WriteOptions{Precision: fif.Double, Largest: 9_000}); err != nil {
			t.Fatal(err)
		}
	}
	if len(fif.Beside(filepath.Join(folder, "ann_raw.fif"))) == 0 {
		t.Fatal("the recording is in one file")
	}
	path := filepath.Join(folder, "study.yaml")
	text := "study: 1\nbrain:\n  name: sensors\n  recordings: '*_raw*.fif'\n  epochs: {from: 0 ms, to: 800 ms}\nmodel rdms:\n  - {name: layers, file: layers.npz}\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := study.Read(path, study.Options{Choices: choices, Exists: func(string) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(filepath.Join(folder, "out"))
	if err != nil {
		t.Fatal(err)
	}
	for i, subject := range []string{"ann_raw", "bob_raw"} {
		cut, ok := p.Tasks[i].Step.(step.Epochs)
		if !ok || cut.Subject != subject || len(cut.From) != 1 {
			t.Errorf("step %d is %+v", i+1, p.Tasks[i].Step)
		}
	}
	if _, ok := p.Tasks[2].Step.(step.RDM); !ok {
		t.Errorf("step 3 is %+v", p.Tasks[2].Step)
	}
}
