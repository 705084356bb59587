// Package dataset holds responses with a name on every axis, of a brain or of a
// network alike: observations × channels × times.
//
//	ds, err := dataset.Open("subject_1.npz")
//	defer ds.Close()
//	conditions, err := ds.Average("condition")
//
// Labels decide what belongs together: [Match] finds the rows that several
// sides share. Labels are in natural order wherever the order is this program's
// choice; [CompareLabels] is that order.
//
// A Dataset is never modified by this package. One that is made from another
// may view its memory, and ends with it when the other is closed.
package dataset

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/isocortex/isocortex/format/npy"
)

// A Dataset is one subject or one layer of a network.
//
// Labels have reserved names. Of observations: condition, stimulus, subject,
// session, run, repetition. Of channels: name, type, unit, position, frame,
// triplet, voxel, region, layer, band.
type Dataset struct {
	Shape       [3]int                // observations, channels, times
	F32         []float32             // the measurements, row-major; exactly one of F32
	F64         []float64             // and F64 is set; NaN is a measurement that is missing
	Times       []float64             // s from stimulus onset, ascending; nil when there is no time axis, and Shape[2] is 1
	Observation map[string][]string   // by label, one per observation
	Channel     map[string][]string   // by label, one per channel
	Description map[string]string     // of the whole: network, layer, unit, ...
	Arrays      map[string]*npy.Array // what else the file holds, by its name there, such as channel.position

	archive *npy.Archive // that F32 or F64 may view; nil if none
}

// At returns the measurement of observation o, channel c and time t.
func (d *Dataset) At(o, c, t int) float64 {
	i := (o*d.Shape[1]+c)*d.Shape[2] + t
	if d.F64 != nil {
		return d.F64[i]
	}
	return float64(d.F32[i])
}

// Close gives back the file that the measurements may view; a Dataset that was
// not opened from a file has none.
func (d *Dataset) Close() error {
	if d.archive == nil {
		return nil
	}
	archive := d.archive
	d.archive = nil
	return archive.Close()
}

// Check returns every complaint about d at once, nil if there is none.
func (d *Dataset) Check() error {
	complaints := d.checkAxes()
	size, ok := volume(d.Shape)
	switch n := len(d.F32) + len(d.F64); {
	case d.F32 != nil && d.F64 != nil:
		complaints = append(complaints, errors.New("the measurements are there twice, as float32 and as float64"))
	case ok && n != size:
		complaints = append(complaints, fmt.Errorf("%d measurements, but %d observations × %d channels × %d times", n, d.Shape[0], d.Shape[1], d.Shape[2]))
	}
	return errors.Join(complaints...)
}

// checkAxes returns the complaints about everything but the measurements.
func (d *Dataset) checkAxes() []error {
	var complaints []error
	if _, ok := volume(d.Shape); !ok {
		complaints = append(complaints, fmt.Errorf("no Dataset has the shape %v", d.Shape))
	}
	complaints = append(complaints, d.checkTimes()...)
	complaints = append(complaints, checkLabels("observation", d.Observation, d.Shape[0])...)
	complaints = append(complaints, checkLabels("channel", d.Channel, d.Shape[1])...)
	return append(complaints, d.checkArrays()...)
}

// checkArrays requires one row per observation or channel of the arrays that
// are named after them, and names that are not those of the labels.
func (d *Dataset) checkArrays() []error {
	var complaints []error
	for _, name := range slices.Sorted(maps.Keys(d.Arrays)) {
		shape, rows := d.Arrays[name].Shape, -1
		switch axis, _, _ := strings.Cut(name, "."); {
		case axis == "observation":
			rows = d.Shape[0]
		case axis == "channel":
			rows = d.Shape[1]
		case axis == "description", name == measurementsName, name == timesName:
			complaints = append(complaints, fmt.Errorf("an array %s of shape %v, but that name is taken", name, shape))
		}
		if rows >= 0 && (len(shape) < 2 || shape[0] != rows) {
			complaints = append(complaints, fmt.Errorf("%s has the shape %v for an axis of length %d", name, shape, rows))
		}
	}
	return complaints
}

// volume returns the number of measurements; false if there is no such number.
func volume(shape [3]int) (int, bool) {
	size := 1
	for _, n := range shape {
		if n < 0 || n > 0 && size > math.MaxInt/n {
			return 0, false
		}
		size *= n
	}
	return size, true
}

func (d *Dataset) checkTimes() []error {
	if d.Times == nil {
		if d.Shape[2] != 1 {
			return []error{fmt.Errorf("%d times, but no time axis: say when they are, in seconds from stimulus onset", d.Shape[2])}
		}
		return nil
	}
	if len(d.Times) != d.Shape[2] {
		return []error{fmt.Errorf("a time axis of %d times for measurements at %d", len(d.Times), d.Shape[2])}
	}
	for i, t := range d.Times {
		if math.IsNaN(t) || math.IsInf(t, 0) || i > 0 && t <= d.Times[i-1] {
			return []error{fmt.Errorf("time %d is %g s: times must be finite and ascend", i, t)}
		}
	}
	return nil
}

func checkLabels(axis string, labels map[string][]string, n int) []error {
	var complaints []error
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if name == "" {
			complaints = append(complaints, fmt.Errorf("%s labels without a name", axis))
		}
		if len(labels[name]) != n {
			complaints = append(complaints, fmt.Errorf("%d labels %s.%s for an axis of length %d", len(labels[name]), axis, name, n))
		}
	}
	return complaints
}
