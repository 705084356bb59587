package onnx_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isocortex/isocortex/onnx"
)

// heavy is a network with one large initializer, one small one, and a tensor
// in an attribute.
func heavy(t testing.TB) *onnx.Model {
	t.Helper()
	g := onnx.NewBuilder("heavy")
	x := g.Input("x", onnx.Float32, 1, 20)
	constant, err := onnx.NewTensor("", ramp(300), 300)
	if err != nil {
		t.Fatal(err)
	}
	x = g.MatMul(x, g.Weights("first", ramp(400), 20, 20))
	x = g.MatMul(x, g.Weights("second", ramp(6000), 20, 300))
	x = g.Add(x, g.Weights("small", ramp(1), 1))
	x = g.Add(x, g.Node("Constant", nil, onnx.NewAttribute("value", constant)))
	g.Output(x, "y", 1, 300)
	m, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// bits returns a model with everything inside.
func bits(t testing.TB, m *onnx.Model, path string) []byte {
	t.Helper()
	if err := m.Write(path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestWeightsMoveInAndOut: wherever the weights are, the whole model is the
// same bytes.
func TestWeightsMoveInAndOut(t *testing.T) {
	folder := t.TempDir()
	m := heavy(t)
	want, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(folder, "inside.onnx")
	if !bytes.Equal(bits(t, m, inside), want) {
		t.Error("Write and Encode differ")
	}
	opened, err := onnx.Open(inside)
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(folder, "beside.onnx")
	if err := opened.WriteExternal(beside, "beside.weights"); err != nil {
		t.Fatal(err)
	}
	moved, err := onnx.Open(beside)
	if err != nil {
		t.Fatal(err)
	}
	if e := *moved.Initializer("second").External; e != (onnx.External{Location: "beside.weights", Offset: 1600, Length: 24000}) {
		t.Errorf("the second weights are at %+v", e)
	}
	if small := moved.Initializer("small"); small.External != nil || moved.Check() != nil {
		t.Errorf("the small one is at %v; check: %v", small.External, moved.Check())
	}
	if !bytes.Equal(bits(t, moved, filepath.Join(folder, "back.onnx")), want) {
		t.Error("the weights changed on their way out and in")
	}
	tapped, err := moved.Tap("MatMul_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := tapped.Write(filepath.Join(folder, "tapped.onnx")); err != nil {
		t.Error(err)
	}
}

// TestWriteSparesItsSource: a model never writes over the weights it reads.
func TestWriteSparesItsSource(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "net.onnx")
	before := bits(t, heavy(t), path)
	m, err := onnx.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Write":         m.Write(path),
		"WriteExternal": m.WriteExternal(path, "w"),
		"weights":       m.WriteExternal(filepath.Join(folder, "other.onnx"), "net.onnx"),
	} {
		if err == nil || !strings.Contains(err.Error(), "write to another file") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file changed (error %v)", err)
	}
}

func TestWriteExternalWantsAFileBeside(t *testing.T) {
	m := heavy(t)
	path := filepath.Join(t.TempDir(), "net.onnx")
	for _, name := range []string{"", ".", "..", "../w", "a/b", "/elsewhere/w", "net.onnx"} {
		if err := m.WriteExternal(path, name); err == nil || !strings.Contains(err.Error(), "beside") {
			t.Errorf("%q: error %v", name, err)
		}
	}
}

// TestTooLarge: 2 GiB of weights, in a file of holes, do not fit one ONNX file;
// nothing of them is read to find out.
func TestTooLarge(t *testing.T) {
	folder := t.TempDir()
	weights, err := os.Create(filepath.Join(folder, "w"))
	if err != nil {
		t.Fatal(err)
	}
	defer weights.Close()
	if err := weights.Truncate(1 << 31); err != nil {
		t.Skipf("no room for a file of holes: %v", err)
	}
	m := chain()
	m.Folder = folder
	m.Graph.Initializers = []*onnx.Tensor{{
		Name: "w", Type: onnx.Float32, Shape: []int64{1 << 29}, External: &onnx.External{Location: "w", Length: 1 << 31},
	}}
	path := filepath.Join(folder, "large.onnx")
	if err := m.Write(path); err == nil || !strings.Contains(err.Error(), "WriteExternal") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
	if small, err := m.Encode(); err != nil || len(small) > 200 {
		t.Errorf("%d bytes without the weights, error %v", len(small), err)
	}
}

func TestWriteWithoutGraph(t *testing.T) {
	m := &onnx.Model{}
	path := filepath.Join(t.TempDir(), "net.onnx")
	if m.Write(path) == nil || m.WriteExternal(path, "w") == nil {
		t.Error("a model without a graph was written")
	}
}
