package stimulus_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/stimulus"
)

func ExampleSet_AsTheyAre() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "tensors.npy")
	_ = npy.Write(path, &npy.Array{Shape: []int{2, 3, 1, 2}, Data: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}})

	set, _ := stimulus.Read(path)
	preset, tensors := set.AsTheyAre()
	view, _ := set.View(1)
	input := make([]float32, 6)
	err := view.Input(input, preset)
	view.Close()
	fmt.Println(tensors, preset.Definition, set.Labels())
	fmt.Println(input, err)
	// Output:
	// true tensors as they are, not pictures: 3 × 1 × 2 [1 2]
	// [7 8 9 10 11 12] <nil>
}

// save writes an array to a new file.
func save(t interface {
	TempDir() string
	Fatal(...any)
}, shape []int, data any,
) string {
	path := filepath.Join(t.TempDir(), "tensors.npy")
	if err := npy.Write(path, &npy.Array{Shape: shape, Data: data}); err != nil {
		t.Fatal(err)
	}
	return path
}

// Channels first or last, bytes or float32: the network is given the same, and
// the stimuli have the same fingerprints.
func TestTensorsAreTheSameInEveryLayout(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		n, height, width := rapid.IntRange(1, 4).Draw(rt, "n"), rapid.IntRange(4, 9).Draw(rt, "height"), rapid.IntRange(4, 9).Draw(rt, "width")
		channels := rapid.SampledFrom([]int{1, 3}).Draw(rt, "channels")
		first := rapid.SliceOfN(rapid.Byte(), n*channels*height*width, n*channels*height*width).Draw(rt, "values")
		last, floats := make([]uint8, len(first)), make([]float32, len(first))
		for i, v := range first {
			x, y, c, one := i%width, i/width%height, i/width/height%channels, i/width/height/channels
			last[((one*height+y)*width+x)*channels+c] = v
			floats[i] = float32(v)
		}
		var prints []string
		for _, a := range []npy.Array{
			{Shape: []int{n, channels, height, width}, Data: first},
			{Shape: []int{n, height, width, channels}, Data: last},
			{Shape: []int{n, channels, height, width}, Data: floats},
		} {
			path := filepath.Join(folder, "tensors.npy")
			var content bytes.Buffer // npy.Write waits for the disk
			if err := errors.Join(npy.Encode(&content, &a), os.WriteFile(path, content.Bytes(), 0o666)); err != nil {
				rt.Fatal(err)
			}
			set := must(stimulus.Read(path))
			preset, _ := set.AsTheyAre()
			preset = must(preset.For(set))
			if h, w := preset.Size(); h != height || w != width || preset.Channels() != channels {
				rt.Fatalf("%v is taken for %d × %d × %d", a.Shape, preset.Channels(), h, w)
			}
			size := channels * height * width
			got := make([]float32, size)
			for i := range n {
				view := must(set.View(i))
				if err := view.Input(got, preset); err != nil || !slices.Equal(got, floats[i*size:(i+1)*size]) {
					rt.Fatalf("%v, tensor %d: %v, %v", a.Shape, i, got, err)
				}
				prints = append(prints, view.Fingerprint())
				view.Close()
			}
		}
		if !slices.Equal(prints[:n], prints[n:2*n]) || !slices.Equal(prints[:n], prints[2*n:]) {
			rt.Fatalf("fingerprints depend on the layout: %q", prints)
		}
	})
}

func TestFingerprintsOfTensorsTellShapesApart(t *testing.T) {
	flat := must(must(stimulus.Read(save(t, []int{1, 1, 4, 9}, make([]uint8, 36)))).View(0))
	high := must(must(stimulus.Read(save(t, []int{1, 1, 9, 4}, make([]uint8, 36)))).View(0))
	if flat.Fingerprint() == high.Fingerprint() {
		t.Error("4 × 9 and 9 × 4 zeros have one fingerprint")
	}
}

func TestATableNamesTensors(t *testing.T) {
	path := save(t, []int{3, 1, 2, 2}, make([]uint8, 12))
	for _, one := range []struct {
		table string
		want  string // labels and conditions
	}{
		{"stimulus\tcondition\nface\tA\nhouse\tB\nshoe\tA\n", "[face house shoe] A B A"},
		{"stimulus\tindex\nface\t3\nhouse\t1\nshoe\t2\n", "[house shoe face] house shoe face"},
		{"index\tcondition\n2\tB\n1\tA\n3\tC\n", "[1 2 3] A B C"},
		{"stimulus\tcondition\n2\tB\n1\tA\n3\tC\n", "[1 2 3] A B C"},
	} {
		set := must(stimulus.Read(path))
		if err := stimulus.ReadTable(set, write(t, "table.tsv", one.table)); err != nil {
			t.Errorf("%q: %v", one.table, err)
		}
		var got strings.Builder
		got.WriteString(fmt.Sprint(set.Labels()))
		for _, s := range set.Stimuli {
			got.WriteString(" " + s.Condition)
		}
		if got.String() != one.want {
			t.Errorf("%q gives %s, want %s", one.table, got.String(), one.want)
		}
	}
	for table, words := range map[string][]string{
		"stimulus\nface\nhouse\n":                          {"2 lines for 3 tensors"},
		"stimulus\tindex\nface\t1\nhouse\t1\nshoe\t2\n":    {"line 3", `index "1"`, "1 to 3"},
		"stimulus\tindex\nface\t1\nhouse\t2\nshoe\tfour\n": {"line 4", `index "four"`},
	} {
		set := must(stimulus.Read(path))
		wantError(t, stimulus.ReadTable(set, write(t, "table.tsv", table)), words...)
	}
}

