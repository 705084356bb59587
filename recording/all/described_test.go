package all_test

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/all"
	"github.com/isocortex/isocortex/recording/edf"
	"github.com/isocortex/isocortex/recording/fif"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// inFolder writes a small BDF into a folder of BIDS, and texts beside it by what
// their names end in.
func inFolder(t *testing.T, beside map[string]string) string {
	t.Helper()
	h := recording.Header{Rate: 100, Channels: []recording.Channel{
		{Name: "A1", Kind: recording.EEG, Unit: "V"}, {Name: "A2", Kind: recording.EEG, Unit: "V"}, {Name: "X1", Kind: recording.EEG, Unit: "V"},
	}, Annotations: []recording.Annotation{{Onset: .1, Text: "noted"}, {Onset: .2, Duration: .1, Text: "BAD blink"}}}
	signal := make([][]float64, 3)
	for c := range signal {
		for i := range 300 {
			signal[c] = append(signal[c], 1e-6*float64(i*(c+1)%100))
		}
	}
	r, err := recording.NewMemory(h, signal)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	folder := filepath.Join(root, "sub-01", "eeg")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(root, "dataset_description.json"), `{"Name": "x"}`)
	for ending, text := range beside {
		write(filepath.Join(folder, "sub-01_task-a_"+ending), text)
	}
	path := filepath.Join(folder, "sub-01_task-a_eeg.bdf")
	if err := edf.WriteBDF(path, r); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	signals, err := strconv.Atoi(strings.TrimSpace(string(data[252:256])))
	if err != nil {
		t.Fatal(err)
	}
	copy(data[256+signals*(16+80)+2*8:], "        ") // the third has no unit
	write(path, string(data))
	if err := fif.Write(filepath.Join(folder, "sub-01_task-a_meg.fif"), r, fif.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	return path
}

var beside = map[string]string{
	"channels.tsv":     "name\ttype\tunits\tstatus\nA1\tVEOG\tuV\tgood\nA2\tEEG\tuV\tbad\nX1\tEEG\tuV\tn/a\n",
	"electrodes.tsv":   "name\tx\ty\tz\nA2\t90\t10\t20\n",
	"coordsystem.json": `{"EEGCoordinateSystem": "EEGLAB", "EEGCoordinateUnits": "mm"}`,
	"events.tsv":       "onset\tduration\ttrial_type\tvalue\n0.5\t0.1\tface\t5\n1.004\tn/a\thouse\t6\n",
	"eeg.json":         `{"PowerLineFrequency": 50, "EEGReference": "Cz", "SamplingFrequency": 100}`,
}

// The header has what the folder says, and only what the file gives no unit for
// is scaled.
func TestFolderDescribesRecording(t *testing.T) {
	path := inFolder(t, beside)
	recordingtest.Contract(t, func() (recording.Recording, error) { return all.Open(path, all.Options{}) })
	bare, err := edf.Open(path, edf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	r, err := all.Open(path, all.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	want := []recording.Channel{
		{Name: "A1", Kind: recording.EOG, Unit: "V", Position: recording.Nowhere},
		{Name: "A2", Kind: recording.EEG, Unit: "V", Position: recording.Vector{-.01, .09, .02}, Bad: true},
		{Name: "X1", Kind: recording.EEG, Unit: "V", Position: recording.Nowhere},
	}
	if diff := cmp.Diff(want, h.Channels, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-15), cmpopts.IgnoreFields(recording.Channel{}, "Reference", "Frame")); diff != "" {
		t.Error(diff)
	}
	events := []recording.Event{{At: 50, Code: 5}, {At: 100, Code: 6}}
	notes := []recording.Annotation{{Onset: .5, Duration: .1, Text: "face"}, {Onset: 1.004, Text: "house"}}
	if diff := cmp.Diff(events, h.Events); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(notes, h.Annotations); diff != "" {
		t.Error(diff)
	}
	if h.Line != 50 || h.Reference != "Cz" {
		t.Errorf("mains %g Hz, reference %q", h.Line, h.Reference)
	}
	for c, gain := range []float64{1, 1, 1e-6} {
		a, b := make([]float64, 300), make([]float64, 300)
		w := recording.Window{To: 300}
		if err := bare.Read(a, []int{c}, w); err != nil {
			t.Fatal(err)
		}
		if err := r.Read(b, []int{c}, w); err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if b[i] != a[i]*gain {
				t.Fatalf("channel %d: %g from %g", c, b[i], a[i])
			}
		}
	}
	if bare.Header().Channels[1].Bad {
		t.Error("the header of the file was changed")
	}
}

// FIF has units and places of its own; stretches that are bad stay.
func TestFolderDescribesFIF(t *testing.T) {
	path := filepath.Join(filepath.Dir(inFolder(t, beside)), "sub-01_task-a_meg.fif")
	r, err := all.Open(path, all.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	if h.Channels[1].Position.Known() && h.Channels[1].Position == (recording.Vector{-.01, .09, .02}) || h.Channels[0].Kind != recording.EOG {
		t.Errorf("%+v", h.Channels)
	}
	if len(h.Annotations) != 3 || h.Annotations[0].Text != "BAD blink" || math.Abs(h.Annotations[0].Onset-.2) > 1e-6 {
		t.Errorf("%+v", h.Annotations)
	}
}

func TestFolderThatDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		ending, text, want string
	}{
		"other channels": {"channels.tsv", "name\ttype\nA1\tEEG\nB1\tEEG\n", "has channels that the recording has not: B1; says nothing of 2 channels"},
		"other type":     {"channels.tsv", "name\ttype\nA1\tNOSE\nA2\tEEG\nX1\tMISC\n", "line 2: NOSE is no type of BIDS"},
		"late events":    {"events.tsv", "onset\tduration\n-1\t0\n1\t0\n99\t0\n", "has 2 events outside of the recording, which lasts 3 s"},
		"other rate":     {"eeg.json", `{"SamplingFrequency": 512}`, "SamplingFrequency is 512 beside it, but 100"},
	} {
		path := inFolder(t, map[string]string{c.ending: c.text})
		r, err := all.Open(path, all.Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(r.Header().Warnings, "; ")
		for word := range strings.SplitSeq(c.want, "; ") {
			if !strings.Contains(said, word) {
				t.Errorf("%s: %q, want %q", name, said, word)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := all.Open(path, all.Options{Strict: true}); err == nil {
			t.Errorf("%s: no error when it is strict", name)
		}
	}
	path := inFolder(t, map[string]string{"events.tsv": "onset\tduration\n1\n"})
	if _, err := all.Open(path, all.Options{}); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken table: %v", err)
	}
}
