package compare

import (
	"math"
)

// Pool returns the group RDV against which c is maximal, or nearly so: the
// mean over subjects after what c disregards has been taken away.
//
//	shapes   rdvs: subjects × pairs, at least one subject; result: pairs
//	units    none
//	NaN      as for [Group.Mean]
//	cost     O(subjects · m log m)
//	source   Nili et al. (2014), doi:10.1371/journal.pcbi.1003553
func (c Comparator) Pool(rdvs [][]float64) []float64 {
	return c.Group(rdvs).Mean()
}

// A Group holds the RDVs of subjects on the scale on which they are averaged.
type Group struct {
	scaled     [][]float64 // subjects × pairs
	sum, count []float64   // per pair, over the subjects that define it
}

// Group brings the RDVs of subjects to one scale, each by its own defined
// pairs. A constant RDV has no standardized form and counts as missing for
// pearson. It panics on RDVs of different lengths.
//
//	shapes   rdvs: subjects × pairs, at least one subject
//	cost     O(subjects · m log m)
func (c Comparator) Group(rdvs [][]float64) *Group {
	pairs := len(rdvs[0])
	g := &Group{make([][]float64, len(rdvs)), make([]float64, pairs), make([]float64, pairs)}
	for s, x := range rdvs {
		if len(x) != pairs {
			panic("compare: a group of RDVs of different lengths")
		}
		g.scaled[s] = make([]float64, pairs)
		c.pool(g.scaled[s], x, ascending(x))
		for p, value := range g.scaled[s] {
			if !math.IsNaN(value) {
				g.sum[p] += value
				g.count[p]++
			}
		}
	}
	return g
}

// Mean returns the RDV of the whole group.
//
//	shapes   result: pairs
//	NaN      a pair is averaged over the subjects that define it, and NaN when
//	         none does
func (g *Group) Mean() []float64 {
	mean := make([]float64, len(g.sum))
	for p := range mean {
		mean[p] = g.sum[p] / g.count[p] // 0/0 is NaN: nobody has this pair
	}
	return mean
}

// Without returns the RDV of the group without one subject.
//
//	shapes   result: pairs
//	NaN      as for Mean of the others
//	cost     O(m)
func (g *Group) Without(subject int) []float64 {
	mean := make([]float64, len(g.sum))
	for p, own := range g.scaled[subject] {
		if math.IsNaN(own) {
			mean[p] = g.sum[p] / g.count[p]
		} else {
			mean[p] = (g.sum[p] - own) / (g.count[p] - 1)
		}
	}
	return mean
}

// poolStandardized subtracts the mean and divides by the population standard
// deviation of the defined pairs.
func poolStandardized(dst, x []float64, order []int32) {
	copy(dst, x)
	if len(order) == 0 {
		return
	}
	sum := 0.0
	for _, p := range order {
		sum += x[p]
	}
	mean, squares := sum/float64(len(order)), 0.0
	for _, p := range order {
		squares += (x[p] - mean) * (x[p] - mean)
	}
	deviation := math.Sqrt(squares / float64(len(order)))
	if x[order[0]] == x[order[len(order)-1]] {
		deviation = math.NaN()
	}
	for p := range dst {
		dst[p] = (x[p] - mean) / deviation
	}
}

// poolRanks replaces values by their average ranks from 1.
func poolRanks(dst, x []float64, order []int32) {
	copy(dst, x)
	for from := 0; from < len(order); {
		to := sameValue(x, order, from)
		for _, p := range order[from:to] {
			dst[p] = float64(from+1+to) / 2
		}
		from = to
	}
}
