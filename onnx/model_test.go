package onnx_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/isocortex/isocortex/onnx"
)

// data returns the path of a file among the real data, and skips the test where
// it is missing.
func data(t testing.TB, elements ...string) string {
	t.Helper()
	root := os.Getenv("ISOCORTEX_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is missing: set ISOCORTEX_DATA to the folder with the real data", path)
	}
	return path
}

// reals are networks that other programs wrote.
var reals = []struct {
	path                       []string
	nodes, weights, parameters int
}{
	{[]string{"squeezenet1_1", "squeezenet1_1.onnx"}, 66, 52, 1_235_496},
	{[]string{"formats", "version-slim-320.onnx"}, 0, 0, 0},
}

func TestRealNetworks(t *testing.T) {
	for _, real := range reals {
		t.Run(real.path[1], func(t *testing.T) {
			content, err := os.ReadFile(data(t, real.path...))
			if err != nil {
				t.Fatal(err)
			}
			m, err := onnx.Decode(content, real.path[1])
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Check(); err != nil {
				t.Fatal(err)
			}
			again, err := m.Encode()
			if err != nil {
				t.Fatal(err)
			}
			t.Log(len(m.Graph.Nodes), len(m.Graph.Initializers), m.Opsets, m.IRVersion, m.Producer, len(content), len(again), bytes.Equal(content, again))
		})
	}
}
