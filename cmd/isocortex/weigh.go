package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// weigh is the verb that weighs the channels of a layer.
func (a *app) weigh() *cobra.Command {
	var s step.Weigh
	var subjects []string
	var source step.Source
	cmd := &cobra.Command{
		Use:   "weigh LAYER --subjects FILE,...",
		Short: "Weigh the channels of a layer so that its RDM fits subjects",
		Long: `In an RDM of a layer every channel counts the same, though only some may be like
the brain. This finds a weight of 0 or more for each channel, so that the summed
squared differences of two patterns, weighted, match the RDMs of subjects.
Weights are fitted to some conditions of some subjects and scored on other
conditions of other subjects, beside the score that all channels have when they
count the same. How strongly weights are kept small is chosen inside the
training conditions.

-o writes the weight of each channel as a table, and the RDM of the weighted
channels. That RDM has seen all conditions of all subjects: the score to report
is the one that is printed, not one of that RDM with the same subjects. Channels
that lack measurements are left out. Subjects with times need a --window to
average over. Nine conditions or more are needed, and fourteen to choose a
penalty.`,
		Example: "  isocortex weigh activations/late.npz --subjects IT.npz -o weights\n" +
			"  isocortex weigh activations/late.npz --subjects sensors.npz \\\n" +
			"    --window \"100 ms to 200 ms\" --penalty 1",
		Args:              operands(1, 1),
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Responses, s.Subjects = args[0], sources(subjects, source)
			s.Folds.Seed = a.flags.seed
			found, err := s.Weigh(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showWeighed)
		},
	}
	flags := cmd.Flags()
	flags.Var((*words)(&subjects), "subjects", "`files` or folders of the RDMs of subjects, separated by commas")
	s.Comparator = "pearson"
	choose(cmd, choice{&s.Comparator, comparatorNames()}, "comparator", "similarity of RDMs")
	s.Regression = rsa.NonNegative
	choose(cmd, choice{&s.Regression, []string{rsa.NonNegative, rsa.RidgePenalty}}, "regression", "how weights are found")
	flags.Var((*numbers)(&s.Penalties), "penalty", "`numbers` to choose from, separated by commas, that keep weights small (default 0.01,0.1,1,10,100)")
	window := func(v unit.Span) { s.Window = v }
	flags.Var(&span{set: window}, "window", "`span` of time over which RDMs of subjects are averaged")
	foldFlags(cmd, &s.Folds)
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "subjects")
	return cmd
}

// showWeighed prints what came of weighing for people.
func showWeighed(w io.Writer, found *step.Weighed) {
	fmt.Fprintf(w, "%s over %d conditions, matched by %s; %s; %d folds\n",
		found.Comparator, found.Conditions, found.Matched, people(found.Subjects, found.Averaged), len(found.Folds))
	fmt.Fprintf(w, "%d of %d channels count, penalty %g\n", found.Used, found.Channels, float64(found.Penalty))
	rows := make([][]rsa.Number, len(found.Scores))
	for s := range rows {
		rows[s] = found.Scores[s : s+1]
	}
	low, high := rsa.Range(rows, 0)
	fmt.Fprintf(w, "weighted    %s  in subjects %s\n", number(found.Score, 4), interval(low, high, 4))
	fmt.Fprintf(w, "unweighted  %s\n", number(found.Unweighted, 4))
}

// numbers is a flag whose value is numbers, separated by commas.
type numbers []float64

// String is the list.
func (n *numbers) String() string {
	texts := make([]string, len(*n))
	for i, v := range *n {
		texts[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Join(texts, ",")
}

// Type is what help calls the value.
func (n *numbers) Type() string { return "numbers" }

// Set reads the list.
func (n *numbers) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		value, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil {
			return errors.New("must be numbers, separated by commas")
		}
		*n = append(*n, value)
	}
	return nil
}
