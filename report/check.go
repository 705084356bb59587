package report

import (
	"fmt"

	"github.com/isocortex/isocortex/rsa"
)

// check returns an error if series over time do not have one number per time,
// which the page relies on.
func check(e *rsa.Result) error {
	times := max(len(e.Times), 1)
	if c := e.NoiseCeiling; c != nil && (len(c.Lower.Values) != times || len(c.Upper.Values) != times) {
		return fmt.Errorf("noise_ceiling has %d and %d numbers for %d times", len(c.Lower.Values), len(c.Upper.Values), times)
	}
	if e.Times == nil {
		return nil
	}
	for _, m := range e.Models {
		if m.Course == nil || m.Peak == nil {
			return fmt.Errorf("model %q has no course or no peak over the %d times", m.Name, times)
		}
		c := m.Course
		for _, s := range append([][]rsa.Number{c.Score, c.Low, c.High, c.P, c.Corrected}, c.Scores...) {
			if len(s) != times {
				return fmt.Errorf("model %q has a series of %d numbers for %d times", m.Name, len(s), times)
			}
		}
		if m.Peak.Index >= times {
			return fmt.Errorf("model %q has its peak at time %d of %d", m.Name, m.Peak.Index, times)
		}
	}
	return nil
}
