package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// frequencies are a flag of several.
type frequencies []float64

// String is empty: none are the default.
func (*frequencies) String() string { return "" }

// Type is what help calls the value.
func (*frequencies) Type() string { return "frequencies" }

// Set reads frequencies with commas between them.
func (f *frequencies) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		one, err := unit.Parse(word, unit.Frequency)
		if err != nil {
			return err
		}
		*f = append(*f, one)
	}
	return nil
}

// signalFlags are the flags that say what is done before recordings are cut.
func signalFlags(cmd *cobra.Command, s *step.Signal) {
	flags := cmd.Flags()
	flags.Var(&quantity{value: &s.Highpass, of: unit.Frequency}, "highpass", "`frequency` above which signals pass, such as 0.1Hz")
	flags.Var(&quantity{value: &s.Lowpass, of: unit.Frequency}, "lowpass", "`frequency` below which signals pass, such as 40Hz")
	flags.Var((*frequencies)(&s.Notch), "notch", "`frequencies` that are stopped, such as 50Hz,100Hz")
	flags.BoolVar(&s.Project, "project", false, "take out the directions that the files name (SSP)")
	flags.Var((*natural)(&s.Blinks), "blinks", "`number` of directions of blinks to take out of each kind of channels (SSP; default none)")
	flags.Var((*natural)(&s.Heartbeats), "heartbeats", "`number` of directions of heartbeats to take out, likewise")
	flags.StringVar(&s.EOG, "eog", "", "`name` of the channel that sees blinks (default: that of kind eog of the widest range)")
	flags.StringVar(&s.ECG, "ecg", "", "`name` of the channel that sees heartbeats (default: that of kind ecg)")
	flags.Var((*words)(&s.ICA), "ica", "`files` of independent components (-ica.fif), one for all recordings or one for each: the excluded ones are taken out")
	flags.BoolVar(&s.Interpolate, "interpolate", false, "make bad EEG channels of good ones, by splines on the sphere")
	flags.Var((*words)(&s.Reference), "reference", "`names` of channels to whose mean EEG is relative, or average")
	flags.BoolVar(&s.Envelope, "envelope", false, "take the amplitude of the band between --highpass and --lowpass")
	flags.Var((*frequencies)(&s.Power), "power", "`frequencies` whose mean power is taken, such as 8Hz,10Hz,12Hz")
	flags.Var(&quantity{value: &s.Rate, of: unit.Frequency}, "resample", "`frequency`: times per second afterwards, such as 250Hz")
}
