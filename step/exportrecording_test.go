package step_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/step"
)

// eeg writes 3 s of two electrodes and triggers as BioSemi does.
func eeg(t *testing.T, folder string) string {
	t.Helper()
	h := recording.Header{Rate: 100, Channels: []recording.Channel{
		{Name: "Fz", Kind: recording.EEG, Unit: "V"}, {Name: "Cz", Kind: recording.EEG, Unit: "V"}, {Name: "Status", Kind: recording.Stim},
	}}
	signal := [][]float64{make([]float64, 300), make([]float64, 300), make([]float64, 300)}
	for i := range 300 {
		signal[0][i], signal[1][i], signal[2][i] = float64(i)*1e-6, float64(i%7)*1e-5, float64(i/50%2*9)
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "x.bdf")
	if err := edf.WriteBDF(path, r); err != nil {
		t.Fatal(err)
	}
	return path
}

// whole returns the signal of the recording in a file.
func whole(t *testing.T, path string) recordingtest.Content {
	t.Helper()
	c, err := recordingtest.Recording(all.Open(path, all.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is exported is the same recording in the other format.
func TestExportRecording(t *testing.T) {
	folder := t.TempDir()
	path := eeg(t, folder)
	want := whole(t, path)
	for kind, name := range map[string]string{"fif": "x.fif", "brainvision": "x.vhdr"} {
		s := step.Export{From: path, As: kind}
		if s.Target() != filepath.Join(folder, name) || !slices.Contains(s.Outputs(), s.Target()) {
			t.Errorf("%s goes to %s, of %q", kind, s.Target(), s.Outputs())
		}
		if err := s.Run(t.Context(), without()); err != nil {
			t.Fatal(err)
		}
		got := whole(t, s.Target())
		if len(got.Signal) != len(want.Signal) || len(want.Signal) != 900 {
			t.Fatalf("%s: %d numbers of %d", kind, len(got.Signal), len(want.Signal))
		}
		for i, v := range want.Signal {
			if got.Signal[i] != v && math.Abs(got.Signal[i]/v-1) > 1e-7 { // float32
				t.Fatalf("%s: number %d is %g, want %g", kind, i, got.Signal[i], v)
			}
		}
	}
}

// trialsOf is a Dataset as `epochs` writes it; one row has no trial left.
func trialsOf() *dataset.Dataset {
	d := &dataset.Dataset{
		Shape: [3]int{3, 2, 5}, Times: []float64{-.02, -.01, 0, .01, .02},
		Observation: map[string][]string{"condition": {"face", "house", "face"}, "trials": {"1", "0", "1"}},
		Channel:     map[string][]string{"name": {"MEG0111", "EEG001"}, "type": {"mag", "eeg"}, "unit": {"T", "V"}, "frame": {"device", "head"}},
		Arrays:      map[string]*npy.Array{"channel.position": {Shape: []int{2, 3}, Data: []float64{.0625, 0, .125, 0, .09375, 0}}},
	}
	for i := range 30 {
		v := float64(i) * 1e-13
		if i/10 == 1 {
			v = math.NaN()
		}
		d.F64 = append(d.F64, v)
	}
	return d
}

// Rows of a Dataset become epochs with what is known about them, but for those
// that have no number.
func TestExportDatasetAsEpochs(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "s1.npz")
	d := trialsOf()
	if err := d.Write(path); err != nil {
		t.Fatal(err)
	}
	env := without()
	var said []string
	env.Warn = func(text string) { said = append(said, text) }
	s := step.Export{From: path, As: "fif", Out: filepath.Join(folder, "s1-epo.fif")}
	if err := s.Run(t.Context(), env); err != nil {
		t.Fatal(err)
	}
	if len(said) != 1 || !strings.Contains(said[0], "1 row of 3 without a number") {
		t.Errorf("%q", said)
	}
	e, err := fif.OpenEpochs(s.Out, fif.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	h := e.Header()
	wantTrials := []recording.Trial{
		{Event: recording.Event{At: 0, Code: 1}, Name: "face", Values: []string{"face", "1"}},
		{Event: recording.Event{At: 200, Code: 1}, Name: "face", Values: []string{"face", "1"}},
	}
	if diff := cmp.Diff(wantTrials, h.Trials); diff != "" || !slices.Equal(h.Columns, []string{"condition", "trials"}) {
		t.Errorf("%q %s", h.Columns, diff)
	}
	if h.Start != -2 || h.Rate != 100 || h.Channels[0].Unit != "T" || h.Channels[0].Position != (recording.Vector{.0625, 0, .125}) || h.Channels[1].Kind != recording.EEG {
		t.Errorf("%+v", h)
	}
	got := make([]float64, 20)
	if err := e.Read(got, []int{0, 1}, []int{0, 1}); err != nil {
		t.Fatal(err)
	}
	if want := append(slices.Clone(d.F64[:10]), d.F64[20:]...); !slices.Equal(got, want) {
		t.Errorf("%g, want %g", got, want)
	}
	// Epochs of a file go on as they are.
	again := step.Export{From: s.Out, As: "fif", Out: filepath.Join(folder, "again-epo.fif")}
	if err := again.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	c, err := recordingtest.Epochs(all.OpenEpochs(again.Out, all.Options{}))
	if err != nil || len(c.Signal) != 20 || math.Abs(c.Signal[19]/got[19]-1) > 1e-7 {
		t.Errorf("%d numbers, %v", len(c.Signal), err)
	}
}

func TestExportRecordingRefuses(t *testing.T) {
	folder := t.TempDir()
	path := eeg(t, folder)
	save := func(name string, d *dataset.Dataset) string {
		path := filepath.Join(folder, name)
		if err := d.Write(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	uneven, bare := trialsOf(), trialsOf()
	uneven.Times[4] = .025
	bare.Arrays, bare.Channel = nil, nil
	epochs := save("epochs.npz", trialsOf())
	vhdr := step.Export{From: path, As: "brainvision", Out: filepath.Join(folder, "a.vhdr")}
	if err := vhdr.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(vhdr.Out)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "other.vhdr") // whose numbers are in a.eeg
	if err := os.WriteFile(other, text, 0o600); err != nil {
		t.Fatal(err)
	}
	array := filepath.Join(folder, "x.npy")
	if err := npy.Write(array, &npy.Array{Shape: []int{2}, Data: []float64{1, 2}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		s    step.Export
		want string
	}{
		{step.Export{From: path, As: "fif", Out: filepath.Join(folder, "x.vhdr")}, "does not end in .fif"},
		{step.Export{From: folder, As: "fif"}, "one by one"},
		{step.Export{From: other, As: "brainvision", Out: vhdr.Out}, "a.eeg would replace what is exported"},
		{step.Export{From: epochs, As: "brainvision"}, "export them --as fif"},
		{step.Export{From: save("uneven.npz", uneven), As: "fif"}, "is no time of"},
		{step.Export{From: save("bare.npz", bare), As: "fif"}, "'isocortex epochs'"},
		{step.Export{From: array, As: "fif"}, "which this is not"},
	} {
		if err := c.s.Run(t.Context(), without()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late := step.Export{From: path, As: "fif", Out: filepath.Join(folder, "late.fif")}
	if err := late.Run(stopped, without()); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if _, err := os.Stat(late.Out); err == nil {
		t.Error("a file is left of what was stopped")
	}
}
