package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// demo is the verb that shows the program at work.
func (a *app) demo() *cobra.Command {
	out := ""
	var sessions step.SimulateSessions
	cmd := &cobra.Command{
		Use:   "demo [-o FOLDER]",
		Short: "Carry out a study whose truth is known, in under a minute",
		Long: `Draw sixty pictures, run them through a small network, simulate eight subjects
whose sensors follow its first layer early and its last layer late, and carry
out the study that finds this again. Everything is made by the program itself;
demo/data/study.yaml is a good start for a study of your own.

--recordings writes what a machine records of subjects who look at pictures, and
carries out the study of that: meg is 16 subjects with 306 sensors and 300
pictures, shown twice, in FIF, 3.6 GB; eeg is 23 subjects with 128 electrodes
and 49 pictures, shown 12 times, in BDF, 1.4 GB. Their sensors follow layers of
one of three networks. --subjects and --pictures make that smaller.`,
		Example: "  isocortex demo -o demo\n  isocortex demo --nothing --seed 2 -o nothing\n" +
			"  isocortex demo --recordings meg --subjects 6 --pictures 30 -o meg",
		Args:              operands(0, 0),
		ValidArgsFunction: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data := filepath.Join(out, "data")
			var inputs step.Step = step.Simulate{Out: data, Truth: filepath.Join(out, "truth.json"), Nothing: sessions.Nothing}
			if err := few(cmd, sessions); err != nil {
				return err
			}
			if sessions.Machine != "" {
				sessions.Out = data
				inputs = sessions
			}
			if err := inputs.Run(cmd.Context(), a.environment()); err != nil {
				return err
			}
			s, err := a.read(cmd, filepath.Join(data, "study.yaml"), nil)
			if err != nil {
				return err
			}
			return a.carryOut(cmd, s, out, study.Local{})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "demo", "`folder` for inputs and result")
	choose(cmd, choice{&sessions.Machine, step.SimulatedMachines}, "recordings", "what is recorded, in place of the usual study (default: nothing)")
	cmd.Flags().IntVar(&sessions.Subjects, "subjects", 0, "`number` of subjects that are recorded (default 16 or 23)")
	cmd.Flags().IntVar(&sessions.Conditions, "pictures", 0, "`number` of pictures that they see (default 300 or 49)")
	cmd.Flags().BoolVar(&sessions.Nothing, "nothing", false, "plant nothing: the subjects are noise, and nothing should be found")
	return cmd
}

// few refuses numbers that are too small for the statistics of the study, and
// those of nothing that is recorded.
func few(cmd *cobra.Command, s step.SimulateSessions) error {
	for _, flag := range []struct {
		name     string
		n, least int
	}{{"subjects", s.Subjects, 3}, {"pictures", s.Conditions, 6}} {
		given := cmd.Flags().Changed(flag.name)
		switch {
		case given && s.Machine == "":
			return usageError{fmt.Errorf("--%s is about what is recorded: say --recordings meg, or eeg", flag.name), cmd.CommandPath()}
		case given && flag.n < flag.least:
			return usageError{fmt.Errorf("--%s %d: the statistics of the study take %d or more", flag.name, flag.n, flag.least), cmd.CommandPath()}
		}
	}
	return nil
}
