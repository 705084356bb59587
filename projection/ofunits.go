package projection

import (
	"fmt"
	"math"
	"slices"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/format/npy"
)

// Names of the arrays of a reduced Dataset. The rows of the first are those of
// its channels, and the second is added.
const (
	centeredMap   = "channel.centered"
	wholeMap      = "channel.whole"
	centeredShift = "shift.centered"
	wholeShift    = "shift.whole"
	sumsMap       = "channel.sums" // over the units of each component; the shift is that of the mean
	sumsShift     = "shift.sums"
	unitsArray    = "units" // their number
)

// A Centering says whether patterns over units are to be compared with their
// mean over units taken away.
type Centering int

// The centerings.
const (
	Whole Centering = iota
	Centered
)

// mark keeps a map from channels: the first row of the matrix is what is added.
func mark(ds *dataset.Dataset, name string, matrix []float64) {
	n := ds.Shape[1] + 1
	ds.Arrays[name] = &npy.Array{Shape: []int{n - 1, n}, Data: matrix[n:]}
	ds.Arrays[shiftOf(name)] = npy.Vector(matrix[:n])
}

// shiftOf is the name of what is added to a map.
func shiftOf(name string) string {
	if name == centeredMap {
		return centeredShift
	}
	return wholeShift
}

// IsReduced reports whether channels of a Dataset stand for units, by principal
// components or a random projection.
func IsReduced(ds *dataset.Dataset) bool {
	return ds.Arrays[centeredMap] != nil || slices.Contains(ds.Channel[typeLabel], meanChannel)
}

// OfUnits returns patterns whose cosines are those of the patterns over units
// that a reduced Dataset stands for: exactly those of mean + scores ·
// components, about those of the units of a random projection. With [Centered]
// the cosines are Pearson correlations over units. Other Datasets are returned
// as they are.
//
//	shapes   result: observations × channels, or one more
//	NaN      a pattern with NaN is NaN
//	errors   maps that do not fit the channels
//	cost     observations · channels²
func OfUnits(ds *dataset.Dataset, how Centering) (*dataset.Dataset, error) {
	name := wholeMap
	if how == Centered {
		name = centeredMap
	}
	switch {
	case ds.Arrays[name] != nil:
		return mapped(ds, name)
	case how == Centered && IsReduced(ds):
		return ds.SelectChannels(typeLabel, projectionChannel)
	}
	return ds, nil
}

// Means returns the mean over units of the pattern that each observation of a
// reduced Dataset stands for, and the number of units.
//
//	NaN      of a pattern with NaN
//	errors   a Dataset that does not tell, as it was not reduced, or by an earlier version
func Means(ds *dataset.Dataset) (means []float64, units int, err error) {
	count, err := numbers(ds, unitsArray, 1)
	if err != nil {
		return nil, 0, err
	}
	n := ds.Shape[1]
	weights, shift := make([]float64, n), []float64{0}
	if ds.Arrays[sumsMap] == nil {
		weights[n-1] = math.Sqrt(count[0]) // the last channel of a random projection is √units · mean
	} else if weights, err = numbers(ds, sumsMap, n); err == nil {
		shift, err = numbers(ds, sumsShift, 1)
	}
	for o := range ds.Shape[0] {
		sum := shift[0]
		for c, weight := range weights {
			if weight != 0 {
				sum += weight * ds.At(o, c, 0)
			}
		}
		means = append(means, sum/count[0])
	}
	return means, int(count[0]), err
}

// numbers reads so many numbers that a reduction left beside its channels.
func numbers(ds *dataset.Dataset, name string, count int) ([]float64, error) {
	array := ds.Arrays[name]
	if array == nil || array.Len() != count {
		return make([]float64, count), fmt.Errorf("a reduced layer without %d numbers %q, as earlier versions made it: make the activations again", count, name)
	}
	return array.Float64s()
}

// mapped applies a map to every observation.
func mapped(ds *dataset.Dataset, name string) (*dataset.Dataset, error) {
	to, shift := ds.Arrays[name], ds.Arrays[shiftOf(name)]
	channels := ds.Shape[1]
	if shift == nil || len(to.Shape) != 2 || to.Shape[1] != shift.Len() || ds.Shape[2] != 1 {
		return nil, fmt.Errorf("%s does not fit %d channels at %d times: make the activations again", name, channels, ds.Shape[2])
	}
	matrix, err := to.Float64s()
	if err != nil {
		return nil, err
	}
	start, err := shift.Float64s()
	if err != nil {
		return nil, err
	}
	n := len(start)
	result := &dataset.Dataset{Shape: [3]int{ds.Shape[0], n, 1}, Observation: ds.Observation, Description: ds.Description}
	for o := range ds.Shape[0] {
		row := slices.Clone(start)
		for c := range channels {
			score := ds.At(o, c, 0)
			for k, v := range matrix[c*n : (c+1)*n] {
				row[k] += score * v
			}
		}
		result.F64 = append(result.F64, row...)
	}
	return result, nil
}
