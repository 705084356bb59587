package npy_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/realtest"
)

// Shapes and sums of published arrays are those that numpy 1.24.2 gives with
// numpy.nansum(a, dtype="f8").
func TestRealArrays(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape []int
		sum   float64
	}{
		{"eeg49/time_s_218.npy", []int{218}, 48.96484375},
		{"eeg49/output_rdms.npy", []int{1176, 218}, 143329.6182714004},
		{"eeg49/vgg16_layer_correlations_22x49x49.npy", []int{22, 49, 49}, 17451.39105626086},
		{"squeezenet1_1/reference_input_object_01.npy", []int{3, 224, 224}, 36543.07466591289},
	} {
		a, err := npy.Read(realtest.Path(t, c.name))
		if err != nil {
			t.Fatal(err)
		}
		values, err := a.Float64s()
		sum := 0.0
		for _, v := range values {
			if !math.IsNaN(v) {
				sum += v
			}
		}
		if err != nil || !cmp.Equal(a.Shape, c.shape) || math.Abs(sum/c.sum-1) > 1e-12 {
			t.Errorf("%s: shape %v, sum %.17g, %v; want %v and %.17g", c.name, a.Shape, sum, err, c.shape, c.sum)
		}
	}
}

// Every layer of a published archive is read, mapped or not.
func TestRealArchive(t *testing.T) {
	archive := open(t, realtest.Path(t, "squeezenet1_1/reference_activations_object_01.npz"))
	for _, name := range archive.Names() {
		mapped, _, err := archive.Map(name)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := archive.Read(name); err != nil || !same(read, mapped) {
			t.Errorf("%s: read and mapped differ, %v", name, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	data := make([]float32, 4<<20)
	path := written(b, func(w *npy.Writer) error { return w.Add("x", npy.Vector(data)) })
	archive := open(b, path)
	for name, read := range map[string]func() error{
		"read": func() error { _, err := archive.Read("x"); return err },
		"map":  func() error { _, _, err := archive.Map("x"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(data)))
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
