// Package embedding arranges conditions by their dissimilarities: on a map, so
// that what is alike stands together, and in a tree.
//
// Dissimilarities come as an RDV: the upper triangle of a symmetric matrix row
// by row, (0,1), (0,2), ..., of length n(n-1)/2.
//
//	found, err := embedding.Classical{}.Fit(rdv)            // the map that has a formula
//	found, err := embedding.SMACOF{}.Fit(ctx, rdv)          // least squares; missing pairs allowed
//	tree, err := embedding.Cluster(rdv, embedding.Average)  // a dendrogram
//
// A map has no orientation of its own: [Frames] turns those of a time course
// onto each other, so that what moves is the conditions and not the paper.
package embedding

import (
	"fmt"
	"math"
)

// A Configuration is a place for every condition in a space of few dimensions.
type Configuration struct {
	Dimensions  int
	Coordinates []float64 // conditions × dimensions, row-major
}

// Len returns the number of conditions.
func (c Configuration) Len() int { return len(c.Coordinates) / max(c.Dimensions, 1) }

// At returns the coordinates of condition i. It is a view, not a copy.
func (c Configuration) At(i int) []float64 {
	return c.Coordinates[i*c.Dimensions : (i+1)*c.Dimensions : (i+1)*c.Dimensions]
}

// Distances returns the Euclidean distance of every two conditions.
//
//	shapes   result: pairs, (0,1) (0,2) ... (1,2) ...
//	units    those of the coordinates
func (c Configuration) Distances() []float64 {
	n := c.Len()
	distances := make([]float64, 0, n*(n-1)/2)
	for i := range n {
		for j := i + 1; j < n; j++ {
			distances = append(distances, distance(c.At(i), c.At(j)))
		}
	}
	return distances
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for k, v := range a {
		sum += (v - b[k]) * (v - b[k])
	}
	return math.Sqrt(sum)
}

// defaultDimensions are those of paper.
const defaultDimensions = 2

// conditions returns the number of conditions of an RDV. Infinite numbers are
// errors, and so are missing pairs where a remedy for them is given.
func conditions(rdv []float64, remedy string) (int, error) {
	n := int(math.Round((1 + math.Sqrt(1+8*float64(len(rdv)))) / 2))
	if n < 2 || n*(n-1)/2 != len(rdv) {
		return 0, fmt.Errorf("%d dissimilarities are no upper triangle n(n-1)/2", len(rdv))
	}
	pair := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			switch d := rdv[pair]; {
			case math.IsInf(d, 0):
				return 0, fmt.Errorf("the dissimilarity of conditions %d and %d is infinite", i+1, j+1)
			case math.IsNaN(d) && remedy != "":
				return 0, fmt.Errorf("the dissimilarity of conditions %d and %d is missing: %s", i+1, j+1, remedy)
			}
			pair++
		}
	}
	return n, nil
}

// Stress1 says how badly distances fit disparities: 0 is a perfect fit, 1 the
// worst. Disparities count up to a factor, which is the best one.
//
//	stress-1² = Σ (a·disparity − distance)² / Σ distance², a = Σ disparity·distance / Σ disparity²
//
//	shapes   distances, disparities: pairs
//	NaN      a pair that is NaN in either is left out; the result is NaN when
//	         all distances or all disparities are 0
//	cost     O(pairs)
//	source   Kruskal (1964), doi:10.1007/BF02289565
func Stress1(distances, disparities []float64) float64 {
	products, squares, own := 0.0, 0.0, 0.0
	for p, d := range distances {
		if known := disparities[p]; !math.IsNaN(known) && !math.IsNaN(d) {
			products += known * d
			squares += known * known
			own += d * d
		}
	}
	factor, rest := products/squares, 0.0
	for p, d := range distances {
		if known := disparities[p]; !math.IsNaN(known) && !math.IsNaN(d) {
			rest += (factor*known - d) * (factor*known - d)
		}
	}
	return math.Sqrt(rest / own) // 0/0 is NaN: points in one place fit nothing
}

func sizeError(got, want int) error {
	return fmt.Errorf("a map of %d conditions does not belong to dissimilarities of %d", got, want)
}
