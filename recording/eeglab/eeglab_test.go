package eeglab

import (
	"encoding/binary"
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
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// number is a value of one number.
func scalar(x float64) mat.Value { return mat.Array([]float64{x}, 1, 1) }

// none is MATLAB's empty array.
var none = mat.Array([]float64{}, 0, 0)

// rows returns a struct array of rows of values.
func rows(fields []string, values ...[]mat.Value) mat.Value {
	return mat.Value{Class: mat.Struct, Shape: []int{1, len(values)}, Fields: fields, Elements: values}
}

// electrodes is chanlocs of three channels on a sphere of radius 1.
func electrodes() mat.Value {
	return rows([]string{"labels", "type", "X", "Y", "Z", "theta", "radius"},
		[]mat.Value{mat.Text("Fz"), mat.Text("EEG"), scalar(.6), scalar(0), scalar(.8), scalar(0), scalar(.2)},
		[]mat.Value{mat.Text("T8"), mat.Text(""), none, none, none, scalar(90), scalar(.5)},
		[]mat.Value{mat.Text("VEOG"), mat.Text(""), none, none, none, none, none},
	)
}

// happenings is a list of events.
func happenings(list ...[]mat.Value) mat.Value {
	return rows([]string{"type", "latency", "duration", "picture"}, list...)
}

// continuous returns the fields of a dataset of 3 channels × 8 times.
func continuous() []mat.Variable {
	numbers := make([]float32, 24)
	for i := range numbers {
		numbers[i] = float32(i) - 7.5
	}
	return []mat.Variable{
		{Name: "nbchan", Value: scalar(3)},
		{Name: "trials", Value: scalar(1)},
		{Name: "pnts", Value: scalar(8)},
		{Name: "srate", Value: scalar(250)},
		{Name: "xmin", Value: scalar(0)},
		{Name: "data", Value: mat.Array(numbers, 3, 8)},
		{Name: "chanlocs", Value: electrodes()},
		{Name: "chaninfo", Value: mat.Fields(
			mat.Variable{Name: "nosedir", Value: mat.Text("+X")},
			mat.Variable{Name: "nodatchans", Value: rows([]string{"labels", "X", "Y", "Z"},
				[]mat.Value{mat.Text("nz"), scalar(1), scalar(0), scalar(-.25)},
				[]mat.Value{mat.Text("RPA"), scalar(0), scalar(-1), scalar(-.25)},
			)},
		)},
		{Name: "ref", Value: mat.Text("common")},
		{Name: "event", Value: happenings(
			[]mat.Value{mat.Text("square"), scalar(2), scalar(1), mat.Text("a.png")},
			[]mat.Value{mat.Text("boundary"), scalar(4.5), scalar(100), none},
			[]mat.Value{mat.Text("rt"), scalar(6.25), none, none},
		)},
	}
}

// cutUp returns those of a dataset of 3 channels × 4 times × 2 epochs from -8 ms on.
func cutUp() []mat.Variable {
	fields := continuous()
	numbers := make([]float64, 24)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	return changed(fields, map[string]mat.Value{
		"trials": scalar(2), "pnts": scalar(4), "xmin": scalar(-.008), "data": mat.Array(numbers, 3, 4, 2),
		"event": rows([]string{"type", "latency", "epoch", "picture"},
			[]mat.Value{scalar(3), scalar(1), scalar(1), scalar(17)},
			[]mat.Value{scalar(5), scalar(3), scalar(1), mat.Text("a.png")},
			[]mat.Value{scalar(6), scalar(3), scalar(1), mat.Text("b.png")},
			[]mat.Value{scalar(5), scalar(7), scalar(2), none},
		),
	})
}

// changed returns the fields with others in place; one of no class goes.
func changed(fields []mat.Variable, to map[string]mat.Value) []mat.Variable {
	var list []mat.Variable
	for _, f := range fields {
		v, is := to[f.Name]
		if !is {
			v = f.Value
		}
		if v.Class != "" {
			list = append(list, mat.Variable{Name: f.Name, Value: v})
		}
	}
	return list
}

// saved writes a dataset, its fields in a struct or open, and returns its path.
func saved(t testing.TB, fields []mat.Variable) string {
	path := filepath.Join(t.TempDir(), "x.set")
	if err := mat.Write(path, fields); err != nil {
		t.Fatal(err)
	}
	return path
}

// wrapped returns the fields as the struct EEG.
func wrapped(fields []mat.Variable) []mat.Variable {
	return []mat.Variable{{Name: "EEG", Value: mat.Fields(fields...)}}
}

// contents returns the signal of a recording, whole.
func contents(t testing.TB, r recording.Recording) []float64 {
	every := r.Header().Pick(func(recording.Channel) bool { return true })
	signal := make([]float64, len(every)*r.Header().Length)
	if err := r.Read(signal, every, r.Header().Whole()); err != nil {
		t.Fatal(err)
	}
	return signal
}

func TestContinuous(t *testing.T) {
	want := &recording.Header{
		Format: "EEGLAB", Rate: 250, Length: 8, Highpass: math.NaN(), Lowpass: math.NaN(), Line: math.NaN(), Reference: "common",
		Channels: []recording.Channel{
			{Name: "Fz", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{0, .06, .08}, Reference: recording.Nowhere},
			{Name: "T8", Kind: recording.EEG, Unit: "V", Frame: recording.Head, Position: recording.Vector{.1, 0, 0}, Reference: recording.Nowhere},
			{Name: "VEOG", Kind: recording.EOG, Unit: "V", Frame: recording.Head, Position: recording.Nowhere, Reference: recording.Nowhere},
		},
		Points: []recording.Point{
			{Kind: recording.Nasion, Number: 2, Position: recording.Vector{0, .1, -.025}},
			{Kind: recording.RightEar, Number: 3, Position: recording.Vector{.1, 0, -.025}},
		},
		Annotations: []recording.Annotation{
			{Onset: .004, Duration: .004, Text: "square"}, {Onset: .014, Text: "BAD_boundary"}, {Onset: .021, Text: "rt"},
		},
		Events:   []recording.Event{{At: 1, Code: 2}, {At: 5, Code: 1}},
		Warnings: []string{"the signal was cut at 1 places: it is read as if it went on there, with annotations that begin with BAD"},
	}
	for name, fields := range map[string][]mat.Variable{"in a struct": wrapped(continuous()), "open": continuous()} {
		path := saved(t, fields)
		t.Run(name, func(t *testing.T) {
			recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{}) })
		})
		r, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ignored := cmpopts.IgnoreFields(recording.Header{}, "Path", "Parts")
		if diff := cmp.Diff(want, r.Header(), ignored, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-15)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for i, v := range contents(t, r) {
			if v != (float64(i)-7.5)*1e-6 {
				t.Fatalf("%s: number %d is %g", name, i, v)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if _, err := Open(path, Options{Strict: true}); err == nil || !strings.Contains(err.Error(), "cut at 1 places") {
			t.Errorf("%s: strictly read: %v", name, err)
		}
		if _, err := OpenEpochs(path, Options{}); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "it is continuous") {
			t.Errorf("%s: as epochs: %v", name, err)
		}
	}
}

