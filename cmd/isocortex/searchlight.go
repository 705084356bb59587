package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// searchlight is the verb that scores models everywhere, one RDM at a time.
func (a *app) searchlight() *cobra.Command {
	var s step.Searchlight
	var models, subjects []string
	cmd := &cobra.Command{
		Use:   "searchlight --models FILE,... --subjects FILE,... [--window TIME]",
		Short: "Score models at each channel with its neighbors, over time",
		Long: `An RDM is made of every channel with its neighbors, in every window of time,
for every subject, compared with the models, and forgotten: no file holds
them. What comes out is a score for each model, channel and window:
channels.tsv.

Neighbors are channels whose sensors are side by side, as the Datasets of the
subjects say, or --sensors or --adjacency, as for 'isocortex rsa'; --radius
takes all within a distance in their place. Channels of other units than that
in the middle are left out, unless --noise or --normalize makes them
comparable. In a window, times stand side by side, so that a pattern is
channels × times; --window-as mean averages them. Windows touch, unless
--every says how far one begins after the other; without --window, each time
stands alone.

Levels of channels that drift would be most of a pattern of several channels:
subtract a baseline first (isocortex epochs --baseline).

Tests and intervals are over subjects: others would need all RDMs again. The
maximum statistic corrects over models, channels and times, --correct "cluster
mass" by clusters of neighbors in space and time.`,
		Example: "  isocortex searchlight --models layers.npz --subjects 'epochs/*.npz' \\\n" +
			"    --window \"50 ms\" --every \"25 ms\" -o light\n" +
			"  isocortex searchlight --models layers.npz --subjects 'epochs/*.npz' \\\n" +
			"    --subject-measure crossnobis --folds run --noise ledoit-wolf \\\n" +
			"    --radius \"4 cm\" --correct \"cluster mass\" -o light",
		Args: noOperands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Models, s.Subjects = sources(models, step.Source{}), sources(subjects, step.Source{})
			s.Evaluation.Seed = a.flags.seed
			return a.score(cmd, s.Evaluate, saving(s.Out, s.Save))
		},
	}
	flags := cmd.Flags()
	scoredFlags(cmd, &models, &subjects, &s.Comparator)
	flags.Lookup("subjects").Usage = "`files` of the responses of subjects, separated by commas"
	s.Measure, s.OfSubjects = step.DefaultMeasure, step.DefaultMeasure
	choose(cmd, choice{&s.Measure, rdm.MeasureNames()}, "measure", "dissimilarity of responses, where a file of models holds responses")
	choose(cmd, choice{&s.OfSubjects, step.MeasureNames()}, "subject-measure", "that of subjects' responses")
	decodingFlags(cmd, &s.Trials)
	trialFlags(cmd, &s.Trials)
	joining := flags.Lookup("window-as")
	joining.Usage = strings.Replace(joining.Usage, "(default: mean)", "(default: concatenated)", 1)
	for _, refused := range []string{"each", "generalize"} {
		flags.Lookup(refused).Hidden = true
	}
	flags.Var(&quantity{value: &s.Every, of: unit.Time}, "every", "`time` from the beginning of one window to that of the next (default: they touch)")
	flags.Var(&quantity{value: &s.Radius, of: unit.Length}, "radius", "`distance` around each channel, such as \"4 cm\", in place of neighbors")
	testFlags(cmd, &s.Evaluation)
	nearFlags(cmd, &s.Near)
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	return cmd
}
