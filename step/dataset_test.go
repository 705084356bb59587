package step_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/exchange"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/step"
)

// A variable of MATLAB and tables of labels become a Dataset in SI units, with
// the type that it had.
func TestDatasetOfAVariable(t *testing.T) {
	path := matlab(
		t, mat.Variable{Name: "x", Value: mat.Array([]float32{1, 2, 3, 4, 5, 6}, 3, 2)},
		mat.Variable{Name: "t", Value: mat.Array([]float64{0, 0.5, 1}, 1, 3)},
	)
	env := without()
	ds, err := step.Dataset{
		From: path + "#x", Axes: []string{"time", "channel"}, Times: path + "#t",
	}.Make(env)
	if err == nil || !strings.Contains(err.Error(), `no axis is called "observation"`) {
		t.Fatalf("%v, %v", ds, err)
	}
	ds, err = step.Dataset{
		From: path + "#x", Axes: []string{"observation", "channel"},
		Observations: saved(t, "o.tsv", "\ufeffcondition\trun\r\nb\t1\r\na\t1\r\nc\t2\r\n"),
		Channels:     saved(t, "c.tsv", "name\tunit\nEEG1\tµV\nMEG1\tfT/cm\n"),
	}.Make(env)
	if err != nil {
		t.Fatal(err)
	}
	if ds.Shape != [3]int{3, 2, 1} || !slices.Equal(ds.F32, []float32{1e-6, 2e-13, 3e-6, 4e-13, 5e-6, 6e-13}) {
		t.Errorf("%v %v", ds.Shape, ds.F32)
	}
	if !slices.Equal(ds.Observation["condition"], []string{"b", "a", "c"}) || !slices.Equal(ds.Channel["unit"], []string{"V", "T/m"}) {
		t.Errorf("%v %v", ds.Observation, ds.Channel)
	}
	if note := ds.Description["scaled"]; note != "µV multiplied by 1e-6, to V; fT/cm multiplied by 1e-13, to T/m" {
		t.Errorf("%q", note)
	}
	if len(env.Warnings()) != 0 {
		t.Errorf("%q", env.Warnings())
	}
}

func TestDatasetSaysWhatIsWrong(t *testing.T) {
	path := array(t, []int{2, 1, 2}, 1, 2, 3, 4)
	axes := []string{"observation", "channel", "time"}
	for _, c := range []struct {
		s    step.Dataset
		want string
	}{
		{step.Dataset{From: path}, `name its axes, such as "observation,channel,time"`},
		{step.Dataset{From: path, Axes: axes}, "name a file of times"},
		{step.Dataset{From: path, Axes: axes, Rate: 100, Times: path}, "name one of the two"},
		{step.Dataset{From: path, Axes: axes, Times: path}, "holds 4 times"},
		{step.Dataset{From: path, Axes: axes, Times: array(t, []int{2}, 1, 0)}, "ascend"},
		{step.Dataset{From: path, Axes: []string{"observation", "time"}, Rate: -1}, "rate above 0"},
		{step.Dataset{From: array(t, []int{2}, 1, 2), Axes: []string{"observation"}, Rate: 100}, `has no axis "time"`},
		{step.Dataset{From: path, Axes: axes, Rate: 1, Unit: "V", Channels: saved(t, "c.tsv", "unit\nV\n")}, "leave \"V\" out"},
		{step.Dataset{From: path, Axes: axes, Rate: 1, Observations: saved(t, "o.tsv", "a\t\nx\ty\n")}, "column 2 has no name"},
		{step.Dataset{From: path, Axes: axes, Rate: 1, Observations: "none.tsv"}, "none.tsv"},
		{step.Dataset{From: "none.npy", Axes: axes}, "none.npy"},
	} {
		if _, err := c.s.Make(without()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
}

// Whatever is exported comes back as it was.
func TestExportLosesNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d.npz")
	responses(t, data, 1, 2, shuffled(3))
	want, err := exchange.ReadDataset(data)
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	for _, ending := range exchange.Endings() {
		s := step.Export{From: data, As: ending}
		if err := s.Run(t.Context(), without()); err != nil {
			t.Fatal(err)
		}
		got, err := exchange.ReadDataset(s.Target())
		if err != nil || !slices.Equal(got.F32, want.F32) || !slices.Equal(got.F64, want.F64) || !slices.Equal(got.Times, want.Times) {
			t.Errorf("%s: %v", s.Target(), err)
		}
	}
}

// A table without definitions is exported as text, one variable under its name.
func TestExportOfPlainThings(t *testing.T) {
	table := saved(t, "t.tsv", "a\tb\n1\tx,y\n")
	s := step.Export{From: table, As: "csv"}
	if err := s.Run(t.Context(), without()); err != nil {
		t.Fatal(err)
	}
	if names, rows, err := exchange.Columns(s.Target()); err != nil || rows != 1 || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("%q, %d, %v", names, rows, err)
	}
	path := matlab(t, mat.Variable{Name: "s", Value: mat.Fields(mat.Variable{Name: "x", Value: mat.Array([]float64{1, 2}, 2, 1)})})
	one := step.Export{From: path + "#s.x", As: "h5"}
	if err := one.Run(t.Context(), without()); err != nil || !strings.HasSuffix(one.Target(), "m-s.x.h5") {
		t.Errorf("%s: %v", one.Target(), err)
	}
	for want, s := range map[string]step.Export{
		"use mat, h5, csv": {From: table, As: "xls"}, "a struct with": {From: path, As: "mat", Out: filepath.Join(t.TempDir(), "x.mat")},
	} {
		if err := s.Run(t.Context(), without()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
