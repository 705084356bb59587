package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// reweight is the verb that mixes model RDMs.
func (a *app) reweight() *cobra.Command {
	var s step.Reweight
	var models, subjects []string
	var source step.Source
	cmd := &cobra.Command{
		Use:   "reweight --models FILE,... --subjects FILE,...",
		Short: "Mix model RDMs to fit subjects, scored on what is held out",
		Long: `A brain region may be like several layers at once. The RDMs of each network are
mixed to one prediction, and those of all networks to another. The proportions
are fitted to some conditions of some subjects and scored on other conditions of
other subjects, fold after fold: a mixture that only learned noise scores about
0, and its score can be compared with those of single layers (--kind fixed).

` + modelKinds() + `

Weights are those of RDMs as they are, scaled so that their squares sum to 1 (to
interpolate, so that they sum to 1); those printed fit everything, beside the
lowest and the highest of any fold: a weight that folds do not agree on says
little. A share is what a component adds to the mixture, whatever the scale of
its RDM. Files are read and conditions are matched as 'isocortex rsa' does. Nine
conditions or more are needed.

A bootstrap cross-validates again, with subjects and conditions drawn anew. It
gives the mean score of many choices of folds an interval, and p values: above
0, other than the lower noise ceiling, and other than another mixture (corrected
by fdr). By default it is dual, to speak of other subjects and other stimuli,
with 5 subjects and 20 conditions or more, else over conditions; with times,
which take minutes, it has to be asked for.`,
		Example: "  isocortex reweight --models layers.npz --subjects sensors.npz\n" +
			"  isocortex reweight --models layers.npz --subjects sensors.npz \\\n" +
			"    --kind weighted,select,fixed -o mixtures",
		Args: noOperands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Models, s.Subjects = sources(models, source), sources(subjects, source)
			s.Folds.Seed = a.flags.seed
			found, err := s.Evaluate(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showMixtures)
		},
	}
	flags := cmd.Flags()
	flags.Var((*words)(&models), "models", "`files` or folders of model RDMs, separated by commas")
	subjectFlags(cmd, &subjects, &s.Measure)
	s.Comparator = "pearson"
	choose(cmd, choice{&s.Comparator, comparatorNames()}, "comparator", "similarity of RDMs")
	flags.Var(several{&s.Kinds, step.ModelKinds()}, "kind", "`names`, separated by commas, of how RDMs are mixed: "+strings.Join(step.ModelKinds(), ", ")+" (default weighted)")
	s.Regression = rsa.NonNegative
	choose(cmd, choice{&s.Regression, rsa.Regressions}, "regression", "how weights are found")
	flags.Float64Var(&s.Penalty, "penalty", 0, "`number` that keeps weights small, of ridge and non-negative")
	foldFlags(cmd, &s.Folds)
	s.Bootstrap, s.Draws = rsa.Automatic, rsa.DefaultModelDraws
	choose(cmd, choice{&s.Bootstrap, slices.Concat(rsa.ModelBootstraps, []string{rsa.None})}, "bootstrap", "what is drawn again")
	flags.Var(positive{(*natural)(&s.Draws)}, "bootstrap-draws", "`number` of draws of the bootstrap")
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "models", "subjects")
	return cmd
}

// subjectFlags are the flags about the measured side of a comparison.
func subjectFlags(cmd *cobra.Command, subjects *[]string, measure *string) {
	cmd.Flags().Var((*words)(subjects), "subjects", "`files` or folders of the RDMs of subjects, separated by commas")
	*measure = step.DefaultMeasure
	choose(cmd, choice{measure, rdm.MeasureNames()}, "measure", "dissimilarity of responses, where a file holds responses")
}

// foldFlags are the flags that say what is held out.
func foldFlags(cmd *cobra.Command, f *rsa.Folds) {
	cmd.Flags().Var((*natural)(&f.Conditions), "folds", "`number` of folds of conditions (default: 2 to 5, by their number)")
	cmd.Flags().Var((*natural)(&f.Subjects), "subject-folds", "`number` of folds of subjects (default: 2 to 5, by their number)")
}

// modelKinds lists the kinds of flexible models with what they are.
func modelKinds() string {
	var text strings.Builder
	for _, k := range rsa.ModelKinds {
		for i, line := range wrap(k.Definition, 64) {
			name := k.Name
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&text, "  %-12s %s\n", name, line)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// showMixtures prints scores and weights for people; with times, at the time of
// the highest score.
func showMixtures(w io.Writer, found *step.Reweighted) {
	fmt.Fprintf(w, "%s over %d conditions, matched by %s; %s; %d folds\n",
		found.Comparator, found.Conditions, found.Matched, people(found.Subjects, found.Averaged), len(found.Folds))
	if c := found.NoiseCeiling; c != nil && found.Times == nil {
		fmt.Fprintf(w, "noise ceiling %s to %s, %s\n", number(c.Lower.Values[0], 4), number(c.Upper.Values[0], 4), c.Kind)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "mixture\tkind\tscore\tin subjects", timeHeading(found.Times), "\n")
	for _, m := range found.Models {
		at, score := rsa.Highest(m.Score)
		low, high := rsa.Range(m.Scores, at)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s", m.Name, m.Kind, number(score, 4), interval(low, high, 4))
		fmt.Fprint(table, timeCell(found.Times, at), "\n")
	}
	table.Flush()
	if found.Inference != nil {
		showMixtureTests(w, found)
	}
	mixes := func(m rsa.FlexibleScores) bool { return len(m.Components) > 1 }
	if !slices.ContainsFunc(found.Models, mixes) {
		return // nothing has a weight
	}
	fmt.Fprintln(w)
	fmt.Fprintln(table, "mixture\tkind\tcomponent\tweight\tin folds\tshare")
	for i, m := range found.Models {
		if mixes(m) {
			showWeights(table, m, found.Shares[i])
		}
	}
	table.Flush()
}

// showWeights prints the weights of one mixture.
func showWeights(w io.Writer, m rsa.FlexibleScores, shares [][]rsa.Number) {
	at, _ := rsa.Highest(m.Score)
	for k, component := range m.Components {
		low, high := m.FoldRange(at, k)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, m.Kind, component, number(m.Weights[at][k], 4), interval(low, high, 4), number(100*shares[at][k], 1)+" %")
	}
}

// people says how many subjects there are.
func people(subjects int, averaged string) string {
	text := "1 subject"
	if subjects != 1 {
		text = fmt.Sprintf("%d subjects", subjects)
	}
	if averaged != "" {
		text += ", averaged over " + averaged + "s"
	}
	return text
}

// timeHeading is the heading of a column of times, if there are any.
func timeHeading(times []float64) string {
	if times == nil {
		return ""
	}
	return "\thighest at"
}

// timeCell is the cell below it.
func timeCell(times []float64, index int) string {
	if times == nil {
		return ""
	}
	return fmt.Sprintf("\t%.1f ms", 1000*times[index])
}

// several is a flag whose value is some of the names, separated by commas.
type several struct {
	values *[]string
	names  []string
}

// String is the list.
func (s several) String() string { return strings.Join(*s.values, ",") }

// Type is what help calls the value.
func (s several) Type() string { return "names" }

// Set chooses names.
func (s several) Set(text string) error {
	var given []string
	if err := (*words)(&given).Set(text); err != nil {
		return err
	}
	for _, name := range given {
		var one string
		if err := (choice{&one, s.names}).Set(name); err != nil {
			return err
		}
	}
	*s.values = append(*s.values, given...)
	return nil
}
