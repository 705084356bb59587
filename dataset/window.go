package dataset

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// A Joining says what becomes of the times in a window; "" is WindowMean.
type Joining string

// The joinings.
const (
	WindowMean         Joining = "mean"         // their mean
	WindowConcatenated Joining = "concatenated" // channels beside each other, those of the first time first
)

// Joinings lists the names of the joinings.
var Joinings = []string{string(WindowMean), string(WindowConcatenated)}

// Windows returns d with every time replaced by a window around it, as far as
// windows lie inside: of as many times as fit its width in seconds, one at least.
// Their middle is the new time.
//
//	shapes   observations × channels × (times − w + 1) for windows of w times; w
//	         times as many channels where they are concatenated
//	NaN      a mean is NaN when one of its measurements is
//	errors   no times, or times that are not equally far apart; a window that is
//	         not above 0, or longer than all times
//	cost     as many operations as measurements, times w; a copy
func (d *Dataset) Windows(width float64, how Joining) (*Dataset, error) {
	w, err := d.WindowTimes(width)
	if err != nil {
		return nil, err
	}
	made := *d
	made.archive, made.Arrays, made.F32 = nil, nil, nil
	made.Shape[2] = d.Shape[2] - w + 1
	made.Times = make([]float64, made.Shape[2])
	for t := range made.Times {
		made.Times[t] = (d.Times[t] + d.Times[t+w-1]) / 2
	}
	if how == WindowConcatenated {
		made.Shape[1] *= w
		made.Channel = maps.Clone(d.Channel)
		for name, labels := range made.Channel {
			made.Channel[name] = slices.Repeat(labels, w)
		}
	}
	made.F64 = make([]float64, made.Shape[0]*made.Shape[1]*made.Shape[2])
	for i := range made.F64 {
		o, c, t := i/made.Shape[2]/made.Shape[1], i/made.Shape[2]%made.Shape[1], i%made.Shape[2]
		if how == WindowConcatenated {
			made.F64[i] = d.At(o, c%d.Shape[1], t+c/d.Shape[1])
			continue
		}
		for k := range w {
			made.F64[i] += d.At(o, c, t+k) / float64(w)
		}
	}
	return &made, nil
}

// WindowTimes returns how many times fit a window of a width in seconds, one at least.
//
//	errors   as for [Dataset.Windows]
func (d *Dataset) WindowTimes(width float64) (int, error) {
	n := d.Shape[2]
	if d.Times == nil || n < 2 {
		return 0, fmt.Errorf("a window of %g s needs times, and there are none: leave it out", width)
	}
	step := (d.Times[n-1] - d.Times[0]) / float64(n-1)
	for i, t := range d.Times {
		if math.Abs(t-d.Times[0]-float64(i)*step) > step/100 {
			return 0, fmt.Errorf("times are not equally far apart, as at time %d, %g s: windows need that", i, t)
		}
	}
	if !(width > 0) || width > step*(float64(n)+0.5) {
		return 0, fmt.Errorf("a window of %g s: it must be above 0, and there are %d times, %g s apart", width, n, step)
	}
	return min(n, max(1, int(math.RoundToEven(width/step)))), nil
}
