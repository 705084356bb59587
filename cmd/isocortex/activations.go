package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/projection"
	"github.com/isocortex/isocortex/step"
)

// activations is the verb that runs stimuli through a network.
func (a *app) activations() *cobra.Command {
	var s step.Activations
	cmd := &cobra.Command{
		Use:   "activations --network FILE --stimuli FOLDER -o FOLDER",
		Short: "Run pictures through a network, save the responses of its layers",
		Long: `One Dataset per layer is saved: stimuli × channels, float32, labelled by file
name. Layers are named as 'isocortex info NETWORK' lists them; "shown=layer"
saves a layer under a name of your own.

Stimuli may also be the input of the network itself, made elsewhere: an array
(.npy) of stimuli × channels × height × width, or with the channels last, in
float32 or uint8. Such tensors are taken as they are, without --preprocessing;
the lines of --table name them, in their order. A network with one channel is
given gray pictures.

What was interrupted, or killed, goes on when it is started again in the same
way, and gives the same bytes; a fit of components that was not over is done
again.

Layers can be reduced on the way, so that they need no more room than that of
few channels: --reduce pca:100 to the scores of principal components, which are
fitted to the pictures of --fit, or to the stimuli themselves, by a pass of the
network of their own, and are kept in the folder; --projection FOLDER uses those
again. random:1000 is a sparse random projection; pool is the mean of each
channel over the positions of the picture, pool:max the largest. RDMs of reduced
layers compare patterns over units: 'isocortex rdm' knows how.`,
		Example: "  isocortex activations --network demo/data/network.onnx \\\n" +
			"    --stimuli demo/data/stimuli --preprocessing none \\\n" +
			"    --layers early=layer1,late=layer4 -o activations\n" +
			"  isocortex activations --network demo/data/network.onnx \\\n" +
			"    --stimuli demo/data/stimuli --preprocessing none \\\n" +
			"    --reduce pca:10 -o components",
		Args:              operands(0, 0),
		ValidArgsFunction: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Reduction.Seed, s.Device = a.flags.seed, a.flags.device.Key()
			return a.do(cmd, s)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.Network, "network", "", "`file` of the network (.onnx) or of its weights, or a name that 'isocortex networks' lists")
	flags.StringVar(&s.Stimuli, "stimuli", "", "`folder` or pattern of pictures, or file of tensors (.npy)")
	flags.StringVar(&s.Table, "table", "", "`file` (.tsv) with columns stimulus, condition, category")
	flags.Var((*words)(&s.Layers), "layers", "`names` of layers, separated by commas (default all)")
	choose(cmd, choice{&s.Preprocessing, presetNames()}, "preprocessing", "what is done to pictures first; by default what the weights expect, "+step.DefaultPreprocessing+" where nobody knows")
	flags.Var((*natural)(&s.Batch), "batch", "`number` of stimuli at a time (default: as suits)")
	flags.StringVar(&s.Reduction.To, "reduce", "", "`method` that makes layers shorter: "+strings.Join(projection.Methods, ", "))
	flags.StringVar(&s.Reduction.Fit, "fit", "", "`folder` or pattern of pictures that principal components are fitted to")
	flags.StringVar(&s.Reduction.Components, "projection", "", "`folder` of reduced activations whose components are used again")
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the Datasets")
	require(cmd, "network", "stimuli", "output")
	return cmd
}
