package torch

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/safetensors"
	"github.com/isocortex/isocortex/realtest"
)

const folder = "testdata/reference"

func ExampleOpen() {
	f, err := Open("testdata/reference/tar.pth")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	for _, t := range f.Tensors {
		values, err := f.Float32s(t)
		fmt.Println(t.Name(), t.Type, t.Shape, t.Strides, values, err)
	}
	// Output:
	// weight float32 [2 3] [3 1] [-2 -1.25 -0.5 0.25 1 1.75] <nil>
	// parameter float32 [3 2] [1 3] [-2 0.25 -1.25 1 -0.5 1.75] <nil>
	// steps int64 [2] [1] [1 2] <nil>
	// part float32 [2] [1] [0.25 1] <nil>
}

func open(tb testing.TB, path string) *File {
	tb.Helper()
	f, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	return f
}

// a found tensor is what PyTorch read.
type found struct {
	Keys           []string
	Type           string
	Shape, Strides []int64
	Bytes          string
	Float32        []float32
}

// Every tensor of every form is what PyTorch 1.13.0 reads.
func TestTensorsMatchPyTorch(t *testing.T) {
	var reference map[string][]found
	realtest.Reference(t, "tensors.json", &reference)
	for name, want := range reference {
		f := open(t, filepath.Join(folder, name+".pth"))
		if len(f.Tensors) != len(want) || len(want) == 0 {
			t.Errorf("%s: %d tensors, want %d", name, len(f.Tensors), len(want))
			continue
		}
		for i, tensor := range f.Tensors {
			if difference := cmp.Diff(read(t, f, tensor), want[i], cmpopts.EquateEmpty()); difference != "" {
				t.Errorf("%s: %s", name, difference)
			}
			checkPlace(t, f, tensor)
		}
	}
}

func read(t *testing.T, f *File, tensor Tensor) found {
	t.Helper()
	raw, err := f.Bytes(tensor)
	if err != nil {
		t.Error(err)
	}
	got := found{Keys: tensor.Keys, Type: string(tensor.Type), Shape: tensor.Shape, Strides: tensor.Strides, Bytes: hex.EncodeToString(raw)}
	if got.Float32, err = f.Float32s(tensor); (err != nil) != (tensor.Type == "complex64") {
		t.Error(err)
	}
	return got
}

// checkPlace sees that the bytes at the place of a tensor are its bytes.
func checkPlace(t *testing.T, f *File, tensor Tensor) {
	t.Helper()
	at, ok := f.Place(tensor)
	if !ok {
		return
	}
	raw, err := f.Bytes(tensor)
	if err != nil || string(f.mapping.Bytes[at:at+int64(len(raw))]) != string(raw) {
		t.Errorf("%v: its numbers do not lie at byte %d, %v", tensor.Keys, at, err)
	}
}

// at returns the tensor that keys lead to.
func at(t *testing.T, f *File, keys ...string) Tensor {
	t.Helper()
	i := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return slices.Equal(t.Keys, keys) })
	if i < 0 {
		t.Fatalf("%s has no tensor %q", f.Path, keys)
	}
	return f.Tensors[i]
}

// Only what lies in the file as an engine reads it has a place.
func TestPlaces(t *testing.T) {
	for _, name := range []string{"zip.pth", "zip4.pth", "stream.pth"} {
		f := open(t, filepath.Join(folder, name))
		for _, c := range []struct {
			keys   []string
			placed bool
		}{
			{[]string{"state_dict", "conv1.weight"}, true},
			{[]string{"scalar"}, true},
			{[]string{"shared"}, true},
			{[]string{"long_axis_of_one"}, true},
			{[]string{"types", "bfloat16"}, true},
			{[]string{"every_other"}, false},
			{[]string{"permuted"}, false},
			{[]string{"channels_last"}, false},
			{[]string{"expanded"}, false},
			{[]string{"empty", "1"}, false},
		} {
			if _, ok := f.Place(at(t, f, c.keys...)); ok != c.placed {
				t.Errorf("%s: %v has a place: %v, want %v", name, c.keys, ok, c.placed)
			}
		}
		row, _ := f.Place(at(t, f, "row"))
		if part, _ := f.Place(at(t, f, "shared")); part != row+12 {
			t.Errorf("%s: a view of the fourth number lies at byte %d, the numbers at %d", name, part, row)
		}
	}
	f := open(t, filepath.Join(folder, "deflated.pth"))
	if _, ok := f.Place(at(t, f, "row")); ok {
		t.Error("deflated numbers have a place")
	}
}

