package engine_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/engine"
	"github.com/isocortex/isocortex/engine/enginetest"
	"github.com/isocortex/isocortex/onnx"
)

// side is the length of the square weights of the tests: 64 KiB and more, which
// is lent and not part of the graph.
const side = 160

// ramp returns weights that no two places share.
func ramp(seed int) []float32 {
	w := make([]float32, side*side)
	for i := range w {
		w[i] = float32(i*7919%1000+seed) / 1000
	}
	return w
}

// layered is y = (x · w1) · w2 + b, with b small.
func layered(tb testing.TB) *onnx.Model {
	return build(tb, func(g *onnx.Builder) {
		x := g.Input("x", onnx.Float32, "n", side)
		y := g.MatMul(x, g.Weights("w1", ramp(1), side, side))
		y = g.MatMul(y, g.Weights("w2", ramp(2), side, side))
		g.Output(g.Add(y, g.Weights("b", ramp(3)[:side], side)), "y", "n", side)
	})
}

// outcome runs the model on one row and returns y.
func outcome(t *testing.T, m *onnx.Model) []float32 {
	t.Helper()
	s, err := enginetest.Open(t).NewSession(m, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Inputs(); len(got) != 1 {
		t.Fatalf("inputs are %v: weights must not be among them", got)
	}
	results, err := s.Run(t.Context(), []engine.Tensor{{Shape: []int{1, side}, Data: ramp(4)[:side]}})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	return slices.Clone(results.Tensors[0].Data.([]float32))
}

// move puts the numbers of a tensor into a file, after a gap of offset bytes.
func move(t *testing.T, w *onnx.Tensor, folder, location string, offset int) {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(location))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(make([]byte, offset), w.Data...), 0o666); err != nil {
		t.Fatal(err)
	}
	w.External = &onnx.External{Location: location, Offset: int64(offset), Length: int64(len(w.Data))}
	w.Data = nil
}

// Weights give the same bits wherever they are: in memory, in one file, in two
// files of different folders, at odd offsets, behind a symbolic link.
func TestWeightsFromAnywhere(t *testing.T) {
	want := outcome(t, layered(t))
	if !slices.ContainsFunc(want, func(y float32) bool { return y > 1 }) {
		t.Fatalf("the network computes %v: nothing to compare", want[:4])
	}
	for _, offset := range []int{0, 1, 3, 64, 4097} {
		for _, locations := range [][2]string{{"w1.bin", "w2.bin"}, {"one/w.bin", "two/deep/w.bin"}, {"../beside/w.bin", "here/w.bin"}} {
			t.Run(fmt.Sprint(offset, locations), func(t *testing.T) {
				m := layered(t)
				m.Folder = filepath.Join(t.TempDir(), "model")
				move(t, m.Initializer("w1"), m.Folder, locations[0], offset)
				move(t, m.Initializer("w2"), m.Folder, locations[1], offset+2)
				before := *m.Initializer("w1").External
				if got := outcome(t, m); !slices.Equal(got, want) {
					t.Errorf("other bits than with weights in memory")
				}
				if after := *m.Initializer("w1").External; after != before {
					t.Errorf("the model was changed: %v, was %v", after, before)
				}
			})
		}
	}
}

func TestWeightsBehindALink(t *testing.T) {
	want, m, real := outcome(t, layered(t)), layered(t), t.TempDir()
	m.Folder = t.TempDir()
	move(t, m.Initializer("w1"), real, "blob", 5)
	if err := os.Symlink(filepath.Join(real, "blob"), filepath.Join(m.Folder, "model.safetensors")); err != nil {
		t.Skip(err)
	}
	m.Initializer("w1").External.Location = "model.safetensors"
	if got := outcome(t, m); !slices.Equal(got, want) {
		t.Error("other bits than with weights in memory")
	}
}

