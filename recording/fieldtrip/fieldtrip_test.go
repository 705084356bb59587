package fieldtrip

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

const channels, length, trials, rate, start = 4, 21, 3, 200, -5

// number is what testdata/reference/make.py stores.
func number(trial, channel, time int) float64 {
	return 100*float64(trial) + 10*float64(channel) + math.Sin(float64(channel*time))
}

// structure is the same structure, for the writer of this program.
func structure() []mat.Variable {
	names := []string{"Cz", "MEG0111", "MEG0112", "STI101"}
	var signals, at []mat.Value
	for i := range trials {
		var values, seconds []float64
		for c := range channels {
			for t := range length {
				values = append(values, number(i, c, t))
			}
		}
		for t := range length {
			seconds = append(seconds, float64(start+t)/rate)
		}
		signals = append(signals, mat.Array(values, channels, length))
		at = append(at, mat.Array(seconds, 1, length))
	}
	matrix := func(columns int, values ...float64) mat.Value { return mat.Array(values, len(values)/columns, columns) }
	nan := math.NaN()
	return []mat.Variable{
		{Name: "label", Value: list(names...)},
		{Name: "trial", Value: row(signals...)},
		{Name: "time", Value: row(at...)},
		{Name: "fsample", Value: matrix(1, rate)},
		{Name: "sampleinfo", Value: matrix(2, 1, 21, 101, 121, 201, 221)},
		{Name: "trialinfo", Value: matrix(2, 5, .25, 6, nan, 5, .5)},
		{Name: "hdr", Value: mat.Fields(
			mat.Variable{Name: "label", Value: list(names...)},
			mat.Variable{Name: "chantype", Value: list("eeg", "megmag", "megplanar", "trigger")},
			mat.Variable{Name: "chanunit", Value: list("uV", "fT", "T/m", "unknown")},
		)},
		{Name: "grad", Value: mat.Fields(
			mat.Variable{Name: "label", Value: list(names[1:3]...)},
			mat.Variable{Name: "chanpos", Value: matrix(3, 1, 2, 12, 1, 2, 12)},
			mat.Variable{Name: "chanori", Value: matrix(3, 0, 0, 1, 0, 0, 1)},
			mat.Variable{Name: "coilpos", Value: matrix(3, 1, 2, 12, 1.5, 2, 12, .5, 2, 12)},
			mat.Variable{Name: "tra", Value: matrix(3, 1, 0, 0, 0, .6, -.6)},
			mat.Variable{Name: "chantype", Value: list("megmag", "megplanar")},
			mat.Variable{Name: "chanunit", Value: list("T", "T/cm")},
			mat.Variable{Name: "type", Value: mat.Text("neuromag306")},
			mat.Variable{Name: "unit", Value: mat.Text("cm")},
			mat.Variable{Name: "coordsys", Value: mat.Text("ctf")},
		)},
		{Name: "elec", Value: mat.Fields(
			mat.Variable{Name: "label", Value: list("Cz")},
			mat.Variable{Name: "elecpos", Value: matrix(3, 0, 0, 95)},
			mat.Variable{Name: "chanpos", Value: matrix(3, 0, 0, 95)},
			mat.Variable{Name: "unit", Value: mat.Text("mm")},
			mat.Variable{Name: "coordsys", Value: mat.Text("ras")},
		)},
	}
}

func list(texts ...string) mat.Value {
	values := make([]mat.Value, len(texts))
	for i, text := range texts {
		values[i] = mat.Text(text)
	}
	return mat.Cells(values...)
}

// row is a cell array of one row, as FieldTrip has trials.
func row(values ...mat.Value) mat.Value {
	v := mat.Cells(values...)
	v.Shape = []int{1, len(values)}
	return v
}

// with returns fields with some replaced or added, and without those that are
// given no value.
func with(fields []mat.Variable, changes ...mat.Variable) []mat.Variable {
	out := slices.Clone(fields)
	for _, c := range changes {
		out = slices.DeleteFunc(out, func(f mat.Variable) bool { return f.Name == c.Name })
		if c.Value.Class != "" {
			out = append(out, c)
		}
	}
	return out
}

// save writes a structure and returns its path.
func save(t testing.TB, fields []mat.Variable) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.mat")
	if err := mat.Write(path, []mat.Variable{{Name: "data", Value: mat.Fields(fields...)}}); err != nil {
		t.Fatal(err)
	}
	return path
}

