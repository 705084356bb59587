package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// dataset is the verb that labels bare arrays.
func (a *app) dataset() *cobra.Command {
	var s step.Dataset
	cmd := &cobra.Command{
		Use:   "dataset FILE[#VARIABLE] --axes NAME,... -o DATASET.npz",
		Short: "Make a Dataset of a bare array and tables of its labels",
		Long: `The array is a file .npy, or a variable of .npz, .mat or .h5; its axes may stand
in any order. A table of labels is a .tsv or .csv with a header and a row for
each observation, or channel; every column becomes a label. Other verbs go by
the labels condition, stimulus, subject, session, run and repetition of
observations and by name, type, unit, region and layer of channels. In place of
a table there may be a variable of texts: conditions, or names of channels.

Files .npy that hold a dict of Python, as preprocessed EEG is shared, have its
arrays as variables, and an axis repetition behind observation makes rows:

  isocortex dataset train.npy#preprocessed_eeg_data \
    --axes observation,repetition,channel,time --channels train.npy#ch_names \
    --times train.npy#times -o sub-01.npz

Numbers are kept in SI units: those in µV are divided by a million, and the
Dataset says so.`,
		Example: "  isocortex dataset responses.npy --axes observation,channel,time \\\n" +
			"    --observations trials.tsv --rate \"100 Hz\" --start \"-100 ms\" --unit µV \\\n" +
			"    -o responses.npz",
		Args: operands(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.From = args[0]
			if flags := cmd.Flags(); flags.Changed("rate") != flags.Changed("start") {
				return usageError{errors.New("--rate and --start say together when the times are: give both, or neither"), cmd.CommandPath()}
			}
			return a.do(cmd, s)
		},
	}
	flags := cmd.Flags()
	flags.Var((*words)(&s.Axes), "axes", "`names` of the axes of the array: "+strings.Join(dataset.Axes, ", "))
	flags.StringVar(&s.Observations, "observations", "", "`file` (.tsv, .csv) of labels, a row for each observation")
	flags.StringVar(&s.Channels, "channels", "", "`file` (.tsv, .csv) of labels, a row for each channel")
	flags.StringVar(&s.Times, "times", "", "`file` of an array of seconds from stimulus onset, for the axis time")
	flags.Var(&quantity{value: &s.Rate, of: unit.Frequency}, "rate", "`quantity`: times per second, such as \"256 Hz\"; with --start")
	flags.Var(&quantity{value: &s.Start, of: unit.Time}, "start", "`quantity`: the first time, from stimulus onset, such as \"-200 ms\"")
	flags.StringVar(&s.Unit, "unit", "", "`name` of the unit of the numbers, such as µV or fT")
	flags.VarP(target{&s.Out, ".npz"}, "output", "o", "`file` for the Dataset (.npz)")
	require(cmd, "axes", "output")
	return cmd
}
