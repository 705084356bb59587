package fif

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
)

// written is what MNE-Python reads from files of this package.
type written struct {
	Digest                   map[string]string
	Names, Kinds, Bad        []string
	Units, Coils             []int
	Places                   [][]float64
	Rate, Highpass, Lowpass  float64
	Line                     float64
	Measured                 string
	Head                     [][]float64
	Points                   [][]float64
	Projections              [][]any
	First                    int
	Signal                   [][]float64
	Onsets, Durations, Times []float64
	Texts, Conditions        []string
	Epochs                   [][][]float64
	Baseline                 []float64
	Events                   [][3]int
	Table                    map[string][]string
}

// exact is a recording like small whose numbers are the same on every machine.
func exact(t testing.TB) recording.Recording {
	h := *small(t, 1).Header()
	h.Annotations = []recording.Annotation{{Onset: .04, Duration: .0625, Text: "BAD: blink"}, {Onset: .1, Text: "é"}} // MNE leaves out later ones
	h.Projections = []recording.Projection{h.Projections[0]}
	h.Projections[0].Vectors = h.Projections[0].Vectors[:1] // of as many as channels, MNE takes rows for columns
	signal := make([][]float64, len(h.Channels))
	for c := range signal {
		signal[c] = make([]float64, 40)
		for i := range signal[c] {
			signal[c][i] = float64(float32(float64((i*i+31*c)%1009-500) * 1e-15))
		}
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What MNE-Python 1.3 reads from the same bytes; testdata/reference/written.py says
// how that was found.
func TestMNEReadsWhatIsWritten(t *testing.T) {
	var mne written
	realtest.Reference(t, "written.json", &mne)
	folder := t.TempDir()
	raw, path := exact(t), filepath.Join(folder, "small_raw.fif")
	if err := Write(path, raw, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	pieces := cutUp(raw)
	if err := WriteEpochs(filepath.Join(folder, "small-epo.fif"), pieces, WriteOptions{Precision: Double, Largest: 2100}); err != nil {
		t.Fatal(err)
	}
	if len(mne.Digest) != 4 {
		t.Fatalf("%d files", len(mne.Digest))
	}
	for name, want := range mne.Digest {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s is not the file that was given to MNE: %x", name, sum)
		}
	}
	mne.compareHeader(t, raw.Header())
	mne.compareEpochs(t, pieces)
	length := raw.Header().Length
	signal := contents(t, raw)
	for c, row := range mne.Signal {
		if diff := cmp.Diff(signal[c*length:][:length], row); diff != "" {
			t.Errorf("channel %d: %s", c, diff)
		}
	}
}

// compareHeader compares what is written beside the signal.
func (mne *written) compareHeader(t *testing.T, h *recording.Header) {
	t.Helper()
	if h.Rate != mne.Rate || h.Highpass != mne.Highpass || h.Lowpass != mne.Lowpass || h.Line != mne.Line ||
		int(h.First) != mne.First || h.Measured.Format("2006-01-02T15:04:05.000000") != mne.Measured {
		t.Errorf("%v Hz, filtered %v to %v, mains %v, first %v, measured %v", mne.Rate, mne.Highpass, mne.Lowpass, mne.Line, mne.First, mne.Measured)
	}
	var bad []string
	for i, c := range h.Channels {
		if c.Bad {
			bad = append(bad, c.Name)
		}
		place := append(append(append(c.Position[:], c.Axes[0][:]...), c.Axes[1][:]...), c.Axes[2][:]...)
		if c.Reference.Known() {
			copy(place[3:], c.Reference[:])
		}
		for j, v := range mne.Places[i] {
			if math.IsNaN(place[j]) {
				place[j] = 0
			}
			if math.IsNaN(v) {
				mne.Places[i][j] = 0
			}
		}
		if mne.Names[i] != c.Name || mne.Kinds[i] != string(c.Kind) || mne.Units[i] != int(unitCode(c.Unit)) || !cmp.Equal(place, mne.Places[i]) {
			t.Errorf("channel %d is %s, %s at %v, but %s, %s at %v", i, mne.Names[i], mne.Kinds[i], mne.Places[i], c.Name, c.Kind, place)
		}
	}
	if diff := cmp.Diff(mne.Bad, bad); diff != "" {
		t.Error(diff)
	}
	if len(mne.Texts) != len(h.Annotations) {
		t.Fatalf("annotations %q", mne.Texts)
	}
	for i, a := range h.Annotations {
		if a.Text != mne.Texts[i] || math.Abs(a.Onset-mne.Onsets[i]) > 1e-9 || math.Abs(a.Duration-mne.Durations[i]) > 1e-9 {
			t.Errorf("%+v is %q at %v for %v s", a, mne.Texts[i], mne.Onsets[i], mne.Durations[i])
		}
	}
	for i, row := range h.Head.Rotation {
		if diff := cmp.Diff(append(row[:], h.Head.Shift[i]), mne.Head[i]); diff != "" {
			t.Error(diff)
		}
	}
	for i, p := range h.Points {
		if diff := cmp.Diff(p.Position[:], mne.Points[i][2:]); diff != "" || p.Number != int(mne.Points[i][1]) {
			t.Errorf("%+v is %v", p, mne.Points[i])
		}
	}
	want := [][]any{{"PCA-01", 1., true, []any{"MEG0111", "EEG001"}, []any{[]any{.5, -.5}}}}
	if diff := cmp.Diff(want, mne.Projections); diff != "" {
		t.Error(diff)
	}
}

// compareEpochs compares the epochs of all parts.
func (mne *written) compareEpochs(t *testing.T, pieces recording.Epochs) {
	t.Helper()
	h := pieces.Header()
	table := map[string][]string{}
	for i, trial := range h.Trials {
		if want := [3]int{int(trial.Event.At), trial.Event.Before, trial.Event.Code}; mne.Events[i] != want || mne.Conditions[i] != trial.Name {
			t.Errorf("epoch %d: event %v %q, want %v %q", i, mne.Events[i], mne.Conditions[i], want, trial.Name)
		}
		for c, column := range h.Columns {
			table[column] = append(table[column], trial.Values[c])
		}
		for c := range h.Channels {
			row := make([]float64, h.Length)
			if err := pieces.Read(row, []int{i}, []int{c}); err != nil {
				t.Fatal(err)
			}
			for k, v := range mne.Epochs[i][c] {
				if row[5*k] != v {
					t.Fatalf("epoch %d, channel %d, time %d: %g, want %g", i, c, 5*k, v, row[5*k])
				}
			}
		}
	}
	if diff := cmp.Diff(table, mne.Table); diff != "" {
		t.Error(diff)
	}
	for k, at := range mne.Times {
		if math.Abs(at-h.Times()[5*k]) > 1e-15 {
			t.Errorf("time %d is %g", 5*k, at)
		}
	}
	if diff := cmp.Diff(h.Baseline[:], mne.Baseline, cmpopts.EquateApprox(1e-7, 0)); diff != "" {
		t.Error(diff)
	}
}