// A folder named relative to the working folder, as a command line does.
func TestWeightsInARelativeFolder(t *testing.T) {
	want, m := outcome(t, layered(t)), layered(t)
	t.Chdir(t.TempDir())
	m.Folder = "sub"
	move(t, m.Initializer("w2"), m.Folder, "w.bin", 9)
	if got := outcome(t, m); !slices.Equal(got, want) {
		t.Error("other bits than with weights in memory")
	}
}

func TestWeightsThatAreNotThere(t *testing.T) {
	m := layered(t)
	m.Folder = t.TempDir()
	m.Initializer("w1").External = &onnx.External{Location: "gone.bin", Length: 4 * side * side}
	_, err := enginetest.Open(t).NewSession(m, engine.Options{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "w1") || !strings.Contains(err.Error(), "gone.bin") {
		t.Errorf("err = %v, want one that names the weights and the file", err)
	}
}

func TestWeightsThatAreCutShort(t *testing.T) {
	m := layered(t)
	m.Folder = t.TempDir()
	w := m.Initializer("w1")
	move(t, w, m.Folder, "w.bin", 0)
	if err := os.Truncate(filepath.Join(m.Folder, "w.bin"), 1000); err != nil {
		t.Fatal(err)
	}
	s, err := enginetest.Open(t).NewSession(m, engine.Options{})
	if err == nil {
		s.Close()
		t.Error("a file of 1000 bytes passed for weights of 102400")
	}
}

// A graph inside an attribute, and a constant, may have been left in a file too.
func TestTensorsOfAttributesAreBroughtIn(t *testing.T) {
	m := build(t, func(g *onnx.Builder) {
		value, err := onnx.NewTensor("value", []float32{1, 2, 3}, 3)
		if err != nil {
			t.Fatal(err)
		}
		c := g.Node("Constant", nil, onnx.NewAttribute("value", value))
		g.Output(g.Add(g.Input("x", onnx.Float32, "n", 3), c), "y", "n", 3)
	})
	m.Folder = t.TempDir()
	defer m.Close()
	move(t, m.Graph.Nodes[0].Attributes[0].Tensor, m.Folder, "constant.bin", 1)
	s, err := enginetest.Open(t).NewSession(m, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	results, err := s.Run(t.Context(), []engine.Tensor{{Shape: []int{1, 3}, Data: []float32{10, 20, 30}}})
	if err != nil {
		t.Fatal(err)
	}
	defer results.Close()
	if got := results.Tensors[0].Data.([]float32); !slices.Equal(got, []float32{11, 22, 33}) {
		t.Errorf("y = %v", got)
	}
	if m.Graph.Nodes[0].Attributes[0].Tensor.External == nil {
		t.Error("the model was changed")
	}
}

// A network written to a file and opened again gives the same bits.
func TestANetworkFromAFile(t *testing.T) {
	want, path := outcome(t, layered(t)), filepath.Join(t.TempDir(), "net.onnx")
	if err := layered(t).Write(path); err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Initializer("w1").External == nil {
		t.Fatal("the weights were read into memory")
	}
	if got := outcome(t, m); !slices.Equal(got, want) {
		t.Error("other bits than from memory")
	}
}

// The definition, in float64.
func TestWeightsAreTheRightOnes(t *testing.T) {
	row := func(x []float64, w []float32) []float64 {
		y := make([]float64, side)
		for i, v := range x {
			for j := range y {
				y[j] += v * float64(w[i*side+j])
			}
		}
		return y
	}
	x := make([]float64, side)
	for i, v := range ramp(4)[:side] {
		x[i] = float64(v)
	}
	want := row(row(x, ramp(1)), ramp(2))
	for j, got := range outcome(t, layered(t)) {
		exact := want[j] + float64(ramp(3)[j])
		// All terms are positive, so that the error is relative: some 2·160 roundings.
		if math.Abs(float64(got)-exact) > 1e-5*exact {
			t.Fatalf("y[%d] = %v, want %v", j, got, exact)
		}
	}
}
