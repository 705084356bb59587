package variable_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/variable"
)

func ExampleRead() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "subject.npz")
	_ = file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		_ = archive.Add("responses", &npy.Array{Shape: []int{2, 2}, Data: []float32{1, 2, 3, 4}})
		_ = archive.Add("labels", npy.Vector([]string{"face", "house"}))
		return archive.Close()
	})
	infos, _ := variable.List(path)
	responses, _ := variable.Read(path + "#responses")
	fmt.Println(infos[0].Name, infos[0], responses.Data)
	// Output: responses 2 × 2, float32 [1 2 3 4]
}

// archive saves two arrays and returns the path.
func archive(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "two.npz")
	err := file.Write(path, func(w io.Writer) error {
		a := npy.Create(w)
		return errors.Join(a.Add("first", npy.Vector([]float64{1, 2})), a.Add("second", npy.Vector([]string{"a"})), a.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSplit(t *testing.T) {
	for address, want := range map[string][2]string{
		"a.npz":             {"a.npz", ""},
		"a.npz#x":           {"a.npz", "x"},
		"a.mat#s(2).b":      {"a.mat", "s(2).b"},
		"t.tsv#column":      {"t.tsv", "column"},
		"a.h5#/group/x":     {"a.h5", "/group/x"},
		"A.HDF5#g/x":        {"A.HDF5", "g/x"},
		"folder.v#1/a.npz":  {"folder.v#1/a.npz", ""},
		`folder.v#1\a.npz`:  {`folder.v#1\a.npz`, ""},
		"no ending#1":       {"no ending#1", ""},
		"#1":                {"#1", ""},
		".#x":               {".#x", ""},
		"d.v#1/a.npz#x":     {"d.v#1/a.npz", "x"},
		"":                  {"", ""},
		"a.npz#observation": {"a.npz", "observation"},
	} {
		if path, name := variable.Split(address); path != want[0] || name != want[1] {
			t.Errorf("Split(%q) = %q, %q, want %q", address, path, name, want)
		}
	}
}

func TestShort(t *testing.T) {
	for address, want := range map[string]string{"a/b.mat": "b.mat", "a/b.mat#c.d": "b.mat#c.d", "a/b.h5#/c/d": "b.h5#/c/d", "a.v#1/b": "b"} {
		if got := variable.Short(address); got != want {
			t.Errorf("Short(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestArraysOfNumPy(t *testing.T) {
	path := archive(t)
	infos, err := variable.List(path)
	if want := []variable.Info{{"first", "float64", []int{2}}, {"second", "text", []int{1}}}; err != nil || !cmp.Equal(infos, want) {
		t.Errorf("%v, %v; want %v", infos, err, want)
	}
	a, err := variable.Read(path + "#second")
	if err != nil || !cmp.Equal(a, npy.Vector([]string{"a"})) {
		t.Errorf("%v, %v", a, err)
	}
	single := filepath.Join(t.TempDir(), "one.npy")
	if err := npy.Write(single, &npy.Array{Shape: []int{}, Data: []uint8{7}}); err != nil {
		t.Fatal(err)
	}
	infos, err = variable.List(single)
	if err != nil || len(infos) != 1 || infos[0].String() != "single uint8" {
		t.Errorf("%v, %v", infos, err)
	}
}

func TestReadSaysWhatThereIs(t *testing.T) {
	path := archive(t)
	single := filepath.Join(t.TempDir(), "one.npy")
	if err := npy.Write(single, npy.Vector([]int32{1})); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		path:             "holds 2 variables: write " + path + "#NAME with one of first, second",
		path + "#frist":  `no variable is called "frist"; it has first, second; did you mean first?`,
		single + "#x":    "leave #x out",
		"text.doc":       "variables are read from .npy, .npz",
		"none.npz#x":     "none.npz",
		"nowhere.npy":    "nowhere.npy",
		path + "x.npz#x": "no such file",
	} {
		if _, err := variable.Read(address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%q): %v, want %q", address, err, want)
		}
	}
	if _, err := variable.List("text.doc"); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("List: %v", err)
	}
	if variable.Known("a.doc") || !variable.Known("b.NPY") {
		t.Error("the endings of .npy files alone are known")
	}
}
