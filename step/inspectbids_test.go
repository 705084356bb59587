package step_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/step"
)

func TestInspectBIDS(t *testing.T) {
	root := t.TempDir()
	for path, text := range map[string]string{
		"dataset_description.json":                           `{"Name": "Faces"}`,
		"sub-02/eeg/sub-02_task-rest_run-2_eeg.bdf":          "x",
		"sub-02/eeg/sub-02_task-rest_run-2_events.tsv":       "onset\n1\n",
		"sub-01/meg/sub-01_task-faces_split-01_meg.fif":      "x",
		"sub-01/meg/sub-01_task-faces_split-02_meg.fif":      "x",
		"derivatives/clean/dataset_description.json":         `{"Name": "Clean"}`,
		"derivatives/clean/sub-01/meg/sub-01_task-a_meg.fif": "x",
	} {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fact, err := step.Inspect(root)
	if err != nil {
		t.Fatal(err)
	}
	want := step.Fact{Path: root, Kind: "BIDS", Lines: []string{
		"Faces",
		"2 recordings: 1 fif of MEG, 1 bdf of EEG; 1 in several files",
		"2 subjects: 01, 02",
		"2 tasks: faces, rest",
		"1 run: 2",
		`complaint: sub-02/eeg/sub-02_task-rest_run-2_events.tsv: line 1: malformed: no column "duration"; there are onset`,
		"derived, Clean: 1 recording: 1 fif of MEG",
		"  1 subject: 01",
		"  1 task: a",
	}}
	if diff := cmp.Diff(want, fact); diff != "" {
		t.Error(diff)
	}
}
