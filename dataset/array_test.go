package dataset_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
)

func ExampleFromArray() {
	ds, _ := dataset.FromArray(
		&npy.Array{Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}},
		[]string{"channel", "observation"},
	)
	fmt.Println(ds.Shape, ds.F32)
	// Output: [3 2 1] [1 4 2 5 3 6]
}

// A measurement is found at its observation, channel and time, whatever the
// order of the axes.
func TestFromArrayInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axes := rapid.Permutation(dataset.Axes).Draw(t, "axes")[:rapid.IntRange(1, 3).Draw(t, "number")]
		if !slices.Contains(axes, dataset.AxisObservation) {
			return
		}
		shape, size := make([]int, len(axes)), 1
		for i := range shape {
			shape[i] = rapid.IntRange(0, 4).Draw(t, "length")
			size *= shape[i]
		}
		data := make([]float64, size)
		for i := range data {
			data[i] = float64(i)
		}
		d, err := dataset.FromArray(&npy.Array{Shape: shape, Data: data}, axes)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		for at := range data {
			place, rest := [3]int{}, at
			for i := len(axes) - 1; i >= 0; i-- {
				place[slices.Index(dataset.Axes, axes[i])] = rest % shape[i]
				rest /= shape[i]
			}
			if d.At(place[0], place[1], place[2]) != data[at] {
				t.Fatalf("%v of %v: %v is %g, want %g", axes, shape, place, d.At(place[0], place[1], place[2]), data[at])
			}
		}
	})
}

func TestFromArrayRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		shape []int
		axes  []string
	}{
		"but 1 are named":   {[]int{2, 1}, []string{"observation"}},
		"one subject":       {[]int{2, 1}, []string{"observation", "subject"}},
		"did you mean time": {[]int{2, 1}, []string{"observation", "tiem"}},
		"named twice":       {[]int{2, 1}, []string{"observation", "observation"}},
		`called "observ`:    {[]int{2, 1}, []string{"channel", "time"}},
	} {
		if _, err := dataset.FromArray(&npy.Array{Shape: c.shape, Data: []float64{1, 2}}, c.axes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := dataset.FromArray(npy.Vector([]string{"a"}), []string{"observation"}); err == nil {
		t.Error("text became measurements")
	}
}

// Channels are scaled each by its power, in the type they have.
func TestScale(t *testing.T) {
	d := &dataset.Dataset{Shape: [3]int{1, 3, 2}, F64: []float64{3, math.NaN(), 3, 4, 3, -4}, Times: []float64{0, 1}}
	got := d.Scale([]int{-3, 0, 2}).F64
	if want := []float64{0.003, 0, 3, 4, 300, -400}; !math.IsNaN(got[1]) || !slices.Equal(slices.Replace(got, 1, 2, 0), want) {
		t.Errorf("%v, want %v", got, want)
	}
	single := &dataset.Dataset{Shape: [3]int{1, 1, 1}, F32: []float32{25}}
	if got := single.Scale([]int{-6}).F32[0]; got != 25e-6 || single.F32[0] != 25 {
		t.Errorf("%g, of %g", got, single.F32[0])
	}
}
