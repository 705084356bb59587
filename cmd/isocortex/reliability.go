package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// reliability is the verb that halves the repetitions of single subjects.
func (a *app) reliability() *cobra.Command {
	var s step.Reliability
	var source step.Source
	cmd := &cobra.Command{
		Use:   "reliability FILE...",
		Short: "Tell how reliable the RDM of each single subject is",
		Long: `The repetitions of a subject, RDMs or trials told apart by the labels session,
run and repetition, are halved many times, and the RDMs of both halves compared.
For responses without such labels, the first trial of every condition is one
repetition, the second another. RDMs of a half are averaged; of responses, one
RDM is made of each half.

The mean score of halves is corrected for their length by the formula of
Spearman and Brown, where it is a correlation: the reliability is what as many
repetitions again would score, its root the ceiling, what the subject's true RDM
would score. A model can be held against that of its own subject; no other
subject is needed, as for the noise ceiling of 'isocortex rsa'.`,
		Example: "  isocortex reliability sessions.npz\n" +
			"  isocortex reliability sub-01.npz sub-02.npz --measure correlation \\\n" +
			"    --splits 500 -o reliability",
		Args:              operands(1, -1),
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Subjects = sources(args, source)
			found, err := s.Halve(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showReliability)
		},
	}
	flags := cmd.Flags()
	comparatorFlag(cmd, &s.Comparator)
	s.Measure, s.Splits = step.DefaultMeasure, inference.DefaultSplits
	choose(cmd, choice{&s.Measure, rdm.MeasureNames()}, "measure", "dissimilarity of responses, where a file holds responses")
	flags.Var(positive{(*natural)(&s.Splits)}, "splits", "`number` of random halvings; where there are no more, all are taken")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	return cmd
}

// showReliability prints one line per subject; with times, where the halves are
// most alike.
func showReliability(w io.Writer, found *rsa.SplitHalfResult) {
	fmt.Fprintf(w, "%s of halves, correction: %s\n", found.Comparator, found.Correction)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprint(table, "subject\trepetitions\thalvings\thalves\treliability\tceiling")
	if found.Times != nil {
		fmt.Fprint(table, "\tat the best time")
	}
	fmt.Fprintln(table)
	for _, one := range append(found.Subjects, found.Mean) {
		name, repetitions, halvings, best := one.Name, strconv.Itoa(one.Repetitions), strconv.Itoa(one.Splits), 0
		if name == "" {
			name, repetitions, halvings = "mean", "", ""
		}
		for t, score := range one.Halves.Values {
			if top := one.Halves.Values[best]; score > top || top != top {
				best = t
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s", name, repetitions, halvings, number(one.Halves.Values[best], 4),
			number(one.Reliability.Values[best], 4), number(one.Ceiling.Values[best], 4))
		if found.Times != nil {
			fmt.Fprintf(table, "\t%.0f ms", 1000*found.Times[best])
		}
		fmt.Fprintln(table)
	}
}
