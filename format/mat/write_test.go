package mat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/format/mat"
)

func ExampleWrite() {
	folder, _ := os.MkdirTemp("", "mat")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "rdms.mat")
	err := mat.Write(path, []mat.Variable{
		{Name: "RDM", Value: mat.Array([]float64{0, 1, 2, 1, 0, 3, 2, 3, 0}, 3, 3)},
		{Name: "of", Value: mat.Fields(
			mat.Variable{Name: "name", Value: mat.Text("human IT")},
			mat.Variable{Name: "conditions", Value: mat.Cells(mat.Text("face"), mat.Text("house"), mat.Text("chair"))},
		)},
	})
	if err != nil {
		fmt.Println(err)
	}
	f, _ := mat.Open(path)
	defer f.Close()
	fmt.Println(f.Variables())
	row, _ := f.Read("RDM(2,3)")
	second, _ := f.Read("of.conditions{2}")
	fmt.Println(row.Numbers, second.Text)
	// Output:
	// [{RDM double [3 3]} {of struct [1 1]}]
	// [3] [house]
}

// written returns the path of a file that holds these variables.
func written(tb testing.TB, variables ...mat.Variable) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.mat")
	if err := mat.Write(path, variables); err != nil {
		tb.Fatal(err)
	}
	return path
}

func open(tb testing.TB, path string) *mat.File {
	tb.Helper()
	f, err := mat.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := f.Close(); err != nil {
			tb.Error(err)
		}
	})
	return f
}

// What is written is read back, whatever it is.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.mat")
	rapid.Check(t, func(t *rapid.T) {
		want := drawValue(t, 3)
		if err := mat.Write(path, []mat.Variable{{"first", mat.Text("in the way")}, {"x", want}}); err != nil {
			t.Fatal(err)
		}
		f, err := mat.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := f.Read("x")
		if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

// drawValue returns a value of any class, with up to depth levels inside.
func drawValue(t *rapid.T, depth int) mat.Value {
	shape := rapid.SliceOfN(rapid.IntRange(0, 3), 2, 4).
		Filter(func(s []int) bool { return len(s) == 2 || s[len(s)-1] != 1 }).Draw(t, "shape")
	n := mat.Value{Shape: shape}.Len()
	classes := []mat.Class{"double", "single", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "logical", "char"}
	if depth > 0 {
		classes = append(classes, mat.Cell, mat.Struct)
	}
	v := mat.Value{Class: rapid.SampledFrom(classes).Draw(t, "class"), Shape: shape}
	switch v.Class {
	case mat.Char:
		row := rapid.Custom(func(t *rapid.T) string { return drawRow(t, shape[1]) })
		lines := n
		if lines = shape[0]; len(shape) > 2 {
			lines = mat.Value{Shape: append([]int{shape[0]}, shape[2:]...)}.Len()
		}
		v.Text = rapid.SliceOfN(row, lines, lines).Draw(t, "text")
	case mat.Cell:
		v.Cells = make([]mat.Value, n)
		for i := range v.Cells {
			v.Cells[i] = drawValue(t, depth-1)
		}
	case mat.Struct:
		v.Fields = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9_]{0,40}`), 0, 3, rapid.ID).Draw(t, "fields")
		v.Elements = make([][]mat.Value, n)
		for i := range v.Elements {
			v.Elements[i] = make([]mat.Value, len(v.Fields))
			for k := range v.Fields {
				v.Elements[i][k] = drawValue(t, depth-1)
			}
		}
	default:
		v.Numbers = drawNumbers(t, v.Class, n)
		if v.Class != mat.Logical && rapid.Bool().Draw(t, "complex") {
			v.Imaginary = drawNumbers(t, v.Class, n)
		}
	}
	return v
}

// drawRow returns text of that many UTF-16 units.
func drawRow(t *rapid.T, width int) string {
	letters := []rune("aZ 0äΩ脳🧠")
	if rapid.Bool().Draw(t, "narrow") {
		letters = letters[:4]
	}
	var text strings.Builder
	for left := width; left > 0; {
		letter := rapid.SampledFrom(letters).Draw(t, "letter")
		if n := utf16.RuneLen(letter); n <= left {
			text.WriteRune(letter)
			left -= n
		}
	}
	return text.String()
}

func drawNumbers(t *rapid.T, class mat.Class, n int) any {
	switch class {
	case mat.Double:
		return rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "numbers")
	case mat.Single:
		return rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "numbers")
	case mat.Int8:
		return rapid.SliceOfN(rapid.Int8(), n, n).Draw(t, "numbers")
	case mat.Int16:
		return rapid.SliceOfN(rapid.Int16(), n, n).Draw(t, "numbers")
	case mat.Int32:
		return rapid.SliceOfN(rapid.Int32(), n, n).Draw(t, "numbers")
	case mat.Int64:
		return rapid.SliceOfN(rapid.Int64(), n, n).Draw(t, "numbers")
	case mat.Uint8:
		return rapid.SliceOfN(rapid.Uint8(), n, n).Draw(t, "numbers")
	case mat.Uint16:
		return rapid.SliceOfN(rapid.Uint16(), n, n).Draw(t, "numbers")
	case mat.Uint32:
		return rapid.SliceOfN(rapid.Uint32(), n, n).Draw(t, "numbers")
	case mat.Uint64:
		return rapid.SliceOfN(rapid.Uint64(), n, n).Draw(t, "numbers")
	}
	return rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "numbers")
}
