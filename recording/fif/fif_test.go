package fif

import (
	"math"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// The figures are those that the data's own page states, by MNE.
func TestRealRecording(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "fif", "sample_audvis_trunc_raw_sss.fif")
	open := func() (recording.Recording, error) { return Open(path, Options{}) }
	recordingtest.Contract(t, open)
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if h.Rate != 300.3074951171875 || len(h.Channels) != 376 || h.First != 12900 || h.Length != 301 {
		t.Errorf("%v Hz, %d channels, samples %d on, %d of them", h.Rate, len(h.Channels), h.First, h.Length)
	}
	signal := make([]float64, len(h.Channels)*h.Length)
	if err := r.Read(signal, h.Pick(func(recording.Channel) bool { return true }), h.Whole()); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for c := range h.Channels {
		for _, v := range signal[c*h.Length:][:h.Length] {
			sum += math.Abs(v)
		}
	}
	if math.Abs(sum-.2955637730608329) > 1e-13 {
		t.Errorf("absolute values add to %v", sum)
	}
	if h.Rank != 69 || len(h.Projections) != 1 || len(h.Points) != 146 || len(h.Warnings) != 0 {
		t.Errorf("rank %d, %d projections, %d points, warnings %q", h.Rank, len(h.Projections), len(h.Points), h.Warnings)
	}
	if x := h.Head.Rotation[0][0]; math.Abs(x-.991419971) > 1e-9 {
		t.Errorf("the head is turned by %v", h.Head)
	}
}

func TestRealAverages(t *testing.T) {
	list, err := Averages(realtest.Path(t, "meg_eeg", "fif", "test-ave.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name  string
		count int
		sum   float64 // of absolute values, by MNE 1.3
	}{
		{"Left Auditory", 3, 53.51322049494366},
		{"Right Auditory", 6, 58.697991441915974},
		{"Left visual", 6, 113.16254084418001},
		{"Right visual", 6, 76.60210030156355},
	}
	if len(list) != len(want) {
		t.Fatalf("%d averages", len(list))
	}
	for i, a := range list {
		sum := 0.0
		for _, row := range a.Signal {
			for _, v := range row {
				sum += math.Abs(v)
			}
		}
		if a.Name != want[i].name || a.Count != want[i].count || a.Kind != Mean || math.Abs(sum/want[i].sum-1) > 1e-13 {
			t.Errorf("%s, kind %d, of %d epochs, adds to %v", a.Name, a.Kind, a.Count, sum)
		}
		if a.Rate != 600.614990234375 || a.Times()[0] != -0.19979521315838786 || len(a.Times()) != 421 || len(a.Channels) != 376 {
			t.Errorf("%s: %d channels, %d times from %v on at %v Hz", a.Name, len(a.Channels), len(a.Times()), a.Times()[0], a.Rate)
		}
	}
}

func TestRealCovariance(t *testing.T) {
	c, err := ReadCovariance(realtest.Path(t, "meg_eeg", "fif", "test-cov.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Channels) != 366 || c.Freedom != 2904 || c.Matrix[0] != 3.501279266539161e-23 || len(c.Projections) != 4 {
		t.Errorf("%d channels, %d degrees of freedom, begins with %v, %d projections", len(c.Channels), c.Freedom, c.Matrix[0], len(c.Projections))
	}
	n := len(c.Channels)
	for i := range n {
		for j := range i {
			if c.Matrix[i*n+j] != c.Matrix[j*n+i] {
				t.Fatalf("row %d, column %d is not symmetric", i, j)
			}
		}
	}
}

func TestRealEventsAndProjections(t *testing.T) {
	events, err := Events(realtest.Path(t, "meg_eeg", "fif", "test-eve.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 31 || events[0] != (recording.Event{At: 27977, Code: 2}) {
		t.Errorf("%d events, the first %+v", len(events), events[0])
	}
	list, err := Projections(realtest.Path(t, "meg_eeg", "fif", "test-proj.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || len(list[0].Channels) != 204 || len(list[1].Channels) != 102 || float32(list[0].Vectors[0][0]) != .0020066367 {
		t.Errorf("%d projections: %+v", len(list), list[0])
	}
}

// A file of something else is refused, with what it holds.
func TestRealAverageIsNoRecording(t *testing.T) {
	_, err := Open(realtest.Path(t, "meg_eeg", "fif", "test-ave.fif.gz"), Options{})
	if err == nil || !strings.Contains(err.Error(), "but averages") {
		t.Errorf("%v", err)
	}
}
