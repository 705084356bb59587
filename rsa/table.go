package rsa

import "math"

// A table holds one score per model, subject and time.
type table struct {
	models, subjects, times int
	values                  []float64
}

func newTable(models, subjects, times int) *table {
	return &table{models, subjects, times, make([]float64, models*subjects*times)}
}

// course returns the scores of a model in a subject over time, in place.
func (t *table) course(model, subject int) []float64 {
	from := (model*t.subjects + subject) * t.times
	return t.values[from : from+t.times]
}

// everyone lists all subjects.
func (t *table) everyone() []int {
	all := make([]int, t.subjects)
	for s := range all {
		all[s] = s
	}
	return all
}

// mean averages over the chosen subjects, those without a score left out.
//
//	shapes   result: models × times, in dst
func (t *table) mean(dst []float64, chosen []int) []float64 {
	for m := range t.models {
		for time := range t.times {
			sum, count := 0.0, 0.0
			for _, s := range chosen {
				if score := t.course(m, s)[time]; !math.IsNaN(score) {
					sum += score
					count++
				}
			}
			dst[m*t.times+time] = sum / count
		}
	}
	return dst
}

// bySubject returns the scores of each subject side by side, as tests want them.
//
//	shapes   result: subjects × (models × times)
func (t *table) bySubject() [][]float64 {
	rows := make([][]float64, t.subjects)
	for s := range rows {
		for m := range t.models {
			rows[s] = append(rows[s], t.course(m, s)...)
		}
	}
	return rows
}

func (t *table) undefined() int {
	n := 0
	for _, score := range t.values {
		if math.IsNaN(score) {
			n++
		}
	}
	return n
}

// peak returns the first of the largest scores within the window, and its
// time; NaN and -1 when none is defined.
func peak(course []float64, window []bool) (score float64, index int) {
	score, index = math.NaN(), -1
	for t, x := range course {
		if window[t] && !math.IsNaN(x) && (index < 0 || x > score) {
			score, index = x, t
		}
	}
	return score, index
}
