package step

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/signal"
)

// bumps writes a recording of two electrodes at 250 Hz that begins late: after each
// of six codes a bump of 100 ms that is highest 60 ms after it, of twice the size
// in the second, with mains of 50 Hz in both.
func bumps(t *testing.T) string {
	const rate, length = 250, 5000
	h := recording.Header{Rate: rate, First: 333, Highpass: 0, Lowpass: math.NaN(), Line: math.NaN(), Channels: []recording.Channel{
		{Name: "EEG001", Kind: recording.EEG, Unit: "V", Position: recording.Nowhere},
		{Name: "EEG002", Kind: recording.EEG, Unit: "V", Position: recording.Nowhere},
		{Name: "STI101", Kind: recording.Stim, Position: recording.Nowhere},
	}}
	rows := [][]float64{make([]float64, length), make([]float64, length), make([]float64, length)}
	for i := range length {
		for c := range 2 {
			rows[c][i] = 5e-6 * math.Sin(2*math.Pi*50*float64(i)/rate)
		}
	}
	for at := 500; at < length-400; at += 800 {
		rows[2][at] = 3
		for i := at - 100; i < at+200; i++ {
			x := (float64(i-at)/rate - .06) / .04
			rows[0][i] += 1e-6 * math.Exp(-x*x/2)
			rows[1][i] += 2e-6 * math.Exp(-x*x/2)
		}
	}
	r, err := recording.NewMemory(h, rows)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bumps.fif")
	if err := fif.Write(path, r, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	return path
}

// The mains are gone, bumps stay where they are after their events at any rate,
// and the reference is gone from both electrodes.
func TestSignalsOfEpochs(t *testing.T) {
	path := bumps(t)
	for _, c := range []struct {
		about  string
		signal Signal
		want   [2]float64 // height at 60 ms in V
	}{
		{"low-pass", Signal{Lowpass: 30}, [2]float64{1e-6, 2e-6}},
		{"notch", Signal{Notch: []float64{50}}, [2]float64{1e-6, 2e-6}},
		{"average reference", Signal{Lowpass: 30, Reference: []string{signal.AverageReference}}, [2]float64{-.5e-6, .5e-6}},
		{"reference", Signal{Reference: []string{"EEG001"}}, [2]float64{0, 1e-6}},
		{"100 Hz", Signal{Lowpass: 30, Rate: 100}, [2]float64{1e-6, 2e-6}},
		{"amplitude of the mains", Signal{Highpass: 45, Lowpass: 55, Envelope: true}, [2]float64{5e-6, 5e-6}},
	} {
		s := Epochs{From: []string{path}, Signal: c.signal, Cut: epoch.Cut{From: -.2, To: .4}, Out: filepath.Join(t.TempDir(), "x.npz")}
		s.Finder.Apart = 1
		made, err := s.Make(t.Context(), &Env{})
		if err != nil {
			t.Errorf("%s: %v", c.about, err)
			continue
		}
		if made.Kept != 6 {
			t.Errorf("%s: %d epochs, want 6", c.about, made.Kept)
		}
		at := int(math.Round((.06 - made.From) * made.Rate))
		for e := range made.Kept {
			for channel, want := range c.want {
				got := made.Dataset.At(e, channel, at)
				if math.Abs(got-want) > .06e-6 {
					t.Errorf("%s: epoch %d, electrode %d is %g at 60 ms, want %g", c.about, e, channel+1, got, want)
				}
			}
		}
	}
}

// A bad electrode is made of the good ones, in the run in which it is bad; what
// was done is said.
func TestBadElectrodesAreInterpolated(t *testing.T) {
	h := recording.Header{Rate: 100, Highpass: 0, Lowpass: math.NaN(), Line: math.NaN()}
	h.Events = []recording.Event{{At: 300, Code: 1}}
	var rows [][]float64
	for i := range 24 { // on a ball of 9 cm, more and more to the right
		z := 1 - float64(i)/16
		side, around := math.Sqrt(1-z*z), 2.4*float64(i)
		c := recording.Channel{Name: fmt.Sprintf("EEG%03d", i+1), Kind: recording.EEG, Unit: "V", Frame: recording.Head}
		c.Position = recording.Vector{.09 * side * math.Cos(around), .09 * side * math.Sin(around), .09 * z}
		h.Channels = append(h.Channels, c)
		row := make([]float64, 1000)
		for k := range row {
			row[k] = 1e-6 * side * math.Cos(around) // a field that is smooth over the head
		}
		rows = append(rows, row)
	}
	rows[5] = make([]float64, 1000) // a dead one
	want := 1e-6 * h.Channels[5].Position[0] / .09
	r, err := recording.NewMemory(h, rows)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run.fif")
	if err := fif.Write(path, r, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	events := filepath.Join(t.TempDir(), "events.tsv")
	if err := os.WriteFile(events, []byte("onset\tcondition\n3\ta\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := Epochs{
		From: []string{path}, Events: []string{events}, Signal: Signal{Interpolate: true}, Bad: []string{"EEG006"},
		Cut: epoch.Cut{From: 0, To: .1}, Out: filepath.Join(t.TempDir(), "x.npz"),
	}
	made, err := s.Make(t.Context(), &Env{})
	if err != nil {
		t.Fatal(err)
	}
	if got := made.Dataset.At(0, 5, 0); math.Abs(got-want) > .03e-6 || made.Dataset.Shape[1] != 24 {
		t.Errorf("of %d electrodes the dead one is %g, want %g", made.Dataset.Shape[1], got, want)
	}
	if said := made.Dataset.Description["interpolated"]; said != "EEG006 of run 1, by splines on the sphere" {
		t.Errorf("it is said that %q was interpolated", said)
	}
}

// RDMs say how the recordings were prepared, but for what differs between
// subjects: the report tells of it.
func TestRDMsSayHowRecordingsWerePrepared(t *testing.T) {
	events := filepath.Join(t.TempDir(), "events.tsv")
	if err := os.WriteFile(events, []byte("onset\tcondition\n4\ta\n8\tb\n12\tc\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := Epochs{
		From: []string{bumps(t)}, Events: []string{events}, Signal: Signal{Lowpass: 30, Reference: []string{signal.AverageReference}},
		Cut: epoch.Cut{From: -.2, To: .4}, Out: filepath.Join(t.TempDir(), "x.npz"),
	}
	if err := s.Run(t.Context(), &Env{}); err != nil {
		t.Fatal(err)
	}
	measure, err := rdm.MeasureByName("euclidean")
	if err != nil {
		t.Fatal(err)
	}
	rdms, err := Source{Path: s.Out}.read(t.Context(), &Env{}, measuring{Estimator: rdm.Estimator{Measure: measure}})
	if err != nil {
		t.Fatal(err)
	}
	said := rdms.Labels[preparationLabel][0]
	for _, want := range []string{"low-pass: 30 Hz, FIR of no delay", "reference: average", "not done: independent components"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q lacks %q", said, want)
		}
	}
	if strings.Contains(said, "trials") {
		t.Errorf("%q tells of trials, which are those of one subject", said)
	}
}

// Blinks that follow events are gone from the epochs, as far as one direction has
// them; the Dataset says how many were found, and RDMs what was done.
func TestBlinksAreTakenOutOfEpochs(t *testing.T) {
	h := recording.Header{Rate: 250, Highpass: 0, Lowpass: math.NaN(), Line: math.NaN()}
	rows := make([][]float64, 5)
	shares := []float64{.3, .2, .1, .05, 1} // of the blink, the last that of EOG
	for c, share := range shares {
		h.Channels = append(h.Channels, recording.Channel{Name: fmt.Sprintf("EEG%03d", c+1), Kind: recording.EEG, Unit: "V", Position: recording.Nowhere})
		rows[c] = make([]float64, 10_000)
		for i := range rows[c] {
			d := float64(i%800-400) / 15
			rows[c][i] = 300e-6*share*math.Exp(-d*d/2) + 1e-6*math.Sin(float64((c+2)*i)/10)
		}
	}
	h.Channels[4].Kind = recording.EOG
	h.Channels = append(h.Channels, recording.Channel{Name: "STI101", Kind: recording.Stim, Position: recording.Nowhere})
	rows = append(rows, make([]float64, 10_000))
	for i := 400; i < 10_000; i += 800 {
		rows[5][i], rows[5][i+1] = 1, 1
	}
	r, err := recording.NewMemory(h, rows)
	if err != nil {
		t.Fatal(err)
	}
	s := Epochs{From: []string{filepath.Join(t.TempDir(), "x.fif")}, Cut: epoch.Cut{From: -.1, To: .1}, Out: filepath.Join(t.TempDir(), "x.npz")}
	if err := fif.Write(s.From[0], r, fif.WriteOptions{Precision: fif.Double}); err != nil {
		t.Fatal(err)
	}
	highest := func() (*EpochsMade, float64) {
		made, err := s.Make(t.Context(), &Env{})
		if err != nil {
			t.Fatal(err)
		}
		return made, made.Dataset.At(1, 0, 25)
	}
	_, before := highest()
	s.Signal.Blinks = 1
	made, after := highest()
	if math.Abs(after) > .05*before {
		t.Errorf("a blink of %g V has %g V left", before, after)
	}
	if said := made.Dataset.Description["artifacts of run 1"]; said != "12 blinks by EEG005" {
		t.Errorf("it is said that there are %q", said)
	}
	if said := made.Dataset.Description[preparationLabel]; !strings.Contains(said, "blinks: 1 direction of their mean") || strings.Contains(said, "12 blinks") {
		t.Errorf("what holds for all subjects is %q", said)
	}
}

// Excluded components are taken out before cutting, of each run those of its file,
// and it is not said that nobody did it.
func TestComponentsAreTakenOutOfEpochs(t *testing.T) {
	folder := filepath.Join("..", "recording", "fif", "testdata", "reference")
	events := filepath.Join(t.TempDir(), "events.tsv")
	if err := os.WriteFile(events, []byte("onset\tcondition\n1.35\ta\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	recorded, ica := filepath.Join(folder, "mixed_raw.fif"), filepath.Join(folder, "mixed-ica.fif")
	s := Epochs{From: []string{recorded, recorded}, Events: []string{events, events}, Cut: epoch.Cut{From: 0, To: .04}, Out: filepath.Join(t.TempDir(), "x.npz")}
	made := func(files ...string) *EpochsMade {
		s.Signal.ICA = files
		made, err := s.Make(t.Context(), &Env{})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	before, after := made(), made(ica, ica)
	var power [2]float64
	for c := range before.Dataset.Shape[1] {
		for k, m := range []*EpochsMade{before, after} {
			power[k] += m.Dataset.At(1, c, 2) * m.Dataset.At(1, c, 2)
		}
	}
	if power[1] > .5*power[0] { // other sources stay
		t.Errorf("of a blink of power %g there is %g left", power[0], power[1])
	}
	if said := after.Dataset.Description["artifacts of run 2"]; !strings.Contains(said, "1 component of 4 independent components (ICA00") {
		t.Errorf("it is said that %q", said)
	}
	if said := after.Dataset.Description["not done"]; strings.Contains(said, "ICA") {
		t.Errorf("it is said that nobody did %q", said)
	}
	s.Signal.ICA = []string{ica, ica, ica}
	if _, err := s.Make(t.Context(), &Env{}); err == nil || !strings.Contains(err.Error(), "3 files of components for 2 recordings") {
		t.Errorf("three files for two recordings: %v", err)
	}
}
