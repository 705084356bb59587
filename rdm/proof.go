package rdm

import (
	"fmt"
	"math"

	"github.com/isocortex/isocortex/format/npy"
)

// ProvenAxes returns the axes of a bare array whose content can be nothing but
// square RDMs: two of its three axes are equally long, the third is not, every
// matrix along it is symmetric with a zero diagonal, and they are not all zero.
// Sizes alone prove nothing.
//
//	errors   what is missing to the proof
//	cost     one pass over the values
func ProvenAxes(array *npy.Array) ([]string, error) {
	if len(array.Shape) != 3 {
		return nil, fmt.Errorf("%d axes, not three", len(array.Shape))
	}
	stack := -1
	for axis, n := range array.Shape {
		if a, b := array.Shape[(axis+1)%3], array.Shape[(axis+2)%3]; a == b && a != n && a > 1 {
			stack = axis
		}
	}
	if stack < 0 {
		return nil, fmt.Errorf("the shape %v has no two equal axes beside another", array.Shape)
	}
	axes := []string{AxisCondition, AxisCondition, AxisCondition}
	axes[stack] = AxisRDM
	values, err := array.Float64s()
	if err != nil {
		return nil, err
	}
	if r, err := FromArray(array, axes); err != nil {
		return nil, err
	} else if empty(r.Dissimilarities) {
		return nil, fmt.Errorf("all entries beside the diagonals are 0 or NaN")
	}
	l, err := newLayout(array.Shape, axes)
	if err != nil {
		return nil, err
	}
	for k := range l.length[AxisRDM] {
		for i := range l.size {
			if d := values[k*l.stride[AxisRDM]+i*(l.rows+l.columns)]; d != 0 || math.IsNaN(d) {
				return nil, fmt.Errorf("entry %d of the diagonal of matrix %d is %g, not 0", i+1, k+1, d)
			}
		}
	}
	return axes, nil
}
