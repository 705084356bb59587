package variable_test

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/hdf5"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/variable"
)

// every is a variable of every kind that MATLAB has.
func every(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.mat")
	imaginary := mat.Array([]float64{1}, 1, 1)
	imaginary.Imaginary = []float64{2}
	err := mat.Write(path, []mat.Variable{
		{Name: "double", Value: mat.Array([]float64{1, math.NaN(), 3, 4, 5, 6}, 2, 3)},
		{Name: "bytes", Value: mat.Array([]int8{-1, 1}, 1, 2)},
		{Name: "words", Value: mat.Array([]uint16{1, math.MaxUint16}, 1, 2)},
		{Name: "long", Value: mat.Array([]uint32{math.MaxUint32}, 1, 1)},
		{Name: "longest", Value: mat.Array([]uint64{1 << 62}, 1, 1)},
		{Name: "beyond", Value: mat.Array([]uint64{1 << 63}, 1, 1)},
		{Name: "truth", Value: mat.Array([]bool{true, false}, 2, 1)},
		{Name: "text", Value: mat.Text("a b ")},
		{Name: "empty", Value: mat.Text("")},
		{Name: "rows", Value: mat.Text("a", "bcd")},
		{Name: "texts", Value: mat.Cells(mat.Text("face"), mat.Text(""))},
		{Name: "mixed", Value: mat.Cells(mat.Text("face"), mat.Array([]float64{1}, 1, 1))},
		{Name: "s", Value: mat.Fields(mat.Variable{Name: "in", Value: mat.Array([]float32{7}, 1, 1)})},
		{Name: "complex", Value: imaginary},
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVariablesOfMATLAB(t *testing.T) {
	path := every(t)
	for name, want := range map[string]*npy.Array{
		"double":  {Shape: []int{2, 3}, Data: []float64{1, math.NaN(), 3, 4, 5, 6}},
		"bytes":   {Shape: []int{1, 2}, Data: []int32{-1, 1}},
		"words":   {Shape: []int{1, 2}, Data: []int32{1, math.MaxUint16}},
		"long":    {Shape: []int{1, 1}, Data: []int64{math.MaxUint32}},
		"longest": {Shape: []int{1, 1}, Data: []int64{1 << 62}},
		"truth":   {Shape: []int{2, 1}, Data: []bool{true, false}},
		"text":    {Shape: []int{}, Data: []string{"a b "}},
		"empty":   {Shape: []int{}, Data: []string{""}},
		"rows":    {Shape: []int{2}, Data: []string{"a", "bcd"}},
		"texts":   {Shape: []int{2, 1}, Data: []string{"face", ""}},
		"s.in":    {Shape: []int{1, 1}, Data: []float32{7}},
	} {
		got, err := variable.Read(path + "#" + name)
		if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
	for name, want := range map[string]string{
		"beyond": "whole numbers from 2⁶³ on", "mixed": "element 2 of the cell array is no text", "s": "a struct with the fields in",
		"complex": "complex", "nothing": `"nothing"`,
	} {
		if _, err := variable.Read(path + "#" + name); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	infos, err := variable.List(path)
	if err != nil || len(infos) != 14 {
		t.Fatalf("%v, %v", infos, err)
	}
	if got := infos[0].Name + " " + infos[0].String() + ", " + infos[12].String(); got != "double 2 × 3, double, 1 × 1, struct of in" {
		t.Errorf("%q", got)
	}
}

func TestVariablesOfHDF5(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.h5")
	err := hdf5.Write(path, hdf5.Node{Nodes: []hdf5.Node{
		{Name: "top", Data: &hdf5.Array{Shape: []int{2, 1}, Data: []int16{-1, 1}}},
		{Name: "g", Nodes: []hdf5.Node{
			{Name: "texts", Data: &hdf5.Array{Shape: []int{2}, Data: []string{"face", "é"}}},
			{Name: "truth", Data: &hdf5.Array{Shape: []int{1}, Data: []bool{true}}},
			{Name: "single", Data: &hdf5.Array{Shape: []int{}, Data: []float32{0.1}}},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]*npy.Array{
		"top":      {Shape: []int{2, 1}, Data: []int32{-1, 1}},
		"/g/texts": {Shape: []int{2}, Data: []string{"face", "é"}},
		"g/truth":  {Shape: []int{1}, Data: []bool{true}},
		"g/single": {Shape: []int{}, Data: []float32{0.1}},
	} {
		got, err := variable.Read(path + "#" + name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
	for name, want := range map[string]string{"g": "is a group, not an array", "g/text": "texts", "": "holds 4 variables"} {
		if _, err := variable.Read(strings.TrimSuffix(path+"#"+name, "#")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	infos, err := variable.List(path)
	want := []variable.Info{{"g/single", "float32", []int{}}, {"g/texts", "text", []int{2}}, {"g/truth", "bool", []int{1}}, {"top", "int16", []int{2, 1}}}
	if diff := cmp.Diff(want, infos, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
	if _, err := variable.FromHDF5(hdf5.Array{Shape: []int{1}, Data: []hdf5.Reference{1}}); err == nil {
		t.Error("a reference became a number")
	}
}

// Published files, by their variables. Sums are those of numpy 1.24.2.
func TestRealVariables(t *testing.T) {
	for address, sum := range map[string]float64{
		"objects92/simTruePatterns.mat#simTruePatterns2":        40756.1579883872,
		"objects92/fmri15/target_fmri.mat#IT_RDMs":              58215.72038419654,
		"meg_eeg/fieldtrip_neuromag306_raw_v7.mat#data.fsample": 300.3074951171875,
		"faces/olivettifaces.mat":                               216898402,
	} {
		path, name := variable.Split(address)
		path = realtest.Path(t, path)
		if name != "" {
			path += "#" + name
		}
		a, err := variable.Read(path)
		if err != nil {
			t.Error(err)
			continue
		}
		values, err := a.Float64s()
		total := 0.0
		for _, v := range values {
			total += v
		}
		if err != nil || math.Abs(total-sum) > 1e-9*math.Abs(sum) {
			t.Errorf("%s: shape %v, sum %.17g, want %.17g, %v", address, a.Shape, total, sum, err)
		}
	}
	if _, err := variable.Read(realtest.Path(t, "objects92", "simTruePatterns.mat")); err == nil || !strings.Contains(err.Error(), "simTruePatterns, simTruePatterns2") {
		t.Errorf("%v", err)
	}
	if _, err := variable.List(realtest.Path(t, "objects92", "stimuli_categories.csv")); !errors.Is(err, file.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
