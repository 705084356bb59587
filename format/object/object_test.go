package object_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/format/object"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/recording/recordingtest"
)

// reference returns the path of a file that NumPy has saved.
func reference(name string) string { return filepath.Join("testdata", "reference", name) }

// A dict of preprocessed EEG is its arrays and lists, whichever Python wrote it.
func TestDictOfEEG(t *testing.T) {
	var want struct {
		Data, Times []float64
		Names       []string
	}
	realtest.Reference(t, "values.json", &want)
	for _, name := range []string{"things.npy", "two.npy"} {
		if !object.Is(reference(name)) {
			t.Errorf("%s is no array of objects", name)
		}
		f, err := object.Open(reference(name))
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range []struct {
			name, kind string
			array      *npy.Array
		}{
			{"preprocessed_eeg_data", "float64", &npy.Array{Shape: []int{2, 3, 4, 5}, Data: want.Data}},
			{"ch_names", "text", &npy.Array{Shape: []int{4}, Data: want.Names}},
			{"times", "float64", &npy.Array{Shape: []int{5}, Data: want.Times}},
		} {
			got, err := f.Read(v.name)
			if diff := cmp.Diff(v.array, got); err != nil || diff != "" {
				t.Errorf("%s of %s: %v, %s", v.name, name, err, diff)
			}
			if told := f.Variables[i]; told.Name != v.name || told.Type != v.kind || !slices.Equal(told.Shape, v.array.Shape) {
				t.Errorf("%s: %+v", name, told)
			}
		}
	}
}

// Every other kind of value is what it is, or says that it is not read.
func TestValues(t *testing.T) {
	f, err := object.Open(reference("mixed.npy"))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]object.Variable{}
	for _, v := range f.Variables {
		told[v.Name] = v
	}
	for name, want := range map[string]*npy.Array{
		"codes": {Shape: []int{3}, Data: []int32{0, 1, 2}}, "text": {Shape: []int{2}, Data: []string{"a", "bc"}},
		"truth": {Shape: []int{2}, Data: []bool{true, false}}, "one": {Shape: []int{}, Data: []float64{.5}}, "count": {Shape: []int{}, Data: []float64{7}},
		"named": {Shape: []int{}, Data: []string{"x"}}, "inside.objects": {Shape: []int{2}, Data: []string{"a", "b"}},
		"floats": {Shape: []int{3}, Data: []float64{.5, 1, .25}}, "big": {Shape: []int{5}, Data: []float32{-.01, 0, .01, .02, .03}},
	} {
		got, err := f.Read(name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
		if v := told[name]; !slices.Equal(v.Shape, want.Shape) || v.Type == "not supported" {
			t.Errorf("%+v", v)
		}
	}
	rows, err := f.Read("fortran")
	if err != nil || !slices.Equal(rows.Shape, []int{4, 5}) || !slices.Equal(rows.Data.([]float64)[:6], []float64{0, .125, .25, .375, .5, .625}) {
		t.Errorf("%+v, %v", rows, err)
	}
	for _, name := range []string{"ragged", "nothing", "absent"} {
		if _, err := f.Read(name); !errors.Is(err, file.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	words, err := object.Open(reference("words.npy"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := words.Read("")
	if diff := cmp.Diff(&npy.Array{Shape: []int{2, 2}, Data: []string{"face", "house", "cat", "é"}}, got); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
}

// holding is an array of objects with a pickle.
func holding(pickle string) []byte {
	head := "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
	head += strings.Repeat(" ", 117-len(head)) + "\n"
	return []byte("\x93NUMPY\x01\x00" + string([]byte{byte(len(head)), 0}) + head + pickle)
}

// Nothing is run, whatever a pickle asks for.
func TestRefusesToConstruct(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	for pickle, want := range map[string]string{
		"cos\nsystem\n(U\x02lstR.":                           "refusing to construct os.system",
		"cbuiltins\neval\n(U\x011tR.":                        "refusing to construct builtins.eval",
		"cnumpy\ndtype\n)R.":                                 "has no name",
		"c_codecs\nencode\n(U\x01aU\x03hextR.":               "a text in the code \"hex\"",
		"cnumpy.core.multiarray\nscalar\n(NNtR.":             "without type or bytes",
		"cnumpy.core.multiarray\n_reconstruct\n)R(NNNNtb.":   "an array without version",
		"cnumpy.core.multiarray\n_reconstruct\n)R(NNNNNtb.":  "an array without shape",
		"cnumpy\ndtype\n(U\x02f8tRN.":                        "",
		"cnumpy\ndtype\n(U\x02V8tR(K\x03U\x01<N(U\x01attb.N": "structured",
	} {
		if err := os.WriteFile(path, holding(pickle), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := object.Open(path)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", pickle, err, want)
		}
	}
	if err := os.WriteFile(path, []byte("\x93NUMPY"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := object.Open(path); !errors.Is(err, file.ErrMalformed) || object.Is(path) || object.Is(path+".none") {
		t.Errorf("half a header: %v", err)
	}
}

// readAll reads every variable.
func readAll(path string) ([]*npy.Array, error) {
	f, err := object.Open(path)
	if err != nil {
		return nil, err
	}
	var arrays []*npy.Array
	for _, v := range f.Variables {
		if array, err := f.Read(v.Name); err == nil {
			arrays = append(arrays, array)
		} else if !errors.Is(err, file.ErrUnsupported) {
			return nil, err
		}
	}
	return arrays, nil
}

// A file that was cut anywhere is refused: its last letter says that it is whole.
func TestCutFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	for _, name := range []string{"things.npy", "two.npy", "mixed.npy", "words.npy"} {
		whole, err := os.ReadFile(reference(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range recordingtest.Places(len(whole)) {
			if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := readAll(path); !errors.Is(err, file.ErrMalformed) && !errors.Is(err, file.ErrUnsupported) {
				t.Fatalf("%s cut to %d of %d bytes: %v", name, n, len(whole), err)
			}
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"things.npy", "two.npy", "mixed.npy", "words.npy"} {
		data, err := os.ReadFile(reference(name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "x.npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(path); err != nil && !errors.Is(err, file.ErrMalformed) && !errors.Is(err, file.ErrUnsupported) {
			t.Error(err)
		}
	})
}

func Example() {
	f, err := object.Open(filepath.Join("testdata", "reference", "things.npy"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range f.Variables {
		fmt.Println(v.Name, v.Type, v.Shape)
	}
	// Output:
	// preprocessed_eeg_data float64 [2 3 4 5]
	// ch_names text [4]
	// times float64 [5]
}