// one keeps the first trial: a continuous recording.
func one() []mat.Variable {
	fields := structure()
	return with(fields,
		mat.Variable{Name: "trial", Value: row(fields[1].Value.Cells[0])},
		mat.Variable{Name: "time", Value: row(fields[2].Value.Cells[0])},
		mat.Variable{Name: "sampleinfo", Value: mat.Array([]float64{501, 521}, 1, 2)},
		mat.Variable{Name: "trialinfo"},
	)
}

// Files of SciPy, h5py and this program hold the same, as make.py wrote it.
func TestEpochs(t *testing.T) {
	for _, path := range []string{filepath.Join("testdata", "reference", "trials_v7.mat"), filepath.Join("testdata", "reference", "trials_v73.mat"), save(t, structure())} {
		recordingtest.EpochsContract(t, func() (recording.Epochs, error) { return OpenEpochs(path, Options{Strict: true}) })
		e, err := OpenEpochs(path+"#data", Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := e.Header()
		if diff := cmp.Diff(wanted(path), h, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
		got := make([]float64, trials*channels*length)
		if err := e.Read(got, []int{0, 1, 2}, []int{0, 1, 2, 3}); err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			channel := i / length % channels
			want := number(i/length/channels, channel, i%length) * []float64{1e-6, 1e-15, 1, 1}[channel]
			if math.Abs(v-want) > 1e-14*math.Abs(want) {
				t.Fatalf("%s: number %d is %g, want %g", path, i, v, want)
			}
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// wanted is the header of the structure: places in m, to the right, front, up.
func wanted(path string) *recording.EpochsHeader {
	nan := math.NaN()
	h := &recording.EpochsHeader{Start: start, Columns: []string{"trialinfo 1", "trialinfo 2"}, Baseline: [2]float64{nan, nan}}
	h.Path, h.Parts, h.Format = path, []string{path}, "FieldTrip"
	h.Rate, h.Length, h.Highpass, h.Lowpass, h.Line = rate, length, nan, nan, nan
	for i, values := range [][]string{{"5", "0.25"}, {"6", "n/a"}, {"5", "0.5"}} {
		h.Trials = append(h.Trials, recording.Trial{Name: values[0], Values: values, Event: recording.Event{At: recording.Acquired(100*i - start), Code: 5 + i%2}})
	}
	at := recording.Vector{-.02, .01, .12}
	up := recording.Vector{0, 0, 1}
	h.Channels = []recording.Channel{
		{Name: "Cz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{0, 0, .095}, Reference: recording.Nowhere},
		{Name: "MEG0111", Kind: recording.Magnetometer, Unit: "T", Frame: recording.Head, Position: at, Axes: [3]recording.Vector{2: up}, Reference: recording.Nowhere, Coil: 3024},
		{Name: "MEG0112", Kind: recording.Gradiometer, Unit: "T/m", Frame: recording.Head, Position: at, Axes: [3]recording.Vector{{0, 1, 0}, {-1, 0, 0}, up}, Reference: recording.Nowhere, Coil: 3012},
		{Name: "STI101", Kind: recording.Stim, Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
	}
	return h
}

func TestRecording(t *testing.T) {
	path := save(t, one())
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{Strict: true}) })
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if h := r.Header(); h.First != 500 || h.Length != length || h.Rate != rate {
		t.Errorf("%d times from %d on at %g Hz", h.Length, h.First, h.Rate)
	}
}

// An average is one epoch; what was kept of trials beside it goes before.
func TestAverages(t *testing.T) {
	values := make([]float64, 2*channels*length)
	for i := range values {
		values[i] = number(i/(channels*length), i/length%channels, i%length)
	}
	times := mat.Variable{Name: "time", Value: structure()[2].Value.Cells[0]}
	average := mat.Variable{Name: "avg", Value: mat.Array(values[:channels*length], channels, length)}
	for _, c := range []struct {
		kept, name string
		trial      mat.Value
		want       int
	}{
		{"", "average", mat.Value{}, 1},
		{"rpt_chan_time", "trial", mat.Array(values, 2, channels, length), 2},
	} {
		changes := []mat.Variable{times, average, {Name: "trial", Value: c.trial}, {Name: "sampleinfo"}, {Name: "trialinfo"}}
		if c.kept != "" {
			changes = append(changes, mat.Variable{Name: "dimord", Value: mat.Text(c.kept)})
		}
		path := save(t, with(structure(), changes...))
		recordingtest.EpochsContract(t, func() (recording.Epochs, error) { return OpenEpochs(path, Options{Strict: true}) })
		e, err := OpenEpochs(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if h := e.Header(); len(h.Trials) != c.want || h.Trials[0].Name != c.name || h.Start != start {
			t.Errorf("%d trials from %d on: %+v", len(h.Trials), h.Start, h.Trials)
		}
		got := make([]float64, length)
		if err := e.Read(got, []int{c.want - 1}, []int{2}); err != nil {
			t.Fatal(err)
		}
		if want := number(c.want-1, 2, 3); got[3] != want {
			t.Errorf("%g, want %g", got[3], want)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if _, err := Open(path, Options{}); err == nil {
			t.Error("an average is opened as a recording")
		}
	}
}

// What is wrong is said with the field it is in.
func TestWrongStructures(t *testing.T) {
	whole := structure()
	field := func(name string, v mat.Value) []mat.Variable {
		return with(structure(), mat.Variable{Name: name, Value: v})
	}
	numbers := func(values ...float64) mat.Value { return mat.Array(values, 1, len(values)) }
	short := row(whole[1].Value.Cells[0], whole[1].Value.Cells[1], mat.Array(make([]float64, 4*20), 4, 20))
	late := row(whole[2].Value.Cells[0], whole[2].Value.Cells[1], mat.Array(make([]float64, length), 1, length))
	for name, c := range map[string]struct {
		fields []mat.Variable
		want   string
	}{
		"no time":            {field("time", mat.Value{}), "it has no time"},
		"spectra":            {with(field("trial", mat.Value{}), mat.Variable{Name: "powspctrm", Value: numbers(1)}), "it holds spectra"},
		"labels":             {field("label", list("a", "b")), "there are 2 labels of channels"},
		"labels are numbers": {field("label", numbers(1, 2)), "data.label"},
		"same names":         {field("label", list("a", "a", "b", "c")), `both named "a"`},
		"short trial":        {field("trial", short), "data.trial{3}: malformed: 20 times, but the first trial has 21"},
		"texts as signal":    {field("trial", row(list("a"), list("b"), list("c"))), "trial{1}"},
		"rate":               {field("fsample", numbers(0)), "data.fsample"},
		"two rates":          {field("fsample", numbers(1, 2)), "2 numbers instead of one"},
		"other rate":         {field("fsample", numbers(100)), "at 100 Hz from"},
		"times of others":    {field("time", late), "time{3}"},
		"few times":          {field("time", row(whole[2].Value.Cells[0])), "of 1 trials, but there are 3"},
		"trialinfo":          {field("trialinfo", numbers(1, 2)), "1 rows for 3 trials"},
		"sampleinfo":         {field("sampleinfo", numbers(1, 2)), "1 × 2 numbers for 3 trials"},
		"grad":               {field("grad", numbers(1)), "data.grad"},
		"types":              {field("elec", mat.Fields(mat.Variable{Name: "label", Value: list("a")}, mat.Variable{Name: "chantype", Value: list("eeg", "eeg")})), "2 entries for 1 labels"},
		"places":             {field("elec", mat.Fields(mat.Variable{Name: "label", Value: list("a")}, mat.Variable{Name: "chanpos", Value: numbers(1, 2)})), "data.elec.chanpos"},
		"order":              {with(field("trial", mat.Array(make([]float64, 24), 2, 3, 4)), mat.Variable{Name: "dimord", Value: mat.Text("rpttap_chan_time")}), "signal as rpttap_chan_time"},
	} {
		_, err := OpenEpochs(save(t, c.fields), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := Open(save(t, whole), Options{}); err == nil || !strings.Contains(err.Error(), "3 trials are epochs") {
		t.Errorf("several trials as a recording: %v", err)
	}
}

// What is odd is read with a warning, which Strict makes an error.
func TestWarnings(t *testing.T) {
	whole := structure()
	elec := func(fields ...mat.Variable) []mat.Variable {
		return with(whole, mat.Variable{Name: "grad"}, mat.Variable{Name: "elec", Value: mat.Fields(append(fields, mat.Variable{Name: "label", Value: list("Cz")})...)})
	}
	place := mat.Variable{Name: "chanpos", Value: mat.Array([]float64{0, 0, 9.5}, 1, 3)}
	ras := mat.Variable{Name: "coordsys", Value: mat.Text("ras")}
	for name, c := range map[string]struct {
		fields []mat.Variable
		want   string
	}{
		"unit of places": {elec(place, ras), "by their size cm"},
		"axes":           {elec(place, mat.Variable{Name: "unit", Value: mat.Text("cm")}), "has no coordsys"},
		"no places":      {elec(ras), "does not say where"},
		"resampled":      {with(whole, mat.Variable{Name: "sampleinfo", Value: mat.Array([]float64{1, 42, 101, 142, 201, 242}, 3, 2)}), "it was resampled"},
		"unit of signal": {with(whole, mat.Variable{Name: "hdr", Value: mat.Fields(mat.Variable{Name: "label", Value: list("Cz")}, mat.Variable{Name: "chanunit", Value: list("T")})}), `channel Cz is in "T"`},
	} {
		path := save(t, c.fields)
		e, err := OpenEpochs(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if warnings := strings.Join(e.Header().Warnings, "; "); !strings.Contains(warnings, c.want) {
			t.Errorf("%s: warnings %q, want %q", name, warnings, c.want)
		}
		if p := e.Header().Channels[0].Position; name == "unit of places" && math.Abs(p[2]-.095) > 1e-15 {
			t.Errorf("Cz is at %v", p)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if _, err := OpenEpochs(path, Options{Strict: true}); err == nil {
			t.Errorf("%s: no error when it is strict", name)
		}
	}
}

// One of several structures is named; a file without any is refused.
func TestStructuresAreNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.mat")
	data := mat.Fields(one()...)
	if err := mat.Write(path, []mat.Variable{{Name: "left", Value: data}, {Name: "right", Value: data}, {Name: "n", Value: mat.Array([]float64{1}, 1, 1)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "#left; there are left, right") {
		t.Errorf("%v", err)
	}
	if _, err := Open(path+"#n", Options{}); err == nil || !strings.Contains(err.Error(), "those are left, right") {
		t.Errorf("%v", err)
	}
	r, err := Open(path+"#right", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for address, want := range map[string]bool{path: true, path + "#left": true, path + "#n": false, "missing.mat": false} {
		if Detect(address) != want {
			t.Errorf("%s: %v", filepath.Base(address), !want)
		}
	}
	if err := os.WriteFile(path, []byte("MATLAB 5.0 MAT-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil {
		t.Error("a header alone is opened")
	}
}

func TestKinds(t *testing.T) {
	for name, want := range map[string]recording.Kind{
		"MEG 0111": recording.Magnetometer, "MEG2643": recording.Gradiometer, "MLC11-4304": recording.Magnetometer, "STI 014": recording.Stim,
		"Status": recording.Stim, "VEOG": recording.EOG, "EKG": recording.ECG, "EMG1": recording.EMG, "EEG 001": recording.EEG, "Fp1": recording.EEG,
		"AFF5h": recording.EEG, "C31": recording.EEG, "C33": recording.EEG, "D32": recording.EEG, "D33": recording.Other, "UADC001": recording.Other,
	} {
		if got := kindOf("", name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := kindOf("nirs", "Cz"); got != recording.Other {
		t.Errorf("a type that is not known gives %s", got)
	}
}

func ExampleOpen() {
	signal := mat.Array([]float64{1, 2, 3, 4}, 1, 4) // µV
	data := mat.Fields(
		mat.Variable{Name: "label", Value: mat.Cells(mat.Text("Cz"))},
		mat.Variable{Name: "trial", Value: mat.Cells(signal)},
		mat.Variable{Name: "time", Value: mat.Cells(mat.Array([]float64{0, .1, .2, .3}, 1, 4))},
		mat.Variable{Name: "hdr", Value: mat.Fields(
			mat.Variable{Name: "label", Value: mat.Cells(mat.Text("Cz"))},
			mat.Variable{Name: "chanunit", Value: mat.Cells(mat.Text("uV"))},
		)},
	)
	folder, err := os.MkdirTemp("", "fieldtrip")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject.mat")
	if err := mat.Write(path, []mat.Variable{{Name: "data", Value: data}}); err != nil {
		fmt.Println(err)
		return
	}
	r, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	h := r.Header()
	values := make([]float64, 2)
	err = r.Read(values, []int{0}, recording.Window{From: 2, To: 4})
	fmt.Printf("%s, %s: %.6f V at %.0f Hz, %v\n", h.Channels[0].Name, h.Channels[0].Kind, values, h.Rate, err)
	// Output: Cz, eeg: [0.000003 0.000004] V at 10 Hz, <nil>
}