func TestEpochs(t *testing.T) {
	e, err := OpenEpochs(saved(t, cutUp()), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	h := e.Header()
	want := []recording.Trial{
		{Name: "5", Event: recording.Event{At: 2, Code: 5}, Values: []string{"a.png"}},
		{Name: "5", Event: recording.Event{At: 6, Code: 5}, Values: []string{"n/a"}},
	}
	if diff := cmp.Diff(want, h.Trials); diff != "" || !slices.Equal(h.Columns, []string{"picture"}) {
		t.Error(h.Columns, diff)
	}
	if diff := cmp.Diff([]float64{-.008, -.004, 0, .004}, h.Times()); diff != "" {
		t.Error(diff)
	}
	got := make([]float64, 2*2*4)
	if err := e.Read(got, []int{1, 0}, []int{2, 0}); err != nil {
		t.Fatal(err)
	}
	// Numbers count up over channels × times × epochs.
	at := func(c, time, epoch int) float64 { return float64(c*8+time*2+epoch) * 1e-6 }
	var numbers []float64
	for _, epoch := range []int{1, 0} {
		for _, c := range []int{2, 0} {
			for time := range 4 {
				numbers = append(numbers, at(c, time, epoch))
			}
		}
	}
	if diff := cmp.Diff(numbers, got); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range [][2]int{{2, 0}, {-1, 0}, {0, 3}} {
		if err := e.Read(make([]float64, 4), []int{wrong[0]}, []int{wrong[1]}); err == nil {
			t.Errorf("epoch %d, channel %d was read", wrong[0], wrong[1])
		}
	}
	if err := errors.Join(e.Close(), e.Close()); err != nil {
		t.Error(err)
	}
	if err := e.Read(make([]float64, 4), []int{0}, []int{0}); !errors.Is(err, recording.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := Open(e.Header().Path, Options{}); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "2 epochs") {
		t.Errorf("as a recording: %v", err)
	}
}

// Epochs without an event at 0 are named so.
func TestEpochsWithoutEvents(t *testing.T) {
	e, err := OpenEpochs(saved(t, changed(cutUp(), map[string]mat.Value{"event": none})), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if h := e.Header(); h.Trials[1].Name != "n/a" || h.Trials[1].Event.At != 6 || len(h.Warnings) != 1 {
		t.Errorf("%+v, %q", h.Trials, h.Warnings)
	}
}

// numbersOf returns numbers in the order of .fdt files.
func numbersOf(channels, times int, value func(c, i int) float32) []byte {
	var data []byte
	for i := range times {
		for c := range channels {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(value(c, i)))
		}
	}
	return data
}

// The signal beside a dataset is found by its name there, or by the dataset's.
func TestBeside(t *testing.T) {
	data := numbersOf(3, 8, func(c, i int) float32 { return float32(100*c + i) })
	event := happenings()
	for named, there := range map[string]string{"y.fdt": "y.fdt", "old.fdt": "x.fdt", `C:\data\y.fdt`: "y.fdt"} {
		path := saved(t, changed(continuous(), map[string]mat.Value{"data": mat.Text(named), "event": event}))
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), there), data, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(named, func(t *testing.T) {
			recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path, Options{}) })
		})
		r, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float64, 2)
		if err := r.Read(got, []int{2}, recording.Window{From: 3, To: 5}); err != nil {
			t.Fatal(err)
		}
		if renamed := named == "old.fdt"; !slices.Equal(got, []float64{203 * 1e-6, 204 * 1e-6}) || len(r.Header().Warnings) > 0 != renamed || filepath.Base(r.Header().Parts[0]) != there {
			t.Errorf("%s: %v, %q", named, got, r.Header().Warnings)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	path := saved(t, changed(continuous(), map[string]mat.Value{"data": mat.Text("x.fdt")}))
	for length, want := range map[int]string{-1: "neither x.fdt nor x.fdt", 0: "take 96 bytes, but it has 0", 95: "take 96 bytes, but it has 95", 97: "but it has 97"} {
		if length >= 0 {
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "x.fdt"), append(slices.Clone(data), 0)[:length], 0o600); err != nil {
				t.Fatal(err)
			}
		} else if err := os.RemoveAll(filepath.Join(filepath.Dir(path), "x.fdt")); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Options{}); !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: %v, want %q", length, err, want)
		}
	}
}

