package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/isocortex/isocortex/rdm"
	"github.com/isocortex/isocortex/rsa"
	"github.com/isocortex/isocortex/step"
)

// fusion is the verb that compares measurements over time with regions and layers.
func (a *app) fusion() *cobra.Command {
	var s step.Fusion
	var subjects, regions, models, controls []string
	var source step.Source
	cmd := &cobra.Command{
		Use:   "fusion --subjects FILE,... --regions FILE,...",
		Short: "Tell when each region, and each layer, is like a brain over time",
		Long: `RDMs that were measured at every time, as by M/EEG, are compared with RDMs of
regions, as of fMRI, and with layers: how alike they are at each time, when that
peaks, and how much later one peak comes than another. Intervals of latencies,
and of their differences, are of peaks that are looked for anew in every draw.

Every file of regions is a region with its subjects, or several by the label
region; they need not be the subjects of --subjects. With --models, each layer
is a model as in 'isocortex rsa', and commonality is the variance of the RDMs
over time that a region and a layer explain together and --controls do not:

  R2(region) + R2(layer) - R2(both) - R2(none), each with the controls

It is tested by permutation of conditions, whatever --test says of the rest.`,
		Example: "  isocortex fusion --subjects demo/rdm/sensors.npz \\\n" +
			"    --regions early.npz,late.npz --models layers.npz \\\n" +
			"    --draws 200 --bootstrap-draws 100 -o fusion\n" +
			"  isocortex plot fusion --what fusion -o fusion.svg",
		Args: noOperands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Times, s.Regions = sources(subjects, source), sources(regions, source)
			s.Models, s.Controls = sources(models, source), sources(controls, source)
			s.Fusion.Seed = a.flags.seed
			found, err := s.Fuse(cmd.Context(), a.environment())
			if err != nil {
				return err
			}
			return deliver(a, found, saving(s.Out, s.Save), showFusion)
		},
	}
	flags := cmd.Flags()
	flags.Var((*words)(&subjects), "subjects", "`files` or folders of the RDMs of subjects over time, separated by commas")
	flags.Var((*words)(&regions), "regions", "`files` or folders of the RDMs of regions")
	flags.Var((*words)(&models), "models", "`files` or folders of model RDMs")
	flags.Var((*words)(&controls), "controls", "`files` of RDMs whose part is taken from commonality")
	comparatorFlag(cmd, &s.Comparator)
	s.Fusion.Variance = rsa.Automatic
	choose(cmd, choice{&s.Fusion.Variance, rsa.Variances}, "variance", "what commonality is the variance of")
	s.Measure = step.DefaultMeasure
	choose(cmd, choice{&s.Measure, rdm.MeasureNames()}, "measure", "dissimilarity of responses, where a file holds responses")
	evaluationFlags(cmd, &s.Fusion.Evaluation)
	flags.BoolVar(&s.Strict, "strict", false, "refuse to match conditions by position")
	sourceFlags(cmd, &source)
	flags.StringVarP(&s.Out, "output", "o", "", "`folder` for the result (default: only print it)")
	require(cmd, "subjects", "regions")
	return cmd
}

// showFusion prints a fusion for people.
func showFusion(w io.Writer, found *rsa.FusionResult) {
	fmt.Fprintln(w, "Regions over time")
	showScores(w, found.Regions)
	if found.Layers != nil {
		fmt.Fprintln(w, "\nLayers over time")
		showScores(w, found.Layers)
		fmt.Fprintf(w, "\nShared variance of %s, tested by label permutation\n", found.Variance)
		showCommonality(w, found)
	}
	if len(found.Differences) > 0 {
		fmt.Fprintln(w, "\nDifferences of latencies")
		showLatencies(w, found)
	}
}

// showCommonality prints the peaks of what regions and layers share.
func showCommonality(w io.Writer, found *rsa.FusionResult) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "region\tlayer\tpeak\tinterval\tp corrected\tlatency\tinterval")
	for _, c := range found.Commonality {
		low, high := ends(c.Peak.ScoreCI)
		from, to := ends(c.Peak.TimeCI)
		corrected := undefined
		if c.Peak.Index >= 0 {
			corrected = c.Course.Corrected[c.Peak.Index]
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Region, c.Layer, number(c.Peak.Score, 4), interval(low, high, 4),
			probability(corrected), latency(c.Peak.Time), latencies(from, to))
	}
}

// showLatencies prints how much later peaks come than others.
func showLatencies(w io.Writer, found *rsa.FusionResult) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "of\tfrom\tto\tlater by\tinterval\tp corrected")
	for _, d := range found.Differences {
		of, corrected := d.Of, undefined
		if d.Layer != "" {
			of += " with " + d.Layer
		}
		if d.Corrected != nil {
			corrected = *d.Corrected
		}
		low, high := ends(d.CI)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", of, d.From, d.To, latency(d.Time), latencies(low, high), probability(corrected))
	}
}

var undefined = rsa.Number(math.NaN())

// ends are the ends of an interval, NaN where there is none.
func ends(ci *[2]rsa.Number) (low, high rsa.Number) {
	if ci == nil {
		return undefined, undefined
	}
	return ci[0], ci[1]
}
