package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
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
	scaled [][]float64 // subjects × pairs
	whole  []bool      // per subject, whether no pair is NaN
}

// RawMean names, for people, the pooling of [Raw].
const RawMean = "mean of RDVs as they are"

// Raw leaves the RDVs of subjects as they are, so that their group is the
// plain mean, in which those with large numbers count for more. It keeps rdvs.
//
//	shapes   rdvs: subjects × pairs, at least one subject
func Raw(rdvs [][]float64) *Group {
	sameLength(rdvs)
	return newGroup(rdvs)
}

func newGroup(scaled [][]float64) *Group {
	g := &Group{scaled, make([]bool, len(scaled))}
	for s, x := range scaled {
		g.whole[s] = !hasNaN(x)
	}
	return g
}

// Group brings the RDVs of subjects to one scale, each by its own defined
// pairs. An RDV that has no place on that scale, constant for pearson or zero
// for cosine, counts as missing. It panics on RDVs of different lengths.
//
//	shapes   rdvs: subjects × pairs, at least one subject
//	cost     O(subjects · m log m)
func (c Comparator) Group(rdvs [][]float64) *Group {
	sameLength(rdvs)
	orders, most := make([][]int32, len(rdvs)), 0
	for s, x := range rdvs {
		defined := len(x)
		if c.sorts || hasNaN(x) {
			orders[s] = c.listed(x)
			defined = len(orders[s])
		}
		most = max(most, defined)
	}
	var at layout
	if c.Whole {
		at = newLayout(len(rdvs[0]))
	}
	scaled, some := make([][]float64, len(rdvs)), []float64(nil)
	for s, x := range rdvs {
		m := member{nil, orders[s], &at, most}
		if m.pair == nil {
			m.values = slices.Clone(x)
		} else {
			some = gather(some, x, m.pair)
			m.values = some
		}
		c.pool(m)
		scaled[s] = m.scattered(len(x))
	}
	return newGroup(scaled)
}

// hasNaN asks the sum first, which is NaN where an element is, or an infinity.
func hasNaN(x []float64) bool { return math.IsNaN(floats.Sum(x)) && floats.HasNaN(x) }

// listed returns the pairs that x defines, ascending if the comparator sorts.
func (c Comparator) listed(x []float64) []int32 {
	if c.sorts {
		return ascending(x)
	}
	return defined(x)
}

// A member is what one subject defines, on its way to the scale of the group.
type member struct {
	values []float64 // ascending if the comparator sorts
	pair   []int32   // per value, which pair it is; nil when all stand in their order
	at     *layout   // of all pairs, for comparators that look at conditions
	most   int       // pairs that any subject defines
}

// scattered returns the values at their pairs, NaN elsewhere.
func (m member) scattered(pairs int) []float64 {
	if m.pair == nil {
		return m.values
	}
	x := make([]float64, pairs)
	if len(m.pair) < pairs {
		floats.AddConst(math.NaN(), x)
	}
	for k, p := range m.pair {
		x[p] = m.values[k]
	}
	return x
}

// layout returns the conditions of the pairs that the member defines.
func (m member) layout() *layout {
	if m.pair == nil {
		return m.at
	}
	return &layout{conditions: m.at.conditions, first: gather(nil, m.at.first, m.pair), second: gather(nil, m.at.second, m.pair)}
}

func sameLength(rdvs [][]float64) {
	for _, x := range rdvs {
		if len(x) != len(rdvs[0]) {
			panic("compare: a group of RDVs of different lengths")
		}
	}
}

// Mean returns the RDV of the whole group.
//
//	shapes   result: pairs
//	NaN      a pair is averaged over the subjects that define it, and NaN when
//	         none does
//	cost     O(subjects · m)
func (g *Group) Mean() []float64 { return g.Without(-1) }

// Without returns the RDV of the group without one subject.
//
// It is summed anew: the sum of all less that of the one would be wrong by the
// rounding of the one, which decides where others have ties.
//
//	shapes   result: pairs
//	NaN      as for Mean of the others
//	cost     O(subjects · m)
func (g *Group) Without(subject int) []float64 {
	counts := slices.Repeat([]int{1}, len(g.scaled))
	if subject >= 0 {
		counts[subject] = 0
	}
	return g.Drawn(counts)
}

// Drawn returns the RDV of a group in which each subject stands a number of
// times, or not at all.
//
//	shapes   counts: subjects; result: pairs
//	NaN      as for Mean of those who stand in it
//	cost     O(subjects · m)
func (g *Group) Drawn(counts []int) []float64 {
	mean, lacked := make([]float64, len(g.scaled[0])), []float64(nil)
	all := 0.0
	for s, x := range g.scaled {
		weight := float64(counts[s])
		switch all += weight; {
		case weight == 0:
		case g.whole[s]:
			floats.AddScaled(mean, weight, x)
		default:
			if lacked == nil {
				lacked = make([]float64, len(mean))
			}
			addDefined(mean, lacked, weight, x)
		}
	}
	return divided(mean, all, lacked)
}

// addDefined adds the defined pairs to sum, and the weight of the others to lacked.
func addDefined(sum, lacked []float64, weight float64, x []float64) {
	for p, value := range x {
		if math.IsNaN(value) {
			lacked[p] += weight
		} else {
			sum[p] += weight * value
		}
	}
}

// divided divides each sum by the weight of all less what it lacked; nil is
// nothing.
func divided(sum []float64, all float64, lacked []float64) []float64 {
	for p := range sum {
		if lacked == nil {
			sum[p] /= all
		} else {
			sum[p] /= all - lacked[p] // 0/0 is NaN: nobody has this pair
		}
	}
	return sum
}

// poolScaled divides by the root mean square.
func poolScaled(m member) {
	normalize(m.values, weights{})
	floats.Scale(math.Sqrt(float64(len(m.values))), m.values)
}

// poolStandardized subtracts the mean and divides by the population standard
// deviation.
func poolStandardized(m member) {
	standardize(m.values, weights{})
	floats.Scale(math.Sqrt(float64(len(m.values))), m.values)
}

// poolByMean divides by the mean, to which the trace of the second moment is
// proportional.
func poolByMean(m member) {
	floats.Scale(float64(len(m.values))/max(floats.Sum(m.values), 0), m.values)
	for k, x := range m.values {
		if math.IsInf(x, 0) {
			m.values[k] = math.NaN()
		}
	}
}

// poolNothing leaves distances as they are.
func poolNothing(member) {}

// poolRanks replaces values, which ascend, by their average ranks from 1. Where
// the subject lacks pairs that another has, ranks are stretched to reach as far:
// else the pairs that it lacks would come out large.
func poolRanks(m member) {
	x, most := m.values, m.most
	for from := 0; from < len(x); {
		to := from + 1
		for to < len(x) && x[to] == x[from] {
			to++
		}
		for k := from; k < to; k++ {
			// The middle of the ranks, less ½, is exact; so is it with nothing to stretch.
			x[k] = float64(from+to)/2*(float64(most)/float64(len(x))) + 0.5
		}
		from = to
	}
}
