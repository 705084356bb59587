package bids_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/bids"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// lay writes files below a folder, which it returns.
func lay(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const described = `{"Name": "Faces", "BIDSVersion": "1.8.0"}`

func TestOpenFindsRecordings(t *testing.T) {
	root := lay(t, map[string]string{
		"dataset_description.json": described,
		"participants.tsv":         "participant_id\nsub-01\n",
		"task-faces_events.json":   "{}",
		"sub-01/ses-a/meg/sub-01_ses-a_task-faces_run-1_split-01_meg.fif": "x",
		"sub-01/ses-a/meg/sub-01_ses-a_task-faces_run-1_split-02_meg.fif": "x",
		"sub-01/ses-a/meg/sub-01_ses-a_acq-crosstalk_meg.fif":             "x",
		"sub-01/ses-a/meg/sub-01_ses-a_task-faces_run-1_events.tsv":       "onset\tduration\n1\t0\n",
		"sub-02/eeg/sub-02_task-rest_eeg.vhdr":                            "x",
		"sub-02/eeg/sub-02_task-rest_eeg.vmrk":                            "x",
		"sub-02/eeg/sub-02_task-rest_eeg.eeg":                             "x",
		"sub-02/eeg/sub-02_task-rest_eeg.json":                            "{}",
		"sub-03/meg/sub-03_task-faces_meg.ds/x.res4":                      "x",
		"sub-03/anat/sub-03_T1w.nii.gz":                                   "x",
		"sourcedata/sub-04/eeg/sub-04_task-rest_eeg.bdf":                  "x",
		"derivatives/clean/dataset_description.json":                      `{"Name": "Clean", "GeneratedBy": [{"Name": "x"}]}`,
		"derivatives/clean/sub-01/meg/sub-01_task-faces_proc-sss_meg.fif": "x",
	})
	f, err := bids.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range f.Recordings {
		names = append(names, fmt.Sprint(r, " ", r.Ending, " ", len(r.Parts)))
	}
	want := []string{"sub-01_ses-a_task-faces_run-1_split-01_meg .fif 2", "sub-02_task-rest_eeg .vhdr 0", "sub-03_task-faces_meg .ds 0"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if f.Title != "Faces" || len(f.Complaints) != 0 || !slices.Equal(f.Values("sub"), []string{"01", "02", "03"}) {
		t.Errorf("%s: subjects %q, complaints %q", f.Title, f.Values("sub"), f.Complaints)
	}
	if len(f.Derived) != 1 || f.Derived[0].Title != "Clean" || len(f.Derived[0].Recordings) != 1 {
		t.Errorf("derived: %+v", f.Derived)
	}
}

// What is wrong is said with its file and line, and the rest is read.
func TestOpenComplains(t *testing.T) {
	const stem = "sub-01/eeg/sub-01_task-a_"
	for name, c := range map[string]struct {
		path, text, want string
	}{
		"ragged":       {stem + "events.tsv", "onset\tduration\n1\t0\n2\n", "events.tsv: line 3: malformed: 1 columns, but there are 2 names"},
		"no column":    {stem + "events.tsv", "onset\ttrial_type\n", `line 1: malformed: no column "duration"; there are onset, trial_type`},
		"no number":    {stem + "events.tsv", "onset\tduration\nsoon\t0\n", `line 2: malformed: onset is "soon"`},
		"no onset":     {stem + "events.tsv", "onset\tduration\nn/a\t0\n", "line 2: malformed: its onset is missing"},
		"duration":     {stem + "events.tsv", "onset\tduration\n1\t-1\n", "a duration of -1 s"},
		"twice":        {stem + "channels.tsv", "name\ttype\tunits\nA1\tEEG\tuV\nA1\tEEG\tuV\n", "line 3: malformed: channel \"A1\" stands in line 2 already"},
		"status":       {stem + "channels.tsv", "name\ttype\tstatus\nA1\tEEG\tok\n", `the status of A1 is "ok"`},
		"columns":      {stem + "channels.tsv", "name\tname\n", `two columns are named "name"`},
		"JSON":         {stem + "eeg.json", "{\n\"a\": 1,\n}", "byte 11"},
		"no unit":      {"sub-01/eeg/sub-01_electrodes.tsv", "name\tx\ty\tz\nA1\t1\t2\t3\n", "coordsystem.json has to say"},
		"equal":        {"sub-01/eeg/sub-01_task-a_eeg.edf", "x", "it has the entities of sub-01_task-a_eeg.bdf"},
		"no name":      {"sub-01/eeg/notes of monday.docx", "x", "not a name of BIDS"},
		"no task":      {"sub-01/eeg/sub-01_eeg.bdf", "x", "its name has no task"},
		"other folder": {"sub-01/eeg/sub-02_task-a_eeg.bdf", "x", "it is not in a folder sub-02"},
		"ambiguous":    {"sub-01/eeg/sub-01_events.tsv", "onset\tduration\n", ""},
	} {
		root := lay(t, map[string]string{"dataset_description.json": described, stem + "eeg.bdf": "x", c.path: c.text})
		f, err := bids.Open(root)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(f.Complaints, "\n")
		if !strings.Contains(said, c.want) || c.want == "" && said != "" || strings.Contains(said, root) {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
		if f.Recordings[0].Ending != ".bdf" {
			t.Errorf("%s: %v", name, f.Recordings)
		}
	}
	if _, err := bids.Open(t.TempDir()); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := bids.Open(lay(t, map[string]string{"dataset_description.json": "{"})); !errors.Is(err, file.ErrMalformed) {
		t.Errorf("a broken description: %v", err)
	}
}

// The nearest file wins; of JSON every key does; those of others do not apply.
func TestInheritance(t *testing.T) {
	root := lay(t, map[string]string{
		"dataset_description.json":                         described,
		"task-a_eeg.json":                                  `{"PowerLineFrequency": 50, "EEGReference": "Cz"}`,
		"task-b_eeg.json":                                  `{"PowerLineFrequency": 16}`,
		"sub-01/sub-01_eeg.json":                           `{"EEGReference": "Fz"}`,
		"sub-01/eeg/sub-01_task-a_run-2_eeg.json":          `{"EEGReference": "Oz"}`,
		"events.tsv":                                       "onset\tduration\n0\t0\n",
		"task-a_channels.tsv":                              "name\ttype\nroot\tEEG\n",
		"sub-01/eeg/sub-01_task-a_channels.tsv":            "name\ttype\nA1\tEEG\n",
		"sub-01/eeg/sub-01_task-a_run-1_channels.tsv":      "name\ttype\nA1\tEOG\n",
		"sub-01/eeg/sub-01_space-CapTrak_electrodes.tsv":   "name\tx\ty\tz\nA1\t10\t20\t95\nA2\tn/a\tn/a\tn/a\n",
		"sub-01/eeg/sub-01_space-CapTrak_coordsystem.json": `{"EEGCoordinateSystem": "CapTrak", "EEGCoordinateUnits": "mm"}`,
		"sub-01/eeg/sub-01_task-a_run-1_split-02_eeg.bdf":  "x",
	})
	at := filepath.Join(root, "sub-01", "eeg", "sub-01_task-a_run-1_split-02_eeg.bdf")
	keys, err := bids.Metadata(at, "eeg")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"PowerLineFrequency": 50., "EEGReference": "Fz"}, keys); diff != "" {
		t.Error(diff)
	}
	channels, path, err := bids.Channels(at)
	if err != nil || len(channels) != 1 || channels[0].Type != "EOG" || filepath.Base(path) != "sub-01_task-a_run-1_channels.tsv" {
		t.Errorf("%+v of %s: %v", channels, path, err)
	}
	e, err := bids.ReadElectrodes(at)
	if err != nil {
		t.Fatal(err)
	}
	if p := e.Places["A1"]; len(e.Places) != 1 || e.System != "CapTrak" || math.Abs(p[2]-.095) > 1e-15 || math.Abs(p[0]-.01) > 1e-15 {
		t.Errorf("%+v", e)
	}
	var names []string
	for _, path := range bids.Beside(at) {
		names = append(names, filepath.Base(path))
	}
	want := []string{
		"task-a_channels.tsv", "sub-01_task-a_run-1_channels.tsv", "sub-01_space-CapTrak_electrodes.tsv", "sub-01_space-CapTrak_coordsystem.json",
		"events.tsv", "task-a_eeg.json", "sub-01_eeg.json",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if got, err := bids.Events(filepath.Join(root, "elsewhere.bdf")); got != nil && err != nil {
		t.Errorf("events of what has no name of BIDS: %v, %v", got, err)
	}
}

// Two files of which neither is about less than the other do not apply both.
func TestAmbiguousSidecars(t *testing.T) {
	root := lay(t, map[string]string{
		"dataset_description.json":               described,
		"sub-01/eeg/sub-01_task-a_run-1_eeg.bdf": "x",
		"sub-01/eeg/sub-01_task-a_channels.tsv":  "name\ttype\n",
		"sub-01/eeg/sub-01_run-1_channels.tsv":   "name\ttype\n",
	})
	_, _, err := bids.Channels(filepath.Join(root, "sub-01", "eeg", "sub-01_task-a_run-1_eeg.bdf"))
	if err == nil || !strings.Contains(err.Error(), "both apply to sub-01_task-a_run-1_eeg") {
		t.Errorf("%v", err)
	}
}

func TestReadTable(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
	}{
		"marks and returns": {"\xef\xbb\xbfa\tb\r\n1\t\r\n\r\n n/a \t2\r\n", "1 n/a|n/a 2"},
		"old returns":       {"a\tb\r1\t2\r", "1 2"},
		"head alone":        {"a\tb", ""},
	} {
		table, err := bids.ReadTable(filepath.Join(lay(t, map[string]string{"x.tsv": c.text}), "x.tsv"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for i := range table.Rows {
			rows = append(rows, table.Text(i, "a")+" "+table.Text(i, "b"))
		}
		if got := strings.Join(rows, "|"); got != c.want || !slices.Equal(table.Columns, []string{"a", "b"}) {
			t.Errorf("%s: %q of %q", name, got, table.Columns)
		}
	}
	for name, text := range map[string]string{"empty": "", "latin-1": "a\n\xe9\n"} {
		if _, err := bids.ReadTable(filepath.Join(lay(t, map[string]string{"x.tsv": text}), "x.tsv")); !errors.Is(err, file.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Names come back from their text, and taking entities away leaves the others.
func TestNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Z0-9]{1,6}`)
		keys := rapid.SliceOfNDistinct(word, 0, 5, rapid.ID[string]).Draw(t, "keys")
		want := bids.Name{Suffix: word.Draw(t, "suffix"), Ending: rapid.SampledFrom([]string{"", ".fif", ".tsv.gz"}).Draw(t, "ending")}
		for _, k := range keys {
			want.Entities = append(want.Entities, bids.Entity{Key: k, Value: word.Draw(t, "value")})
		}
		got, parsed := bids.Parse("folder/" + want.String() + want.Ending)
		if !parsed || !cmp.Equal(want, got) {
			t.Fatalf("%+v is read as %+v", want, got)
		}
		for _, e := range want.Entities {
			if less := got.Without(e.Key); got.Get(e.Key) != e.Value || less.Get(e.Key) != "" || len(less.Entities) != len(want.Entities)-1 {
				t.Fatalf("%s of %+v", e.Key, got)
			}
		}
	})
	for _, wrong := range []string{"notes.txt.", "sub_eeg.bdf", "sub-_eeg.bdf", "-01_eeg.bdf", "sub-01.bdf", ""} {
		if n, parsed := bids.Parse(wrong); parsed && wrong != "notes.txt." {
			t.Errorf("%q is read as %+v", wrong, n)
		}
	}
}

func TestRealEvents(t *testing.T) {
	table, err := bids.ReadTable(realtest.Path(t, "haxby2001", "haxby2001", "sub001", "BOLD", "task001_run001", "bold_events.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Need("onset", "duration", "trial_type"); err != nil || len(table.Rows) != 8 {
		t.Errorf("%d rows, %v", len(table.Rows), err)
	}
}

// Tables and JSON that were cut or changed are what they were, fewer lines or an
// error.
func TestHostile(t *testing.T) {
	const raw = "sub-01_task-a_eeg.edf"
	files := map[string][]byte{
		raw: nil, "dataset_description.json": []byte(described),
		"sub-01_task-a_events.tsv":   []byte("onset\tduration\ttrial_type\n0.5\t0.1\tface\n1.25\tn/a\thouse 2\n"),
		"sub-01_task-a_channels.tsv": []byte("name\ttype\tunits\tstatus\nA1\tEEG\tuV\tgood\nX\tMISC\tn/a\tbad\n"),
		"sub-01_electrodes.tsv":      []byte("name\tx\ty\tz\nA1\t0.01\t-0.09\t0.0125\nX\tn/a\tn/a\tn/a\n"),
		"sub-01_coordsystem.json":    []byte(`{"EEGCoordinateSystem": "CapTrak", "EEGCoordinateUnits": "m"}`),
		"sub-01_task-a_eeg.json":     []byte(`{"SamplingFrequency": 100, "PowerLineFrequency": 50, "EEGReference": "Cz"}`),
	}
	read := func(path string) (c recordingtest.Content, err error) {
		channels, _, err := bids.Channels(path)
		if err != nil {
			return c, err
		}
		electrodes, err := bids.ReadElectrodes(path)
		if err != nil {
			return c, err
		}
		events, err := bids.Events(path)
		if err != nil {
			return c, err
		}
		keys, err := bids.Metadata(path, "eeg")
		if events.Cut || electrodes.Cut {
			c.Warnings = []string{"cut"}
		}
		c.About = []any{channels, electrodes.Places, events.Rows, keys}
		return c, err
	}
	var victims []recordingtest.Victim
	for name, data := range files {
		if name == raw || name == "dataset_description.json" {
			continue
		}
		beside := maps.Clone(files)
		delete(beside, name)
		victims = append(victims, recordingtest.Victim{Name: name, Data: data, Beside: beside, Main: raw, Read: read, Shorter: strings.HasSuffix(name, ".tsv")})
	}
	recordingtest.Hostile(t, victims...)
}

func FuzzReadTable(f *testing.F) {
	f.Add("onset\tduration\n1\t0\r\n")
	f.Add("\xef\xbb\xbfa\tb\n\n1\tn/a\n")
	path := filepath.Join(f.TempDir(), "fuzz.tsv")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := bids.ReadTable(path)
		if err != nil {
			if !errors.Is(err, file.ErrMalformed) {
				t.Error(err)
			}
			return
		}
		for i, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Fatalf("row %d of %d has %d cells", i, len(table.Rows), len(row))
			}
			if _, err := table.Number(i, table.Columns[0]); err != nil && !errors.Is(err, file.ErrMalformed) {
				t.Error(err)
			}
		}
	})
}

func ExampleParse() {
	n, _ := bids.Parse("sub-01/meg/sub-01_task-faces_run-2_meg.fif")
	fmt.Println(n.Get("sub"), n.Get("run"), n.Suffix, n.Ending)
	fmt.Println(n.Without("run"))
	// Output:
	// 01 2 meg .fif
	// sub-01_task-faces_meg
}
