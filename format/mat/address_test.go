package mat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/mat"
)

func ExampleFile_Read() {
	f, _ := mat.Open("testdata/reference/octave_v7.mat")
	defer f.Close()
	for _, address := range []string{"matrix", "matrix(2,3)", "stack(3).name", "cells{1,2}", "short"} {
		v, _ := f.Read(address)
		fmt.Println(address, v.Class, v.Shape, v.Numbers, v.Text)
	}
	// Output:
	// matrix double [2 3] [1 2 3 4 5 6.5] []
	// matrix(2,3) double [1 1] [6.5] []
	// stack(3).name char [1 1] <nil> [b]
	// cells{1,2} char [1 3] <nil> [two]
	// short single [1 2] [0.1 -2] []
}

func TestReadFollowsAnAddress(t *testing.T) {
	all := zoo()
	stack := all["stack"]
	for _, name := range []string{"octave_v6.mat", "octave_v7.mat", "scipy_v5.mat"} {
		f := open(t, reference(name))
		for address, want := range map[string]mat.Value{
			"scalar.second":         mat.Text("x"),
			"scalar(1).second(1)":   mat.Text("x"),
			"scalar(1,1,1).first":   mat.Array([]float64{1}, 1),
			"stack(2).name":         mat.Text("c"),
			"stack( 1 , 2 ).RDM":    mat.Array([]float64{2}, 1),
			"stack(2,2).RDM(2)":     mat.Array([]float64{5}, 1),
			"stack(3)":              {Class: mat.Struct, Shape: []int{1, 1}, Fields: stack.Fields, Elements: stack.Elements[1:2]},
			"cells{2,2}{1}":         mat.Array([]float64{3}, 1),
			"cells(3)":              cells([]int{1, 1}, mat.Text("two")),
			"cells(3){1}(2)":        mat.Text("w"),
			"cube(2,12)":            mat.Array([]float64{24}, 1),
			"cube(2,3,4)":           mat.Array([]float64{24}, 1),
			"phases(3)":             withImaginary(mat.Array([]float64{3}, 1), []float64{-4}),
			"scattered(3,4)":        mat.Array([]float64{0}, 1),
			"scattered(2,4)":        mat.Array([]float64{3}, 1),
			"waves(1,1)":            withImaginary(mat.Array([]float64{0}, 1), []float64{1}),
			"waves(2,1)":            withImaginary(mat.Array([]float64{0}, 1), []float64{0}),
			"truth(3,2)":            mat.Array([]bool{true}, 1),
			"foreign(8)":            mat.Text("脳"),
			"lines(2,3)":            mat.Text(" "),
			"u64(2)":                mat.Array([]uint64{1<<64 - 1}, 1),
			"scalar.first(1)(1)(1)": mat.Array([]float64{1}, 1),
		} {
			got, err := f.Read(address)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s#%s: %v %s", name, address, err, diff)
			}
		}
	}
}

func TestReadSaysWhatAnAddressLacks(t *testing.T) {
	f := open(t, reference("octave_v6.mat"))
	for address, want := range map[string]string{
		"matrx":           "did you mean matrix?",
		"":                `no variable is called ""; it has matrix, counts`,
		"scalar.frist":    `scalar has no field "frist"; did you mean first?`,
		"scalar.":         `scalar has no field ""; it has first, second`,
		"stack.RDM":       "stack has 4 elements: name one, as in stack(1).RDM",
		"matrix.RDM":      "matrix is a double array: only a struct has fields",
		"matrix{1}":       "matrix is a double array: only cell arrays are followed with {}",
		"matrix(7)":       `subscript 1 is "7": write a whole number from 1 to 6`,
		"matrix(0)":       "write a whole number from 1 to 6",
		"matrix(1,4)":     `subscript 2 is "4": write a whole number from 1 to 3`,
		"matrix(1,1,2)":   "write a whole number from 1 to 1",
		"matrix()":        "write a whole number",
		"matrix(:)":       "write a whole number",
		"none(1)":         "from 1 to 0",
		"bare(1).x":       `bare(1) has no field "x"; there is none`,
		"matrix(1}":       "write .field, (1) or {1}",
		"matrix(1":        "write .field, (1) or {1}",
		"matrix(1)x":      "write .field, (1) or {1}",
		"cells{2}{1}":     "from 1 to 0",
		"cells{4}{1}.abc": "cells{4}{1} is a double array",
	} {
		if _, err := f.Read(address); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), f.Path()) {
			t.Errorf("%s: err = %v, want %q", address, err, want)
		}
	}
}

func TestFieldsAreNamedUnread(t *testing.T) {
	f := open(t, reference("octave_v7.mat"))
	for address, want := range map[string][]string{"stack": {"RDM", "name"}, "stack(2)": {"RDM", "name"}, "bare": {}} {
		if got, err := f.Fields(address); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s has fields %q, %v; want %q", address, got, err, want)
		}
	}
	if _, err := f.Fields("cells"); err == nil || !strings.Contains(err.Error(), "only a struct has fields") {
		t.Errorf("fields of a cell array: %v", err)
	}
}
