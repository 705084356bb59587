package rdm

import (
	"fmt"
	"iter"
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

// An Order says which triangle of a matrix a bare array gives.
type Order string

// The orders. Where none is named, pairs are in the order of the upper triangle,
// and both triangles of a square matrix agree.
const (
	Upper Order = "upper" // row by row: (0,1), (0,2), ... (1,2), ...
	Lower Order = "lower" // row by row: (1,0), (2,0), (2,1), ...
)

// Orders lists the names of the orders.
var Orders = []string{string(Upper), string(Lower)}

// FromArray reads the RDMs in a bare array whose axes are named.
//
// It is FromOrdered where no order is named.
func FromArray(array *npy.Array, axes []string) (*RDMs, error) {
	return FromOrdered(array, axes, "")
}

// FromOrdered reads the RDMs in a bare array whose axes are named.
//
// The axes that are not "pair" or "condition" are stacked in the order
// subject, then rdm, then time, whatever their order in the array. A square
// matrix must be symmetric to a millionth of its largest entry, unless one of
// its triangles is empty, all 0 or NaN, and the order names the other.
//
//	shapes   array: one axis per name; result: (subjects · RDMs · times) × pairs
//	NaN      kept
//	errors   axes that do not describe the array; a number of pairs that no
//	         number of conditions has; a square matrix that is not symmetric
func FromOrdered(array *npy.Array, axes []string, order Order) (*RDMs, error) {
	l, err := newLayout(array.Shape, axes)
	if err != nil {
		return nil, err
	}
	l.order = order
	values, err := array.Float64s()
	if err != nil {
		return nil, err
	}
	result := &RDMs{Size: l.size, Labels: map[string][]string{}}
	result.Dissimilarities = make([]float64, l.count(AxisSubject)*l.count(AxisRDM)*l.count(AxisTime)*Pairs(l.size))
	dst := result.Dissimilarities
	for start := range l.starts() {
		if err := l.triangle(dst[:Pairs(l.size)], values, start); err != nil {
			return nil, err
		}
		dst = dst[Pairs(l.size):]
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
	order          Order
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

// starts yields where each RDM starts, times innermost, subjects outermost.
func (l *layout) starts() iter.Seq[int] {
	return func(yield func(int) bool) {
		for s := range l.count(AxisSubject) {
			for r := range l.count(AxisRDM) {
				for t := range l.count(AxisTime) {
					if !yield(s*l.stride[AxisSubject] + r*l.stride[AxisRDM] + t*l.stride[AxisTime]) {
						return
					}
				}
			}
		}
	}
}

// triangle copies the upper triangle that starts at start.
func (l *layout) triangle(dst, values []float64, start int) error {
	if l.rows > 0 {
		return l.half(dst, values, start)
	}
	for i := range l.size {
		for j := i + 1; j < l.size; j++ {
			pair := PairIndex(l.size, i, j)
			from := pair
			if l.order == Lower {
				from = Pairs(j) + i
			}
			dst[pair] = values[start+from*l.stride[AxisPair]]
		}
	}
	return nil
}

// half copies the triangle of a square matrix that the order names, after
// comparing it with the other.
func (l *layout) half(dst, values []float64, start int) error {
	other := make([]float64, len(dst)) // the lower triangle, in the order of the upper
	for i := range l.size {
		for j := i + 1; j < l.size; j++ {
			pair := PairIndex(l.size, i, j)
			dst[pair], other[pair] = values[start+i*l.rows+j*l.columns], values[start+j*l.rows+i*l.columns]
		}
	}
	complaint := l.asymmetry(dst, other)
	if complaint == nil {
		return nil
	}
	switch upper, lower := empty(dst), empty(other); {
	case lower && l.order == Upper:
		return nil
	case upper && l.order == Lower:
		copy(dst, other)
		return nil
	case lower:
		return fmt.Errorf("only the upper triangle of the matrix is filled: order %q says that it is meant", Upper)
	case upper:
		return fmt.Errorf("only the lower triangle of the matrix is filled: order %q says that it is meant", Lower)
	}
	return complaint
}

// asymmetry is nil if the triangles agree to a millionth of the largest entry.
func (l *layout) asymmetry(upper, lower []float64) error {
	largest := 0.0
	for _, v := range upper {
		if a := math.Abs(v); a <= math.MaxFloat64 { // no NaN, which max would pass on
			largest = max(largest, a)
		}
	}
	for i := range l.size {
		for j := i + 1; j < l.size; j++ {
			pair := PairIndex(l.size, i, j)
			a, b := upper[pair], lower[pair]
			same := a == b || math.Abs(a-b) <= 1e-6*largest || math.IsNaN(a) && math.IsNaN(b)
			if !same { // infinities are the same or not
				return fmt.Errorf("the matrix is not symmetric: entry (%d, %d) is %g, entry (%d, %d) is %g",
					i+1, j+1, a, j+1, i+1, b)
			}
		}
	}
	return nil
}

// Diagonal returns the entry farthest from 0 on the diagonals of the square
// matrices in a bare array, which similarities have at 1 and dissimilarities at
// 0. It is 0 where there are no matrices, or nothing but NaN.
func Diagonal(array *npy.Array, axes []string) float64 {
	l, err := newLayout(array.Shape, axes)
	values, text := array.Float64s()
	if err != nil || text != nil || l.rows == 0 {
		return 0
	}
	farthest := 0.0
	for start := range l.starts() {
		for i := range l.size {
			if d := values[start+i*(l.rows+l.columns)]; math.Abs(d) > math.Abs(farthest) {
				farthest = d
			}
		}
	}
	return farthest
}

// empty reports whether a triangle holds nothing: all of it is 0 or NaN.
func empty(triangle []float64) bool {
	return !slices.ContainsFunc(triangle, func(v float64) bool { return v != 0 && !math.IsNaN(v) })
}

// FromSimilarities returns 1 − r: the dissimilarities of a stack that holds
// similarities such as correlations.
func (r *RDMs) FromSimilarities() *RDMs {
	result := *r
	result.Dissimilarities, result.views = make([]float64, len(r.Dissimilarities)), nil
	for i, v := range r.Dissimilarities {
		result.Dissimilarities[i] = 1 - v
	}
	return &result
}
