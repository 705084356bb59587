package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/dataset"
	"github.com/isocortex/isocortex/decoding"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// rdmHelp is what 'isocortex help rdm' says first.
const rdmHelp = `The RDMs of Datasets are made, one per file and time. Those that a file holds
already are read: RDMs of this program, of rsatoolbox (.h5), of the RSA toolbox
(.mat), tables of pairs (.csv), square tables with labels on their edges (.csv,
.tsv), and bare arrays (.npy, .npz#name, .mat#name), whose axes you name. All go
into one file, with labels.

--from names files of given dissimilarities: nothing in them is ever taken for
responses to be measured. --order says how a bare array has them: upper is
(0,1), (0,2), ... (1,2), ...; lower is (1,0), (2,0), (2,1), ...; of a square
matrix, which triangle is meant where the other is empty.

Trials of a Dataset, its observations with the same label "condition", are
averaged, unless the measure is cross-validated: crossnobis, the linear
discriminant t and cross-validated poisson compare conditions between folds.
--folds run makes each run a fold; without it the first trial of every condition
is a fold, the second, and so on. --noise estimates how the noise of channels
varies together, from what trials have beyond the mean of their condition:
--measure crossnobis --folds run --noise ledoit-wolf is usual for fMRI. Where
trials are few, as one pattern per run, --residuals names what the model of the
runs left unexplained, and --degrees how many degrees of freedom that has.
A measure whose name ends in "per channel" is divided by their number.
--pseudo-trials averages trials at random before they are compared between
folds, --assignments repeats that with other ones, and averages the results.

Classifiers are trained and tested on trials of two conditions at a time, by
--measure "lda accuracy" and its like: of the accuracy 0.5 is chance. --folds
says which label tells folds apart, or how many trials are dealt to; without it
each trial of a condition is in a fold of its own; they may be pseudo-trials.
--shrinkage says how the covariance becomes regular. --normalize whitens all
trials by the noise of those for training. --generalize trains at each time and
tests at all of them. For any measure, --window joins times that lie close
together.

--each channel makes an RDM of each channel, from its courses over the times, in
place of one RDM of each time: what a map of sensors is made of.

--whole makes one RDM of all layers in a folder of activations, and prints the
share of each in their variance: of all units side by side, as they are
(concatenated) or after every layer was scaled to the same variance (balanced),
or as the mean of the RDMs of the layers (mean-rdm).

--network and --stimuli make the RDMs of layers straight from pictures: those
that 'isocortex activations' and 'isocortex rdm' would make, to the bit, but the
responses stand in a scratch file beside the output, which is gone at the end.
--scratch bounds the file: layers that do not fit together take one pass of the
pictures through the network each. What was interrupted goes on with the layers
that are missing.`

