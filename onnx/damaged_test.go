package onnx_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// useAll does with damaged bytes all that is done with a graph before it runs, and
// returns what that took from memory, freed or not.
func useAll(t *testing.T, data []byte) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := onnx.Decode(data, "damaged.onnx")
	if err != nil {
		located(t, err, len(data))
	} else if m.Check() == nil {
		use(m)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// use asks a sound graph for all that it can tell.
func use(m *onnx.Model) {
	m.Summary()
	m.Parameters()
	m.Graph.Types()
	given := map[string][]int64{}
	for _, input := range m.FreeInputs() {
		given[input.Name] = []int64{2, 3, 8, 8}
	}
	m.Shapes(given)
	for _, node := range m.Graph.Nodes {
		for _, value := range node.Outputs {
			_, _ = m.Tap(value) // what cannot be tapped is an error
			m.Consumers(value)
		}
	}
}

// No change of bytes makes the reader panic, name a place outside of the file, or
// take more memory than a small file justifies.
func TestMutations(t *testing.T) {
	rounds := 300
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	files := map[string][]byte{"operators": encoded(t)}
	for _, name := range []string{"operators.onnx", "typed.onnx", "outside.onnx"} {
		data, err := os.ReadFile(filepath.Join("testdata", "reference", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	random := seed.Stream(1, "mutations")
	strange := []byte("\x00\x01\x02\x03\x08\x0a\x0d\x10\x12\x1a\x22\x2a\x32\x3a\x42\x4a\x7f\x80\xfe\xff")
	for name, original := range files {
		most := uint64(0)
		for range rounds {
			data := bytes.Clone(original)
			for range 1 + random.IntN(4) {
				at := random.IntN(len(data))
				switch random.IntN(3) {
				case 0:
					data = append(slices.Delete(data, at, min(len(data), at+1+random.IntN(8))), 0)
				case 1:
					data = slices.Insert(data, at, strange[random.IntN(len(strange))])
				default:
					data[at] = strange[random.IntN(len(strange))]
				}
			}
			most = max(most, useAll(t, data))
		}
		// Every value is tapped, each time with a table of all values.
		if allowed := 1<<20 + 300*uint64(len(original)); most > allowed {
			t.Errorf("%s of %d bytes takes %d bytes of memory, want %d at most", name, len(original), most, allowed)
		}
		t.Logf("%s of %d bytes takes %d bytes of memory at most", name, len(original), most)
	}
}

// A graph in which everything is wrong is refused in little time: complaints do not
// each look through all names.
func TestManyMistakes(t *testing.T) {
	const many = 20_000
	g := &onnx.Graph{Name: "wrong", Outputs: []*onnx.ValueInfo{{Name: "value of nothing"}}}
	for i := range many {
		name := fmt.Sprintf("value number %d of the graph", i)
		g.Nodes = append(g.Nodes, &onnx.Node{Op: "Relu", Inputs: []string{name + "?"}, Outputs: []string{name}})
	}
	m := &onnx.Model{IRVersion: 8, Opsets: []onnx.Opset{{Version: 17}}, Graph: g}
	began := time.Now()
	err := m.Check()
	if err == nil || !strings.Contains(err.Error(), "number 0 of the graph") {
		t.Fatalf("err = %.200v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the check took %v", took)
	}
	if lines := strings.Count(err.Error(), "\n"); lines > 20 {
		t.Errorf("%d lines of complaints", lines)
	}
}
