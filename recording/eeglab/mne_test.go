package eeglab

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// mne is what MNE-Python 1.3 reads from the files of testdata/reference.
type mne struct {
	Names, Kinds []string
	Signal       [][]float64
	Positions    [][]float64
	Events       [][3]int
	Onsets       []float64
	Durations    []float64
	Epochs       [][][]float64
	Times        []float64
	Cut          []int
	Conditions   []string
}

// Datasets of either version of MAT files are what MNE reads from one of them.
func TestMNEReadsTheSame(t *testing.T) {
	var want mne
	realtest.Reference(t, "mne.json", &want)
	for _, name := range []string{"continuous.set", "continuous73.set"} {
		path := filepath.Join("testdata", "reference", name)
		t.Run(name, func(t *testing.T) {
			recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
		})
		r, err := Open(path, Options{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		h := r.Header()
		signal := contents(t, r)
		for i, c := range h.Channels {
			if c.Name != want.Names[i] || string(c.Kind) != want.Kinds[i] {
				t.Errorf("%s: channel %d is %s, %s", name, i, c.Name, c.Kind)
			}
			if i < len(want.Positions) { // MNE places no EOG
				if diff := cmp.Diff(want.Positions[i], c.Position[:], cmpopts.EquateApprox(0, 1e-12)); diff != "" {
					t.Errorf("%s: %s: %s", name, c.Name, diff)
				}
			}
			if diff := cmp.Diff(want.Signal[i], signal[i*h.Length:][:h.Length]); diff != "" {
				t.Errorf("%s: %s: %s", name, c.Name, diff)
			}
		}
		for i, a := range h.Annotations {
			event := [3]int{int(h.Events[i].At), h.Events[i].Before, h.Events[i].Code}
			if event != want.Events[i] || math.Abs(a.Onset-want.Onsets[i]) > 1e-15 || math.Abs(a.Duration-want.Durations[i]) > 1e-15 {
				t.Errorf("%s: %+v, %+v", name, a, h.Events[i])
			}
		}
		if len(h.Annotations) != len(want.Events) || h.Rate != 200 || h.Reference != "averef" {
			t.Errorf("%s: %+v", name, h)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestMNEReadsTheSameEpochs(t *testing.T) {
	var want mne
	realtest.Reference(t, "mne.json", &want)
	e, err := OpenEpochs(filepath.Join("testdata", "reference", "epochs.set"), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	h := e.Header()
	if diff := cmp.Diff(want.Times, h.Times(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
		t.Error(diff)
	}
	for i, trial := range h.Trials {
		// MNE leaves latencies of epochs as they are stored, counted from 1.
		if trial.Name != want.Conditions[i] || int(trial.Event.At) != want.Cut[i]-1 {
			t.Errorf("epoch %d: %+v", i, trial)
		}
		for c := range h.Channels {
			row := make([]float64, h.Length)
			if err := e.Read(row, []int{i}, []int{c}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Epochs[i][c], row); diff != "" {
				t.Errorf("epoch %d, channel %d: %s", i, c, diff)
			}
		}
	}
}
