package step_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/step"
)

// A dict of Python with images × repetitions becomes rows, with channels and times
// of the same file.
func TestDatasetOfObjects(t *testing.T) {
	path := filepath.Join("..", "format", "object", "testdata", "reference", "things.npy")
	s := step.Dataset{
		From: path + "#preprocessed_eeg_data", Axes: []string{"observation", "repetition", "channel", "time"},
		Channels: path + "#ch_names", Times: path + "#times",
	}
	ds, err := s.Make(without())
	if err != nil {
		t.Fatal(err)
	}
	if ds.Shape != [3]int{6, 4, 5} || ds.Times[0] != -.01 || !slices.Equal(ds.Channel["name"], []string{"Fz", "Cz", "Pz", "Oz"}) {
		t.Errorf("%v, times %v, channels %v", ds.Shape, ds.Times, ds.Channel)
	}
	if !slices.Equal(ds.Observation["condition"], strings.Fields("1 1 1 2 2 2")) || !slices.Equal(ds.Observation["repetition"], strings.Fields("1 2 3 1 2 3")) {
		t.Errorf("%v", ds.Observation)
	}
	for o := range 6 { // numbers count in eighths
		if got, want := ds.At(o, 3, 4), float64(20*o+19)/8; got != want {
			t.Errorf("row %d ends with %g, not %g", o, got, want)
		}
	}
	named := s
	named.Observations = saved(t, "o.tsv", "stimulus\nface.png\nhouse.png\n")
	if ds, err = named.Make(without()); err != nil || !slices.Equal(ds.Observation["stimulus"], strings.Fields("face.png face.png face.png house.png house.png house.png")) || ds.Observation["condition"] != nil {
		t.Errorf("%v, %v", ds.Observation, err)
	}
	first := s
	first.Axes = []string{"repetition", "observation", "channel", "time"}
	few := s
	few.Observations = path + "#ch_names"
	for want, wrong := range map[string]step.Dataset{"has to follow observation": first, "4 texts for 2 observations": few} {
		if _, err := wrong.Make(without()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