// write saves text.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatIsNoTensors(t *testing.T) {
	for _, one := range []struct {
		shape []int
		data  any
		words []string
	}{
		{[]int{2, 3, 4, 4}, make([]float64, 96), []string{"float64", `a.astype("float32")`}},
		{[]int{2, 48}, make([]float32, 96), []string{"2 axes", "stimuli, channels, height, width"}},
		{[]int{2, 2, 4, 4}, make([]float32, 64), []string{"[2 2 4 4]", "1 or 3 channels"}},
		{[]int{0, 3, 4, 4}, []float32{}, []string{"no stimuli"}},
	} {
		_, err := stimulus.Read(save(t, one.shape, one.data))
		wantError(t, err, one.words...)
	}
	_, err := stimulus.Read(write(t, "tensors.npy", "words"))
	wantError(t, err, "tensors.npy", "magic")
	_, err = stimulus.Read("nowhere.npy")
	wantError(t, err, "nowhere.npy")
	fortran := "\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1, 2, 2), }"
	fortran += fmt.Sprintf("%*s\n", 10+0x46-len(fortran)-1, "") + string(make([]byte, 16))
	_, err = stimulus.Read(write(t, "fortran.npy", fortran))
	wantError(t, err, "fortran.npy", "ascontiguousarray")
	big := "\x93NUMPY\x01\x00\x46\x00{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1, 2, 2), }"
	big += fmt.Sprintf("%*s\n", 10+0x46-len(big)-1, "") + string(make([]byte, 16))
	_, err = stimulus.Read(write(t, "big.npy", big))
	wantError(t, err, "big.npy", "newbyteorder")
}

// Pictures never meet the preset of tensors, nor tensors one of pictures, nor
// tensors of another shape.
func TestPresetsOfTensorsAndPicturesStayApart(t *testing.T) {
	tensors := must(stimulus.Read(save(t, []int{1, 3, 4, 5}, make([]uint8, 60))))
	others := must(stimulus.Read(save(t, []int{1, 3, 5, 4}, make([]uint8, 60))))
	pictures := &stimulus.Set{Stimuli: []stimulus.Stimulus{{Path: "a.png", Width: 5, Height: 4}}}
	own, _ := tensors.AsTheyAre()
	_, err := own.For(pictures)
	wantError(t, err, "a.png", "is a picture")
	_, err = own.For(others)
	wantError(t, err, "3 × 5 × 4", "3 × 4 × 5")
	_, err = must(stimulus.PresetByName("none")).For(tensors)
	wantError(t, err, "tensors.npy", "as they are")
	if _, is := pictures.AsTheyAre(); is {
		t.Error("pictures are taken for tensors")
	}
	view := must(tensors.View(0))
	wantError(t, view.Input(make([]float32, 7), own), "tensors.npy", "7 values")
}

func TestAFileThatGotShorterIsAnError(t *testing.T) {
	path := save(t, []int{2, 1, 4, 4}, make([]float32, 32))
	set := must(stimulus.Read(path))
	if err := os.Truncate(path, 200); err != nil {
		t.Fatal(err)
	}
	_, err := set.View(1)
	wantError(t, err, path, "tensor 2")
}

// What is shown of a tensor runs from black to white.
func TestADrawingOfATensor(t *testing.T) {
	nan := float32(math.NaN())
	set := must(stimulus.Read(save(t, []int{2, 1, 1, 4}, []float32{-1, 0, 1, nan, 5, 5, 5, 5})))
	img := must(set.Open(0))
	if want := []uint8{0, 0, 0, 128, 128, 128, 255, 255, 255, 0, 0, 0}; !slices.Equal(img.Pix, want) {
		t.Errorf("drawn as %v, want %v", img.Pix, want)
	}
	if img = must(set.Open(1)); slices.Max(img.Pix) != 0 {
		t.Errorf("a constant is drawn as %v", img.Pix)
	}
	color := must(stimulus.Read(save(t, []int{1, 3, 1, 1}, []uint8{10, 30, 20})))
	if img = must(color.Open(0)); !slices.Equal(img.Pix, []uint8{0, 255, 128}) {
		t.Errorf("colors are drawn as %v", img.Pix)
	}
}

func FuzzTensors(f *testing.F) {
	data, err := binary.Append([]byte("\x93NUMPY\x01\x00\x46\x00"), binary.LittleEndian, []byte("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 2, 2), }     \n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(data, make([]byte, 24)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := write(t, "tensors.npy", string(data))
		set, err := stimulus.Read(path)
		if err != nil {
			return
		}
		for i := range min(3, len(set.Stimuli)) {
			view, err := set.View(i)
			if err != nil {
				t.Fatalf("read, but not seen: %v", err)
			}
			view.Close()
		}
	})
}