func TestBigEndianNumbersAreTurnedRound(t *testing.T) {
	big, little := open(t, filepath.Join(folder, "big.pth")), open(t, filepath.Join(folder, "little.pth"))
	for i, tensor := range little.Tensors {
		want, err := little.Bytes(tensor)
		got, err2 := big.Bytes(big.Tensors[i])
		if err != nil || err2 != nil || len(want) == 0 || string(got) != string(want) {
			t.Errorf("%v: %x, want %x; %v, %v", tensor.Keys, got, want, err, err2)
		}
		if _, ok := big.Place(big.Tensors[i]); ok != (tensor.Type == "int8") {
			t.Errorf("%v has a place: %v", tensor.Keys, ok)
		}
	}
}

func TestClassesThatAreNotUnderstoodAreListed(t *testing.T) {
	for name, want := range map[string][]string{
		"zip.pth": {"__builtin__.complex", "other.Flags", "other.Records", "other.Rows", "numpy.core.multiarray.scalar", "numpy.dtype"},
		"network.pth": {
			"torch.nn.modules.container.Sequential", "torch.nn.modules.linear.Linear", "torch.nn.modules.batchnorm.BatchNorm1d",
		},
		"training.pth": nil,
		"tar.pth":      nil,
	} {
		if f := open(t, filepath.Join(folder, name)); !cmp.Equal(f.Opaque, want) {
			t.Errorf("%s: %q, want %q", name, f.Opaque, want)
		}
	}
}

// Tensors that cannot be read do not keep others from it, and say why.
func TestTensorsThatCannotBeRead(t *testing.T) {
	f := open(t, filepath.Join(folder, "unreadable.pth"))
	for name, want := range map[string]string{
		"coo":       "tensor coo: not supported: it is sparse: save it as x.to_dense()",
		"csr":       "tensor csr: not supported: it is sparse: save it as x.to_dense()",
		"quantized": "tensor quantized: not supported: it is quantized: save it as x.dequantize()",
		"meta":      "tensor meta: not supported: it has no numbers: it was on the device meta",
		"complex":   "tensor complex: not supported: numbers of type complex64 do not convert to float32",
	} {
		_, err := f.Float32s(at(t, f, name))
		if !errors.Is(err, file.ErrUnsupported) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: err = %v, want %q", name, err, want)
		}
	}
	if values, err := f.Float32s(at(t, f, "plain")); err != nil || !cmp.Equal(values, []float32{-2, -1.25}) {
		t.Errorf("plain: %v, %v", values, err)
	}
}

func TestProgramsAreRefusedWithWhatToDo(t *testing.T) {
	_, err := Open(filepath.Join(folder, "script.pt"))
	if !errors.Is(err, file.ErrUnsupported) || !strings.Contains(err.Error(), "TorchScript archive") || !strings.Contains(err.Error(), "state_dict()") {
		t.Errorf("err = %v", err)
	}
}

// All forms are known from their first bytes, and other files are not taken for
// one.
func TestDetect(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.p*"))
	if err != nil || len(paths) < 10 {
		t.Fatal(paths, err)
	}
	for _, path := range append(paths, "../npy/testdata/reference/arrays.npz", "../hdf5/testdata/reference/small.h5") {
		data := content(t, path)
		want := strings.HasPrefix(path, folder) && filepath.Ext(path) != ".py"
		if got := Detect(data[:min(512, len(data))]); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	for n := range 30 {
		Detect(content(t, paths[0])[:n])
	}
}

func content(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// The same network lies in three files in three forms.
func TestRealFilesAgree(t *testing.T) {
	plain, err := safetensors.Open(realtest.Path(t, "squeezenet1_1", "squeezenet1_1.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, name := range []string{"squeezenet1_1.pth", "squeezenet1_1_legacy.pth"} {
		f := open(t, realtest.Path(t, "squeezenet1_1", name))
		if len(f.Tensors) != 52 || len(plain.Tensors) != 52 || len(f.Opaque) != 0 {
			t.Fatalf("%s: %d tensors, %q not understood", name, len(f.Tensors), f.Opaque)
		}
		for _, want := range plain.Tensors {
			got := at(t, f, want.Name)
			raw, err := f.Bytes(got)
			if _, placed := f.Place(got); err != nil || !placed || !cmp.Equal(got.Shape, want.Shape) || string(raw) != string(plain.Bytes(want)) {
				t.Errorf("%s: %s differs, %v", name, want.Name, err)
			}
		}
	}
}

// Count and sum are those of PyTorch 1.13.0.
func TestRealDetector(t *testing.T) {
	f := open(t, realtest.Path(t, "formats", "version-slim-320.pth"))
	sum := 0.0
	for _, tensor := range f.Tensors {
		values, err := f.Float32s(tensor)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			sum += math.Abs(float64(v))
		}
	}
	const want = 2297693.322049179
	if len(f.Tensors) != 184 || math.Abs(sum/want-1) > 1e-12 {
		t.Errorf("%d tensors, absolute sum %.17g", len(f.Tensors), sum)
	}
}
