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
	a, sum := c.scaler(rdvs), newWeightedSum(len(rdvs[0]))
	scaled := make([]float64, len(rdvs[0]))
	for _, x := range rdvs {
		a.scale(scaled, x)
		sum.add(1, scaled, !hasNaN(scaled))
	}
	return sum.mean()
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
	a := c.scaler(rdvs)
	scaled := make([][]float64, len(rdvs))
	for s, x := range rdvs {
		scaled[s] = make([]float64, len(x))
		a.scale(scaled[s], x)
	}
	return newGroup(scaled)
}

// A scaler brings the RDVs of a group to its scale, one after another.
type scaler struct {
	of     Comparator
	at     layout    // of all pairs, for comparators that look at conditions
	most   int       // pairs that any subject defines
	order  []int32   // memory
	values []float64 // memory
}

func (c Comparator) scaler(rdvs [][]float64) *scaler {
	sameLength(rdvs)
	a := &scaler{of: c}
	for _, x := range rdvs {
		a.most = max(a.most, countDefined(x))
	}
	if c.Whole {
		a.at = newLayout(len(rdvs[0]))
	}
	return a
}

// scale makes dst x on the scale of the group, NaN where x is.
func (a *scaler) scale(dst, x []float64) {
	switch {
	case a.of.sorts:
		a.order = ascending(a.order, x)
		rank(dst, x, a.order, a.most)
	case hasNaN(x):
		a.order = defined(a.order, x)
		a.values = gather(a.values, x, a.order)
		a.of.pool(member{a.values, a.order, &a.at})
		fill(dst, math.NaN())
		for k, p := range a.order {
			dst[p] = a.values[k]
		}
	default:
		copy(dst, x)
		a.of.pool(member{dst, nil, &a.at})
	}
}

func fill(dst []float64, value float64) {
	for p := range dst {
		dst[p] = value
	}
}

// hasNaN asks the sum first, which is NaN where an element is, or an infinity.
func hasNaN(x []float64) bool { return math.IsNaN(floats.Sum(x)) && floats.HasNaN(x) }

// A member is what one subject defines, on its way to the scale of the group.
type member struct {
	values []float64
	pair   []int32 // per value, which pair it is; nil when all stand in their order
	at     *layout // of all pairs, for comparators that look at conditions
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
	sum := newWeightedSum(len(g.scaled[0]))
	for s, x := range g.scaled {
		sum.add(float64(counts[s]), x, g.whole[s])
	}
	return sum.mean()
}

// A weightedSum is one of RDVs that may lack pairs.
type weightedSum struct {
	all    float64   // weight
	of     []float64 // per pair, times its weight
	lacked []float64 // per pair, the weight of those that are NaN; nil is nothing
}

func newWeightedSum(pairs int) *weightedSum { return &weightedSum{of: make([]float64, pairs)} }

// add adds x, which is whole if no pair is NaN, as often as its weight says.
func (s *weightedSum) add(weight float64, x []float64, whole bool) {
	s.all += weight
	switch {
	case weight == 0:
	case whole:
		floats.AddScaled(s.of, weight, x)
	default:
		s.addDefined(weight, x)
	}
}

// addDefined adds the defined pairs, and the weight of the others to lacked.
func (s *weightedSum) addDefined(weight float64, x []float64) {
	if s.lacked == nil {
		s.lacked = make([]float64, len(x))
	}
	for p, value := range x {
		if math.IsNaN(value) {
			s.lacked[p] += weight
		} else {
			s.of[p] += weight * value
		}
	}
}

// mean divides the sum of each pair, in its place, by the weight of all less what
// it lacked.
func (s *weightedSum) mean() []float64 {
	for p := range s.of {
		if s.lacked == nil {
			s.of[p] /= s.all
		} else {
			s.of[p] /= s.all - s.lacked[p] // 0/0 is NaN: nobody has this pair
		}
	}
	return s.of
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

// rank makes dst the average ranks of x from 1, NaN where x is, whose order is
// given. Where x lacks pairs that another subject has, ranks are stretched to reach
// as far as the most pairs that any has: else the pairs that it lacks would come out
// large.
func rank(dst, x []float64, order []int32, most int) {
	if len(order) < len(x) {
		fill(dst, math.NaN())
	}
	stretch := float64(most) / float64(len(order))
	for from, to := 0, 0; from < len(order); from = to {
		to = sameValue(x, order, from)
		// The middle of the ranks, less ½, is exact; so is it with nothing to stretch.
		middle := float64(from+to)/2*stretch + 0.5
		for _, p := range order[from:to] {
			dst[p] = middle
		}
	}
}
