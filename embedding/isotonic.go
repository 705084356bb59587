package embedding

import (
	"cmp"
	"math"
	"slices"
)

// Isotonic returns the numbers nearest to values, by the sum of squared
// differences, that never decrease.
//
//	shapes   result: as many as values
//	NaN      not allowed
//	cost     O(n)
//	source   Kruskal (1964), doi:10.1007/BF02289694; Barlow et al. (1972), Statistical Inference under Order Restrictions
func Isotonic(values []float64) []float64 {
	type level struct {
		sum   float64
		count int
	}
	above := func(a, b level) bool { return a.sum/float64(a.count) > b.sum/float64(b.count) }
	var levels []level
	for _, v := range values {
		last := level{v, 1}
		for len(levels) > 0 && above(levels[len(levels)-1], last) {
			before := levels[len(levels)-1]
			last = level{before.sum + last.sum, before.count + last.count}
			levels = levels[:len(levels)-1]
		}
		levels = append(levels, last)
	}
	result := make([]float64, 0, len(values))
	for _, l := range levels {
		for range l.count {
			result = append(result, l.sum/float64(l.count))
		}
	}
	return result
}

// order is that of the known dissimilarities of an RDV.
type order struct {
	pairs []int // ascending
	ties  []int // where in pairs the next larger dissimilarity begins; ends with their number
	all   int   // pairs of the RDV
}

func newOrder(rdv []float64) order {
	o := order{all: len(rdv)}
	for p, d := range rdv {
		if !math.IsNaN(d) {
			o.pairs = append(o.pairs, p)
		}
	}
	slices.SortStableFunc(o.pairs, func(a, b int) int { return cmp.Compare(rdv[a], rdv[b]) })
	for k := range o.pairs {
		if k+1 == len(o.pairs) || rdv[o.pairs[k]] != rdv[o.pairs[k+1]] {
			o.ties = append(o.ties, k+1)
		}
	}
	return o
}

// monotone returns the numbers nearest to distances that are in the order of the
// dissimilarities. Equal dissimilarities may have different ones: they stand in
// the order of their distances.
func (o order) monotone(distances []float64) []float64 {
	sorted := slices.Clone(o.pairs)
	from := 0
	for _, to := range o.ties {
		slices.SortStableFunc(sorted[from:to], func(a, b int) int { return cmp.Compare(distances[a], distances[b]) })
		from = to
	}
	values := make([]float64, len(sorted))
	for k, p := range sorted {
		values[k] = distances[p]
	}
	result := slices.Repeat([]float64{math.NaN()}, o.all)
	for k, v := range Isotonic(values) {
		result[sorted[k]] = v
	}
	return result
}

// disparities are monotone, and the mean of their squares is 1, lest distances
// and disparities shrink to nothing together.
func (o order) disparities(distances []float64) []float64 {
	result := o.monotone(distances)
	sum := 0.0
	for _, v := range result {
		if !math.IsNaN(v) {
			sum += v * v
		}
	}
	scale := math.Sqrt(float64(len(o.pairs)) / sum)
	if math.IsInf(scale, 0) { // all in one place
		scale = 1
	}
	for p := range result {
		result[p] *= scale
	}
	return result
}

// A ShepardPair is one point of a Shepard plot: how a map shows a pair.
type ShepardPair struct {
	Pair          int // place in the RDV
	Dissimilarity float64
	Distance      float64 // on the map
	Disparity     float64 // nearest to the distances in the order of the dissimilarities, in the units of distances
}

// Shepard returns the pairs of a Shepard plot by ascending dissimilarity.
//
//	NaN      missing pairs are left out
//	errors   a map of another number of conditions, an infinite dissimilarity
//	source   Shepard (1962), doi:10.1007/BF02289630
func Shepard(rdv []float64, c Configuration) ([]ShepardPair, error) {
	n, err := conditions(rdv, "")
	if err != nil {
		return nil, err
	}
	if c.Len() != n {
		return nil, sizeError(c.Len(), n)
	}
	distances, known := c.Distances(), newOrder(rdv)
	disparities := known.monotone(distances)
	result := make([]ShepardPair, len(known.pairs))
	for k, p := range known.pairs {
		result[k] = ShepardPair{p, rdv[p], distances[p], disparities[p]}
	}
	return result, nil
}