// rdm is the verb that makes RDMs.
func (a *app) rdm() *cobra.Command {
	var s step.RDM
	var source step.Source
	var from []string
	var pictures step.Pictures
	kind, order, whole := "", "", ""
	cmd := &cobra.Command{
		Use:   "rdm [FILE...] [--from FILE] [--network FILE] -o RDM.npz",
		Short: "Make RDMs from Datasets, or read those of other programs",
		Long:  rdmHelp,
		Example: "  isocortex rdm activations/*.npz -o layers.npz\n" +
			"  isocortex rdm demo/data/subjects/*.npz --label subject -o sensors.npz\n" +
			"  isocortex rdm demo/data/subjects/*.npz --label subject --each channel \\\n" +
			"    --measure euclidean -o channels.npz\n" +
			"  isocortex rdm activations/early.npz -o early.npz\n" +
			"  isocortex rdm activations/late.npz -o late.npz\n" +
			"  isocortex rdm eeg.npy --axes time,pair --times seconds.npy \\\n" +
			"    --kind accuracy --chance 0.5 \\\n" +
			"    --baseline \"-200 ms to 0 ms\" --restore 0.5 -o eeg.npz\n" +
			"  isocortex rdm activations --whole balanced -o network.npz\n" +
			"  isocortex rdm --network demo/data/network.onnx \\\n" +
			"    --stimuli demo/data/stimuli --preprocessing none \\\n" +
			"    --scratch 1GB -o straight.npz\n" +
			"  isocortex rdm --from a.npy --axes pair --order lower -o lower.npz",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := picturesAlone(cmd, len(args)+len(from)); err != nil || pictures.Of.Network != "" {
				return err
			}
			return operands(max(0, 1-len(from)), -1)(cmd, args)
		},
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			if pictures.Of.Network != "" {
				pictures.Of.Device = a.flags.device.Key()
				s.Pictures = &pictures
			}
			if whole != "" {
				return a.whole(cmd, args, step.Whole{Pictures: s.Pictures, Measure: s.Measure, Variant: whole, Out: s.Out})
			}
			source.Kind, source.Order = rdm.Kind(kind), rdm.Order(order)
			s.From = sources(args, source)
			source.Given = true
			s.From = append(s.From, sources(from, source)...)
			return a.do(cmd, s)
		},
	}
	flags := cmd.Flags()
	s.Measure = step.DefaultMeasure
	choose(cmd, choice{&s.Measure, step.MeasureNames()}, "measure", "dissimilarity of responses")
	decodingFlags(cmd, &s.Trials)
	trialFlags(cmd, &s.Trials)
	pictureFlags(cmd, &pictures)
	choose(cmd, choice{&whole, rdm.Variants}, "whole", "one RDM of all layers in a folder of activations (default: none)")
	flags.StringVar(&s.Label, "label", "layer", "`name` of the label that tells files apart: layer, subject")
	baseline := func(v unit.Span) { s.Baseline = &v }
	flags.Var(&span{set: baseline}, "baseline", "`span` whose mean is subtracted from each pair, such as \"-200 ms to 0 ms\"")
	flags.Float64Var(&s.Restore, "restore", 0, "`number` added after the baseline is subtracted")
	flags.StringVar(&s.Rescale, "rescale", "", "`weights` to bring RDMs of parts of the conditions to one scale: "+strings.Join(rdm.RescalingWeights, ", "))
	choose(cmd, choice{&s.Transform.Name, step.Transforms()}, "transform", "what each RDM is taken to at last (default: none)")
	flags.Float64SliceVar(&s.Transform.Quantiles, "quantiles", nil, "`shares` of the pairs, of geo-topological: 0.2,0.8 makes the lowest fifth 0 and the highest 1")
	flags.BoolVar(&s.Union, "union", false, "keep conditions that only some files have; pairs that none has are NaN")
	flags.Var((*words)(&from), "from", "`files` of dissimilarities that are given, never measured")
	choose(cmd, choice{&order, rdm.Orders}, "order", "order of the pairs of a bare array, triangle of a matrix")
	sourceFlags(cmd, &source)
	choose(cmd, choice{&kind, kinds()}, "kind", "what the numbers are, where a file does not say")
	flags.Float64Var(&source.Chance, "chance", 0, "`number` that means no difference, where a file does not say")
	flags.VarP(target{&s.Out, ".npz"}, "output", "o", "`file` for the RDMs (.npz)")
	require(cmd, "output")
	return cmd
}

// whole makes one RDM of a network and prints the shares of its layers.
func (a *app) whole(cmd *cobra.Command, folders []string, s step.Whole) error {
	if s.Pictures == nil {
		if len(folders) != 1 {
			return fmt.Errorf("--whole takes one folder of activations, not %d files", len(folders))
		}
		s.Folder = folders[0]
	}
	found, err := s.Make(cmd.Context(), a.environment())
	if err != nil {
		return err
	}
	return deliver(a, found, func(f *step.WholeNetwork) error { return f.RDMs.Write(s.Out) }, showShares)
}

// showShares prints the shares of layers for people.
func showShares(w io.Writer, found *step.WholeNetwork) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "layer\tshare of variance")
	for _, layer := range found.Layers {
		fmt.Fprintf(table, "%s\t%.2f %%\n", layer.Layer, 100*float64(layer.Share))
	}
	table.Flush()
}

// ofPictures lists the flags that only go with --network.
var ofPictures = []string{"stimuli", "table", "layers", "preprocessing", "batch", "scratch"}

// picturesAlone refuses pictures without a network, and files beside them.
func picturesAlone(cmd *cobra.Command, n int) error {
	given := cmd.Flags().Changed
	switch network := given("network"); {
	case network && !given("stimuli"):
		return errors.New("--network needs --stimuli: name the pictures")
	case network && n > 0:
		return fmt.Errorf("--network makes the RDMs of pictures: leave out the %s, or make their RDMs in another call", files(n))
	case !network && slices.ContainsFunc(ofPictures, given):
		return fmt.Errorf("--%s is of pictures: name the network that they go through with --network", ofPictures[slices.IndexFunc(ofPictures, given)])
	}
	return nil
}

// pictureFlags are the flags of RDMs straight from pictures.
func pictureFlags(cmd *cobra.Command, p *step.Pictures) {
	flags := cmd.Flags()
	flags.StringVar(&p.Of.Network, "network", "", "`file` of a network, or its name, whose layers are compared by their responses to pictures")
	flags.StringVar(&p.Of.Stimuli, "stimuli", "", "`folder` or pattern of the pictures")
	flags.StringVar(&p.Of.Table, "table", "", "`file` (.tsv) with columns stimulus, condition, category of the pictures")
	flags.Var((*words)(&p.Of.Layers), "layers", "`names` of layers of the network, separated by commas (default all)")
	choose(cmd, choice{&p.Of.Preprocessing, presetNames()}, "preprocessing", "what is done to pictures first (default: what the weights expect)")
	flags.Var((*natural)(&p.Of.Batch), "batch", "`number` of pictures at a time (default: as suits)")
	flags.Var((*size)(&p.Scratch), "scratch", "`size` of the scratch file at most, such as 20GB (default: half of what is free beside the output)")
}

