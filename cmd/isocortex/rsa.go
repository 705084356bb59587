package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// rsa is the verb that compares models with subjects.
func (a *app) rsa() *cobra.Command {
	var s step.RSA
	var models, subjects []string
	var source step.Source
	cmd := &cobra.Command{
		Use:   "rsa --models FILE,... --subjects FILE,...",
		Short: "Compare model RDMs with subjects: scores, noise ceilings, tests",
		Long: `Every RDM of the files of models is a model RDM; a folder that 'isocortex
activations' wrote is a model for each layer, any other one for each RDM in its
files. Subjects are told apart by the label subject inside a file, else by the
names of its RDMs, or stand one in each file. Several sessions of a subject are
averaged.

Files of responses become RDMs by --measure. --folds, --noise and the like are
about the trials of subjects, as in 'isocortex rdm'; --subject-measure is for a
measure that models have no trials for: --subject-measure crossnobis --folds
run.

What --axes, --conditions, --names and --times say is for the files that do not
say it themselves, of models and of subjects. Two bare arrays with different
axes: make RDMs of one with 'isocortex rdm' first.

Whitened comparators take the noise of all conditions for equal and independent;
--condition-covariance names an array of how it varies together, conditions of
the first file of subjects in its order. Copies of a condition have the same
noise, so no bootstrap draws conditions then.

RDMs of channels (isocortex rdm --each channel) can be corrected by clusters of
neighbors as well: --sensors says where the channels are, so that those side by
side are neighbors, and all sensors of one triplet; or --adjacency names a table
with the columns channel and neighbor. Clusters tell that there is something,
not where it ends.`,
		Example: "  isocortex rsa --models layers.npz --subjects sensors.npz --draws 1000\n" +
			"  isocortex rsa --models early.npz,late.npz --subjects demo/rdm/sensors.npz \\\n" +
			"    --window \"0 ms to 500 ms\" --json -o scores",
		Args: noOperands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Models, s.Subjects = sources(models, source), sources(subjects, source)
			s.Evaluation.Seed = a.flags.seed
			return a.score(cmd, s.Evaluate, saving(s.Out, s.Save))
		},
	}
	flags := cmd.Flags()
	scoredFlags(cmd, &models, &subjects, &s.Comparator)
	flags.StringVar(&s.Covariance, "condition-covariance", "", "`file` of an array, conditions × conditions: their noise, of whitened-...")
	s.Measure = step.DefaultMeasure
	choose(cmd, choice{&s.Measure, rdm.MeasureNames()}, "measure", "dissimilarity of responses, where a file holds responses")
	choose(cmd, choice{&s.OfSubjects, rdm.MeasureNames()}, "subject-measure", "that of subjects' responses, where it is another")
	trialFlags(cmd, &s.Trials)
	evaluationFlags(cmd, &s.Evaluation)
	nearFlags(cmd, &s.Near)
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	return cmd
}

// scoredFlags are the flags of what is compared, and how.
func scoredFlags(cmd *cobra.Command, models, subjects *[]string, comparator *string) {
	flags := cmd.Flags()
	flags.Var((*words)(models), "models", "`files` or folders of model RDMs, separated by commas")
	flags.Var((*words)(subjects), "subjects", "`files` or folders of the RDMs of subjects, separated by commas")
	comparatorFlag(cmd, comparator)
	require(cmd, "models", "subjects")
}

// score evaluates, saves and shows.
func (a *app) score(cmd *cobra.Command, evaluate func(context.Context, *step.Env) (*rsa.Result, error), save func(*rsa.Result) error) error {
	found, err := evaluate(cmd.Context(), a.environment())
	if err != nil {
		return err
	}
	return deliver(a, found, save, showScores)
}

// noOperands refuses what most likely belongs to the flag before it.
func noOperands(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s belongs to no flag: files behind --models and --subjects are separated by commas", args[0])
	}
	return nil
}

// evaluationFlags are the flags of tests, intervals and peaks.
func evaluationFlags(cmd *cobra.Command, e *rsa.Evaluation) {
	testFlags(cmd, e)
	window := func(v unit.Span) { e.Window = v }
	cmd.Flags().Var(&span{set: window}, "window", "`span` of time in which peaks are looked for, such as \"0 ms to 500 ms\"")
}

