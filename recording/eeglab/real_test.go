package eeglab

import (
	"math"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// The figures are those that the data's own page states, and what MNE 1.3 reads.
func TestRealDataset(t *testing.T) {
	path := realtest.Path(t, "meg_eeg", "eeglab", "eeglab_data.set")
	open := func() (recording.Recording, error) { return Open(path, Options{Strict: true}) }
	recordingtest.Contract(t, open)
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if len(h.Channels) != 32 || h.Rate != 128 || h.Length != 30504 || h.Reference != "common" {
		t.Errorf("%d channels, %d times at %v Hz, against %s", len(h.Channels), h.Length, h.Rate, h.Reference)
	}
	signal := contents(t, r)
	if signal[0] != -3.57974853515625e-05 {
		t.Errorf("begins with %v", signal[0])
	}
	sum := 0.0
	for _, v := range signal {
		sum += math.Abs(v)
	}
	if math.Abs(sum/19.36271229221072-1) > 1e-12 {
		t.Errorf("absolute values add to %v", sum)
	}
	count := map[string]int{}
	for i, a := range h.Annotations {
		count[a.Text]++
		if want := map[string]int{"rt": 1, "square": 2}[a.Text]; h.Events[i].Code != want {
			t.Errorf("event %d: %+v for %s", i, h.Events[i], a.Text)
		}
	}
	if len(h.Events) != 154 || count["square"] != 80 || count["rt"] != 74 || h.Events[0].At != 128 || h.Annotations[0].Onset != 128.00875/128 {
		t.Errorf("%d events: %v, the first %+v, %+v", len(h.Events), count, h.Events[0], h.Annotations[0])
	}
	// FPz is in front, the second channel is named EOG1.
	at := h.Channels[0].Position
	if math.Abs(at[1]-.09997791456291532) > 1e-15 || math.Abs(at[2]+.00210157075788675) > 1e-15 || h.Channels[1].Kind != recording.EOG {
		t.Errorf("%+v", h.Channels[:2])
	}
}