// trialFlags are the flags that say how trials become RDMs.
func trialFlags(cmd *cobra.Command, t *step.Trials) {
	t.Noise, t.NoisePer, t.Pairing, t.Missing, t.Each = step.NoNoise, step.NoiseOfAll, rdm.LeaveOneOut, rdm.Undefined, rdm.EachTime
	flags := cmd.Flags()
	choose(cmd, choice{&t.Noise, step.NoiseNames()}, "noise", "estimator of the noise of channels")
	flags.StringVar(&t.NoisePer, "noise-per", t.NoisePer, "`name` of what has noise of its own: all, time, or a label such as run")
	flags.StringVar(&t.Residuals, "residuals", "", "`file` of an array, rows × channels: noise is estimated from it, not from trials")
	flags.Float64Var(&t.Degrees, "degrees", 0, "`number` of degrees of freedom of the residuals (default: rows less one)")
	flags.StringVar(&t.Folds, "folds", "", "`name` of the label that tells folds apart: run, session; for classifiers also their number")
	choose(cmd, choice{(*string)(&t.Pairing), rdm.Pairings}, "pairing", "of folds, for training and for test")
	choose(cmd, choice{(*string)(&t.Missing), rdm.Missings}, "missing", "pairs of which a channel is NaN, or the channel in them")
	choose(cmd, choice{(*string)(&t.Each), rdm.Eaches}, "each", "what has an RDM of its own: each time, over channels, or each channel, over times")
	flags.BoolVar(&t.RemoveMean, "remove-mean", false, "subtract the mean over channels of each pattern")
}

// decodingFlags are the flags of measures that train classifiers.
func decodingFlags(cmd *cobra.Command, t *step.Trials) {
	flags := cmd.Flags()
	flags.Var((*natural)(&t.PseudoTrials), "pseudo-trials", "`number` of averages that the trials of a condition are put into, for classifiers and measures with folds (default: each trial is one)")
	flags.Var((*natural)(&t.Assignments), "assignments", "`number` of random assignments to pseudo-trials and folds that are averaged (default 1)")
	flags.StringVar(&t.Shrinkage, "shrinkage", "", "`share` of equal variances in the covariance of lda: "+strings.Join(decoding.Shrinkages, ", ")+" (default ledoit-wolf)")
	choose(cmd, choice{&t.Normalize, decoding.Normalizations}, "normalize", "covariance of training trials that whitens trials for classifiers (default: none)")
	flags.BoolVar(&t.Generalize, "generalize", false, "test the classifiers of every time at every time")
	flags.Var(&quantity{value: &t.Window, of: unit.Time}, "window", "`time` within which times are joined before RDMs are made, such as \"20 ms\" (default: none)")
	choose(cmd, choice{(*string)(&t.WindowAs), dataset.Joinings}, "window-as", "what becomes of the times in a window (default: mean)")
}

// sourceFlags are the flags that say what a file of RDMs does not say itself.
func sourceFlags(cmd *cobra.Command, source *step.Source) {
	flags := cmd.Flags()
	flags.Var((*words)(&source.Axes), "axes", "`names` of the axes of a bare array: "+strings.Join(rdm.Axes, ", "))
	flags.StringVar(&source.Times, "times", "", "`file` of an array of seconds from stimulus onset, for the axis time")
	flags.StringVar(&source.Names, "names", "", "`file` of names of the RDMs, one per line, for the axis rdm or subject")
	flags.StringVar(&source.Conditions, "conditions", "", "`file` of labels of the conditions, one per line, where the file has none")
	flags.BoolVar(&source.Similarity, "similarity", false, "the numbers are similarities: dissimilarity is 1 - number")
}

// sources gives every file the same description. A pattern that the shell left
// alone, as it does behind a comma, is expanded in natural order.
func sources(paths []string, like step.Source) []step.Source {
	var list []step.Source
	for _, path := range paths {
		matches, err := filepath.Glob(path)
		if _, missing := os.Stat(path); missing == nil || err != nil || len(matches) == 0 {
			matches = []string{path}
		}
		slices.SortFunc(matches, dataset.CompareLabels)
		for _, match := range matches {
			source := like
			source.Path = match
			list = append(list, source)
		}
	}
	return list
}

// kinds lists the kinds of dissimilarity.
func kinds() []string {
	names := make([]string, len(rdm.Kinds))
	for i, k := range rdm.Kinds {
		names[i] = string(k)
	}
	return names
}
