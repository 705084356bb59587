package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/inference"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
	"github.com/isocortex/isocortex/unit"
)

// rsa is the verb that compares models with subjects.
func (a *app) rsa() *cobra.Command {
	var s step.RSA
	var models, subjects []string
	var source step.Source
	var window string
	cmd := &cobra.Command{
		Use:   "rsa --models FILE... --subjects FILE...",
		Short: "Compare model RDMs with the RDMs of subjects: scores, ceilings, tests",
		Example: "  isocortex rsa --models layers.npz --subjects eeg.npz --comparator kendall-tau-b\n" +
			"  isocortex rsa --models layers.npz --subjects s1.npz,s2.npz,s3.npz --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if window != "" {
				span, err := unit.ParseSpan(window, unit.Time)
				if err != nil {
					return usageError{err}
				}
				s.Evaluation.Window = span
			}
			s.Models, s.Subjects = sources(models, source), sources(subjects, source)
			s.Evaluation.Seed = a.flags.seed
			found, err := s.Evaluate(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			if s.Out != "" {
				if err := s.Save(found); err != nil {
					return err
				}
			}
			return a.print(found, func(w io.Writer) { showScores(w, found) })
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&models, "models", nil, "`files` of model RDMs, separated by commas")
	flags.StringSliceVar(&subjects, "subjects", nil, "`files` of the RDMs of subjects, separated by commas")
	comparatorFlag(cmd, &s.Comparator)
	evaluationFlags(cmd, &s.Evaluation)
	flags.StringVar(&window, "window", "", "`span` of time in which peaks are looked for, such as \"0 ms to 500 ms\"")
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "models", "subjects")
	return cmd
}

// evaluationFlags are the flags of tests and intervals.
func evaluationFlags(cmd *cobra.Command, e *rsa.Evaluation) {
	flags := cmd.Flags()
	flags.StringVar(&e.Test, "test", rsa.Automatic, "`name` of the test: "+list(rsa.Tests))
	flags.StringVar(&e.Tail, "tail", inference.Tails[0], "`name` of the tail: "+list(inference.Tails))
	flags.IntVar(&e.Draws, "draws", inference.DefaultDraws, "`number` of random draws of the test")
	flags.StringVar(&e.Correction, "correct", rsa.MaxStatistic, "`name` of the correction over models and times: "+list(rsa.Corrections))
	flags.Float64Var(&e.Level, "level", 0.05, "`number`: level of significance")
	flags.StringVar(&e.BootstrapOver, "bootstrap", rsa.Automatic, "what the bootstrap draws again: automatic, "+list(inference.Overs)+", none")
	flags.IntVar(&e.BootstrapDraws, "bootstrap-draws", inference.DefaultBootstrapDraws, "`number` of draws of the bootstrap")
	flags.Float64Var(&e.Interval, "interval", inference.DefaultLevel, "`share` of draws inside an interval")
}

// showScores prints a result for people.
func showScores(w io.Writer, found *rsa.Result) {
	fmt.Fprintf(w, "%s over %d conditions, matched by %s; %d subjects; %s test, %s corrected\n",
		found.Comparator, found.Conditions, found.Matched, found.Subjects, found.Test, found.Correction)
	if found.NoiseCeiling == nil {
		fmt.Fprintf(w, "no noise ceiling: %s\n", found.NoiseCeilingReason)
	} else if found.Times == nil {
		fmt.Fprintf(w, "noise ceiling %.4f to %.4f, %s\n", found.NoiseCeiling.Lower.Values[0], found.NoiseCeiling.Upper.Values[0], found.NoiseCeiling.Kind)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	if found.Times == nil {
		fmt.Fprintln(table, "model\tscore\tinterval\tp\tp corrected")
	} else {
		fmt.Fprintln(table, "model\tpeak\tinterval\tp\tp corrected\tlatency\tinterval")
	}
	for _, m := range found.Models {
		name := m.Name
		if m.Network != "" {
			name = m.Network + " " + m.Name
		}
		row := step.Summarize(m)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s", name, number(row.Score, 4), interval(row.Low, row.High, 4), number(row.P, 4), number(row.Corrected, 4))
		if found.Times != nil {
			fmt.Fprintf(table, "\t%s ms\t%s ms", number(1000*row.Time, 1), interval(1000*row.TimeLow, 1000*row.TimeHigh, 1))
		}
		fmt.Fprintln(table)
	}
}

// number writes a number with some digits, or n/a.
func number(v rsa.Number, digits int) string {
	if v != v {
		return "n/a"
	}
	return fmt.Sprintf("%.*f", digits, float64(v))
}

// interval writes the ends of an interval.
func interval(low, high rsa.Number, digits int) string {
	if low != low {
		return "n/a"
	}
	return number(low, digits) + " to " + number(high, digits)
}
