package study

import (
	"fmt"
	"strconv"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// signal goes through what is done to recordings before they are cut: what the
// flags of the verb epochs of the same names do.
func (o Options) signal(f form, b *Brain) {
	if len(b.Recordings) == 0 && !f.has("signal") {
		return
	}
	s := &b.Signal
	f.section("signal", func(f form) {
		f.scalar("highpass", frequency(&s.Highpass))
		f.scalar("lowpass", frequency(&s.Lowpass))
		f.list("notch", each(&s.Notch, frequency))
		f.scalar("project", yes(&s.Project))
		f.scalar("blinks", wholeOrNone(&s.Blinks))
		f.scalar("heartbeats", wholeOrNone(&s.Heartbeats))
		f.scalar("eog", text(&s.EOG, ""))
		f.scalar("ecg", text(&s.ECG, ""))
		f.list("ica", each(&b.ICA, func(p *Path) value { return o.path(p, ".fif", ".gz") }))
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
	hertz := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) + " Hz" }
	return amount(v, "a frequency", unit.Frequency, hertz)
}

// duration is a time in seconds, or none.
func duration(v *float64) value { return amount(v, "a time", unit.Time, quantity) }

// amount is a quantity above 0, or none.
func amount(v *float64, what string, of unit.Dimension, write func(float64) string) value {
	hint := fmt.Sprintf("write it like %q, or %s", write(map[unit.Dimension]float64{unit.Frequency: 40, unit.Time: 0.02, unit.Length: 0.04}[of]), none)
	return value{
		what:  what,
		reset: func() { *v = 0 },
		read: func(text string) *wrong {
			if *v = 0; text == none {
				return nil
			}
			read, err := unit.Parse(text, of)
			switch {
			case err != nil:
				return &wrong{err.Error(), hint}
			case read <= 0:
				return &wrong{text + " is not above 0", hint}
			}
			*v = read
			return nil
		},
		write: func() string {
			if *v == 0 {
				return none
			}
			return write(*v)
		},
	}
}
