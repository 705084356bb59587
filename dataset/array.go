package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/npy"
	"github.com/isocortex/isocortex/nearest"
)

// The axes of a Dataset. A bare array has them in any order.
const (
	AxisObservation = "observation"
	AxisChannel     = "channel"
	AxisTime        = "time"
)

// Axes lists the names of the axes, in their order in a Dataset.
var Axes = []string{AxisObservation, AxisChannel, AxisTime}

// FromArray makes a Dataset without labels of a bare array whose axes are named.
//
// An axis that is not there has the length 1; the one of observations must be
// there. Where there are times they count 0, 1, 2, ... until somebody says when
// they are.
//
//	shapes   array: one axis per name; result: observations × channels × times
//	NaN      passed on
//	errors   axes that do not describe the array; text
//	cost     a copy, in float32 if the array is, else in float64
func FromArray(array *npy.Array, axes []string) (*Dataset, error) {
	if err := checkNames(array.Shape, axes); err != nil {
		return nil, err
	}
	d := empty()
	stride := [3]int{}
	d.Shape = [3]int{1, 1, 1}
	for i, step := len(axes)-1, 1; i >= 0; i-- {
		at := slices.Index(Axes, axes[i])
		d.Shape[at], stride[at] = array.Shape[i], step
		step *= array.Shape[i]
	}
	if slices.Contains(axes, AxisTime) {
		d.Times = make([]float64, d.Shape[2])
		for t := range d.Times {
			d.Times[t] = float64(t)
		}
	}
	if data, ok := array.Data.([]float32); ok {
		d.F32 = transpose(data, d.Shape, stride)
		return d, nil
	}
	data, err := array.Float64s()
	if err != nil {
		return nil, err
	}
	d.F64 = transpose(data, d.Shape, stride)
	return d, nil
}

// checkNames requires a known name for every axis, each once.
func checkNames(shape []int, axes []string) error {
	if len(shape) != len(axes) {
		return fmt.Errorf("the array has %d axes of lengths %v, but %d are named: %s", len(shape), shape, len(axes), strings.Join(axes, ", "))
	}
	for i, axis := range axes {
		switch {
		case !slices.Contains(Axes, axis):
			return fmt.Errorf("no axis is called %q: use %s%s; a Dataset is one subject, so select one before", axis, strings.Join(Axes, ", "), nearest.Hint(axis, Axes))
		case slices.Contains(axes[:i], axis):
			return fmt.Errorf("axis %q is named twice", axis)
		}
	}
	if !slices.Contains(axes, AxisObservation) {
		return fmt.Errorf("no axis is called %q", AxisObservation)
	}
	return nil
}

// transpose copies the values whose axes have these strides into row-major
// order.
func transpose[T float32 | float64](data []T, shape, stride [3]int) []T {
	values := make([]T, 0, len(data))
	for o := range shape[0] {
		for c := range shape[1] {
			start := o*stride[0] + c*stride[1]
			for t := range shape[2] {
				values = append(values, data[start+t*stride[2]])
			}
		}
	}
	return values
}

// Scale returns d with the measurements of channel c multiplied by ten to the
// power powers[c]. A negative power divides, which rounds once: a thousandth of
// 3 is the number nearest to 0.003.
//
//	shapes   powers: channels, each within ±22, where powers of ten are exact
//	NaN      passed on
func (d *Dataset) Scale(powers []int) *Dataset {
	result := d.view()
	scale := func(i int, x float64) float64 {
		p := powers[i/d.Shape[2]%d.Shape[1]]
		if p < 0 {
			return x / math.Pow10(-p)
		}
		return x * math.Pow10(p)
	}
	if d.F64 != nil {
		result.F64 = make([]float64, len(d.F64))
		for i, x := range d.F64 {
			result.F64[i] = scale(i, x)
		}
		return result
	}
	result.F32 = make([]float32, len(d.F32))
	for i, x := range d.F32 {
		result.F32[i] = float32(scale(i, float64(x)))
	}
	return result
}
