package rsa

import "math"

// Highest returns the first of the highest numbers that are defined, and its
// place; NaN and place 0 where none is.
//
//	shapes   values: one per time
//	NaN      left out
func Highest(values []Number) (place int, value Number) {
	value = Number(math.NaN())
	for i, v := range values {
		if v > value || !value.defined() && v.defined() {
			place, value = i, v
		}
	}
	return place, value
}

// Range returns the lowest and the highest number at a place of all rows.
//
//	shapes   rows: such as subjects × times
//	NaN      left out; both are NaN where none is defined
func Range(rows [][]Number, place int) (lowest, highest Number) {
	lowest, highest = Number(math.NaN()), Number(math.NaN())
	for _, row := range rows {
		v := row[place]
		if v < lowest || !lowest.defined() {
			lowest = v
		}
		if v > highest || !highest.defined() {
			highest = v
		}
	}
	return lowest, highest
}

// FoldRange returns the lowest and the highest weight of a component at a time in
// any fold.
//
//	NaN      as [Range]
func (s FlexibleScores) FoldRange(time, component int) (lowest, highest Number) {
	rows := make([][]Number, len(s.FoldWeights))
	for f, fold := range s.FoldWeights {
		rows[f] = fold[time]
	}
	return Range(rows, component)
}
