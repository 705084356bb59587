package dataset

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// A Side is one of several things whose rows are to be matched.
type Side struct {
	Name   string   // for messages, such as its file
	Labels []string // one per row; nil if it has none
	Size   int      // rows
}

// What decided which rows belong together.
const (
	ByLabel    = "label"
	ByPosition = "position"
)

// A Matching says which rows of several sides belong together.
type Matching struct {
	How      string     // ByLabel or ByPosition
	Labels   []string   // of the matched rows in natural order; nil when no side has labels
	Index    [][]int    // sides × matched rows: the row of the side
	LeftOut  [][]string // per side, the labels that not every side has, in natural order
	Warnings []string   // what a reader of the result must know
}

// Match finds the rows that all sides share.
//
// When every side has labels, rows with equal labels belong together, and what
// not every side has is left out with a warning. A side without labels is
// matched by position, with a warning, if all sides are equal in size and those
// with labels agree on their order; strict makes that an error.
//
//	errors   labels twice in one side, nothing in common, sizes that differ, an
//	         order that the position leaves open: each shows the sides
//	cost     O(n log n) comparisons for n labels in all
//
// It panics without sides, or if a side has labels but not one per row.
func Match(strict bool, sides ...Side) (Matching, error) {
	if len(sides) == 0 {
		panic("dataset: no sides to match")
	}
	labelled := 0
	for _, s := range sides {
		if s.Labels != nil {
			labelled++
		}
		if err := s.check(); err != nil {
			return Matching{}, err
		}
	}
	if labelled == len(sides) {
		return matchLabels(sides)
	}
	return matchPositions(strict, sides)
}

// check refuses a side that no match can be made with.
func (s Side) check() error {
	if s.Labels == nil {
		return nil
	}
	if len(s.Labels) != s.Size {
		panic(fmt.Sprintf("dataset: %s has %d labels for %d rows", s.Name, len(s.Labels), s.Size))
	}
	seen := map[string]int{}
	for row, label := range s.Labels {
		if first, twice := seen[label]; twice {
			return fmt.Errorf("%s: rows %d and %d are both labelled %q: average them, or select one", s.Name, first, row, label)
		}
		seen[label] = row
	}
	return nil
}

func matchLabels(sides []Side) (Matching, error) {
	rows := make([]map[string]int, len(sides))
	for i, s := range sides {
		rows[i] = make(map[string]int, s.Size)
		for row, label := range s.Labels {
			rows[i][label] = row
		}
	}
	shared := func(label string) bool {
		return !slices.ContainsFunc(rows, func(r map[string]int) bool { _, has := r[label]; return !has })
	}
	m := Matching{How: ByLabel, Labels: []string{}, Index: make([][]int, len(sides)), LeftOut: make([][]string, len(sides))}
	for _, label := range slices.SortedFunc(maps.Keys(rows[0]), CompareLabels) {
		if shared(label) {
			m.Labels = append(m.Labels, label)
		}
	}
	if len(m.Labels) == 0 {
		return Matching{}, fmt.Errorf("no label in common: %s", show(sides))
	}
	for i, s := range sides {
		m.Index[i] = make([]int, len(m.Labels))
		for k, label := range m.Labels {
			m.Index[i][k] = rows[i][label]
		}
		m.LeftOut[i] = slices.SortedFunc(maps.Keys(rows[i]), CompareLabels)
		m.LeftOut[i] = slices.DeleteFunc(m.LeftOut[i], shared)
		if n := len(m.LeftOut[i]); n > 0 {
			m.Warnings = append(m.Warnings, fmt.Sprintf("%s: %d of %d rows are left out, because not every side has them: %s",
				s.Name, n, s.Size, few(m.LeftOut[i])))
		}
	}
	return m, nil
}

