package dataset_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/file"
	"github.com/isocortex/isocortex/format/npy"
)

func ExampleCreate() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "conv1.npz")
	stream, _ := dataset.Create(path, dataset.Dataset{
		Shape:       [3]int{3, 2, 1}, // three stimuli, two channels, no time axis
		Observation: map[string][]string{"stimulus": {"a", "b", "c"}},
		Description: map[string]string{"layer": "conv1"},
	})
	_ = stream.WriteRows(1, []float32{3, 4, 5, 6})
	_ = stream.WriteRows(0, []float32{1, 2})
	_ = stream.Close()
	ds, err := dataset.Open(path)
	fmt.Println(ds.Shape, ds.F32, ds.Observation, ds.Description, err)
	// Output: [3 2 1] [1 2 3 4 5 6] map[stimulus:[a b c]] map[layer:conv1] <nil>
}

const reference = "testdata/reference/trials.npz"

func open(t testing.TB, path string) *dataset.Dataset {
	t.Helper()
	d, err := dataset.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestOpenReadsWhatNumPyWrites(t *testing.T) {
	d := open(t, reference)
	if d.Shape != [3]int{8, 3, 5} || len(d.F32) != 120 || !math.IsNaN(d.At(2, 1, 4)) {
		t.Errorf("shape %v, %d measurements, %g", d.Shape, len(d.F32), d.At(2, 1, 4))
	}
	if got := fmt.Sprint(d.Times); got != "[-0.004 0 0.004 0.008 0.012]" {
		t.Errorf("times %v", got)
	}
	if got := d.Observation["run"]; got[0] != "1" || got[5] != "9007199254740993" {
		t.Errorf("runs %q: integers are not what they were", got)
	}
	if d.Observation["category"][2] != "house" || d.Channel["name"][0] != "MEG 0111" || d.Description["unit"] != "T" {
		t.Errorf("%v %v %v", d.Observation, d.Channel, d.Description)
	}
	if got := d.Arrays["channel.position"]; !cmp.Equal(got.Shape, []int{3, 3}) {
		t.Errorf("positions %v", got)
	}
}

// The means agree with NumPy's to one rounding of float32: both sum in float64,
// perhaps in another order.
func TestAverageAgreesWithNumPy(t *testing.T) {
	want, err := npy.Read("testdata/reference/averaged.npy")
	if err != nil {
		t.Fatal(err)
	}
	got, err := open(t, reference).Average("condition")
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(got.Observation["condition"], []string{"face_2", "face_10", "house"}) {
		t.Errorf("conditions %q", got.Observation["condition"])
	}
	if diff := cmp.Diff(want.Data, any(got.F32), cmpopts.EquateNaNs(), cmpopts.EquateApprox(0x1p-23, 0)); diff != "" {
		t.Error(diff)
	}
}

// A Dataset is read as it was written.
func TestWriteAndOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "x.npz")
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		if err := d.Write(path); err != nil {
			t.Fatal(err)
		}
		got, err := dataset.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Close()
		if diff := equal(d, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSameDatasetSameBytes(t *testing.T) {
	d, path := open(t, reference), filepath.Join(t.TempDir(), "x.npz")
	var first []byte
	for range 5 {
		if err := d.Write(path); err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(path)
		if first == nil {
			first = again
		}
		if err != nil || !bytes.Equal(first, again) {
			t.Fatal("the same Dataset gives other bytes", err)
		}
	}
}

// A stream gives the Dataset that Write gives, whatever the order of its rows.
func TestStreamEqualsWrite(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		values := make([]float32, d.Shape[0]*d.Shape[1]*d.Shape[2])
		for i := range values {
			values[i] = float32(i)
		}
		d.F32, d.F64 = nil, nil
		path := filepath.Join(folder, "stream.npz")
		stream, err := dataset.Create(path, *d)
		if err != nil {
			t.Fatal(err)
		}
		length := d.Shape[1] * d.Shape[2]
		var workers sync.WaitGroup
		for row := range d.Shape[0] {
			workers.Go(func() {
				if err := stream.WriteRows(row, values[row*length:(row+1)*length]); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if err := stream.Close(); err != nil {
			t.Fatal(err)
		}
		stream.Abandon()
		got, err := dataset.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Close()
		d.F32 = values
		if diff := equal(d, got); diff != "" {
			t.Fatal(diff)
		}
	})
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("%v is left", left)
	}
}

func TestStreamLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	header := dataset.Dataset{Shape: [3]int{2, 1, 1}}
	stream, err := dataset.Create(filepath.Join(folder, "x.npz"), header)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Close(); err == nil || !strings.Contains(err.Error(), "row 0 of 2 of measurements was never written") {
		t.Errorf("err = %v", err)
	}
	abandoned, err := dataset.Create(filepath.Join(folder, "y.npz"), header)
	if err != nil {
		t.Fatal(err)
	}
	abandoned.Abandon()
	header.Channel = map[string][]string{"name": {"a", "b"}}
	if _, err := dataset.Create(filepath.Join(folder, "z.npz"), header); err == nil || !strings.Contains(err.Error(), "2 labels channel.name") {
		t.Errorf("err = %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

// archive writes arrays as they are.
func archive(t testing.TB, arrays map[string]*npy.Array) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.npz")
	err := file.Write(path, func(w io.Writer) error {
		archive := npy.Create(w)
		for name, array := range arrays {
			if err := archive.Add(name, array); err != nil {
				return err
			}
		}
		return archive.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenReadsOtherMeasurements(t *testing.T) {
	d := open(t, archive(t, map[string]*npy.Array{
		"measurements":          {Shape: []int{2, 2}, Data: []int64{1, 2, 3, 4}},
		"observation.condition": npy.Vector([]float64{1, 2.5}),
	}))
	if d.Shape != [3]int{2, 2, 1} || !cmp.Equal(d.F64, []float64{1, 2, 3, 4}) || !cmp.Equal(d.Observation["condition"], []string{"1", "2.5"}) {
		t.Errorf("%v %v %v", d.Shape, d.F64, d.Observation)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	good := &npy.Array{Shape: []int{2, 1, 1}, Data: []float32{1, 2}}
	for want, arrays := range map[string]map[string]*npy.Array{
		"so this is no Dataset; it has x":         {"x": good},
		"observations × channels × times":         {"measurements": npy.Vector([]float32{1})},
		"text, not numbers":                       {"measurements": {Shape: []int{1, 1}, Data: []string{"a"}}},
		"times: malformed: 2 axes":                {"measurements": good, "times": {Shape: []int{1, 1}, Data: []float64{1}}},
		"value 1 is NaN, which names nothing":     {"measurements": good, "observation.x": npy.Vector([]float64{1, math.NaN()})},
		"1 labels observation.x for an axis":      {"measurements": good, "observation.x": npy.Vector([]string{"a"})},
		"observation.x has the shape [] for":      {"measurements": good, "observation.x": {Shape: []int{}, Data: []string{"a"}}},
		"an array description.unit of shape [1],": {"measurements": good, "description.unit": npy.Vector([]string{"T"})},
	} {
		if _, err := dataset.Open(archive(t, arrays)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestOpenRefusesEveryTruncation(t *testing.T) {
	whole, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "short.npz")
	for n := range whole {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if d, err := dataset.Open(path); err == nil {
			d.Close()
			t.Fatalf("the first %d of %d bytes are a Dataset", n, len(whole))
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, path := range []string{reference, archive(f, map[string]*npy.Array{"measurements": {Shape: []int{1, 1}, Data: []float32{1}}})} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "x.npz")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := dataset.Open(path)
		if err != nil {
			return
		}
		defer d.Close()
		if err := d.Check(); err != nil {
			t.Errorf("what was opened is not right: %v", err)
		}
	})
}
