package exchange_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
)

// matlab saves variables and returns the path.
func matlab(t testing.TB, variables ...mat.Variable) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.mat")
	if err := mat.Write(path, variables); err != nil {
		t.Fatal(err)
	}
	return path
}

// stackOf is a row of structs with the field RDM.
func stackOf(rdms ...mat.Value) mat.Value {
	v := mat.Value{Class: mat.Struct, Shape: []int{1, len(rdms)}, Fields: []string{"RDM"}}
	for _, r := range rdms {
		v.Elements = append(v.Elements, []mat.Value{r})
	}
	return v
}

func TestReadingStructsSaysWhatIsWrong(t *testing.T) {
	vector := mat.Array([]float64{1, 2, 3}, 1, 3)
	square := mat.Array([]float32{0, 1, 1, 0}, 2, 2)
	cube := stackOf(vector, vector, vector, vector, vector, vector, vector, vector)
	cube.Shape = []int{2, 2, 2}
	named := stackOf(vector)
	named.Fields, named.Elements[0] = append(named.Fields, "name"), append(named.Elements[0], vector)
	note := func(fields ...mat.Variable) mat.Variable {
		return mat.Variable{Name: "isocortex", Value: mat.Fields(fields...)}
	}
	rdms := func(v mat.Value) mat.Variable { return mat.Variable{Name: "RDMs", Value: v} }
	ours := mat.Variable{Name: "contents", Value: mat.Text("rdm")}
	for _, c := range []struct {
		variables []mat.Variable
		name      string
		want      string
	}{
		{[]mat.Variable{rdms(vector)}, "", "none is a struct with a field RDM"},
		{[]mat.Variable{rdms(vector)}, "#RDMs", "no struct with a field RDM"},
		{[]mat.Variable{rdms(stackOf(vector)), {Name: "b", Value: stackOf(vector)}}, "", "in 2 variables: write "},
		{[]mat.Variable{rdms(stackOf(vector))}, "#RMDs", "RDMs"},
		{[]mat.Variable{rdms(stackOf(vector, square))}, "", "(1,2).RDM: 2 conditions, but those before have 3"},
		{[]mat.Variable{rdms(stackOf(mat.Array([]float64{1, 2}, 1, 2)))}, "", "(1,1).RDM: 2 is not the number of pairs"},
		{[]mat.Variable{rdms(stackOf(mat.Array([]float64{0, 1, 2, 0}, 2, 2)))}, "", "not symmetric"},
		{[]mat.Variable{rdms(stackOf(mat.Array([]float64{}, 0, 0)))}, "", "(1,1).RDM"},
		{[]mat.Variable{rdms(stackOf(mat.Text("text")))}, "", "(1,1).RDM"},
		{[]mat.Variable{rdms(stackOf())}, "", "do not make RDMs"},
		{[]mat.Variable{rdms(cube)}, "", "subjects × sessions"},
		{[]mat.Variable{rdms(named)}, "", "(1,1).name is no text"},
		{[]mat.Variable{rdms(stackOf(vector)), note(ours, mat.Variable{Name: "labels", Value: mat.Cells(mat.Text("a"))})}, "", "1 labels in 0 fields"},
		{[]mat.Variable{rdms(stackOf(vector)), note(ours), {Name: "conditions", Value: mat.Cells(mat.Text("a"))}}, "", "1 condition labels for 3"},
		{[]mat.Variable{rdms(stackOf(vector)), note(ours), {Name: "conditions", Value: stackOf(vector)}}, "", "conditions"},
	} {
		path := matlab(t, c.variables...)
		if _, err := exchange.ReadRDMs(path + c.name); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	var several *exchange.SeveralError
	_, err := exchange.ReadRDMs(matlab(t, rdms(stackOf(vector)), mat.Variable{Name: "b", Value: stackOf(vector)}))
	if !errors.As(err, &several) || !slices.Equal(several.Names, []string{"RDMs", "b"}) {
		t.Errorf("%v", err)
	}
}

func TestReadingDatasetsOfMATLABSaysWhatIsWrong(t *testing.T) {
	measurements := mat.Variable{Name: "measurements", Value: mat.Array([]float64{1, 2}, 2, 1)}
	for _, c := range []struct {
		variables []mat.Variable
		want      string
	}{
		{[]mat.Variable{{Name: "x", Value: mat.Array([]float64{1}, 1, 1)}}, `nothing is called "measurements"`},
		{[]mat.Variable{measurements, {Name: "observation", Value: mat.Fields(mat.Variable{Name: "condition", Value: mat.Cells(mat.Text("a"))})}}, "1 labels observation.condition for an axis of length 2"},
		{[]mat.Variable{measurements, {Name: "times", Value: mat.Text("now")}}, "text, not numbers"},
		{[]mat.Variable{measurements, {Name: "isocortex", Value: mat.Fields(
			mat.Variable{Name: "contents", Value: mat.Text("dataset")}, mat.Variable{Name: "parts", Value: mat.Cells(mat.Text("a"))},
		)}}, "1 names for 0 places"},
		{[]mat.Variable{measurements, {Name: "isocortex", Value: mat.Fields(
			mat.Variable{Name: "contents", Value: mat.Text("dataset")}, mat.Variable{Name: "parts", Value: mat.Cells(mat.Text("measurements"))},
			mat.Variable{Name: "places", Value: mat.Cells(mat.Text("measurements"))}, mat.Variable{Name: "axes", Value: mat.Array([]float64{1, 2}, 1, 2)},
		)}}, "2 numbers of axes"},
		{[]mat.Variable{measurements, {Name: "isocortex", Value: mat.Fields(
			mat.Variable{Name: "contents", Value: mat.Text("dataset")}, mat.Variable{Name: "parts", Value: mat.Cells(mat.Text("measurements"))},
			mat.Variable{Name: "places", Value: mat.Cells(mat.Text("nowhere"))}, mat.Variable{Name: "axes", Value: mat.Array([]float64{2}, 1, 1)},
		)}}, `"nowhere"`},
		{[]mat.Variable{{Name: "measurements", Value: mat.Array([]float64{1, 2, 3, 4}, 2, 2)}, {Name: "isocortex", Value: mat.Fields(
			mat.Variable{Name: "contents", Value: mat.Text("dataset")}, mat.Variable{Name: "parts", Value: mat.Cells(mat.Text("measurements"))},
			mat.Variable{Name: "places", Value: mat.Cells(mat.Text("measurements"))}, mat.Variable{Name: "axes", Value: mat.Array([]float64{1}, 1, 1)},
		)}}, "but there are to be 1 axes"},
	} {
		path := matlab(t, c.variables...)
		if _, err := exchange.ReadDataset(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// hierarchy saves a tree and returns the path.
func hierarchy(t testing.TB, root hdf5.Node) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.h5")
	if err := hdf5.Write(path, root); err != nil {
		t.Fatal(err)
	}
	return path
}

func numbers(name string, shape []int, values ...float64) hdf5.Node {
	return hdf5.Node{Name: name, Data: &hdf5.Array{Shape: shape, Data: values}}
}

// RDMs may stand in a group, as square matrices, and under other descriptors.
func TestGroupsOfHDF5(t *testing.T) {
	conditions := hdf5.Node{Name: "pattern_descriptors", Nodes: []hdf5.Node{
		{Name: "picture", Data: &hdf5.Array{Shape: []int{2}, Data: []string{"a", "b"}}}, numbers("index", []int{2}, 0, 1), numbers("size", []int{2}, 3, 4),
	}}
	descriptors := hdf5.Node{Name: "rdm_descriptors", Nodes: []hdf5.Node{
		numbers("index", []int{2}, 5, 6), numbers("time", []int{2}, 0.1, 0.2), numbers("bins", []int{2, 2}, 1, 2, 3, 4),
	}}
	path := hierarchy(t, hdf5.Node{Nodes: []hdf5.Node{{Name: "g", Nodes: []hdf5.Node{
		numbers("dissimilarities", []int{2, 2, 2}, 0, 1, 1, 0, 0, 2, 2, 0), conditions, descriptors,
	}}}})
	r, err := exchange.ReadRDMs(path + "#/g")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Dissimilarities, []float64{1, 2}) || !slices.Equal(r.Conditions, []string{"a", "b"}) ||
		!slices.Equal(r.Times, []float64{0.1, 0.2}) || !slices.Equal(r.Labels["index"], []string{"5", "6"}) || len(r.Labels) != 1 {
		t.Errorf("%+v", r)
	}
	if kind, err := exchange.Contents(path + "#g"); kind != exchange.KindRDMs || err != nil {
		t.Errorf("%q, %v", kind, err)
	}
}

func TestReadingHDF5SaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		root hdf5.Node
		name string
		want string
	}{
		{hdf5.Node{}, "", "no array dissimilarities"},
		{hdf5.Node{Nodes: []hdf5.Node{numbers("dissimilarities", []int{1, 2}, 1, 2)}}, "", "2 is not the number of pairs"},
		{hdf5.Node{Nodes: []hdf5.Node{numbers("dissimilarities", []int{}, 1)}}, "", "is not RDMs × pairs"},
		{hdf5.Node{Nodes: []hdf5.Node{numbers("dissimilarities", []int{3}, 1, 2, 3)}}, "#dissimilarities", "is an array: name its axes"},
		{hdf5.Node{Nodes: []hdf5.Node{numbers("dissimilarities", []int{3}, 1, 2, 3)}}, "#disimilarities", "dissimilarities"},
		{hdf5.Node{Nodes: []hdf5.Node{{Name: "dissimilarities", Data: &hdf5.Array{Shape: []int{1}, Data: []string{"a"}}}}}, "", "text, not numbers"},
	} {
		path := hierarchy(t, c.root)
		if _, err := exchange.ReadRDMs(path + c.name); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	path := hierarchy(t, hdf5.Node{Nodes: []hdf5.Node{numbers("x", []int{1}, 1)}})
	if _, err := exchange.ReadDataset(path); err == nil || !strings.Contains(err.Error(), "so this is no Dataset") {
		t.Errorf("%v", err)
	}
}

// A file that was cut anywhere is an error, and what a verb says of it names it.
func TestEveryTruncation(t *testing.T) {
	for _, name := range []string{"rdms.mat", "rdms.h5", "dataset.mat", "dataset.h5"} {
		whole, err := os.ReadFile(filepath.Join("testdata", "reference", name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		for n := 0; n < len(whole); n += 41 {
			if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "rdms") {
				_, err = exchange.ReadRDMs(path)
			} else {
				_, err = exchange.ReadDataset(path)
			}
			if err == nil {
				t.Errorf("%s: the first %d of %d bytes were read", name, n, len(whole))
			}
		}
	}
}

func TestOtherFilesAreNamed(t *testing.T) {
	_, err := exchange.ReadRDMs("x.doc")
	_, err2 := exchange.Contents("x.doc")
	for _, err := range []error{
		err, err2, exchange.WriteRDMs("x.doc", exampleRDMs()), exchange.WriteDataset("x.npz", exampleDataset()), exchange.WriteTable("x", nil), exchange.WriteArrays("x", nil),
	} {
		if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "name a file that ends in one of .mat, .h5, .csv") {
			t.Errorf("%v", err)
		}
	}
}

// Text that would not come back is refused by every format, before a file is
// there.
func TestTextThatNoFileKeeps(t *testing.T) {
	for _, ending := range exchange.Endings() {
		r := exampleRDMs()
		r.Labels["subject"] = []string{"a\xff", "b"}
		d := exampleDataset()
		d.Observation["condition"] = []string{"a\x00", "b"}
		folder := t.TempDir()
		for _, err := range []error{
			exchange.WriteRDMs(filepath.Join(folder, "r."+ending), r), exchange.WriteDataset(filepath.Join(folder, "d."+ending), d),
		} {
			if err == nil {
				t.Errorf("%s: written", ending)
			}
		}
		if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
			t.Errorf("%s: left behind: %v, %v", ending, entries, err)
		}
	}
}

// What stands beside the parts of a Dataset that somebody saved hinders nobody.
func TestWhatStandsBesideADataset(t *testing.T) {
	settings := stackOf(mat.Text("x"), mat.Text("y"))
	path := matlab(
		t, mat.Variable{Name: "measurements", Value: mat.Array([]float64{1, 2}, 2, 1)}, mat.Variable{Name: "settings", Value: settings},
		mat.Variable{Name: "mixed", Value: mat.Cells(settings)}, mat.Variable{Name: "mask", Value: mat.Array([]bool{true}, 1, 1)},
	)
	d, err := exchange.ReadDataset(path)
	if err != nil || len(d.Arrays) != 1 || d.Arrays["mask"] == nil || d.Shape != [3]int{2, 1, 1} {
		t.Errorf("%+v, %v", d, err)
	}
	path = matlab(t, mat.Variable{Name: "measurements", Value: mat.Array([]float64{1, 2}, 2, 1)}, mat.Variable{Name: "observation", Value: settings})
	if _, err := exchange.ReadDataset(path); err == nil || !strings.Contains(err.Error(), "2 elements, not one") {
		t.Errorf("%v", err)
	}
}
