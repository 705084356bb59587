package fieldtrip

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// The sum is that of SciPy 1.10.
func TestRealRecording(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "fieldtrip_neuromag306_raw_v7.mat")
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if len(h.Channels) != 373 || h.Length != 1503 || h.Rate != 300.3074951171875 || h.First != 0 {
		t.Errorf("%d channels, %d times from %d on at %v Hz", len(h.Channels), h.Length, h.First, h.Rate)
	}
	count := map[recording.Kind]int{}
	for _, c := range h.Channels {
		count[c.Kind]++
	}
	for kind, want := range map[recording.Kind]int{recording.Gradiometer: 202, recording.Magnetometer: 101, recording.EEG: 60, recording.EOG: 1, recording.Stim: 9} {
		if count[kind] != want {
			t.Errorf("%d channels are %s, want %d", count[kind], kind, want)
		}
	}
	sum := 0.0
	for _, v := range every(t, r, h.Length) {
		for _, v := range v {
			sum += math.Abs(v)
		}
	}
	if math.Abs(sum/111.11517026679428-1) > 1e-13 {
		t.Errorf("absolute values add to %v", sum)
	}
}

// every reads the first times of all channels, by their names.
func every(t *testing.T, r recording.Recording, length int) map[string][]float64 {
	t.Helper()
	rows := map[string][]float64{}
	for i, c := range r.Header().Channels {
		rows[c.Name] = make([]float64, length)
		if err := r.Read(rows[c.Name], []int{i}, recording.Window{To: recording.Stored(length)}); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

// The first second is there as FIF too, after signal space separation: the EEG is
// the same to float32, gradiometers are of the same size, and
// places and directions in the head agree.
func TestRealRecordingAgreesWithFIF(t *testing.T) {
	r, err := Open(realtest.Path(t, "meg_eeg", "fieldtrip_neuromag306_raw_v7.mat"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cleaned, err := fif.Open(realtest.Path(t, "meg_eeg", "fif", "sample_audvis_trunc_raw_sss.fif"), fif.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer cleaned.Close()
	a, b := every(t, r, 301), every(t, cleaned, 301)
	for i, v := range a["EEG 001"] {
		if w := b["EEG 001"][i]; math.Abs(v-w) > 1e-11 {
			t.Fatalf("EEG 001 is %g at %d, in FIF %g", v, i, w)
		}
	}
	ratio := spread(a["MEG 0113"]) / spread(b["MEG 0113"])
	if ratio < .8 || ratio > 1.25 {
		t.Errorf("MEG 0113 varies %g times as much as in FIF", ratio)
	}
	place := func(h *recording.Header, name string) recording.Channel {
		i, _ := h.Index(name)
		return h.Channels[i]
	}
	head := cleaned.Header().Head
	turn := recording.Transform{Rotation: head.Rotation}
	for _, name := range []string{"MEG 0113", "MEG 1612", "MEG 2643"} {
		got, want := place(r.Header(), name), place(cleaned.Header(), name)
		if d := distance(got.Position, head.Apply(want.Position)); d > .002 {
			t.Errorf("%s is %g m from where FIF has it", name, d)
		}
		for k, axis := range got.Axes {
			if d := distance(axis, turn.Apply(want.Axes[k])); d > .05 {
				t.Errorf("%s points %v, in FIF %v", name, axis, turn.Apply(want.Axes[k]))
			}
		}
		if got.Kind != want.Kind || got.Unit != want.Unit {
			t.Errorf("%s is %s in %s, in FIF %s in %s", name, got.Kind, got.Unit, want.Kind, want.Unit)
		}
	}
}

func spread(values []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, v := range values {
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(values))
	return math.Sqrt(squares/n - sum*sum/n/n)
}

func distance(a, b recording.Vector) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}
