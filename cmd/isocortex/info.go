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
	return &cobra.Command{
		Use:   "info FILE...",
		Short: "Tell what files and folders hold",
		Long: `Knows networks (.onnx) with their layers, Datasets and RDMs (.npz), arrays
(.npy, .npz#name), pictures, folders of pictures, and results.`,
		Example: "  isocortex info demo/data/network.onnx\n" +
			"  isocortex info demo demo/rdm/sensors.npz demo/data/stimuli",
		Args: operands(1, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			found := []step.Fact{}
			var problems []error
			for _, path := range args {
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
		},
	}
}
