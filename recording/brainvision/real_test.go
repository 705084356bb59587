package brainvision

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

func TestRealRecording(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "brainvision", "test.vhdr")
	open := func() (recording.Recording, error) { return Open(path, Options{Strict: true}) }
	recordingtest.Contract(t, open)
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if len(h.Channels) != 32 || h.Rate != 1000 || h.Length != 7900 || h.Highpass != 0 || h.Lowpass != 250 {
		t.Errorf("%d channels, %d times at %v Hz, filtered %v to %v", len(h.Channels), h.Length, h.Rate, h.Highpass, h.Lowpass)
	}
	if want := time.Date(2013, 11, 13, 16, 14, 3, 794232000, time.UTC); !h.Measured.Equal(want) {
		t.Errorf("measured %v", h.Measured)
	}
	first := make([]float64, 1)
	if err := r.Read(first, []int{0}, recording.Window{To: 1}); err != nil {
		t.Fatal(err)
	}
	if math.Abs(first[0]/-2.35e-05-1) > 1e-15 {
		t.Errorf("begins with %v", first[0])
	}
	sum := 0.0 // of absolute values: MNE 1.3 has 2113112.8595045
	for _, v := range contents(t, r) {
		sum += math.Abs(v)
	}
	if math.Abs(sum/2113112.8595045-1) > 1e-12 {
		t.Errorf("absolute values add to %v", sum)
	}
	var events [][2]int
	for _, e := range h.Events {
		events = append(events, [2]int{int(e.At), e.Code})
	}
	want := [][2]int{
		{0, 99999},
		{486, 253},
		{496, 255},
		{1769, 254},
		{1779, 255},
		{3252, 254},
		{3262, 255},
		{4935, 253},
		{4945, 255},
		{5999, 1255},
		{6619, 254},
		{6629, 255},
		{7629, 99998},
		{7699, 2001},
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Error(diff)
	}
	kinds := map[string][2]string{"FP1": {"eeg", "V"}, "CP6": {"misc", "S"}, "HL": {"misc", "ARU"}, "HR": {"misc", "S"}, "ReRef": {"misc", "°C"}}
	for name, want := range kinds {
		place, _ := h.Index(name)
		if c := h.Channels[place]; string(c.Kind) != want[0] || c.Unit != want[1] {
			t.Errorf("%s is %s in %s", name, c.Kind, c.Unit)
		}
	}
}
