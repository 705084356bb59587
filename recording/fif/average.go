package fif

import (
	"errors"
	"math"
	"strings"

	"github.com/isocortex/isocortex/recording"
)

// An Average is the mean over epochs, or its standard error.
type Average struct {
	Name     string
	Kind     AverageKind
	Count    int // epochs that were averaged
	Start    int // number of the first sample, counted from the event
	Channels []recording.Channel
	Rate     float64     // Hz
	Signal   [][]float64 // channels × samples, in SI units
}

// An AverageKind is what was computed from epochs.
type AverageKind int

// The kinds that are written.
const (
	Mean          AverageKind = 100
	StandardError AverageKind = 101
)

// Times returns the times of the samples in s after the event.
func (a *Average) Times() []float64 {
	if len(a.Signal) == 0 {
		return nil
	}
	times := make([]float64, len(a.Signal[0]))
	for i := range times {
		times[i] = float64(a.Start+i) / a.Rate
	}
	return times
}

// Averages reads a file of averages.
//
//	errors   *file.ParseError for what breaks the format; a file of something else
func Averages(path string) ([]Average, error) {
	return within(path, (*source).everyAverage)
}

// within returns what is read of a whole file.
func within[T any](path string, read func(*source, *node) (T, error)) (found T, err error) {
	s, err := open(path)
	if err != nil {
		return found, err
	}
	root, err := s.tree()
	if err == nil {
		found, err = read(s, root)
	}
	if err == nil && s.short {
		err = s.defect("%s", strings.Join(s.warnings, "; "))
	}
	return found, errors.Join(err, s.close())
}

// everyAverage reads the averages of all sets of epochs.
func (s *source) everyAverage(root *node) (list []Average, err error) {
	in, err := s.info(root)
	if err != nil {
		return nil, err
	}
	for _, block := range root.find(evoked) {
		averages, err := s.averages(block, in)
		if err != nil {
			return nil, err
		}
		list = append(list, averages...)
	}
	if len(list) == 0 {
		return nil, s.defect("it has no averages")
	}
	return list, nil
}

// averages reads what was averaged of one set of epochs.
func (s *source) averages(n *node, in *info) ([]Average, error) {
	one := Average{Channels: in.header.Channels, Rate: in.header.Rate}
	if t, found := n.tag(comment); found {
		name, err := s.text(t)
		if err != nil {
			return nil, err
		}
		one.Name = name
	}
	length, err := s.stretch(n, &one)
	if err != nil {
		return nil, err
	}
	var list []Average
	for _, block := range n.find(aspect) {
		a := one
		for k, to := range map[kind]func(int){
			aspectKind:   func(v int) { a.Kind = AverageKind(v) },
			averageCount: func(v int) { a.Count = v },
		} {
			if t, found := block.tag(k); found {
				value, err := s.int(t)
				if err != nil {
					return nil, err
				}
				to(value)
			}
		}
		if a.Signal, err = s.averaged(block, in, length); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// stretch reads where an average begins, by its first and last sample, or by its
// first time and its length.
func (s *source) stretch(n *node, a *Average) (length int, err error) {
	get := func(k kind) (value int, found bool) {
		t, found := n.tag(k)
		if !found || err != nil {
			return 0, false
		}
		value, err = s.int(t)
		return value, err == nil
	}
	first, begins := get(firstIndex)
	last, ends := get(lastIndex)
	if err != nil {
		return 0, err
	}
	if begins && ends {
		a.Start = first
		return last - first + 1, nil
	}
	length, known := get(timeCount)
	t, found := n.tag(firstTime)
	if err != nil || !known || !found {
		return 0, errors.Join(err, s.defect("an average does not say where it begins"))
	}
	time, err := s.float(t)
	a.Start = int(math.RoundToEven(time * a.Rate))
	return length, err
}

// averaged reads the signal of an average: a matrix, or a vector per channel.
func (s *source) averaged(block *node, in *info, length int) ([][]float64, error) {
	var rows [][]float64
	for _, t := range block.tags {
		if t.kind != epochData {
			continue
		}
		if t.form&flagsMask == 0 {
			row, err := s.floats(t)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
			continue
		}
		m, err := s.matrix(t, 2)
		if err != nil {
			return nil, err
		}
		numbers := m.numbers()
		for i := range m.sizes[0] {
			rows = append(rows, numbers[i*m.sizes[1]:][:m.sizes[1]])
		}
	}
	if len(rows) != len(in.header.Channels) {
		return nil, s.defect("an average has %d rows for %d channels", len(rows), len(in.header.Channels))
	}
	for c, row := range rows {
		if len(row) != length {
			return nil, s.defect("channel %d of an average has %d samples, not %d", c+1, len(row), length)
		}
		for i := range row {
			row[i] *= in.cals[c]
		}
	}
	return rows, nil
}
