package report

import "fmt"

// check returns an error if series over time do not have one number per time.
func (e evaluation) check() error {
	if e.NoiseCeiling != nil {
		for _, s := range []series{e.NoiseCeiling.Lower, e.NoiseCeiling.Upper} {
			if len(s) != max(len(e.Times), 1) {
				return fmt.Errorf("noise_ceiling has %d numbers for %d times", len(s), max(len(e.Times), 1))
			}
		}
	}
	if e.Times == nil {
		return nil
	}
	for _, m := range e.Models {
		if m.Course == nil {
			return fmt.Errorf("model %q has no course over the %d times", m.Name, len(e.Times))
		}
		c := m.Course
		for _, s := range append([][]Number{c.Score, c.Low, c.High, c.PCorrected}, c.Scores...) {
			if len(s) != len(e.Times) {
				return fmt.Errorf("model %q has a series of %d numbers for %d times", m.Name, len(s), len(e.Times))
			}
		}
		if m.Peak != nil && m.Peak.Index >= len(e.Times) {
			return fmt.Errorf("model %q has its peak at time %d of %d", m.Name, m.Peak.Index, len(e.Times))
		}
	}
	return nil
}
