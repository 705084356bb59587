package embedding

import "slices"

// members returns the conditions of every cluster, joined in the order in which
// meet puts those of two.
func (t *Tree) members(meet func(left, right []int) []int) [][]int {
	clusters := make([][]int, t.Leaves, t.Leaves+len(t.Merges))
	for i := range clusters {
		clusters[i] = []int{i}
	}
	for _, m := range t.Merges {
		clusters = append(clusters, meet(clusters[m.Left], clusters[m.Right]))
	}
	return clusters
}

// Order returns the conditions in the order of the leaves. Of the two ends of
// two clusters, those that are most alike stand together.
//
//	shapes   result: conditions, each once
func (t *Tree) Order() []int {
	between := func(i, j int) float64 {
		i, j = min(i, j), max(i, j)
		return t.rdv[i*(2*t.Leaves-i-1)/2+j-i-1]
	}
	clusters := t.members(func(left, right []int) []int { return facing(left, right, between) })
	return clusters[len(clusters)-1]
}

// facing joins two rows of conditions, turned so that the ends that meet are
// most alike.
func facing(left, right []int, between func(i, j int) float64) []int {
	turned := func(row []int) []int {
		row = slices.Clone(row)
		slices.Reverse(row)
		return row
	}
	var best [2][]int
	for _, turn := range [][2][]int{{left, right}, {left, turned(right)}, {turned(left), right}, {turned(left), turned(right)}} {
		if best[0] == nil || gap(turn, between) < gap(best, between) {
			best = turn
		}
	}
	return slices.Concat(best[0], best[1])
}

// gap is the dissimilarity where two rows meet.
func gap(rows [2][]int, between func(i, j int) float64) float64 {
	return between(rows[0][len(rows[0])-1], rows[1][0])
}

// Cophenetic returns, for every pair of conditions, the height at which the tree
// joins them. How well they correlate with the dissimilarities says how well a
// tree describes these.
//
//	shapes   result: pairs
//	units    those of the dissimilarities
//	source   Sokal & Rohlf (1962), doi:10.2307/1217208
func (t *Tree) Cophenetic() []float64 {
	heights := make([]float64, t.Leaves*(t.Leaves-1)/2)
	clusters := t.members(func(left, right []int) []int { return slices.Concat(left, right) })
	for _, m := range t.Merges {
		for _, i := range clusters[m.Left] {
			for _, j := range clusters[m.Right] {
				a, b := min(i, j), max(i, j)
				heights[a*(2*t.Leaves-a-1)/2+b-a-1] = m.Height
			}
		}
	}
	return heights
}

// Cut returns the cluster of every condition when the last merges are undone
// until count clusters are left. Clusters are numbered from 0 in the order of
// their first conditions.
//
//	shapes   result: conditions; count from 1 to Leaves, others panic
func (t *Tree) Cut(count int) []int {
	if count < 1 || count > t.Leaves {
		panic("embedding: a tree is cut into more clusters than it has leaves, or none")
	}
	clusters := t.members(func(left, right []int) []int { return slices.Concat(left, right) })
	top := make([]int, t.Leaves)
	for i := range top {
		top[i] = i
	}
	for k := range t.Leaves - count {
		for _, i := range clusters[t.Leaves+k] {
			top[i] = t.Leaves + k
		}
	}
	var seen []int
	for i, c := range top {
		if !slices.Contains(seen, c) {
			seen = append(seen, c)
		}
		top[i] = slices.Index(seen, c)
	}
	return top
}
