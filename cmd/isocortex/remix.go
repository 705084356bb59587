package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// remix is the verb that mixes the channels of a layer anew.
func (a *app) remix() *cobra.Command {
	var s step.Remix
	cmd := &cobra.Command{
		Use:   "remix LAYER --fit OTHER",
		Short: "Turn a layer into what classifiers of other stimuli read from it",
		Long: `A layer may hold a category, such as faces, without giving it much room among
its channels. Remixing makes the category count: for each class, a linear
classifier of that class against the rest is fitted to the responses of the
layer to OTHER stimuli. What the classifiers decide about the stimuli of LAYER,
one value per class, is the new representation, and its RDM is compared as any
other.

OTHER names the class of each stimulus by a label, or --labels does. None of its
stimuli may be among those of LAYER: responses are compared, and pictures pixel
by pixel where 'isocortex activations' read them. How well the classifiers do is
told for stimuli that were held out, fold after fold, beside the accuracy of
always saying the largest class.

-o writes decisions.npz, a Dataset of the decision values, and rdm.npz.`,
		Example: "  isocortex activations --network net.onnx --stimuli others \\\n" +
			"    --table others.tsv -o others\n" +
			"  isocortex remix layers/late.npz --fit others/late.npz -o remixed\n" +
			"  isocortex rsa --models layers/late.npz,remixed/rdm.npz --subjects IT.npz",
		Args:              operands(1, 1),
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Responses = args[0]
			s.Remix.Seed = a.flags.seed
			found, err := s.Mix(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showRemixed)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.Fitted, "fit", "", "`file` of a Dataset: the layer's responses to other stimuli")
	flags.StringVar(&s.Classes, "classes", "condition", "`name` of the label of those stimuli that is their class")
	flags.StringVar(&s.Labels, "labels", "", "`file` of their classes, one per line, or table.tsv#column")
	s.Remix.Classifier, s.Measure = rsa.Logistic, "euclidean"
	choose(cmd, choice{&s.Remix.Classifier, rsa.Classifiers}, "classifier", "how classes are told apart")
	flags.Float64Var(&s.Remix.Penalty, "penalty", 1, "`number` that keeps weights small, of logistic")
	flags.Float64Var(&s.Remix.Shrinkage, "shrinkage", rsa.DefaultShrinkage, "`share` of a simpler covariance, of lda")
	flags.Var((*natural)(&s.Remix.Folds), "folds", fmt.Sprintf("`number` of folds, for the accuracy (default %d, less for rare classes)", rsa.DefaultFolds))
	choose(cmd, choice{&s.Measure, rdm.MeasureNames()}, "measure", "dissimilarity of decision values")
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "fit")
	return cmd
}

// showRemixed prints what came of remixing for people.
func showRemixed(w io.Writer, found *step.Remixed) {
	fmt.Fprintf(w, "%s of %d classes, fitted to %d stimuli and %d channels of %s; %d others tested, as %s tell\n",
		found.Classifier, len(found.Classes), found.Fitted, found.Channels, found.Layer, found.Tested, found.Checked)
	fmt.Fprintf(w, "accuracy %s of stimuli held out in %d folds; by chance %s\n", number(found.Accuracy, 4), found.Folds, number(found.Chance, 4))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "class\taccuracy")
	for k, class := range found.Classes {
		fmt.Fprintf(table, "%s\t%s\n", class, number(found.Recall[k], 4))
	}
}
