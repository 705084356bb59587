package onnx_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/realtest"
)

// reals are networks that PyTorch exported, with what they hold.
var reals = []struct {
	path                []string
	nodes, initializers int
	parameters          int64
	input, output       string
}{
	{
		path: []string{"squeezenet1_1", "squeezenet1_1.onnx"}, nodes: 65, initializers: 52, parameters: 1_235_496,
		input: "data float32 n×3×224×224", output: "logits float32 n×1000",
	},
	{
		path: []string{"formats", "version-slim-320.onnx"}, nodes: 217, initializers: 184, parameters: 264_732,
		input: "input float32 1×3×240×320", output: "scores float32 1×4420×2",
	},
}

// TestRealNetworks: what is read is what is there, and is written again as it
// was, to the byte.
func TestRealNetworks(t *testing.T) {
	for _, real := range reals {
		t.Run(real.path[1], func(t *testing.T) {
			content, err := os.ReadFile(realtest.Path(t, real.path...))
			if err != nil {
				t.Fatal(err)
			}
			m, err := onnx.Decode(content, real.path[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Check(); err != nil {
				t.Error(err)
			}
			if len(m.Graph.Nodes) != real.nodes || len(m.Graph.Initializers) != real.initializers || m.Parameters() != real.parameters {
				t.Errorf("%d nodes, %d initializers, %d parameters", len(m.Graph.Nodes), len(m.Graph.Initializers), m.Parameters())
			}
			if input := m.FreeInputs()[0].String(); input != real.input {
				t.Errorf("input %q", input)
			}
			if output := m.Graph.Outputs[0].String(); output != real.output {
				t.Errorf("output %q", output)
			}
			if again, err := m.Encode(); err != nil || !bytes.Equal(content, again) {
				t.Errorf("%d bytes became %d others (error %v)", len(content), len(again), err)
			}
		})
	}
}

// TestOpenLeavesWeightsInTheFile: Open and Decode tell the same, but for where
// the large initializers are.
func TestOpenLeavesWeightsInTheFile(t *testing.T) {
	for _, real := range reals {
		t.Run(real.path[1], func(t *testing.T) {
			path := realtest.Path(t, real.path...)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := onnx.Decode(content, path)
			if err != nil {
				t.Fatal(err)
			}
			opened, err := onnx.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			if err := opened.Check(); err != nil {
				t.Error(err)
			}
			for i, tensor := range opened.Graph.Initializers {
				sameNumbers(t, opened, tensor, decoded.Graph.Initializers[i])
			}
			graph, err := opened.Encode()
			if err != nil || len(graph) > len(content)/5 {
				t.Errorf("without its weights the graph takes %d bytes of %d (error %v)", len(graph), len(content), err)
			}
		})
	}
}

// sameNumbers compares a tensor of an opened model with the same one decoded.
func sameNumbers(t *testing.T, m *onnx.Model, got, want *onnx.Tensor) {
	t.Helper()
	if large := len(want.Data) >= 1024; large != (got.External != nil) {
		t.Errorf("%s has %d bytes, in the file: %v", want.Name, len(want.Data), got.External != nil)
	}
	numbers, err := m.Bytes(got)
	if err != nil || !bytes.Equal(numbers, want.Data) {
		t.Errorf("%s differs (error %v)", want.Name, err)
	}
}

// TestOpenReadsWeightsBeside reads a network that Python wrote with its weights
// in another file.
func TestOpenReadsWeightsBeside(t *testing.T) {
	m, err := onnx.Open(filepath.Join("testdata", "reference", "outside.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for name, count := range map[string]int{"w": 320, "b": 20} {
		want, err := onnx.NewTensor(name, ramp(count), count)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Bytes(m.Initializer(name))
		if err != nil || !bytes.Equal(got, want.Data) {
			t.Errorf("%s differs (error %v)", name, err)
		}
	}
}

// TestOpenFindsWeightsMissing: what is wrong with the other file is found
// when the model is opened.
func TestOpenFindsWeightsMissing(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "reference", "outside.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "outside.onnx")
	if err := file.WriteBytes(path, content); err != nil {
		t.Fatal(err)
	}
	if _, err := onnx.Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no weights: error %v", err)
	}
	if err := file.WriteBytes(filepath.Join(folder, "outside.weights"), make([]byte, 1359)); err != nil {
		t.Fatal(err)
	}
	_, err = onnx.Open(path)
	if !errors.Is(err, file.ErrMalformed) || !strings.Contains(err.Error(), "has 1359 bytes, too few for 80 at byte 1280") {
		t.Errorf("short weights: error %v", err)
	}
	located(t, err, len(content))
}

func TestBytesOfTheWrongPlace(t *testing.T) {
	m := &onnx.Model{Folder: filepath.Join("testdata", "reference")}
	defer m.Close()
	for _, e := range []onnx.External{
		{"outside.weights", 0, 1361},
		{"outside.weights", 1 << 62, 1 << 62},
		{"outside.weights", -1, 1},
		{"nothing.weights", 0, 1},
	} {
		if got, err := m.Bytes(&onnx.Tensor{External: &e}); err == nil {
			t.Errorf("%v: %d bytes", e, len(got))
		}
	}
}

func TestLookingAround(t *testing.T) {
	m, err := operators()
	if err != nil {
		t.Fatal(err)
	}
	if n := m.NodeByOutput("Relu_1"); n == nil || n.Op != "Relu" || n.Attribute("alpha") != nil {
		t.Errorf("Relu_1 comes from %+v", n)
	}
	if m.NodeByOutput("image") != nil || m.NodeByOutput("") != nil || m.Initializer("image") != nil {
		t.Error("something computes the input")
	}
	var names []string
	for _, n := range m.Consumers("fc.bias") {
		names = append(names, n.Name)
	}
	if want := []string{"Gemm_1", "Add_1", "Sub_1", "Mul_1", "Div_1"}; !slices.Equal(names, want) {
		t.Errorf("fc.bias is used by %q, want %q", names, want)
	}
	if got := m.Parameters(); got != 108+4+16+8+40+5+10 {
		t.Errorf("%d parameters", got)
	}
	if got := onnx.ElementType(99).String(); got != "element type 99" || onnx.ElementType(-1).Size() != 0 {
		t.Errorf("element type 99 is %q", got)
	}
}

// BenchmarkOpen measures how long a network takes to open without its weights.
func BenchmarkOpen(b *testing.B) {
	path := realtest.Path(b, "squeezenet1_1", "squeezenet1_1.onnx")
	for b.Loop() {
		m, err := onnx.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}
