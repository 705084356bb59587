package step_test

import (
	"math"
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

// Tables of labels as Excel, R and hands write them.
func TestTablesOfLabels(t *testing.T) {
	path := array(t, []int{2, 1}, 1, 2)
	axes := []string{"observation", "channel"}
	for name, text := range map[string]string{
		"tabs.tsv":    "condition\trun\na\t1\nb, c\t2\n",
		"windows.tsv": "\ufeffcondition\trun\r\na\t1\r\nb, c\t2\r\n\r\n",
		"mac.tsv":     "condition\trun\ra\t1\rb, c\t2",
		"R.tsv":       "\"condition\"\t\"run\"\n\"a\"\t\"1\"\n\"b, c\"\t\"2\"\n",
		"excel.CSV":   "\ufeffcondition,run\r\na,1\r\n\"b, c\",2\r\n",
	} {
		ds, err := step.Dataset{From: path, Axes: axes, Observations: saved(t, name, text)}.Make(without())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ds.Observation; !slices.Equal(got["condition"], []string{"a", "b, c"}) || !slices.Equal(got["run"], []string{"1", "2"}) || len(got) != 2 {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, c := range []struct{ name, text, want string }{
		{"comma.tsv", "condition,run\na,1\nb,2\n", `line 1: malformed: there is one column, called "condition,run": cells are separated by tabs, or by commas in a .csv`},
		{"semicolon.csv", "condition;run\na;1\nb;2\n", `line 1: malformed: there is one column, called "condition;run"`},
		{"tab.csv", "condition\trun\na\t1\nb\t2\n", "one column"},
		{"empty.tsv", "", "the file is empty"},
		{"headless.tsv", "a\nb\n", "1 rows of labels for 2 observations of " + path + ": the first line has to name the columns"},
		{"more.tsv", "condition\na\nb\nc\n", "3 rows of labels for 2 observations"},
		{"wide.tsv", "\xff\xfec\x00", "this is UTF-16: save it as UTF-8"},
		{"latin.tsv", "condition\na\n\xe9\n", "line 3: not supported: the text is not UTF-8"},
		{"open.csv", "condition\n\"a\n", "line 2"},
		{"blank.tsv", "condition\na\n\nb\n", "line 3, column condition: malformed: the cell is empty"},
	} {
		_, err := step.Dataset{From: path, Axes: axes, Observations: saved(t, c.name, c.text)}.Make(without())
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Milliseconds by mistake would be minutes: whoever names them is told.
func TestTimesInMilliseconds(t *testing.T) {
	path := array(t, []int{1, 1, 2}, 1, 2)
	axes := []string{"observation", "channel", "time"}
	for _, c := range []struct {
		times []float64
		warns bool
	}{
		{[]float64{-0.2, 0.8}, false}, {[]float64{0, 30}, false}, {[]float64{-200, 800}, true}, {[]float64{-100, 0}, true},
	} {
		env := without()
		_, err := step.Dataset{From: path, Axes: axes, Times: array(t, []int{2}, c.times...)}.Make(env)
		if warned := strings.Contains(strings.Join(env.Warnings(), ""), "if they are milliseconds, divide them by 1000"); err != nil || warned != c.warns {
			t.Errorf("%v: %v, %q", c.times, err, env.Warnings())
		}
	}
	for _, times := range [][]float64{{1, 0}, {0, 0}, {0, math.NaN()}, {math.Inf(-1), 0}} {
		if _, err := (step.Dataset{From: path, Axes: axes, Times: array(t, []int{2}, times...)}).Make(without()); err == nil || !strings.Contains(err.Error(), "must be finite and ascend") {
			t.Errorf("%v: %v", times, err)
		}
		stack := step.Source{Path: array(t, []int{2, 3}, 1, 2, 3, 4, 5, 6), Axes: []string{"time", "pair"}, Times: array(t, []int{2}, times...)}
		if _, err := (step.RDM{From: []step.Source{stack}}).Stack(t.Context(), without()); err == nil || !strings.Contains(err.Error(), "must be finite and ascend") {
			t.Errorf("%v: %v", times, err)
		}
	}
	empty := array(t, []int{0, 3})
	if _, err := (step.Dataset{From: empty, Axes: axes[:2]}).Make(without()); err == nil || !strings.Contains(err.Error(), "is empty: its shape is [0 3]") {
		t.Errorf("%v", err)
	}
}
