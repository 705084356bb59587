package signal_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/signal"
)

// A good electrode of a real average, its baseline subtracted and its projections
// applied, is taken for bad and made of the others as MNE-Python makes it.
func TestSplineOfARealAverage(t *testing.T) {
	path := filepath.Join(realtest.Path(t, "meg_eeg", "fif"), "test-ave.fif.gz")
	averages, err := fif.Averages(path)
	if err != nil {
		t.Fatal(err)
	}
	first := averages[0]
	before := 0
	for first.Times()[before] <= 0 {
		before++
	}
	for _, row := range first.Signal {
		mean := 0.0
		for _, v := range row[:before] {
			mean += v / float64(before)
		}
		for i := range row {
			row[i] -= mean
		}
	}
	h := recording.Header{Path: path, Rate: first.Rate, Channels: first.Channels}
	for i := range h.Channels {
		h.Channels[i].Bad = false
	}
	if h.Projections, err = fif.Projections(path); err != nil {
		t.Fatal(err)
	}
	for i := range h.Projections {
		h.Projections[i].Active = false
	}
	var r recording.Recording
	if r, err = recording.NewMemory(h, first.Signal); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(recording.Recording) (recording.Recording, error){
		func(r recording.Recording) (recording.Recording, error) { return signal.Projected(r) },
		func(r recording.Recording) (recording.Recording, error) { return signal.Marked(r, "EEG 011") },
		func(r recording.Recording) (recording.Recording, error) {
			return signal.Interpolated(r, recording.Vector{-.00413199, .0159844, .05174612})
		},
	} {
		if r, err = step(r); err != nil {
			t.Fatal(err)
		}
	}
	at, _ := r.Header().Index("EEG 011")
	x := make([]float64, 1)
	if err := r.Read(x, []int{at}, recording.Window{From: 180, To: 181}); err != nil {
		t.Fatal(err)
	}
	// The center of the head is written with six digits.
	if want := -3.507586967e-06; math.Abs(x[0]/want-1) > 1e-7 {
		t.Errorf("%.12g, want %.12g", x[0], want)
	}
}
