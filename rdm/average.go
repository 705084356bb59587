package rdm

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// AverageOver returns the means of the RDMs that agree in their time and in all
// labels but the given ones, which are dropped; in the order in which each mean
// has its first RDM.
//
//	shapes   result: as many RDMs as there are combinations of the other labels and times
//	NaN      each pair is averaged over the RDMs that define it, and NaN when
//	         none does
func (r *RDMs) AverageOver(labels ...string) *RDMs {
	groups := r.alikeBut(labels)
	first := make([]int, len(groups))
	for g, places := range groups {
		first[g] = places[0]
	}
	result := r.Pick(first)
	for _, name := range labels {
		delete(result.Labels, name)
	}
	for g, places := range groups {
		copy(result.RDV(g), r.Mean(places))
	}
	return result
}

// CountWithout returns how many RDMs AverageOver of the labels leaves, without
// averaging.
func (r *RDMs) CountWithout(labels ...string) int { return len(r.alikeBut(labels)) }

// alikeBut returns the places of the RDMs that agree in their time and in all
// labels but the given ones.
func (r *RDMs) alikeBut(labels []string) [][]int {
	kept := slices.DeleteFunc(slices.Sorted(maps.Keys(r.Labels)), func(name string) bool { return slices.Contains(labels, name) })
	return r.groups(func(i int) string {
		key := r.combination(kept, i)
		if r.Times != nil {
			key += strconv.FormatFloat(r.Times[i], 'g', -1, 64)
		}
		return key
	})
}

// combination writes the given labels of RDM i.
func (r *RDMs) combination(names []string, i int) string {
	var key strings.Builder
	for _, name := range names {
		key.WriteString(strconv.Quote(r.Labels[name][i]))
	}
	return key.String()
}

// groups returns the places of the RDMs that have the same key, for each key, in
// the order of the stack.
func (r *RDMs) groups(key func(i int) string) [][]int {
	place := map[string]int{}
	var groups [][]int
	for i := range r.Len() {
		g, seen := place[key(i)]
		if !seen {
			g, place[key(i)] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}
