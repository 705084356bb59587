package compare

import (
	"math"
)

// Pool returns the group RDV against which c is maximal, or nearly so: the
// mean over subjects after what c disregards has been taken away.
//
//	shapes   rdvs: subjects × pairs, at least one subject; result: pairs
//	units    none
//	NaN      each subject is put on its scale by its own defined pairs; a pair
//	         is averaged over the subjects that define it, and NaN when none
//	         does. A constant RDV has no standardized form and counts as missing
//	         for pearson
//	cost     O(subjects · m log m)
//	source   Nili et al. (2014), doi:10.1371/journal.pcbi.1003553
func (c Comparator) Pool(rdvs [][]float64) []float64 {
	pairs := len(rdvs[0])
	sum, count := make([]float64, pairs), make([]float64, pairs)
	scaled := make([]float64, pairs)
	for _, x := range rdvs {
		c.scale(scaled, x)
		for p, value := range scaled {
			if !math.IsNaN(value) {
				sum[p] += value
				count[p]++
			}
		}
	}
	for p := range sum {
		sum[p] /= count[p] // 0/0 is NaN: nobody has this pair
	}
	return sum
}

func (c Comparator) scale(dst, x []float64) {
	if len(x) != len(dst) {
		panic("compare: pool of RDVs of different lengths")
	}
	c.pool(dst, x, ascending(x))
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