func matchPositions(strict bool, sides []Side) (Matching, error) {
	var labelled *Side
	for i, s := range sides {
		if s.Size != sides[0].Size {
			return Matching{}, fmt.Errorf("rows without labels cannot be matched by position, because the sides differ in size: %s", show(sides))
		}
		if s.Labels == nil {
			continue
		}
		if labelled != nil && !slices.Equal(s.Labels, labelled.Labels) {
			return Matching{}, fmt.Errorf("rows without labels cannot be matched by position, because %s and %s differ in labels or order: %s", labelled.Name, s.Name, show(sides))
		}
		labelled = &sides[i]
	}
	if sides[0].Size == 0 {
		return Matching{}, fmt.Errorf("no rows to match: %s", show(sides))
	}
	if strict {
		return Matching{}, fmt.Errorf("not every side has labels, and a strict match goes by labels alone: %s", show(sides))
	}
	m := Matching{How: ByPosition, Index: make([][]int, len(sides)), LeftOut: make([][]string, len(sides))}
	order := make([]int, sides[0].Size)
	for i := range order {
		order[i] = i
	}
	if labelled != nil {
		slices.SortFunc(order, func(i, j int) int { return CompareLabels(labelled.Labels[i], labelled.Labels[j]) })
		m.Labels = pick(labelled.Labels, order)
	}
	for i := range sides {
		m.Index[i] = slices.Clone(order)
	}
	m.Warnings = []string{"matched by position, because not every side has labels: " + show(sides)}
	return m, nil
}

// show describes the sides, one after the other.
func show(sides []Side) string {
	texts := make([]string, len(sides))
	for i, s := range sides {
		switch {
		case s.Labels == nil:
			texts[i] = fmt.Sprintf("%s has %d rows without labels", s.Name, s.Size)
		case s.Size == 0:
			texts[i] = fmt.Sprintf("%s has no rows", s.Name)
		default:
			texts[i] = fmt.Sprintf("%s has %d rows, %q to %q", s.Name, s.Size, s.Labels[0], s.Labels[s.Size-1])
		}
	}
	return strings.Join(texts, "; ")
}

// few writes the first of some labels and says how many more there are.
func few(labels []string) string {
	const most = 5
	text := strings.Join(labels[:min(most, len(labels))], ", ")
	if len(labels) > most {
		text += fmt.Sprintf(" and %d more", len(labels)-most)
	}
	return text
}

// pick returns the values at the places of index.
func pick[T any](values []T, index []int) []T {
	picked := make([]T, len(index))
	for i, from := range index {
		picked[i] = values[from]
	}
	return picked
}

// An Axis is one side's times.
type Axis struct {
	Name  string    // for messages, such as its file
	Times []float64 // s from stimulus onset, ascending; nil without a time axis
}

// MatchTimes returns nil if two axes have as many times and each pair of them
// differs by less than half the distance of neighbors; single times by less
// than a microsecond.
//
//	errors   name the number of times, the span and the rate of both
func MatchTimes(a, b Axis) error {
	if (a.Times == nil) != (b.Times == nil) || len(a.Times) != len(b.Times) {
		return fmt.Errorf("the times do not match: %s; %s", a, b)
	}
	const alone = 1e-6 // s
	tolerance := min(step(a.Times, 2*alone), step(b.Times, 2*alone)) / 2
	for i := range a.Times {
		if math.Abs(a.Times[i]-b.Times[i]) >= tolerance {
			return fmt.Errorf("the times do not match from time %d on, %g s and %g s: %s; %s", i, a.Times[i], b.Times[i], a, b)
		}
	}
	return nil
}

// step returns the mean distance of neighboring times in seconds; alone if
// there are none.
func step(times []float64, alone float64) float64 {
	if len(times) < 2 {
		return alone
	}
	return (times[len(times)-1] - times[0]) / float64(len(times)-1)
}

// String describes the axis: "a.npz has 218 times from -0.1 s to 0.8 s, 256 Hz".
func (a Axis) String() string {
	switch n := len(a.Times); n {
	case 0:
		return a.Name + " has no times"
	case 1:
		return fmt.Sprintf("%s has one time, %g s", a.Name, a.Times[0])
	default:
		return fmt.Sprintf("%s has %d times from %g s to %g s, %.6g Hz", a.Name, n, a.Times[0], a.Times[n-1], 1/step(a.Times, 0))
	}
}
