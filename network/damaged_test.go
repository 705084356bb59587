package network_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/element"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/network"
	"github.com/isocortex/isocortex/onnx"
	"github.com/isocortex/isocortex/seed"
)

// A weightFile is a small file of one of the formats that weights come in.
type weightFile struct {
	name string
	data []byte
}

// weightFiles are files of every format, two of them of the network tiny.
func weightFiles(t testing.TB) []weightFile {
	t.Helper()
	var files []weightFile
	for _, name := range []string{"zip.pth", "stream.pth", "tar.pth", "deflated.pth", "training.pth", "network.pth"} {
		data, err := os.ReadFile(filepath.Join("..", "format", "torch", "testdata", "reference", name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, weightFile{name, data})
	}
	return append(files, weightFile{"tiny.safetensors", tinyFile(t)}, weightFile{"small.onnx", smallFile(t)})
}

// tinyFile is a checkpoint of the network tiny, with arrays in half precision.
func tinyFile(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny.safetensors")
	var tensors []safetensors.Content
	for _, p := range tiny.Parameters() {
		shape := make([]int64, len(p.Shape))
		for i, n := range p.Shape {
			shape[i] = int64(n)
		}
		if p.Name == "fc.weight" {
			tensors = append(tensors, safetensors.Content{Name: p.Name, Type: element.BFloat16, Shape: shape, Data: make([]byte, 2*p.Elements())})
			continue
		}
		tensors = append(tensors, safetensors.Float32(p.Name, shape, make([]float32, p.Elements())))
	}
	if err := safetensors.Write(path, nil, tensors); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

// smallFile is a graph with weights in another type, in a node, and in a list of
// numbers that is long enough to stay in the file.
func smallFile(t testing.TB) []byte {
	t.Helper()
	g := onnx.NewBuilder("small")
	x := g.Input("data", onnx.Float32, "n", 3, 8, 8)
	x = g.Conv(x, g.Weights("w", make([]float32, 100*3), 100, 3, 1, 1), "", onnx.ConvOptions{})
	x = g.Mul(x, g.Scalar(2))
	g.Output(g.Flatten(g.GlobalAveragePool(g.Relu(x)), 1), "mean")
	model, err := g.Model()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.onnx")
	if err := model.Write(path); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readAll reads a network or weights, and every array of them, and returns what
// is wrong with how that was done: errors that say nothing of the file, and places
// outside of it.
func readAll(path string, size int64) error {
	net, err := network.Open(path, tiny)
	if err != nil {
		return errors.Join(ofFile(err), readArrays(path, size))
	}
	defer net.Close()
	net.Shapes([3]int{3, 8, 8})
	for _, layer := range net.Layers {
		net.Side(layer)
	}
	for _, tensor := range net.Model.Graph.Initializers {
		if err := inside(tensor, path, size); err != nil {
			return err
		}
	}
	return readArrays(path, size)
}

// readArrays reads the arrays of weights; of a graph it is nothing.
func readArrays(path string, size int64) error {
	weights, err := network.ReadWeights(path)
	if err != nil {
		return ofFile(err)
	}
	defer weights.Close()
	for _, array := range weights.Arrays {
		tensor, err := array.Load()
		if err != nil {
			return ofFile(err)
		}
		if err := inside(tensor, path, size); err != nil {
			return err
		}
	}
	return nil
}

// ofFile returns err unless it says what is wrong with a file.
func ofFile(err error) error {
	var mismatch *network.MismatchError
	if errors.Is(err, file.ErrMalformed) || errors.Is(err, file.ErrUnsupported) || errors.As(err, &mismatch) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// inside fails unless the numbers of a tensor that lies in the file do.
func inside(tensor *onnx.Tensor, path string, size int64) error {
	e := tensor.External
	if e == nil || e.Location != filepath.Base(path) {
		return nil
	}
	if e.Offset < 0 || e.Length < 0 || e.Offset > size-e.Length {
		return fmt.Errorf("%q lies at %d, %d bytes, in a file of %d", tensor.Name, e.Offset, e.Length, size)
	}
	return nil
}

// allowed is what reading a file of some bytes may take from memory in all, freed
// or not: arrays are read one after the other, as bytes and as float32, and what
// people can read in a file takes some tens of bytes for each.
func allowed(size int) uint64 { return 1<<18 + 64*uint64(size) }

// taken is what a call takes from memory, freed or not.
func taken(call func() error) (uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// harmed reads harmed files, as many as change gives, and fails for every one
// that is not read or refused as it should be.
func harmed(t *testing.T, change func(data []byte, round int) []byte) {
	rounds := 60
	if os.Getenv("ISOCORTEX_LONG") != "" {
		rounds = 10_000
	}
	for _, f := range weightFiles(t) {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x"+filepath.Ext(f.name))
			most := uint64(0)
			for round := range rounds {
				data := change(bytes.Clone(f.data), round)
				if err := os.WriteFile(path, data, 0o666); err != nil {
					t.Fatal(err)
				}
				bytes, err := taken(func() error { return readAll(path, int64(len(data))) })
				if most = max(most, bytes); err != nil || bytes > allowed(len(data)) {
					t.Fatalf("round %d, %d bytes: %d bytes of memory, err = %v", round, len(data), bytes, err)
				}
			}
			t.Logf("%d bytes of memory at most for %d bytes", most, len(f.data))
		})
	}
}

// Networks and weights that were cut off anywhere are read or refused, never more.
func TestTruncatedFiles(t *testing.T) {
	random := seed.Stream(1, "truncations")
	harmed(t, func(data []byte, round int) []byte {
		if round < 30 {
			return data[:len(data)-min(round, len(data))]
		}
		return data[:random.IntN(len(data))]
	})
}

// So are those with changed, added and missing bytes.
func TestMutatedFiles(t *testing.T) {
	random := seed.Stream(1, "mutations")
	strange := []byte("\x00\x01\x02\x08\x0a\x10\x1a\x22\x2a\x3a\x7f\x80\xfe\xff0123456789-[]{}\":,.()KMJqX")
	harmed(t, func(data []byte, _ int) []byte {
		for range 1 + random.IntN(4) {
			at := random.IntN(len(data))
			switch random.IntN(4) {
			case 0:
				data = slices.Delete(data, at, min(len(data), at+1+random.IntN(8)))
				data = append(data, 0) // never empty
			case 1:
				data = slices.Insert(data, at, strange[random.IntN(len(strange))])
			case 2:
				data[at] ^= 1 << random.IntN(8)
			default:
				data[at] = strange[random.IntN(len(strange))]
			}
		}
		return data
	})
}

// FuzzOpen reads graphs and weights of every format.
func FuzzOpen(f *testing.F) {
	for _, file := range weightFiles(f) {
		f.Add(filepath.Ext(file.name) == ".onnx", file.data)
	}
	f.Fuzz(func(t *testing.T, graph bool, data []byte) {
		path := filepath.Join(t.TempDir(), "x.pth")
		if graph {
			path = filepath.Join(filepath.Dir(path), "x.onnx")
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := readAll(path, int64(len(data))); err != nil {
			t.Error(err)
		}
	})
}
