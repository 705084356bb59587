package mat_test

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/format/mat"
)

// zoo returns the variables that make.m and make.py in testdata/reference save.
func zoo() map[string]mat.Value {
	number := func(x float64) mat.Value { return mat.Array([]float64{x}, 1, 1) }
	none := mat.Array([]float64{}, 0, 0)
	return map[string]mat.Value{
		"matrix":    mat.Array([]float64{1, 2, 3, 4, 5, 6.5}, 2, 3),
		"counts":    mat.Array([]float64{1, 2, 300, -4, 5, 6}, 2, 3),
		"undefined": mat.Array([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}, 3),
		"none":      mat.Array([]float64{}, 0, 3),
		"word":      mat.Text("face"),
		"lines":     mat.Text("abc", "de"),
		"nothing":   mat.Text(""),
		"phases":    withImaginary(mat.Array([]float64{1, 3, 0.5, 0}, 2, 2), []float64{2, -4, 0, 1}),
		"scattered": mat.Array([]float64{1.5, 0, 0, 0, 0, 0, 0, 3, -2, 0, 0, 0}, 3, 4),
		"foreign":   mat.Text("Häuser 脳"),
		"short":     mat.Array([]float32{0.1, -2}, 2),
		"i8":        mat.Array([]int8{math.MinInt8, math.MaxInt8}, 2),
		"u8":        mat.Array([]uint8{0, math.MaxUint8}, 2),
		"i16":       mat.Array([]int16{math.MinInt16, math.MaxInt16}, 2),
		"u16":       mat.Array([]uint16{0, math.MaxUint16}, 2),
		"i32":       mat.Array([]int32{math.MinInt32, math.MaxInt32}, 2),
		"u32":       mat.Array([]uint32{0, math.MaxUint32}, 2),
		"i64":       mat.Array([]int64{math.MinInt64, math.MaxInt64}, 2),
		"u64":       mat.Array([]uint64{0, math.MaxUint64}, 2),
		"truth":     mat.Array([]bool{true, false, false, true, true, true}, 3, 2),
		"cube": mat.Array([]float64{
			1, 7, 13, 19, 3, 9, 15, 21, 5, 11, 17, 23,
			2, 8, 14, 20, 4, 10, 16, 22, 6, 12, 18, 24,
		}, 2, 3, 4),
		"pages":   {Class: mat.Char, Shape: []int{3, 2, 2}, Text: []string{"ab", "gh", "cd", "ij", "ef", "kl"}},
		"cells":   cells([]int{2, 2}, number(1), mat.Text("two"), none, cells([]int{1, 1}, number(3))),
		"nocells": cells([]int{0, 2}),
		"scalar":  mat.Fields(mat.Variable{Name: "first", Value: number(1)}, mat.Variable{Name: "second", Value: mat.Text("x")}),
		"stack": {Class: mat.Struct, Shape: []int{2, 2}, Fields: []string{"RDM", "name"}, Elements: [][]mat.Value{
			{number(1), mat.Text("a")},
			{number(2), mat.Text("b")},
			{number(3), mat.Text("c")},
			{mat.Array([]float64{4, 5}, 2), mat.Text("d")},
		}},
		"bare":  {Class: mat.Struct, Shape: []int{1, 3}, Fields: []string{}, Elements: [][]mat.Value{{}, {}, {}}},
		"masks": mat.Array([]bool{true, false, false, true}, 2, 2),
		"waves": withImaginary(mat.Array([]float64{0, 0, 0, 0, 0, 2}, 2, 3), []float64{1, 0, 0, 0, 0, -3}),
	}
}

func withImaginary(v mat.Value, imaginary any) mat.Value {
	v.Imaginary = imaginary
	return v
}

func cells(shape []int, values ...mat.Value) mat.Value {
	v := mat.Cells(values...)
	v.Shape = shape
	return v
}

func reference(name string) string { return filepath.Join("testdata", "reference", name) }

// Octave and SciPy write the same values in files of all versions. What a file
// lacks is what its writer cannot write.
func TestReadsWhatOthersWrite(t *testing.T) {
	old := []string{"matrix", "counts", "undefined", "none", "word", "lines", "nothing", "phases", "scattered"}
	for _, c := range []struct {
		file, version string
		only, lacks   []string
	}{
		{"octave_v4.mat", "4", old, nil},
		{"octave_v6.mat", "5", nil, []string{"masks"}},
		{"octave_v7.mat", "5", nil, []string{"masks"}},
		{"scipy_v4.mat", "4", old, []string{"nothing"}},
		{"scipy_v5.mat", "5", nil, []string{"nothing", "pages", "bare"}},
		{"scipy_v5_compressed.mat", "5", nil, []string{"nothing", "pages", "bare"}},
		{"h5py_v73.mat", "7.3", nil, nil},
	} {
		f := open(t, reference(c.file))
		if f.Version() != c.version {
			t.Errorf("%s: version %s, want %s", c.file, f.Version(), c.version)
		}
		want := zoo()
		for name := range want {
			if slices.Contains(c.lacks, name) || c.only != nil && !slices.Contains(c.only, name) {
				delete(want, name)
			}
		}
		requireContent(t, f, want)
	}
}

// requireContent requires that f lists and holds these variables and no other.
func requireContent(t *testing.T, f *mat.File, want map[string]mat.Value) {
	t.Helper()
	for _, info := range f.Variables() {
		v, wanted := want[info.Name]
		if !wanted || info.Class != v.Class || !cmp.Equal(info.Shape, v.Shape) {
			t.Errorf("%s lists %v, want class %s and shape %v", f.Path(), info, v.Class, v.Shape)
		}
	}
	if got := len(f.Variables()); got != len(want) {
		t.Errorf("%s lists %d variables, want %d", f.Path(), got, len(want))
	}
	for name, v := range want {
		got, err := f.Read(name)
		if diff := cmp.Diff(v, got, cmpopts.EquateNaNs()); err != nil || diff != "" {
			t.Errorf("%s: %s: %v %s", f.Path(), name, err, diff)
		}
	}
}

// The whole zoo comes back from one file of this package.
func TestWritesTheZoo(t *testing.T) {
	var variables []mat.Variable
	for name, v := range zoo() {
		variables = append(variables, mat.Variable{Name: name, Value: v})
	}
	requireContent(t, open(t, written(t, variables...)), zoo())
}
