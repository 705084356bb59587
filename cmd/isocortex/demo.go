package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/study"
)

// demo is the verb that shows the program at work.
func (a *app) demo() *cobra.Command {
	out, recordings := "", ""
	empty := false
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
one of three networks.`,
		Example:           "  isocortex demo -o demo\n  isocortex demo --nothing --seed 2 -o nothing",
		Args:              operands(0, 0),
		ValidArgsFunction: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data := filepath.Join(out, "data")
			var inputs step.Step = step.Simulate{Out: data, Truth: filepath.Join(out, "truth.json"), Nothing: empty}
			if recordings != "" {
				inputs = step.SimulateSessions{Machine: recordings, Out: data, Nothing: empty}
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
	choose(cmd, choice{&recordings, step.SimulatedMachines}, "recordings", "what is recorded, in place of the usual study (default: nothing)")
	cmd.Flags().BoolVar(&empty, "nothing", false, "plant nothing: the subjects are noise, and nothing should be found")
	return cmd
}
