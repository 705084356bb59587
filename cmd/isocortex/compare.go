package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/alignment"
	"github.com/isocortex/isocortex/compare"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// compare is the verb that compares two RDMs, or the responses of two Datasets.
func (a *app) compare() *cobra.Command {
	var s step.Compare
	var align step.Align
	var source step.Source
	var controls []string
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Tell how alike two RDMs, or the responses of two Datasets, are",
		Long: `Conditions are matched by label; where a file has no labels, by position, with a
warning. With --json the answer is {"comparator", "score", "pairs",
"conditions", "matched"}, and {"warnings"} if there are any.

With --partial, what other RDMs explain is taken from both, and the score is
their partial correlation; {"controls"} is how many there are. With
--controls-from a it is taken from A alone: the square of this semi-partial
correlation is the share of the variance of B that only A explains.

Whitened comparators take the noise of all conditions for equal and independent;
--condition-covariance names an array of how it varies together, conditions of A
in the order of its file.

With --alignment the responses themselves are compared, without RDMs: of two
Datasets with channels that need not correspond. The answer is {"alignment",
"definition", "score", "chance", "conditions", "channels", "matched"}. Chance is
the mean score of unrelated responses, where a formula is known. Channels that
lack measurements are left out, with a warning. Datasets with times are compared
at every time they share, a side without at all times of the other; or, with
--compare-times pairs, every time with every other. Then the score is the best,
and the answer has {"times", "scores", "best"} too.

` + definitions(),
		Example: "  isocortex compare early.npz late.npz --comparator kendall-tau-b\n" +
			"  isocortex compare a.npy b.npy --axes pair\n" +
			"  isocortex compare a.npy b.npy --axes pair --partial silhouette.npy\n" +
			"  isocortex compare activations/early.npz activations/late.npz \\\n" +
			"    --alignment cka-unbiased",
		Args:              twoOfAKind,
		ValidArgsFunction: rdms,
		RunE: func(cmd *cobra.Command, args []string) error {
			if align.Alignment != "" {
				align.A, align.B, align.Strict = args[0], args[1], s.Strict
				return a.align(cmd, align)
			}
			s.A, s.B = sources(args, source)[0], sources(args, source)[1]
			s.Controls = sources(controls, source)
			env := a.environment()
			found, err := s.Compare(cmd.Context(), env)
			if err != nil {
				return err
			}
			found.Warnings = env.Warnings()
			if math.IsNaN(float64(found.Score)) {
				a.warn(withoutScore(found))
				found.Warnings = append(found.Warnings, withoutScore(found))
			}
			return a.print(found, func(w io.Writer) {
				name := found.Comparator
				if found.Controls > 0 {
					name = "partial " + name
				}
				if found.From == step.ControlA {
					name = "semi-" + name
				}
				fmt.Fprintf(w, "%s  %.6f  over %d pairs of %d conditions, matched by %s\n",
					name, found.Score, found.Pairs, found.Conditions, found.Matched)
			})
		},
	}
	comparatorFlag(cmd, &s.Comparator)
	cmd.Flags().StringSliceVar(&controls, "partial", nil, "`files` of RDMs whose part is taken from both, of pearson and spearman")
	choose(cmd, choice{&s.From, step.ControlSides}, "controls-from", "side that --partial takes from (default: both)")
	cmd.Flags().StringVar(&s.Covariance, "condition-covariance", "", "`file` of an array, conditions × conditions: their noise, of whitened-...")
	cmd.Flags().BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	alignmentFlags(cmd, &align)
	return cmd
}

// withoutScore says what would give a comparison a score.
func withoutScore(found step.Comparison) string {
	text := "the score is undefined: of what is known in both, either RDM needs " + found.Needs
	if found.Controls > 0 {
		text += ", and something that the controls do not explain"
	}
	return text
}

