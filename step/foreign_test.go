package step_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// matlab saves variables and returns the path.
func matlab(t *testing.T, variables ...mat.Variable) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.mat")
	if err := mat.Write(path, variables); err != nil {
		t.Fatal(err)
	}
	return path
}

// RDMs of other programs are read wherever RDMs are, with labels and all.
func TestSourcesOfOtherPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	want := &rdm.RDMs{
		Size: 3, Conditions: []string{"a", "b", "c"}, Dissimilarities: []float64{1, 2, 3}, Labels: map[string][]string{"layer": {"V1"}},
		Definition: rdm.Definition{Measure: "made", Kind: rdm.Distance},
	}
	if err := exchange.WriteRDMs(path, want); err != nil {
		t.Fatal(err)
	}
	labels := matlab(t, mat.Variable{Name: "x", Value: mat.Array([]float64{3, 2, 1}, 1, 3)}, mat.Variable{Name: "names", Value: mat.Cells(mat.Text("c"), mat.Text("b"), mat.Text("a"))})
	found, err := step.Compare{
		A: step.Source{Path: path},
		B: step.Source{Path: labels + "#x", Axes: []string{"pair"}, Conditions: labels + "#names"},
	}.Compare(t.Context(), without())
	if err != nil || found.Score < 1-1e-12 || found.Matched != "label" {
		t.Errorf("%+v, %v", found, err)
	}
}

