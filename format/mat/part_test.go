package mat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/format/mat"
)

// nested writes a cell array of structs and opens it.
func nested(t *testing.T) *mat.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.mat")
	single := mat.Array([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	layer := mat.Fields(mat.Variable{Name: "name", Value: mat.Text("conv1")}, mat.Variable{Name: "weights", Value: mat.Cells(single, mat.Array([]float64{.1, .2}, 2, 1))})
	err := mat.Write(path, []mat.Variable{{Name: "layers", Value: mat.Cells(layer)}, {Name: "twice", Value: mat.Array([]int16{7, 8}, 2)}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := mat.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestPartsAreFoundWithoutReading(t *testing.T) {
	f := nested(t)
	layers, err := f.Find("layers")
	if err != nil || layers.Class() != mat.Cell || layers.Len() != 1 {
		t.Fatalf("%v, %v", layers, err)
	}
	layer, err := layers.Find("{1}")
	if err != nil {
		t.Fatal(err)
	}
	if fields, err := layer.Fields(); err != nil || !slices.Equal(fields, []string{"name", "weights"}) {
		t.Errorf("fields are %v, %v", fields, err)
	}
	w, err := layer.Find(".weights{1}")
	if err != nil || !slices.Equal(w.Shape(), []int{2, 3}) {
		t.Fatalf("shape is %v, %v", w.Shape(), err)
	}
	if v, err := w.Read(); err != nil || !slices.Equal(v.Numbers.([]float32), []float32{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%v, %v", v, err)
	}
	if numbers, err := w.Float32s(); err != nil || !slices.Equal(numbers, []float32{1, 4, 2, 5, 3, 6}) {
		t.Errorf("down the columns: %v, %v", numbers, err)
	}
	if fields, err := w.Fields(); err != nil || len(fields) != 0 {
		t.Errorf("an array of numbers has fields %v, %v", fields, err)
	}
}

// Numbers of every type are rounded, never refused for what float32 cannot hold.
func TestFloat32sRounds(t *testing.T) {
	f := nested(t)
	for address, want := range map[string][]float32{"layers{1}.weights{2}": {.1, .2}, "twice": {7, 8}, "twice(2)": {8}} {
		p, err := f.Find(address)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Float32s(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", address, got, err, want)
		}
	}
}

func TestPartsThatAreNotThere(t *testing.T) {
	f := nested(t)
	layers, err := f.Find("layers")
	if err != nil {
		t.Fatal(err)
	}
	_, beyond := layers.Find("{2}")
	_, field := layers.Find("{1}.wieghts")
	_, variable := f.Find("layer")
	_, numbers := layers.Float32s()
	for want, err := range map[string]error{"from 1 to 1": beyond, "weights": field, "layers": variable, "cell array, not one of numbers": numbers} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("err = %v, want one with %q", err, want)
		}
	}
}

func TestDetect(t *testing.T) {
	header := func(version string) []byte { return []byte(strings.Repeat(" ", 124) + version) }
	for text, want := range map[string]bool{
		string(header("\x00\x01IM")): true, string(header("\x01\x00MI")): true, string(header("\x00\x02IM")): true,
		string(header("\x00\x03IM")): false, "\x89HDF\r\n\x1a\n": false, "": false,
	} {
		if got := mat.Detect([]byte(text)); got != want {
			t.Errorf("Detect(%q) = %v", text, got)
		}
	}
}

func ExampleFile_Find() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "net.mat")
	conv := mat.Fields(mat.Variable{Name: "name", Value: mat.Text("conv1")}, mat.Variable{Name: "weights", Value: mat.Array([]float32{1, 2, 3, 4, 5, 6}, 2, 3)})
	if err := mat.Write(path, []mat.Variable{{Name: "layers", Value: mat.Cells(conv)}}); err != nil {
		panic(err)
	}
	f, err := mat.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	weights, err := f.Find("layers{1}.weights")
	if err != nil {
		panic(err)
	}
	numbers, err := weights.Float32s()
	fmt.Println(weights.Class(), weights.Shape(), numbers, err)
	// Output: single [2 3] [1 4 2 5 3 6] <nil>
}