// testFlags are the flags of tests and intervals.
func testFlags(cmd *cobra.Command, e *rsa.Evaluation) {
	flags := cmd.Flags()
	e.Pool = rsa.PoolComparator
	choose(cmd, choice{&e.Pool, rsa.Pools}, "pool", "how the group's RDM of the noise ceiling is made, as the comparator requires or not")
	e.Test, e.Tail, e.Correction, e.BootstrapOver = rsa.Automatic, inference.Tails[0], rsa.Automatic, rsa.Automatic
	e.Draws, e.BootstrapDraws = inference.DefaultDraws, inference.DefaultBootstrapDraws
	choose(cmd, choice{&e.Test, rsa.Tests}, "test", "how chance is ruled out")
	choose(cmd, choice{&e.Tail, inference.Tails}, "tail", "which scores speak against chance")
	flags.Var(positive{(*natural)(&e.Draws)}, "draws", "`number` of random draws of the test")
	choose(cmd, choice{&e.Correction, rsa.Corrections}, "correct", "correction over models, times and channels")
	flags.Float64Var(&e.Level, "level", 0.05, "`number`: level of significance")
	choose(cmd, choice{&e.BootstrapOver, slices.Concat(rsa.Bootstraps, []string{rsa.None})}, "bootstrap", "what the bootstrap draws again")
	flags.Var(positive{(*natural)(&e.BootstrapDraws)}, "bootstrap-draws", "`number` of draws of the bootstrap")
	flags.Float64Var(&e.Interval, "interval", inference.DefaultLevel, "`share` of draws inside an interval")
}

// nearFlags are the flags that say which channels are neighbors.
func nearFlags(cmd *cobra.Command, n *step.Near) {
	flags := cmd.Flags()
	flags.StringVar(&n.Sensors, "sensors", "", "a `system` (10-20, biosemi128, ...), a file of positions, a recording or a Dataset: channels side by side are neighbors")
	flags.StringVar(&n.Adjacency, "adjacency", "", "`file` (.tsv, .csv) with the columns channel and neighbor: what is in a row are neighbors")
}

// showScores prints a result for people.
func showScores(w io.Writer, found *rsa.Result) {
	averaged := ""
	if found.Averaged != "" {
		averaged = ", averaged over " + found.Averaged + "s"
	}
	fmt.Fprintf(w, "%s over %d conditions, matched by %s; %d subjects%s; %s test, %s corrected\n",
		found.Comparator, found.Conditions, found.Matched, found.Subjects, averaged, found.Test, found.Correction)
	if found.Extent != "" {
		fmt.Fprintf(w, "each RDM is of %s\n", found.Extent)
	}
	if n := found.Neighbors; n != nil {
		fmt.Fprintf(w, "%.1f neighbors of a channel, by %s\n", n.Mean, n.Source)
	}
	if found.Test != rsa.None {
		fmt.Fprintf(w, "the test generalizes to %s; it was taken since %s\n", population(found.GeneralizesTo), found.TestReason)
	}
	if found.NoiseCeiling == nil {
		fmt.Fprintf(w, "no noise ceiling: %s\n", found.NoiseCeilingReason)
	} else if found.Times == nil && found.Channels == nil {
		fmt.Fprintf(w, "noise ceiling %s to %s, %s, pool %s\n",
			number(found.NoiseCeiling.Lower.Values[0], 4), number(found.NoiseCeiling.Upper.Values[0], 4), found.NoiseCeiling.Kind, found.Pool)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	header := "model\tscore\tinterval\tp\tp corrected"
	if found.Channels != nil || found.Times != nil {
		header = strings.Replace(header, "score", "peak", 1)
	}
	if found.Channels != nil {
		header += "\tchannel"
	}
	if found.Times != nil {
		header += "\tlatency\tinterval"
	}
	fmt.Fprintln(table, header)
	for _, m := range found.Models {
		row := step.Summarize(m)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s", m.FullName(), number(row.Score, 4), interval(row.Low, row.High, 4), probability(row.P), probability(row.Corrected))
		if found.Channels != nil {
			fmt.Fprintf(table, "\t%s", row.Channel)
		}
		if found.Times != nil {
			fmt.Fprintf(table, "\t%s\t%s", latency(row.Time), latencies(row.TimeLow, row.TimeHigh))
		}
		fmt.Fprintln(table)
	}
	table.Flush()
	showBest(w, found)
	showDifferences(w, found)
}

// population tells whom a test speaks of.
func population(to string) string {
	if to == rsa.ToBoth {
		return "other subjects and other stimuli"
	}
	return "other " + to
}

// number writes a number with some digits, or n/a.
func number(v rsa.Number, digits int) string {
	if v != v {
		return "n/a"
	}
	return fmt.Sprintf("%.*f", digits, float64(v))
}

// probability writes a p value, which is never 0.
func probability(p rsa.Number) string {
	if p < 0.00005 {
		return "< 0.0001"
	}
	return number(p, 4)
}

// interval writes the ends of an interval.
func interval(low, high rsa.Number, digits int) string {
	if low != low {
		return "n/a"
	}
	return number(low, digits) + " to " + number(high, digits)
}

// latency writes seconds as milliseconds.
func latency(seconds rsa.Number) string {
	if seconds != seconds {
		return "n/a"
	}
	return number(1000*seconds, 1) + " ms"
}

// latencies writes an interval of seconds as milliseconds; without one, nothing.
func latencies(from, to rsa.Number) string {
	if from != from {
		return ""
	}
	return interval(1000*from, 1000*to, 1) + " ms"
}
