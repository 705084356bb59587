package mat_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/mat"
)

func ExampleValue_Field() {
	v := mat.Fields(mat.Variable{Name: "name", Value: mat.Text("human IT")})
	name, ok := v.Field(0, "name")
	fmt.Println(name.Text, ok)
	// Output: [human IT] true
}

func TestFieldOfAStructArray(t *testing.T) {
	stack := zoo()["stack"]
	if v, ok := stack.Field(2, "name"); !ok || !cmp.Equal(v, mat.Text("c")) {
		t.Errorf("third name is %v, %v", v, ok)
	}
	if _, ok := stack.Field(0, "color"); ok {
		t.Error("a field that is not there was found")
	}
	if stack.Len() != 4 || zoo()["nocells"].Len() != 0 {
		t.Errorf("%d elements, want 4", stack.Len())
	}
}

func TestStrings(t *testing.T) {
	number := mat.Array([]float64{1}, 1)
	for _, c := range []struct {
		v    mat.Value
		want []string // nil: an error
	}{
		{mat.Text("face"), []string{"face"}},
		{mat.Text("a", "bcd", ""), []string{"a", "bcd", ""}},
		{mat.Text(""), []string{}},
		{mat.Cells(mat.Text("face"), mat.Text(""), mat.Text("脳 ")), []string{"face", "", "脳"}},
		{mat.Cells(), []string{}},
		{mat.Cells(mat.Text("a", "b")), nil},
		{mat.Cells(number), nil},
		{mat.Cells(mat.Cells(mat.Text("a"))), nil},
		{number, nil},
	} {
		got, err := c.v.Strings()
		if (err != nil) != (c.want == nil) || !cmp.Equal(got, c.want) {
			t.Errorf("%v: %q, %v; want %q", c.v, got, err, c.want)
		}
	}
}

func TestArrayPanicsWhenNumbersDoNotFit(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two numbers of three axes were taken for an array")
		}
	}()
	mat.Array([]float64{1, 2}, 1, 1, 1)
}

func TestWriteRefusesWhatWouldNotComeBack(t *testing.T) {
	number := mat.Array([]float64{1}, 1)
	broken := func(change func(v *mat.Value)) mat.Value {
		v := number
		change(&v)
		return v
	}
	path := filepath.Join(t.TempDir(), "x.mat")
	for want, v := range map[string]mat.Variable{
		`"1x" is no MATLAB name`:                 {Name: "1x", Value: number},
		`"" is no MATLAB name`:                   {Name: "", Value: number},
		`"ä" is no MATLAB name`:                  {Name: "ä", Value: number},
		`x: "a b" is no`:                         {Name: "x", Value: mat.Fields(mat.Variable{Name: "a b", Value: number})},
		`the name "a" comes`:                     {Name: "x", Value: mat.Fields(mat.Variable{Name: "a", Value: number}, mat.Variable{Name: "a", Value: number})},
		"shape [1]":                              {Name: "x", Value: broken(func(v *mat.Value) { v.Shape = []int{1} })},
		"shape [-1 -1]":                          {Name: "x", Value: broken(func(v *mat.Value) { v.Shape = []int{-1, -1} })},
		"shape [2147483648 0]":                   {Name: "x", Value: broken(func(v *mat.Value) { v.Shape = []int{math.MaxInt32 + 1, 0} })},
		"1 values do not fill the shape [1 2]":   {Name: "x", Value: broken(func(v *mat.Value) { v.Shape = []int{1, 2} })},
		`a "double" array cannot hold []float32`: {Name: "x", Value: broken(func(v *mat.Value) { v.Numbers = []float32{1} })},
		`a "double" array cannot hold []int8`:    {Name: "x", Value: withImaginary(number, []int8{1})},
		`a "double" array cannot hold <nil>`:     {Name: "x", Value: broken(func(v *mat.Value) { v.Numbers = nil })},
		"2 values do not fill the shape [1 1]":   {Name: "x", Value: withImaginary(number, []float64{1, 2})},
		"truth values have no imaginary part":    {Name: "x", Value: withImaginary(mat.Array([]bool{true}, 1), []bool{true})},
		`a "table" array cannot hold`:            {Name: "x", Value: mat.Value{Class: "table", Shape: []int{1, 1}}},
		`a "" array cannot hold <nil>`:           {Name: "x", Value: mat.Value{Shape: []int{1, 1}}},
		"0 elements do not fill the shape [1 1]": {Name: "x", Value: mat.Value{Class: mat.Cell, Shape: []int{1, 1}}},
		"an element has 1 fields, the struct":    {Name: "x", Value: mat.Value{Class: mat.Struct, Shape: []int{1, 1}, Elements: [][]mat.Value{{number}}}},
		"1 rows of text do not fill":             {Name: "x", Value: mat.Value{Class: mat.Char, Shape: []int{2, 1}, Text: []string{"a"}}},
		`row 1 of the text, "脳a", is not UTF-8`:  {Name: "x", Value: mat.Value{Class: mat.Char, Shape: []int{1, 3}, Text: []string{"脳a"}}},
		`row 1 of the text, "\xff", is not`:      {Name: "x", Value: mat.Value{Class: mat.Char, Shape: []int{1, 1}, Text: []string{"\xff"}}},
	} {
		if err := mat.Write(path, []mat.Variable{v}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 0 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
}

func TestWriteRefusesWhatIsTooLarge(t *testing.T) {
	if os.Getenv("ISOCORTEX_LONG") == "" {
		t.Skip("takes 2 GiB of addresses: set ISOCORTEX_LONG")
	}
	err := mat.Write(filepath.Join(t.TempDir(), "x.mat"), []mat.Variable{{Name: "x", Value: mat.Array(make([]bool, 1<<31), 1<<16, 1<<15)}})
	if err == nil || !strings.Contains(err.Error(), "save it as .h5") {
		t.Errorf("err = %v", err)
	}
}

// Values are read side by side.
func TestReadFromSeveralGoroutines(t *testing.T) {
	for _, name := range []string{"octave_v4.mat", "octave_v7.mat", "h5py_v73.mat"} {
		f := open(t, reference(name))
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for _, info := range f.Variables() {
					if _, err := f.Read(info.Name); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
	}
}

// The same variables give the same bytes.
func TestWriteIsDeterministic(t *testing.T) {
	variable := mat.Variable{Name: "x", Value: zoo()["stack"]}
	first, err := os.ReadFile(written(t, variable))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(written(t, variable))
	if err != nil || string(first) != string(second) {
		t.Errorf("two files of one value differ, %v", err)
	}
}

// MATLAB has no trailing axes of length 1.
func TestWriteDropsTrailingAxes(t *testing.T) {
	f := open(t, written(t, mat.Variable{Name: "x", Value: mat.Array([]float64{1, 2}, 2, 1, 1)}))
	requireContent(t, f, map[string]mat.Value{"x": mat.Array([]float64{1, 2}, 2, 1)})
}

func BenchmarkRead(b *testing.B) {
	const rows, columns = 1000, 2000
	f := open(b, written(b, mat.Variable{Name: "x", Value: mat.Array(make([]float64, rows*columns), rows, columns)}))
	b.SetBytes(8 * rows * columns)
	for b.Loop() {
		if _, err := f.Read("x"); err != nil {
			b.Fatal(err)
		}
	}
}
