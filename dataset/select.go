package dataset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/nearest"
	"github.com/isocortex/isocortex/unit"
)

// Average returns one observation per value of a label: the mean of the
// observations that share it, in natural order of the values. Other labels stay
// where all observations of a value agree on them.
//
// Sums are in float64 and in the order of the rows; the means are of the type of
// the measurements.
//
//	shapes   d: observations × channels × times; result: values × channels × times
//	units    those of the measurements
//	NaN      a mean is NaN when one of its measurements is
//	errors   no such label, or an observation whose label is empty
//	cost     one pass over the measurements; none at all, and no memory, when
//	         every value stands once and in order: the result views d
func (d *Dataset) Average(label string) (*Dataset, error) {
	values, groups, err := d.Groups(label)
	if err != nil {
		return nil, err
	}
	if slices.Equal(values, d.Observation[label]) {
		return d.view(), nil
	}
	averaged := d.view()
	averaged.Shape[0] = len(groups)
	averaged.Observation = agreed(d.Observation, groups)
	length := d.Shape[1] * d.Shape[2]
	averaged.F32, averaged.F64 = means(d.F32, groups, length), means(d.F64, groups, length)
	maps.DeleteFunc(averaged.Arrays, func(name string, _ *npy.Array) bool { return strings.HasPrefix(name, "observation.") })
	return averaged, nil
}

// Groups returns the different values of a label of observations, in natural
// order, and the observations of each, in the order of the rows.
//
//	errors   no such label, or an observation whose label is empty
func (d *Dataset) Groups(label string) (values []string, observations [][]int, err error) {
	labels, err := d.labels("observation", d.Observation, label)
	if err != nil {
		return nil, nil, err
	}
	rows := map[string][]int{}
	for row, value := range labels {
		if value == "" {
			return nil, nil, fmt.Errorf("observation %d has an empty %s: name it, or select the others first", row, label)
		}
		rows[value] = append(rows[value], row)
	}
	values = slices.SortedFunc(maps.Keys(rows), CompareLabels)
	observations = make([][]int, len(values))
	for i, value := range values {
		observations[i] = rows[value]
	}
	return values, observations, nil
}

// means returns the mean row of every group of rows; nil if there are no rows
// of this type.
func means[T float32 | float64](rows []T, groups [][]int, length int) []T {
	if rows == nil {
		return nil
	}
	result := make([]T, 0, len(groups)*length)
	sum := make([]float64, length)
	for _, group := range groups {
		clear(sum)
		for _, row := range group {
			for i, v := range rows[row*length : (row+1)*length] {
				sum[i] += float64(v)
			}
		}
		for _, s := range sum {
			result = append(result, T(s/float64(len(group))))
		}
	}
	return result
}

// agreed returns the labels that are the same for all rows of each group.
func agreed(labels map[string][]string, groups [][]int) map[string][]string {
	kept := map[string][]string{}
	for name, all := range labels {
		values := make([]string, len(groups))
		agree := true
		for g, group := range groups {
			values[g] = all[group[0]]
			agree = agree && !slices.ContainsFunc(group, func(row int) bool { return all[row] != values[g] })
		}
		if agree {
			kept[name] = values
		}
	}
	return kept
}

// Select returns the observations whose label has one of the values, in the
// order of d.
//
//	errors   no such label; a value that no observation has, with those that are near
//	cost     a copy of what is selected
func (d *Dataset) Select(label string, values ...string) (*Dataset, error) {
	index, err := d.places("observation", d.Observation, label, values)
	if err != nil {
		return nil, err
	}
	return d.Reorder(index), nil
}

// Reorder returns the observations at the places of index, in that order.
//
//	cost     a copy of what is picked
func (d *Dataset) Reorder(index []int) *Dataset {
	picked := d.view()
	picked.Shape[0] = len(index)
	picked.Observation = pickLabels(d.Observation, index)
	length := d.Shape[1] * d.Shape[2]
	picked.F32, picked.F64 = pickRows(d.F32, index, length), pickRows(d.F64, index, length)
	picked.pickArrays("observation.", index)
	return picked
}

