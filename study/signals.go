package study

import (
	"fmt"
	"strconv"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// signal goes through what is done to recordings before they are cut: what the
// flags of the verb epochs of the same names do.
func signal(f form, b *Brain) {
	if len(b.Recordings) == 0 && !f.has("signal") {
		return
	}
	s := &b.Signal
	f.section("signal", func(f form) {
		f.scalar("highpass", frequency(&s.Highpass))
		f.scalar("lowpass", frequency(&s.Lowpass))
		f.list("notch", each(&s.Notch, frequency))
		f.scalar("project", yes(&s.Project))
		f.scalar("interpolate", yes(&s.Interpolate))
		f.list("reference", each(&s.Reference, func(name *string) value { return text(name, "") }))
		f.scalar("envelope", yes(&s.Envelope))
		f.list("power", each(&s.Power, frequency))
		f.scalar("resample", frequency(&s.Rate))
	})
	if err := s.Check(); err != nil {
		f.complain("signal", err.Error(), "")
	}
	if len(b.Recordings) == 0 {
		f.complain("signal", "signals are those of recordings, and there are none", `name them under "recordings", or leave "signal" out`)
	}
}

// none stands for a frequency of 0 Hz: nothing is done.
const none = step.NoNoise

// frequency is a frequency in Hz, or none.
func frequency(v *float64) value {
	return value{
		what:  "a frequency",
		reset: func() { *v = 0 },
		read: func(text string) *wrong {
			if *v = 0; text == none {
				return nil
			}
			hertz, err := unit.Parse(text, unit.Frequency)
			switch {
			case err != nil:
				return &wrong{err.Error(), fmt.Sprintf("write it like \"40 Hz\", or %s", none)}
			case hertz <= 0:
				return &wrong{text + " is not above 0", fmt.Sprintf("write it like \"40 Hz\", or %s", none)}
			}
			*v = hertz
			return nil
		},
		write: func() string {
			if *v == 0 {
				return none
			}
			return strconv.FormatFloat(*v, 'g', -1, 64) + " Hz"
		},
	}
}