// Lengths are in a unit that the dataset does not say.
func TestUnitsOfLength(t *testing.T) {
	for _, scale := range []float64{.09, .9, 9, 90} {
		places := rows([]string{"labels", "X", "Y", "Z"},
			[]mat.Value{mat.Text("a"), scalar(scale), scalar(0), scalar(0)},
			[]mat.Value{mat.Text("b"), scalar(0), scalar(scale), scalar(0)},
			[]mat.Value{mat.Text("c"), scalar(0), scalar(0), scalar(scale)},
		)
		r, err := Open(saved(t, changed(continuous(), map[string]mat.Value{"chanlocs": places})), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []recording.Vector{{0, .09, 0}, {-.09, 0, 0}, {0, 0, .09}}
		for i, c := range r.Header().Channels {
			if diff := cmp.Diff(want[i], c.Position, cmpopts.EquateApprox(0, 1e-15)); diff != "" {
				t.Errorf("%g: %s: %s", scale, c.Name, diff)
			}
		}
		r.Close()
	}
}

// The nose may be on any axis.
func TestNose(t *testing.T) {
	for nose, want := range map[string]recording.Vector{"+X": {0, .06, .08}, "-X": {0, -.06, .08}, "+Y": {.06, 0, .08}, "-Y": {-.06, 0, .08}, "": {0, .06, .08}} {
		info := mat.Fields(mat.Variable{Name: "nosedir", Value: mat.Text(nose)})
		r, err := Open(saved(t, changed(continuous(), map[string]mat.Value{"chaninfo": info})), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, r.Header().Channels[0].Position, cmpopts.EquateApprox(0, 1e-15)); diff != "" {
			t.Errorf("%s: %s", nose, diff)
		}
		r.Close()
	}
}

// What is odd but can be read is a warning.
func TestOddities(t *testing.T) {
	for name, c := range map[string]struct {
		change  map[string]mat.Value
		warning string
		looks   func(h *recording.Header) bool
	}{
		"no channels": {map[string]mat.Value{"chanlocs": none}, "", func(h *recording.Header) bool { return h.Channels[2].Name == "E3" }},
		"other channels": {
			map[string]mat.Value{"chanlocs": rows([]string{"labels"}, []mat.Value{mat.Text("a")})},
			"chanlocs has 1 channels, but the signal 3",
			func(h *recording.Header) bool { return h.Channels[0].Name == "E1" },
		},
		"equal names": {
			map[string]mat.Value{"chanlocs": rows([]string{"labels"}, []mat.Value{mat.Text("a")}, []mat.Value{mat.Text("b")}, []mat.Value{mat.Text("a")})},
			"",
			func(h *recording.Header) bool { return h.Channels[2].Name == "a-1" && !h.Channels[0].Position.Known() },
		},
		"kinds": {
			map[string]mat.Value{"chanlocs": rows([]string{"labels", "type"}, []mat.Value{mat.Text("a"), mat.Text("EKG")}, []mat.Value{mat.Text("b"), mat.Text("Stim")}, []mat.Value{mat.Text("c"), mat.Text("REF")})},
			"",
			func(h *recording.Header) bool {
				return h.Channels[0].Kind == recording.ECG && h.Channels[1].Kind == recording.Stim && h.Channels[1].Unit == "" && h.Channels[2].Kind == recording.EEG
			},
		},
		"no latency": {
			map[string]mat.Value{"event": happenings([]mat.Value{mat.Text("a"), none, none, none}, []mat.Value{mat.Text("a"), scalar(1), none, none})},
			"1 of 2 events have no latency",
			func(h *recording.Header) bool { return len(h.Events) == 1 && h.Events[0] == recording.Event{Code: 1} },
		},
		"outside": {
			map[string]mat.Value{"event": happenings([]mat.Value{mat.Text("a"), scalar(9), none, none}, []mat.Value{mat.Text("a"), scalar(8.4), none, none})},
			"1 of 2 events are not within",
			func(h *recording.Header) bool { return len(h.Events) == 1 && h.Events[0].At == 7 },
		},
		"numbers": {
			map[string]mat.Value{"event": happenings([]mat.Value{scalar(12), scalar(1), none, none}, []mat.Value{mat.Text("7"), scalar(2), none, none}, []mat.Value{scalar(-99), scalar(3.5), none, none})},
			"cut at 1 places",
			func(h *recording.Header) bool {
				return len(h.Events) == 2 && h.Events[0].Code == 12 && h.Events[1].Code == 7 && h.Annotations[0].Text == "12"
			},
		},
		"reference by number": {map[string]mat.Value{"ref": scalar(3)}, "", func(h *recording.Header) bool { return h.Reference == "" }},
	} {
		change := map[string]mat.Value{"event": none}
		maps.Copy(change, c.change)
		r, err := Open(saved(t, changed(continuous(), change)), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := r.Header()
		if got := strings.Join(h.Warnings, ""); !strings.Contains(got, c.warning) || (c.warning == "") != (got == "") || !c.looks(h) {
			t.Errorf("%s: %q, %+v", name, h.Warnings, h)
		}
		r.Close()
	}
}

// What cannot be read is an error that names the field.
func TestRefuses(t *testing.T) {
	gone := mat.Value{}
	for name, c := range map[string]struct {
		field string
		value mat.Value
		want  string
	}{
		"no channels":           {"nbchan", gone, "EEG.nbchan: malformed: the dataset has no such field"},
		"no data":               {"data", gone, "EEG.data: malformed: the dataset has no such field"},
		"no events":             {"event", gone, "EEG.event: malformed: the dataset has no such field"},
		"half a channel":        {"nbchan", scalar(2.5), "EEG.nbchan: malformed: it is 2.5"},
		"no times":              {"pnts", scalar(0), "EEG.pnts: malformed: it is 0"},
		"times in words":        {"pnts", mat.Text("many"), "EEG.pnts: malformed: it is not one number"},
		"more times":            {"pnts", scalar(9), "its shape is [3 8], but nbchan, pnts and trials are 3, 9 and 1"},
		"many times":            {"trials", scalar(2e9), "are too many"},
		"no rate":               {"srate", scalar(-1), "EEG.srate: malformed: -1 samples"},
		"infinite rate":         {"srate", scalar(math.Inf(1)), "EEG.srate: malformed: it is not one number"},
		"far away":              {"xmin", scalar(1e300), "are too many"},
		"data of cells":         {"data", mat.Value{Class: mat.Cell, Shape: []int{3, 8}, Cells: make24()}, "EEG.data: malformed: it is a cell array"},
		"complex data":          {"data", mat.Value{Class: mat.Double, Shape: []int{3, 8}, Numbers: make([]float64, 24), Imaginary: make([]float64, 24)}, "not one of real numbers"},
		"old data":              {"data", mat.Text("x.dat"), "save the dataset again"},
		"two names of data":     {"data", mat.Text("x.fdt", "y.fdt"), "not one text"},
		"channel without label": {"chanlocs", rows([]string{"labels"}, []mat.Value{mat.Text("a")}, []mat.Value{none}, []mat.Value{mat.Text("b")}), "channel 2 has no label"},
		"events of numbers":     {"event", scalar(3), "EEG.event: malformed: it is a double array"},
		"infinite latency":      {"event", happenings([]mat.Value{mat.Text("a"), scalar(math.Inf(1)), none, none}), "event 1 is at +Inf"},
	} {
		_, err := Open(saved(t, wrapped(changed(continuous(), map[string]mat.Value{c.field: c.value}))), Options{})
		var located *file.ParseError
		if !errors.As(err, &located) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	several := mat.Value{Class: mat.Struct, Shape: []int{1, 2}, Fields: []string{"nbchan"}, Elements: [][]mat.Value{{scalar(1)}, {scalar(1)}}}
	for _, variable := range []mat.Variable{{Name: "ALLEEG", Value: several}, {Name: "EEG", Value: several}} {
		if _, err := Open(saved(t, []mat.Variable{variable}), Options{}); !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "datasets") {
			t.Errorf("%s: %v", variable.Name, err)
		}
	}
}

// make24 returns as many cells.
func make24() []mat.Value { return slices.Repeat([]mat.Value{scalar(1)}, 24) }

// A dataset is told from other MAT files.
func TestIs(t *testing.T) {
	for name, c := range map[string]struct {
		variables []mat.Variable
		want      bool
	}{
		"struct": {wrapped(continuous()), true}, "open": {continuous(), true}, "several": {[]mat.Variable{{Name: "ALLEEG", Value: scalar(1)}}, true},
		"other": {[]mat.Variable{{Name: "data", Value: scalar(1)}}, false},
	} {
		if got := Is(saved(t, c.variables)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if Is(filepath.Join(t.TempDir(), "absent.set")) {
		t.Error("a file that is not there is a dataset")
	}
}

// Example reads a dataset of three channels.
func Example() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject1.set")
	if err := mat.Write(path, []mat.Variable{{Name: "EEG", Value: mat.Fields(continuous()...)}}); err != nil {
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
	fmt.Println(h.Length, "times at", h.Rate, "Hz")
	for _, a := range h.Annotations {
		fmt.Println(a.Onset, a.Text)
	}
	// Output:
	// 8 times at 250 Hz
	// 0.004 square
	// 0.014 BAD_boundary
	// 0.021 rt
}