// SelectChannels returns the channels whose label has one of the values, as
// [Dataset.Select] does with observations.
func (d *Dataset) SelectChannels(label string, values ...string) (*Dataset, error) {
	index, err := d.places("channel", d.Channel, label, values)
	if err != nil {
		return nil, err
	}
	selected := d.view()
	selected.Shape[1] = len(index)
	selected.Channel = pickLabels(d.Channel, index)
	var rows []int
	for o := range d.Shape[0] {
		for _, c := range index {
			rows = append(rows, o*d.Shape[1]+c)
		}
	}
	selected.F32, selected.F64 = pickRows(d.F32, rows, d.Shape[2]), pickRows(d.F64, rows, d.Shape[2])
	selected.pickArrays("channel.", index)
	return selected, nil
}

// SelectTimes returns the measurements from span.From to span.To, in seconds
// from stimulus onset, both ends included.
//
//	errors   no time axis, or no time inside the span
//	cost     a copy of what is selected
func (d *Dataset) SelectTimes(span unit.Span) (*Dataset, error) {
	first, last := len(d.Times), 0
	for i, t := range d.Times {
		if span.From <= t && t <= span.To {
			first, last = min(first, i), i+1
		}
	}
	if first >= last {
		return nil, fmt.Errorf("no time between %g s and %g s: %s", span.From, span.To, Axis{"the Dataset", d.Times})
	}
	selected := d.view()
	selected.Times = d.Times[first:last]
	selected.Shape[2] = last - first
	selected.F32, selected.F64 = cut(d.F32, d.Shape[2], first, last), cut(d.F64, d.Shape[2], first, last)
	return selected, nil
}

// cut returns columns first to last-1 of rows of the given length.
func cut[T any](values []T, length, first, last int) []T {
	if values == nil {
		return nil
	}
	result := make([]T, 0, len(values)/length*(last-first))
	for row := range slices.Chunk(values, length) {
		result = append(result, row[first:last]...)
	}
	return result
}

// view returns a Dataset that shares everything with d but its maps, and leaves
// the file to d.
func (d *Dataset) view() *Dataset {
	v := *d
	v.archive = nil
	v.Observation, v.Channel = maps.Clone(d.Observation), maps.Clone(d.Channel)
	v.Description, v.Arrays = maps.Clone(d.Description), maps.Clone(d.Arrays)
	return &v
}

// labels returns the labels of one name.
func (d *Dataset) labels(axis string, all map[string][]string, name string) ([]string, error) {
	labels, ok := all[name]
	if !ok {
		names := slices.Sorted(maps.Keys(all))
		return nil, fmt.Errorf("no %s has a label %q; there are %s%s", axis, name, list(names), nearest.Hint(name, names))
	}
	return labels, nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// places returns where a label has one of the values.
func (d *Dataset) places(axis string, all map[string][]string, name string, values []string) ([]int, error) {
	labels, err := d.labels(axis, all, name)
	if err != nil {
		return nil, err
	}
	for _, value := range values {
		if !slices.Contains(labels, value) {
			there := slices.Compact(slices.SortedFunc(slices.Values(labels), CompareLabels))
			return nil, fmt.Errorf("no %s has the %s %q; there are %s%s", axis, name, value, few(there), nearest.Hint(value, there))
		}
	}
	var index []int
	for i, label := range labels {
		if slices.Contains(values, label) {
			index = append(index, i)
		}
	}
	return index, nil
}

func pickLabels(labels map[string][]string, index []int) map[string][]string {
	picked := make(map[string][]string, len(labels))
	for name, all := range labels {
		picked[name] = pick(all, index)
	}
	return picked
}

// pickRows returns rows of the given length; nil if there are none of this type.
func pickRows[T any](values []T, index []int, length int) []T {
	if values == nil {
		return nil
	}
	picked := make([]T, 0, len(index)*length)
	for _, row := range index {
		picked = append(picked, values[row*length:(row+1)*length]...)
	}
	return picked
}

// pickArrays reduces the arrays whose names begin with prefix to the rows of index.
func (d *Dataset) pickArrays(prefix string, index []int) {
	for name, array := range d.Arrays {
		if strings.HasPrefix(name, prefix) {
			d.Arrays[name] = array.Rows(index)
		}
	}
}
