package main

import (
	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
)

// export is the verb that writes for other programs.
func (a *app) export() *cobra.Command {
	var s step.Export
	cmd := &cobra.Command{
		Use:   "export FILE|FOLDER --as NAME",
		Short: "Write Datasets, RDMs, tables and recordings for other programs",
		Long: `Of a folder, everything in it is written, into another folder. Nothing is lost:
numbers keep their bits, and labels, times and definitions go with them.

  mat  for MATLAB: RDMs are a struct array with the fields RDM and name, as the
       RSA toolbox has it, and one for every label; a Dataset is measurements,
       times and the structs observation and channel
  h5   for Python: RDMs are what rsatoolbox.rdm.load_rdm reads
  csv  for R: RDMs have a row per pair, a Dataset a row per observation and time
       with a column per channel; what a table cannot say is in the .json beside

Recordings go to other programs of MEG and EEG, whatever format they came in:

  fif          for MNE-Python: recordings, epochs, and Datasets of epochs, whose
               rows become epochs with their labels as metadata
  brainvision  for EEGLAB, FieldTrip and Analyzer: recordings of EEG, as .vhdr,
               .vmrk and .eeg; bad channels have no place there

Signals are written as float32, Datasets as they are.`,
		Example: "  isocortex export early.npz --as mat\n" +
			"  isocortex export mags.npz --as fif -o mags-epo.fif\n" +
			"  isocortex export demo --as csv -o demo-tables",
		Args: operands(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.From = args[0]
			return a.do(cmd, s)
		},
	}
	choose(cmd, choice{&s.As, step.ExportKinds()}, "as", "kind of file")
	cmd.Flags().StringVarP(&s.Out, "output", "o", "", "`file` or folder (default: beside what is exported)")
	require(cmd, "as")
	return cmd
}
