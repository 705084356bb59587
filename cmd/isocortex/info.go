package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
)

// info is the verb that tells what files hold.
func (a *app) info() *cobra.Command {
	var preview step.Preview
	cmd := &cobra.Command{
		Use:   "info FILE...",
		Short: "Tell what files and folders hold",
		Long: `Knows networks (.onnx, weights, descriptions; names that 'isocortex networks'
lists, once they are pulled) with their layers, Datasets, RDMs and variables
(.npz, .npy, .mat, .h5), tables (.csv, .tsv), recordings (.fif, .edf, .bdf),
pictures, folders of pictures, and results; file.mat#name is one variable. With
--preview, what a network sees of a picture or a folder of them is drawn too,
cut and resized as --preprocessing says.`,
		Example: "  isocortex info demo/data/network.onnx\n" +
			"  isocortex info demo demo/rdm/sensors.npz demo/data/stimuli\n" +
			"  isocortex info --preview seen.png demo/data/stimuli",
		Args: func(cmd *cobra.Command, args []string) error {
			if preview.Out == "" {
				return operands(1, -1)(cmd, args)
			}
			return operands(1, 1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if preview.Out == "" {
				return a.tell(args)
			}
			preview.Stimuli = args[0]
			if err := preview.Run(cmd.Context(), a.environment()); err != nil {
				return err
			}
			return a.tell(args)
		},
	}
	cmd.Flags().Var(target{&preview.Out, ".png"}, "preview", "`file` (.png) for a picture of what a network sees")
	preview.Preprocessing = step.DefaultPreprocessing
	choose(cmd, choice{&preview.Preprocessing, presetNames()}, "preprocessing", "what is done to pictures first")
	return cmd
}

// tell prints what the files hold. What cannot be told does not hide what can.
func (a *app) tell(paths []string) error {
	found := []step.Fact{}
	var problems []error
	for _, path := range paths {
		fact, err := step.Inspect(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		found = append(found, fact)
	}
	err := a.print(found, func(w io.Writer) {
		for _, fact := range found {
			fmt.Fprintf(w, "%s: %s\n", fact.Path, fact.Kind)
			for _, line := range fact.Lines {
				fmt.Fprintf(w, "  %s\n", line)
			}
		}
	})
	return errors.Join(append(problems, err)...)
}
