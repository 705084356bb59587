package main

import (
	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/step"
)

// activations is the verb that runs stimuli through a network.
func (a *app) activations() *cobra.Command {
	var s step.Activations
	cmd := &cobra.Command{
		Use:   "activations --network FILE --stimuli FOLDER -o FOLDER",
		Short: "Run stimuli through a network and save the responses of its layers",
		Long: `Run stimuli through a network and save the responses of its layers, one
Dataset per layer: stimuli × channels, float32, labelled by file name.

Layers are named as 'isocortex info NETWORK' lists them; "shown=layer" saves a
layer under a name of your own.`,
		Example: "  isocortex activations --network squeezenet1_1.onnx --stimuli images/ \\\n" +
			"    --layers conv1=features.1/relu,logits --preprocessing squash-224 -o activations/",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.do(cmd, s) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.Network, "network", "", "`file` of the network (.onnx)")
	flags.StringVar(&s.Stimuli, "stimuli", "", "`folder` or pattern of pictures (PNG, JPEG)")
	flags.StringVar(&s.Table, "table", "", "`file` (.tsv) with columns stimulus, condition, category")
	flags.StringSliceVar(&s.Layers, "layers", nil, "`names` of layers, separated by commas (default all)")
	flags.StringVar(&s.Preprocessing, "preprocessing", step.DefaultPreprocessing, "`name` of what is done to pictures first: "+presetNames())
	flags.IntVar(&s.Batch, "batch", 0, "`number` of stimuli at a time")
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the Datasets")
	require(cmd, "network", "stimuli", "output")
	return cmd
}
