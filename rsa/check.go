package rsa

import (
	"errors"
	"fmt"
)

// Check returns an error if a result, such as one read from a file, has no
// models, or a series over time that does not have one number for every time.
func (r *Result) Check() error {
	if len(r.Models) == 0 {
		return errors.New("there are no models")
	}
	points := r.points()
	times := max(points, 1)
	if c := r.NoiseCeiling; c != nil && (len(c.Lower.Values) != times || len(c.Upper.Values) != times) {
		return fmt.Errorf("noise_ceiling has %d and %d numbers for %d times", len(c.Lower.Values), len(c.Upper.Values), times)
	}
	for _, m := range r.Models {
		if err := m.check(points); err != nil {
			return fmt.Errorf("model %q has %w", m.Name, err)
		}
	}
	return nil
}

// points is the number of times or channels, or of times of all channels; 0 for
// none.
func (r *Result) points() int {
	if r.Times == nil && r.Channels == nil {
		return 0
	}
	return max(1, len(r.Times)) * max(1, len(r.Channels))
}

// check compares the series of a model with the number of times, 0 for none.
func (m *ModelResult) check(times int) error {
	switch {
	case times == 0 && (m.Course != nil || m.Peak != nil):
		return errors.New("a course or a peak, but there are no times")
	case times == 0:
		return nil
	case m.Course == nil || m.Peak == nil:
		return fmt.Errorf("no course or no peak over the %d times", times)
	}
	c := m.Course
	for _, s := range append([][]Number{c.Score, c.Low, c.High, c.P, c.Corrected}, c.Scores...) {
		if len(s) != times {
			return fmt.Errorf("a series of %d numbers for %d times", len(s), times)
		}
	}
	if len(c.Fixed) != 0 && len(c.Fixed) != times {
		return fmt.Errorf("%d scores with the mean RDM for %d channels", len(c.Fixed), times)
	}
	if m.Peak.Index < -1 || m.Peak.Index >= times {
		return fmt.Errorf("its peak at time %d of %d", m.Peak.Index, times)
	}
	return nil
}
