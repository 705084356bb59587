// Package objectstest reads the real data about 92 objects for tests: published
// RDMs, and simulated patterns of which other programs made RDMs. A test that
// calls it is skipped where the data are missing.
//
//	models, names := objectstest.RDMs(t, "92_modelRDMs.mat", "Models")
package objectstest

import (
	"fmt"
	"testing"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/mat"
	"github.com/isocortex/isocortex/realtest"
	"github.com/isocortex/isocortex/variable"
)

// What Patterns and Runs return.
const (
	Size   = 92  // objects
	Voxels = 100 // of a simulated pattern
)

// RDMs returns the RDVs and the names of an array of structs in a MATLAB file
// of the data.
//
//	shapes   rdvs: RDMs × pairs
func RDMs(tb testing.TB, file, variable string) (rdvs [][]float64, names []string) {
	tb.Helper()
	v := value(tb, file, variable)
	for i := range v.Len() {
		dissimilarities, _ := v.Field(i, "RDM")
		name, _ := v.Field(i, "name")
		x := float64s(tb, dissimilarities)
		if n := dissimilarities.Shape[0]; n > 1 {
			x = triangle(x, n)
		}
		rdvs, names = append(rdvs, x), append(names, name.Text[0])
	}
	return rdvs, names
}

// HumanIT returns the RDV of human inferior temporal cortex of each of four
// people: the mean of two sessions.
//
//	shapes   4 × pairs
func HumanIT(tb testing.TB) (rdvs [][]float64) {
	tb.Helper()
	sessions, _ := RDMs(tb, "92_brainRDMs.mat", "RDMs") // subjects × sessions
	for s := 0; s < len(sessions); s += 2 {
		mean := make([]float64, len(sessions[s]))
		for p := range mean {
			mean[p] = (sessions[s][p] + sessions[s+1][p]) / 2
		}
		rdvs = append(rdvs, mean)
	}
	return rdvs
}

// Region returns the RDVs of EVC or IT of 15 people.
//
//	shapes   15 × pairs
func Region(tb testing.TB, name string) (rdvs [][]float64) {
	tb.Helper()
	x := float64s(tb, value(tb, "fmri15/target_fmri.mat", name+"_RDMs"))
	for ; len(x) > 0; x = x[Size*Size:] {
		rdvs = append(rdvs, triangle(x[:Size*Size], Size))
	}
	return rdvs
}

// value reads a variable of a MATLAB file of the data.
func value(tb testing.TB, file, variable string) mat.Value {
	tb.Helper()
	f, err := mat.Open(realtest.Path(tb, "objects92", file))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	v, err := f.Read(variable)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func float64s(tb testing.TB, v mat.Value) []float64 {
	tb.Helper()
	switch x := v.Numbers.(type) {
	case []float64:
		return x
	case []float32:
		wide := make([]float64, len(x))
		for i, number := range x {
			wide[i] = float64(number)
		}
		return wide
	}
	tb.Fatalf("numbers of type %T", v.Numbers)
	return nil
}

// triangle returns the RDV of a square matrix.
func triangle(square []float64, n int) (x []float64) {
	for i := range n {
		x = append(x, square[i*n+i+1:(i+1)*n]...)
	}
	return x
}

// Patterns returns simulated patterns of the objects and noise.
//
//	shapes   Size × Voxels each
func Patterns(tb testing.TB) (patterns, noise []float64) {
	tb.Helper()
	path := realtest.Path(tb, "objects92", "simTruePatterns.mat")
	read := func(name string) []float64 {
		array, err := variable.Read(path + "#" + name)
		if err != nil {
			tb.Fatal(err)
		}
		values, err := array.Float64s()
		if err != nil || len(values) != Size*Voxels {
			tb.Fatalf("%d numbers, %v", len(values), err)
		}
		return values
	}
	patterns, noise = read("simTruePatterns2"), read("simTruePatterns")
	for i := range noise {
		noise[i] *= 1e-16
	}
	return patterns, noise
}

// Runs returns three runs made of the patterns, each with noise of its own, as
// the scripts in testdata/reference make them. Every number goes through f.
func Runs(tb testing.TB, f func(float64) float64) *dataset.Dataset {
	tb.Helper()
	patterns, noise := Patterns(tb)
	runs := &dataset.Dataset{Shape: [3]int{3 * Size, Voxels, 1}, Observation: map[string][]string{}}
	for run := range 3 {
		for i := range Size {
			runs.Observation["run"] = append(runs.Observation["run"], fmt.Sprint(run+1))
			runs.Observation["condition"] = append(runs.Observation["condition"], fmt.Sprint("object ", i+1))
			for c := range Voxels {
				own, above := noise[i*Voxels+c], noise[(i+Size-1)%Size*Voxels+c]
				left := noise[i*Voxels+(c+Voxels-2)%Voxels]
				runs.F64 = append(runs.F64, f(patterns[i*Voxels+c]+[]float64{0.5 * own, -0.3*own + 0.1*above, 0.2 * left}[run]))
			}
		}
	}
	return runs
}
