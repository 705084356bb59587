package embedding

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/seed"
)

// A Kind says what dissimilarities are to a map.
type Kind int

// The kinds of dissimilarities.
const (
	Distances        Kind = iota // the map's distances are to be like them
	SquaredDistances             // the squares of the map's distances are, as those of crossnobis
)

// Classical is classical scaling, also called principal coordinates: the map
// whose inner products are nearest to those that the dissimilarities imply. It
// is exact where a space of so few dimensions has these distances, and has no
// local minima.
type Classical struct {
	Dimensions int    // 0 means 2
	Kind       Kind   // of the dissimilarities
	Seed       uint64 // of the start of the iteration; its trace is below 1e-9
}

// A ClassicalMap is the map that classical scaling found.
type ClassicalMap struct {
	Configuration
	Eigenvalues []float64 // of the doubly centered matrix, one per dimension, descending
	Smallest    float64   // the least eigenvalue; below 0 where no space has these distances
	Share       float64   // of the sum of the squares of all eigenvalues: those of Eigenvalues above 0
	Warnings    []string  // reasons to distrust the map
}

// distrust is how large a negative eigenvalue may be, compared with the largest,
// before the map warns of it.
const distrust = 0.5

// Fit arranges conditions.
//
// A negative dissimilarity of the kind Distances counts by its negative square,
// so that nothing is more alike than the most negative pair. The sign of a
// dimension is such that its largest coordinate is positive.
//
//	B = −½ J D² J, J = I − 1/n; coordinates = eigenvectors · √eigenvalues
//
//	shapes   rdv: pairs; result: conditions × dimensions
//	units    those of the dissimilarities; of squared ones, their root
//	NaN      an error. A dimension whose eigenvalue is not above 0 is 0 everywhere
//	errors   a number of dissimilarities that makes no triangle; one that is
//	         missing or infinite
//	cost     O(n²) memory; some hundred products of the matrix with a vector,
//	         more where the spectrum is flat
//	random   Seed decides where the iteration starts
//	source   Torgerson (1952), doi:10.1007/BF02288916; Gower (1966), doi:10.1093/biomet/53.3-4.325
func (o Classical) Fit(rdv []float64) (*ClassicalMap, error) {
	n, err := conditions(rdv, "classical scaling needs every pair; SMACOF leaves missing ones out")
	if err != nil {
		return nil, err
	}
	dimensions := o.Dimensions
	if dimensions == 0 {
		dimensions = defaultDimensions
	}
	b := o.centered(rdv, n)
	upper := leading(b, min(dimensions, n), seed.Stream(o.Seed, "classical scaling", 0))
	found := &ClassicalMap{
		Configuration: Configuration{dimensions, make([]float64, n*dimensions)},
		Eigenvalues:   make([]float64, dimensions),
	}
	kept := 0.0
	for k, value := range upper.values {
		found.Eigenvalues[k] = value
		kept += max(value, 0) * max(value, 0)
		found.fill(k, upper.vectors[k], math.Sqrt(max(value, 0)))
	}
	found.Share = kept / dot(b.values, b.values)
	b.negate()
	found.Smallest = -leading(b, 1, seed.Stream(o.Seed, "classical scaling", 1)).values[0]
	found.warn(rdv)
	return found, nil
}

// fill writes one dimension, turned so that its largest coordinate is positive.
func (c Configuration) fill(dimension int, direction []float64, length float64) {
	largest := 0.0
	for _, v := range direction {
		if math.Abs(v) > math.Abs(largest)*(1+1e-9) {
			largest = v
		}
	}
	for i, v := range direction {
		c.Coordinates[i*c.Dimensions+dimension] = v * math.Copysign(length, largest)
	}
}

// warn says why the map is not to be trusted.
func (c *ClassicalMap) warn(rdv []float64) {
	negative := 0
	for _, d := range rdv {
		if d < 0 {
			negative++
		}
	}
	if negative > 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%d of %d dissimilarities are below zero, and no map has negative distances: "+
			"small distances on it are noise", negative, len(rdv)))
	}
	if largest := c.Eigenvalues[0]; c.Smallest < -distrust*largest {
		c.Warnings = append(c.Warnings, fmt.Sprintf("no space has these distances: beside the largest eigenvalue %.3g stands %.3g; "+
			"non-metric scaling may show more", largest, c.Smallest))
	}
}

// centered is −½ J D² J.
func (o Classical) centered(rdv []float64, n int) square {
	b := square{n, make([]float64, n*n)}
	means, mean, pair := make([]float64, n), 0.0, 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			d := rdv[pair]
			if o.Kind == Distances {
				d *= math.Abs(d)
			}
			b.values[i*n+j], b.values[j*n+i] = d, d
			means[i] += d / float64(n)
			means[j] += d / float64(n)
			pair++
		}
	}
	for _, m := range means {
		mean += m / float64(n)
	}
	for i := range n {
		for j := range n {
			b.values[i*n+j] = -(b.values[i*n+j] - (means[i] + means[j]) + mean) / 2
		}
	}
	return b
}
