package step_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/seed"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// recorded writes 10 s of two electrodes and a channel of codes at 100 Hz: codes
// 1, 2, 3, 1, ... begin every second from the first on. What is changed is
// written.
func recorded(t *testing.T, name string, change func(h *recording.Header, signal [][]float64)) string {
	t.Helper()
	h := recording.Header{Rate: 100, First: 1234, Highpass: 0, Lowpass: 30, Line: math.NaN()}
	signal := make([][]float64, 3)
	random := seed.Stream(1, name)
	for i, channel := range []recording.Channel{
		{Name: "Cz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{0, 0, 0.1}, Coil: 1},
		{Name: "Pz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{0, -0.05, 0.09}, Coil: 1},
		{Name: "STI 014", Kind: recording.Stim, Unit: "V"},
	} {
		h.Channels = append(h.Channels, channel)
		signal[i] = make([]float64, 1000)
		for k := range signal[i] {
			if channel.Kind == recording.EEG {
				signal[i][k] = 1e-5 * random.NormFloat64()
			} else if k >= 100 && k%100 < 4 {
				signal[i][k] = float64((k/100-1)%3 + 1)
			}
		}
	}
	if change != nil {
		change(&h, signal)
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := fif.Write(path, r, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	return path
}

// cut is a step on recordings, from -100 ms to 300 ms.
func cut(paths ...string) step.Epochs {
	return step.Epochs{From: paths, Cut: epoch.Cut{From: -0.1, To: 0.3}, Out: "s.npz"}
}

func TestEpochsOfRuns(t *testing.T) {
	first, second := recorded(t, "sub-07_run-03_meg.fif", nil), recorded(t, "sub-07_run-04_meg.fif", func(h *recording.Header, _ [][]float64) {
		h.Channels[1].Bad = true
	})
	env := without()
	made, err := cut(first, second).Make(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	ds := made.Dataset
	if ds.Shape != [3]int{18, 1, 41} || made.Kept != 18 || made.Conditions != 3 || ds.Times[0] != -0.1 || ds.Times[40] != 0.3 {
		t.Errorf("%v %+v", ds.Shape, made)
	}
	if got := ds.Observation; got["subject"][0] != "07" || !slices.Equal(got["run"][:6], []string{"03", "03", "03", "04", "04", "04"}) || got["condition"][6] != "2" {
		t.Errorf("%v", got)
	}
	if p := ds.Arrays["channel.position"]; !slices.Equal(p.Data.([]float64), []float64{0, 0, float64(float32(0.1))}) || ds.Channel["unit"][0] != "V" || ds.Channel["frame"][0] != "head" {
		t.Errorf("%v %v", p, ds.Channel)
	}
	if w := strings.Join(env.Warnings(), "\n"); !strings.Contains(w, "bad channels are left out of all runs: Pz") {
		t.Errorf("%q", w)
	}
}

// Epochs in a file, cut again, are those of the recording.
func TestEpochsOfEpochs(t *testing.T) {
	path := recorded(t, "raw.fif", nil)
	r, err := fif.Open(path, fif.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var events []recording.Event
	for i := 1; i < 9; i++ {
		events = append(events, recording.Event{At: recording.Acquired(1234 + 100*i), Code: (i-1)%3 + 1})
	}
	wide, err := epoch.Cut{From: -0.3, To: 0.5}.Around(r, epoch.FromEvents(events))
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "x-epo.fif")
	if err := fif.WriteEpochs(saved, wide, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	s := cut(path)
	s.Cut.Baseline, s.Cut.Decimate, s.Reject = &unit.Span{From: -0.1, To: 0}, 2, "eeg=40uV"
	s.Select = []string{"code=1|2"}
	want, err := s.Make(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	s.From = []string{saved}
	got, err := s.Make(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	// The recording has a ninth event, of code 3.
	if want.Kept == want.Trials || got.Trials != 6 || got.Kept != want.Kept || !slices.Equal(got.Dataset.F32, want.Dataset.F32) || !slices.Equal(got.Dataset.Times, want.Dataset.Times) {
		t.Errorf("%d of %d, want %d of %d", got.Kept, got.Trials, want.Kept, want.Trials)
	}
	s.Delay = 0.01
	if _, err := s.Make(t.Context(), without()); err == nil || !strings.Contains(err.Error(), "leave out files of events, and the delay") {
		t.Errorf("%v", err)
	}
	s.Delay, s.Signal.Blinks = 0, 1
	if _, err := s.Make(t.Context(), without()); err == nil || !strings.Contains(err.Error(), "found in recordings before they are cut") {
		t.Errorf("%v", err)
	}
}

// What is done to signals is done to epochs of a file, too: a reference and half
// the rate are the same before and after cutting.
func TestSignalsOfStoredEpochs(t *testing.T) {
	path := recorded(t, "raw.fif", nil)
	r, err := fif.Open(path, fif.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	trials := epoch.Table{Trials: []recording.Trial{{Event: recording.Event{At: r.Header().Acquired(300), Code: 1}}, {Event: recording.Event{At: r.Header().Acquired(700), Code: 2}}}}
	wide, err := epoch.Cut{From: -0.2, To: 0.3}.Around(r, trials)
	if err != nil {
		t.Fatal(err)
	}
	s := cut(filepath.Join(t.TempDir(), "x-epo.fif"))
	if err := fif.WriteEpochs(s.From[0], wide, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	s.Signal.Reference, s.Signal.Rate = []string{"average"}, r.Header().Rate/2
	made, err := s.Make(t.Context(), without())
	if err != nil {
		t.Fatal(err)
	}
	if made.Rate != r.Header().Rate/2 || made.Kept != 2 {
		t.Errorf("%d epochs at %g Hz", made.Kept, made.Rate)
	}
	for i := range made.Times {
		sum := 0.0
		for c := range made.Dataset.Shape[1] {
			sum += made.Dataset.At(1, c, i)
		}
		if math.Abs(sum) > 1e-11 {
			t.Fatalf("the mean of the electrodes is %g at time %d", sum/float64(made.Dataset.Shape[1]), i)
		}
	}
}

func TestEventsOfRecordings(t *testing.T) {
	path := recorded(t, "raw.fif", func(h *recording.Header, _ [][]float64) {
		h.Annotations = []recording.Annotation{{Onset: 2.004, Text: "face"}, {Onset: 1.5, Text: "house"}, {Onset: 4.9, Duration: 0.2, Text: "BAD_blink"}, {Onset: 8, Text: "face"}}
	})
	names := saved(t, "names.tsv", "name\tcondition\nface\tF\nhouse\tH\ncar\tC\n")
	table := saved(t, "events.csv", "sample,kind\n500,a\n100,b\n")
	listed := filepath.Join(realtest.Path(t, "meg_eeg", "fif"), "test-eve.fif")
	for _, c := range []struct {
		change func(s *step.Epochs)
		want   string // conditions by observation, and samples of what is dropped
		error  string
	}{
		{change: func(s *step.Epochs) {}, want: "[1 1 1 2 2 3 3 3] [1734]"},
		{change: func(s *step.Epochs) { s.Find = step.InAnnotations }, want: "[face face house] []"},
		{change: func(s *step.Epochs) { s.Find, s.Names = step.InAnnotations, names }, want: "[F F H] []"},
		{change: func(s *step.Epochs) { s.Events, s.Condition = []string{table}, "kind" }, want: "[a b] [1734]"},
		{change: func(s *step.Epochs) { s.Events, s.Condition, s.Cut.Bad = []string{table}, "kind", epoch.KeepBad }, want: "[a b] []"},
		{change: func(s *step.Epochs) { s.Finder.Mask = 2 }, want: "[2 2 2 2 2] [1734]"},
		{change: func(s *step.Epochs) { s.Delay = 0.75 }, want: "[1 1 2 2 2 3 3] [1709 2209]"},
		{change: func(s *step.Epochs) { s.Stim = "STI101" }, error: `no channel "STI101"; its channels of codes are STI 014`},
		{change: func(s *step.Epochs) { s.Stim = "Cz" }, error: "has no events (channel): name a file of events"},
		{change: func(s *step.Epochs) { s.Events = []string{listed} }, error: "no trial of 31 is left; dropped for ends after the recording: 31"},
		{change: func(s *step.Epochs) { s.Events = []string{table, table} }, error: "2 files of events for 1 recording"},
		{change: func(s *step.Epochs) { s.Select = []string{"code=7"} }, error: "no event has code=7: there are 1, 2, 3"},
		{change: func(s *step.Epochs) { s.Select = []string{"code"} }, error: `"code" selects nothing`},
		{change: func(s *step.Epochs) { s.Names = table }, error: "the columns are sample, kind: one has to be called code or name"},
		{change: func(s *step.Epochs) { s.Bad = []string{"Fz"} }, error: `no channel "Fz", which is named as bad`},
	} {
		s := cut(path)
		c.change(&s)
		made, err := s.Make(t.Context(), without())
		if c.error != "" {
			if err == nil || !strings.Contains(err.Error(), c.error) {
				t.Errorf("%v, want %q", err, c.error)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		dropped := []int{}
		for _, d := range made.Dropped {
			dropped = append(dropped, d.At)
		}
		got := fmt.Sprint(made.Dataset.Observation["condition"], dropped)
		if got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestEpochsWarn(t *testing.T) {
	head := func(x float64) *recording.Transform {
		return &recording.Transform{Rotation: [3]recording.Vector{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, Shift: recording.Vector{x, 0, 0.04}}
	}
	for _, c := range []struct {
		change func(h *recording.Header, signal [][]float64)
		want   string
	}{
		{func(h *recording.Header, _ [][]float64) { h.Head = head(0.007) }, "the head is 7 mm from where it was in"},
		{func(_ *recording.Header, signal [][]float64) {
			for i := range signal[0] {
				signal[0][i] *= 1e6
				signal[1][i] *= 1e6
			}
		}, "the signal of kind eeg is far larger than any in its unit: are these microvolts"},
		{func(_ *recording.Header, signal [][]float64) { signal[2][50] = -7 }, "channel STI 014 holds 1 code below 0"},
		{func(_ *recording.Header, signal [][]float64) { signal[2][50] = 7 }, "1 code last a single sample, the first at 1284"},
	} {
		env := without()
		paths := []string{recorded(t, "b.fif", c.change), recorded(t, "a.fif", func(h *recording.Header, _ [][]float64) { h.Head = head(0) })}
		if _, err := cut(paths...).Make(t.Context(), env); err != nil {
			t.Error(err)
		}
		if got := strings.Join(env.Warnings(), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// The one event of a real BDF is found, with its code.
func TestEpochsOfRealBDF(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "biosemi72_2048Hz.bdf")
	env := without()
	made, err := cut(path).Make(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(env.Warnings(), "; "); !strings.Contains(said, "such files have no reference") {
		t.Errorf("warnings %q", said)
	}
	if made.Trials != 1 || made.Kept != 1 || made.Dataset.Observation["condition"][0] != "128" || made.Dataset.Shape != [3]int{1, 72, 820} {
		t.Errorf("%+v %v", made, made.Dataset.Shape)
	}
}
