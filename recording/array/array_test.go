package array

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/recording"
	"github.com/isocortex/isocortex/recording/recordingtest"
	"github.com/isocortex/isocortex/variable"
)

// put writes a text into a folder.
func put(t testing.TB, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// save writes an array and what is said about it, and returns its path.
func save(t testing.TB, a *npy.Array, about string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "x.npy")
	if err := npy.Write(path, a); err != nil {
		t.Fatal(err)
	}
	put(t, folder, "x.yaml", about)
	return path
}

// counting is an array of numbers 0, 1, 2, ...
func counting(shape ...int) *npy.Array {
	values := make([]float64, product(shape))
	for i := range values {
		values[i] = float64(i)
	}
	return &npy.Array{Shape: shape, Data: values}
}

const three = "rate: 100\nunit: [uV, fT, \"\"]\nkinds: [eeg, mag, stim]\n"

func TestRecording(t *testing.T) {
	path := save(t, counting(3, 50), "axes: [channels, times]\nchannels: [Cz, M1, S]\npositions: [[0, 0.01, 0.09], null, null]\nevents: e.tsv\n"+three)
	put(t, filepath.Dir(path), "e.tsv", "onset\ttrial_type\tvalue\n0.1\tface\t3\n0.2\thouse\tn/a\n")
	recordingtest.Contract(t, func() (recording.Recording, error) { return Open(path) })
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	h := r.Header()
	channel := func(name string, kind recording.Kind, unit string, at recording.Vector) recording.Channel {
		return recording.Channel{Name: name, Kind: kind, Unit: unit, Frame: recording.Head, Position: at, Reference: recording.Nowhere}
	}
	want := []recording.Channel{
		channel("Cz", recording.EEG, "V", recording.Vector{0, .01, .09}), channel("M1", recording.Magnetometer, "T", recording.Nowhere), channel("S", recording.Stim, "", recording.Nowhere),
	}
	if fmt.Sprint(want) != fmt.Sprint(h.Channels) { // NaN is no equal of itself
		t.Errorf("%+v", h.Channels)
	}
	if diff := cmp.Diff([]recording.Event{{At: 10, Code: 3}}, h.Events); diff != "" || len(h.Annotations) != 2 || h.Annotations[1].Text != "house" {
		t.Errorf("%s%+v", diff, h.Annotations)
	}
	got := make([]float64, 3)
	if err := r.Read(got, []int{0, 1, 2}, recording.Window{From: 7, To: 8}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float64{7e-6, 57e-15, 107}, got, cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestEpochs(t *testing.T) {
	path := save(t, counting(4, 3, 20), "axes: [epochs, channels, times]\nstart: -0.05\nevents: e.tsv\n"+three)
	put(t, filepath.Dir(path), "e.tsv", "stimulus\ttrial_type\tvalue\na\tface\t1\nb\tface\t1\nc\thouse\t2\nd\thouse\t2\n")
	recordingtest.EpochsContract(t, func() (recording.Epochs, error) { return OpenEpochs(path) })
	e, err := OpenEpochs(path)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	h := e.Header()
	want := recording.Trial{Name: "house", Event: recording.Event{At: 5, Code: 2}, Values: []string{"c", "house", "2"}}
	if diff := cmp.Diff(want, h.Trials[2]); diff != "" || h.Times()[0] != -.05 || h.Columns[0] != "stimulus" {
		t.Errorf("%s%v %v", diff, h.Times(), h.Columns)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "no continuous recording") {
		t.Errorf("epochs as a recording: %v", err)
	}
}

// Axes in any order and every container give the same numbers.
func TestAxesAndContainers(t *testing.T) {
	axes := []string{"epochs", "channels", "times"}
	rapid.Check(t, func(rt *rapid.T) {
		lengths := [3]int{rapid.IntRange(1, 4).Draw(rt, "epochs"), rapid.IntRange(1, 4).Draw(rt, "channels"), rapid.IntRange(2, 5).Draw(rt, "times")}
		order := rapid.Permutation([]int{0, 1, 2}).Draw(rt, "order")
		shape, names := []int{}, []string{}
		for _, axis := range order {
			shape, names = append(shape, lengths[axis]), append(names, axes[axis])
		}
		values := make([]float64, product(shape))
		for i := range values {
			var place [3]int
			rest := i
			for k := 2; k >= 0; k-- {
				place[order[k]] = rest % shape[k]
				rest /= shape[k]
			}
			values[i] = float64(100*place[0] + 10*place[1] + place[2])
		}
		folder, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		address := write(t, folder, rapid.SampledFrom([]string{"npy", "single", "npz", "mat", "h5"}).Draw(rt, "container"), &npy.Array{Shape: shape, Data: values})
		put(t, folder, "x.json", fmt.Sprintf(`{"axes": ["%s"], "rate": 10, "unit": "V", "kinds": "eeg"}`, strings.Join(names, `", "`)))
		e, err := OpenEpochs(address)
		if err != nil {
			rt.Fatal(err)
		}
		defer e.Close()
		got := make([]float64, lengths[2])
		for i := range lengths[0] {
			for c := range lengths[1] {
				if err := e.Read(got, []int{i}, []int{c}); err != nil {
					rt.Fatal(err)
				}
				for k, v := range got {
					if v != float64(100*i+10*c+k) {
						rt.Fatalf("%v in %v: epoch %d, channel %d, time %d is %g", shape, names, i, c, k, v)
					}
				}
			}
		}
	})
}

// write puts an array into a file of some kind and returns its address.
func write(t *testing.T, folder, container string, a *npy.Array) string {
	var err error
	address := filepath.Join(folder, "x."+container)
	values := a.Data.([]float64)
	switch container {
	case "npy":
		err = npy.Write(address, a)
	case "single":
		address = filepath.Join(folder, "x.npy")
		short := make([]float32, len(values))
		for i, v := range values {
			short[i] = float32(v)
		}
		err = npy.Write(address, &npy.Array{Shape: a.Shape, Data: short})
	case "npz":
		err = file.Write(address, func(w io.Writer) error {
			archive := npy.Create(w)
			return errors.Join(archive.Add("data", a), archive.Add("other", npy.Vector(values)), archive.Close())
		})
		address += "#data"
	case "mat":
		err = mat.Write(address, []mat.Variable{{Name: "data", Value: mat.Array(values, a.Shape...)}})
		address += "#data"
	case "h5":
		err = hdf5.Write(address, hdf5.Node{Nodes: []hdf5.Node{{Name: "group", Nodes: []hdf5.Node{{Name: "data", Data: &hdf5.Array{Shape: a.Shape, Data: values}}}}}})
		address += "#/group/data"
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestWrongDescriptions(t *testing.T) {
	const good = "axes: [channels, times]\n" + three
	for name, c := range map[string]struct{ about, want string }{
		"axis":         {"axes: [channel, times]\n" + three, "did you mean"},
		"few axes":     {"axes: [times]\n" + three, "1 names, but the array has 2 axes"},
		"twice":        {"axes: [times, times]\n" + three, "times twice"},
		"no channels":  {"axes: [epochs, times]\n" + three, "there have to be channels and times"},
		"no rate":      {"axes: [channels, times]\nunit: V\nkinds: eeg\n", "rate: malformed: 0 times per second"},
		"no unit":      {"axes: [channels, times]\nrate: 1\nkinds: eeg\n", "unit: malformed: it is missing"},
		"no kinds":     {"axes: [channels, times]\nrate: 1\nunit: V\n", "kinds: malformed: it is missing"},
		"unit":         {"axes: [channels, times]\nrate: 1\nunit: furlong\nkinds: eeg\n", `"furlong" of channel 1`},
		"kind":         {"axes: [channels, times]\nrate: 1\nunit: V\nkinds: egg\n", "did you mean"},
		"names":        {good + "channels: [a, b]\n", "2 entries for 3 channels"},
		"same names":   {good + "channels: [a, b, a]\n", `both named "a"`},
		"positions":    {good + "positions: [[1, 2], null, null]\n", "2 numbers for channel 1"},
		"positions mm": {good + "positions: [[10, 20, 95], null, null]\n", "positions are in m"},
		"start":        {good + "start: 1\n", "only epochs have one"},
		"events":       {good + "events: none.tsv\n", "there is no none.tsv"},
		"key":          {good + "sfreq: 1\n", "sfreq"},
		"YAML":         {"axes: [", "x.yaml"},
		"empty":        {"", "x.yaml"},
	} {
		_, err := OpenEpochs(save(t, counting(3, 20), c.about))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	late := save(t, counting(3, 20), good+"events: e.tsv\n")
	put(t, filepath.Dir(late), "e.tsv", "onset\n7\n")
	if _, err := Open(late); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a late event: %v", err)
	}
}

// Without a description the error is what to write, which then is read.
func TestMissingDescription(t *testing.T) {
	for _, shape := range [][]int{{2, 20}, {3, 2, 20}} {
		path := save(t, counting(shape...), "")
		about := strings.TrimSuffix(path, ".npy") + ".yaml"
		if err := os.Remove(about); err != nil {
			t.Fatal(err)
		}
		_, err := OpenEpochs(path)
		if err == nil || !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "x.yaml") {
			t.Fatalf("%v", err)
		}
		_, text, _ := strings.Cut(err.Error(), "\n")
		put(t, filepath.Dir(path), "x.yaml", text)
		e, err := OpenEpochs(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	flat := save(t, counting(7), "")
	if err := os.Remove(strings.TrimSuffix(flat, ".npy") + ".yaml"); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEpochs(flat); err == nil || !strings.Contains(err.Error(), "an array of 1 axes") {
		t.Errorf("%v", err)
	}
}

const small = "axes: [epochs, channels, times]\nrate: 100\nunit: uV\nkinds: eeg\nstart: -0.1\n"

// A file that was cut anywhere is refused, of every container; so is what says
// something else about it.
func TestHostile(t *testing.T) {
	var victims []recordingtest.Victim
	for _, container := range []string{"npy", "npz", "mat", "h5"} {
		folder := t.TempDir()
		path, name := variable.Split(write(t, folder, container, counting(2, 3, 20)))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		read := func(path string) (recordingtest.Content, error) {
			if name != "" {
				path += "#" + name
			}
			return readAll(path)
		}
		victims = append(victims, recordingtest.Victim{Name: "x." + container, Data: data, Beside: map[string][]byte{"x.yaml": []byte(small)}, Read: read})
		if container == "npy" {
			victims = append(victims, recordingtest.Victim{Name: "x.yaml", Data: []byte(small), Beside: map[string][]byte{"x.npy": data}, Main: "x.npy", Read: read, Shorter: true})
		}
	}
	recordingtest.Hostile(t, victims...)
}

// readAll reads the epochs at an address.
func readAll(address string) (recordingtest.Content, error) {
	return recordingtest.Epochs(OpenEpochs(address))
}

func FuzzOpen(f *testing.F) {
	path := save(f, counting(2, 3, 20), small)
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, small)
	f.Add(data[:300], "axes: [times, channels]\nrate: 1\nunit: [a]\nkinds: [eeg, mag]\npositions: [[1,2,3]]\n")
	f.Fuzz(func(t *testing.T, data []byte, about string) {
		put(t, filepath.Dir(path), "x.npy", string(data))
		put(t, filepath.Dir(path), "x.yaml", about)
		_, _ = readAll(path)
	})
}

func ExampleOpen() {
	folder, err := os.MkdirTemp("", "array")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject.npy")
	signal := &npy.Array{Shape: []int{4, 2}, Data: []float32{1, 10, 2, 20, 3, 30, 4, 40}}
	about := "axes: [times, channels]\nrate: 250\nunit: uV\nkinds: eeg\nchannels: [Fz, Cz]\n"
	if err := errors.Join(npy.Write(path, signal), os.WriteFile(filepath.Join(folder, "subject.yaml"), []byte(about), 0o600)); err != nil {
		fmt.Println(err)
		return
	}
	r, err := Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	values := make([]float64, 2)
	err = r.Read(values, []int{1}, recording.Window{From: 1, To: 3})
	fmt.Printf("%s: %.6f %s, %v\n", r.Header().Channels[1].Name, values, r.Header().Channels[1].Unit, err)
	// Output: Cz: [0.000020 0.000030] V, <nil>
}
