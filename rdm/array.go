package rdm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/nearest"
)

// The axes a bare array of dissimilarities can have. They are declared by who
// knows them, never guessed from sizes.
const (
	AxisRDM       = "rdm"       // RDMs of any kind, in the order of the file
	AxisSubject   = "subject"   // one RDM per subject
	AxisTime      = "time"      // one RDM per time
	AxisPair      = "pair"      // the upper triangle, row by row
	AxisCondition = "condition" // twice: the square matrix
)

// Axes lists the names an axis of a bare array can have.
var Axes = []string{AxisRDM, AxisSubject, AxisTime, AxisPair, AxisCondition}

// FromArray reads the RDMs in a bare array whose axes are named.
//
// The axes that are not "pair" or "condition" are stacked in the order
// subject, then rdm, then time, whatever their order in the array. A square
// matrix must be symmetric to a millionth of its largest entry.
//
//	shapes   array: one axis per name; result: (subjects · RDMs · times) × pairs
//	NaN      kept
//	errors   axes that do not describe the array; a number of pairs that no
//	         number of conditions has; a square matrix that is not symmetric
func FromArray(array *npy.Array, axes []string) (*RDMs, error) {
	l, err := newLayout(array.Shape, axes)
	if err != nil {
		return nil, err
	}
	values, err := array.Float64s()
	if err != nil {
		return nil, err
	}
	result := &RDMs{Size: l.size, Labels: map[string][]string{}}
	result.Dissimilarities = make([]float64, l.count(AxisSubject)*l.count(AxisRDM)*l.count(AxisTime)*Pairs(l.size))
	dst := result.Dissimilarities
	for s := range l.count(AxisSubject) {
		for r := range l.count(AxisRDM) {
			for t := range l.count(AxisTime) {
				start := s*l.stride[AxisSubject] + r*l.stride[AxisRDM] + t*l.stride[AxisTime]
				if err := l.triangle(dst[:Pairs(l.size)], values, start); err != nil {
					return nil, err
				}
				dst = dst[Pairs(l.size):]
			}
		}
	}
	result.number(l)
	return result, nil
}

// number labels subjects and RDMs by their place when the array has such axes.
func (r *RDMs) number(l *layout) {
	rdms, times := l.count(AxisRDM), l.count(AxisTime)
	for i := range r.Len() {
		if l.length[AxisSubject] > 0 {
			r.Labels["subject"] = append(r.Labels["subject"], fmt.Sprint(i/(rdms*times)+1))
		}
		if l.length[AxisRDM] > 0 {
			r.Labels["name"] = append(r.Labels["name"], fmt.Sprint(i/times%rdms+1))
		}
	}
}

// A layout says where the dissimilarities of a bare array stand.
type layout struct {
	length, stride map[string]int
	rows, columns  int // strides of a square matrix; 0 when there is a pair axis
	size           int // conditions
}

// newLayout gives each axis its length and stride, and checks that they
// describe RDMs.
func newLayout(shape []int, axes []string) (*layout, error) {
	if len(shape) != len(axes) {
		return nil, fmt.Errorf("the array has %d axes of lengths %v, but %d are named: %s",
			len(shape), shape, len(axes), strings.Join(axes, ", "))
	}
	l := &layout{length: map[string]int{}, stride: map[string]int{}}
	squares := 0
	for i, stride := len(axes)-1, 1; i >= 0; i-- {
		axis := axes[i]
		if !slices.Contains(Axes, axis) {
			return nil, fmt.Errorf("no axis is called %q: use %s%s", axis, strings.Join(Axes, ", "), nearest.Hint(axis, Axes))
		}
		if shape[i] < 1 {
			return nil, fmt.Errorf("axis %q is empty: the array has the shape %v", axis, shape)
		}
		if axis == AxisCondition {
			squares++
			l.rows, l.columns = stride, l.rows // the last axis is met first
		}
		if l.length[axis] > 0 && (axis != AxisCondition || squares > 2 || l.length[axis] != shape[i]) {
			return nil, fmt.Errorf("axis %q is named twice, with lengths %d and %d", axis, shape[i], l.length[axis])
		}
		l.length[axis], l.stride[axis] = shape[i], stride
		stride *= shape[i]
	}
	return l, l.measure(squares)
}

// measure finds the number of conditions.
func (l *layout) measure(squares int) error {
	pairs := l.length[AxisPair]
	switch {
	case pairs > 0 && squares == 0:
		l.size = conditions(pairs)
		if l.size == 0 {
			return fmt.Errorf("%d is not the number of pairs of any number of conditions", pairs)
		}
		return nil
	case pairs == 0 && squares == 2 && l.length[AxisCondition] > 1:
		l.size = l.length[AxisCondition]
		return nil
	default:
		return fmt.Errorf("name one axis %q, or two axes %q of at least two conditions", AxisPair, AxisCondition)
	}
}

// count returns the length of an axis, 1 for one that is absent.
func (l *layout) count(axis string) int { return max(1, l.length[axis]) }

// triangle copies the upper triangle that starts at start.
func (l *layout) triangle(dst, values []float64, start int) error {
	if l.rows == 0 {
		for p := range dst {
			dst[p] = values[start+p*l.stride[AxisPair]]
		}
		return nil
	}
	largest := 0.0
	for i := range l.size {
		for j := i + 1; j < l.size; j++ {
			v := values[start+i*l.rows+j*l.columns]
			dst[PairIndex(l.size, i, j)] = v
			largest = max(largest, math.Abs(v))
		}
	}
	for i := range l.size {
		for j := i + 1; j < l.size; j++ {
			a, b := values[start+i*l.rows+j*l.columns], values[start+j*l.rows+i*l.columns]
			if math.Abs(a-b) > 1e-6*largest || math.IsNaN(a) != math.IsNaN(b) {
				return fmt.Errorf("the matrix is not symmetric: entry (%d, %d) is %g, entry (%d, %d) is %g",
					i+1, j+1, a, j+1, i+1, b)
			}
		}
	}
	return nil
}

// FromSimilarities returns 1 − r: the dissimilarities of a stack that holds
// similarities such as correlations.
func (r *RDMs) FromSimilarities() *RDMs {
	result := *r
	result.Dissimilarities = make([]float64, len(r.Dissimilarities))
	for i, v := range r.Dissimilarities {
		result.Dissimilarities[i] = 1 - v
	}
	return &result
}
