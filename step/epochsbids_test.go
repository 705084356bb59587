package step_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/epoch"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/step"
)

// In a folder of BIDS the events are those of events.tsv, with all of its columns,
// and onsets count from the first number in the file.
func TestEpochsInAFolderOfBIDS(t *testing.T) {
	h := recording.Header{Rate: 100, First: 5000, Channels: []recording.Channel{{Name: "EEG001", Kind: recording.EEG, Unit: "V"}, {Name: "EEG002", Kind: recording.EEG, Unit: "V"}}}
	ramp := make([]float64, 400)
	for i := range ramp {
		ramp[i] = float64(i) * 1e-6
	}
	r, err := recording.NewMemory(h, [][]float64{ramp, ramp})
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	folder := filepath.Join(root, "sub-07", "meg")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"dataset_description.json":                  "{}",
		"sub-07/meg/sub-07_task-faces_events.tsv":   "onset\tduration\tstim_file\n1\t0.8\tpictures/b.png\n2\t0.8\tpictures/a.png\n",
		"sub-07/meg/sub-07_task-faces_channels.tsv": "name\ttype\tunits\tstatus\nEEG001\tEEG\tV\tgood\nEEG002\tEEG\tV\tbad\n",
	} {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(path)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "sub-07_task-faces_meg.fif")
	if err := fif.Write(path, r, fif.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	s := step.Epochs{From: []string{path}, Cut: epoch.Cut{From: 0, To: .1}, Out: filepath.Join(root, "out.npz")}
	if inputs := s.Inputs(); len(inputs) != 3 {
		t.Errorf("inputs: %q", inputs)
	}
	made, err := s.Make(t.Context(), &step.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if made.Subject != "07" || !slices.Equal(made.Dataset.Observation["condition"], []string{"a", "b"}) || made.Dataset.Shape[1] != 1 {
		t.Errorf("subject %s, conditions %q of %v", made.Subject, made.Dataset.Observation["condition"], made.Dataset.Shape)
	}
	first := fmt.Sprintf("%.6f", made.Dataset.At(0, 0, 0))
	if first != "0.000200" {
		t.Errorf("the first epoch begins with %s V", first)
	}
}