// align compares the responses of two Datasets.
func (a *app) align(cmd *cobra.Command, s step.Align) error {
	env := a.environment()
	found, err := s.Align(cmd.Context(), env)
	if err != nil {
		return err
	}
	found.Warnings = env.Warnings()
	return a.print(found, func(w io.Writer) {
		chance := ""
		if !math.IsNaN(float64(found.Chance)) {
			chance = fmt.Sprintf("; by chance %.6f", found.Chance)
		}
		fmt.Fprintf(w, "%s  %.6f  over %d conditions, %d and %d channels, matched by %s%s\n",
			found.Alignment, found.Score, found.Conditions, found.Channels[0], found.Channels[1], found.Matched, chance)
		if found.AlignedCourse != nil {
			showAligned(w, found.AlignedCourse)
		}
	})
}

// showAligned prints when two sides are most alike, and a line per time.
func showAligned(w io.Writer, found *step.AlignedCourse) {
	at := make([]string, 0, 2)
	for side, time := range found.Best {
		if found.Times[side] != nil {
			at = append(at, number(1000*time, 1)+" ms")
		}
	}
	if len(at) == 2 && at[0] == at[1] {
		at = at[:1]
	}
	fmt.Fprintf(w, "most alike at %s\n", strings.Join(at, " and "))
	if len(found.Scores[0]) > 1 {
		return // --json prints the matrix
	}
	times := found.Times[0]
	if len(times) < len(found.Scores) {
		times = found.Times[1]
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	for t, row := range found.Scores[:min(len(times), len(found.Scores))] {
		fmt.Fprintf(table, "%s ms\t%s\n", number(rsa.Number(1000*times[t]), 1), number(row[0], 6))
	}
}

// alignmentFlags are the flags that say how responses are compared. They go with
// none of those about RDMs.
func alignmentFlags(cmd *cobra.Command, s *step.Align) {
	flags := cmd.Flags()
	choose(cmd, choice{&s.Alignment, alignment.Names()}, "alignment", "similarity of responses")
	s.Times = step.TimesShared
	choose(cmd, choice{&s.Times, step.AlignTimes}, "compare-times", "which times of either side are compared")
	flags.Float64Var(&s.Options.Bandwidth, "bandwidth", alignment.DefaultBandwidth, "`number` of medians of the distances, of cka-rbf")
	flags.Float64Var(&s.Options.Variance, "variance", alignment.DefaultVariance, "`share` of the variance that svcca keeps")
	flags.IntVar(&s.Options.Neighbors, "neighbors", alignment.DefaultNeighbors, "`number` of neighbors, of mutual-neighbors")
	flags.Float64Var(&s.Options.Whitening, "whitening", 0, "`share` of whitening of shape-...: 0 is Procrustes, 1 is CCA")
}

// The flags that are about one of the two things that are compared.
var (
	aboutRDMs      = []string{"comparator", "partial", "controls-from", "condition-covariance", "axes", "times", "names", "conditions", "similarity"}
	aboutResponses = []string{"compare-times", "bandwidth", "variance", "neighbors", "whitening"}
)

// twoOfAKind takes two files and refuses flags that are about something else.
func twoOfAKind(cmd *cobra.Command, args []string) error {
	aligns, others := cmd.Flags().Changed("alignment"), aboutResponses
	if aligns {
		others = aboutRDMs
	}
	for _, name := range others {
		switch {
		case !cmd.Flags().Changed(name):
		case aligns:
			return fmt.Errorf("--%s is about RDMs, and --alignment compares responses: leave one out", name)
		default:
			return fmt.Errorf("--%s goes with --alignment", name)
		}
	}
	return operands(2, 2)(cmd, args)
}

// definitions lists the alignments with their formulas.
func definitions() string {
	var text strings.Builder
	for _, a := range alignment.Alignments {
		fmt.Fprintf(&text, "  %s\n", a.Name)
		for _, line := range wrap(a.Definition, 74) {
			fmt.Fprintf(&text, "      %s\n", line)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// wrap cuts text into lines of at most width letters, between words.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// comparatorFlag is the flag that names a comparator.
func comparatorFlag(cmd *cobra.Command, name *string) {
	*name = step.DefaultComparator
	choose(cmd, choice{name, comparatorNames()}, "comparator", "similarity of RDMs")
}

// comparatorNames lists the comparators.
func comparatorNames() []string {
	names := make([]string, len(compare.Comparators))
	for i, c := range compare.Comparators {
		names[i] = c.Name
	}
	return names
}