// What is given is never measured, and what the content does not prove is asked
// for.
func TestGivenDissimilarities(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d.npz")
	responses(t, data, 1, 2, shuffled(3))
	stack := array(t, []int{1, 3, 3}, 0, 1, 2, 1, 0, 3, 2, 3, 0)
	square := array(t, []int{3, 3}, 0, 0, 0, 1, 0, 0, 2, 3, 0)
	condition := []string{"condition", "condition"}
	for _, c := range []struct {
		source step.Source
		want   []float64
		err    string
	}{
		{step.Source{Path: data, Given: true}, nil, "holds responses, not RDMs"},
		{step.Source{Path: stack, Given: true}, []float64{1, 2, 3}, ""},
		{step.Source{Path: square, Axes: condition}, nil, "lower"},
		{step.Source{Path: square, Axes: condition, Order: rdm.Lower}, []float64{1, 2, 3}, ""},
		{step.Source{Path: square}, nil, "name its axes"},
		{step.Source{Path: saved(t, "t.csv", "a,b\n1,2\n")}, nil, "neither RDMs nor responses"},
	} {
		env := without()
		r, err := step.RDM{From: []step.Source{c.source}}.Stack(t.Context(), env)
		switch {
		case c.err == "" && (err != nil || !slices.Equal(r.Dissimilarities, c.want)):
			t.Errorf("%+v: %v, %v", c.source, r, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%+v: %v, want %q", c.source, err, c.err)
		}
		if warned := len(env.Warnings()) > 0; warned != (c.source.Path == stack) {
			t.Errorf("%+v: warnings %q", c.source, env.Warnings())
		}
	}
}

// Names of RDMs that subjects and sessions tell apart stay names: sessions can
// be averaged as they can in the file they came from.
func TestNamesOfSessionsStayNames(t *testing.T) {
	vector := mat.Array([]float64{1, 2, 4}, 1, 3)
	path := matlab(t, mat.Variable{Name: "RDMs", Value: mat.Value{
		Class: mat.Struct, Shape: []int{2, 2}, Fields: []string{"RDM", "name"},
		Elements: [][]mat.Value{{vector, mat.Text("a")}, {vector, mat.Text("b")}, {vector, mat.Text("c")}, {vector, mat.Text("d")}},
	}})
	out := filepath.Join(t.TempDir(), "brain.npz")
	if err := (step.RDM{From: []step.Source{{Path: path}}, Label: "layer", Out: out}).Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	found, err := step.RSA{
		Models: []step.Source{{Path: path + "#RDMs(1)"}}, Subjects: []step.Source{{Path: out}}, Evaluation: rsa.Evaluation{Test: rsa.None, BootstrapOver: rsa.None},
	}.Evaluate(t.Context(), without())
	if err != nil || found.Subjects != 2 || found.Averaged != "session" {
		t.Errorf("%+v, %v", found, err)
	}
}

// The published RDMs of 92 objects go into one study as they are.
func TestRealSources(t *testing.T) {
	for address, want := range map[string]int{
		"92_brainRDMs.mat":                             8,
		"92_modelRDMs.mat#Models":                      8,
		"Kriegeskorte_Neuron2008_supplementalData.mat": 2,
	} {
		path, name, _ := strings.Cut(address, "#")
		path = realtest.Path(t, "objects92", path)
		if name != "" {
			path += "#" + name
		}
		r, err := step.RDM{From: []step.Source{{Path: path, Given: true}}}.Stack(t.Context(), without())
		if err != nil || r.Len() != want || r.Size != 92 {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// What the user says of numbers holds where the file says nothing of them.
func TestStructsAreWhatTheSourceSays(t *testing.T) {
	path := matlab(t, mat.Variable{Name: "accuracies", Value: mat.Value{
		Class: mat.Struct, Shape: []int{1, 1}, Fields: []string{"RDM"}, Elements: [][]mat.Value{{mat.Array([]float64{0.5, 0.75, 1}, 1, 3)}},
	}})
	for _, c := range []struct {
		source step.Source
		first  float64
		want   rdm.Definition
	}{
		{step.Source{Path: path, Kind: rdm.Accuracy, Chance: 0.5}, 0.5, rdm.Definition{Measure: "accuracy", Kind: rdm.Accuracy, Chance: 0.5, Text: "as given in m.mat"}},
		{step.Source{Path: path + "#accuracies", Similarity: true}, 0.5, rdm.Definition{Measure: "distance", Kind: rdm.Distance, Text: "1 − the similarities given in m.mat#accuracies"}},
	} {
		r, err := step.RDM{From: []step.Source{c.source}}.Stack(t.Context(), without())
		if err != nil || r.Definition != c.want || r.RDV(0)[0] != c.first {
			t.Errorf("%+v: %+v, %v", c.source, r, err)
		}
	}
	known := filepath.Join(t.TempDir(), "known.csv")
	r, err := exchange.ReadRDMs(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Definition.Measure = "correlation"
	if err := exchange.WriteRDMs(known, r); err != nil {
		t.Fatal(err)
	}
	if _, err := (step.RDM{From: []step.Source{{Path: known, Similarity: true}}}).Stack(t.Context(), without()); err == nil || !strings.Contains(err.Error(), "does not hold similarities") {
		t.Errorf("%v", err)
	}
	inputs := step.RDM{From: []step.Source{{Path: known}}}.Inputs()
	if want := []string{known, strings.TrimSuffix(known, ".csv") + ".json"}; !slices.Equal(inputs, want) {
		t.Errorf("inputs %q, want %q", inputs, want)
	}
}

// Variables of one file are told apart by their names.
func TestVariablesAreCalledByTheirNames(t *testing.T) {
	path := matlab(
		t, mat.Variable{Name: "conv1", Value: mat.Array([]float64{1, 2, 3}, 1, 3)}, mat.Variable{Name: "conv2", Value: mat.Array([]float64{3, 2, 1}, 3, 1)},
	)
	var from []step.Source
	for _, name := range []string{"conv1", "conv2"} {
		from = append(from, step.Source{Path: path + "#" + name, Axes: []string{"pair"}})
	}
	r, err := step.RDM{From: from, Label: "layer"}.Stack(t.Context(), without())
	if err != nil || !slices.Equal(r.Labels["layer"], []string{"conv1", "conv2"}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// What is exported goes where its name says, and never over what it came from.
func TestExportOverItself(t *testing.T) {
	text := saved(t, "given.csv", "condition1,condition2,dissimilarity\na,b,1\na,c,2\nb,c,3\n")
	folder := filepath.Dir(text)
	for _, c := range []struct {
		s    step.Export
		want string
	}{
		{step.Export{From: text, As: "csv"}, "would replace what is exported"},
		{step.Export{From: text, As: "csv", Out: filepath.Join(folder, ".", "given.csv")}, "would replace what is exported"},
		{step.Export{From: text, As: "mat", Out: filepath.Join(folder, "x.csv")}, "does not end in .mat"},
		{step.Export{From: folder, As: "csv", Out: folder + "/"}, "cannot be exported into itself"},
	} {
		if err := c.s.Run(t.Context(), without()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
	table := filepath.Join(t.TempDir(), "models.tsv")
	if err := os.WriteFile(table, []byte("name\na\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	note := strings.TrimSuffix(table, ".tsv") + ".json"
	if err := os.WriteFile(note, []byte(`{"columns": [{"name": "name"}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := (step.Export{From: table, As: "csv"}).Run(t.Context(), without()); err == nil || !strings.Contains(err.Error(), "would replace what is exported") {
		t.Errorf("%v", err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}
