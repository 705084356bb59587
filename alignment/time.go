package alignment

import (
	"cmp"
	"context"
	"fmt"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/work"
)

// OverTime compares x and y at every time they share. A side with one time, such
// as a layer, is compared with every time of the other.
//
//	shapes   x: stimuli × channels × times; y: the same stimuli in the same order,
//	         at the same times; result: times
//	NaN      as for Score, at each time alone
//	errors   other times; as for Score, with the time
//	cost     that of Score for each time, in parallel; a copy of both sides
func (a Alignment) OverTime(ctx context.Context, x, y *dataset.Dataset, o Options) ([]Score, error) {
	if err := sameTimes(x, y); err != nil {
		return nil, err
	}
	scores := make([]Score, max(x.Shape[2], y.Shape[2]))
	first, second := atTimes(x), atTimes(y)
	alone := o
	alone.Budget = work.Budget{Threads: 1}
	err := o.Budget.Each(ctx, "align over time", len(scores), func(t int) (err error) {
		scores[t], err = a.Score(ctx, first[min(t, len(first)-1)], second[min(t, len(second)-1)], alone)
		return atTime(err, x, y, t, t)
	})
	return scores, err
}

// AcrossTimes compares x at every time with y at every time: where responses of
// other times are alike too, what is represented lasts, or comes again.
//
//	shapes   x: stimuli × channels × times; y: the same stimuli in the same order,
//	         at any times; result: times of x × times of y
//	NaN      as for Score, at each two times alone
//	errors   as for Score, with the times
//	cost     that of Score for every two times, in parallel; a copy of both sides
//	source   of such generalization over time King & Dehaene (2014),
//	         doi:10.1016/j.tics.2014.01.002
func (a Alignment) AcrossTimes(ctx context.Context, x, y *dataset.Dataset, o Options) ([][]Score, error) {
	first, second := atTimes(x), atTimes(y)
	scores := make([][]Score, len(first))
	for t := range scores {
		scores[t] = make([]Score, len(second))
	}
	alone := o
	alone.Budget = work.Budget{Threads: 1}
	err := o.Budget.Each(ctx, "align across times", len(first)*len(second), func(i int) (err error) {
		s, t := i/len(second), i%len(second)
		scores[s][t], err = a.Score(ctx, first[s], second[t], alone)
		return atTime(err, x, y, s, t)
	})
	return scores, err
}

// sameTimes returns an error unless both sides have the same times, or one a
// single time.
func sameTimes(x, y *dataset.Dataset) error {
	switch {
	case x.Shape[2] == 1 || y.Shape[2] == 1:
		return nil
	case x.Times == nil && y.Times == nil && x.Shape[2] == y.Shape[2]:
		return nil
	}
	return dataset.MatchTimes(dataset.Axis{Name: "the first side", Times: x.Times}, dataset.Axis{Name: "the second side", Times: y.Times})
}

// atTimes returns the responses of every time as Datasets of one time.
func atTimes(d *dataset.Dataset) []*dataset.Dataset {
	all := make([]*dataset.Dataset, d.Shape[2])
	if len(all) == 1 {
		all[0] = d
		return all
	}
	for t := range all {
		all[t] = &dataset.Dataset{Shape: [3]int{d.Shape[0], d.Shape[1], 1}}
		all[t].F32, all[t].F64 = everyOther(d.F32, t, len(all)), everyOther(d.F64, t, len(all))
	}
	return all
}

// everyOther returns the values from a place on, a step apart.
func everyOther[T any](values []T, from, step int) []T {
	if values == nil {
		return nil
	}
	kept := make([]T, 0, len(values)/step)
	for i := from; i < len(values); i += step {
		kept = append(kept, values[i])
	}
	return kept
}

// atTime says at what times of x and of y an error came up.
func atTime(err error, x, y *dataset.Dataset, s, t int) error {
	if err == nil {
		return nil
	}
	first, second := when(x, s), when(y, t)
	switch {
	case first == "" && second == "":
		return err
	case first == "" || second == "" || first == second:
		return fmt.Errorf("at %s: %w", cmp.Or(first, second), err)
	}
	return fmt.Errorf("at %s and %s: %w", first, second, err)
}

// when writes a time of a side, "" where it has none.
func when(d *dataset.Dataset, t int) string {
	switch {
	case d.Shape[2] == 1:
		return ""
	case t < len(d.Times):
		return fmt.Sprintf("%g s", d.Times[t])
	}
	return fmt.Sprintf("time %d", t+1)
}
