package mat_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/mat"
)

// Every variable of version 7.3 has the value of the same variable of version 5.
func TestVersionsAgree(t *testing.T) {
	later, old := open(t, reference("h5py_v73.mat")), open(t, reference("scipy_v5.mat"))
	for _, info := range old.Variables() {
		a, err := old.Read(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Name == "undefined" { // NaN is not equal to itself
			continue
		}
		b, err := later.Read(info.Name)
		if diff := cmp.Diff(a, b); err != nil || diff != "" {
			t.Errorf("%s: %v %s", info.Name, err, diff)
		}
	}
}

func TestVersion73ReadsWhatIsRare(t *testing.T) {
	f := open(t, reference("h5py_v73_odd.mat"))
	one := mat.Array([]float64{1}, 1)
	for name, want := range map[string]mat.Value{
		"zeros":     mat.Array(make([]float64, 6), 2, 3),
		"nostructs": {Class: mat.Struct, Shape: []int{0, 2}, Fields: []string{"a", "b"}, Elements: [][]mat.Value{}},
		"unnamed":   mat.Fields(mat.Variable{Name: "a", Value: mat.Text("x")}, mat.Variable{Name: "b", Value: one}),
		"short":     mat.Text("x", "y"),
	} {
		got, err := f.Read(name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestVersion73SaysWhatIsWrong(t *testing.T) {
	f := open(t, reference("h5py_v73_odd.mat"))
	for name, want := range map[string]string{
		"handle":       `handle is an object of class "function_handle"`,
		"dates":        `dates is an object of class "datetime"`,
		"classless":    "classless has no MATLAB class",
		"wrong":        "wrong holds values that its class, uint8, cannot hold",
		"badcells":     "uint32 are no references",
		"badempty":     "no array of shape [1 1] is empty",
		"badsparse":    "value 1 of column 1 is in no row of its own",
		"badgroup":     `badgroup is a group and of class "double"`,
		"badcellgroup": `badcellgroup is a group and of class "cell"`,
		"uneven":       "its shape is not that of the array, [1 2]",
		"loop":         "lies more than 64 levels deep",
	} {
		if _, err := f.Read(name); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), f.Path()+"#") {
			t.Errorf("%s: err = %v, want %q", name, err, want)
		}
	}
}

// Bytes at random make an error or other values, and never a panic.
func TestVersion73SurvivesMutations(t *testing.T) {
	mutations := 100
	if os.Getenv("ISOCORTEX_LONG") != "" {
		mutations = 10_000
	}
	path := filepath.Join(t.TempDir(), "x.mat")
	random := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"h5py_v73.mat", "h5py_v73_odd.mat"} {
		data := saved(t, name)
		for range mutations {
			mutated := bytes.Clone(data)
			for range 1 + random.IntN(8) {
				mutated[random.IntN(len(mutated))] ^= byte(1 << random.IntN(8))
			}
			if err := os.WriteFile(path, mutated, 0o666); err != nil {
				t.Fatal(err)
			}
			f, err := mat.Open(path)
			if err != nil {
				continue
			}
			for _, info := range f.Variables() {
				if v, err := f.Read(info.Name); err == nil && v.Class != info.Class {
					t.Errorf("%s is listed as %s and read as %s", info.Name, info.Class, v.Class)
				}
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestVersion73RefusesTruncations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.mat")
	data := saved(t, "h5py_v73.mat")
	for n := 0; n < len(data); n += 97 {
		if err := os.WriteFile(path, data[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := mat.Open(path); err == nil {
			t.Errorf("%d of %d bytes were opened", n, len(data))
		}
	}
}
